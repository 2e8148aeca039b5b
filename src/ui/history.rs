//! What happened to a link, newest first.
//!
//! Knows nothing of who wrote the lines.

use egui::{Sense, Stroke, Ui, vec2};

use super::fonts::{self, BODY, SMALL};
use super::pass::Pass;
use super::theme::Tokens;
use super::widgets::{self, words};
use crate::bridge::AccountCard;
use crate::text::{foreign, time};

/// Paints the history.
pub(super) fn history_ui(ui: &mut Ui, pass: &Pass<'_>, account: &AccountCard) {
    let tokens = Tokens::of(ui);
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        widgets::card_title(ui, "What happened to this link");
        ui.add_space(8.0);
        if account.history.is_empty() {
            widgets::paragraph(
                ui,
                words("Nothing yet", fonts::regular(SMALL), tokens.muted),
            );
        }
        for (number, entry) in account.history.iter().enumerate() {
            if number > 0 {
                let rule = Stroke::new(1.0, tokens.line);
                ui.painter()
                    .hline(ui.max_rect().x_range(), ui.cursor().top(), rule);
            }
            ui.horizontal(|ui| {
                ui.set_min_height(36.0);
                let at = time::full(entry.at, pass.zone);
                widgets::line(ui, words(at, fonts::mono(SMALL), tokens.muted));
                ui.allocate_exact_size(vec2(8.0, 1.0), Sense::hover());
                widgets::selectable(
                    ui,
                    words(foreign(&entry.what), fonts::regular(BODY), tokens.text),
                );
            });
        }
    });
}
