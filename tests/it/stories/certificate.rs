//! The certificate of this installation: how long it stays the same, and when there is another one.

use jiff::SignedDuration;
use linkdesk::bridge::{CertificateCard, Command, KeyStoreState};
use linkdesk::sandbox::Mode;

use crate::desk::Desk;

fn certificate(desk: &Desk) -> CertificateCard {
    desk.face.snapshot().certificate.clone().unwrap()
}

#[test]
fn it_is_the_same_after_a_restart_and_a_browser_that_trusts_it_needs_no_new_word() {
    let desk = Desk::lasting(Mode::Documented);
    let trusted = desk.trust_certificate();
    let desk = desk.reopen();
    assert_eq!(certificate(&desk).fingerprint, trusted, "before it is used");
    desk.person.trust(&trusted);
    let flow = desk.start_link("rest-api-v1");
    desk.linked(flow);
    assert_eq!(certificate(&desk).fingerprint, trusted);
    assert_eq!(desk.person.warnings(), Vec::<String>::new());
}

#[test]
fn it_is_renewed_30_days_before_its_end_and_not_earlier() {
    let desk = Desk::lasting(Mode::Documented);
    let first = desk.trust_certificate();
    let left = certificate(&desk).not_after.duration_since(desk.clock.now());
    let until_due = left - SignedDuration::from_hours(30 * 24);
    desk.clock.advance(until_due - SignedDuration::from_hours(1));
    assert_eq!(desk.trust_certificate(), first);
    desk.clock.advance(SignedDuration::from_hours(2));
    let flow = desk.start_link("rest-api-v1");
    let second = desk.person.wait_for_warning();
    assert_ne!(second, first);
    assert_eq!(certificate(&desk).fingerprint, second);
    assert!(certificate(&desk).not_after > desk.clock.now() + left / 2);
    desk.person.trust(&second);
    desk.linked(flow);
}

#[test]
fn a_new_one_is_made_on_request_and_the_browser_warns_of_it() {
    let desk = Desk::lasting(Mode::Documented);
    let first = desk.trust_certificate();
    let finished = desk.run(Command::MakeCertificate { renew: true });
    assert_eq!(finished.problem, None);
    let second = certificate(&desk).fingerprint;
    assert_ne!(second, first);
    let flow = desk.start_link("rest-api-v1");
    assert_eq!(desk.person.wait_for_warning(), second);
    desk.person.trust(&second);
    desk.linked(flow);
}

#[test]
fn one_that_was_sealed_in_a_past_session_is_replaced_without_a_word() {
    let desk = Desk::new(Mode::Documented);
    let first = desk.trust_certificate();
    let desk = desk.reopen();
    let second = desk.trust_certificate();
    assert_ne!(second, first);
    let flow = desk.start_link("rest-api-v1");
    desk.linked(flow);
    let snapshot = desk.face.snapshot();
    assert_eq!(snapshot.problems, Vec::new());
    assert_eq!(snapshot.key_store.state, KeyStoreState::Open);
}
