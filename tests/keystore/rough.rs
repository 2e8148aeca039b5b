//! Key stores that are killed, reset, damaged and moved away from while something is sealed with their key.
//!
//! Runs inside the same sessions as the other tests.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use linkdesk::ids::ProviderId;
use linkdesk::secret::Secret;
use linkdesk::store::{Database, SecretUpdate, SqliteStore, Store as _};
use linkdesk::vault::{Error, Kind, Passphrase, Random, Session, Vault, Vaults};

use crate::session::*;

fn random() -> Random {
    Random::new(|bytes| Ok(getrandom::fill(bytes)?))
}

/// Where the daemon keeps what it is given.
fn keyrings() -> Vec<fs::DirEntry> {
    let home = given("XDG_DATA_HOME").join("keyrings");
    fs::read_dir(home).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_daemon_that_is_killed_while_it_writes_leaves_a_whole_key_or_none() {
    let name = "rough::a_daemon_that_is_killed_while_it_writes_leaves_a_whole_key_or_none";
    on_a_bus(name, |folder| {
        for _ in 0..8 {
            let daemon = Daemon::unlocked();
            let vault = keychain(folder).with_deadline(Duration::from_secs(5));
            std::thread::scope(|scope| {
                let opening = scope.spawn(|| {
                    let outcome = vault.open(None);
                    // Keeps writing, so that the daemon dies in the middle of something.
                    while vault.probe().is_ok() {}
                    outcome
                });
                // Killed by its end.
                drop(daemon);
                drop(opening.join().unwrap());
            });
            let _daemon = Daemon::unlocked();
            let later = keychain(folder);
            if let Some(id) = vault.key_id() {
                later.open(Some(&id)).unwrap();
            } else {
                later.open(None).unwrap();
            }
            later.probe().unwrap();
            assert_eq!(entries(), 1);
            clear();
        }
    });
}

#[test]
fn a_key_store_that_was_reset_is_told_and_gets_no_key_unasked() {
    let name = "rough::a_key_store_that_was_reset_is_told_and_gets_no_key_unasked";
    on_a_bus(name, |folder| {
        let daemon = Daemon::unlocked();
        let first = keychain(folder);
        first.open(None).unwrap();
        let id = first.key_id().unwrap();
        drop(daemon);
        for entry in keyrings() {
            fs::remove_file(entry.path()).unwrap();
        }
        let _daemon = Daemon::unlocked();
        let gone = keychain(folder).open(Some(&id));
        assert!(matches!(gone, Err(Error::KeyMissing)), "{gone:?}");
        assert_eq!(entries(), 0);
    });
}

#[test]
fn a_key_store_whose_files_are_damaged_is_trouble_and_never_an_empty_one_that_works() {
    let name =
        "rough::a_key_store_whose_files_are_damaged_is_trouble_and_never_an_empty_one_that_works";
    on_a_bus(name, |folder| {
        let daemon = Daemon::unlocked();
        let first = keychain(folder);
        first.open(None).unwrap();
        let id = first.key_id().unwrap();
        drop(daemon);
        for entry in keyrings() {
            let whole = fs::read(entry.path()).unwrap();
            fs::write(entry.path(), &whole[..whole.len() / 2]).unwrap();
        }
        let _daemon = Daemon::unlocked();
        let vault = keychain(folder).with_deadline(Duration::from_secs(5));
        let outcome = vault.open(Some(&id));
        assert!(outcome.is_err());
        assert_eq!(vault.key_id(), None);
    });
}

#[test]
fn a_frozen_key_store_holds_nothing_up_longer_than_its_deadline() {
    let name = "rough::a_frozen_key_store_holds_nothing_up_longer_than_its_deadline";
    on_a_bus(name, |folder| {
        let daemon = Daemon::unlocked();
        let vault = keychain(folder).with_deadline(Duration::from_millis(400));
        vault.open(None).unwrap();
        let id = vault.key_id().unwrap();
        daemon.signal("-STOP");
        let closed = keychain(folder).with_deadline(Duration::from_millis(400));
        let outcomes = [closed.open(Some(&id)), vault.probe(), vault.discard(&id)];
        for outcome in outcomes {
            assert!(matches!(outcome, Err(Error::NotAnswering)), "{outcome:?}");
        }
        daemon.signal("-CONT");
        // A call that was given up may still come through; what it brings is dropped.
        assert_eq!(closed.key_id(), None);
    });
}

#[test]
fn sixteen_programs_that_make_the_key_at_once_end_with_one_key() {
    let name = "rough::sixteen_programs_that_make_the_key_at_once_end_with_one_key";
    on_a_bus(name, |folder| {
        let _daemon = Daemon::unlocked();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let vault = keychain(folder).with_deadline(Duration::from_mins(1));
                    vault.open(None).unwrap();
                });
            }
        });
        assert_eq!(entries(), 1);
    });
}

#[test]
fn a_key_moves_out_of_the_key_store_and_back_and_leaves_nothing_behind() {
    let name = "rough::a_key_moves_out_of_the_key_store_and_back_and_leaves_nothing_behind";
    on_a_bus(name, |folder| {
        let _daemon = Daemon::unlocked();
        let (store, vaults) = furnished(folder);
        for to in [
            Kind::Passphrase,
            Kind::Session,
            Kind::Keychain,
            Kind::Session,
        ] {
            let old = vaults.of_kind(vaults.kind()).unwrap();
            let old_key = vaults.key_id().unwrap();
            let new = vaults.of_kind(to).unwrap();
            new.unlock(&Secret::new("a passphrase")).unwrap();
            new.probe().unwrap();
            assert_eq!(store.move_to(to).unwrap(), 0);
            old.discard(&old_key).unwrap();
            assert_eq!(entries(), usize::from(to == Kind::Keychain));
            let kept = store.client_secret(&provider()).unwrap();
            assert_eq!(kept, Some(Secret::new("client secret")));
        }
    });
}

fn provider() -> ProviderId {
    ProviderId::new("example").unwrap()
}

fn furnished(folder: &Path) -> (SqliteStore, Arc<dyn Vault>) {
    let others: [Arc<dyn Vault>; 2] = [
        Arc::new(Passphrase::new(folder, random())),
        Arc::new(Session::new(random())),
    ];
    let vaults: Arc<dyn Vault> = Arc::new(Vaults::new(Arc::new(keychain(folder)), others));
    vaults.open(None).unwrap();
    let (database, _) = Database::open(&folder.join("linkdesk.db"), &random()).unwrap();
    let store = SqliteStore::new(database, Arc::clone(&vaults));
    let secret = Secret::new("client secret");
    store
        .save_client(&provider(), "{}", SecretUpdate::Set(&secret))
        .unwrap();
    (store, vaults)
}
