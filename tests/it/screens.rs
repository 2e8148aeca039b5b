//! The screens in each of their states: what is there by role and name, and what pressing it asks for.
//!
//! Knows nothing of the worker: a screen is started in a state, and commands are read where they come out.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::SignedDuration;
use linkdesk::bridge::{
    Busy, Command, EndReason, KeyStoreKind, KeyStoreState, KeyStoreTrouble, LinkOutcome,
    ProblemKind, Remedy, SignInWay, Snapshot,
};
use linkdesk::ids::{FlowId, ProblemId};

use super::support::outline::outline;
use super::support::{Desk, cards, sign_ins};

pub(super) fn check_outline(name: &str, desk: &Desk) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, outline(&desk.window)));
}

/// The outline from the line that begins like this to the one before the line that begins like that.
pub(super) fn check_part(name: &str, desk: &Desk, from: &str, to: &str) {
    let all = outline(&desk.window);
    let lines = all.lines().skip_while(|line| !line.starts_with(from));
    let part: Vec<&str> = lines.take_while(|line| !line.starts_with(to)).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, part.join("\n")));
}

/// How many nodes have exactly this name.
pub(super) fn count(desk: &Desk, name: &str) -> usize {
    desk.window.query_all_by_label(name).count()
}

pub(super) fn with_main(change: impl FnOnce(&mut linkdesk::bridge::AccountCard)) -> Snapshot {
    let mut snapshot = cards::five_accounts();
    change(Arc::make_mut(&mut snapshot.accounts[0]));
    snapshot
}

#[test]
fn the_overview_reads_as_designed() {
    check_outline("overview", &Desk::new(cards::five_accounts()));
}

#[test]
fn nothing_linked_yet_says_what_to_do() {
    check_outline("empty", &Desk::new(cards::empty()));
}

#[test]
fn before_anything_is_read_nothing_is_claimed() {
    let desk = Desk::new(Snapshot::default());
    check_outline("loading", &desk);
    assert_eq!(
        desk.window
            .query_all_by_label_contains("Nothing linked")
            .count(),
        0
    );
}

#[test]
fn a_sign_in_under_way_reads_as_designed() {
    let mut snapshot = cards::five_accounts();
    snapshot.links.push(sign_ins::waiting());
    let mut desk = Desk::new(snapshot);
    desk.press("Show sign-in at Just2Trade");
    check_outline("linking", &desk);
}

#[test]
fn the_inspector_reads_as_designed() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Inspector");
    check_outline("inspector", &desk);
}

#[test]
fn a_locked_key_store_leaves_the_accounts_in_sight() {
    let mut snapshot = cards::five_accounts();
    snapshot.key_store.state = KeyStoreState::Unavailable(KeyStoreTrouble::Locked);
    for account in &mut snapshot.accounts {
        Arc::make_mut(account).locked = true;
    }
    let mut desk = Desk::new(snapshot);
    check_outline("locked", &desk);
    desk.press("Try again");
    assert_eq!(desk.sent(), [Command::RetryKeyStore]);
}

#[test]
fn a_passphrase_unlocks_the_key_store() {
    let mut snapshot = cards::five_accounts();
    snapshot.key_store.kind = KeyStoreKind::Passphrase;
    snapshot.key_store.state = KeyStoreState::Unavailable(KeyStoreTrouble::PassphraseNeeded);
    let mut desk = Desk::new(snapshot);
    desk.fill("Passphrase", "canary-pass");
    desk.press("Unlock");
    let passphrase = "canary-pass".to_owned().into();
    assert_eq!(desk.sent(), [Command::UnlockKeyStore { passphrase }]);
}

#[test]
fn every_fixed_name_is_there_once() {
    let desk = Desk::new(cards::five_accounts());
    for name in [
        "Link Just2Trade",
        "Link The Trading Parrot",
        "Link Tradecloud",
        "Link Biggerplate",
        "Set up REST API v1",
        "Refresh Main account",
        "Refresh all",
        "Unlink Main account",
        "Settings",
        "Main account",
    ] {
        let found = desk
            .window
            .query_all_by_role_and_label(Role::Button, name)
            .count();
        assert_eq!(found, 1, "{name}");
    }
    assert_eq!(count(&desk, "Link REST API v1"), 0);
    desk.window.get_by_role_and_label(Role::TextInput, "Search");
    desk.window
        .get_by_role_and_label(Role::Table, "Trading accounts");
}

#[test]
fn each_account_has_a_countdown() {
    let desk = Desk::new(cards::five_accounts());
    let starts = |start: &'static str| {
        desk.window
            .query_all(
                egui_kittest::kittest::by()
                    .role(Role::Label)
                    .predicate(move |node| {
                        node.value().is_some_and(|value| value.starts_with(start))
                    }),
            )
            .count()
    };
    // Four rows, and the clock of the account that is shown.
    assert_eq!(starts("Expires in "), 5);
    assert_eq!(starts("Expired "), 1);
    let desk = Desk::new(with_main(|main| main.access.expires_at = None));
    desk.window.get_by_label("No expiry known, renews on use");
}

#[test]
fn the_waiting_step_names_the_host_and_the_ways_out_are_in_sight() {
    let mut snapshot = cards::five_accounts();
    snapshot.links.push(sign_ins::waiting());
    let mut desk = Desk::new(snapshot);
    desk.press("Show sign-in at Just2Trade");
    desk.window
        .get_by_label_contains("Waiting for you to sign in at auth.just2trade.com");
    let flow = FlowId(3);
    desk.press("Open browser again");
    assert_eq!(desk.sent(), [Command::OpenBrowserAgain { flow }]);
    desk.press("Copy address");
    assert_eq!(desk.sent(), [Command::CopyAddress { flow }]);
    desk.press("Cancel sign-in");
    assert_eq!(desk.sent(), [Command::CancelLink { flow }]);
}

#[test]
fn a_pasted_address_is_handed_over_once() {
    let mut snapshot = cards::five_accounts();
    snapshot.links.push(sign_ins::waiting());
    let mut desk = Desk::new(snapshot);
    desk.press("Show sign-in at Just2Trade");
    desk.press("Paste address");
    desk.fill("Redirect address", "http://127.0.0.1/callback?code=canary");
    desk.press("Continue");
    let address = "http://127.0.0.1/callback?code=canary".to_owned().into();
    assert_eq!(
        desk.sent(),
        [Command::PasteAddress {
            flow: FlowId(3),
            address
        }]
    );
    assert_eq!(count(&desk, "Redirect address"), 0);
    desk.press("Paste address");
    let field = desk
        .window
        .get_by_role_and_label(Role::TextInput, "Redirect address");
    assert_eq!(field.value().unwrap_or_default(), "");
}

#[test]
fn a_new_attempt_is_shown_and_the_linked_account_after_it() {
    let mut desk = Desk::new(cards::empty());
    desk.press("Link Just2Trade");
    let provider = cards::provider_id("just2trade");
    let link = Command::LinkAccount {
        provider,
        account: None,
        label: None,
        way: SignInWay::Browser,
    };
    assert_eq!(desk.sent(), [link]);
    desk.publish(|snapshot| snapshot.links.push(sign_ins::waiting()));
    desk.window.get_by_label("Linking Just2Trade");
    desk.publish(|snapshot| {
        let main = cards::main_account();
        snapshot.links[0].outcome = Some(LinkOutcome::Linked {
            account: main.id.clone(),
        });
        snapshot.accounts.push(Arc::new(main));
    });
    desk.window
        .get_by_role_and_label(Role::Heading, "Main account");
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_failed_attempt_says_why_and_offers_the_remedy() {
    let mut link = sign_ins::waiting();
    let kind = ProblemKind::Denied {
        code: "access_denied".into(),
    };
    let mut problem = cards::problem(9, kind, Remedy::LinkAgain);
    problem.flow = Some(link.flow);
    problem.provider = Some(link.provider.clone());
    link.outcome = Some(LinkOutcome::Failed { problem });
    let mut snapshot = cards::empty();
    snapshot.links.push(link);
    let mut desk = Desk::new(snapshot);
    desk.press("Show sign-in at Just2Trade");
    desk.window.get_by_label("The sign-in was declined");
    desk.press("Link again");
    let provider = cards::provider_id("just2trade");
    let expected = [
        Command::DismissLink { flow: FlowId(3) },
        Command::LinkAccount {
            provider,
            account: None,
            label: None,
            way: SignInWay::Browser,
        },
    ];
    assert_eq!(desk.sent(), expected);
}

#[test]
fn looking_at_everything_asks_for_nothing() {
    let mut desk = Desk::new(cards::five_accounts());
    for name in ["Swing desk", "Mind maps", "Main account"] {
        desk.press_button(name);
        for tab in ["Inspector", "History", "Overview"] {
            desk.press(tab);
        }
    }
    desk.press("Settings");
    desk.press("Set up Just2Trade");
    desk.press("Link Tradecloud");
    desk.press("Cancel");
    desk.advance(SignedDuration::from_hours(30));
    assert_eq!(desk.sent(), []);
}

#[test]
fn refreshing_asks_for_the_account_that_is_shown() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press_button("Purchasing");
    desk.press("Refresh Purchasing");
    let account = cards::account_id("purchasing");
    assert_eq!(desk.sent(), [Command::RefreshAccount { account }]);
    desk.press("Refresh all");
    assert_eq!(desk.sent(), [Command::RefreshAll]);
}

#[test]
fn while_it_is_refreshing_nothing_can_be_pressed_twice() {
    let mut desk = Desk::new(with_main(|main| main.busy = Some(Busy::Refreshing)));
    let refresh = desk.window.get_by_label("Refresh Main account");
    assert!(refresh.accesskit_node().is_disabled());
    refresh.click();
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_dead_link_is_repaired_with_one_button() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press_button("Mind maps");
    desk.press("Sign in again");
    let expected = Command::LinkAccount {
        provider: cards::provider_id("biggerplate"),
        account: Some(cards::account_id("maps")),
        label: None,
        way: SignInWay::Browser,
    };
    assert_eq!(desk.sent(), [expected]);
    let mut desk = Desk::new(with_main(|main| {
        main.needs_sign_in = Some(EndReason::Expired);
    }));
    desk.press("Sign in again");
    assert_eq!(desk.sent().len(), 1);
}

#[test]
fn unlinking_asks_first_and_cancel_is_the_default() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Unlink Main account");
    desk.window.get_by_label("Unlink Main account?");
    assert!(desk.window.get_by_label("Cancel").is_focused());
    desk.window.key_press(egui::Key::Enter);
    assert_eq!(desk.sent(), []);
    assert_eq!(count(&desk, "Unlink account"), 0);
    desk.press("Unlink Main account");
    desk.press("Unlink account");
    let account = cards::account_id("main");
    assert_eq!(desk.sent(), [Command::UnlinkAccount { account }]);
}

#[test]
fn a_problem_shows_its_details_when_asked_and_can_be_dismissed() {
    let mut snapshot = cards::five_accounts();
    let kind = ProblemKind::Store {
        trouble: linkdesk::bridge::StoreTrouble::Full,
        place: "/home/me/.local/share/linkdesk/linkdesk.db".into(),
    };
    snapshot
        .problems
        .push(cards::problem(5, kind, Remedy::RetryNow));
    let mut desk = Desk::new(snapshot);
    let detail = "requesting tokens: the answer was 400: invalid_grant";
    assert_eq!(count(&desk, detail), 0);
    desk.press("Details");
    assert_eq!(count(&desk, detail), 1);
    desk.press("Dismiss");
    let problem = ProblemId(5);
    assert_eq!(desk.sent(), [Command::DismissProblem { problem }]);
}

#[test]
fn a_renamed_account_keeps_its_place() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Rename Main account");
    desk.fill("Label", " long term");
    desk.press("Save label");
    let account = cards::account_id("main");
    let label = "Main account long term".into();
    assert_eq!(desk.sent(), [Command::RenameAccount { account, label }]);
}
