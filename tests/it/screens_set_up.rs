//! The set-up of a client: what to register, what was given out, the test before it is saved.
//!
//! What is typed leaves only when it is sent, and a secret leaves nothing behind.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::SignedDuration;
use linkdesk::bridge::{
    BrowserChange, ClientChange, ClientTest, ClientTestOutcome, Command, Missing, ProblemKind,
    ProviderOrigin, SecretChange, SignInWay, Snapshot,
};
use linkdesk::secret::Secret;

use super::screens::{check_outline, count};
use super::support::{Desk, cards, sign_ins};

fn set_up(change: impl FnOnce(&mut Snapshot)) -> Desk {
    let mut snapshot = sign_ins::with_ways();
    change(&mut snapshot);
    let mut desk = Desk::sized(snapshot, [1180.0, 1900.0], egui::Theme::Dark);
    desk.press("Set up Biggerplate");
    desk
}

fn saved(change: ClientChange) -> [Command; 1] {
    let provider = cards::provider_id("biggerplate");
    [Command::SaveClient { provider, change }]
}

#[test]
fn the_set_up_says_what_to_register_and_asks_for_what_was_given() {
    check_outline("set-up-ways", &set_up(|_| {}));
}

#[test]
fn another_way_home_brings_its_redirect_uri() {
    let mut desk = set_up(|_| {});
    desk.press("To this computer, over http");
    assert_eq!(
        desk.copied_by("Copy redirect URI").as_deref(),
        Some("http://127.0.0.1/callback")
    );
    desk.press("Save set-up");
    let change = ClientChange {
        redirect_uri: Some("http://127.0.0.1/callback".into()),
        ..ClientChange::default()
    };
    assert_eq!(desk.sent(), saved(change));
}

#[test]
fn an_address_of_ones_own_is_pasted() {
    let mut desk = set_up(|_| {});
    desk.press("To an address of yours, which you paste");
    desk.fill("Redirect URI", "https://desk.example/back");
    desk.press("Save set-up");
    let change = ClientChange {
        redirect_uri: Some("https://desk.example/back".into()),
        pastes_redirect: Some(true),
        ..ClientChange::default()
    };
    assert_eq!(desk.sent(), saved(change));
}

#[test]
fn a_typed_redirect_uri_says_which_way_it_takes() {
    let mut desk = set_up(|_| {});
    desk.press("To an address of yours, which you paste");
    desk.fill("Redirect URI", "http://localhost:9/cb");
    let radio = desk
        .window
        .get_by_role_and_label(Role::RadioButton, "To this computer, over http");
    assert_eq!(
        radio.accesskit_node().toggled(),
        Some(egui::accesskit::Toggled::True)
    );
}

#[test]
fn further_redirect_uris_are_kept_in_order() {
    let mut desk = set_up(|_| {});
    for (number, uri) in [(2, "https://127.0.0.1:1/a"), (3, "https://127.0.0.1:2/b")] {
        desk.press("Add another redirect URI");
        desk.fill(&format!("Redirect URI {number}"), uri);
    }
    assert_eq!(
        desk.copied_by("Copy all redirect URIs").as_deref(),
        Some("https://127.0.0.1:53682/callback\nhttps://127.0.0.1:1/a\nhttps://127.0.0.1:2/b")
    );
    desk.press("Remove redirect URI 2");
    desk.press("Save set-up");
    let change = ClientChange {
        other_redirect_uris: Some(vec!["https://127.0.0.1:2/b".into()]),
        ..ClientChange::default()
    };
    assert_eq!(desk.sent(), saved(change));
}

#[test]
fn a_certificate_is_made_or_made_anew() {
    let mut desk = set_up(|_| {});
    desk.press("Make a new certificate");
    assert_eq!(desk.sent(), [Command::MakeCertificate { renew: true }]);
    let mut desk = set_up(|snapshot| snapshot.certificate = None);
    desk.press("Make certificate");
    assert_eq!(desk.sent(), [Command::MakeCertificate { renew: false }]);
    desk.press("To this computer, over http");
    assert_eq!(count(&desk, "Make certificate"), 0);
}

#[test]
fn pasted_credentials_fill_in_the_form_and_leave_nothing_behind() {
    let mut desk = set_up(|_| {});
    desk.press("Paste credentials");
    desk.fill(
        "Credentials",
        r#"{"installed": {"client_id": "desk-77", "client_secret": "canary-99", "redirect_uris": ["http://localhost"]}}"#,
    );
    desk.press("Fill in");
    desk.window.get_by_label_contains("Filled in the client id");
    assert_eq!(count(&desk, "Credentials"), 0);
    desk.press("Save set-up");
    let change = ClientChange {
        client_id: Some("desk-77".into()),
        client_secret: SecretChange::Set(Secret::new("canary-99")),
        redirect_uri: Some("http://localhost".into()),
        ..ClientChange::default()
    };
    assert_eq!(desk.sent(), saved(change));
}

#[test]
fn what_is_no_credentials_says_why_and_changes_nothing() {
    let mut desk = set_up(|_| {});
    desk.press("Paste credentials");
    desk.fill("Credentials", "canary-12");
    desk.press("Fill in");
    let told = desk.window.get_by_label_contains("Nothing was filled in");
    let told = told.accesskit_node().value().unwrap_or_default();
    assert!(!told.contains("canary"), "{told}");
    desk.press("Save set-up");
    assert_eq!(desk.sent(), saved(ClientChange::default()));
}

#[test]
fn a_test_sends_what_is_typed_and_keeps_it() {
    let mut desk = set_up(|_| {});
    desk.fill("Client secret", "canary-31");
    let change = ClientChange {
        client_secret: SecretChange::Set(Secret::new("canary-31")),
        ..ClientChange::default()
    };
    desk.press("Test set-up");
    let provider = cards::provider_id("biggerplate");
    let tested = Command::TestClient {
        provider,
        change: change.clone(),
    };
    assert_eq!(desk.sent(), [tested]);
    desk.press("Save set-up");
    assert_eq!(desk.sent(), saved(change));
}

#[test]
fn a_test_tells_what_it_showed() {
    let mismatch = ProblemKind::RedirectMismatch {
        redirect_uri: "http://127.0.0.1/cb".into(),
        registered: "http://localhost/cb".into(),
    };
    for (outcome, words) in [
        (ClientTestOutcome::Testing, "Testing…"),
        (
            ClientTestOutcome::Recognized,
            "The provider knows this client, and the redirect address answers",
        ),
        (
            ClientTestOutcome::NotTold,
            "The provider doesn’t tell before somebody signs in; nothing speaks against it",
        ),
        (
            ClientTestOutcome::Failed(mismatch),
            "Used, http://127.0.0.1/cb, differs in 127.0.0.1",
        ),
    ] {
        let desk = set_up(|snapshot| {
            let card = Arc::make_mut(&mut snapshot.providers[4]);
            let at = cards::now() - SignedDuration::from_secs(4);
            card.client.test = Some(ClientTest {
                at: (outcome != ClientTestOutcome::Testing).then_some(at),
                outcome: outcome.clone(),
            });
        });
        desk.window.get_by_label(words);
        let ages = desk.window.query_all_by_label("4 s ago").count();
        assert_eq!(ages, usize::from(outcome != ClientTestOutcome::Testing));
    }
}

#[test]
fn new_accounts_get_a_browser_and_a_sign_in_can_begin_elsewhere() {
    let mut desk = set_up(|_| {});
    desk.open("Browser for new accounts");
    desk.press_button("Firefox, work");
    let change = ClientChange {
        browser: BrowserChange::Take(sign_ins::work_profile()),
        ..ClientChange::default()
    };
    assert_eq!(desk.sent(), saved(change));
    desk.press("Sign in on another device…");
    let link = Command::LinkAccount {
        provider: cards::provider_id("biggerplate"),
        account: None,
        label: None,
        way: SignInWay::Device,
    };
    assert_eq!(desk.sent(), [link]);
}

#[test]
fn an_open_choice_takes_escape_before_the_form_does() {
    let mut desk = set_up(|_| {});
    desk.open("Browser for new accounts");
    desk.window.get_by_label("Firefox, work");
    desk.window.key_press(egui::Key::Escape);
    desk.window.run();
    assert_eq!(count(&desk, "Firefox, work"), 0);
    desk.window.get_by_label("Set-up of Biggerplate");
    desk.window.key_press(egui::Key::Escape);
    desk.window.run();
    assert_eq!(count(&desk, "Set-up of Biggerplate"), 0);
}

#[test]
fn hosts_of_a_provider_of_ones_own_are_shown_as_computers_read_them() {
    let desk = set_up(|snapshot| {
        let card = Arc::make_mut(&mut snapshot.providers[4]);
        card.all_hosts = vec!["auth.biggerplate.com".into()];
    });
    assert_eq!(count(&desk, "auth.biggerplate.com"), 0);
    let desk = set_up(|snapshot| {
        let card = Arc::make_mut(&mut snapshot.providers[4]);
        card.origin = ProviderOrigin::AddedByYou {
            file: "biggerplate.toml".into(),
        };
        card.all_hosts = vec!["auth.biggerplate.com".into()];
    });
    desk.window.get_by_label("auth.biggerplate.com");
    assert_eq!(count(&desk, "another script"), 0);
    let desk = set_up(|snapshot| {
        let card = Arc::make_mut(&mut snapshot.providers[4]);
        card.all_hosts = vec!["auth.xn--bggerplate-q5a.com".into()];
    });
    desk.window.get_by_label("auth.xn--bggerplate-q5a.com");
    desk.window.get_by_label("another script");
    desk.window
        .get_by_label_contains("compare them letter by letter");
}

#[test]
fn what_is_pressed_in_the_end_stays_in_sight() {
    let mut snapshot = sign_ins::with_ways();
    let card = Arc::make_mut(&mut snapshot.providers[4]);
    card.client.test = Some(ClientTest {
        at: Some(cards::now()),
        outcome: ClientTestOutcome::NotTold,
    });
    for width in [1180.0, 420.0] {
        let mut desk = Desk::sized(snapshot.clone(), [width, 740.0], egui::Theme::Dark);
        desk.press("Set up Biggerplate");
        for name in ["Save set-up", "Test set-up", "Cancel"] {
            let rect = desk.window.get_by_label(name).rect();
            assert!(
                rect.bottom() < 710.0 && rect.right() < width,
                "{name}: {rect:?}"
            );
        }
        desk.press("Test set-up");
        assert_eq!(desk.sent().len(), 1);
    }
}

#[test]
fn a_set_up_that_passed_its_test_says_that_it_is_not_saved_and_not_that_something_is_missing() {
    for (outcome, words) in [
        (
            ClientTestOutcome::Recognized,
            "What was tested is not saved yet",
        ),
        (ClientTestOutcome::NotTold, "Still needs a client id"),
    ] {
        let desk = set_up(|snapshot| {
            let card = Arc::make_mut(&mut snapshot.providers[4]);
            card.missing = vec![Missing::ClientId];
            card.client.test = Some(ClientTest {
                at: Some(cards::now()),
                outcome: outcome.clone(),
            });
        });
        desk.window.get_by_label(words);
    }
}
