//! The vault against a real key store: gnome-keyring on a message bus of its own, in a home folder of its own.
//!
//! Every test starts itself once more inside such a session; nothing of the person's own key store is touched.
//! Needs the packages `dbus`, `gnome-keyring` and `libsecret-tools`.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where something is not as it should be"
)]

mod rough;
mod session;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use linkdesk::vault::{Error, Keychain, Random, Vault as _};

use self::session::*;

#[test]
fn a_key_that_was_made_is_found_again() {
    on_a_bus("a_key_that_was_made_is_found_again", |folder| {
        let _daemon = Daemon::unlocked();
        let first = keychain(folder);
        assert_eq!(first.key_id(), None);
        first.open(None).unwrap();
        let sealed = first.seal(b"token", b"row").unwrap();
        let later = keychain(folder);
        later.open(first.key_id().as_ref()).unwrap();
        assert_eq!(*later.unseal(&sealed, b"row").unwrap(), b"token");
        assert_eq!(entries(), 1);
    });
}

#[test]
fn a_probe_leaves_nothing_behind() {
    on_a_bus("a_probe_leaves_nothing_behind", |folder| {
        let _daemon = Daemon::unlocked();
        keychain(folder).probe().unwrap();
        assert_eq!(entries(), 0);
        let vault = keychain(folder);
        vault.open(None).unwrap();
        vault.probe().unwrap();
        assert_eq!(entries(), 1);
    });
}

#[test]
fn without_a_bus_the_key_store_is_absent() {
    apart(
        "without_a_bus_the_key_store_is_absent",
        &["env"],
        |folder| {
            for outcome in [keychain(folder).open(None), keychain(folder).probe()] {
                assert!(matches!(outcome, Err(Error::Absent(_))), "{outcome:?}");
            }
        },
    );
}

#[test]
fn a_key_store_that_comes_up_later_or_anew_is_found() {
    on_a_bus(
        "a_key_store_that_comes_up_later_or_anew_is_found",
        |folder| {
            let vault = keychain(folder);
            let before = vault.open(None);
            assert!(matches!(before, Err(Error::Absent(_))), "{before:?}");
            let daemon = Daemon::unlocked();
            vault.open(None).unwrap();
            drop(daemon);
            let between = vault.probe();
            assert!(matches!(between, Err(Error::Absent(_))), "{between:?}");
            let _daemon = Daemon::unlocked();
            vault.probe().unwrap();
            keychain(folder).open(vault.key_id().as_ref()).unwrap();
        },
    );
}

#[test]
fn a_key_store_without_a_default_collection_is_told() {
    on_a_bus(
        "a_key_store_without_a_default_collection_is_told",
        |folder| {
            let _daemon = Daemon::without_collection();
            for outcome in [keychain(folder).open(None), keychain(folder).probe()] {
                assert!(
                    matches!(outcome, Err(Error::NoCollection(_))),
                    "{outcome:?}"
                );
            }
        },
    );
}

#[test]
fn a_locked_key_store_is_told_and_gets_no_second_key() {
    on_a_bus(
        "a_locked_key_store_is_told_and_gets_no_second_key",
        |folder| {
            let _daemon = Daemon::unlocked();
            let vault = keychain(folder);
            vault.open(None).unwrap();
            let id = vault.key_id();
            lock_the_key_store();
            for outcome in [
                keychain(folder).open(id.as_ref()),
                keychain(folder).open(None),
                keychain(folder).probe(),
                Keychain::new("another", folder, Random::new(|_| Ok(()))).open(None),
                Keychain::new("another", folder, Random::new(|_| Ok(()))).open(id.as_ref()),
            ] {
                assert!(matches!(outcome, Err(Error::Locked(_))), "{outcome:?}");
            }
            // What is open stays open.
            let sealed = vault.seal(b"token", b"row").unwrap();
            assert_eq!(*vault.unseal(&sealed, b"row").unwrap(), b"token");
        },
    );
}

#[test]
fn a_frozen_key_store_is_given_up_in_time_and_used_once_it_thaws() {
    let name = "a_frozen_key_store_is_given_up_in_time_and_used_once_it_thaws";
    on_a_bus(name, |folder| {
        let daemon = Daemon::unlocked();
        let first = keychain(folder);
        first.open(None).unwrap();
        daemon.signal("-STOP");
        let vault = keychain(folder).with_deadline(Duration::from_millis(300));
        for outcome in [vault.open(None), vault.probe()] {
            assert!(matches!(outcome, Err(Error::NotAnswering)), "{outcome:?}");
        }
        daemon.signal("-CONT");
        // The call that was given up may still need a moment.
        let mut outcome = vault.open(first.key_id().as_ref());
        while matches!(outcome, Err(Error::NotAnswering)) {
            outcome = vault.open(first.key_id().as_ref());
        }
        outcome.unwrap();
        assert_eq!(vault.key_id(), first.key_id());
    });
}

#[test]
fn a_key_that_is_gone_is_told_and_no_new_one_made_unasked() {
    let name = "a_key_that_is_gone_is_told_and_no_new_one_made_unasked";
    on_a_bus(name, |folder| {
        let _daemon = Daemon::unlocked();
        let first = keychain(folder);
        first.open(None).unwrap();
        succeed(Command::new("secret-tool").args(["clear", "service", "linkdesk"]));
        let later = keychain(folder);
        let gone = later.open(first.key_id().as_ref());
        assert!(matches!(gone, Err(Error::KeyMissing)), "{gone:?}");
        assert_eq!((later.key_id(), entries()), (None, 0));
        later.open(None).unwrap();
        assert_ne!(later.key_id(), first.key_id());
        let other = keychain(folder).open(first.key_id().as_ref());
        assert!(matches!(other, Err(Error::KeyMissing)), "{other:?}");
    });
}

#[test]
fn what_is_not_a_key_is_told_and_left_alone() {
    on_a_bus("what_is_not_a_key_is_told_and_left_alone", |folder| {
        let _daemon = Daemon::unlocked();
        for text in ["", "hunter2", "linkdesk-key/1 AAAA", "linkdesk-key/2 x y"] {
            plant(text, &[]);
            let outcome = keychain(folder).open(None);
            let is_told = match outcome {
                Err(Error::Newer) => text.starts_with("linkdesk-key/2"),
                Err(Error::Damaged) => !text.starts_with("linkdesk-key/2"),
                _ => false,
            };
            assert!(is_told, "{outcome:?}");
            assert_eq!(planted(), text);
        }
    });
}

#[test]
fn among_duplicates_the_expected_key_is_taken_and_none_is_guessed() {
    let name = "among_duplicates_the_expected_key_is_taken_and_none_is_guessed";
    on_a_bus(name, |folder| {
        let _daemon = Daemon::unlocked();
        let one = keychain(folder);
        one.open(None).unwrap();
        let text = planted();
        plant(&text, &["copy", "1"]);
        assert_eq!(entries(), 2);
        keychain(folder).open(None).unwrap();
        succeed(Command::new("secret-tool").args(["clear", "service", "linkdesk"]));
        let other = keychain(folder);
        other.open(None).unwrap();
        plant(&text, &["copy", "1"]);
        for id in [one.key_id(), other.key_id()] {
            let vault = keychain(folder);
            vault.open(id.as_ref()).unwrap();
            assert_eq!(vault.key_id(), id);
        }
        let guess = keychain(folder).open(None);
        assert!(matches!(guess, Err(Error::Ambiguous)), "{guess:?}");
        assert_eq!(entries(), 2);
    });
}

#[test]
fn programs_that_make_the_key_at_once_end_with_one_key() {
    on_a_bus(
        "programs_that_make_the_key_at_once_end_with_one_key",
        |folder| {
            let _daemon = Daemon::unlocked();
            let ids: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            let vault = keychain(folder).with_deadline(Duration::from_mins(1));
                            vault.open(None).unwrap();
                            vault.key_id().unwrap()
                        })
                    })
                    .collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect()
            });
            assert_eq!(entries(), 1);
            for id in &ids {
                keychain(folder).open(Some(id)).unwrap();
            }
        },
    );
}

#[test]
fn a_careless_umask_opens_nothing_to_others() {
    use std::os::unix::fs::PermissionsExt as _;

    use linkdesk::secret::Secret;
    use linkdesk::store::Database;
    use linkdesk::vault::Passphrase;

    let start = "umask 000; exec \"$0\" \"$@\"";
    let name = "a_careless_umask_opens_nothing_to_others";
    apart(name, &["sh", "-c", start], |folder| {
        let random = || Random::new(|bytes| Ok(getrandom::fill(bytes)?));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let canary = folder.join("canary");
        fs::write(&canary, "").unwrap();
        assert_eq!(mode(&canary), 0o666, "guard: the umask is careless");
        let data = folder.join("data");
        let (database, _) = Database::open(&data.join("linkdesk.db"), &random()).unwrap();
        drop(database);
        let vault = Passphrase::new(&data, random());
        vault.unlock(&Secret::new("a passphrase")).unwrap();
        assert_eq!(mode(&data), 0o700);
        let files: Vec<_> = fs::read_dir(&data).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 4, "{files:?}");
        for entry in files {
            assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        }
    });
}
