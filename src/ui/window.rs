//! The window's layout: bar, list, page, status line.
//!
//! Knows nothing of how the parts look inside.

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Stroke, Ui};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::pass::Pass;
use super::theme::Tokens;
use super::view_state::{Page, ViewState};
use super::{
    account_detail, account_list, add_provider, attention, client_set_up, empty, key_store_banner,
    keyboard, link_progress, list_rows, password_form, problem_card, quit_dialog, settings,
    status_line, top_bar, unlink_dialog, widgets,
};
use crate::bridge::{Command, Snapshot};
use crate::ids::AccountId;

/// Under this width the list and the page take turns.
const NARROW: f32 = 820.0;

/// Paints the window and returns what the person in front of it wants done.
pub fn window_ui(
    ui: &mut Ui,
    now: Timestamp,
    zone: &TimeZone,
    snapshot: &Snapshot,
    view: &mut ViewState,
) -> Vec<Command> {
    view.follow(snapshot);
    let mut index = std::mem::take(&mut view.index);
    index.update(now, snapshot, &view.query);
    let lines = list_rows::lines(snapshot, &index);
    let mut pass = Pass::new(now, zone, snapshot, view);
    keyboard::shortcuts(ui, &mut pass, &lines);
    attention::look_at_clipboard(ui, &mut pass);
    let is_narrow = ui.available_width() < NARROW;
    let bar = bar_frame(ui);
    Panel::top("bar")
        .exact_size(52.0)
        .resizable(false)
        .frame(bar)
        .show(ui, |ui| top_bar::top_bar_ui(ui, &mut pass, is_narrow));
    Panel::bottom("status")
        .exact_size(30.0)
        .resizable(false)
        .frame(bar)
        .show(ui, |ui| status_line::status_line_ui(ui, &pass, &lines));
    if is_narrow && matches!(pass.view.page, Page::Home) {
        let frame = Frame::new().fill(Tokens::of(ui).panel);
        CentralPanel::default().frame(frame).show(ui, |ui| {
            account_list::account_list_ui(ui, &mut pass, &lines);
        });
    } else {
        if !is_narrow {
            list_panel(ui, &mut pass, &lines);
        }
        page_panel(ui, &mut pass, is_narrow);
    }
    unlink_dialog::unlink_dialog_ui(ui, &mut pass);
    quit_dialog::quit_dialog_ui(ui, &mut pass);
    let (commands, wait) = pass.finish();
    view.index = index;
    if let Some(wait) = wait {
        ui.ctx().request_repaint_after(wait);
    }
    commands
}

fn bar_frame(ui: &Ui) -> Frame {
    Frame::new()
        .fill(Tokens::of(ui).panel)
        .inner_margin(Margin::symmetric(16, 0))
}

fn list_panel(ui: &mut Ui, pass: &mut Pass<'_>, lines: &list_rows::Lines<'_>) {
    Panel::left("list")
        .default_size(348.0)
        .size_range(280.0..=480.0)
        .resizable(true)
        .frame(Frame::new().fill(Tokens::of(ui).panel))
        .show(ui, |ui| account_list::account_list_ui(ui, pass, lines));
}

fn page_panel(ui: &mut Ui, pass: &mut Pass<'_>, is_narrow: bool) {
    let frame = Frame::new()
        .fill(Tokens::of(ui).background)
        .stroke(Stroke::NONE);
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let side = if is_narrow { 16 } else { 28 };
        let has_footer = matches!(pass.view.page, Page::SetUp(_));
        let footer = if has_footer { pass.view.footer } else { 0.0 };
        let height = (ui.available_height() - footer).max(LOWEST_PAGE);
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical()
            .id_salt(page_name(pass))
            .auto_shrink(false)
            .max_height(height)
            .show(ui, |ui| {
                Frame::new()
                    .inner_margin(Margin {
                        left: side,
                        right: side,
                        top: 22,
                        bottom: 28,
                    })
                    .show(ui, |ui| {
                        ui.spacing_mut().item_spacing.y = 14.0;
                        if is_narrow
                            && widgets::button(ui, widgets::Weight::Quiet, "Back to the list")
                                .clicked()
                        {
                            pass.view.go(Page::Home);
                        }
                        page_ui(ui, pass);
                    });
            });
        if has_footer {
            footer_ui(ui, pass, side);
        }
    });
}

/// What stays in sight below a long form; the page above it makes room for it.
fn footer_ui(ui: &mut Ui, pass: &mut Pass<'_>, side: i8) {
    let line = Tokens::of(ui).line;
    let top = ui.cursor().top();
    let across = ui.max_rect().x_range();
    ui.painter()
        .hline(across, top + 0.5, Stroke::new(1.0, line));
    let frame = Frame::new().inner_margin(Margin::symmetric(side, 12));
    let footer = frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 12.0;
        client_set_up::set_up_footer_ui(ui, pass);
    });
    let height = footer.response.rect.height();
    if (height - pass.view.footer).abs() > 0.5 {
        pass.view.footer = height;
        ui.ctx()
            .request_discard("the page makes room for its footer");
    }
}

/// The least of a page that is left above its footer.
const LOWEST_PAGE: f32 = 120.0;

/// A name for the page, so that each keeps its own place when it is scrolled.
fn page_name(pass: &Pass<'_>) -> String {
    match &pass.view.page {
        Page::Home => "home".into(),
        Page::Account(account) => format!("account {account}"),
        Page::Link(flow) => format!("link {}", flow.0),
        Page::SignIn(form) => format!("sign-in {}", form.provider),
        Page::SetUp(form) => format!("set-up {}", form.provider),
        Page::AddProvider(_) => "add-provider".into(),
        Page::Settings => "settings".into(),
    }
}

fn page_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    key_store_banner::key_store_banner_ui(ui, pass);
    let snapshot = pass.snapshot;
    if let Page::Link(flow) = &pass.view.page {
        // What a person can do for a sign-in stays in sight, whatever else is wrong.
        if let Some(card) = snapshot.link(*flow) {
            link_progress::link_progress_ui(ui, pass, card);
        }
        problem_card::general_problems_ui(ui, pass);
        return;
    }
    problem_card::general_problems_ui(ui, pass);
    match &pass.view.page {
        Page::Home | Page::Link(_) => home_ui(ui, pass),
        Page::Account(account) => {
            if let Some(card) = snapshot.account(account) {
                account_detail::account_detail_ui(ui, pass, card);
            }
        }
        Page::SignIn(_) => password_form::password_form_ui(ui, pass),
        Page::SetUp(_) => client_set_up::client_set_up_ui(ui, pass),
        Page::AddProvider(_) => add_provider::add_provider_ui(ui, pass),
        Page::Settings => settings::settings_ui(ui, pass),
    }
}

/// Before anything is selected: the first account, or what to do when there is none.
fn home_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    match snapshot.accounts.first() {
        Some(card) => account_detail::account_detail_ui(ui, pass, card),
        None => empty::empty_ui(ui, pass),
    }
}

/// The account that is shown: the selected one, or the first while none is.
pub(super) fn shown_account(pass: &Pass<'_>) -> Option<AccountId> {
    match &pass.view.page {
        Page::Home => pass.snapshot.accounts.first().map(|card| card.id.clone()),
        _ => pass.view.account().cloned(),
    }
}
