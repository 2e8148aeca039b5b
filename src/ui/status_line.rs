//! The line at the bottom: how many are ready, where the keys are, whether the clock agrees, which version this is.
//!
//! Knows nothing of single accounts.

use egui::{Align, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};

use super::fonts::{self, TINY};
use super::list_index::Readiness;
use super::list_rows::Lines;
use super::pass::Pass;
use super::theme::{Tokens, Tone};
use super::widgets::{self, words};
use crate::bridge::KeyStoreState;
use crate::text::store;

/// A difference of the clocks a person should know about.
const CLOCK_OFF_MS: i64 = 5_000;

/// Under this width only what needs the person is said.
const TIGHT: f32 = 700.0;

/// Paints the line.
pub(super) fn status_line_ui(ui: &mut Ui, pass: &Pass<'_>, lines: &Lines<'_>) {
    let bar = ui.max_rect();
    let builder = UiBuilder::new()
        .max_rect(bar)
        .layout(Layout::right_to_left(Align::Center));
    let right = ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 18.0;
        said(ui, concat!("v", env!("CARGO_PKG_VERSION")));
        if let Some(practice) = pass.snapshot.practice {
            widgets::chip(ui, Tone::Warn, store::practice(practice));
        }
        ui.min_rect().left()
    });
    let rest = Rect::from_min_max(bar.min, pos2(right.inner - 18.0, bar.max.y));
    let builder = UiBuilder::new()
        .max_rect(rest)
        .layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| left_ui(ui, pass, lines, bar.width() < TIGHT));
}

fn left_ui(ui: &mut Ui, pass: &Pass<'_>, lines: &Lines<'_>, is_tight: bool) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    let (tone, text) = readiness(pass, lines);
    let (dot, _) = ui.allocate_exact_size(vec2(7.0, 7.0), Sense::hover());
    ui.painter()
        .circle_filled(dot.center(), 3.5, tokens.tone(tone));
    said(ui, &text);
    let card = pass.snapshot.key_store;
    let is_away = matches!(card.state, KeyStoreState::Unavailable(_));
    if is_away || !is_tight {
        ui.add_space(12.0);
        let color = if is_away { tokens.bad } else { tokens.muted };
        widgets::line(ui, words(store::keys(card), fonts::regular(TINY), color));
    }
    if let Some((is_off, text)) = lines
        .readiness()
        .clock_offset_ms
        .map(clock)
        .filter(|(off, _)| *off || !is_tight)
    {
        ui.add_space(12.0);
        let color = if is_off { tokens.warn } else { tokens.muted };
        widgets::line(ui, words(text, fonts::regular(TINY), color));
    }
}

fn said(ui: &mut Ui, text: &str) {
    let color = Tokens::of(ui).muted;
    widgets::line(ui, words(text, fonts::regular(TINY), color));
}

/// How many accounts can be used, and how many wait for the person.
fn readiness(pass: &Pass<'_>, lines: &Lines<'_>) -> (Tone, String) {
    if !pass.snapshot.loaded {
        return (Tone::Off, "Reading your accounts".into());
    }
    let all = pass.snapshot.accounts.len();
    if all == 0 {
        return (Tone::Off, "Nothing linked yet".into());
    }
    let Readiness { ready, waiting, .. } = lines.readiness();
    let found = if pass.view.query.trim().is_empty() {
        String::new()
    } else {
        format!("{} found, ", lines.found())
    };
    let words = match waiting {
        0 => format!("{found}{ready} of {all} ready"),
        1 => format!("{found}{ready} of {all} ready, 1 needs you"),
        _ => format!("{found}{ready} of {all} ready, {waiting} need you"),
    };
    let tone = match (waiting, ready) {
        (0, ready) if ready == all => Tone::Ok,
        (0, _) => Tone::Warn,
        _ => Tone::Bad,
    };
    (tone, words)
}

/// What the largest difference between our clock and a provider's comes to, and whether it matters.
fn clock(offset: i64) -> (bool, String) {
    let size = offset.unsigned_abs();
    let seconds = format!("{}.{} s", size / 1_000, size % 1_000 / 100);
    if offset.abs() < CLOCK_OFF_MS {
        (false, format!("Clock agrees within {seconds}"))
    } else if offset < 0 {
        (true, format!("Your clock is {seconds} fast"))
    } else {
        (true, format!("Your clock is {seconds} slow"))
    }
}
