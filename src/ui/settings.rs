//! The settings: how the window looks, where the keys are, which version this is.
//!
//! Knows nothing of accounts.

use egui::{RadioButton, ThemePreference, Ui};

use super::fonts::{self, SMALL};
use super::pass::Pass;
use super::theme::Tokens;
use super::widgets::{self, words};
use crate::text::store;

/// Paints the settings.
pub(super) fn settings_ui(ui: &mut Ui, pass: &Pass<'_>) {
    let tokens = Tokens::of(ui);
    widgets::heading(ui, "Settings");
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Theme");
        let chosen = ui.ctx().options(|options| options.theme_preference);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 20.0;
            let choices = [
                (ThemePreference::System, "System"),
                (ThemePreference::Light, "Light"),
                (ThemePreference::Dark, "Dark"),
            ];
            for (preference, name) in choices {
                if ui
                    .add(RadioButton::new(chosen == preference, name))
                    .clicked()
                {
                    ui.ctx().set_theme(preference);
                }
            }
        });
    });
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Keys");
        let card = pass.snapshot.key_store;
        widgets::fact_words(ui, "Where", store::keys(card));
        widgets::paragraph(
            ui,
            words(
                store::meaning(card.kind),
                fonts::regular(SMALL),
                tokens.muted,
            ),
        );
    });
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "About");
        widgets::fact_words(ui, "Version", env!("CARGO_PKG_VERSION"));
        let providers = pass
            .snapshot
            .practice
            .map_or("the real ones", store::practice);
        widgets::fact_words(ui, "Providers", providers);
    });
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Keyboard");
        for (keys, what) in KEYS {
            widgets::fact_words(ui, keys, *what);
        }
    });
}

const KEYS: &[(&str, &str)] = &[
    ("Ctrl+K", "search"),
    ("F5", "refresh the account that is shown"),
    ("Up, Down", "go from account to account in the list"),
    ("Escape", "leave a dialog or a form"),
];
