//! Work that waits: for its turn, for a refresh, for an answer that comes too late.
//!
//! Knows no socket, no disk.

use super::*;
use crate::worker::input::Linked;

fn end(desk: &mut Desk, work: &(FlowId, AccountId, Work), result: WorkResult) -> Vec<Effect> {
    let (flow, id, _) = work.clone();
    let input = Input::WorkEnded(flow, id, Box::new(result));
    desk.core.handle(input, at(2))
}

fn is_finished(desk: &Desk, command: CommandId) -> bool {
    desk.snapshot().finished(command).is_some()
}

#[test]
fn a_second_wish_for_work_that_waits_joins_it() {
    let accounts: Vec<Account> = (1..=6).map(account).collect();
    let mut desk = Desk::with(accounts.clone());
    let (first, effects) = desk.send(Command::RefreshAll, at(1));
    let mut running = started(&effects);
    let (second, effects) = desk.send(Command::RefreshAll, at(1));
    assert_eq!(started(&effects), []);
    let mut ended = 0;
    while let Some(work) = running.pop() {
        let account = accounts.iter().find(|it| it.id == work.1).unwrap();
        let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
        running.extend(started(&end(&mut desk, &work, result)));
        ended += 1;
    }
    assert_eq!(ended, 6, "each account once");
    assert!(is_finished(&desk, first) && is_finished(&desk, second));
}

#[test]
fn work_that_can_not_start_does_not_hold_up_what_comes_after_it() {
    let mut known = account(1);
    let mut desk = Desk::with(vec![known.clone()]);
    let id = known.id.clone();
    let ask = Command::AskTradingAccounts {
        account: id.clone(),
    };
    let (_, effects) = desk.send(ask, at(1));
    let asking = started(&effects)[0].clone();
    let (refresh, _) = desk.refresh(&known, at(1));
    let unlink = Command::UnlinkAccount { account: id };
    let (unlink, _) = desk.send(unlink, at(1));
    let reason = EndReason::Unknown;
    known.ended = Some(reason);
    let failure = Failure::new(ProblemKind::NeedsSignIn { reason });
    let result = WorkResult::Failed(failure, Some((known, line("The link has ended"))));
    let next = started(&end(&mut desk, &asking, result));
    assert!(
        is_finished(&desk, refresh),
        "it can't be refreshed any more"
    );
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].2, Work::Unlink);
    end(&mut desk, &next[0], WorkResult::Unlinked(None));
    assert!(is_finished(&desk, unlink));
}

#[test]
fn whoever_waits_for_an_account_that_is_unlinked_is_told() {
    let known = account(1);
    let mut desk = Desk::with(vec![known.clone()]);
    let id = known.id.clone();
    let unlink = Command::UnlinkAccount {
        account: id.clone(),
    };
    let (_, effects) = desk.send(unlink, at(1));
    let unlinking = started(&effects)[0].clone();
    let (refresh, _) = desk.refresh(&known, at(1));
    let token = Command::HandOutToken {
        account: id,
        min_validity: SignedDuration::from_hours(2),
    };
    let (token, _) = desk.send(token, at(1));
    end(&mut desk, &unlinking, WorkResult::Unlinked(None));
    assert!(is_finished(&desk, refresh));
    assert!(desk.snapshot().finished(token).unwrap().problem.is_some());
}

#[test]
fn a_token_is_handed_out_after_the_refresh_and_not_after_other_work() {
    let known = account(1);
    let mut desk = Desk::with(vec![known.clone()]);
    let ask = Command::AskTradingAccounts {
        account: known.id.clone(),
    };
    let (_, effects) = desk.send(ask, at(1));
    let asking = started(&effects)[0].clone();
    let token = |hours| Command::HandOutToken {
        account: known.id.clone(),
        min_validity: SignedDuration::from_hours(hours),
    };
    let (_, effects) = desk.send(token(0), at(1));
    assert!(
        matches!(effects.as_slice(), [Effect::HandOut(..)]),
        "a good one needs no wait: {effects:?}"
    );
    desk.send(token(2), at(1));
    let effects = end(
        &mut desk,
        &asking,
        WorkResult::Used(known.clone(), line("Profile and accounts read")),
    );
    let [Effect::StartWork(plan)] = effects.as_slice() else {
        panic!("expected a refresh alone, got {effects:?}");
    };
    let refresh = (plan.flow, known.id.clone(), plan.work);
    assert_eq!(plan.work, Work::Refresh);
    let effects = end(
        &mut desk,
        &refresh,
        WorkResult::Refreshed(known, line("Refreshed")),
    );
    assert!(
        matches!(effects.as_slice(), [Effect::HandOut(..)]),
        "{effects:?}"
    );
}

#[test]
fn a_reading_from_before_a_change_is_thrown_away_and_done_again() {
    let mut desk = Desk::with(Vec::new());
    let before = desk.core.changes();
    let (_, flow) = desk.link();
    let linked = Linked {
        account: account(1),
        lines: vec![line("Linked")],
        beside: None,
        was: None,
    };
    let ended = Input::LinkEnded(flow, Ok(Box::new(linked)));
    desk.core.handle(ended, at(1));
    let stale = Input::Reread(Box::default(), before);
    let effects = desk.core.handle(stale, at(2));
    assert!(
        matches!(effects.as_slice(), [Effect::Reread]),
        "{effects:?}"
    );
    assert_eq!(desk.snapshot().accounts.len(), 1);
}

#[test]
fn a_link_that_another_program_unlinked_before_its_attempt_had_ended_is_not_listed() {
    let mut desk = Desk::with(Vec::new());
    let (_, flow) = desk.link();
    // Saved by the attempt, forgotten by the other program, and then the store was read.
    let reading = Input::Reread(Box::default(), desk.core.changes());
    desk.core.handle(reading, at(1));
    let linked = Linked {
        account: account(1),
        lines: vec![line("Linked")],
        beside: None,
        was: None,
    };
    let effects = desk
        .core
        .handle(Input::LinkEnded(flow, Ok(Box::new(linked))), at(2));
    assert!(
        matches!(effects.as_slice(), [Effect::Reread]),
        "{effects:?}"
    );
    let reading = Input::Reread(Box::default(), desk.core.changes());
    desk.core.handle(reading, at(3));
    assert_eq!(desk.snapshot().accounts.len(), 0);
}

#[test]
fn an_answer_that_a_new_sign_in_has_overtaken_changes_no_facts() {
    let old = account(1);
    let mut desk = Desk::with(vec![old.clone()]);
    let (_, effects) = desk.refresh(&old, at(1));
    let work = started(&effects)[0].clone();
    let repair = Command::LinkAccount {
        provider: provider(),
        account: Some(old.id.clone()),
        label: None,
        way: SignInWay::Browser,
    };
    let (_, effects) = desk.send(repair, at(1));
    let [Effect::StartLink(plan)] = effects.as_slice() else {
        panic!("expected a link to start, got {effects:?}");
    };
    let mut newer = old.clone();
    newer.generation = 2;
    newer.access.fingerprint = "newer".to_owned();
    let linked = Linked {
        account: newer,
        lines: vec![line("Linked again")],
        beside: None,
        was: None,
    };
    let ended = Input::LinkEnded(plan.flow, Ok(Box::new(linked)));
    desk.core.handle(ended, at(1));
    let mut ended = old;
    ended.ended = Some(EndReason::Revoked);
    let failure = Failure::new(ProblemKind::NeedsSignIn {
        reason: EndReason::Revoked,
    });
    let result = WorkResult::Failed(failure, Some((ended, line("The link has ended"))));
    end(&mut desk, &work, result);
    let card = Arc::clone(&desk.snapshot().accounts[0]);
    assert_eq!(card.access.fingerprint, "newer");
    assert_eq!(card.needs_sign_in, None);
}

#[test]
fn a_label_is_cut_to_what_is_kept_with_its_number() {
    let long = "x".repeat(100);
    let mut taken = account(1);
    taken.label = "x".repeat(64);
    let mut desk = Desk::with(vec![taken]);
    let (_, effects) = desk.send(
        Command::LinkAccount {
            provider: provider(),
            account: None,
            label: Some(long),
            way: SignInWay::Browser,
        },
        at(0),
    );
    let [Effect::StartLink(plan)] = effects.as_slice() else {
        panic!("expected a link to start, got {effects:?}");
    };
    let crate::worker::input::LinkTarget::New(label) = &plan.target else {
        panic!("expected a new account");
    };
    assert_eq!(*label, format!("{} 2", "x".repeat(62)));
}
