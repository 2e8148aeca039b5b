//! The list at the left: every provider, linked or not, with its accounts and what is under way there.
//!
//! Only the lines in sight are laid out. Knows nothing of what a row looks like inside.

use egui::accesskit::Role;
use egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::account_row::{account_row_ui, link_row_ui};
use super::fonts::{self, SMALL, TINY};
use super::icons::{self, Icon};
use super::list_rows::{ADD_HEIGHT, HINT_HEIGHT, Line, Lines, PROVIDER_HEIGHT, ROW_HEIGHT};
use super::pass::Pass;
use super::remedies::begin_sign_in;
use super::set_up_form::SetUpForm;
use super::theme::Tokens;
use super::view_state::Page;
use super::widgets::{self, words};
use crate::bridge::ProviderCard;
use crate::text::{foreign, problem};

/// Free space above the first line and below the last.
const RIM: f32 = 6.0;

/// Paints the list.
pub(super) fn account_list_ui(ui: &mut Ui, pass: &mut Pass<'_>, lines: &Lines<'_>) {
    if !pass.snapshot.loaded {
        note(ui, "Reading your accounts…");
        return;
    }
    if lines.is_empty() {
        note(ui, "Nothing matches the search");
        ui.vertical_centered(|ui| add_ui(ui, pass));
        return;
    }
    let mut area = ScrollArea::vertical()
        .id_salt("accounts")
        .auto_shrink(false);
    if let Some(offset) = wanted_offset(ui, pass, lines) {
        area = area.vertical_scroll_offset(offset);
    }
    area.show_viewport(ui, |ui, seen| {
        ui.set_height(lines.height() + ADD_HEIGHT + 2.0 * RIM);
        let left = ui.max_rect().left();
        let width = ui.max_rect().width();
        let origin = ui.max_rect().top() + RIM;
        let builder = UiBuilder::new()
            .accessibility_role(Role::List)
            .accessibility_label("Accounts");
        ui.scope_builder(builder, |ui| {
            for (top, line) in lines.within(seen.top() - RIM..seen.bottom() - RIM) {
                let rect = Rect::from_min_size(pos2(left, origin + top), vec2(width, height(line)));
                line_ui(ui, pass, rect, line);
            }
        });
        let end = pos2(left + 10.0, origin + lines.height() + 8.0);
        let place = Rect::from_min_size(end, vec2(width - 20.0, ADD_HEIGHT - 8.0));
        if seen.bottom() > lines.height() {
            ui.scope_builder(UiBuilder::new().max_rect(place), |ui| add_ui(ui, pass));
        }
    });
}

const fn height(line: Line<'_>) -> f32 {
    match line {
        Line::Provider(_) | Line::Orphans => PROVIDER_HEIGHT,
        Line::Hint(_) => HINT_HEIGHT,
        Line::Link(_) | Line::Account(_) => ROW_HEIGHT,
    }
}

fn line_ui(ui: &mut Ui, pass: &mut Pass<'_>, rect: Rect, line: Line<'_>) {
    match line {
        Line::Provider(provider) => provider_ui(ui, pass, rect, provider),
        Line::Orphans => words_ui(ui, rect, 12.0, "Provider no longer known"),
        Line::Hint(provider) => {
            let needs = format!("Needs {}", problem::missing(&provider.missing));
            words_ui(ui, rect, 4.0, &needs);
        }
        Line::Link(link) => link_row_ui(ui, pass, rect, link),
        Line::Account(account) => account_row_ui(ui, pass, rect, account),
    }
}

fn words_ui(ui: &Ui, rect: Rect, down: f32, text: &str) {
    let look = (fonts::regular(TINY), Tokens::of(ui).muted);
    let color = look.1;
    let galley = widgets::cut(ui.painter(), text, look, rect.width() - 36.0);
    ui.painter()
        .galley(rect.min + vec2(18.0, down), galley, color);
    widgets::told(ui, ui.scope_id().with(("words", text)), rect, text);
}

fn provider_ui(ui: &mut Ui, pass: &mut Pass<'_>, rect: Rect, provider: &ProviderCard) {
    let tokens = Tokens::of(ui);
    let name = foreign(&provider.name);
    let row = Rect::from_min_max(rect.min + vec2(16.0, 6.0), rect.max - vec2(7.0, 2.0));
    let mark = Rect::from_min_size(row.left_center() - vec2(0.0, 10.0), vec2(20.0, 20.0));
    icons::mark(ui.painter(), mark, Some(provider));
    let builder = UiBuilder::new()
        .id_salt(("provider", &provider.id))
        .max_rect(Rect::from_min_max(
            pos2(mark.right() + 9.0, row.top()),
            row.max,
        ))
        .layout(Layout::left_to_right(Align::Center));
    let mut ui = ui.new_child(builder);
    let actions = if provider.missing.is_empty() {
        86.0
    } else {
        72.0
    };
    let room = (ui.available_width() - actions).max(20.0);
    let look = (fonts::medium(TINY), tokens.muted);
    let galley = widgets::cut(ui.painter(), &name, look, room);
    let (place, label) = ui.allocate_exact_size(vec2(room, row.height()), Sense::hover());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, name.as_str()));
    let at = place.left_center() - vec2(0.0, galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens.muted);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        actions_ui(ui, pass, provider, &name);
    });
}

/// What can be done at a provider: link, or set up where something is missing; the set-up stays reachable.
fn actions_ui(ui: &mut Ui, pass: &mut Pass<'_>, provider: &ProviderCard, name: &str) {
    let is_ready = provider.missing.is_empty();
    if is_ready {
        let link =
            widgets::link(ui, Some(Icon::Plus), "Link").accessible_name(format!("Link {name}"));
        if link.clicked() {
            begin_sign_in(pass, &provider.id, None);
        }
    }
    if !provider.can_be_set_up {
        return;
    }
    let set_up = format!("Set up {name}");
    let response = if is_ready {
        widgets::icon_button(ui, Icon::Sliders, &set_up)
    } else {
        widgets::link(ui, Some(Icon::Plus), "Set up").accessible_name(set_up)
    };
    if response.clicked() {
        pass.view.go(Page::SetUp(Box::new(SetUpForm::of(provider))));
    }
}

/// The way to a provider that is not in the list.
fn add_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let add = widgets::link(ui, Some(Icon::Plus), "Add a provider…");
    if add.accessible_name("Add a provider").clicked() {
        pass.view.go(Page::AddProvider(Box::default()));
    }
}

fn note(ui: &mut Ui, text: &str) {
    let color = Tokens::of(ui).muted;
    ui.add_space(24.0);
    ui.vertical_centered(|ui| widgets::paragraph(ui, words(text, fonts::regular(SMALL), color)));
}

/// Where to scroll so that a row asked for by the keyboard is in sight.
fn wanted_offset(ui: &Ui, pass: &mut Pass<'_>, lines: &Lines<'_>) -> Option<f32> {
    let account = pass.view.scroll_to.take()?;
    let top = lines.top_of(&account)?;
    let visible = ui.available_height();
    let id = ui.make_persistent_id("accounts");
    let offset = egui::containers::scroll_area::State::load(ui.ctx(), id)
        .map_or(0.0, |state| state.clamped_offset().y);
    if top < offset {
        Some(top)
    } else if top + ROW_HEIGHT + RIM > offset + visible {
        Some(top + ROW_HEIGHT + 2.0 * RIM - visible)
    } else {
        None
    }
}
