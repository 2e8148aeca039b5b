//! The banner that shows while the key store can't be used: what is wrong, and the one thing to press.
//!
//! Knows nothing of how keys are kept. Accounts stay visible below it.

use egui::accesskit::Role;
use egui::{Sense, Ui, UiBuilder, vec2};

use super::fonts::{self, BODY, SMALL};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::theme::Tokens;
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, KeyStoreState, KeyStoreTrouble, ProblemKind};
use crate::text::problem;

/// Paints the banner, where there is trouble.
pub(super) fn key_store_banner_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let KeyStoreState::Unavailable(trouble) = pass.snapshot.key_store.state else {
        return;
    };
    let kind = ProblemKind::KeyStore { trouble };
    let tokens = Tokens::of(ui);
    let title = problem::title(&kind);
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
                    widgets::paragraph(ui, words(title.as_str(), fonts::medium(BODY), tokens.text));
                    let hint = problem::hint(&kind);
                    widgets::paragraph(ui, words(hint, fonts::regular(SMALL), tokens.muted));
                    ui.add_space(6.0);
                    remedy_ui(ui, pass, trouble);
                });
            });
        });
    });
}

fn remedy_ui(ui: &mut Ui, pass: &mut Pass<'_>, trouble: KeyStoreTrouble) {
    let wants_passphrase = matches!(
        trouble,
        KeyStoreTrouble::PassphraseNeeded | KeyStoreTrouble::WrongPassphrase
    );
    if !wants_passphrase {
        if widgets::button(ui, Weight::Plain, "Try again").clicked() {
            pass.send(Command::RetryKeyStore);
        }
        return;
    }
    ui.scope(|ui| {
        ui.set_max_width(360.0_f32.min(ui.available_width()));
        let passphrase = &mut pass.view.passphrase;
        let field = widgets::field(ui, "Passphrase", "", |ui| passphrase.show(ui, true, ""));
        ui.add_space(4.0);
        let is_filled = !passphrase.is_empty();
        let unlock =
            ui.add_enabled_ui(is_filled, |ui| widgets::button(ui, Weight::Plain, "Unlock"));
        if is_filled && (unlock.inner.clicked() || widgets::entered(ui, &field)) {
            let passphrase = passphrase.take();
            pass.send(Command::UnlockKeyStore { passphrase });
        }
    });
}
