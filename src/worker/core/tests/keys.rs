//! The key store as the core sees it: opened, moved, locked after a while.

use super::*;
use crate::bridge::{KeyStoreKind, KeyStoreState, KeyStoreTrouble};
use crate::worker::input::KeyStoreFacts;

fn facts(kind: KeyStoreKind, lock_after: Option<u32>) -> KeyStoreFacts {
    KeyStoreFacts {
        kind,
        wants_new_passphrase: false,
        lock_after,
    }
}

/// A desk with one account behind a passphrase, open since 0 s.
fn behind_passphrase(lock_after: Option<u32>) -> (Desk, Account) {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let facts = facts(KeyStoreKind::Passphrase, lock_after);
    desk.core.handle(Input::KeyStoreLooked(facts), at(0));
    desk.core.handle(Input::KeyStoreAnswered(Ok(())), at(0));
    (desk, account)
}

fn state(desk: &Desk) -> KeyStoreState {
    desk.snapshot().key_store.state
}

const LOCKED: KeyStoreState = KeyStoreState::Unavailable(KeyStoreTrouble::PassphraseNeeded);

fn locks(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::LockKeyStore))
}

#[test]
fn a_key_that_a_person_leaves_alone_is_forgotten_after_the_time_they_chose() {
    let (mut desk, _) = behind_passphrase(Some(5));
    let early = desk.core.handle(Input::Tick, at(299));
    assert!(!locks(&early));
    // Whatever a person asks for counts as use; what happens by itself does not.
    desk.send(Command::RereadProviders, at(200));
    assert!(!locks(&desk.core.handle(Input::Tick, at(499))));
    assert_eq!(state(&desk), KeyStoreState::Open);
    let wake = desk.core.wake_at();
    assert!(wake.is_some_and(|wake| wake <= at(500)), "{wake:?}");
    assert!(locks(&desk.core.handle(Input::Tick, at(500))));
    assert_eq!(state(&desk), LOCKED);
    assert!(desk.snapshot().accounts.iter().all(|card| card.locked));
    assert_eq!(
        desk.core.wake_at(),
        None,
        "nothing can be refreshed meanwhile"
    );
    assert!(!locks(&desk.core.handle(Input::Tick, at(900))), "once");
}

#[test]
fn a_key_is_kept_where_nobody_asked_for_locking() {
    let (mut desk, _) = behind_passphrase(None);
    assert!(!locks(&desk.core.handle(Input::Tick, at(1_000_000))));
    let mut keychain = Desk::with(vec![account(1)]);
    let facts = facts(KeyStoreKind::Keychain, Some(5));
    keychain.core.handle(Input::KeyStoreLooked(facts), at(0));
    keychain.core.handle(Input::KeyStoreAnswered(Ok(())), at(0));
    assert!(!locks(&keychain.core.handle(Input::Tick, at(1_000_000))));
    let (_, effects) = keychain.send(Command::LockKeyStore, at(1));
    assert!(!locks(&effects));
    assert_eq!(state(&keychain), KeyStoreState::Open);
}

#[test]
fn a_clock_that_is_set_back_does_not_keep_the_key_for_longer() {
    let (mut desk, _) = behind_passphrase(Some(5));
    desk.send(Command::RereadProviders, at(100_000));
    desk.core.handle(Input::Tick, at(50));
    assert!(locks(&desk.core.handle(Input::Tick, at(350))));
}

#[test]
fn what_is_under_way_is_saved_before_the_key_is_forgotten() {
    let (mut desk, account) = behind_passphrase(Some(5));
    let (_, effects) = desk.refresh(&account, at(10));
    let (flow, id, _) = started(&effects).remove(0);
    let (_, effects) = desk.send(Command::LockKeyStore, at(11));
    assert!(!locks(&effects));
    assert!(!locks(&desk.core.handle(Input::Tick, at(9_000))));
    let result = WorkResult::Failed(unreachable_host(), None);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(9_001));
    assert!(desk.core.wake_at().is_some_and(|wake| wake <= at(9_001)));
    assert!(locks(&desk.core.handle(Input::Tick, at(9_001))));
    assert_eq!(state(&desk), LOCKED);
}

#[test]
fn a_move_by_another_program_is_followed_by_opening_the_new_place() {
    let (mut desk, _) = behind_passphrase(None);
    let moved = Input::KeyStoreLooked(facts(KeyStoreKind::Keychain, None));
    let effects = desk.core.handle(moved, at(1));
    assert!(matches!(effects.as_slice(), [Effect::OpenKeyStore]));
    let card = desk.snapshot().key_store;
    assert_eq!(
        (card.kind, card.state, card.asked_at),
        (KeyStoreKind::Keychain, KeyStoreState::Opening, Some(at(1)))
    );
    assert_eq!(desk.snapshot().accounts.len(), 1);
}

#[test]
fn a_move_that_fails_is_told_and_leaves_the_key_store_as_it_was() {
    let (mut desk, _) = behind_passphrase(None);
    let to = KeyStoreKind::Keychain;
    let (id, effects) = desk.send(
        Command::MoveKeyStore {
            to,
            passphrase: None,
        },
        at(1),
    );
    assert!(matches!(effects.as_slice(), [Effect::MoveKeyStore { .. }]));
    let trouble = KeyStoreTrouble::Absent;
    let failure = Failure::new(ProblemKind::KeyNotMoved { trouble });
    desk.core
        .handle(Input::KeyStoreMoved(id, Err(failure)), at(2));
    let snapshot = desk.snapshot();
    assert_eq!(snapshot.key_store.state, KeyStoreState::Open);
    assert_eq!(snapshot.key_store.kind, KeyStoreKind::Passphrase);
    let told = snapshot.finished(id).and_then(|it| it.problem.clone());
    assert_eq!(snapshot.problems.last(), told.as_ref());
    assert!(told.is_some());
}

#[test]
fn a_key_store_without_the_key_leaves_every_account_in_the_list() {
    let mut desk = Desk::with(vec![account(1), account(2)]);
    let trouble = KeyStoreTrouble::KeyMissing { accounts: 2 };
    desk.core
        .handle(Input::KeyStoreAnswered(Err(trouble)), at(1));
    let snapshot = desk.snapshot();
    assert_eq!(snapshot.accounts.len(), 2);
    assert!(snapshot.accounts.iter().all(|card| card.locked));
}
