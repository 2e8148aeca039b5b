//! Clocks that are set, under the eyes of many accounts.

use super::*;
use crate::worker::clocks::Change;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const YEAR: i64 = 365 * 24 * HOUR;

/// Steps a clock may be set by; the last one is back to 1970.
const STEPS: [i64; 5] = [HOUR, -HOUR, 10 * YEAR, -10 * YEAR, -1_800_000_000];

fn set(desk: &mut Desk, by: i64, now: Timestamp) -> Vec<Effect> {
    let change = Change::Set(SignedDuration::from_secs(by));
    desk.core.handle(Input::Clocks(change), now)
}

fn notices(desk: &Desk) -> Vec<ProblemKind> {
    let problems = desk.snapshot().problems;
    problems.into_iter().map(|problem| problem.kind).collect()
}

#[test]
fn leads_fit_the_life_of_a_token() {
    for (lifetime, lead) in [
        (30, 6),
        (600, 90),
        (3600, 90),
        (86_400, 90),
        (10 * YEAR, 90),
    ] {
        let desk = Desk::with(accounts(50, lifetime));
        for card in &desk.snapshot().accounts {
            let due = card.next_refresh_at.unwrap();
            let ahead = at(lifetime).duration_since(due).as_millis();
            assert!(
                ahead >= lead * 900 && ahead <= lead * 1100,
                "{lifetime}: {ahead}"
            );
        }
        assert!(desk.core.wake_at().is_some());
    }
}

#[test]
fn a_clock_that_is_set_refreshes_nobody_and_ends_no_link() {
    for step in STEPS {
        let mut desk = Desk::with(accounts(500, 3600));
        let due = desk.core.wake_at().unwrap();
        let moved = |second| at(second + step);
        let effects = set(&mut desk, step, moved(600));
        assert_eq!(started(&effects), [], "{step}");
        assert_eq!(started(&desk.core.handle(Input::Tick, moved(601))), []);
        let snapshot = desk.snapshot();
        for card in &snapshot.accounts {
            assert_eq!(card.needs_sign_in, None);
            assert_eq!(card.state(moved(601)), State::Fresh, "{step}");
            assert_eq!(card.access.expires_at, Some(moved(3600)), "{step}");
            assert_eq!(card.access.lifetime(), Some(SignedDuration::from_hours(1)));
        }
        let by = SignedDuration::from_secs(step);
        assert_eq!(notices(&desk), [ProblemKind::ClockSet { by }]);
        assert_eq!(desk.core.wake_at(), Some(due + by), "{step}");
        // When their time comes, they come as they would have: a few at a time.
        assert_eq!(
            started(&desk.core.handle(Input::Tick, moved(3590))).len(),
            4
        );
    }
}

#[test]
fn a_clock_that_is_set_to_and_fro_leaves_everything_as_it_was() {
    let mut desk = Desk::with(accounts(500, 3600));
    let before = desk.snapshot();
    set(&mut desk, HOUR, at(HOUR + 10));
    set(&mut desk, -HOUR, at(20));
    let after = desk.snapshot();
    assert_eq!(after.accounts, before.accounts);
    let by = SignedDuration::from_hours(-1);
    assert_eq!(
        notices(&desk),
        [ProblemKind::ClockSet { by }],
        "only the last is news"
    );
    let problem = after.problems[0].id;
    desk.send(Command::DismissProblem { problem }, at(30));
    desk.core.handle(Input::Tick, at(40));
    assert_eq!(notices(&desk), []);
}

#[test]
fn what_was_over_before_stays_over() {
    let mut desk = Desk::with(accounts(1, -10));
    set(&mut desk, -HOUR, at(60 - HOUR));
    let card = &desk.snapshot().accounts[0];
    assert_eq!(card.state(at(60 - HOUR)), State::Expired);
}

#[test]
fn what_is_read_again_unchanged_keeps_its_correction_and_what_is_new_needs_none() {
    let mut desk = Desk::with(accounts(2, 3600));
    set(&mut desk, HOUR, at(HOUR));
    let mut stored = accounts(2, 3600);
    stored[0].label = "Renamed elsewhere".to_owned();
    stored[1].access.issued_at = at(HOUR);
    stored[1].access.expires_at = Some(at(HOUR + 60));
    let contents = Contents {
        accounts: stored.clone(),
        ..Contents::default()
    };
    let now = at(HOUR + 1);
    desk.core.handle(Input::Reread(Box::new(contents), 0), now);
    let snapshot = desk.snapshot();
    let end = |account: &Account| snapshot.account(&account.id).unwrap().access.expires_at;
    assert_eq!(end(&stored[0]), Some(at(HOUR + 3600)));
    assert_eq!(end(&stored[1]), Some(at(HOUR + 60)));
}

#[test]
fn a_record_from_the_future_says_nothing_until_the_clock_is_right_or_it_is_refreshed() {
    let mut written = accounts(500, 0);
    for account in &mut written {
        account.access.issued_at = at(10 * YEAR);
        account.access.expires_at = Some(at(10 * YEAR + 3600));
    }
    let mut desk = Desk::with(written);
    let snapshot = desk.snapshot();
    let mut planned: Vec<Timestamp> = Vec::new();
    for card in &snapshot.accounts {
        assert_eq!(card.access.expires_at, None);
        planned.extend(card.next_refresh_at);
    }
    assert!(planned.len() > 490, "hardly any at once: {}", planned.len());
    assert!(planned.iter().all(|due| *due <= at(300)));
    planned.sort();
    planned.dedup();
    assert!(planned.len() > 100, "spread over time: {}", planned.len());
    assert!(started(&desk.core.handle(Input::Tick, at(0))).len() <= 4);
    // The clock is set right: two hours after the tokens came.
    let mut desk = Desk::with(accounts_of(&snapshot));
    let now = at(10 * YEAR + 2 * HOUR);
    let effects = set(&mut desk, 10 * YEAR + 2 * HOUR, now);
    assert_eq!(
        started(&effects),
        [],
        "all are due, and only the clock says so"
    );
    let snapshot = desk.snapshot();
    for card in snapshot.accounts.iter().filter(|card| card.busy.is_none()) {
        assert_eq!(card.state(now), State::Expired);
        let due = card.next_refresh_at.unwrap();
        assert!(due >= now && due <= now + SignedDuration::from_mins(5));
    }
}

/// The same records once more.
fn accounts_of(snapshot: &Snapshot) -> Vec<Account> {
    let count = u128::try_from(snapshot.accounts.len()).unwrap();
    let mut accounts = accounts(count, 0);
    for account in &mut accounts {
        account.access.issued_at = at(10 * YEAR);
        account.access.expires_at = Some(at(10 * YEAR + 3600));
    }
    accounts
}

#[test]
fn the_clock_that_differs_is_named_once() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let off = |desk: &mut Desk, seconds: i64, now: i64| {
        let (_, effects) = desk.refresh(&account, at(now));
        let (flow, id, _) = started(&effects)[0].clone();
        let mut told = account.clone();
        told.generation = 2;
        told.obtained.clock_offset_ms = Some(seconds * 1000);
        let result = WorkResult::Refreshed(told, line("Refreshed"));
        desk.core
            .handle(Input::WorkEnded(flow, id, Box::new(result)), at(now));
        notices(desk)
    };
    assert_eq!(off(&mut desk, 5, 10), []);
    let ours = off(&mut desk, 180, 20);
    let offset_seconds = Some(-180);
    assert!(
        matches!(ours.as_slice(), [ProblemKind::ClockWrong { offset_seconds: told, .. }] if *told == offset_seconds),
        "{ours:?}"
    );
    let problem = desk.snapshot().problems[0].id;
    desk.send(Command::DismissProblem { problem }, at(25));
    assert_eq!(off(&mut desk, 180, 30), [], "it was told");
    assert_eq!(off(&mut desk, 0, 40), []);
    assert_eq!(off(&mut desk, -90, 50).len(), 1, "it is news again");
    assert_eq!(off(&mut desk, 1, 60), [], "and over by itself");
}
