//! Many accounts of one provider while the network is away, the machine wakes, or the provider wants to be left alone.

use super::*;
use crate::worker::clocks::Change;

fn looks(effects: &[Effect]) -> usize {
    let is_look = |effect: &&Effect| matches!(effect, Effect::Reach(..));
    effects.iter().filter(is_look).count()
}

fn reached(desk: &mut Desk, result: Result<(), Failure>, now: Timestamp) -> Vec<Effect> {
    desk.core.handle(Input::Reached(provider(), result), now)
}

fn fail(
    desk: &mut Desk,
    work: &(FlowId, AccountId, Work),
    failure: Failure,
    now: Timestamp,
) -> Vec<Effect> {
    let (flow, id, _) = work.clone();
    let result = WorkResult::Failed(failure, None);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), now)
}

/// Ends work well as long as there is any; gives how many pieces there were and how many at once.
fn finish_all(
    desk: &mut Desk,
    all: &[Account],
    first: &[Effect],
    now: Timestamp,
) -> (usize, usize) {
    let mut running = started(first);
    let (mut ended, mut most) = (0, running.len());
    while let Some((flow, id, _)) = running.pop() {
        let account = all.iter().find(|account| account.id == id).unwrap();
        let result = Box::new(refreshed(account, now));
        let effects = desk.core.handle(Input::WorkEnded(flow, id, result), now);
        running.extend(started(&effects));
        most = most.max(running.len());
        ended += 1;
    }
    (ended, most)
}

fn busy_for(seconds: i64) -> Failure {
    Failure {
        retry_after: Some(SignedDuration::from_secs(seconds)),
        ..Failure::new(ProblemKind::TemporarilyFailing {
            host: "accounts.example".to_owned(),
            status: 429,
            retry_at: None,
        })
    }
}

/// Every account says that the provider can't be reached, and is linked.
fn assert_all_are_told(desk: &Desk) {
    for card in &desk.snapshot().accounts {
        assert_eq!(card.needs_sign_in, None);
        let kind = card.problem.as_ref().map(|problem| &problem.kind);
        assert!(
            matches!(kind, Some(ProblemKind::Unreachable { .. })),
            "{kind:?}"
        );
    }
}

#[test]
fn after_a_sleep_nothing_is_sent_before_the_network_answers() {
    let all = accounts(500, 3600);
    let mut desk = Desk::with(all.clone());
    let slept = Change::Slept(SignedDuration::from_hours(2));
    let woken = desk.core.handle(Input::Clocks(slept), at(7200));
    assert_eq!((looks(&woken), started(&woken).len()), (1, 0));
    assert_eq!(desk.core.wake_at(), None, "the look's answer wakes");
    let ticked = desk.core.handle(Input::Tick, at(7201));
    assert_eq!((looks(&ticked), started(&ticked).len()), (0, 0));
    let mut now = at(7203);
    for round in 0..20 {
        let effects = reached(&mut desk, Err(unreachable_host()), now);
        assert_eq!((looks(&effects), started(&effects).len()), (0, 0));
        let next = desk.core.wake_at().unwrap();
        let pause = next.duration_since(now);
        assert!(pause >= SignedDuration::from_secs(5), "{round}: {pause}");
        assert!(pause <= SignedDuration::from_secs(30), "{round}: {pause}");
        let effects = desk.core.handle(Input::Tick, next);
        assert_eq!((looks(&effects), started(&effects).len()), (1, 0));
        now = next;
    }
    assert_all_are_told(&desk);
    let effects = reached(&mut desk, Ok(()), now);
    assert_eq!(started(&effects).len(), 1, "one goes first");
    assert_eq!(finish_all(&mut desk, &all, &effects, now), (500, 4));
    for card in &desk.snapshot().accounts {
        assert_eq!(card.problem, None);
        assert_eq!(card.state(now), State::Fresh);
    }
}

#[test]
fn five_hundred_that_end_together_offline_keep_one_schedule() {
    let all = accounts(500, 3600);
    let mut desk = Desk::with(all.clone());
    let first = started(&desk.core.handle(Input::Tick, at(3600)));
    assert_eq!(first.len(), 4);
    let (mut attempts, mut seen) = (first.len(), 0);
    for work in &first {
        let effects = fail(&mut desk, work, unreachable_host(), at(3602));
        attempts += started(&effects).len();
    }
    // An hour without a network.
    let mut now = at(3602);
    while now < at(7200) {
        now = desk.core.wake_at().unwrap().max(now);
        let effects = desk.core.handle(Input::Tick, now);
        attempts += started(&effects).len();
        seen += looks(&effects);
        if looks(&effects) > 0 {
            let effects = reached(&mut desk, Err(unreachable_host()), now);
            attempts += started(&effects).len();
        }
    }
    assert_eq!(attempts, 4, "nothing but looks while it is away");
    assert!((120..200).contains(&seen), "{seen} looks in an hour");
    let next = desk.core.wake_at().unwrap();
    assert!(next.duration_since(now) <= SignedDuration::from_secs(30));
    assert_eq!(looks(&desk.core.handle(Input::Tick, next)), 1);
    let effects = reached(&mut desk, Ok(()), next);
    assert_eq!(finish_all(&mut desk, &all, &effects, next), (500, 4));
}

#[test]
fn a_person_who_asks_is_never_held_back() {
    let all = accounts(10, 3600);
    let mut desk = Desk::with(all.clone());
    let slept = Change::Slept(SignedDuration::from_hours(2));
    desk.core.handle(Input::Clocks(slept), at(7200));
    let (command, effects) = desk.refresh(&all[9], at(7201));
    assert_eq!(started(&effects).len(), 1);
    let effects = fail(
        &mut desk,
        &started(&effects)[0],
        unreachable_host(),
        at(7211),
    );
    assert_eq!(started(&effects), []);
    let problem = desk.snapshot().finished(command).unwrap().problem.clone();
    assert!(problem.is_some());
}

#[test]
fn a_refresh_of_all_without_a_network_ends_with_the_first_that_finds_out() {
    let all = accounts(500, 3600);
    let mut desk = Desk::with(all);
    let (command, effects) = desk.send(Command::RefreshAll, at(10));
    let running = started(&effects);
    assert_eq!(running.len(), 4);
    for work in &running {
        let effects = fail(&mut desk, work, unreachable_host(), at(20));
        assert_eq!(started(&effects), []);
    }
    let finished = desk.snapshot().finished(command).unwrap().clone();
    let kind = finished.problem.map(|problem| problem.kind);
    assert!(matches!(kind, Some(ProblemKind::Unreachable { .. })));
    for card in &desk.snapshot().accounts {
        assert_eq!(
            card.last_refresh.as_ref().unwrap().outcome,
            RefreshOutcome::Unreachable
        );
        assert_eq!(card.state(at(20)), State::Fresh);
    }
}

#[test]
fn retry_after_holds_for_every_account_of_the_provider() {
    let all = accounts(20, 3600);
    let mut desk = Desk::with(all.clone());
    let first = started(&desk.core.handle(Input::Tick, at(3600)));
    for work in &first {
        let effects = fail(&mut desk, work, busy_for(600), at(3601));
        assert_eq!(started(&effects), []);
    }
    let next = desk.core.wake_at().unwrap();
    assert!(next >= at(3601 + 600) && next <= at(3601 + 750), "{next}");
    for second in (3602..4201).step_by(30) {
        assert_eq!(started(&desk.core.handle(Input::Tick, at(second))), []);
    }
    for card in &desk.snapshot().accounts {
        assert!(card.next_refresh_at.unwrap() >= at(4201), "{}", card.label);
        assert!(card.problem.is_some(), "{}", card.label);
    }
    let effects = desk.core.handle(Input::Tick, next);
    assert_eq!((looks(&effects), started(&effects).len()), (0, 1));
    assert_eq!(finish_all(&mut desk, &all, &effects, next).1, 4);
}

#[test]
fn a_client_that_is_refused_is_tried_every_half_hour_and_at_once_after_a_change() {
    let rejected = || {
        Failure::new(ProblemKind::ClientRejected {
            code: "invalid_client".to_owned(),
        })
    };
    let all = accounts(20, 3600);
    let mut desk = Desk::with(all);
    let first = started(&desk.core.handle(Input::Tick, at(3600)));
    for work in &first {
        fail(&mut desk, work, rejected(), at(3601));
    }
    let next = desk.core.wake_at().unwrap();
    assert!(next >= at(3601 + 1800), "{next}");
    let saved = Input::ClientSaved(
        CommandId(99),
        provider(),
        Ok((ClientSettings::default(), true)),
    );
    desk.core.handle(saved, at(3700));
    assert!(desk.core.wake_at().unwrap() <= at(3700));
    assert_eq!(started(&desk.core.handle(Input::Tick, at(3700))).len(), 4);
}

#[test]
fn one_account_in_trouble_of_its_own_holds_nobody_back() {
    let all = accounts(3, 3600);
    let mut desk = Desk::with(all);
    let first = started(&desk.core.handle(Input::Tick, at(3520)));
    let ended = Failure::new(ProblemKind::NeedsSignIn {
        reason: EndReason::Revoked,
    });
    fail(&mut desk, &first[0], ended, at(3521));
    assert!(
        desk.core
            .turns
            .values()
            .all(|turn| turn.next_try().is_none())
    );
}

#[test]
fn a_sign_out_of_one_account_is_an_answer_and_opens_the_road() {
    let all = accounts(3, 3600);
    let mut desk = Desk::with(all);
    let slept = Change::Slept(SignedDuration::from_hours(2));
    desk.core.handle(Input::Clocks(slept), at(7200));
    let effects = reached(&mut desk, Ok(()), at(7201));
    let ended = Failure::new(ProblemKind::NeedsSignIn {
        reason: EndReason::Revoked,
    });
    let effects = fail(&mut desk, &started(&effects)[0], ended, at(7202));
    assert_eq!(started(&effects).len(), 2);
}
