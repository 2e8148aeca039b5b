//! What to register with the provider: the way home, the redirect URIs, and the certificate where one is needed.
//!
//! Copies exactly what has to be registered. Knows nothing of listeners and ports in use.

use egui::{RadioButton, Ui};

use super::certificate;
use super::fonts::{self, SMALL, TINY};
use super::icons::Icon;
use super::set_up_form::SetUpForm;
use super::theme::{INDENT, Tokens};
use super::widgets::{self, Weight, words};
use crate::bridge::{CertificateCard, ClientCard, RedirectWay};
use crate::text::{foreign, redirect, set_up};

/// The certificate beside the form, and its end in words.
pub(super) type Certificate<'a> = (Option<&'a CertificateCard>, Option<String>);

/// Paints it all; returns whether a certificate is to be made, and whether in place of one.
pub(super) fn redirect_fields_ui(
    ui: &mut Ui,
    form: &mut SetUpForm,
    client: &ClientCard,
    certificate: Certificate<'_>,
) -> Option<bool> {
    if client.ways.len() > 1 {
        ways_ui(ui, form, client);
    }
    redirect_uri_ui(ui, form, client);
    if form.has_others() && !form.others.is_empty() {
        others_ui(ui, form);
    }
    copy_ui(ui, form, client);
    if form.way != RedirectWay::LoopbackTls {
        return None;
    }
    let (card, end) = certificate;
    let title = Tokens::of(ui).text;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        widgets::line(ui, words("Certificate", fonts::medium(SMALL), title));
        certificate::certificate_content_ui(ui, card, end)
    })
    .inner
}

fn ways_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let tokens = Tokens::of(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let title = words(
            "How the answer comes home",
            fonts::medium(SMALL),
            tokens.text,
        );
        widgets::line(ui, title);
        for card in &client.ways {
            let is_chosen = form.way == card.way;
            let radio = RadioButton::new(is_chosen, redirect::way(card.way));
            if widgets::tick(ui, radio).clicked() {
                form.choose_way(card.way, &card.proposed);
            }
            below(ui, redirect::meaning(card.way));
            ui.add_space(4.0);
        }
    });
}

/// What a choice means, under its words.
fn below(ui: &mut Ui, text: &str) {
    let color = Tokens::of(ui).muted;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(INDENT);
        widgets::paragraph(ui, words(text, fonts::regular(TINY), color));
    });
}

fn redirect_uri_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let proposed = foreign(&client.proposed_redirect_uri);
    let exactly = "Register exactly this with the provider.";
    let hint = match form.way {
        RedirectWay::Pasted | RedirectWay::OutOfBand => exactly.into(),
        _ if proposed.is_empty() => exactly.into(),
        _ => format!("{exactly} Left empty, it is {proposed}."),
    };
    let field = widgets::field(ui, "Redirect URI", &hint, |ui| {
        widgets::text_field(ui, &mut form.redirect_uri, &proposed)
    });
    if field.changed() {
        form.follow_redirect_uri(client);
    }
}

fn others_ui(ui: &mut Ui, form: &mut SetUpForm) {
    let color = Tokens::of(ui).muted;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let mut removed = None;
        for (place, other) in form.others.iter_mut().enumerate() {
            let number = place + 2;
            ui.horizontal(|ui| {
                let room = (ui.available_width() - 34.0).max(60.0);
                ui.scope(|ui| {
                    ui.set_width(room);
                    widgets::text_field(ui, other, "http://127.0.0.1:53682/callback")
                        .accessible_name(format!("Redirect URI {number}"));
                });
                let name = format!("Remove redirect URI {number}");
                if widgets::icon_button(ui, Icon::Cross, &name).clicked() {
                    removed = Some(place);
                }
            });
        }
        if let Some(place) = removed {
            form.others.remove(place);
        }
        let hint = words(set_up::FURTHER_REDIRECT_URIS, fonts::regular(TINY), color);
        widgets::paragraph(ui, hint);
    });
}

fn copy_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let meant = form.meant_redirect_uri(client).to_owned();
    let others = form.meant_others();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        if widgets::button(ui, Weight::Plain, "Copy redirect URI").clicked() {
            ui.ctx().copy_text(meant.clone());
        }
        if form.has_others() && !others.is_empty() {
            let all = widgets::button(ui, Weight::Plain, "Copy all redirect URIs");
            if all.clicked() {
                let lines: Vec<&str> = std::iter::once(meant.as_str())
                    .chain(others.iter().map(String::as_str))
                    .collect();
                ui.ctx().copy_text(lines.join("\n"));
            }
        }
        let can_be_more = form.has_others();
        if can_be_more && widgets::link(ui, Some(Icon::Plus), "Add another redirect URI").clicked()
        {
            form.others.push(String::new());
        }
    });
}
