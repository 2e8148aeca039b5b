//! The list and the frame around it: searching, rows, themes, foreign text, repainting.
//!
//! Knows only what a person can see.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use linkdesk::bridge::{EndReason, ProblemKind, Remedy};

use super::screens::{count, with_main};
use super::support::outline::outline;
use super::support::{Desk, cards};

#[test]
fn searching_finds_accounts_by_label_identity_and_trading_account() {
    for (query, found) in [
        ("swing", 1),
        ("BUYER@", 1),
        ("12345678", 1),
        ("just2", 2),
        ("nobody", 0),
    ] {
        let mut desk = Desk::new(cards::five_accounts());
        desk.fill("Search", query);
        let rows = [
            "Main account",
            "Swing desk",
            "parrot-bot",
            "Purchasing",
            "Mind maps",
        ]
        .into_iter()
        .filter(|name| {
            desk.window
                .query_all_by_role_and_label(Role::Button, name)
                .count()
                > 0
        })
        .count();
        assert_eq!(rows, found, "{query}");
    }
}

#[test]
fn searching_without_a_result_says_so() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.fill("Search", "nobody at all");
    desk.window.get_by_label("Nothing matches the search");
}

#[test]
fn only_rows_in_sight_are_laid_out() {
    let desk = Desk::new(cards::many(10_000));
    let rows = desk.window.query_all_by_label_contains("Account 0").count();
    assert!((5..40).contains(&rows), "{rows} nodes");
}

#[test]
fn a_narrow_window_shows_the_list_or_the_account() {
    let mut desk = Desk::sized(cards::five_accounts(), [480.0, 740.0], egui::Theme::Dark);
    assert_eq!(count(&desk, "Refresh Main account"), 0);
    desk.press_button("Main account");
    desk.window.get_by_label("Refresh Main account");
    assert_eq!(count(&desk, "Link Just2Trade"), 0);
    desk.press("Back to the list");
    desk.window.get_by_label("Link Just2Trade");
}

#[test]
fn the_theme_follows_the_choice() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Settings");
    for (name, theme) in [("Light", egui::Theme::Light), ("Dark", egui::Theme::Dark)] {
        desk.window
            .get_by_role_and_label(Role::RadioButton, name)
            .click();
        desk.window.run();
        assert_eq!(desk.window.ctx.theme(), theme);
    }
    desk.window
        .get_by_role_and_label(Role::RadioButton, "System");
}

#[test]
fn foreign_text_cannot_reach_the_screen_unchanged() {
    let evil = "a\u{202E}b\u{0}c\u{E0041}";
    let mut snapshot = with_main(|main| {
        main.label = evil.into();
        main.identity.email = Some(evil.into());
        main.history[0].what = evil.into();
        main.access.token_type = evil.into();
    });
    let card = Arc::make_mut(&mut snapshot.providers[0]);
    card.name = "x".repeat(10 << 20);
    let mut desk = Desk::new(snapshot);
    for tab in ["Inspector", "History", "Overview"] {
        desk.press(tab);
        let shown = outline(&desk.window);
        assert!(shown.len() < 100_000, "{}", shown.len());
        for hidden in ["\u{202E}", "\\u{202e}", "\\0", "\\u{e0041}"] {
            assert!(!shown.contains(hidden), "{hidden:?}");
        }
    }
}

#[test]
fn nothing_is_painted_again_before_something_changes() {
    let mut desk = Desk::new(cards::empty());
    desk.window.step();
    assert_eq!(desk.repaint_after(), std::time::Duration::MAX);
    let mut desk = Desk::new(with_main(|_| {}));
    desk.window.step();
    assert_eq!(desk.repaint_after(), std::time::Duration::from_secs(1));
}

#[test]
fn an_account_whose_provider_is_gone_is_still_there() {
    let mut snapshot = cards::five_accounts();
    snapshot.providers.pop();
    let mut desk = Desk::new(snapshot);
    desk.window.get_by_label("Provider no longer known");
    desk.press_button("Mind maps");
    desk.window.get_by_label("Unlink Mind maps");
}

#[test]
fn a_provider_out_of_reach_is_told_on_row_and_page_with_since_when_and_until_when() {
    let since = cards::now() - jiff::SignedDuration::from_mins(30);
    let kind = ProblemKind::Unreachable {
        host: "auth.just2trade.com".into(),
        since,
    };
    let desk = Desk::new(with_main(|main| {
        main.problem = Some(cards::problem(9, kind, Remedy::RetryNow));
        main.trouble_since = Some(since);
    }));
    let shown = outline(&desk.window);
    let words = "Can’t reach auth.just2trade.com since 17:51, good until 21 Nov, 18:02";
    assert_eq!(shown.matches(words).count(), 2, "{shown}");
    desk.window.get_by_role_and_label(Role::Button, "Try again");
    assert_eq!(count(&desk, "Sign in again"), 0);
}

#[test]
fn an_ended_link_says_why_on_the_row_and_when_on_the_page() {
    let desk = Desk::new(with_main(|main| {
        main.needs_sign_in = Some(EndReason::PasswordChanged);
        main.ended_at = Some(cards::now() - jiff::SignedDuration::from_mins(30));
        main.problem = None;
    }));
    let shown = outline(&desk.window);
    assert!(shown.contains(", password changed"), "{shown}");
    assert!(
        shown.contains("Password changed, noticed at 17:51"),
        "{shown}"
    );
    desk.window.get_by_label("Sign in again");
}
