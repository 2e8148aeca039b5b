//! Signing in with e-mail and password, where the provider has no page of its own.
//!
//! The password is handed down once and wiped here; this page says so.

use egui::{Sense, Ui, vec2};

use super::fonts::{self, SMALL};
use super::icons;
use super::pass::Pass;
use super::remedies::await_attempt;
use super::theme::{Tokens, Tone};
use super::view_state::{Page, SignInForm};
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, ProviderCard};
use crate::text::foreign;

/// How wide a form gets.
pub(super) const FORM_WIDTH: f32 = 560.0;

enum Done {
    SignIn,
    Cancel,
}

/// Paints the form.
pub(super) fn password_form_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    let Page::SignIn(form) = &mut pass.view.page else {
        return;
    };
    let Some(provider) = snapshot.provider(&form.provider) else {
        return;
    };
    header(ui, provider, "Sign in at");
    let done = ui
        .scope(|ui| {
            ui.set_max_width(FORM_WIDTH.min(ui.available_width()));
            form_ui(ui, form)
        })
        .inner;
    match done {
        Some(Done::SignIn) => submit(pass),
        Some(Done::Cancel) => pass.view.go(Page::Home),
        None => {}
    }
    for note in &provider.notes {
        super::bands::band(ui, Tone::Off, &foreign(note));
    }
}

/// A form's header: the mark, what is done, and at which host.
pub(super) fn header(ui: &mut Ui, provider: &ProviderCard, verb: &str) {
    let tokens = Tokens::of(ui);
    let name = foreign(&provider.name);
    ui.horizontal(|ui| {
        let (mark, _) = ui.allocate_exact_size(vec2(44.0, 44.0), Sense::hover());
        icons::mark(ui.painter(), mark, Some(provider));
        ui.add_space(4.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            widgets::heading(ui, &format!("{verb} {name}"));
            let host = foreign(&provider.sign_in_host);
            let below = if host.is_empty() {
                "No address yet".into()
            } else {
                host
            };
            widgets::line(ui, words(below, fonts::regular(SMALL), tokens.muted));
        });
    });
}

fn form_ui(ui: &mut Ui, form: &mut SignInForm) -> Option<Done> {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        let email = widgets::field(ui, "E-mail", "", |ui| {
            widgets::text_field(ui, &mut form.username, "")
        });
        let once = "Used once to sign in, then wiped. Linkdesk keeps the tokens the provider returns, never the password.";
        let password = widgets::field(ui, "Password", once, |ui| form.password.show(ui, true, ""));
        if std::mem::take(&mut form.is_new) {
            if form.username.is_empty() {
                email.request_focus();
            } else {
                password.request_focus();
            }
        }
        let mut entered = widgets::entered(ui, &password) || widgets::entered(ui, &email);
        if form.account.is_none() {
            let hint = "What to call the account. Left empty, it gets the provider’s name.";
            let label = widgets::field(ui, "Label", hint, |ui| {
                widgets::text_field(ui, &mut form.label, "Optional")
            });
            entered |= widgets::entered(ui, &label);
        }
        let is_filled = !form.username.trim().is_empty() && !form.password.is_empty();
        ui.horizontal(|ui| {
            let sign_in = ui.add_enabled_ui(is_filled, |ui| {
                widgets::button(ui, Weight::Primary, "Sign in")
            });
            let cancel = widgets::button(ui, Weight::Plain, "Cancel");
            if cancel.clicked() {
                Some(Done::Cancel)
            } else if is_filled && (sign_in.inner.clicked() || entered) {
                Some(Done::SignIn)
            } else {
                None
            }
        })
        .inner
    })
}

fn submit(pass: &mut Pass<'_>) {
    let Page::SignIn(form) = std::mem::take(&mut pass.view.page) else {
        return;
    };
    let mut form = *form;
    let label = form.label.trim();
    let label = (!label.is_empty()).then(|| label.to_owned());
    let password = form.password.take();
    await_attempt(pass, &form.provider);
    pass.send(Command::SignInWithPassword {
        provider: form.provider,
        account: form.account,
        label,
        username: form.username,
        password,
    });
}
