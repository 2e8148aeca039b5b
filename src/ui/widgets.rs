//! The parts screens are made of: words, buttons, cards, chips, rings, bars, tabular figures, fields.
//!
//! Knows nothing of accounts. Every control it makes has a role and a name; nothing it paints repaints by itself.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Align2, Button, Color32, CornerRadius, FontId, Frame, Id, Label, Layout, Margin,
};
use egui::{Galley, UiBuilder, WidgetInfo, pos2, vec2};
use egui::{Painter, Pos2, Rect, Response, RichText, Sense, Stroke, StrokeKind, TextEdit, Ui};

use super::fonts::{self, BODY, SMALL, TINY};
use super::icons::{self, Icon};
use super::theme::{CARD_RADIUS, CONTROL, CONTROL_RADIUS, Tokens, Tone};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// The one action of the screen.
    Primary,
    /// Any other action.
    Plain,
    /// An action that takes something away.
    Danger,
    /// An action at the rim.
    Quiet,
}

/// Words in a font and a color.
pub(super) fn words(text: impl Into<String>, font: FontId, color: Color32) -> RichText {
    RichText::new(text).font(font).color(color)
}

/// A label on one line, cut where there is no room.
pub(super) fn line(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).truncate())
}

/// A label that takes as many lines as it needs.
pub(super) fn paragraph(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).wrap())
}

/// A label whose text can be selected and copied.
pub(super) fn selectable(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).wrap().selectable(true))
}

/// A page's title, as a heading for screen readers.
pub(super) fn heading(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui).text;
    let response = line(ui, words(text, fonts::semibold(fonts::TITLE), color));
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, text));
    response
}

/// A button; its text is its name unless the caller gives it another.
pub(super) fn button(ui: &mut Ui, weight: Weight, text: &str) -> Response {
    let tokens = Tokens::of(ui);
    let font = fonts::medium(BODY);
    let button = match weight {
        Weight::Primary => Button::new(words(text, font, tokens.on_accent))
            .fill(tokens.accent)
            .stroke(Stroke::NONE),
        Weight::Plain => Button::new(words(text, font, tokens.text)),
        Weight::Danger => Button::new(words(text, font, tokens.bad)),
        Weight::Quiet => Button::new(words(text, font, tokens.muted)).frame_when_inactive(false),
    };
    let response = ui.add(button.min_size(CONTROL).corner_radius(CONTROL_RADIUS));
    if weight == Weight::Primary {
        // The others have a frame that says so by itself.
        focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
    }
    response
}

/// A small button of words without a frame, with an icon before them.
pub(super) fn link(ui: &mut Ui, icon: Option<Icon>, text: &str) -> Response {
    let tokens = Tokens::of(ui);
    let galley = ui
        .painter()
        .layout_no_wrap(text.into(), fonts::medium(TINY), tokens.accent);
    let indent = if icon.is_some() { 13.0 } else { 0.0 };
    let size = galley.size() + vec2(indent + 12.0, 8.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), text));
    if response.hovered() {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(CONTROL_RADIUS), tokens.raised);
    }
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
    let left = rect.left_center() + vec2(6.0, 0.0);
    if let Some(icon) = icon {
        icons::paint(
            ui.painter(),
            icon,
            left + vec2(4.0, 0.0),
            8.0,
            tokens.accent,
        );
    }
    let at = left + vec2(indent, -galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens.accent);
    response
}

/// A square button that is an icon alone; `name` is what a screen reader says and what the tooltip shows.
pub(super) fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(26.0, 26.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let color = if response.hovered() {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(CONTROL_RADIUS), tokens.raised);
        tokens.text
    } else {
        tokens.muted
    };
    icons::paint(ui.painter(), icon, rect.center(), 12.0, color);
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
    response.on_hover_text(name)
}

/// The ring around whatever the keyboard is on.
pub(super) fn focus_ring(ui: &Ui, response: &Response, radius: f32) {
    if response.has_focus() {
        let stroke = Stroke::new(2.0, Tokens::of(ui).accent);
        ui.painter()
            .rect_stroke(response.rect, radius, stroke, StrokeKind::Outside);
    }
}

/// A card with its content.
pub(super) fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = Tokens::of(ui);
    card_frame(tokens.panel, tokens.line)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// The frame of a card in other colors, for problems and warnings.
pub(super) fn card_frame(fill: Color32, line: Color32) -> Frame {
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(CornerRadius::same(CARD_RADIUS))
        .inner_margin(Margin::symmetric(18, 16))
}

/// The small heading of a card.
pub(super) fn card_title(ui: &mut Ui, text: &str) -> Response {
    let color = Tokens::of(ui).muted;
    line(ui, words(text, fonts::medium(TINY), color))
}

/// A word on a colored ground.
pub(super) fn chip(ui: &mut Ui, tone: Tone, text: &str) -> Response {
    let tokens = Tokens::of(ui);
    let color = tokens.words(tone);
    let room = (ui.available_width() - 18.0).max(24.0);
    let galley = cut(ui.painter(), text, (fonts::medium(TINY), color), room);
    let size = galley.size() + vec2(18.0, 7.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let ground = tokens.ground(tone);
    ui.painter()
        .rect_filled(rect, CornerRadius::same(CARD_RADIUS), ground);
    ui.painter()
        .galley(rect.center() - galley.size() / 2.0, galley, color);
    response
}

/// One line of words, cut at a width.
pub(super) fn cut(
    painter: &Painter,
    text: &str,
    look: (FontId, Color32),
    width: f32,
) -> Arc<Galley> {
    let (font, color) = look;
    let mut job = LayoutJob::simple_singleline(text.into(), font, color);
    job.wrap = TextWrapping::truncate_at_width(width);
    painter.layout_job(job)
}

/// A ring that shows what is left of a life.
pub(super) fn ring(painter: &Painter, center: Pos2, fraction: Option<f32>, colors: [Color32; 2]) {
    let [ground, color] = colors;
    icons::arc(painter, center, RING_RADIUS, 1.0, Stroke::new(6.0, ground));
    if let Some(fraction) = fraction.filter(|fraction| *fraction > 0.0) {
        icons::arc(
            painter,
            center,
            RING_RADIUS,
            fraction,
            Stroke::new(6.0, color),
        );
    }
}

/// From the center of a ring to the middle of its stroke.
pub(super) const RING_RADIUS: f32 = 37.0;

/// A 3-point bar of the life that is left.
pub(super) fn bar(painter: &Painter, rect: Rect, fraction: f32, colors: [Color32; 2]) {
    let [ground, color] = colors;
    painter.rect_filled(rect, 1.5, ground);
    let width = (rect.width() * fraction).max(if fraction > 0.0 { 2.0 } else { 0.0 });
    let filled = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    painter.rect_filled(filled, 1.5, color);
}

/// What is painted at `rect`, told to screen readers as a label.
pub(super) fn told(ui: &Ui, id: Id, rect: Rect, text: &str) -> Response {
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// One fact: its name at the left, its value beside it.
pub(super) fn fact(ui: &mut Ui, name: &str, value: impl FnOnce(&mut Ui)) {
    let color = Tokens::of(ui).muted;
    let size = vec2(ui.available_width(), FACT_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(FACT_NAME, FACT_HEIGHT), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
        let galley = cut(ui.painter(), name, (fonts::regular(BODY), color), FACT_NAME);
        let at = rect.left_center() - vec2(0.0, galley.size().y / 2.0);
        ui.painter().galley(at, galley, color);
        value(ui);
    });
}

/// How high a fact is.
pub(super) const FACT_HEIGHT: f32 = 24.0;

/// How wide the names of facts are.
const FACT_NAME: f32 = 124.0;

/// A fact whose value is words.
pub(super) fn fact_words(ui: &mut Ui, name: &str, value: impl Into<String>) {
    let text = words(value, fonts::regular(BODY), Tokens::of(ui).text);
    fact(ui, name, |ui| {
        ui.add(Label::new(text).truncate().selectable(true));
    });
}

/// A field of a form: its name above it, a hint below; the name is also its accessible name.
pub(super) fn field(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    add: impl FnOnce(&mut Ui) -> Response,
) -> Response {
    let tokens = Tokens::of(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        line(ui, words(name, fonts::medium(SMALL), tokens.text));
        let response = add(ui).accessible_name(name);
        if !hint.is_empty() {
            paragraph(ui, words(hint, fonts::regular(TINY), tokens.muted));
        }
        response
    })
    .inner
}

/// A one-line text field as wide as its place.
pub(super) fn text_field(ui: &mut Ui, text: &mut String, hint: &str) -> Response {
    ui.add(
        TextEdit::singleline(text)
            .hint_text(hint.to_owned())
            .char_limit(2048)
            .desired_width(f32::INFINITY)
            .min_size(CONTROL)
            .align(Align2::LEFT_CENTER),
    )
}

/// Whether Enter was pressed in this field.
pub(super) fn entered(ui: &Ui, response: &Response) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

/// Two places on one line: the left one, and after it, in reading order, the right one, `right_width` wide.
pub(super) fn sides(ui: &mut Ui, height: f32, right_width: f32) -> [Ui; 2] {
    let size = vec2(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let split = (rect.right() - right_width).max(rect.left());
    let left_end = (split - SIDES_GAP).max(rect.left());
    [(rect.left(), left_end), (split, rect.right())].map(|(from, to)| {
        let place = Rect::from_min_max(pos2(from, rect.top()), pos2(to, rect.bottom()));
        let layout = Layout::left_to_right(Align::Center);
        let mut child = ui.new_child(UiBuilder::new().max_rect(place).layout(layout));
        child.spacing_mut().item_spacing.x = SIDES_GAP;
        child
    })
}

/// The room between controls at the right of a header.
pub(super) const SIDES_GAP: f32 = 14.0;

/// How wide a button with this text is.
pub(super) fn button_width(ui: &Ui, text: &str) -> f32 {
    let padding = 2.0 * ui.spacing().button_padding.x;
    text_width(ui, text, fonts::medium(BODY)) + padding
}

/// How wide a chip with this text is.
pub(super) fn chip_width(ui: &Ui, text: &str) -> f32 {
    text_width(ui, text, fonts::medium(TINY)) + 18.0
}

fn text_width(ui: &Ui, text: &str, font: FontId) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.into(), font, Color32::PLACEHOLDER);
    galley.size().x
}

/// Adds a radio button or a checkbox whose outline can be seen before anybody touches it.
pub(super) fn tick(ui: &mut Ui, control: impl egui::Widget) -> Response {
    let before = ui.visuals().widgets.inactive.bg_stroke;
    ui.visuals_mut().widgets.inactive.bg_stroke.color = Tokens::of(ui).faint;
    let response = ui.add(control);
    ui.visuals_mut().widgets.inactive.bg_stroke = before;
    response
}
