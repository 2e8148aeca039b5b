//! Right, wrong and damaged: what a passphrase opens and what it doesn't.
//!
//! Runs with the lowest cost there is, but for the one test of the cost.

use std::fs;

use super::*;
use crate::vault::random::tests::counting;

fn vault(folder: &Path) -> Passphrase {
    Passphrase::cheap(folder, counting())
}

fn set_up(folder: &Path) -> Passphrase {
    let vault = vault(folder);
    vault.unlock(&Secret::new("correct horse")).unwrap();
    vault
}

#[test]
fn the_passphrase_that_was_set_opens_what_was_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let first = vault(folder.path());
    assert!(first.wants_new_passphrase());
    assert!(matches!(first.open(None), Err(Error::PassphraseNeeded)));
    first.unlock(&Secret::new("correct horse")).unwrap();
    assert!(!first.wants_new_passphrase());
    let sealed = first.seal(b"token", b"row").unwrap();

    let later = vault(folder.path());
    assert!(!later.wants_new_passphrase());
    assert!(matches!(
        later.unseal(&sealed, b"row"),
        Err(Error::PassphraseNeeded)
    ));
    later.unlock(&Secret::new("correct horse")).unwrap();
    assert_eq!(later.key_id(), first.key_id());
    assert_eq!(*later.unseal(&sealed, b"row").unwrap(), b"token");
}

#[test]
fn a_wrong_passphrase_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let before = fs::read(folder.path().join(FILE)).unwrap();
    let later = vault(folder.path());
    for wrong in ["correct hors", "Correct horse", "correct horse "] {
        let outcome = later.unlock(&Secret::new(wrong));
        assert!(
            matches!(outcome, Err(Error::WrongPassphrase)),
            "{outcome:?}"
        );
    }
    assert_eq!(later.key_id(), None);
    assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), before);
}

#[test]
fn an_empty_passphrase_sets_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = vault(folder.path()).unlock(&Secret::default());
    assert!(matches!(outcome, Err(Error::PassphraseNeeded)));
    assert!(!folder.path().join(FILE).exists());
}

#[test]
fn damage_is_never_taken_for_a_wrong_passphrase_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let path = folder.path().join(FILE);
    let whole = fs::read(&path).unwrap();
    let mut damaged: Vec<Vec<u8>> = vec![Vec::new(), b"{}".to_vec(), vec![0; 300]];
    damaged.push(whole[..whole.len() / 2].to_vec());
    for (place, byte) in whole.iter().enumerate() {
        // White space may change without harm.
        if byte.is_ascii_alphanumeric() {
            let mut bytes = whole.clone();
            bytes[place] = if *byte == b'7' { b'8' } else { b'7' };
            damaged.push(bytes);
        }
    }
    for bytes in damaged {
        fs::write(&path, &bytes).unwrap();
        let outcome = vault(folder.path()).unlock(&Secret::new("correct horse"));
        let shown = String::from_utf8_lossy(&bytes);
        let is_told = match outcome {
            Err(Error::Newer) => shown.contains("\"version\": 7"),
            Err(Error::Damaged) => true,
            _ => false,
        };
        assert!(is_told, "{outcome:?} of {shown}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_file_that_is_gone_is_told_when_its_key_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let id = set_up(folder.path()).key_id();
    let later = vault(folder.path());
    let there = later.open(id.as_ref());
    assert!(matches!(there, Err(Error::PassphraseNeeded)), "{there:?}");
    fs::remove_file(folder.path().join(FILE)).unwrap();
    let gone = later.open(id.as_ref());
    assert!(matches!(gone, Err(Error::KeyMissing)), "{gone:?}");
}

#[test]
fn another_key_is_told_before_a_passphrase_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let other = KeyId::new("0123456789abcdef").unwrap();
    let outcome = vault(folder.path()).open(Some(&other));
    assert!(matches!(outcome, Err(Error::OtherKey)), "{outcome:?}");
}

#[test]
fn two_programs_that_set_a_passphrase_at_once_end_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let ids: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| set_up(folder.path()).key_id()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(ids[0].is_some());
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file_and_a_symbolic_link_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let path = folder.path().join(FILE);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let outcome = vault(folder.path()).unlock(&Secret::new("correct horse"));
    assert!(
        matches!(&outcome, Err(Error::Io { path: told, .. }) if *told == path),
        "{outcome:?}"
    );
}

#[test]
fn neither_the_passphrase_nor_the_key_is_in_the_file() {
    use base64::Engine as _;
    let folder = tempfile::tempdir().unwrap();
    let vault = set_up(folder.path());
    let key = vault.held.get().unwrap();
    let written = fs::read_to_string(folder.path().join(FILE)).unwrap();
    let encoded = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(key.bytes());
    assert!(written.contains(key.id().as_str()));
    assert!(!written.contains("correct horse"));
    for part in encoded.as_bytes().windows(12) {
        assert!(!written.contains(str::from_utf8(part).unwrap()));
    }
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn whoever_tries_passphrases_pays_64_mib_and_three_passes_each() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Passphrase::new(folder.path(), counting());
    vault.unlock(&Secret::new("correct horse")).unwrap();
    let written = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(written.contains("\"memory_kib\": 65536"), "{written}");
    assert!(written.contains("\"passes\": 3"), "{written}");
    let later = Passphrase::new(folder.path(), counting());
    later.unlock(&Secret::new("correct horse")).unwrap();
    assert_eq!(later.key_id(), vault.key_id());
}
