//! Signing in on another device: a code on the card, polite questions, and every way it can end.

use jiff::SignedDuration;
use linkdesk::bridge::{Command, DeviceCard, ProblemKind, SignInWay, WayHome};
use linkdesk::cli::exit_code;
use linkdesk::ids::FlowId;
use linkdesk::sandbox::{Fault, Mode, RequestKind};

use crate::desk::Desk;
use crate::desk::identity::{IDENTITY, STANDARD};
use crate::desk::person::Decision;
use crate::desk::stand_in::StandIn;

const INTERVAL: SignedDuration = SignedDuration::from_secs(5);

fn start(desk: &Desk) -> (FlowId, DeviceCard) {
    let flow = desk.start_link_by(IDENTITY, SignInWay::Device);
    let card = desk.wait("a code", |snapshot| snapshot.link(flow)?.device.clone());
    settle(desk, flow);
    (flow, card)
}

/// Until the attempt waits again: an order is followed only then.
fn settle(desk: &Desk, flow: FlowId) {
    // The first order may be taken before a question that is due; the second one comes after it.
    for _ in 0..2 {
        let copied = || desk.outlet.addresses.lock().unwrap().len();
        let before = copied();
        desk.send(Command::CopyAddress { flow });
        desk.wait("an address that was copied", |_| {
            (copied() > before).then_some(())
        });
    }
}

/// Lets time pass, and the attempt ask if it wants to.
fn pass(desk: &Desk, flow: FlowId, seconds: i64) {
    desk.clock.advance(SignedDuration::from_secs(seconds));
    settle(desk, flow);
}

fn polls(desk: &Desk) -> u64 {
    desk.counters(STANDARD).device_polls
}

#[test]
fn the_card_shows_a_code_and_the_person_allows_it_elsewhere() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let (flow, device) = start(&desk);
    let card = desk.link_card(flow);
    assert_eq!(card.way_home, WayHome::Asked);
    assert_eq!(card.redirect_uri, None);
    assert_eq!(device.verification_uri, format!("{}/device", desk.issuer()));
    assert_eq!(device.user_code.len(), 9);
    let left = device.expires_at.duration_since(desk.clock.now());
    assert_eq!(left, SignedDuration::from_mins(10));
    assert_eq!(card.deadline, device.expires_at);
    let page = desk.person.enter(&device.verification_uri, &device.user_code);
    assert!(page.contains("You can go back to the app now"), "{page}");
    desk.clock.advance(INTERVAL);
    let account = desk.linked(flow);
    assert_eq!(account.problem, None);
    assert!(account.identity.subject.is_some());
    assert_eq!(desk.person.opened(), Vec::<String>::new());
    let (finished, _) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
}

#[test]
fn a_no_on_the_other_device_is_a_no_here() {
    let desk = Desk::with(Mode::Documented, Decision::Deny);
    desk.add_identity();
    let (flow, device) = start(&desk);
    desk.person.enter(&device.verification_uri, &device.user_code);
    desk.clock.advance(INTERVAL);
    let problem = desk.failure(flow);
    let code = "access_denied".to_owned();
    assert_eq!(problem.kind, ProblemKind::Denied { code });
    assert_eq!(exit_code(&problem.kind), 6);
}

#[test]
fn a_code_that_nobody_enters_ends_with_its_time() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let (flow, _) = start(&desk);
    pass(&desk, flow, 599);
    assert_eq!(desk.link_card(flow).outcome, None);
    desk.clock.advance(SignedDuration::from_secs(1));
    let problem = desk.failure(flow);
    assert_eq!(problem.kind, ProblemKind::DeviceCodeExpired);
    assert_eq!(exit_code(&problem.kind), 6);
}

#[test]
fn a_code_that_the_provider_calls_expired_is_expired() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let (flow, _) = start(&desk);
    desk.fault(STANDARD, RequestKind::DevicePoll, Fault::CodeExpired);
    desk.clock.advance(INTERVAL);
    assert_eq!(desk.failure(flow).kind, ProblemKind::DeviceCodeExpired);
}

#[test]
fn it_asks_once_in_an_interval_and_never_earlier() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let (flow, _) = start(&desk);
    assert_eq!(polls(&desk), 0, "nobody can have decided yet");
    for round in 1..=3 {
        pass(&desk, flow, 4);
        assert_eq!(polls(&desk), round - 1);
        pass(&desk, flow, 1);
        assert_eq!(polls(&desk), round);
    }
}

#[test]
fn it_asks_more_slowly_when_told_to() {
    let desk = Desk::new(Mode::Documented);
    let server = StandIn::new(400, r#"{"error":"slow_down"}"#);
    let file = desk.identity_file();
    let honest = format!("token_endpoint = \"{}/token\"", desk.issuer());
    let other = format!("token_endpoint = \"{}/token\"", server.url);
    assert!(file.contains(&honest), "{file}");
    desk.add_by_hand(&file.replace(&honest, &other));
    let (flow, _) = start(&desk);
    for (wait, asked) in [(5, 1), (9, 1), (1, 2), (14, 2), (1, 3)] {
        pass(&desk, flow, wait);
        assert_eq!(server.requests().len(), asked);
    }
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let (flow, device) = start(&desk);
    desk.fault(STANDARD, RequestKind::DevicePoll, Fault::Unavailable);
    pass(&desk, flow, 5);
    assert_eq!(desk.link_card(flow).outcome, None);
    desk.person.enter(&device.verification_uri, &device.user_code);
    desk.clock.advance(INTERVAL * 2);
    desk.linked(flow);
}

#[test]
fn canceling_stops_the_questions() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let (flow, _) = start(&desk);
    pass(&desk, flow, 5);
    desk.run(Command::CancelLink { flow });
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    let before = polls(&desk);
    desk.clock.advance(SignedDuration::from_mins(2));
    // Another attempt comes to its own question meanwhile.
    let (second, _) = start(&desk);
    pass(&desk, second, 5);
    assert_eq!(polls(&desk), before + 1);
}

#[test]
fn the_page_for_the_code_can_be_copied_and_opened_here() {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    desk.add_identity();
    let (flow, device) = start(&desk);
    let copied = desk.outlet.addresses.lock().unwrap().last().unwrap().0.clone();
    assert_eq!(copied, device.verification_uri);
    desk.run(Command::OpenBrowserAgain { flow });
    let opened = desk.wait("the page in the browser", |_| {
        desk.person.opened().first().cloned()
    });
    let with_code = format!("{copied}?user_code={}", device.user_code);
    assert_eq!(opened, with_code);
}
