//! The data folder when it goes wrong, and backups: nothing is sent in vain, and nobody disappears.

use std::fs;

use jiff::SignedDuration;
use linkdesk::bridge::{Command, ProblemKind, RestoredCard, State, StoreTrouble};
use linkdesk::cli::exit_code;
use linkdesk::ids::AccountId;
use linkdesk::sandbox::Mode;
use linkdesk::store::Store as _;

use crate::desk::Desk;

fn back_up(desk: &Desk) -> std::path::PathBuf {
    let to = desk.room.folder.path().join("backup");
    let finished = desk.run(Command::BackUp { to: to.clone() });
    assert_eq!(finished.problem, None);
    to
}

fn restore(desk: &Desk, from: std::path::PathBuf) -> RestoredCard {
    let finished = desk.run(Command::Restore { from });
    assert_eq!(finished.problem, None);
    desk.face.snapshot().restored.clone().unwrap()
}

fn breaks(desk: &Desk, account: &AccountId, how: &str) {
    rusqlite::Connection::open(desk.data().join("linkdesk.db"))
        .unwrap()
        .execute(
            &format!("UPDATE accounts SET facts = {how} WHERE id = ?1"),
            [account.as_str()],
        )
        .unwrap();
}

#[test]
fn a_restored_account_waits_for_a_person_before_its_token_is_spent() {
    let desk = Desk::lasting(Mode::Documented);
    let id = desk.link("biggerplate").id;
    let backup = back_up(&desk);
    // Gone from here only: at the provider it lives on.
    desk.other_program().forget_account(&id).unwrap();
    let restored = restore(&desk, backup);
    assert_eq!((restored.accounts, restored.kept), (1, 0));
    let card = desk.wait("the account is back", |snapshot| {
        snapshot
            .account(&id)
            .filter(|it| it.restored_at.is_some())
            .cloned()
    });
    assert_eq!(
        card.next_refresh_at, None,
        "somebody may have used it since"
    );
    assert_eq!(card.history[0].what, "Restored from a backup");
    desk.clock.advance(SignedDuration::from_secs(5));
    let (finished, after) = desk.refresh(&id);
    assert_eq!(finished.problem, None);
    assert_eq!(after.restored_at, None);
    assert!(after.next_refresh_at.is_some());
}

#[test]
fn a_restored_token_that_was_replaced_since_ends_with_the_reason() {
    let desk = Desk::lasting(Mode::Documented);
    let id = desk.link("biggerplate").id;
    let backup = back_up(&desk);
    desk.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(desk.refresh(&id).0.problem, None);
    desk.other_program().forget_account(&id).unwrap();
    restore(&desk, backup);
    desk.wait("the account is back", |snapshot| {
        snapshot.account(&id)?.restored_at.map(|_| ())
    });
    desk.clock.advance(SignedDuration::from_secs(5));
    let (_, after) = desk.refresh(&id);
    assert_eq!(after.state(desk.clock.now()), State::NeedsSignIn);
    assert_eq!(
        after.needs_sign_in.unwrap().code(),
        "refreshed_elsewhere",
        "{:?}",
        after.history
    );
}

#[test]
fn what_is_newer_here_than_in_a_backup_stays_and_works() {
    let desk = Desk::lasting(Mode::Documented);
    let id = desk.link("biggerplate").id;
    let backup = back_up(&desk);
    desk.clock.advance(SignedDuration::from_secs(5));
    desk.refresh(&id);
    let restored = restore(&desk, backup);
    assert_eq!((restored.accounts, restored.kept), (0, 1));
    assert!(restored.kept_as.is_some());
    desk.clock.advance(SignedDuration::from_secs(5));
    let (finished, after) = desk.refresh(&id);
    assert_eq!(finished.problem, None);
    assert_eq!(after.restored_at, None);
}

#[test]
fn an_account_that_can_not_be_read_is_shown_and_repaired_by_linking_again() {
    let desk = Desk::lasting(Mode::Documented);
    let id = desk.link("biggerplate").id;
    breaks(&desk, &id, "json_set(facts, '$.access', 5)");
    let desk = desk.reopen();
    let card = desk.account(&id);
    assert_eq!(card.state(desk.clock.now()), State::Unreadable);
    let problem = desk.refresh(&id).0.problem.unwrap();
    assert_eq!(problem.kind.code(), "account_unreadable");
    assert_eq!(exit_code(&problem.kind), 5);
    let flow = desk.start_repair(&card);
    let again = desk.linked(flow);
    assert_eq!(again.id, id);
    assert_eq!(again.state(desk.clock.now()), State::Fresh);
    assert_eq!(desk.face.snapshot().accounts.len(), 1);
}

#[test]
fn an_account_that_can_not_be_read_can_be_forgotten() {
    let desk = Desk::lasting(Mode::Documented);
    let id = desk.link("biggerplate").id;
    breaks(&desk, &id, "substr(facts, 1, 80)");
    let desk = desk.reopen();
    let account = id.clone();
    let finished = desk.run(Command::UnlinkAccount { account });
    let told = finished.problem.unwrap();
    assert_eq!(told.kind.code(), "not_revoked", "nobody knows where to");
    assert!(desk.face.snapshot().account(&id).is_none());
    assert_eq!(desk.other_program().load().unwrap().unreadable, []);
}

#[test]
fn nothing_is_sent_and_no_browser_opened_where_nothing_can_be_kept() {
    let desk = Desk::new(Mode::Documented);
    let id = desk.link("biggerplate").id;
    let before = desk.practice.counters("biggerplate").unwrap().requests;
    let opened = desk.person.opened().len();
    let claims = desk.data().join("claims");
    fs::remove_dir_all(&claims).unwrap();
    fs::write(&claims, "in the way").unwrap();
    let flow = desk.start_link("trading-parrot");
    let kinds = [
        desk.failure(flow).kind,
        desk.refresh(&id).0.problem.unwrap().kind,
    ];
    for kind in kinds {
        let ProblemKind::Store { trouble, place } = &kind else {
            panic!("{kind:?}");
        };
        assert_eq!(*trouble, StoreTrouble::NotOurs);
        assert!(place.ends_with("claims"), "{place}");
        assert_eq!(exit_code(&kind), 5);
    }
    assert_eq!(desk.person.opened().len(), opened);
    assert_eq!(
        desk.practice.counters("biggerplate").unwrap().requests,
        before
    );
    fs::remove_file(&claims).unwrap();
    desk.clock.advance(SignedDuration::from_secs(5));
    let (finished, _) = desk.refresh(&id);
    assert_eq!(finished.problem, None, "and again without a restart");
}

#[test]
fn a_file_that_is_damaged_while_it_is_in_use_is_mended_by_trying_again() {
    let desk = Desk::lasting(Mode::Documented);
    let id = desk.link("biggerplate").id;
    let path = desk.data().join("linkdesk.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[..4096].fill(0x5a);
    fs::write(&path, &bytes).unwrap();
    let (finished, _) = desk.refresh(&id);
    let kind = finished.problem.unwrap().kind;
    assert!(
        matches!(
            kind,
            ProblemKind::Store {
                trouble: StoreTrouble::Damaged,
                ..
            }
        ),
        "{kind:?}"
    );
    desk.run(Command::RetryKeyStore);
    desk.wait("the list from what could be read", |snapshot| {
        let mut problems = snapshot.problems.iter();
        problems
            .any(|it| it.kind.code() == "store_damaged")
            .then_some(())
    });
    desk.clock.advance(SignedDuration::from_secs(5));
    let (finished, card) = desk.refresh(&id);
    assert_eq!(finished.problem, None);
    assert_eq!(card.state(desk.clock.now()), State::Fresh);
}
