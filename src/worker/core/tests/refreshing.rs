//! Refreshes, hand-outs and endings, as the core sees them.

use super::*;

#[test]
fn two_refreshes_at_once_are_one_and_both_commands_end() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (first, effects) = desk.refresh(&account, at(10));
    let work = started(&effects);
    assert_eq!(work.len(), 1);
    let (second, effects) = desk.refresh(&account, at(11));
    assert_eq!(started(&effects), []);
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    let (flow, id, _) = work[0].clone();
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(12));
    let snapshot = desk.snapshot();
    for command in [first, second] {
        assert_eq!(snapshot.finished(command).unwrap().problem, None);
    }
    let outcome = snapshot.accounts[0].last_refresh.as_ref().unwrap().outcome;
    assert_eq!(outcome, RefreshOutcome::Refreshed);
}

#[test]
fn an_answer_to_older_work_changes_nothing() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let before = desk.snapshot();
    let mut other = account.clone();
    other.label = "changed".to_owned();
    let result = WorkResult::Refreshed(other, line("Refreshed"));
    let stale = Input::WorkEnded(FlowId(999), account.id, Box::new(result));
    desk.core.handle(stale, at(5));
    assert_eq!(desk.snapshot(), before);
}

#[test]
fn a_refresh_is_due_90_s_before_the_end_of_an_hour() {
    let mut desk = Desk::with(vec![account(1)]);
    let due = desk.core.wake_at().unwrap();
    assert!(due >= at(3501) && due <= at(3519), "{due}");
    let before = due - SignedDuration::from_secs(1);
    assert_eq!(started(&desk.core.handle(Input::Tick, before)), []);
    assert_eq!(started(&desk.core.handle(Input::Tick, due)).len(), 1);
    assert_eq!(desk.core.wake_at(), None, "it is under way");
}

#[test]
fn at_most_four_refreshes_run_at_one_provider() {
    let accounts: Vec<Account> = (1..=10).map(account).collect();
    let mut desk = Desk::with(accounts.clone());
    let (all, effects) = desk.send(Command::RefreshAll, at(1));
    let mut running = started(&effects);
    assert_eq!(running.len(), 4);
    let mut ended = 0;
    while let Some((flow, id, _)) = running.pop() {
        assert!(desk.snapshot().finished(all).is_none());
        let account = accounts.iter().find(|account| account.id == id).unwrap();
        let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
        let input = Input::WorkEnded(flow, id, Box::new(result));
        running.extend(started(&desk.core.handle(input, at(2))));
        assert!(running.len() <= 4);
        ended += 1;
    }
    assert_eq!(ended, 10);
    assert_eq!(desk.snapshot().finished(all).unwrap().problem, None);
}

#[test]
fn trouble_on_the_way_is_not_a_sign_out_and_is_tried_again_later() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (_, effects) = desk.refresh(&account, at(3600));
    let (flow, id, _) = started(&effects)[0].clone();
    let result = WorkResult::Failed(unreachable_host(), None);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(3601));
    let snapshot = desk.snapshot();
    let card = &snapshot.accounts[0];
    assert_eq!(card.needs_sign_in, None);
    assert_eq!(
        card.last_refresh.as_ref().unwrap().outcome,
        RefreshOutcome::Unreachable
    );
    let next = desk.core.wake_at().unwrap();
    assert!(next >= at(3606) && next <= at(3610), "{next}");
}

#[test]
fn an_ended_link_stays_on_the_list_and_is_not_refreshed() {
    let mut ended = account(1);
    ended.ended = Some(EndReason::Revoked);
    let mut desk = Desk::with(vec![ended.clone()]);
    assert_eq!(desk.core.wake_at(), None);
    let (command, effects) = desk.refresh(&ended, at(1));
    assert_eq!(started(&effects), []);
    let snapshot = desk.snapshot();
    let problem = snapshot.finished(command).unwrap().problem.clone().unwrap();
    let reason = EndReason::Revoked;
    assert_eq!(problem.kind, ProblemKind::NeedsSignIn { reason });
    assert_eq!(snapshot.accounts[0].state(at(1)), State::NeedsSignIn);
}

#[test]
fn an_account_unlinked_during_a_refresh_is_unlinked_after_it() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (_, effects) = desk.refresh(&account, at(1));
    let (flow, id, _) = started(&effects)[0].clone();
    let unlink = Command::UnlinkAccount {
        account: account.id.clone(),
    };
    let (command, effects) = desk.send(unlink, at(1));
    assert_eq!(started(&effects), []);
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    let effects = desk
        .core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(2));
    let next = started(&effects);
    assert_eq!(next[0].2, Work::Unlink);
    let (flow, id, _) = next[0].clone();
    let gone = Input::WorkEnded(flow, id, Box::new(WorkResult::Unlinked(None)));
    desk.core.handle(gone, at(3));
    assert_eq!(desk.snapshot().accounts.len(), 0);
    assert_eq!(desk.snapshot().finished(command).unwrap().problem, None);
}

#[test]
fn a_token_that_lasts_is_handed_out_as_it_is_and_another_is_refreshed_first() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let ask = |seconds| Command::HandOutToken {
        account: account.id.clone(),
        min_validity: SignedDuration::from_secs(seconds),
    };
    let (_, effects) = desk.send(ask(60), at(0));
    assert!(matches!(effects.as_slice(), [Effect::HandOut(..)]));
    let (command, effects) = desk.send(ask(7200), at(0));
    let (flow, id, work) = started(&effects)[0].clone();
    assert_eq!(work, Work::Refresh);
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    let effects = desk
        .core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(1));
    assert!(matches!(effects.as_slice(), [Effect::HandOut(asked, _)] if *asked == [command]));
}

#[test]
fn a_locked_key_store_locks_the_accounts_and_stops_the_schedule() {
    let mut desk = Desk::with(vec![account(1)]);
    let locked = KeyStoreTrouble::Locked;
    desk.core
        .handle(Input::KeyStoreAnswered(Err(locked)), at(1));
    assert_eq!(desk.snapshot().accounts[0].state(at(1)), State::Locked);
    assert_eq!(desk.core.wake_at(), None);
    desk.core.handle(Input::KeyStoreAnswered(Ok(())), at(2));
    assert_eq!(desk.snapshot().accounts[0].state(at(2)), State::Fresh);
    assert!(desk.core.wake_at().is_some());
}

#[test]
fn another_process_may_add_and_remove_accounts() {
    let mut desk = Desk::with(vec![account(1), account(2)]);
    let contents = Contents {
        accounts: vec![account(2), account(3)],
        ..Contents::default()
    };
    desk.core
        .handle(Input::Reread(Box::new(contents), 0), at(1));
    let labels: Vec<String> = desk
        .snapshot()
        .accounts
        .iter()
        .map(|card| card.label.clone())
        .collect();
    assert_eq!(labels, ["Account 2", "Account 3"]);
}

#[test]
fn trouble_that_stays_is_not_asked_about_again_at_once() {
    let account = account(1);
    for kind in [
        ProblemKind::ClientRejected {
            code: "invalid_client".to_owned(),
        },
        ProblemKind::ProviderError {
            code: "invalid_scope".to_owned(),
        },
        ProblemKind::Store {
            trouble: crate::bridge::StoreTrouble::Full,
            place: "linkdesk.db".to_owned(),
        },
        ProblemKind::KeyStore {
            trouble: KeyStoreTrouble::SealedElsewhere,
        },
    ] {
        let mut desk = Desk::with(vec![account.clone()]);
        let (flow, id, _) = started(&desk.core.handle(Input::Tick, at(3520)))[0].clone();
        let result = WorkResult::Failed(Failure::new(kind.clone()), None);
        desk.core
            .handle(Input::WorkEnded(flow, id, Box::new(result)), at(3521));
        let next = desk.core.wake_at().unwrap();
        assert!(next >= at(3521 + 300), "{kind:?}: {next}");
    }
}

#[test]
fn an_account_sealed_elsewhere_leaves_the_key_store_as_it_is() {
    let mut desk = Desk::with(vec![account(1), account(2)]);
    let (_, effects) = desk.refresh(&account(1), at(1));
    let (flow, id, _) = started(&effects)[0].clone();
    let failure = Failure::key_store(KeyStoreTrouble::SealedElsewhere);
    let result = WorkResult::Failed(failure, None);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(2));
    assert_eq!(desk.snapshot().key_store.state, KeyStoreState::Open);
    assert_eq!(started(&desk.core.handle(Input::Tick, at(3520))).len(), 2);
}
