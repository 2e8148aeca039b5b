//! An account's overview: two clocks, the trading accounts, a few facts.
//!
//! Knows nothing of how tokens are refreshed; it shows what the card says.

use egui::{Align2, Id, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use jiff::{SignedDuration, Timestamp};

use super::account_row::tone;
use super::figures;
use super::fonts::{self, DISPLAY, SMALL, TINY, TITLE};
use super::pass::Pass;
use super::theme::{Tokens, Tone};
use super::widgets::{self, RING_RADIUS};
use super::{sign_in_options, trading_accounts};
use crate::bridge::{AccountCard, SignInDue, State};
use crate::text::{self, access_countdown, foreign, refresh_countdown, time};

/// Under this width the clocks stand below each other.
const TIGHT: f32 = 560.0;

/// What a clock shows.
struct Clock {
    title: &'static str,
    tone: Tone,
    fraction: Option<f32>,
    figure: String,
    spoken: String,
    lines: Vec<String>,
}

/// Paints the overview.
pub(super) fn overview_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    pass.watch_until(time::next_midnight(pass.now, pass.zone));
    let clocks = [access_clock(pass, account), sign_in_clock(pass, account)];
    two(ui, 150.0, |ui, place| {
        if let Some(clock) = clocks.get(place) {
            clock_ui(ui, clock);
        }
    });
    if account.has_trading_accounts {
        trading_accounts::table_card_ui(ui, pass, account);
    }
    facts_ui(ui, pass, account);
    if let Some(provider) = pass.snapshot.provider(&account.provider) {
        sign_in_options::sign_in_options_ui(ui, pass, provider, Some(account));
    }
}

/// Two cards beside each other, or below each other where it is tight.
pub(super) fn two(ui: &mut Ui, height: f32, mut add: impl FnMut(&mut Ui, usize)) {
    let gap = 14.0;
    let whole = ui.available_width();
    let is_tight = whole < TIGHT;
    let width = if is_tight { whole } else { (whole - gap) / 2.0 };
    let size = if is_tight {
        vec2(whole, height * 2.0 + gap)
    } else {
        vec2(whole, height)
    };
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    for place in [0_usize, 1] {
        let step = if place == 0 { 0.0 } else { 1.0 };
        let offset = if is_tight {
            vec2(0.0, step * (height + gap))
        } else {
            vec2(step * (width + gap), 0.0)
        };
        let card = Rect::from_min_size(rect.min + offset, vec2(width, height));
        let tokens = Tokens::of(ui);
        let frame = widgets::card_frame(tokens.panel, tokens.line);
        let mut child = ui.new_child(UiBuilder::new().max_rect(card).id_salt(place));
        frame.show(&mut child, |ui| {
            ui.set_min_size(ui.available_size());
            ui.set_max_size(ui.available_size());
            add(ui, place);
        });
    }
}

fn access_clock(pass: &mut Pass<'_>, account: &AccountCard) -> Clock {
    let countdown = access_countdown(pass.now, &account.access);
    pass.watch(&countdown);
    let mut lines = Vec::new();
    match account.access.expires_at {
        Some(at) => {
            let day = time::day_and_clock(pass.now, at, pass.zone);
            let verb = match (at > pass.now, account.access.renews_on_use) {
                (true, true) => "At least until",
                (true, false) => "Expires",
                (false, _) => "Expired",
            };
            lines.push(format!("{verb} {day}"));
        }
        None => lines.push("The provider did not say when it ends".into()),
    }
    let renewed = account
        .last_refreshed_at
        .unwrap_or(account.access.issued_at);
    let age = pass.ticking(time::ago(pass.now, renewed));
    lines.push(
        match (account.last_refreshed_at, account.access.renews_on_use) {
            (Some(_), true) => format!("Renewed by use {age}"),
            (Some(_), false) => format!("Refreshed {age}"),
            (None, _) => format!("Received {age}"),
        },
    );
    if account.access.expires_at.is_some() {
        let access = &account.access;
        let source = text::account::source(access.expiry_source, access.renews_on_use);
        lines.push(format!("Known from {source}"));
    }
    let state = account.state(pass.now);
    Clock {
        title: "Access token",
        tone: if state == State::NeedsSignIn {
            Tone::Bad
        } else {
            tone(state)
        },
        fraction: countdown.fraction,
        figure: countdown.figure,
        spoken: countdown.words,
        lines,
    }
}

fn sign_in_clock(pass: &mut Pass<'_>, account: &AccountCard) -> Clock {
    let mut clock = Clock {
        title: "Full sign-in",
        tone: Tone::Off,
        fraction: None,
        figure: "Not known".into(),
        spoken: String::new(),
        lines: Vec::new(),
    };
    let provider = pass
        .snapshot
        .provider(&account.provider)
        .map_or_else(|| "The provider".into(), |card| foreign(&card.name));
    if let Some(reason) = account.needs_sign_in {
        clock.tone = Tone::Bad;
        clock.fraction = Some(1.0);
        clock.figure = "Now".into();
        let when = text::account::ended_when(pass.now, pass.zone, account);
        let when = when.unwrap_or_else(|| text::account::ended(reason).into());
        clock.lines.push(capitalized(&when));
        clock
            .lines
            .push("Name, order and history stay as they are.".into());
    } else if let Some(at) = account.refresh.expires_at {
        due_at(pass, account, at, &mut clock);
    } else if account.refresh.present {
        clock.lines.push(
            "The provider did not say when the refresh token ends. It works until it is refused."
                .into(),
        );
    } else if account.access.renews_on_use {
        clock.figure = "When it lapses".into();
        clock
            .lines
            .push(format!("{provider} issues no refresh token."));
        let life = account.access.lifetime();
        let life = life.unwrap_or(SignedDuration::from_hours(24));
        clock
            .lines
            .push(format!("Use it within {} and it stays.", time::span(life)));
    } else {
        clock.figure = "When it expires".into();
        clock
            .lines
            .push(format!("{provider} gave no refresh token."));
    }
    clock
}

fn due_at(pass: &mut Pass<'_>, account: &AccountCard, at: Timestamp, clock: &mut Clock) {
    let countdown = refresh_countdown(pass.now, &account.refresh, account.linked_at);
    pass.watch(&countdown);
    pass.watch_until(account.sign_in_due_changes_at(pass.now));
    let due = account.sign_in_due(pass.now);
    clock.tone = match due {
        Some(SignInDue::Now) => Tone::Bad,
        Some(SignInDue::Soon | SignInDue::Tomorrow) => Tone::Warn,
        None => Tone::Ok,
    };
    clock.fraction = countdown.fraction;
    clock.figure = countdown.figure;
    clock.spoken = format!("Full sign-in: {}", countdown.words);
    let day = time::day_and_clock(pass.now, at, pass.zone);
    clock.lines.push(format!("Due {day}"));
    clock.lines.push(
        match due {
            None => "Until then the refresh token does it",
            Some(SignInDue::Now) => "Sign in again: name, order and history stay as they are.",
            Some(_) => "Sign in again before that, and nothing stops",
        }
        .into(),
    );
}

/// The same words as the beginning of a sentence.
fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn clock_ui(ui: &mut Ui, clock: &Clock) {
    let tokens = Tokens::of(ui);
    widgets::card_title(ui, clock.title);
    let place = ui.available_rect_before_wrap();
    let center = pos2(
        place.left() + RING_RADIUS + 5.0,
        place.top() + RING_RADIUS + 7.0,
    );
    let color = tokens.tone(clock.tone);
    widgets::ring(ui.painter(), center, clock.fraction, [tokens.line, color]);
    let inside = match clock.fraction {
        Some(fraction) if !clock.spoken.is_empty() => percent(fraction),
        _ => String::new(),
    };
    ui.painter().text(
        center,
        Align2::CENTER_CENTER,
        inside,
        fonts::medium(SMALL),
        tokens.muted,
    );
    let left = center.x + RING_RADIUS + 24.0;
    let has_digits = clock.figure.starts_with(|c: char| c.is_ascii_digit());
    let size = if has_digits { DISPLAY } else { TITLE };
    let look = (fonts::semibold(size), tokens.text);
    let lines: Vec<_> = clock
        .lines
        .iter()
        .map(|line| wrapped(ui, line, (place.right() - left).max(60.0)))
        .collect();
    let below: f32 = lines.iter().map(|line| line.size().y + 1.0).sum();
    let top = center.y - f32::midpoint(below, 30.0);
    let figure = figures::figures(
        ui.painter(),
        pos2(left, top + 14.0),
        Align2::LEFT_CENTER,
        &clock.figure,
        look,
    );
    let mut y = top + 31.0;
    for line in lines {
        let height = line.size().y;
        ui.painter().galley(pos2(left, y), line, tokens.muted);
        y += height + 1.0;
    }
    tell(
        ui,
        clock,
        figure,
        Rect::from_min_max(pos2(left, top + 31.0), pos2(place.right(), y)),
    );
}

/// What is painted, for screen readers.
fn tell(ui: &Ui, clock: &Clock, figure: Rect, below: Rect) {
    let id = Id::unique(("clock", clock.title));
    let spoken = if clock.spoken.is_empty() {
        &clock.figure
    } else {
        &clock.spoken
    };
    widgets::told(ui, id, figure, spoken);
    widgets::told(ui, id.with("below"), below, &clock.lines.join(" · "));
}

fn wrapped(ui: &Ui, line: &str, width: f32) -> std::sync::Arc<egui::Galley> {
    let color = Tokens::of(ui).muted;
    ui.painter()
        .layout(line.into(), fonts::regular(TINY), color, width)
}

fn percent(fraction: f32) -> String {
    let rounded = (fraction * 100.0).round();
    let shown = if fraction < 1.0 {
        rounded.min(99.0)
    } else {
        100.0
    };
    format!("{shown:.0}%")
}

fn facts_ui(ui: &mut Ui, pass: &mut Pass<'_>, account: &AccountCard) {
    let mut facts: Vec<(&str, String)> = vec![
        (
            "By the clock",
            text::account::by_the_clock(pass.now, pass.zone, account),
        ),
        (
            "Proved valid",
            text::account::proved(pass.now, pass.zone, account),
        ),
    ];
    if let Some(at) = account.next_refresh_at.filter(|at| *at > pass.now) {
        let day = time::day_and_clock(pass.now, at, pass.zone);
        facts.push(("Next refresh", format!("by itself, {day}")));
    }
    if let Some(last) = &account.last_refresh {
        let age = pass.ticking(time::ago(pass.now, last.at));
        facts.push((
            "Last refresh",
            format!("{} {age}", text::account::outcome(last.outcome)),
        ));
    }
    if let Some(trading) = &account.trading {
        if let Some(status) = &trading.application_status {
            facts.push(("Application", foreign(status)));
        }
        if let Some(domestic) = trading.domestic {
            facts.push(("Domestic", if domestic { "yes" } else { "no" }.into()));
        }
    }
    if let Some(at) = account.restored_at {
        let day = time::day_and_clock(pass.now, at, pass.zone);
        facts.push((
            "From a backup",
            format!("since {day}; refresh it once to see whether it still holds"),
        ));
    }
    facts.push((
        "Linked",
        time::day_and_clock(pass.now, account.linked_at, pass.zone),
    ));
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        for (name, value) in facts {
            widgets::fact_words(ui, name, value);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_full_only_at_its_very_beginning() {
        assert_eq!(percent(0.999), "99%");
        assert_eq!(percent(1.0), "100%");
    }
}
