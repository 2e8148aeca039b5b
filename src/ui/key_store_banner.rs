//! The banner that shows while the key store can't be used: what is wrong, and the one thing to press.
//!
//! Knows nothing of how keys are kept. Accounts stay visible below it.

use egui::accesskit::Role;
use egui::{Sense, Ui, UiBuilder, vec2};
use jiff::SignedDuration;

use super::fonts::{self, BODY, SMALL};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::theme::Tokens;
use super::view_state::Page;
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, KeyStoreState, KeyStoreTrouble, ProblemKind};
use crate::text::{problem, store};

/// A key store that answers at once is not worth a word.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(2);

/// Paints the banner, where there is trouble or a long wait.
pub(super) fn key_store_banner_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let card = pass.snapshot.key_store;
    match card.state {
        KeyStoreState::Unavailable(trouble) => {
            let kind = ProblemKind::KeyStore { trouble };
            let (title, hint) = (problem::title(&kind), problem::hint(&kind));
            banner_ui(ui, &title, &hint, |ui| remedy_ui(ui, pass, trouble));
        }
        KeyStoreState::Opening => {
            let since = card.asked_at.and_then(|at| at.checked_add(AT_ONCE).ok());
            if since.is_some_and(|since| since <= pass.now) {
                banner_ui(ui, store::ASKING, store::ASKING_HINT, |ui| {
                    if widgets::button(ui, Weight::Plain, "Stop waiting").clicked() {
                        pass.send(Command::StopAskingKeyStore);
                    }
                });
            } else {
                pass.watch_until(since);
            }
        }
        KeyStoreState::NotAsked | KeyStoreState::Open => {}
    }
}

fn banner_ui(ui: &mut Ui, title: &str, hint: &str, remedy: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    let builder = UiBuilder::new()
        .id_salt("key store")
        .accessibility_role(Role::Group)
        .accessibility_label("Key store");
    ui.scope_builder(builder, |ui| {
        widgets::card_frame(tokens.panel, tokens.warn.gamma_multiply(0.55)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(22.0, 18.0), Sense::hover());
                icons::paint(
                    ui.painter(),
                    Icon::Lock,
                    rect.center() - vec2(3.0, 0.0),
                    15.0,
                    tokens.warn,
                );
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    widgets::paragraph(ui, words(title, fonts::medium(BODY), tokens.text));
                    widgets::paragraph(ui, words(hint, fonts::regular(SMALL), tokens.muted));
                    ui.add_space(6.0);
                    remedy(ui);
                });
            });
        });
    });
}

fn remedy_ui(ui: &mut Ui, pass: &mut Pass<'_>, trouble: KeyStoreTrouble) {
    match trouble {
        KeyStoreTrouble::PassphraseNeeded | KeyStoreTrouble::WrongPassphrase => {
            passphrase_ui(ui, pass);
        }
        _ => {
            ui.horizontal_wrapped(|ui| {
                if widgets::button(ui, Weight::Plain, "Try again").clicked() {
                    pass.send(Command::RetryKeyStore);
                }
                let has_another_way = matches!(
                    trouble,
                    KeyStoreTrouble::Absent
                        | KeyStoreTrouble::NoCollection
                        | KeyStoreTrouble::KeyMissing { .. }
                        | KeyStoreTrouble::Newer
                        | KeyStoreTrouble::Ambiguous
                        | KeyStoreTrouble::Forgetful
                        | KeyStoreTrouble::Altering
                );
                if has_another_way && widgets::button(ui, Weight::Plain, ELSEWHERE).clicked() {
                    if !matches!(pass.view.page, Page::Settings) {
                        pass.view.toggle_settings();
                    }
                    pass.view.keys.is_open = true;
                }
            });
        }
    }
}

const ELSEWHERE: &str = "Keep the key elsewhere…";

/// Asks for the passphrase, and for a new one twice: a slip would lock the person out.
fn passphrase_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    ui.scope(|ui| {
        ui.set_max_width(360.0_f32.min(ui.available_width()));
        let is_new = pass.snapshot.key_store.wants_new_passphrase;
        let name = if is_new {
            "New passphrase"
        } else {
            "Passphrase"
        };
        let view = &mut *pass.view;
        let mut last = widgets::field(ui, name, "", |ui| view.passphrase.show(ui, true, ""));
        if is_new {
            last = widgets::field(ui, "The same once more", "", |ui| {
                view.passphrase_again.show(ui, true, "")
            });
        }
        ui.add_space(4.0);
        let is_ready = !view.passphrase.is_empty()
            && (!is_new || view.passphrase.is_same(&view.passphrase_again));
        let label = if is_new { "Set passphrase" } else { "Unlock" };
        let unlock = ui.add_enabled_ui(is_ready, |ui| widgets::button(ui, Weight::Plain, label));
        if is_ready && (unlock.inner.clicked() || widgets::entered(ui, &last)) {
            view.passphrase_again.clear();
            let passphrase = view.passphrase.take();
            pass.send(Command::UnlockKeyStore { passphrase });
        }
    });
}
