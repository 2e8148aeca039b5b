//! Adding a provider, and the settings that belong to providers and certificates.
//!
//! Nothing an issuer says is used before a person has seen it.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use linkdesk::bridge::{Command, DiscoveryState, ProblemKind, Remedy, Snapshot};

use super::screens::{check_outline, count};
use super::support::{Desk, cards, sign_ins};

fn adding(snapshot: Snapshot) -> Desk {
    let mut desk = Desk::sized(snapshot, [1180.0, 1200.0], egui::Theme::Dark);
    desk.press("Add a provider");
    desk
}

fn issuer_fields(desk: &Desk) -> usize {
    desk.window
        .query_all_by_role_and_label(Role::TextInput, "Issuer address")
        .count()
}

#[test]
fn an_issuer_is_looked_up_and_what_it_says_is_shown_before_it_is_used() {
    let mut desk = adding(cards::empty());
    desk.fill("Issuer address", " https://auth.acme.example ");
    desk.press("Look up");
    let issuer = "https://auth.acme.example".to_owned();
    assert_eq!(desk.sent(), [Command::Discover { issuer }]);
    let state = DiscoveryState::Asking;
    desk.publish(|snapshot| *snapshot = sign_ins::discovering(state));
    desk.window.get_by_label("Asking https://auth.acme.example");
    let state = DiscoveryState::Found(sign_ins::found());
    desk.publish(|snapshot| *snapshot = sign_ins::discovering(state));
    check_outline("add-provider", &desk);
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_found_provider_is_added_under_the_name_a_person_gives_it() {
    let state = DiscoveryState::Found(sign_ins::found());
    let mut desk = adding(sign_ins::discovering(state));
    desk.fill("Name", " Trading");
    desk.press("Add provider");
    let id = cards::provider_id("acme");
    let name = "Acme Trading".to_owned();
    assert_eq!(desk.sent(), [Command::AddProvider { id, name }]);
    let id = cards::provider_id("acme");
    let card = cards::provider("acme", "Acme Trading", 0x0000_80ff);
    desk.publish(|snapshot| {
        *snapshot = sign_ins::discovering(DiscoveryState::Added(id));
        snapshot.providers.push(Arc::new(card));
    });
    desk.window.get_by_label("Set-up of Acme Trading");
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_name_that_can_be_no_file_is_not_sent() {
    let state = DiscoveryState::Found(sign_ins::found());
    let mut desk = adding(sign_ins::discovering(state));
    desk.fill("Id", "/../etc");
    let add = desk.window.get_by_label("Add provider");
    assert!(add.accesskit_node().is_disabled());
    desk.press("Cancel");
    assert_eq!(desk.sent(), [Command::DismissDiscovery]);
    assert_eq!(issuer_fields(&desk), 0);
}

#[test]
fn the_file_is_folded_and_can_be_copied() {
    let found = sign_ins::found();
    let file = found.file.clone();
    let mut desk = adding(sign_ins::discovering(DiscoveryState::Found(found)));
    assert_eq!(count(&desk, "name = \"Acme\""), 0);
    desk.press("The file");
    desk.window.get_by_label("name = \"Acme\"");
    assert_eq!(desk.copied_by("Copy file"), Some(file));
}

#[test]
fn what_can_not_be_added_says_why_and_can_be_tried_again() {
    let issuer = "https://auth.acme.example".to_owned();
    let kind = ProblemKind::DiscoveryFailed {
        issuer: issuer.clone(),
        why: "it names another issuer than the one that was asked".into(),
    };
    let problem = cards::problem(6, kind, Remedy::RetryNow);
    let mut desk = adding(sign_ins::discovering(DiscoveryState::Failed(problem)));
    desk.window
        .get_by_label("https://auth.acme.example can’t be added as it is");
    desk.press("Try again");
    assert_eq!(desk.sent(), [Command::Discover { issuer }]);
    desk.press("Dismiss");
    assert_eq!(desk.sent(), [Command::DismissDiscovery]);
}

#[test]
fn files_of_ones_own_are_read_again_without_a_restart() {
    let mut desk = adding(sign_ins::discovering(DiscoveryState::Asking));
    desk.window
        .get_by_label("/home/you/.config/linkdesk/providers");
    desk.press("Read provider files again");
    assert_eq!(desk.sent(), [Command::RereadProviders]);
}

#[test]
fn an_addition_of_before_does_not_lead_away_from_the_page() {
    let id = cards::provider_id("biggerplate");
    let desk = adding(sign_ins::discovering(DiscoveryState::Added(id)));
    assert_eq!(issuer_fields(&desk), 1);
}

#[test]
fn a_search_without_a_result_offers_to_add_a_provider() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.fill("Search", "acme");
    desk.press("Add a provider");
    assert_eq!(issuer_fields(&desk), 1);
}

#[test]
fn the_settings_hold_the_certificate_and_the_provider_files() {
    let mut snapshot = cards::five_accounts();
    snapshot.certificate = Some(sign_ins::certificate());
    let mut desk = Desk::sized(snapshot, [1180.0, 1200.0], egui::Theme::Dark);
    desk.press("Settings");
    check_outline("settings", &desk);
    desk.press("Make a new certificate");
    assert_eq!(desk.sent(), [Command::MakeCertificate { renew: true }]);
    desk.press("Read provider files again");
    assert_eq!(desk.sent(), [Command::RereadProviders]);
}
