//! One row of the list: an account with its countdown, or an attempt to link that is under way.
//!
//! The row is a button named by the label; what it shows besides is told as labels. Knows nothing of the list around it.

use egui::accesskit::Role;
use egui::{
    Align2, CornerRadius, EventFilter, Id, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::figures;
use super::fonts::{self, BODY, TINY};
use super::pass::Pass;
use super::theme::{ROW_RADIUS, Tokens, Tone};
use super::view_state::Page;
use super::widgets;
use super::window::shown_account;
use crate::bridge::{AccountCard, LinkCard, State};
use crate::ids::AccountId;
use crate::text::{self, access_countdown, foreign, time};

/// The id of an account's row, so that the keyboard can go there.
pub(super) fn row_id(account: &AccountId) -> Id {
    Id::unique(("account row", account))
}

/// How an account is doing, as a color.
pub(super) const fn tone(state: State) -> Tone {
    match state {
        State::Fresh | State::Refreshing => Tone::Ok,
        State::Expiring | State::OutcomeUnknown | State::InQuestion => Tone::Warn,
        State::Expired | State::NeedsSignIn | State::Unreadable => Tone::Bad,
        State::UnknownExpiry | State::Locked => Tone::Off,
    }
}

struct Shown {
    tone: Tone,
    title: String,
    below: String,
    figure: String,
    next: String,
    fraction: Option<f32>,
}

/// Paints an account's row.
pub(super) fn account_row_ui(ui: &Ui, pass: &mut Pass<'_>, rect: Rect, account: &AccountCard) {
    let label = foreign(&account.label);
    let response = row(
        ui,
        rect,
        row_id(&account.id),
        &label,
        shown_account(pass).as_ref() == Some(&account.id),
    );
    let countdown = access_countdown(pass.now, &account.access);
    pass.watch(&countdown);
    pass.watch_until(account.access.expiring_from());
    pass.watch_until(account.in_question_until);
    pass.watch_until(account.sign_in_due_changes_at(pass.now));
    let sign_in = text::account::sign_in(pass.now, account);
    pass.watch_until(sign_in.as_ref().and_then(|it| it.changes_at));
    let state = account.state(pass.now);
    let trouble = text::trouble(pass.now, pass.zone, account).map(|it| pass.ticking(it));
    let identity = account.identity_line().map(foreign).unwrap_or_default();
    let next = text::account::next(pass.now, pass.zone, account);
    let spoken = format!("{}, {next}", countdown.words);
    let shown = Shown {
        tone: match tone(state) {
            // What is only held in memory is lost with the program.
            _ if account.is_unsaved => Tone::Bad,
            Tone::Ok if sign_in.is_some() => Tone::Warn,
            tone => tone,
        },
        title: label,
        below: trouble.unwrap_or(identity),
        figure: if state == State::NeedsSignIn {
            "Sign in again".into()
        } else {
            countdown.figure
        },
        next,
        fraction: countdown.fraction.filter(|_| state != State::NeedsSignIn),
    };
    paint(ui, rect, &shown, &spoken, response.id);
    if response.has_focus() {
        // The arrows go from account to account here, not to whatever is near.
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    if response.clicked() {
        pass.view.select(account.id.clone());
    }
}

/// Paints the row of an attempt to link.
pub(super) fn link_row_ui(ui: &Ui, pass: &mut Pass<'_>, rect: Rect, link: &LinkCard) {
    let is_shown = matches!(&pass.view.page, Page::Link(flow) if *flow == link.flow);
    let name = format!("Show sign-in at {}", foreign(&link.provider_name));
    let response = row(
        ui,
        rect,
        Id::unique(("link row", link.flow)),
        &name,
        is_shown,
    );
    let has_failed = link.outcome.is_some();
    let left = time::left(pass.now, link.deadline);
    let figure = if has_failed {
        "Not linked".into()
    } else {
        pass.ticking(left)
    };
    let shown = Shown {
        tone: if has_failed { Tone::Bad } else { Tone::Accent },
        title: if has_failed {
            "Sign-in ended"
        } else {
            "Sign-in under way"
        }
        .into(),
        below: foreign(&link.sign_in_host),
        next: if has_failed { "see why" } else { "left" }.into(),
        figure,
        fraction: None,
    };
    let spoken = format!("{} {}", shown.figure, shown.next);
    paint(ui, rect, &shown, &spoken, response.id);
    if response.clicked() {
        pass.view.go(Page::Link(link.flow));
    }
}

fn row(ui: &Ui, rect: Rect, id: Id, name: &str, is_selected: bool) -> Response {
    let ground = Rect::from_min_max(rect.min + vec2(6.0, 0.0), rect.max - vec2(7.0, 0.0));
    let response = ui.interact(ground, id, Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Button, ui.is_enabled(), name);
        info.selected = Some(is_selected);
        info
    });
    let tokens = Tokens::of(ui);
    let radius = CornerRadius::same(ROW_RADIUS);
    if is_selected {
        ui.painter().rect_filled(ground, radius, tokens.raised);
    } else if response.hovered() {
        ui.painter()
            .rect_filled(ground, radius, tokens.raised.gamma_multiply(0.6));
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(2.0, tokens.accent);
        ui.painter()
            .rect_stroke(ground, radius, stroke, egui::StrokeKind::Inside);
    }
    response
}

fn paint(ui: &Ui, rect: Rect, shown: &Shown, spoken: &str, id: Id) {
    let tokens = Tokens::of(ui);
    let color = tokens.tone(shown.tone);
    let painter = ui.painter();
    let right = rect.right() - 19.0;
    let middle = rect.center().y;
    painter.circle_filled(pos2(rect.left() + 28.0, middle), 4.0, color);
    let look = (fonts::medium(BODY), tokens.text);
    let lift = if shown.fraction.is_some() { 12.0 } else { 8.0 };
    let figure = figures::figures(
        painter,
        pos2(right, middle - lift),
        Align2::RIGHT_CENTER,
        &shown.figure,
        look,
    );
    let next = painter.layout_no_wrap(shown.next.clone(), fonts::regular(TINY), tokens.muted);
    let next_rect =
        Align2::RIGHT_CENTER.anchor_size(pos2(right, middle - lift + 18.0), next.size());
    painter.galley(next_rect.min, next, tokens.muted);
    let side = figure.union(next_rect);
    if let Some(fraction) = shown.fraction {
        let bar = Rect::from_min_max(pos2(side.left(), middle + 19.0), pos2(right, middle + 22.0));
        widgets::bar(painter, bar, fraction, [tokens.line, color]);
    }
    let left = rect.left() + 42.0;
    let width = (side.left() - 12.0 - left).max(40.0);
    let title = widgets::cut(
        painter,
        &shown.title,
        (fonts::medium(BODY), tokens.text),
        width,
    );
    painter.galley(
        pos2(left, middle - 8.0 - title.size().y / 2.0),
        title,
        tokens.text,
    );
    if !shown.below.is_empty() {
        let below = widgets::cut(
            painter,
            &shown.below,
            (fonts::regular(TINY), tokens.muted),
            width,
        );
        let at = Rect::from_min_size(
            pos2(left, middle + 10.0 - below.size().y / 2.0),
            below.size(),
        );
        painter.galley(at.min, below, tokens.muted);
        widgets::told(ui, id.with("below"), at, &shown.below);
    }
    widgets::told(ui, id.with("countdown"), side, spoken);
}
