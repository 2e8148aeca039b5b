//! What a provider gave you when you registered: client id, secret, redirect URI, addresses, switches.
//!
//! A kept secret is never shown: only that there is one. Nothing is saved until it is asked for.

use std::collections::BTreeMap;

use egui::{Checkbox, Ui};

use super::fonts::{self, BODY, TINY};
use super::host_fields::host_ui;
use super::pass::Pass;
use super::password_form::{FORM_WIDTH, header};
use super::problem_card::{begin_sign_in, notice};
use super::theme::{Tokens, Tone};
use super::view_state::{Page, SetUpForm};
use super::widgets::{self, Weight, words};
use crate::bridge::{
    ClientCard, ClientChange, Command, ProviderCard, ProviderOrigin, SecretChange,
};
use crate::text::{foreign, problem};

enum Done {
    Save,
    Cancel,
}

/// Paints the form.
pub(super) fn client_set_up_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    let Page::SetUp(form) = &mut pass.view.page else {
        return;
    };
    let Some(provider) = snapshot.provider(&form.provider) else {
        return;
    };
    header(ui, provider, "Set-up of");
    let is_saved = form.sent && is_kept(form, provider);
    let mut links = false;
    let done = ui
        .scope(|ui| {
            ui.set_max_width(FORM_WIDTH.min(ui.available_width()));
            for note in &provider.notes {
                widgets::band(ui, Tone::Warn, &foreign(note));
            }
            origin_ui(ui, provider);
            links = state_ui(ui, provider, is_saved);
            widgets::card(ui, |ui| form_ui(ui, form, &provider.client))
        })
        .inner;
    if links {
        let provider = provider.id.clone();
        begin_sign_in(pass, &provider, None);
    }
    match done {
        Some(Done::Save) => save(pass, provider),
        Some(Done::Cancel) => pass.view.go(Page::Home),
        None => {}
    }
}

/// Whether what was sent is what the provider's card now holds.
fn is_kept(form: &SetUpForm, provider: &ProviderCard) -> bool {
    change(form, &provider.client) == ClientChange::default()
}

fn origin_ui(ui: &mut Ui, provider: &ProviderCard) {
    if let ProviderOrigin::AddedByYou { file } = &provider.origin {
        let color = Tokens::of(ui).muted;
        let text = format!("Added by you in {}", foreign(file));
        widgets::paragraph(ui, words(text, fonts::regular(TINY), color));
    }
}

/// What is missing, or that it is saved; returns whether to go on to the sign-in.
fn state_ui(ui: &mut Ui, provider: &ProviderCard, is_saved: bool) -> bool {
    let color = Tokens::of(ui).muted;
    if !is_saved && provider.missing.is_empty() {
        return false;
    }
    ui.horizontal(|ui| {
        if is_saved {
            notice(ui, "Saved");
        }
        if provider.missing.is_empty() {
            return widgets::button(ui, Weight::Plain, "Go on to sign in").clicked();
        }
        let needs = format!("Still needs {}", problem::missing(&provider.missing));
        widgets::paragraph(ui, words(needs, fonts::regular(BODY), color));
        false
    })
    .inner
}

fn form_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) -> Option<Done> {
    ui.spacing_mut().item_spacing.y = 14.0;
    let is_only = client.hosts.len() == 1;
    for host in &client.hosts {
        let entry = form.hosts.entry(host.id.clone()).or_default();
        host_ui(ui, host, entry, is_only);
    }
    if client.wants_client_id {
        let hint = "As the provider gave it to you at registration.";
        widgets::field(ui, "Client ID", hint, |ui| {
            widgets::text_field(ui, &mut form.client_id, "")
        });
    }
    if client.wants_client_secret {
        secret_ui(ui, form, client);
    }
    if client.wants_redirect_uri {
        redirect_ui(ui, form, client);
    }
    for option in &client.options {
        let enabled = form
            .options
            .entry(option.id.clone())
            .or_insert(option.enabled);
        let color = Tokens::of(ui).muted;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add(Checkbox::new(enabled, foreign(&option.name)));
            ui.indent(("option", &option.id), |ui| {
                let text = foreign(&option.explanation);
                widgets::paragraph(ui, words(text, fonts::regular(TINY), color));
            });
        });
    }
    buttons_ui(ui)
}

fn buttons_ui(ui: &mut Ui) -> Option<Done> {
    ui.horizontal(|ui| {
        let save = widgets::button(ui, Weight::Primary, "Save set-up");
        let cancel = widgets::button(ui, Weight::Plain, "Cancel");
        if save.clicked() {
            Some(Done::Save)
        } else if cancel.clicked() {
            Some(Done::Cancel)
        } else {
            None
        }
    })
    .inner
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
        ui.add(Checkbox::new(
            &mut form.forget_secret,
            "Forget the kept secret",
        ));
    }
}

fn redirect_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let proposed = foreign(&client.proposed_redirect_uri);
    let hint = format!("Register exactly this with the provider. Left empty, it is {proposed}.");
    let hint = if proposed.is_empty() {
        "Register exactly this with the provider.".into()
    } else {
        hint
    };
    widgets::field(ui, "Redirect URI", &hint, |ui| {
        widgets::text_field(ui, &mut form.redirect_uri, &proposed)
    });
    let shown = if form.redirect_uri.trim().is_empty() {
        &client.proposed_redirect_uri
    } else {
        &form.redirect_uri
    };
    if widgets::button(ui, Weight::Plain, "Copy redirect URI").clicked() {
        ui.ctx().copy_text(shown.trim().to_owned());
    }
}

fn save(pass: &mut Pass<'_>, provider: &ProviderCard) {
    let Page::SetUp(form) = &mut pass.view.page else {
        return;
    };
    let mut change = change(form, &provider.client);
    if form.forget_secret {
        change.client_secret = SecretChange::Remove;
    }
    if !form.client_secret.is_empty() {
        change.client_secret = SecretChange::Set(form.client_secret.take());
    }
    form.forget_secret = false;
    form.sent = true;
    let provider = provider.id.clone();
    pass.send(Command::SaveClient { provider, change });
}

/// What differs from what is kept, the secret aside.
fn change(form: &SetUpForm, client: &ClientCard) -> ClientChange {
    let client_id = form.client_id.trim();
    let redirect_uri = form.redirect_uri.trim();
    let hosts: BTreeMap<String, String> = client
        .hosts
        .iter()
        .filter_map(|host| {
            let address = form.hosts.get(&host.id)?.address.trim();
            let meant = if address.is_empty() {
                &host.proposed
            } else {
                address
            };
            (meant != host.address).then(|| (host.id.clone(), address.to_owned()))
        })
        .collect();
    let options = client
        .options
        .iter()
        .filter_map(|option| {
            let enabled = *form.options.get(&option.id)?;
            (enabled != option.enabled).then(|| (option.id.clone(), enabled))
        })
        .collect();
    let is_other_id = client.client_id.as_deref().unwrap_or_default() != client_id;
    let is_empty = redirect_uri.is_empty();
    let meant = if is_empty {
        &client.proposed_redirect_uri
    } else {
        redirect_uri
    };
    ClientChange {
        client_id: is_other_id.then(|| client_id.to_owned()),
        redirect_uri: (client.redirect_uri != meant).then(|| redirect_uri.to_owned()),
        hosts,
        options,
        ..ClientChange::default()
    }
}
