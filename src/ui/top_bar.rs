//! The bar at the top: the mark, the search, what concerns everything.
//!
//! Knows nothing of single accounts.

use egui::{Align, Key, Layout, Modifiers, Rect, TextEdit, Ui, UiBuilder, pos2, vec2};

use super::fonts::{self, BODY};
use super::icons;
use super::pass::Pass;
use super::theme::{CONTROL, CONTROL_HEIGHT, Tokens};
use super::widgets::{self, Weight, words};
use crate::bridge::Command;

/// Paints the bar.
pub(super) fn top_bar_ui(ui: &mut Ui, pass: &mut Pass<'_>, is_narrow: bool) {
    let bar = ui.max_rect();
    brand(ui, bar, is_narrow);
    let width = widgets::button_width(ui, REFRESH) + widgets::button_width(ui, SETTINGS) + 12.0;
    let buttons = Rect::from_min_max(pos2(bar.right() - width, bar.top()), bar.max);
    let left = bar.left() + if is_narrow { 44.0 } else { 328.0 };
    let room = (buttons.left() - 12.0 - left).clamp(60.0, 300.0);
    let place = Rect::from_min_size(
        pos2(left, bar.center().y - CONTROL_HEIGHT / 2.0),
        vec2(room, CONTROL_HEIGHT),
    );
    search(ui, pass, place);
    let builder = UiBuilder::new()
        .max_rect(buttons)
        .layout(Layout::left_to_right(Align::Center));
    let mut ui = ui.new_child(builder);
    ui.spacing_mut().item_spacing.x = 12.0;
    buttons_ui(&mut ui, pass);
}

const REFRESH: &str = "Refresh all";
const SETTINGS: &str = "Settings";

fn brand(ui: &mut Ui, bar: Rect, is_narrow: bool) {
    let mark = Rect::from_min_size(bar.left_center() - vec2(0.0, 11.0), vec2(22.0, 22.0));
    icons::own_mark(ui.painter(), mark);
    if is_narrow {
        return;
    }
    let color = Tokens::of(ui).text;
    let rest = Rect::from_min_max(pos2(mark.right() + 9.0, bar.top()), bar.max);
    let builder = UiBuilder::new()
        .max_rect(rest)
        .layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        widgets::line(ui, words("Linkdesk", fonts::semibold(BODY), color));
    });
}

fn buttons_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let has_accounts = !pass.snapshot.accounts.is_empty();
    let refresh = ui.add_enabled_ui(has_accounts, |ui| {
        widgets::button(ui, Weight::Plain, REFRESH)
    });
    if refresh.inner.clicked() {
        pass.send(Command::RefreshAll);
    }
    if widgets::button(ui, Weight::Quiet, SETTINGS).clicked() {
        pass.view.toggle_settings();
    }
}

fn search(ui: &mut Ui, pass: &mut Pass<'_>, place: Rect) {
    let tokens = Tokens::of(ui);
    let edit = TextEdit::singleline(&mut pass.view.query)
        .hint_text("Search accounts and providers")
        .char_limit(200)
        .desired_width(f32::INFINITY)
        .min_size(CONTROL)
        .align(egui::Align2::LEFT_CENTER);
    let response = ui.put(place, edit).accessible_name("Search");
    if std::mem::take(&mut pass.view.focus_search) {
        response.request_focus();
    }
    let is_empty = pass.view.query.is_empty();
    if is_empty && !response.has_focus() && place.width() > 260.0 {
        let right = place.right_center() - vec2(10.0, 0.0);
        let keys = ui
            .ctx()
            .format_shortcut(&egui::KeyboardShortcut::new(Modifiers::COMMAND, Key::K));
        icons::key_cap(
            ui.painter(),
            right,
            &keys.replace('+', " "),
            [tokens.panel, tokens.line, tokens.faint],
        );
    }
    if !is_empty && response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        pass.view.query.clear();
    }
}
