//! The key that moves from one place to another, and is locked, while another program works with the same accounts.
//!
//! The system's key store is not among the places: stories touch nothing of the person's own.

use jiff::SignedDuration;
use linkdesk::bridge::{
    AccountCard, Command, EndReason, KeyStoreKind, KeyStoreState, KeyStoreTrouble, ProblemKind,
    State,
};
use linkdesk::ids::AccountId;
use linkdesk::sandbox::Mode;
use linkdesk::secret::Secret;
use linkdesk::store::Store as _;
use linkdesk::vault::Kind;

use crate::desk::person::Decision;
use crate::desk::{Desk, PASSPHRASE, Room};

const PROVIDER: &str = "biggerplate";

fn passphrase() -> Secret {
    Secret::new(PASSPHRASE)
}

fn move_to(desk: &Desk, to: KeyStoreKind) {
    let passphrase = (to == KeyStoreKind::Passphrase).then(passphrase);
    let finished = desk.run(Command::MoveKeyStore { to, passphrase });
    assert_eq!(finished.problem, None, "{to:?}");
    assert_eq!(desk.face.snapshot().key_store.kind, to);
}

fn unlock(desk: &Desk, passphrase: Secret) {
    desk.run(Command::UnlockKeyStore { passphrase });
}

fn wait_for(desk: &Desk, kind: KeyStoreKind, state: KeyStoreState) {
    desk.wait(&format!("{kind:?} {state:?}"), |snapshot| {
        let card = &snapshot.key_store;
        (card.kind == kind && card.state == state).then_some(())
    });
}

/// Refreshes there and waits until the other one has the new tokens, too.
fn refresh_in_one(desk: &Desk, account: &AccountId, other: &Desk) {
    let before = desk.account(account).access;
    desk.clock.advance(SignedDuration::from_secs(5));
    let (finished, card) = desk.refresh(account);
    assert_eq!(finished.problem, None);
    assert_ne!(card.access.fingerprint, before.fingerprint);
    other.wait("what the other one refreshed", |snapshot| {
        let there = snapshot.account(account)?;
        (there.access == card.access).then_some(())
    });
}

fn kept(desk: &Desk) -> (Option<EndReason>, usize) {
    let contents = desk.other_program().load().unwrap();
    let history = contents.history.values().next().unwrap();
    (contents.accounts[0].ended, history.len())
}

/// A program with a link, its key behind a passphrase by now, and another program beside it.
fn two_programs() -> (Desk, Desk, AccountCard) {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link(PROVIDER);
    move_to(&desk, KeyStoreKind::Passphrase);
    let kind = Kind::Passphrase;
    let room = Room {
        kind,
        ..desk.room.clone()
    };
    let window = Desk::open(room, Decision::Allow);
    (desk, window, account)
}

#[test]
fn a_link_of_one_session_outlives_it_once_its_key_is_behind_a_passphrase() {
    let (desk, window, account) = two_programs();
    refresh_in_one(&desk, &account.id, &window);
    refresh_in_one(&window, &account.id, &desk);
}

#[test]
fn a_locked_key_keeps_its_own_program_waiting_and_no_other() {
    let (desk, window, account) = two_programs();
    desk.run(Command::LockKeyStore);
    let trouble = KeyStoreTrouble::PassphraseNeeded;
    let locked = KeyStoreState::Unavailable(trouble);
    wait_for(&desk, KeyStoreKind::Passphrase, locked);
    assert_eq!(
        desk.account(&account.id).state(desk.clock.now()),
        State::Locked
    );
    let kind = desk.refresh(&account.id).0.problem.map(|it| it.kind);
    assert_eq!(kind, Some(ProblemKind::KeyStore { trouble }));
    refresh_in_one(&window, &account.id, &desk);
    unlock(&desk, Secret::new("something else"));
    let wrong = KeyStoreState::Unavailable(KeyStoreTrouble::WrongPassphrase);
    wait_for(&desk, KeyStoreKind::Passphrase, wrong);
    unlock(&desk, passphrase());
    wait_for(&desk, KeyStoreKind::Passphrase, KeyStoreState::Open);
    refresh_in_one(&desk, &account.id, &window);
}

#[test]
fn what_one_program_keeps_in_memory_another_can_not_use_and_does_not_end() {
    let (desk, window, account) = two_programs();
    refresh_in_one(&window, &account.id, &desk);
    move_to(&desk, KeyStoreKind::Session);
    wait_for(&window, KeyStoreKind::Session, KeyStoreState::Open);
    let before = kept(&desk);
    let (finished, there) = window.refresh(&account.id);
    let reason = EndReason::SessionOnly;
    let kind = finished.problem.map(|it| it.kind);
    assert_eq!(kind, Some(ProblemKind::NeedsSignIn { reason }));
    assert_eq!(there.needs_sign_in, Some(reason));
    assert_eq!(kept(&desk), before, "nothing has ended but for that window");
    assert_eq!(before.0, None);
    desk.clock.advance(SignedDuration::from_secs(5));
    let (finished, card) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
    assert_eq!(card.state(desk.clock.now()), State::Fresh);
    // And back: whoever followed into memory follows out of it.
    move_to(&desk, KeyStoreKind::Passphrase);
    let trouble = KeyStoreTrouble::PassphraseNeeded;
    let locked = KeyStoreState::Unavailable(trouble);
    wait_for(&window, KeyStoreKind::Passphrase, locked);
    unlock(&window, passphrase());
    wait_for(&window, KeyStoreKind::Passphrase, KeyStoreState::Open);
    window.wait("the link is whole again", |snapshot| {
        let there = snapshot.account(&account.id)?;
        there.needs_sign_in.is_none().then_some(())
    });
    refresh_in_one(&window, &account.id, &desk);
}
