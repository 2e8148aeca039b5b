//! What the provider gave out at registration: client id and secret, typed, or filled in from a JSON text or file.
//!
//! A kept secret is never shown: only that there is one. What the text means is read elsewhere.

use egui::{Checkbox, Ui};

use super::fonts::{self, TINY};
use super::secret_field::SecretField;
use super::set_up_form::SetUpForm;
use super::theme::{Tokens, Tone};
use super::widgets::{self, Weight, words};
use crate::bridge::ClientCard;
use crate::credentials::Credentials;
use crate::secret::Secret;
use crate::text::redirect::way_of;
use crate::text::{foreign, set_up};

/// Paints the fields; returns whether a file is to be chosen.
pub(super) fn credentials_fields_ui(
    ui: &mut Ui,
    form: &mut SetUpForm,
    client: &ClientCard,
) -> bool {
    if let Some(received) = form.credentials.received.take() {
        take_in(form, client, received);
    }
    let chooses = fill_in_ui(ui, form, client);
    if client.wants_client_id {
        let hint = "As the provider gave it to you at registration.";
        widgets::field(ui, "Client ID", hint, |ui| {
            widgets::text_field(ui, &mut form.client_id, "")
        });
    }
    if client.wants_client_secret {
        secret_ui(ui, form, client);
    }
    chooses
}

fn fill_in_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) -> bool {
    let color = Tokens::of(ui).muted;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let chooses = ui.horizontal_wrapped(|ui| {
            let file = widgets::button(ui, Weight::Plain, "Choose a credentials file…");
            let paste = widgets::button(ui, Weight::Plain, "Paste credentials");
            if paste.clicked() {
                let is_open = form.credentials.pasted.is_some();
                form.credentials.pasted = (!is_open).then(SecretField::default);
            }
            file.clicked()
        });
        let hint = words(set_up::CREDENTIALS, fonts::regular(TINY), color);
        widgets::paragraph(ui, hint);
        paste_ui(ui, form, client);
        outcome_ui(ui, form);
        chooses.inner
    })
    .inner
}

fn paste_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let Some(pasted) = &mut form.credentials.pasted else {
        return;
    };
    let field = widgets::field(ui, "Credentials", "", |ui| pasted.show(ui, true, "{ … }"));
    let is_filled = !pasted.is_empty();
    let fill = ui.add_enabled_ui(is_filled, |ui| {
        widgets::button(ui, Weight::Plain, "Fill in")
    });
    if is_filled && (fill.inner.clicked() || widgets::entered(ui, &field)) {
        let text = pasted.take();
        form.credentials.pasted = None;
        take_in(form, client, Ok(text));
    }
}

fn outcome_ui(ui: &mut Ui, form: &SetUpForm) {
    let tokens = Tokens::of(ui);
    let (text, tone) = match &form.credentials.outcome {
        Some(Ok(filled)) => (filled, Tone::Ok),
        Some(Err(reason)) => (reason, Tone::Bad),
        None => return,
    };
    let text = words(foreign(text), fonts::regular(TINY), tokens.words(tone));
    widgets::paragraph(ui, text);
}

fn secret_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let hint = if client.has_client_secret {
        "One is kept. Type another to replace it; leave this empty to keep it."
    } else {
        "Kept sealed, never shown again."
    };
    let inside = if client.has_client_secret { "Kept" } else { "" };
    widgets::field(ui, "Client secret", hint, |ui| {
        form.client_secret.show(ui, true, inside)
    });
    if client.has_client_secret {
        let forget = Checkbox::new(&mut form.forget_secret, "Forget the kept secret");
        widgets::tick(ui, forget);
    }
}

/// Fills the form in from a text, or says why it can't be.
fn take_in(form: &mut SetUpForm, client: &ClientCard, text: Result<Secret, String>) {
    let read = text.and_then(|text| {
        Credentials::read(text.expose().as_bytes()).map_err(|error| error.to_string())
    });
    let read = read.map_err(|reason| format!("Nothing was filled in: {reason}"));
    form.credentials.outcome = Some(read.map(|credentials| fill(form, client, &credentials)));
}

/// Fills the form in; returns what was.
fn fill(form: &mut SetUpForm, client: &ClientCard, credentials: &Credentials) -> String {
    let mut filled = vec!["the client id"];
    form.client_id.clone_from(&credentials.client_id);
    if let Some(secret) = &credentials.client_secret {
        form.client_secret.fill(secret);
        filled.push("the client secret");
    }
    let allowed = |uri: &&String| {
        way_of(uri).is_some_and(|way| client.ways.iter().any(|card| card.way == way))
    };
    let uris = &credentials.redirect_uris;
    if let Some(first) = uris.iter().find(allowed).or_else(|| uris.first()) {
        form.redirect_uri.clone_from(first);
        form.follow_redirect_uri(client);
        let others = uris.iter().filter(|uri| *uri != first);
        let others = others.filter(|uri| way_of(uri) == Some(form.way));
        form.others = others.cloned().collect();
        filled.push("the redirect URI");
    }
    match filled.as_slice() {
        [one] => format!("Filled in {one}. Nothing is saved yet."),
        [start @ .., last] => format!(
            "Filled in {} and {last}. Nothing is saved yet.",
            start.join(", ")
        ),
        [] => String::new(),
    }
}
