//! The second of an account's two deadlines, in words.

use super::*;
use crate::bridge::RefreshCard;
use crate::text::account::{access_left, next, sign_in};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// An account whose refresh token came at 0 and lives so long, with a fresh access token.
fn living(life: i64) -> AccountCard {
    let mut card = account("a1", "parrot", "Mine");
    card.access.issued_at = in_seconds(life - 60);
    card.access.expires_at = Some(in_seconds(life + HOUR));
    card.refresh.issued_at = Some(in_seconds(0));
    card.refresh.expires_at = Some(in_seconds(life));
    card.linked_at = in_seconds(0);
    card
}

fn said(account: &AccountCard, now: i64) -> String {
    next(in_seconds(now), &TimeZone::UTC, account)
}

#[test]
fn a_full_sign_in_is_announced_a_day_and_an_hour_ahead() {
    let month = living(30 * DAY);
    let left = |seconds: i64| said(&month, 30 * DAY - seconds);
    assert!(
        left(DAY + 1).starts_with("sign-in until"),
        "{}",
        left(DAY + 1)
    );
    assert_eq!(left(DAY), "sign in within 24 h");
    assert_eq!(left(HOUR + 1), "sign in within 2 h");
    assert_eq!(left(HOUR), "sign in within 60 min");
    assert_eq!(left(1), "sign in within 1 min");
    assert_eq!(left(0), "sign in again");
}

#[test]
fn a_life_of_a_day_is_not_announced_all_day() {
    let day = living(DAY);
    assert!(said(&day, 60).starts_with("sign-in until"));
    assert_eq!(said(&day, DAY - HOUR), "sign in within 60 min");
    let hour = living(HOUR);
    assert!(said(&hour, HOUR - 1).starts_with("sign-in until"));
}

#[test]
fn without_a_refresh_token_the_access_token_is_the_second_deadline_too() {
    let mut card = living(DAY);
    card.refresh = RefreshCard::default();
    card.access.issued_at = in_seconds(0);
    card.access.expires_at = Some(in_seconds(DAY));
    assert_eq!(said(&card, DAY - 90), "sign in within 2 min");
    card.access.renews_on_use = true;
    assert_eq!(said(&card, DAY - 90), "use it within 2 min");
    assert_eq!(said(&card, 60), "estimate, renews on use");
    assert_eq!(
        access_left(in_seconds(60), &card.access),
        "Expires in 23 h 59 min, an estimate"
    );
    assert_eq!(
        access_left(in_seconds(DAY), &card.access),
        "Expired just now"
    );
    assert_eq!(said(&card, DAY), "sign in again");
    card.access.expires_at = None;
    assert_eq!(sign_in(in_seconds(DAY), &card), None, "nobody knows");
}

#[test]
fn an_announcement_changes_exactly_when_promised() {
    let month = living(30 * DAY);
    let mut now = in_seconds(28 * DAY);
    let mut said = Vec::new();
    loop {
        let shown = sign_in(now, &month);
        let promised = shown
            .as_ref()
            .map_or_else(|| month.sign_in_due_changes_at(now), |it| it.changes_at);
        said.extend(shown.map(|it| it.words));
        let Some(next) = promised else { break };
        assert!(next > now, "{now}");
        let before = next - SignedDuration::from_nanos(1);
        let words = |at| sign_in(at, &month).map(|it| it.words);
        assert_eq!(words(before), words(now), "{now}");
        assert_ne!(words(next), words(now), "{now}");
        now = next;
    }
    assert_eq!(said.len(), 23 + 60 + 1);
}

#[test]
fn the_command_line_names_both_deadlines_and_what_to_do_about_the_second() {
    let mut soon = living(30 * DAY);
    soon.refresh.expires_at = Some(in_seconds(40 * 60));
    soon.refresh.issued_at = Some(in_seconds(-30 * DAY));
    let played = play("accounts")
        .on(desk(vec![], vec![soon.clone()]))
        .alone();
    assert!(
        played.out.contains("sign in within 40 min"),
        "{}",
        played.out
    );
    let played = play("show a1").on(desk(vec![], vec![soon])).alone();
    let expected = "sign in within 40 min, with: linkdesk link parrot --account a1";
    assert!(played.out.contains(expected), "{}", played.out);
}
