//! One account's page: its header with what can be done, its tabs, its problem.
//!
//! Knows nothing of what the tabs hold.

use egui::accesskit::Role;
use egui::{Response, Sense, Stroke, Ui, WidgetInfo, vec2};

use super::fonts::{self, BODY, SMALL};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::problem_card;
use super::remedies::begin_sign_in;
use super::theme::{Tokens, Tone};
use super::view_state::{Rename, Tab};
use super::widgets::{self, Weight, words};
use super::{history, inspector, overview, trading_accounts};
use crate::bridge::{AccountCard, Busy, Command, Remedy, State};
use crate::text::{self, foreign, time};

/// Under this width the actions stand below the name.
const TIGHT: f32 = 620.0;

/// Paints an account's page.
pub(super) fn account_detail_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    header(ui, pass, account);
    if account.unreadable {
        // Nothing that the tabs would show is known.
        unreadable_ui(ui, pass, account);
        return;
    }
    tabs(ui, pass, account);
    if let Some(trouble) = text::trouble(pass.now, pass.zone, account) {
        let color = Tokens::of(ui).tone(Tone::Warn);
        let trouble = pass.ticking(trouble);
        widgets::paragraph(ui, words(trouble, fonts::medium(SMALL), color));
    }
    if let Some(problem) = &account.problem {
        problem_card::problem_card_ui(ui, pass, problem);
    }
    match shown_tab(pass, account) {
        Tab::Overview => overview::overview_ui(ui, pass, account),
        Tab::TradingAccounts => trading_accounts::trading_accounts_ui(ui, pass, account),
        Tab::Inspector => inspector::inspector_ui(ui, pass, account),
        Tab::History => history::history_ui(ui, pass, account),
    }
}

/// That nothing more is known, said even where its problem was dismissed.
fn unreadable_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    if let Some(problem) = &account.problem {
        problem_card::problem_card_ui(ui, pass, problem);
    }
    widgets::card(ui, |ui| {
        widgets::fact_words(ui, "State", text::account::state(State::Unreadable));
        widgets::fact_words(ui, "Id", account.id.to_string());
    });
}

/// The tab that was chosen, as far as this account has it.
fn shown_tab(pass: &Pass<'_>, account: &AccountCard) -> Tab {
    match pass.view.tab {
        Tab::TradingAccounts if !account.has_trading_accounts => Tab::Overview,
        tab => tab,
    }
}

fn header(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let actions = actions(pass, account);
    if ui.available_width() < TIGHT {
        ui.horizontal(|ui| who(ui, pass, account));
        ui.horizontal_wrapped(|ui| {
            for action in &actions {
                action_ui(ui, pass, account, action);
            }
        });
        return;
    }
    let widths = actions.iter().map(|action| match action {
        Action::Proved(text) => widgets::chip_width(ui, text),
        Action::SignIn => widgets::button_width(ui, SIGN_IN),
        Action::Refresh => widgets::button_width(ui, refresh_text(account)),
        Action::Unlink => widgets::button_width(ui, UNLINK),
    });
    let width = widths.fold(-widgets::SIDES_GAP, |sum, width| {
        sum + width + widgets::SIDES_GAP
    });
    let [mut left, mut right] = widgets::sides(ui, 44.0, width);
    who(&mut left, pass, account);
    for action in &actions {
        action_ui(&mut right, pass, account, action);
    }
}

/// Mark, label, provider and identity; or the label being changed.
fn who(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let tokens = Tokens::of(ui);
    let provider = pass.snapshot.provider(&account.provider);
    let name = provider.map_or_else(
        || foreign(account.provider.as_str()),
        |card| foreign(&card.name),
    );
    let (mark, _) = ui.allocate_exact_size(vec2(44.0, 44.0), Sense::hover());
    icons::mark(ui.painter(), mark, provider);
    ui.add_space(4.0);
    if pass
        .view
        .rename
        .as_ref()
        .is_some_and(|rename| rename.account == account.id)
    {
        rename_ui(ui, pass);
        return;
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            let label = foreign(&account.label);
            let room = (ui.available_width() - 34.0).max(40.0);
            ui.scope(|ui| {
                ui.set_max_width(room);
                widgets::heading(ui, &label);
            });
            let pencil = widgets::icon_button(ui, Icon::Pencil, &format!("Rename {label}"));
            if pencil.clicked() {
                pass.view.rename = Some(Rename {
                    account: account.id.clone(),
                    label: account.label.clone(),
                    is_new: true,
                });
            }
        });
        let identity = account.identity_line().map(foreign);
        let below =
            identity.map_or_else(|| name.clone(), |identity| format!("{name}  ·  {identity}"));
        widgets::line(ui, words(below, fonts::regular(SMALL), tokens.muted));
    });
}

fn rename_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let Some(rename) = pass.view.rename.as_mut() else {
        return;
    };
    let width = (ui.available_width() - 170.0).clamp(80.0, 260.0);
    let edit = egui::TextEdit::singleline(&mut rename.label)
        .char_limit(100)
        .desired_width(width)
        .align(egui::Align2::LEFT_CENTER)
        .min_size(super::theme::CONTROL);
    let field = ui.add(edit).accessible_name("Label");
    if std::mem::take(&mut rename.is_new) {
        field.request_focus();
    }
    let saves =
        widgets::button(ui, Weight::Plain, "Save label").clicked() || widgets::entered(ui, &field);
    let cancels = widgets::button(ui, Weight::Quiet, "Cancel").clicked();
    let label = rename.label.trim().to_owned();
    if saves && !label.is_empty() {
        let account = rename.account.clone();
        pass.send(Command::RenameAccount { account, label });
    }
    if saves || cancels {
        pass.view.rename = None;
    }
}

const SIGN_IN: &str = "Sign in again";
const UNLINK: &str = "Unlink…";

/// What the header offers.
enum Action {
    /// When the provider last accepted the token, in words.
    Proved(String),
    SignIn,
    Refresh,
    Unlink,
}

/// What the header offers, in reading order.
fn actions(pass: &mut Pass<'_>, account: &AccountCard) -> Vec<Action> {
    let mut actions = Vec::new();
    if let Some(at) = account.last_proved_at {
        let age = pass.ticking(time::ago(pass.now, at));
        actions.push(Action::Proved(format!("Proved {age}")));
    }
    let is_offered = account
        .problem
        .as_ref()
        .is_some_and(|problem| problem.remedy == Remedy::SignInAgain);
    let is_due = account.sign_in_due(pass.now).is_some();
    pass.watch_until(account.sign_in_due_changes_at(pass.now));
    let is_over = account.needs_sign_in.is_some() || account.unreadable;
    if (is_over || is_due) && !is_offered {
        actions.push(Action::SignIn);
    }
    if !account.unreadable {
        actions.push(Action::Refresh);
    }
    actions.push(Action::Unlink);
    actions
}

fn refresh_text(account: &AccountCard) -> &'static str {
    if account.busy == Some(Busy::Refreshing) {
        "Refreshing"
    } else {
        "Refresh now"
    }
}

fn action_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard, action: &Action) {
    match action {
        Action::Proved(text) => {
            let ended = account.needs_sign_in.is_some();
            widgets::chip(ui, if ended { Tone::Off } else { Tone::Ok }, text);
        }
        Action::SignIn => {
            if widgets::button(ui, Weight::Primary, SIGN_IN).clicked() {
                begin_sign_in(pass, &account.provider, Some(&account.id));
            }
        }
        Action::Refresh => refresh_ui(ui, pass, account),
        Action::Unlink => unlink_ui(ui, pass, account),
    }
}

fn refresh_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let weight = if account.needs_sign_in.is_some() {
        Weight::Plain
    } else {
        Weight::Primary
    };
    let name = format!("Refresh {}", foreign(&account.label));
    let refresh = ui.add_enabled_ui(account.busy.is_none(), |ui| {
        widgets::button(ui, weight, refresh_text(account)).accessible_name(name)
    });
    if refresh.inner.clicked() {
        let account = account.id.clone();
        pass.send(Command::RefreshAccount { account });
    }
}

fn unlink_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let name = format!("Unlink {}", foreign(&account.label));
    let is_idle = account.busy != Some(Busy::Unlinking);
    let unlink = ui.add_enabled_ui(is_idle, |ui| {
        widgets::button(ui, Weight::Danger, UNLINK).accessible_name(name)
    });
    if unlink.inner.clicked() {
        pass.view.unlink = Some(account.id.clone());
        pass.view.dialog_is_new = true;
    }
}

fn tabs(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let shown = shown_tab(pass, account);
    let line = Tokens::of(ui).line;
    let row = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 22.0;
        let trading = account
            .has_trading_accounts
            .then_some((Tab::TradingAccounts, "Trading accounts"));
        let tabs = [
            Some((Tab::Overview, "Overview")),
            trading,
            Some((Tab::Inspector, "Inspector")),
            Some((Tab::History, "History")),
        ];
        for (tab, name) in tabs.into_iter().flatten() {
            if tab_ui(ui, name, tab == shown).clicked() {
                pass.view.tab = tab;
            }
        }
    });
    let bottom = row.response.rect.bottom() - 0.5;
    let across = row.response.rect.left()..=ui.max_rect().right();
    ui.painter().hline(across, bottom, Stroke::new(1.0, line));
}

fn tab_ui(ui: &mut Ui, name: &str, is_selected: bool) -> Response {
    let tokens = Tokens::of(ui);
    let galley = ui
        .painter()
        .layout_no_wrap(name.into(), fonts::medium(BODY), tokens.text);
    let size = vec2(galley.size().x, 36.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), is_selected, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.clear_toggled();
        node.set_selected(is_selected);
    });
    let color = if is_selected || response.hovered() {
        tokens.text
    } else {
        tokens.muted
    };
    let at = rect.left_center() - vec2(0.0, galley.size().y / 2.0);
    ui.painter()
        .galley_with_override_text_color(at, galley, color);
    if is_selected {
        let stroke = Stroke::new(2.0, tokens.accent);
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 1.0, stroke);
    }
    widgets::focus_ring(
        ui,
        &response
            .clone()
            .with_new_rect(rect.expand2(vec2(6.0, -4.0))),
        7.0,
    );
    response
}
