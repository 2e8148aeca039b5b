//! Having an account to oneself: who is kept away, by whom, and for how long.

use super::*;
use crate::account::{Face, Holder};
use crate::store::{Claim, Claiming, Stored};

fn holder(process: u32) -> Holder {
    Holder {
        process,
        face: Face::CommandLine,
        computer: Some("desk".to_owned()),
        since: Timestamp::UNIX_EPOCH,
    }
}

fn two(folder: &Path) -> (SqliteStore, SqliteStore) {
    (open(folder, &open_vault()), open(folder, &open_vault()))
}

fn held(store: &SqliteStore, account: &AccountId) -> Claim {
    match store.claim(account, &holder(1)).unwrap() {
        Claiming::Held(claim) => claim,
        Claiming::Taken(holder) => panic!("taken by {holder:?}"),
    }
}

fn file_of(folder: &Path, account: &AccountId) -> PathBuf {
    folder.join("data").join("claims").join(account.as_str())
}

#[test]
fn a_claim_keeps_others_away_and_tells_them_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two(folder.path());
    let account = account("one");
    link(&one, &account);
    let claim = held(&one, &account.id);
    let taken = other.claim(&account.id, &holder(2)).unwrap();
    let Claiming::Taken(told) = taken else {
        panic!("{taken:?}");
    };
    assert_eq!(told, Some(holder(1)));
    drop(claim);
    held(&other, &account.id);
}

#[test]
fn a_claim_knows_what_is_stored_when_it_is_granted() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two(folder.path());
    let mut account = account("one");
    assert_eq!(*held(&one, &account.id).stored(), Stored::Nothing);
    link(&one, &account);
    account.generation = 2;
    one.save_tokens(&account, &token_set("2"), &line("Refreshed"))
        .unwrap();
    assert_eq!(held(&other, &account.id).stored().account(), Some(&account));
}

#[test]
fn a_released_claim_and_that_of_a_forgotten_account_leave_no_word_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let account = account("one");
    link(&store, &account);
    drop(held(&store, &account.id));
    let path = file_of(folder.path(), &account.id);
    assert_eq!(fs::read(&path).unwrap(), b"");
    store.forget_account(&account.id).unwrap();
    drop(held(&store, &account.id));
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_claim_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let account = account("one");
    link(&store, &account);
    let path = file_of(folder.path(), &account.id);
    let elsewhere = folder.path().join("elsewhere");
    fs::write(&elsewhere, "precious").unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let refused = store.claim(&account.id, &holder(1)).unwrap_err();
    let Error::Io { path: told, .. } = refused else {
        panic!("{refused:?}");
    };
    assert!(told.ends_with(account.id.as_str()), "{}", told.display());
    assert_eq!(fs::read(&elsewhere).unwrap(), b"precious");
}

#[test]
fn a_claims_folder_that_can_not_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let account = account("one");
    fs::write(folder.path().join("data").join("claims"), "a file").unwrap();
    let refused = store.claim(&account.id, &holder(1)).unwrap_err();
    assert!(
        matches!(&refused, Error::NotOurs { path, .. } if path.ends_with("claims")),
        "{refused:?}"
    );
}

#[test]
fn a_mark_is_somebody_elses_refresh_for_as_long_as_somebody_holds_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two(folder.path());
    let mut account = account("one");
    link(&one, &account);
    let claim = held(&one, &account.id);
    assert!(other.load().unwrap().claimed.is_empty(), "nothing was sent");
    account.mark_sent(Timestamp::UNIX_EPOCH, "hash".to_owned());
    one.save_account(&account, None).unwrap();
    let claimed = other.load().unwrap().claimed;
    assert!(claimed.contains(&account.id));
    drop(claim);
    assert!(
        other.load().unwrap().claimed.is_empty(),
        "its answer is lost"
    );
}

#[test]
fn what_a_person_chose_is_saved_beside_a_mark_and_not_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = two(folder.path());
    let mut account = account("one");
    link(&one, &account);
    account.mark_sent(Timestamp::UNIX_EPOCH, "hash".to_owned());
    one.save_account(&account, None).unwrap();
    let renamed = |stored: &mut Account| "New".clone_into(&mut stored.label);
    other
        .amend(&account.id, &renamed, &line("Renamed"))
        .unwrap();
    let stored = one.load().unwrap().accounts.remove(0);
    assert_eq!(stored.label, "New");
    assert_eq!(stored.presented, account.presented);
    one.forget_account(&account.id).unwrap();
    let outcome = other.amend(&account.id, &renamed, &line("Renamed"));
    assert!(matches!(outcome, Err(Error::Overtaken)), "{outcome:?}");
}
