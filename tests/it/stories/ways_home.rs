//! Ways for an answer to come home other than a plain loopback redirect: over TLS, pasted, out of band.

use jiff::SignedDuration;
use linkdesk::bridge::{ClientChange, Command, LinkCard, ProblemKind, WayHome};
use linkdesk::cli::exit_code;
use linkdesk::ids::FlowId;
use linkdesk::sandbox::Mode;
use linkdesk::secret::Secret;

use super::MODES;
use crate::desk::Desk;
use crate::desk::person::Decision;

fn fingerprint(card: &LinkCard) -> Option<String> {
    match &card.way_home {
        WayHome::LoopbackTls { certificate } => {
            Some(certificate.as_ref().unwrap().fingerprint.clone())
        }
        _ => None,
    }
}

fn wait_for_a_certificate_refusal(desk: &Desk, flow: FlowId) {
    desk.wait("a refusal that is counted", |snapshot| {
        (snapshot.link(flow)?.certificate_refusals > 0).then_some(())
    });
}

fn paste(desk: &Desk, flow: FlowId, text: &str) {
    desk.send(Command::PasteAddress {
        flow,
        address: Secret::new(text),
    });
}

#[test]
fn an_https_redirect_comes_home_with_the_certificate_of_this_installation() {
    for mode in MODES {
        let desk = Desk::new(mode);
        let trusted = desk.trust_certificate();
        let flow = desk.start_link("rest-api-v1");
        let account = desk.linked(flow);
        assert_eq!(account.problem, None, "{mode}");
        let card = desk.link_card(flow);
        assert_eq!(fingerprint(&card), Some(trusted), "{mode}");
        assert!(!card.needs_paste(), "{mode}");
        let uri = card.redirect_uri.unwrap();
        assert!(uri.starts_with("https://127.0.0.1:"), "{uri}");
        assert_eq!(desk.person.warnings(), Vec::<String>::new(), "{mode}");
    }
}

#[test]
fn a_browser_that_warns_first_is_counted_and_brings_the_answer_once_it_trusts() {
    let desk = Desk::new(Mode::Documented);
    let flow = desk.start_link("rest-api-v1");
    let shown = desk.person.wait_for_warning();
    wait_for_a_certificate_refusal(&desk, flow);
    let card = desk.link_card(flow);
    assert_eq!(fingerprint(&card).as_ref(), Some(&shown));
    assert_eq!(card.outcome, None);
    desk.person.trust(&shown);
    desk.linked(flow);
}

#[test]
fn a_certificate_that_nobody_trusts_in_time_is_why_the_attempt_ended() {
    let desk = Desk::new(Mode::Documented);
    let flow = desk.start_link("rest-api-v1");
    let fingerprint = desk.person.wait_for_warning();
    wait_for_a_certificate_refusal(&desk, flow);
    desk.clock.advance(SignedDuration::from_mins(5));
    let problem = desk.failure(flow);
    assert_eq!(
        problem.kind,
        ProblemKind::CertificateRefused { fingerprint }
    );
    assert_eq!(exit_code(&problem.kind), 6);
}

#[test]
fn where_nobody_met_the_certificate_it_is_not_blamed() {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let flow = desk.start_link("rest-api-v1");
    desk.wait_for_redirect(flow);
    desk.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(desk.failure(flow).kind, ProblemKind::TimedOut);
}

#[test]
fn a_redirect_is_pasted_where_the_set_up_says_so() {
    let desk = Desk::new(Mode::Documented);
    let uri = "https://127.0.0.1:1/callback";
    let change = ClientChange {
        redirect_uri: Some(uri.to_owned()),
        pastes_redirect: Some(true),
        ..ClientChange::default()
    };
    desk.set_up("rest-api-v1", change);
    let flow = desk.start_link("rest-api-v1");
    let landed = desk.person.wait_for_landing();
    assert!(landed.starts_with(uri), "{landed}");
    let card = desk.link_card(flow);
    assert!(card.needs_paste());
    assert_eq!(card.way_home, WayHome::Pasted);
    assert_eq!(card.redirect_uri.as_deref(), Some(uri));
    paste(&desk, flow, &landed);
    desk.linked(flow);
    assert_eq!(desk.face.snapshot().certificate, None, "none was needed");
}

#[test]
fn a_code_that_the_provider_shows_links_by_itself() {
    let desk = Desk::new(Mode::Field);
    let change = ClientChange {
        redirect_uri: Some("urn:ietf:wg:oauth:2.0:oob".to_owned()),
        ..ClientChange::default()
    };
    desk.set_up("rest-api-v1", change);
    let flow = desk.start_link("rest-api-v1");
    let code = desk.person.wait_for_landing();
    assert!(!code.contains("://"), "{code}");
    assert_eq!(desk.link_card(flow).way_home, WayHome::OutOfBand);
    paste(&desk, flow, "two words");
    desk.wait("the refusal", |snapshot| {
        snapshot.link(flow)?.trouble.clone()
    });
    paste(&desk, flow, &format!("  {code}\n"));
    desk.linked(flow);
    assert_eq!(desk.counters("rest-api-v1").exchanges, 1);
}
