//! The address of one host of a provider: a choice where the record knows some, a field where it doesn't.
//!
//! Knows nothing of what the host is used for.

use egui::{RadioButton, Ui};

use super::fonts::{self, SMALL, TINY};
use super::theme::Tokens;
use super::view_state::HostForm;
use super::widgets::{self, words};
use crate::bridge::HostCard;
use crate::text::foreign;

/// Paints one host; the only host without a proposal is the provider's base address.
pub(super) fn host_ui(ui: &mut Ui, host: &HostCard, form: &mut HostForm, is_only: bool) {
    let name = foreign(&host.name);
    let name = if is_only && host.proposed.is_empty() {
        "Base address".to_owned()
    } else {
        name
    };
    if host.choices.is_empty() {
        let hint = if host.proposed.is_empty() {
            "Where the provider’s API is, starting with https.".to_owned()
        } else {
            format!("Left empty, it is {}.", foreign(&host.proposed))
        };
        widgets::field(ui, &name, &hint, |ui| {
            widgets::text_field(ui, &mut form.address, &foreign(&host.proposed))
        });
        return;
    }
    choices_ui(ui, host, form, &name);
}

fn choices_ui(ui: &mut Ui, host: &HostCard, form: &mut HostForm, name: &str) {
    let tokens = Tokens::of(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        widgets::line(ui, words(name, fonts::medium(SMALL), tokens.text));
        for choice in &host.choices {
            let is_chosen = !form.own && form.address == choice.address;
            ui.horizontal(|ui| {
                if ui
                    .add(RadioButton::new(is_chosen, foreign(&choice.name)))
                    .clicked()
                {
                    form.own = false;
                    form.address.clone_from(&choice.address);
                }
                let address = words(foreign(&choice.address), fonts::regular(TINY), tokens.muted);
                widgets::line(ui, address);
            });
        }
        if ui
            .add(RadioButton::new(form.own, "Another address"))
            .clicked()
            && !form.own
        {
            form.own = true;
            form.address.clear();
        }
        if form.own {
            ui.add_space(4.0);
            widgets::text_field(ui, &mut form.address, "https://")
                .accessible_name(format!("{name} address"));
        }
    });
}
