//! Links that don't come about, and what is said then.

use linkdesk::bridge::{
    ClientChange, Command, LinkOutcome, ProblemKind, Remedy, SecretChange,
};
use linkdesk::sandbox::{Fault, Mode, RequestKind};
use linkdesk::secret::Secret;

use super::MODES;
use crate::desk::person::Decision;
use crate::desk::Desk;

#[test]
fn deny_is_a_calm_end_and_leaves_nothing() {
    for mode in MODES {
        let desk = Desk::with(mode, Decision::Deny);
        for provider in ["trading-parrot", "just2trade", "biggerplate"] {
            let flow = desk.start_link(provider);
            let problem = desk.failure(flow);
            assert!(
                matches!(problem.kind, ProblemKind::Denied { .. }),
                "{provider} {problem:?}"
            );
        }
        assert_eq!(desk.face.snapshot().accounts.len(), 0);
        assert_eq!(
            desk.face.snapshot().problems.len(),
            0,
            "no card beside the ended attempt"
        );
    }
}

#[test]
fn a_wrong_secret_is_named_as_a_fault_of_the_set_up() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in ["trading-parrot", "biggerplate"] {
            let change = ClientChange {
                client_secret: SecretChange::Set(Secret::new("wrong")),
                ..ClientChange::default()
            };
            desk.set_up(provider, change);
            let flow = desk.start_link(provider);
            let problem = desk.failure(flow);
            let ProblemKind::ClientRejected { code } = &problem.kind else {
                panic!("{provider} {mode}: {problem:?}");
            };
            assert_eq!(code, "invalid_client");
            assert_eq!(problem.remedy, Remedy::OpenClientSetUp);
        }
        assert_eq!(desk.face.snapshot().accounts.len(), 0);
    }
}

#[test]
fn an_unknown_client_is_refused_on_the_providers_page_and_the_attempt_can_be_canceled() {
    let desk = Desk::new(Mode::Documented);
    let change = ClientChange {
        client_id: Some("nobody".to_owned()),
        ..ClientChange::default()
    };
    desk.set_up("biggerplate", change);
    let flow = desk.start_link("biggerplate");
    desk.person.wait_for_refusal();
    desk.run(Command::CancelLink { flow });
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
}

#[test]
fn a_wrong_password_is_told_and_nothing_is_kept() {
    let desk = Desk::new(Mode::Documented);
    let username = desk.practice.ready().username.clone();
    let flow = desk.sign_in_as(&username, "wrong");
    assert_eq!(desk.failure(flow).kind, ProblemKind::WrongPassword);
    let flow = desk.sign_in_as("with:colon", "x");
    assert_eq!(desk.failure(flow).kind, ProblemKind::UnusableUsername);
    assert_eq!(desk.practice.counters("tradecloud").unwrap().logins, 1);
}

#[test]
fn a_callback_with_a_wrong_state_is_counted_and_the_wait_goes_on() {
    for fault in [Fault::WrongState, Fault::MissingState] {
        let desk = Desk::new(Mode::Documented);
        desk.fault("biggerplate", RequestKind::Authorize, fault);
        let flow = desk.start_link("biggerplate");
        desk.wait("the stray", |snapshot| {
            (snapshot.link(flow)?.strays > 0).then_some(())
        });
        let card = desk.link_card(flow);
        assert_eq!(card.outcome, None);
        desk.send(Command::OpenBrowserAgain { flow });
        assert!(matches!(desk.outcome(flow), LinkOutcome::Linked { .. }));
    }
}

#[test]
fn an_answer_that_is_not_a_token_response_stores_nothing() {
    for fault in [
        Fault::Html,
        Fault::BrokenJson,
        Fault::CodeUsed,
        Fault::CodeExpired,
    ] {
        let desk = Desk::new(Mode::Documented);
        desk.fault("biggerplate", RequestKind::Exchange, fault.clone());
        let flow = desk.start_link("biggerplate");
        let problem = desk.failure(flow);
        let told = matches!(
            problem.kind,
            ProblemKind::NotATokenResponse { .. } | ProblemKind::CodeRejected { .. }
        );
        assert!(told, "{fault:?}: {problem:?}");
        assert_eq!(desk.face.snapshot().accounts.len(), 0);
        let exchanges = desk.practice.counters("biggerplate").unwrap().exchanges;
        assert_eq!(exchanges, 1, "{fault:?}: a code is never sent twice");
    }
}

#[test]
fn odd_but_readable_token_answers_link_all_the_same() {
    let desk = Desk::new(Mode::Documented);
    desk.fault("biggerplate", RequestKind::Exchange, Fault::WrongTypes);
    let flow = desk.start_link("biggerplate");
    assert!(matches!(desk.outcome(flow), LinkOutcome::Linked { .. }));
}

#[test]
fn a_token_request_is_never_redirected_to_another_host() {
    let desk = Desk::new(Mode::Documented);
    let recorder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    recorder.set_nonblocking(true).unwrap();
    let to = format!("http://{}/", recorder.local_addr().unwrap());
    desk.fault(
        "biggerplate",
        RequestKind::Exchange,
        Fault::RedirectElsewhere { to },
    );
    let flow = desk.start_link("biggerplate");
    let problem = desk.failure(flow);
    assert!(
        matches!(problem.kind, ProblemKind::RedirectRefused { .. }),
        "{problem:?}"
    );
    assert!(recorder.accept().is_err(), "the other host was contacted");
}

#[test]
fn a_lost_answer_to_a_refresh_is_marked_and_not_replayed_by_itself() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud");
    desk.fault("tradecloud", RequestKind::Refresh, Fault::AnswerLost);
    let (finished, card) = desk.refresh(&account.id);
    assert!(finished.problem.is_some());
    assert!(card.outcome_unknown);
    assert_eq!(card.next_refresh_at, None);
    assert_eq!(desk.practice.counters("tradecloud").unwrap().refreshes, 1);
}
