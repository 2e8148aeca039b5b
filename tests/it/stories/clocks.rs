//! Links whose machine sleeps, whose network is away, whose clock is set, and whose provider has a clock of its own.

use jiff::{SignedDuration, Timestamp};
use linkdesk::bridge::{Command, ProblemKind, Snapshot, State};
use linkdesk::sandbox::{Fault, Mode, RequestKind};

use crate::desk::Desk;

/// As many as show what becomes of a crowd; that it holds for five hundred is shown by the core, which waits for no disk.
const MANY: usize = 60;

/// The one they are all accounts of; its access tokens live an hour.
const PROVIDER: &str = "biggerplate";

/// A little more than what is looked at every half minute.
const HALF_A_MINUTE: SignedDuration = SignedDuration::from_secs(31);

/// Half a minute passes, somebody looks whether the network is back, and it isn't.
fn look_in_vain(desk: &Desk) {
    let before = desk.tap.looks();
    desk.clock.advance(HALF_A_MINUTE);
    desk.wait("a look in vain", |snapshot| {
        let is_over = |at: Option<Timestamp>| at.is_some_and(|at| at > desk.clock.now());
        let mut accounts = snapshot.accounts.iter();
        let are_told = accounts.all(|card| card.problem.is_some() && is_over(card.next_refresh_at));
        (desk.tap.looks() > before && are_told).then_some(())
    });
    assert_eq!(desk.tap.looks(), before + 1);
}

fn all_are(snapshot: &Snapshot, state: State, now: Timestamp) -> bool {
    let mut accounts = snapshot.accounts.iter();
    accounts.all(|card| card.state(now) == state)
}

#[test]
fn a_machine_that_slept_is_right_again_within_a_minute() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("biggerplate");
    desk.clock.suspend(SignedDuration::from_hours(8));
    desk.clock.advance(HALF_A_MINUTE);
    let refreshed = desk.wait("the refresh after the sleep", |snapshot| {
        let card = snapshot.account(&account.id)?;
        (card.access.fingerprint != account.access.fingerprint).then(|| card.clone())
    });
    assert_eq!(refreshed.state(desk.clock.now()), State::Fresh);
    assert_eq!(desk.counters("biggerplate").refreshes, 1);
    assert_eq!(desk.tap.looks(), 1);
    let problems = &desk.face.snapshot().problems;
    assert_eq!(
        problems.len(),
        0,
        "time that passed is no clock that was set"
    );
}

#[test]
fn a_crowd_of_accounts_sends_nothing_after_a_sleep_before_the_network_answers() {
    let desk = Desk::with_many(MANY);
    let sent = desk.tap.sent();
    desk.tap.cut(true);
    desk.clock.suspend(SignedDuration::from_hours(2));
    for _ in 0..5 {
        look_in_vain(&desk);
    }
    assert_eq!(desk.tap.sent(), sent, "only looks");
    for card in desk.cards() {
        assert_eq!(card.needs_sign_in, None);
        let kind = card.problem.as_ref().map(|problem| &problem.kind);
        assert!(matches!(kind, Some(ProblemKind::Unreachable { .. })));
    }
    desk.tap.cut(false);
    desk.clock.advance(HALF_A_MINUTE);
    desk.wait("all of them refreshed", |snapshot| {
        all_are(snapshot, State::Fresh, desk.clock.now()).then_some(())
    });
    let at_once = desk.tap.most_at_once();
    assert!(at_once <= 4, "{at_once}");
    assert_eq!(
        desk.counters(PROVIDER).refreshes,
        u64::try_from(MANY).unwrap()
    );
    for card in desk.cards() {
        assert_eq!(card.problem, None);
    }
}

#[test]
fn accounts_that_end_together_offline_keep_one_schedule_and_a_person_is_answered_at_once() {
    let desk = Desk::with_many(20);
    desk.tap.cut(true);
    let sent = desk.tap.sent();
    desk.clock.advance(SignedDuration::from_mins(61));
    desk.wait("the failures of those that went first", |snapshot| {
        let mut accounts = snapshot.accounts.iter();
        accounts
            .all(|card| card.problem.is_some() && card.busy.is_none())
            .then_some(())
    });
    let gone_first = desk.tap.sent() - sent;
    assert!(gone_first <= 4, "{gone_first}");
    for _ in 0..10 {
        look_in_vain(&desk);
    }
    assert_eq!(desk.tap.sent() - sent, gone_first);
    let finished = desk.run(Command::RefreshAll);
    let kind = finished.problem.map(|problem| problem.kind);
    assert!(
        matches!(kind, Some(ProblemKind::Unreachable { .. })),
        "{kind:?}"
    );
    desk.tap.cut(false);
    desk.clock.advance(HALF_A_MINUTE);
    desk.wait("all of them refreshed", |snapshot| {
        all_are(snapshot, State::Fresh, desk.clock.now()).then_some(())
    });
}

#[test]
fn a_clock_that_is_set_is_told_once_and_costs_no_refresh_and_no_link() {
    let desk = Desk::with_many(20);
    let since_1970 = desk.clock.now().as_second();
    let year = 365 * 86_400;
    let steps = [
        3_600,
        -3_600,
        10 * year,
        -10 * year,
        -since_1970,
        since_1970,
    ];
    for step in steps.map(SignedDuration::from_secs) {
        desk.clock.set(step);
        desk.clock.advance(SignedDuration::from_secs(31));
        let notice = desk.wait("the notice", |snapshot| {
            let mut problems = snapshot.problems.iter();
            let kind = ProblemKind::ClockSet { by: step };
            problems
                .find(|problem| problem.kind == kind)
                .map(|it| it.id)
        });
        let snapshot = desk.face.snapshot();
        assert_eq!(snapshot.problems.len(), 1, "{step}");
        assert!(all_are(&snapshot, State::Fresh, desk.clock.now()), "{step}");
        desk.run(Command::DismissProblem { problem: notice });
        assert_eq!(desk.face.snapshot().problems.len(), 0, "{step}");
    }
    assert_eq!(desk.counters(PROVIDER).refreshes, 0);
    // An hour of life is over when an hour has passed.
    desk.clock.advance(SignedDuration::from_mins(56));
    desk.wait("all of them refreshed", |snapshot| {
        let mut accounts = snapshot.accounts.iter();
        accounts
            .all(|card| card.last_refresh.is_some())
            .then_some(())
    });
    assert_eq!(desk.counters(PROVIDER).refreshes, 20);
}

#[test]
fn a_provider_whose_clock_is_off_is_read_by_ours_and_named() {
    for off in [180, -180] {
        let desk = Desk::new(Mode::Documented);
        let account = desk.link(PROVIDER).id;
        let fault = Fault::ClockOff { seconds: off };
        desk.fault(PROVIDER, RequestKind::Refresh, fault);
        let (_, account) = desk.refresh(&account);
        let end = account.access.expires_at.unwrap();
        let left = end.duration_since(desk.clock.now()).as_secs();
        assert!((3_598..=3_600).contains(&left), "{off}: {left}");
        let problems = |desk: &Desk| -> Vec<ProblemKind> {
            let problems = desk.face.snapshot().problems.clone();
            problems.into_iter().map(|problem| problem.kind).collect()
        };
        let told = problems(&desk);
        assert!(
            matches!(told.as_slice(), [ProblemKind::ClockWrong { offset_seconds: Some(ours), .. }] if (ours + off).abs() <= 1),
            "{told:?}"
        );
        // Another provider agrees with our clock: then it is theirs, as far as anybody can tell.
        desk.link("trading-parrot");
        let told = problems(&desk);
        assert!(
            matches!(told.as_slice(), [ProblemKind::ProviderClockWrong { offset_seconds, .. }] if (offset_seconds - off).abs() <= 1),
            "{told:?}"
        );
    }
}
