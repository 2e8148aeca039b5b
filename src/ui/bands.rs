//! Bands: plain words on a colored ground, with an icon, and sometimes one thing to press.
//!
//! Knows nothing of what the words are about.

use egui::{CornerRadius, Frame, Margin, Sense, Ui, vec2};

use super::fonts::{self, SMALL};
use super::icons::{self, Icon};
use super::theme::{CONTROL_HEIGHT, CONTROL_RADIUS, Tokens, Tone};
use super::widgets::{self, Weight, paragraph, words};

/// Under this width a band's button stands below its words.
const TIGHT: f32 = 440.0;

/// A band of plain words.
pub(super) fn band(ui: &mut Ui, tone: Tone, text: &str) {
    frame(ui, tone, |ui| words_ui(ui, tone, text));
}

/// A band that offers something; returns whether it was taken.
pub(super) fn offer(ui: &mut Ui, tone: Tone, text: &str, button: &str) -> bool {
    frame(ui, tone, |ui| {
        if ui.available_width() < TIGHT {
            words_ui(ui, tone, text);
            return widgets::button(ui, Weight::Primary, button).clicked();
        }
        let width = widgets::button_width(ui, button);
        let [mut left, mut right] = widgets::sides(ui, CONTROL_HEIGHT, width);
        icon_ui(&mut left, tone);
        let color = Tokens::of(&left).words(tone);
        widgets::line(&mut left, words(text, fonts::regular(SMALL), color));
        widgets::button(&mut right, Weight::Primary, button).clicked()
    })
}

fn frame<R>(ui: &mut Ui, tone: Tone, content: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(Tokens::of(ui).ground(tone))
        .corner_radius(CornerRadius::same(CONTROL_RADIUS))
        .inner_margin(Margin::symmetric(12, 9))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

fn icon_ui(ui: &mut Ui, tone: Tone) {
    ui.spacing_mut().item_spacing.x = 8.0;
    let icon = if tone == Tone::Ok {
        Icon::Check
    } else {
        Icon::Warning
    };
    let color = Tokens::of(ui).words(tone);
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 17.0), Sense::hover());
    icons::paint(ui.painter(), icon, rect.center(), 13.0, color);
}

fn words_ui(ui: &mut Ui, tone: Tone, text: &str) {
    let color = Tokens::of(ui).words(tone);
    ui.horizontal_top(|ui| {
        icon_ui(ui, tone);
        paragraph(ui, words(text, fonts::regular(SMALL), color));
    });
}
