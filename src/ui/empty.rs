//! What is shown before anything is linked: an invitation.
//!
//! Knows nothing of single providers; the list beside it has their buttons.

use egui::{Rect, Sense, Ui, UiBuilder, vec2};

use super::fonts::{self, BODY, SMALL};
use super::icons;
use super::pass::Pass;
use super::theme::Tokens;
use super::widgets::{self, words};

const STEPS: [(&str, &str); 3] = [
    (
        "Pick a provider in the list",
        "“Link” starts a sign-in. “Set up” comes first where the provider gave you a client id.",
    ),
    (
        "Sign in in your own browser",
        "Nothing you type there passes through Linkdesk.",
    ),
    (
        "Leave the rest to Linkdesk",
        "It seals the tokens, shows how long they last and refreshes them in time.",
    ),
];

/// How wide the steps are.
const STEPS_WIDTH: f32 = 560.0;

/// Paints the invitation.
pub(super) fn empty_ui(ui: &mut Ui, pass: &Pass<'_>) {
    ui.add_space((ui.available_height() * 0.12).clamp(8.0, 90.0));
    if !pass.snapshot.loaded {
        // The list says that it is being read.
        return;
    }
    ui.vertical_centered(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(56.0, 56.0), Sense::hover());
        icons::own_mark(ui.painter(), rect);
        ui.add_space(4.0);
        widgets::heading(ui, "Link your first account");
    });
    ui.add_space(6.0);
    let place = ui.available_rect_before_wrap();
    let width = STEPS_WIDTH.min(place.width());
    let column = Rect::from_center_size(place.center(), vec2(width, place.height()));
    ui.scope_builder(UiBuilder::new().max_rect(column), |ui| {
        for (number, (title, below)) in (1..).zip(STEPS) {
            ui.horizontal_top(|ui| step_ui(ui, number, title, below));
        }
    });
}

fn step_ui(ui: &mut Ui, number: u8, title: &str, below: &str) {
    let tokens = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(28.0, 28.0), Sense::hover());
    let circle = Rect::from_center_size(rect.center() + vec2(0.0, 3.0), vec2(24.0, 24.0));
    ui.painter()
        .circle_filled(circle.center(), 12.0, tokens.raised);
    let font = fonts::medium(SMALL);
    let anchor = egui::Align2::CENTER_CENTER;
    ui.painter()
        .text(circle.center(), anchor, number, font, tokens.muted);
    ui.add_space(4.0);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        widgets::paragraph(ui, words(title, fonts::medium(BODY), tokens.text));
        widgets::paragraph(ui, words(below, fonts::regular(SMALL), tokens.muted));
    });
}
