//! New tokens that can't be saved: held, said, tried again, and never forgotten in silence.

use jiff::SignedDuration;
use linkdesk::bridge::{AccountCard, Brought, Command, ProblemKind, Remedy, State};
use linkdesk::ids::AccountId;
use linkdesk::sandbox::Mode;
use linkdesk::store::{Claiming, Store as _};

use crate::desk::Desk;

/// The data file, in which no sealed tokens can be written.
fn full(desk: &Desk) -> rusqlite::Connection {
    let file = rusqlite::Connection::open(desk.data().join("linkdesk.db")).unwrap();
    file.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON sealed BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    .unwrap();
    file
}

fn mend(file: &rusqlite::Connection) {
    file.execute_batch("DROP TRIGGER full").unwrap();
}

/// An account that was refreshed, and could not be saved.
fn unsaved(desk: &Desk) -> (AccountCard, AccountCard, rusqlite::Connection) {
    let before = desk.link("tradecloud");
    let file = full(desk);
    let (_, after) = desk.refresh(&before.id);
    (before, after, file)
}

fn stored_generation(desk: &Desk) -> u64 {
    desk.other_program().load().unwrap().accounts[0].generation
}

fn refreshes(desk: &Desk) -> u64 {
    desk.counters("tradecloud").refreshes
}

fn wait_until_saved(desk: &Desk, account: &AccountId) -> AccountCard {
    desk.wait("that it is saved", |snapshot| {
        let card = snapshot.account(account)?;
        (!card.is_unsaved && card.busy.is_none()).then(|| card.clone())
    })
}

#[test]
fn new_tokens_that_can_not_be_saved_are_used_by_nobody_and_the_old_one_is_not_sent_again() {
    let desk = Desk::lasting(Mode::Documented);
    let (before, after, _) = unsaved(&desk);
    assert!(after.is_unsaved);
    assert_eq!(after.access, before.access);
    let problem = after.problem.unwrap();
    assert!(
        matches!(&problem.kind, ProblemKind::NotSaved { brought: Brought::Refresh, cause }
            if matches!(**cause, ProblemKind::Store { .. })),
        "{problem:?}"
    );
    assert_eq!(problem.remedy, Remedy::RetryNow);
}

#[test]
fn trying_again_saves_what_is_held_and_sends_nothing() {
    let desk = Desk::lasting(Mode::Documented);
    let (before, after, file) = unsaved(&desk);
    let (again, card) = desk.refresh(&before.id);
    assert_eq!(again.problem.unwrap().kind, after.problem.unwrap().kind);
    assert!(card.is_unsaved);
    assert_eq!(refreshes(&desk), 1);
    // Other programs are kept away from the token that is used up.
    let elsewhere = desk.other_program().load().unwrap();
    assert!(elsewhere.claimed.contains(&before.id));
    mend(&file);
    let (finished, saved) = desk.refresh(&before.id);
    assert_eq!(finished.problem, None);
    assert_eq!((saved.is_unsaved, saved.problem), (false, None));
    assert_ne!(saved.access.fingerprint, before.access.fingerprint);
    assert_eq!((refreshes(&desk), stored_generation(&desk)), (1, 2));
}

#[test]
fn saving_is_tried_again_without_anybody_asking() {
    let desk = Desk::lasting(Mode::Documented);
    let (before, _, file) = unsaved(&desk);
    mend(&file);
    desk.clock.advance(SignedDuration::from_secs(10));
    wait_until_saved(&desk, &before.id);
    assert_eq!((refreshes(&desk), stored_generation(&desk)), (1, 2));
    let store = desk.other_program();
    let holder = linkdesk::bridge::Holder {
        process: 1,
        face: linkdesk::bridge::Face::Window,
        computer: None,
        since: desk.clock.now(),
    };
    let free = store.claim(&before.id, &holder).unwrap();
    assert!(matches!(free, Claiming::Held(_)), "{free:?}");
}

#[test]
fn quitting_saves_what_can_be_saved_by_then() {
    let desk = Desk::lasting(Mode::Documented);
    let (before, _, file) = unsaved(&desk);
    assert!(desk.face.snapshot().has_unsaved());
    mend(&file);
    let desk = desk.reopen();
    let after = desk.account(&before.id);
    assert_eq!(after.state(desk.clock.now()), State::Fresh);
    assert_ne!(after.access.fingerprint, before.access.fingerprint);
}

#[test]
fn what_was_lost_with_the_program_is_told_when_it_starts_again() {
    let desk = Desk::lasting(Mode::Documented);
    let (before, _, file) = unsaved(&desk);
    let room = desk.close();
    mend(&file);
    let desk = Desk::open(room, crate::desk::person::Decision::Allow);
    let after = desk.account(&before.id);
    assert_eq!(after.state(desk.clock.now()), State::OutcomeUnknown);
    let kind = after.problem.unwrap().kind;
    assert!(
        matches!(kind, ProblemKind::OutcomeUnknown { .. }),
        "{kind:?}"
    );
}

#[test]
fn an_account_with_unsaved_tokens_can_be_unlinked_and_they_are_revoked() {
    let desk = Desk::lasting(Mode::Field);
    let (before, _, file) = unsaved(&desk);
    mend(&file);
    let finished = desk.run(Command::UnlinkAccount { account: before.id });
    assert_eq!(finished.problem, None);
    assert_eq!(desk.ids(), Vec::new());
    assert!(!desk.face.snapshot().has_unsaved());
    assert_eq!(desk.counters("tradecloud").revocations, 1);
    assert_eq!(desk.other_program().load().unwrap().accounts, []);
}

#[test]
fn signing_in_again_takes_the_place_of_tokens_that_could_not_be_saved() {
    let desk = Desk::lasting(Mode::Documented);
    let before = desk.link("biggerplate");
    let file = full(&desk);
    let (_, card) = desk.refresh(&before.id);
    assert!(card.is_unsaved);
    mend(&file);
    let flow = desk.start_repair(&before);
    let repaired = desk.linked(flow);
    assert_eq!(repaired.id, before.id);
    let saved = wait_until_saved(&desk, &before.id);
    assert_eq!(saved.problem, None);
    assert_eq!(desk.ids(), [before.id]);
}
