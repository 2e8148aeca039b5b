//! Everything without a mouse: Tab reaches every control, keys do what they promise.
//!
//! Knows nothing of where things are on screen.

use std::collections::BTreeSet;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use linkdesk::bridge::{Command, DiscoveryState, LinkCard, QuestionKind};

use super::support::{Desk, cards, sign_ins};

/// The names of everything Tab comes by, in the order it does.
fn tab_through(desk: &mut Desk) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for _ in 0..200 {
        desk.window.key_press(Key::Tab);
        desk.window.run();
        let Some(name) = focused(desk) else { continue };
        if names.first() == Some(&name) {
            break;
        }
        names.push(name);
    }
    names
}

fn focused(desk: &Desk) -> Option<String> {
    desk.window
        .root()
        .children_recursive()
        .find(egui_kittest::Node::is_focused)
        .and_then(|node| node.accesskit_node().label())
}

/// The names of every control that is there.
fn controls(desk: &Desk) -> BTreeSet<String> {
    desk.window
        .root()
        .children_recursive()
        .map(|node| node.accesskit_node())
        .filter(|node| egui::accessibility::is_input(node.role()))
        .filter(|node| !node.is_disabled() && node.role() != Role::Splitter)
        .filter_map(|node| node.label())
        .collect()
}

fn check_reachable(desk: &mut Desk) {
    let reached: BTreeSet<String> = tab_through(desk).into_iter().collect();
    let missed: Vec<_> = controls(desk).difference(&reached).cloned().collect();
    assert!(
        missed.is_empty(),
        "Tab does not reach {missed:?}; it reached {reached:?}"
    );
}

#[test]
fn tab_reaches_every_control_of_the_overview() {
    check_reachable(&mut Desk::new(cards::five_accounts()));
}

#[test]
fn tab_reaches_every_control_of_a_sign_in_under_way() {
    let mut snapshot = cards::five_accounts();
    snapshot.links.push(sign_ins::waiting());
    let mut desk = Desk::new(snapshot);
    desk.press("Show sign-in at Just2Trade");
    desk.press("Paste address");
    check_reachable(&mut desk);
}

#[test]
fn tab_reaches_every_control_of_every_kind_of_sign_in() {
    for link in [
        sign_ins::over_tls(),
        sign_ins::on_a_device(),
        sign_ins::asking(QuestionKind::OtherPerson),
        LinkCard {
            clipboard_offers: true,
            ..sign_ins::waiting()
        },
    ] {
        let mut desk = Desk::new(sign_ins::with(link));
        desk.press("Show sign-in at Just2Trade");
        check_reachable(&mut desk);
    }
}

#[test]
fn tab_reaches_every_control_of_a_whole_set_up_and_of_what_was_found() {
    let mut desk = Desk::new(sign_ins::with_ways());
    desk.press("Set up Biggerplate");
    desk.press("Paste credentials");
    desk.press("Add another redirect URI");
    check_reachable(&mut desk);
    let state = DiscoveryState::Found(sign_ins::found());
    let mut desk = Desk::new(sign_ins::discovering(state));
    desk.press("Add a provider");
    desk.press("The file");
    check_reachable(&mut desk);
}

#[test]
fn tab_reaches_every_control_of_the_forms() {
    for open in [
        "Set up Just2Trade",
        "Set up Tradecloud",
        "Link Tradecloud",
        "Settings",
        "Add a provider",
    ] {
        let mut desk = Desk::new(cards::empty());
        desk.press(open);
        check_reachable(&mut desk);
    }
}

#[test]
fn tab_stays_within_a_dialog() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Unlink Main account");
    let reached: BTreeSet<String> = tab_through(&mut desk).into_iter().collect();
    let expected = ["Cancel", "Unlink account"].map(str::to_owned).into();
    assert_eq!(reached, expected);
}

#[test]
fn enter_and_space_press_what_has_the_focus() {
    for key in [Key::Enter, Key::Space] {
        let mut desk = Desk::new(cards::five_accounts());
        desk.window.get_by_label("Refresh all").focus();
        desk.window.run();
        desk.window.key_press(key);
        assert_eq!(desk.sent(), [Command::RefreshAll], "{key:?}");
    }
}

#[test]
fn arrows_go_from_account_to_account() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.window
        .get_by_role_and_label(Role::Button, "Main account")
        .focus();
    desk.window.run();
    for expected in [
        "Swing desk",
        "parrot-bot",
        "Purchasing",
        "Mind maps",
        "Mind maps",
    ] {
        desk.window.key_press(Key::ArrowDown);
        desk.window.run();
        assert_eq!(focused(&desk).as_deref(), Some(expected));
        desk.window.get_by_role_and_label(Role::Heading, expected);
    }
    desk.window.key_press(Key::ArrowUp);
    desk.window.run();
    assert_eq!(focused(&desk).as_deref(), Some("Purchasing"));
    assert_eq!(desk.sent(), []);
}

#[test]
fn arrows_bring_the_next_row_into_sight() {
    let mut desk = Desk::new(cards::many(200));
    desk.window
        .get_by_role_and_label(Role::Button, "Account 00000")
        .focus();
    desk.window.run();
    for _ in 0..60 {
        desk.window.key_press(Key::ArrowDown);
        desk.window.run();
    }
    assert_eq!(focused(&desk).as_deref(), Some("Account 00060"));
    let row = desk
        .window
        .get_by_role_and_label(Role::Button, "Account 00060");
    let rect = row.rect();
    assert!(rect.top() > 52.0 && rect.bottom() < 710.0, "{rect:?}");
}

#[test]
fn escape_cancels_dialogs_and_forms() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Unlink Main account");
    desk.window.key_press(Key::Escape);
    desk.window.run();
    assert_eq!(desk.window.query_all_by_label("Unlink account").count(), 0);
    desk.press("Link Tradecloud");
    desk.window.key_press(Key::Escape);
    desk.window.run();
    assert_eq!(desk.window.query_all_by_label("Password").count(), 0);
    assert_eq!(desk.sent(), []);
}

#[test]
fn control_k_goes_to_the_search_and_f5_refreshes_what_is_shown() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::K);
    desk.window.run();
    assert!(
        desk.window
            .get_by_role_and_label(Role::TextInput, "Search")
            .is_focused()
    );
    desk.window.key_press(Key::F5);
    let account = cards::account_id("main");
    assert_eq!(desk.sent(), [Command::RefreshAccount { account }]);
}

#[test]
fn enter_sends_a_form() {
    let mut desk = Desk::new(cards::empty());
    desk.press("Link Tradecloud");
    desk.fill("E-mail", "buyer@acme.example");
    desk.fill("Password", "x");
    desk.window.key_press(Key::Enter);
    assert!(matches!(
        desk.sent().as_slice(),
        [Command::SignInWithPassword { .. }]
    ));
}
