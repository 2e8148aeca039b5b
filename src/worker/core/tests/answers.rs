//! Lost answers: whether a token may be sent again, and what becomes of its account meanwhile.

use super::*;
use crate::worker::reuse::may_send_again;

const OWN: &str = r#"
    id = "own"
    name = "Own"
    authorization_endpoint = "https://own.example/authorize"
    token_endpoint = "https://own.example/token"
"#;

fn own(more: &str) -> Registry {
    let text = format!("{OWN}{more}");
    let path = "own.toml".to_owned();
    let (registry, problems) = Registry::new(vec![UserFile {
        path,
        text: Ok(text),
    }]);
    assert!(problems.is_empty(), "{problems:?}");
    registry
}

fn may(registry: &Registry, provider: &str, account: &Account, after: i64) -> bool {
    let provider = registry.iter().find(|it| it.id.as_str() == provider);
    may_send_again(provider.unwrap(), account, at(0), at(after))
}

#[test]
fn a_token_that_works_once_is_not_sent_twice() {
    let registry = own("");
    for provider in ["own", "tradecloud", "biggerplate"] {
        assert!(!may(&registry, provider, &account(1), 1), "{provider}");
    }
}

#[test]
fn a_token_that_dies_with_the_use_of_the_next_one_may_be_sent_again_at_any_time() {
    let registry = own("");
    for provider in ["rest-api-v1", "trading-parrot"] {
        assert!(may(&registry, provider, &account(1), 1), "{provider}");
        assert!(
            may(&registry, provider, &account(1), 9_000_000),
            "{provider}"
        );
    }
}

#[test]
fn a_provider_that_was_seen_to_leave_tokens_as_they_are_may_be_sent_one_again() {
    let registry = own("");
    let mut account = account(1);
    account.refresh.rotates = Some(false);
    assert!(may(&registry, "biggerplate", &account, 9_000_000));
    account.refresh.rotates = Some(true);
    assert!(!may(&registry, "biggerplate", &account, 1));
}

#[test]
fn a_grace_ends_and_a_clock_that_was_set_back_gives_none() {
    let registry = own("[token_response]\nrefresh_token_grace = 60\n");
    let rows = [(0, true), (59, true), (60, false), (-1, false)];
    for (after, allowed) in rows {
        assert_eq!(
            may(&registry, "own", &account(1), after),
            allowed,
            "{after}"
        );
    }
}

/// An account whose refresh was sent, and whose answer is not saved.
fn marked(provider: &str, number: u128) -> Account {
    let mut account = account(number);
    account.provider = ProviderId::new(provider).unwrap();
    account.mark_sent(at(0), "hash".to_owned());
    account
}

fn reread(desk: &mut Desk, account: &Account, claimed: bool, now: Timestamp) -> Vec<Effect> {
    let contents = Contents {
        accounts: vec![account.clone()],
        claimed: claimed.then(|| account.id.clone()).into_iter().collect(),
        ..Contents::default()
    };
    let changes = desk.core.changes();
    let input = Input::Reread(Box::new(contents), changes);
    desk.core.handle(input, now)
}

#[test]
fn a_lost_answer_is_told_from_the_start_and_waits_for_a_person() {
    let account = marked("tradecloud", 1);
    let mut desk = Desk::with(vec![account.clone()]);
    let card = Arc::clone(&desk.snapshot().accounts[0]);
    assert_eq!(card.state(at(1)), State::OutcomeUnknown);
    assert_eq!(
        card.problem.as_ref().unwrap().kind,
        ProblemKind::OutcomeUnknown { since: at(0) }
    );
    assert_eq!(desk.core.wake_at(), None);
    let (command, effects) = desk.refresh(&account, at(1));
    assert_eq!(started(&effects), []);
    assert!(desk.snapshot().finished(command).unwrap().problem.is_some());
    let id = account.id;
    let anyway = Command::TryAnyway {
        account: id.clone(),
    };
    let (_, effects) = desk.send(anyway, at(2));
    let work = started(&effects);
    assert_eq!((&work[0].1, work[0].2), (&id, Work::RefreshAnyway));
}

#[test]
fn a_lost_answer_that_may_be_asked_for_again_is_at_once() {
    let account = marked("rest-api-v1", 1);
    let mut before = account.clone();
    before.clear_mark();
    let mut desk = Desk::with(vec![before]);
    reread(&mut desk, &account, false, at(1));
    let effects = desk.core.handle(Input::Tick, at(1));
    assert_eq!(started(&effects).len(), 1);
    let card = Arc::clone(&desk.snapshot().accounts[0]);
    assert_eq!((card.outcome_unknown, card.problem.clone()), (false, None));
}

#[test]
fn an_answer_that_another_program_waits_for_is_not_lost_until_that_program_is_gone() {
    let account = marked("tradecloud", 1);
    let mut before = account.clone();
    before.clear_mark();
    let mut desk = Desk::with(vec![before]);
    reread(&mut desk, &account, true, at(1));
    let card = Arc::clone(&desk.snapshot().accounts[0]);
    assert_eq!(card.state(at(1)), State::Refreshing);
    assert!(desk.core.watches_others());
    reread(&mut desk, &account, false, at(2));
    let card = Arc::clone(&desk.snapshot().accounts[0]);
    assert_eq!(card.state(at(2)), State::OutcomeUnknown);
    assert!(!desk.core.watches_others());
}

#[test]
fn unsaved_tokens_are_tried_again_with_growing_pauses_and_at_once_when_the_key_store_opens() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (_, mut effects) = desk.refresh(&account, at(1));
    let mut pauses = Vec::new();
    let mut now = at(1);
    for _ in 0..4 {
        let (flow, id, work) = started(&effects)[0].clone();
        assert_eq!(work, Work::Refresh);
        let kind = ProblemKind::Bug;
        let result = WorkResult::Unsaved(Failure::new(kind));
        desk.core
            .handle(Input::WorkEnded(flow, id, Box::new(result)), now);
        assert!(desk.snapshot().has_unsaved());
        let next = desk.core.wake_at().unwrap();
        pauses.push(next.duration_since(now));
        now = next;
        effects = desk.core.handle(Input::Tick, now);
    }
    assert!(pauses.is_sorted() && pauses[0] < pauses[3], "{pauses:?}");
    let (flow, id, _) = started(&effects)[0].clone();
    let locked = Failure::key_store(KeyStoreTrouble::Locked);
    let result = WorkResult::Unsaved(locked);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), now);
    assert_eq!(desk.core.wake_at(), None, "nothing can be sealed");
    let effects = desk.core.handle(Input::KeyStoreAnswered(Ok(())), now);
    assert_eq!(started(&effects).len(), 1);
}

#[test]
fn a_thousand_ends_at_once_are_all_told() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (first, effects) = desk.refresh(&account, at(1));
    let mut commands = vec![first];
    commands.extend((1..1000).map(|_| desk.refresh(&account, at(1)).0));
    let (flow, id, _) = started(&effects)[0].clone();
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(2));
    desk.core.forget_told();
    // Somebody else's command ends before the last of them has looked.
    desk.send(Command::RereadProviders, at(3));
    desk.core.forget_told();
    let snapshot = desk.snapshot();
    assert!(commands.iter().all(|it| snapshot.finished(*it).is_some()));
    desk.refresh(&account, at(200));
    desk.core.forget_told();
    assert!(desk.snapshot().finished(first).is_none());
}
