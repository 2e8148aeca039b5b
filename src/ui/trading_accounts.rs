//! The trading accounts a provider returned: the table, and when it was asked.
//!
//! Knows nothing of asking; an empty list, a list not yet asked for and an old list each say what they are.

use egui::accesskit::Role;
use egui::{Align2, FontId, Rect, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::fonts::{self, BODY, SMALL, TINY};
use super::pass::Pass;
use super::theme::{CARD_RADIUS, Tokens, Tone};
use super::widgets::{self, words};
use crate::bridge::{AccountCard, Busy, Command, TradingCard, TradingChange};
use crate::text::{self, foreign, time};

/// The page of the tab.
pub(super) fn trading_accounts_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    table_card_ui(ui, pass, account);
    if let Some(trading) = &account.trading {
        widgets::card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let said = |value: &Option<String>| {
                value.as_deref().map_or_else(|| "not said".into(), foreign)
            };
            widgets::fact_words(ui, "Login", said(&trading.login));
            widgets::fact_words(ui, "E-mail", said(&trading.email));
            widgets::fact_words(ui, "Application", said(&trading.application_status));
            let domestic = match trading.domestic {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not said",
            };
            widgets::fact_words(ui, "Domestic", domestic);
        });
    }
}

/// The card with the table, or with what there is instead.
pub(super) fn table_card_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        title(ui, pass, account);
        match &account.trading {
            Some(trading) if !trading.accounts.is_empty() => table(ui, trading),
            Some(_) => note(ui, "The provider returned no trading accounts"),
            None => note(ui, "Not asked yet"),
        }
    });
}

fn title(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let tokens = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let left = rect.left_center();
    // Painted only: the table below carries the same words as its name.
    ui.painter().text(
        left,
        Align2::LEFT_CENTER,
        "Trading accounts",
        fonts::medium(TINY),
        tokens.muted,
    );
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::right_to_left(egui::Align::Center));
    ui.scope_builder(builder, |ui| {
        let is_asking = account.busy == Some(Busy::AskingTradingAccounts);
        let text = if account.trading.is_some() {
            "Ask again"
        } else {
            "Ask now"
        };
        let ask = ui.add_enabled_ui(account.busy.is_none(), |ui| widgets::link(ui, None, text));
        if ask.inner.clicked() {
            let account = account.id.clone();
            pass.send(Command::AskTradingAccounts { account });
        }
        let asked = match (&account.trading, is_asking) {
            (_, true) => "asking".into(),
            (Some(trading), false) => {
                format!("asked at {}", time::clock(trading.asked_at, pass.zone))
            }
            (None, false) => String::new(),
        };
        if !asked.is_empty() {
            widgets::line(ui, words(asked, fonts::regular(TINY), tokens.muted));
        }
    });
}

fn note(ui: &mut Ui, text: &str) {
    let color = Tokens::of(ui).muted;
    ui.add_space(8.0);
    widgets::paragraph(ui, words(text, fonts::regular(SMALL), color));
}

/// Where the columns begin, as parts of the width; the last one is right-aligned.
const PLATFORM_AT: f32 = 0.47;

fn table(ui: &mut Ui, trading: &TradingCard) {
    let builder = UiBuilder::new()
        .id_salt("trading accounts")
        .accessibility_role(Role::Table)
        .accessibility_label("Trading accounts");
    ui.scope_builder(builder, |ui| {
        row(ui, 0, 36.0, |ui, rect| {
            let look = (fonts::medium(TINY), Tokens::of(ui).muted);
            let names = ["Account number", "Platform", "Since last time"];
            for (place, name) in names.into_iter().enumerate() {
                cell(ui, (rect, place), Role::ColumnHeader, name, look.clone());
            }
        });
        for (number, line) in trading.accounts.iter().enumerate() {
            let rule = ui.cursor().top();
            let across = ui.max_rect().x_range();
            ui.painter()
                .hline(across, rule, Stroke::new(1.0, Tokens::of(ui).line));
            row(ui, number + 1, 39.0, |ui, rect| {
                let tokens = Tokens::of(ui);
                let color = if line.change == TradingChange::Gone {
                    tokens.muted
                } else {
                    tokens.text
                };
                cell(
                    ui,
                    (rect, 0),
                    Role::Cell,
                    &foreign(&line.account_number),
                    (fonts::mono(SMALL), color),
                );
                cell(
                    ui,
                    (rect, 1),
                    Role::Cell,
                    &foreign(&line.trade_platform),
                    (fonts::regular(BODY), color),
                );
                change(ui, rect, line.change);
            });
        }
    });
}

fn row(ui: &mut Ui, number: usize, height: f32, add: impl FnOnce(&mut Ui, Rect)) {
    let builder = UiBuilder::new()
        .id_salt(("row", number))
        .accessibility_role(Role::Row);
    ui.scope_builder(builder, |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        add(ui, rect);
    });
}

fn cell(ui: &Ui, place: (Rect, usize), role: Role, text: &str, look: (FontId, egui::Color32)) {
    let (rect, column) = place;
    let (font, color) = look;
    let (x, anchor) = match column {
        0 => (rect.left(), Align2::LEFT_CENTER),
        1 => (
            rect.left() + rect.width() * PLATFORM_AT,
            Align2::LEFT_CENTER,
        ),
        _ => (rect.right(), Align2::RIGHT_CENTER),
    };
    let painted = ui
        .painter()
        .text(pos2(x, rect.center().y), anchor, text, font, color);
    told_cell(ui, painted, role, text);
}

fn told_cell(ui: &Ui, rect: Rect, role: Role, text: &str) {
    let id = ui
        .scope_id()
        .with(("cell", rect.left().to_bits(), rect.top().to_bits()));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(role, true, text));
}

fn change(ui: &Ui, rect: Rect, change: TradingChange) {
    let tokens = Tokens::of(ui);
    let text = text::account::change(change);
    let tone = match change {
        TradingChange::New => Tone::Ok,
        TradingChange::Changed => Tone::Warn,
        TradingChange::Gone => Tone::Bad,
        TradingChange::FirstSeen | TradingChange::Unchanged => {
            let look = (fonts::regular(BODY), tokens.muted);
            cell(ui, (rect, 2), Role::Cell, text, look);
            return;
        }
    };
    let color = tokens.tone(tone);
    let galley = ui
        .painter()
        .layout_no_wrap(text.into(), fonts::medium(TINY), color);
    let size = galley.size() + vec2(18.0, 7.0);
    let chip = Align2::RIGHT_CENTER.anchor_size(rect.right_center(), size);
    ui.painter()
        .rect_filled(chip, f32::from(CARD_RADIUS), tokens.ground(tone));
    ui.painter()
        .galley(chip.center() - galley.size() / 2.0, galley, color);
    told_cell(ui, chip, Role::Cell, text);
}
