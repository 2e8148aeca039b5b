//! Key stores as they are in the field: forgetful, lying, refusing, crowded, newer.
//!
//! Runs against a key store of its own making, in memory; the real one is for `tests/keystore`.

mod store;

use std::path::Path;
use std::sync::Arc;

use self::store::{FakeStore, Habit};
use super::*;
use crate::vault::random::tests::counting;

const NAME: &str = "installation-1";

fn vault(store: &FakeStore, folder: &Path) -> Keychain {
    let mut vault = Keychain::new(NAME, folder, counting());
    vault.kept.source = Source::new(Arc::new(store.clone()));
    vault.with_deadline(Duration::from_mins(1))
}

/// A store in which a key was made, and the name of the key.
fn with_key(folder: &Path) -> (FakeStore, KeyId) {
    let store = FakeStore::default();
    let first = vault(&store, folder);
    first.open(None).unwrap();
    (store, first.key_id().unwrap())
}

#[test]
fn what_a_key_store_does_to_a_key_is_told_by_name_before_anything_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let told = |habit| {
        let store = FakeStore::with(habit);
        let outcomes = [
            vault(&store, folder.path()).open(None),
            vault(&store, folder.path()).probe(),
        ];
        assert_eq!(
            store.all(),
            Vec::<Vec<u8>>::new(),
            "{habit:?} leaves something behind"
        );
        outcomes.map(|outcome| format!("{:?}", outcome.unwrap_err()))
    };
    assert_eq!(told(Habit::Forgets), ["Forgetful"; 2]);
    assert_eq!(told(Habit::Truncates), ["Altering"; 2]);
    assert_eq!(told(Habit::Alters), ["Altering"; 2]);
    for refused in told(Habit::RefusesWrites) {
        assert!(refused.starts_with("Locked"), "{refused}");
    }
}

#[test]
fn a_key_store_that_is_locked_is_never_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = with_key(folder.path());
    let before = store.all();
    // Some find nothing while they are locked, some say so.
    for habit in [Habit::HidesAndRefuses, Habit::RefusesEverything] {
        store.take_on(habit);
        for expected in [None, Some(&id)] {
            let outcome = vault(&store, folder.path()).open(expected);
            assert!(matches!(outcome, Err(Error::Locked(_))), "{outcome:?}");
        }
    }
    store.take_on(Habit::Good);
    assert_eq!(store.all(), before);
    vault(&store, folder.path()).open(Some(&id)).unwrap();
}

#[test]
fn a_key_that_is_gone_or_replaced_is_told_as_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = with_key(folder.path());
    store.clear();
    let gone = vault(&store, folder.path()).open(Some(&id));
    assert!(matches!(gone, Err(Error::KeyMissing)), "{gone:?}");
    assert_eq!(store.all(), Vec::<Vec<u8>>::new(), "no key is made unasked");
    let other = vault(&store, folder.path());
    other.open(None).unwrap();
    let replaced = vault(&store, folder.path()).open(Some(&id));
    assert!(matches!(replaced, Err(Error::KeyMissing)), "{replaced:?}");
    vault(&store, folder.path())
        .open(other.key_id().as_ref())
        .unwrap();
}

#[test]
fn a_write_whose_answer_was_lost_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = FakeStore::with(Habit::KeepsAndFails);
    let first = vault(&store, folder.path());
    let place = first.kept.source.place(NAME).unwrap();
    let key = first.kept.make(&place).unwrap();
    store.take_on(Habit::Good);
    let later = vault(&store, folder.path());
    later.open(Some(key.id())).unwrap();
    assert_eq!(store.all().len(), 1);
}

#[test]
fn a_hundred_items_that_are_no_key_are_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = with_key(folder.path());
    let key = store.all().remove(0);
    let odd: Vec<Vec<u8>> = (0..100_usize)
        .map(|number| match number % 5 {
            0 => vec![0xff; number],
            1 => key[..number % key.len()].to_vec(),
            2 => format!("hunter{number}").into_bytes(),
            3 => format!("linkdesk-key/{} AAAA {id}", number + 2).into_bytes(),
            _ => key.repeat(1 + number),
        })
        .collect();
    for item in odd {
        store.clear();
        store.plant(NAME, &item);
        let outcomes = [
            vault(&store, folder.path()).open(None),
            vault(&store, folder.path()).open(Some(&id)),
        ];
        let is_newer = item.starts_with(b"linkdesk-key/") && !item.starts_with(b"linkdesk-key/1 ");
        for outcome in outcomes {
            let is_told = match outcome {
                Err(Error::Newer) => is_newer,
                Err(Error::Damaged) => !is_newer || item.len() < 15,
                _ => false,
            };
            assert!(is_told, "{outcome:?} of {}", String::from_utf8_lossy(&item));
        }
        assert_eq!(store.all(), [item]);
    }
}

#[test]
fn among_many_items_only_the_expected_key_is_taken_and_none_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = with_key(folder.path());
    let key = store.all().remove(0);
    let (other, other_id) = with_key(folder.path());
    store.plant(NAME, &key);
    vault(&store, folder.path()).open(None).unwrap();
    store.plant(NAME, &other.all().remove(0));
    let before = store.all();
    for expected in [&id, &other_id] {
        let vault = vault(&store, folder.path());
        vault.open(Some(expected)).unwrap();
        assert_eq!(vault.key_id().as_ref(), Some(expected));
    }
    let guess = vault(&store, folder.path()).open(None);
    assert!(matches!(guess, Err(Error::Ambiguous)), "{guess:?}");
    store.plant(NAME, b"linkdesk-key/2 AAAA");
    vault(&store, folder.path()).open(Some(&id)).unwrap();
    assert_eq!(store.all().len(), before.len() + 1);
}

#[test]
fn a_key_is_discarded_with_its_copies_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = with_key(folder.path());
    let key = store.all().remove(0);
    let (other, _) = with_key(folder.path());
    let rest = [other.all().remove(0), b"linkdesk-key/2 AAAA".to_vec()];
    store.plant(NAME, &key);
    for item in &rest {
        store.plant(NAME, item);
    }
    let open = vault(&store, folder.path());
    open.open(Some(&id)).unwrap();
    open.discard(&id).unwrap();
    assert_eq!(open.key_id(), None);
    assert_eq!(store.all(), rest);
    open.discard(&id).unwrap();
}

#[test]
fn sixteen_programs_that_make_a_key_at_once_end_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = FakeStore::default();
    let ids: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let vault = vault(&store, folder.path());
                    vault.open(None).unwrap();
                    vault.key_id()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(store.all().len(), 1);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn a_probe_that_was_killed_is_cleaned_up_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = FakeStore::default();
    store.plant(&format!("{NAME}-probe"), b"left behind");
    vault(&store, folder.path()).probe().unwrap();
    assert_eq!(store.all(), Vec::<Vec<u8>>::new());
}
