//! The hosts of a provider: the address of one as a choice or a field, and all of them as computers read their names.
//!
//! Knows nothing of what a host is used for.

use egui::{RadioButton, Ui};

use super::bands;
use super::fonts::{self, SMALL, TINY};
use super::set_up_form::HostForm;
use super::theme::{Tokens, Tone};
use super::widgets::{self, words};
use crate::bridge::{HostCard, ProviderCard, ProviderOrigin};
use crate::text::{foreign, set_up};

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
                let radio = RadioButton::new(is_chosen, foreign(&choice.name));
                if widgets::tick(ui, radio).clicked() {
                    form.own = false;
                    form.address.clone_from(&choice.address);
                }
                let address = words(foreign(&choice.address), fonts::regular(TINY), tokens.muted);
                widgets::line(ui, address);
            });
        }
        let radio = RadioButton::new(form.own, "Another address");
        if widgets::tick(ui, radio).clicked() && !form.own {
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

/// Paints every host that is spoken to, where a person should look at them: a provider of their own, or a name in another script.
pub(super) fn all_hosts_ui(ui: &mut Ui, provider: &ProviderCard) {
    let is_own = matches!(provider.origin, ProviderOrigin::AddedByYou { .. });
    let is_international = provider.all_hosts.iter().any(|host| is_international(host));
    if provider.all_hosts.is_empty() || !(is_own || is_international) {
        return;
    }
    if is_international {
        bands::band(ui, Tone::Warn, set_up::LOOK_ALIKE);
    }
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Where people, secrets and tokens are sent");
        hosts_ui(ui, &provider.all_hosts);
    });
}

/// Paints hosts in ASCII form, each on its line; one in another script says so.
pub(super) fn hosts_ui(ui: &mut Ui, hosts: &[String]) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.spacing_mut().interact_size.y = 22.0;
    for host in hosts {
        ui.horizontal_wrapped(|ui| {
            widgets::selectable(ui, words(foreign(host), fonts::mono(SMALL), tokens.text));
            if is_international(host) {
                widgets::chip(ui, Tone::Warn, "another script");
            }
        });
    }
}

/// Whether a host's name, in ASCII form, is written in another script (RFC 5890 §2.3.2.1).
pub(super) fn is_international(host: &str) -> bool {
    host.split('.').any(|label| label.starts_with("xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_another_script_is_known_by_any_of_its_labels() {
        assert!(is_international("xn--pypal-4ve.com"));
        assert!(is_international("auth.xn--pypal-4ve.com"));
        assert!(!is_international("auth.paypal.com"));
        assert!(!is_international("xen--x.example"));
    }
}
