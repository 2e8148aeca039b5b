//! What the keyboard does besides Tab, Enter and Space: search, refresh, arrows in the list, Escape.
//!
//! Runs before anything is painted, so that a key acts in the frame it is pressed in.

use egui::{Key, Modifiers, Ui};

use super::account_row::row_id;
use super::list_rows::Lines;
use super::pass::Pass;
use super::view_state::Page;
use super::window::shown_account;
use crate::bridge::Command;
use crate::ids::AccountId;

/// Acts on keys that belong to no control.
pub(super) fn shortcuts(ui: &Ui, pass: &mut Pass<'_>, lines: &Lines<'_>) {
    if pass.view.unlink.is_some() {
        return;
    }
    let (search, refresh) = ui.input_mut(|input| {
        (
            input.consume_key(Modifiers::COMMAND, Key::K),
            input.consume_key(Modifiers::NONE, Key::F5),
        )
    });
    if search {
        pass.view.focus_search = true;
    }
    if refresh
        && let Some(account) = shown_account(pass)
        && pass
            .snapshot
            .account(&account)
            .is_some_and(|card| card.busy.is_none())
    {
        pass.send(Command::RefreshAccount { account });
    }
    arrows(ui, pass, lines);
    escape(ui, pass);
}

/// Up and down in the list select the next account, as long as the keyboard is on a row.
fn arrows(ui: &Ui, pass: &mut Pass<'_>, lines: &Lines<'_>) {
    let (up, down) = ui.input(|input| {
        (
            input.key_pressed(Key::ArrowUp),
            input.key_pressed(Key::ArrowDown),
        )
    });
    if up == down {
        return;
    }
    let Some(here) = focused_account(ui, pass) else {
        return;
    };
    let next = if down {
        after(lines, &here)
    } else {
        before(lines, &here)
    };
    if let Some(account) = next {
        ui.memory_mut(|memory| memory.request_focus(row_id(&account)));
        pass.view.scroll_to = Some(account.clone());
        pass.view.select(account);
    }
}

fn after(lines: &Lines<'_>, here: &AccountId) -> Option<AccountId> {
    lines
        .accounts()
        .skip_while(|card| card.id != *here)
        .nth(1)
        .map(|card| card.id.clone())
}

fn before(lines: &Lines<'_>, here: &AccountId) -> Option<AccountId> {
    lines
        .accounts()
        .take_while(|card| card.id != *here)
        .last()
        .map(|card| card.id.clone())
}

/// The account whose row the keyboard is on: the one shown, because moving there selects it.
fn focused_account(ui: &Ui, pass: &Pass<'_>) -> Option<AccountId> {
    let focused = ui.memory(egui::Memory::focused)?;
    if let Some(shown) = shown_account(pass)
        && row_id(&shown) == focused
    {
        return Some(shown);
    }
    pass.snapshot
        .accounts
        .iter()
        .find(|card| row_id(&card.id) == focused)
        .map(|card| card.id.clone())
}

/// Escape leaves what was being typed; dialogs take it first.
fn escape(ui: &Ui, pass: &mut Pass<'_>) {
    let is_form = matches!(
        pass.view.page,
        Page::SignIn(_) | Page::SetUp(_) | Page::AddProvider(_)
    );
    let is_typing = is_form || pass.view.rename.is_some() || pass.view.paste.is_some();
    // An open choice takes the key first.
    let is_choosing = egui::Popup::is_any_open(ui.ctx());
    if is_typing
        && !is_choosing
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    {
        if is_form {
            pass.view.go(Page::Home);
        }
        pass.view.rename = None;
        pass.view.paste = None;
    }
}
