//! A set-up that is tried before it is kept: what can be told without a sign-in, and that nothing is kept by trying.

use std::net::TcpListener;

use linkdesk::bridge::{
    ClientCard, ClientChange, ClientTestOutcome, Command, Missing, ProblemKind, SecretChange,
};
use linkdesk::sandbox::Mode;
use linkdesk::secret::Secret;

use super::MODES;
use crate::desk::identity::{IDENTITY, STANDARD};
use crate::desk::{Desk, free_port, id};

/// The set-up as it is kept, without what tests showed.
fn kept(desk: &Desk, provider: &str) -> ClientCard {
    let snapshot = desk.face.snapshot();
    let mut client = snapshot.provider(&id(provider)).unwrap().client.clone();
    client.test = None;
    client
}

/// Tries a change, and gives what it showed.
fn try_out(desk: &Desk, provider: &str, change: ClientChange) -> ClientTestOutcome {
    let before = kept(desk, provider);
    let finished = desk.run(Command::TestClient {
        provider: id(provider),
        change,
    });
    assert_eq!(kept(desk, provider), before, "trying keeps nothing");
    let snapshot = desk.face.snapshot();
    let test = &snapshot.provider(&id(provider)).unwrap().client.test;
    let test = test.clone().unwrap();
    assert_eq!(test.at, Some(desk.clock.now()));
    let failed = match &test.outcome {
        ClientTestOutcome::Failed(kind) => Some(kind.clone()),
        _ => None,
    };
    assert_eq!(finished.problem.map(|problem| problem.kind), failed);
    test.outcome
}

fn secret(text: &str) -> ClientChange {
    ClientChange {
        client_secret: SecretChange::Set(Secret::new(text)),
        ..ClientChange::default()
    }
}

#[test]
fn a_good_set_up_is_recognized_without_a_sign_in() {
    for mode in MODES {
        let desk = Desk::new(mode);
        desk.add_identity();
        for provider in [
            "trading-parrot",
            "just2trade",
            "rest-api-v1",
            "biggerplate",
            IDENTITY,
        ] {
            let outcome = try_out(&desk, provider, ClientChange::default());
            assert_eq!(outcome, ClientTestOutcome::Recognized, "{provider} {mode}");
        }
        assert_eq!(desk.person.opened(), Vec::<String>::new());
        assert_eq!(desk.ids(), []);
    }
}

#[test]
fn a_wrong_secret_is_told_and_the_right_one_stays() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    for provider in ["trading-parrot", "biggerplate", IDENTITY] {
        let outcome = try_out(&desk, provider, secret("wrong"));
        let code = "invalid_client".to_owned();
        let expected = ClientTestOutcome::Failed(ProblemKind::ClientRejected { code });
        assert_eq!(outcome, expected, "{provider}");
        desk.link(provider);
    }
}

#[test]
fn a_client_that_nobody_knows_is_told_and_the_known_one_stays() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let change = ClientChange {
        client_id: Some("nobody".to_owned()),
        ..ClientChange::default()
    };
    let outcome = try_out(&desk, IDENTITY, change);
    let code = "invalid_client".to_owned();
    let expected = ClientTestOutcome::Failed(ProblemKind::ClientRejected { code });
    assert_eq!(outcome, expected);
    desk.link(IDENTITY);
}

#[test]
fn a_set_up_that_lacks_something_is_not_sent_anywhere() {
    let desk = Desk::new(Mode::Documented);
    desk.drop_in("identity.toml", &desk.identity_file());
    let outcome = try_out(&desk, IDENTITY, ClientChange::default());
    let missing = vec![Missing::ClientId, Missing::ClientSecret];
    let expected = ClientTestOutcome::Failed(ProblemKind::ClientIncomplete { missing });
    assert_eq!(outcome, expected);
    assert_eq!(desk.counters(STANDARD).exchanges, 0);
}

#[test]
fn nobody_at_the_address() {
    let desk = Desk::new(Mode::Documented);
    let change = ClientChange {
        base_url: Some(format!("http://127.0.0.1:{}", free_port())),
        ..ClientChange::default()
    };
    let outcome = try_out(&desk, "biggerplate", change);
    let unreachable = matches!(
        outcome,
        ClientTestOutcome::Failed(ProblemKind::Unreachable { .. })
    );
    assert!(unreachable, "{outcome:?}");
    assert_eq!(desk.counters("biggerplate").exchanges, 0);
}

#[test]
fn a_taken_port_is_told_before_the_provider_is_asked() {
    let desk = Desk::new(Mode::Documented);
    let squatter = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = squatter.local_addr().unwrap().port();
    desk.neighborhood.move_in(port, "squatter", 42);
    let change = ClientChange {
        redirect_uri: Some(format!("http://127.0.0.1:{port}/callback")),
        ..ClientChange::default()
    };
    let outcome = try_out(&desk, "trading-parrot", change);
    let holder = Some("squatter (process 42)".to_owned());
    let expected = ClientTestOutcome::Failed(ProblemKind::PortInUse { port, holder });
    assert_eq!(outcome, expected);
    assert_eq!(desk.counters("trading-parrot").exchanges, 0);
}

#[test]
fn a_free_port_is_given_back_after_the_test() {
    let desk = Desk::new(Mode::Documented);
    let port = free_port();
    let change = ClientChange {
        redirect_uri: Some(format!("http://127.0.0.1:{port}/callback")),
        ..ClientChange::default()
    };
    let outcome = try_out(&desk, "trading-parrot", change);
    assert_eq!(outcome, ClientTestOutcome::Recognized);
    TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn an_unusable_redirect_uri_is_told_by_its_field() {
    let desk = Desk::new(Mode::Documented);
    let change = ClientChange {
        redirect_uri: Some("http://elsewhere.example/callback".to_owned()),
        ..ClientChange::default()
    };
    let outcome = try_out(&desk, "biggerplate", change);
    let invalid = matches!(
        outcome,
        ClientTestOutcome::Failed(ProblemKind::ClientInvalid { .. })
    );
    assert!(invalid, "{outcome:?}");
}

#[test]
fn where_a_password_is_needed_nothing_can_be_told() {
    let desk = Desk::new(Mode::Documented);
    let outcome = try_out(&desk, "tradecloud", ClientChange::default());
    assert_eq!(outcome, ClientTestOutcome::NotTold);
    assert_eq!(desk.counters("tradecloud").requests, 0);
}
