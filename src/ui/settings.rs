//! The settings: how the window looks, where the keys are, the certificate, the provider files, which version this is.
//!
//! Knows nothing of accounts.

use egui::{RadioButton, ThemePreference, Ui};

use super::add_provider::{own_files_ui, reread_ui};
use super::certificate::certificate_card_ui;
use super::keys_card::keys_card_ui;
use super::pass::Pass;
use super::view_state::Page;
use super::widgets::{self, Weight};
use crate::text::store;

/// Paints the settings.
pub(super) fn settings_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    widgets::heading(ui, "Settings");
    theme_ui(ui);

    keys_card_ui(ui, pass);
    certificate_card_ui(ui, pass);
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Provider files");
        own_files_ui(ui, pass);
        ui.horizontal_wrapped(|ui| {
            let add = widgets::button(ui, Weight::Plain, "Add a provider…");
            if add.clicked() {
                pass.view.go(Page::AddProvider(Box::default()));
            }
            reread_ui(ui, pass);
        });
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

fn theme_ui(ui: &mut Ui) {
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
                let radio = RadioButton::new(chosen == preference, name);
                if widgets::tick(ui, radio).clicked() {
                    ui.ctx().set_theme(preference);
                }
            }
        });
    });
}

const KEYS: &[(&str, &str)] = &[
    ("Ctrl+K", "search"),
    ("F5", "refresh the account that is shown"),
    ("Up, Down", "go from account to account in the list"),
    ("Escape", "leave a dialog or a form"),
];
