//! Every end of a sign-in has a name, a code for scripts, and leaves the accounts there were as they were.

use std::sync::Arc;

use jiff::SignedDuration;
use linkdesk::bridge::{AccountCard, ClientChange, Command, Problem, ProblemKind, SecretChange};
use linkdesk::cli::exit_code;
use linkdesk::ids::FlowId;
use linkdesk::sandbox::{Fault, Mode, RequestKind, Times};
use linkdesk::secret::Secret;

use crate::desk::identity::STANDARD;
use crate::desk::person::Decision;
use crate::desk::stand_in::StandIn;
use crate::desk::{Desk, free_port};

/// A desk at which somebody has linked an account before.
struct Witness {
    desk: Desk,
    before: Vec<Arc<AccountCard>>,
}

impl Witness {
    fn new() -> Self {
        let desk = Desk::new(Mode::Documented);
        desk.link("biggerplate");
        let before = desk.face.snapshot().accounts.clone();
        assert_eq!(before.len(), 1);
        Self { desk, before }
    }

    /// The end of an attempt, which has this exit code and has touched nobody.
    fn end(&self, flow: FlowId, code: u8) -> Problem {
        let problem = self.desk.failure(flow);
        assert_eq!(exit_code(&problem.kind), code, "{problem:?}");
        assert_eq!(problem.flow, Some(flow));
        let snapshot = self.desk.face.snapshot();
        assert_eq!(snapshot.accounts, self.before);
        assert_eq!(snapshot.problems, Vec::new(), "it is told in one place");
        problem
    }

    /// Practice Identity, but for one endpoint.
    fn add_with_token_endpoint(&self, endpoint: &str) {
        let file = self.desk.identity_file();
        let honest = format!("token_endpoint = \"{}/token\"", self.desk.issuer());
        assert!(file.contains(&honest), "{file}");
        let other = format!("token_endpoint = \"{endpoint}\"");
        self.desk.add_by_hand(&file.replace(&honest, &other));
    }
}

#[test]
fn denied() {
    let witness = Witness::new();
    witness.desk.person.decide(Decision::Deny);
    let flow = witness.desk.start_link("just2trade");
    let code = "access_denied".to_owned();
    assert_eq!(witness.end(flow, 6).kind, ProblemKind::Denied { code });
    assert_eq!(witness.desk.counters("just2trade").exchanges, 0);
}

#[test]
fn timed_out() {
    let witness = Witness::new();
    witness.desk.person.decide(Decision::CloseTab);
    let flow = witness.desk.start_link("just2trade");
    witness.desk.wait_for_redirect(flow);
    witness.desk.clock.advance(SignedDuration::from_secs(299));
    witness.desk.run(Command::CopyAddress { flow });
    assert_eq!(witness.desk.link_card(flow).outcome, None);
    witness.desk.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(witness.end(flow, 6).kind, ProblemKind::TimedOut);
}

#[test]
fn canceled() {
    let witness = Witness::new();
    witness.desk.person.decide(Decision::CloseTab);
    let flow = witness.desk.start_link("just2trade");
    witness.desk.wait_for_redirect(flow);
    witness.desk.run(Command::CancelLink { flow });
    assert_eq!(witness.end(flow, 6).kind, ProblemKind::Canceled);
}

#[test]
fn an_answer_of_another_issuer_ends_it_before_any_code_is_sent() {
    for fault in [Fault::WrongIss, Fault::MissingIss] {
        let witness = Witness::new();
        witness.desk.add_identity();
        witness
            .desk
            .fault(STANDARD, RequestKind::Authorize, fault.clone());
        let flow = witness.desk.start_identity();
        let expected = witness.desk.issuer();
        let kind = ProblemKind::IssuerMismatch { expected };
        assert_eq!(witness.end(flow, 1).kind, kind, "{fault:?}");
        assert_eq!(witness.desk.counters(STANDARD).exchanges, 0, "{fault:?}");
    }
}

#[test]
fn a_code_that_came_home_too_late_is_refused_by_the_provider() {
    let witness = Witness::new();
    witness.desk.person.decide(Decision::StayThere);
    let flow = witness.desk.start_link("trading-parrot");
    let target = witness.desk.person.wait_for_landing();
    witness.desk.clock.advance(SignedDuration::from_secs(31));
    witness.desk.person.load(&target).unwrap();
    let code = "invalid_grant".to_owned();
    assert_eq!(
        witness.end(flow, 6).kind,
        ProblemKind::CodeRejected { code }
    );
}

#[test]
fn a_client_that_the_provider_does_not_know_is_the_set_ups_fault() {
    let witness = Witness::new();
    witness.desk.add_identity();
    let change = ClientChange {
        client_secret: SecretChange::Set(Secret::new("another")),
        ..ClientChange::default()
    };
    witness.desk.set_up("identity", change);
    let flow = witness.desk.start_identity();
    let code = "invalid_client".to_owned();
    assert_eq!(
        witness.end(flow, 7).kind,
        ProblemKind::ClientRejected { code }
    );
}

#[test]
fn a_redirect_uri_that_is_not_registered_is_told_beside_the_one_that_is() {
    let witness = Witness::new();
    let server = StandIn::new(400, r#"{"error":"redirect_uri_mismatch"}"#);
    witness.add_with_token_endpoint(&server.url);
    let flow = witness.desk.start_identity();
    let problem = witness.end(flow, 7);
    let used = witness.desk.link_card(flow).redirect_uri.unwrap();
    assert!(used.starts_with("http://127.0.0.1:"), "{used}");
    let expected = ProblemKind::RedirectMismatch {
        redirect_uri: used,
        registered: "http://127.0.0.1/callback".to_owned(),
    };
    assert_eq!(problem.kind, expected);
    assert_eq!(server.requests().len(), 1, "a code is sent once");
}

#[test]
fn a_lost_answer_to_the_exchange() {
    let witness = Witness::new();
    witness
        .desk
        .fault("just2trade", RequestKind::Exchange, Fault::AnswerLost);
    let flow = witness.desk.start_link("just2trade");
    let problem = witness.end(flow, 4);
    let host = matches!(&problem.kind, ProblemKind::Unreachable { host, .. } if host.starts_with("127.0.0.1"));
    assert!(host, "{problem:?}");
    assert_eq!(witness.desk.counters("just2trade").exchanges, 1);
}

#[test]
fn nobody_at_the_token_endpoint() {
    let witness = Witness::new();
    let port = free_port();
    witness.add_with_token_endpoint(&format!("http://127.0.0.1:{port}/token"));
    let flow = witness.desk.start_identity();
    let kind = witness.end(flow, 4).kind;
    assert!(matches!(kind, ProblemKind::Unreachable { .. }), "{kind:?}");
}

#[test]
fn a_certificate_that_nobody_vouches_for_gets_no_code() {
    let witness = Witness::new();
    let server = StandIn::untrusted();
    witness.add_with_token_endpoint(&format!("{}/token", server.url));
    let flow = witness.desk.start_identity();
    let kind = witness.end(flow, 4).kind;
    let host = matches!(&kind, ProblemKind::CertificateUntrusted { host } if host.starts_with("127.0.0.1"));
    assert!(host, "{kind:?}");
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
fn a_wrong_clock_is_named_with_how_wrong_it_is() {
    // The provider ahead means that ours is behind, and the other way round.
    for (theirs, ours) in [(3 * 3600, -3 * 3600), (-3 * 3600, 3 * 3600)] {
        let witness = Witness::new();
        witness.desk.add_identity();
        let fault = Fault::ClockOff { seconds: theirs };
        witness.desk.fault(STANDARD, RequestKind::Exchange, fault);
        let flow = witness.desk.start_identity();
        let kind = witness.end(flow, 4).kind;
        let ProblemKind::ClockWrong {
            offset_seconds: Some(offset),
            ..
        } = kind
        else {
            panic!("{kind:?}");
        };
        assert!((offset - ours).abs() <= 1, "{offset} for {ours}");
    }
}

#[test]
fn keys_that_can_not_be_had_end_it_before_anybody_signs_in() {
    let witness = Witness::new();
    witness.desk.add_identity();
    let opened = witness.desk.person.opened().len();
    witness
        .desk
        .practice
        .set_fault(
            STANDARD,
            RequestKind::Keys,
            Some(Fault::Unavailable),
            Times::Always,
        )
        .unwrap();
    let flow = witness.desk.start_identity();
    let kind = witness.end(flow, 4).kind;
    assert!(
        matches!(kind, ProblemKind::TemporarilyFailing { status: 503, .. }),
        "{kind:?}"
    );
    assert_eq!(witness.desk.person.opened().len(), opened);
}
