//! Copies of everything and putting them back: all or nothing, nothing over anything, nobody lost.
//!
//! Knows nothing of faces.

use super::*;
use crate::store::Restored;
use crate::vault::PASSPHRASE_FILE;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn copy(folder: &Path) -> PathBuf {
    folder.join("copy")
}

fn newer(account: &Account) -> Account {
    let mut newer = account.clone();
    newer.generation += 1;
    newer
}

/// A store with two accounts, and a copy of it.
fn backed_up(folder: &Path, vault: &Arc<dyn Vault>) -> SqliteStore {
    let store = open(folder, vault);
    link(&store, &account("one"));
    link(&store, &account("two"));
    store.back_up(&copy(folder), at(0)).unwrap();
    store
}

#[test]
fn what_was_backed_up_comes_back_and_says_so() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = open_vault();
    let store = backed_up(folder.path(), &vault);
    let installation = store.installation.clone();
    let new = open(elsewhere.path(), &vault);
    let restored = new.restore(&copy(folder.path()), at(60)).unwrap();
    assert_eq!(
        restored,
        Restored {
            accounts: 2,
            kept: 0,
            kept_as: None
        }
    );
    drop(new);
    let new = open(elsewhere.path(), &vault);
    assert_eq!(new.installation, installation, "or the key is not found");
    let contents = new.load().unwrap();
    for id in ["one", "two"] {
        let mut expected = account(id);
        expected.restored_at = Some(at(60));
        assert!(contents.accounts.contains(&expected), "{id}");
        assert_eq!(new.tokens(&expected.id).unwrap(), token_set("0"));
        let told = &contents.history[&expected.id][0];
        assert_eq!(
            (told.at, told.what.as_str()),
            (at(60), "Restored from a backup")
        );
    }
}

#[test]
fn a_backup_is_written_over_nothing_and_read_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = backed_up(folder.path(), &open_vault());
    let before = fs::read(copy(folder.path())).unwrap();
    let again = store.back_up(&copy(folder.path()), at(1));
    assert!(
        matches!(again, Err(Error::BackupExists { .. })),
        "{again:?}"
    );
    assert!(fs::read(copy(folder.path())).unwrap() == before);
    let nowhere = store.back_up(&folder.path().join("no").join("folder"), at(1));
    assert!(matches!(nowhere, Err(Error::Io { .. })), "{nowhere:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(copy(folder.path()))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["copy", "data"], "nothing half made");
    assert!(!folder_holds(folder.path(), CANARY.as_bytes()));
}

#[test]
fn accounts_that_are_newer_here_or_here_only_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = backed_up(folder.path(), &open_vault());
    let one = newer(&account("one"));
    store
        .save_tokens(&one, &token_set("1"), &line("Refreshed"))
        .unwrap();
    link(&store, &account("three"));
    store.forget_account(&account("two").id).unwrap();
    let restored = store.restore(&copy(folder.path()), at(60)).unwrap();
    assert_eq!((restored.accounts, restored.kept), (1, 2));
    // The same store goes on with the new file.
    let contents = store.load().unwrap();
    assert!(contents.accounts.contains(&one));
    assert!(contents.accounts.contains(&account("three")));
    assert_eq!(store.tokens(&one.id).unwrap(), token_set("1"));
    assert_eq!(contents.history[&one.id][0], line("Refreshed"));
    let two = contents.accounts.iter().find(|it| it.id.as_str() == "two");
    assert_eq!(two.unwrap().restored_at, Some(at(60)));
    let kept_as = restored.kept_as.unwrap();
    let (before, _) = Database::open(&kept_as, &random()).unwrap();
    let before = SqliteStore::new(before, open_vault()).load().unwrap();
    assert_eq!(before.accounts.len(), 2, "what was here is kept aside");
}

#[test]
fn another_window_goes_on_with_what_was_restored() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let store = backed_up(folder.path(), &vault);
    let window = open(folder.path(), &vault);
    let before = window.data_version().unwrap();
    store.restore(&copy(folder.path()), at(60)).unwrap();
    assert_ne!(window.data_version().unwrap(), before, "it notices");
    let one = newer(&window.load().unwrap().accounts[0]);
    window
        .save_tokens(&one, &token_set("1"), &line("Refreshed"))
        .unwrap();
    assert_eq!(store.tokens(&one.id).unwrap(), token_set("1"));
}

#[test]
fn a_window_of_another_installation_writes_nothing_more() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = open_vault();
    backed_up(folder.path(), &vault);
    let window = open(other.path(), &vault);
    link(&window, &account("mine"));
    let script = open(other.path(), &vault);
    script.restore(&copy(folder.path()), at(60)).unwrap();
    let mut mine = account("mine");
    mine.label = "Changed".to_owned();
    let outcome = window.save_account(&mine, None);
    assert!(matches!(outcome, Err(Error::Replaced(_))), "{outcome:?}");
}

#[test]
fn what_is_no_sound_backup_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = backed_up(folder.path(), &open_vault());
    let whole = fs::read(copy(folder.path())).unwrap();
    let present = || fs::read(file(folder.path())).unwrap();
    let before = present();
    let mut damaged = whole.clone();
    damaged[4096..8192].fill(0x5a);
    let cases = [
        Vec::new(),
        b"a text".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        damaged,
    ];
    for (number, bytes) in cases.iter().enumerate() {
        fs::write(copy(folder.path()), bytes).unwrap();
        let outcome = store.restore(&copy(folder.path()), at(60));
        assert!(
            matches!(outcome, Err(Error::NoBackup { .. })),
            "case {number}: {outcome:?}"
        );
        assert!(present() == before, "case {number}");
    }
    fs::write(copy(folder.path()), &whole).unwrap();
    Connection::open(copy(folder.path()))
        .unwrap()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    let newer = store.restore(&copy(folder.path()), at(60));
    assert!(
        matches!(newer, Err(Error::Newer { found: 99 })),
        "{newer:?}"
    );
    fs::remove_file(copy(folder.path())).unwrap();
    let gone = store.restore(&copy(folder.path()), at(60));
    assert!(matches!(gone, Err(Error::Io { .. })), "{gone:?}");
    assert!(present() == before);
    assert_eq!(store.load().unwrap().accounts.len(), 2);
}

#[test]
fn a_wrapped_key_goes_along_and_the_one_that_was_here_is_kept_aside() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = open_vault();
    let store = open(folder.path(), &vault);
    link(&store, &account("one"));
    fs::write(store.folder.join(PASSPHRASE_FILE), "wrapped").unwrap();
    store.back_up(&copy(folder.path()), at(0)).unwrap();
    let new = open(other.path(), &vault);
    let place = new.folder.join(PASSPHRASE_FILE);
    fs::write(&place, "another").unwrap();
    new.restore(&copy(folder.path()), at(60)).unwrap();
    drop(new);
    drop(open(other.path(), &vault));
    assert_eq!(fs::read_to_string(&place).unwrap(), "wrapped");
    let aside = place.with_file_name(format!("{PASSPHRASE_FILE}.before-restore-1"));
    assert_eq!(fs::read_to_string(aside).unwrap(), "another");
    let left: i64 = raw(other.path())
        .query_row("SELECT count(*) FROM meta", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 1, "no more than the installation's name");
}
