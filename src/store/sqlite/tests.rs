//! What the store promises: all or nothing, nothing readable, nothing lost.
//!
//! Runs on real files with a vault for one session.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::account::{AccessFacts, Binding, ExpirySource, Identity, Obtained, RefreshFacts};
use crate::store::Notice;
use crate::vault::{self, Kind, Random, Session};

const CANARY: &str = "canary-3f81c6";

fn random() -> Random {
    Random::new(|bytes| Ok(getrandom::fill(bytes)?))
}

fn open_vault() -> Arc<dyn Vault> {
    let session = Session::new(random());
    session.open(None).unwrap();
    Arc::new(session)
}

fn file(folder: &Path) -> PathBuf {
    folder.join("data").join("linkdesk.db")
}

fn open(folder: &Path, vault: &Arc<dyn Vault>) -> SqliteStore {
    let (database, notices) = Database::open(&file(folder), &random()).unwrap();
    assert_eq!(notices, []);
    SqliteStore::new(database, Arc::clone(vault))
}

fn account(id: &str) -> Account {
    Account {
        id: AccountId::new(id).unwrap(),
        provider: ProviderId::new("example").unwrap(),
        label: format!("Label of {id}"),
        identity: Identity::default(),
        access: AccessFacts {
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            expiry_source: ExpirySource::None,
            renews_on_use: false,
            token_type: "Bearer".to_owned(),
            scopes: Vec::new(),
            fingerprint: "00000000".to_owned(),
            form: String::new(),
        },
        refresh: RefreshFacts::default(),
        ended: None,
        outcome_unknown_since: None,
        linked_at: Timestamp::UNIX_EPOCH,
        last_refreshed_at: None,
        last_proved_at: None,
        generation: 1,
        bound_to: Binding::default(),
        obtained: Obtained::default(),
        worked: BTreeMap::new(),
        trading: None,
        exchanges: Vec::new(),
    }
}

fn token_set(text: &str) -> TokenSet {
    TokenSet {
        access_token: Secret::new(format!("{CANARY}-access-{text}")),
        refresh_token: Some(Secret::new(format!("{CANARY}-refresh-{text}"))),
        previous_refresh_token: None,
        hints: BTreeMap::new(),
    }
}

fn line(what: &str) -> HistoryLine {
    HistoryLine {
        at: Timestamp::UNIX_EPOCH,
        what: what.to_owned(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn folder_holds(folder: &Path, text: &[u8]) -> bool {
    files(folder).iter().any(|path| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(text.len()).any(|part| part == text)
    })
}

/// How many lines of history there are, past the door.
fn raw(folder: &Path) -> Connection {
    Connection::open(file(folder)).unwrap()
}

#[test]
fn what_was_saved_is_there_after_the_file_was_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let (one, two) = (account("two"), account("one"));
    let first = open(folder.path(), &vault);
    first
        .save_tokens(&one, &token_set("1"), &line("Linked"))
        .unwrap();
    first.save_account(&two, None).unwrap();
    first.save_account(&one, Some(&line("Proved"))).unwrap();
    drop(first);

    let later = open(folder.path(), &vault);
    let contents = later.load().unwrap();
    assert_eq!(contents.accounts, [one.clone(), two.clone()]);
    let history: Vec<&str> = contents.history[&one.id]
        .iter()
        .map(|line| line.what.as_str())
        .collect();
    assert_eq!(history, ["Proved", "Linked"]);
    assert_eq!(
        contents.sealed_accounts,
        BTreeMap::from([(one.id.clone(), vault.key_id().unwrap())])
    );
    assert_eq!(later.tokens(&one.id).unwrap(), token_set("1"));
    let none = later.tokens(&two.id);
    assert!(matches!(none, Err(Error::Missing)), "{none:?}");
}

#[test]
fn the_installation_keeps_its_name_and_two_installations_differ() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let name = |folder: &Path| {
        let (database, _) = Database::open(&file(folder), &random()).unwrap();
        database.installation().to_owned()
    };
    let first = name(one.path());
    assert_eq!(first.len(), 32);
    assert_eq!(name(one.path()), first);
    assert_ne!(name(other.path()), first);
}

#[test]
fn nothing_secret_is_readable_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let account = account("one");
    store
        .save_tokens(&account, &token_set("1"), &line("Linked"))
        .unwrap();
    let provider = ProviderId::new("example").unwrap();
    let secret = Secret::new(format!("{CANARY}-secret"));
    store
        .save_client(&provider, "{}", SecretUpdate::Set(&secret))
        .unwrap();
    assert!(folder_holds(folder.path(), b"Label of one"), "guard");
    assert!(!folder_holds(folder.path(), CANARY.as_bytes()));
    // The journal of a transaction under way holds pages as they were.
    let raw = raw(folder.path());
    raw.execute_batch("BEGIN IMMEDIATE; DELETE FROM sealed;")
        .unwrap();
    raw.cache_flush().unwrap();
    assert!(files(folder.path()).len() > 2, "guard: there is a journal");
    assert!(!folder_holds(folder.path(), CANARY.as_bytes()));
}

#[test]
fn an_account_its_tokens_and_its_history_change_together_or_not_at_all() {
    for table in ["accounts", "sealed", "history"] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), &open_vault());
        let before = account("one");
        store
            .save_tokens(&before, &token_set("old"), &line("Linked"))
            .unwrap();
        for moment in ["INSERT", "UPDATE"] {
            raw(folder.path())
                .execute_batch(&format!(
                    "CREATE TRIGGER no_{moment} BEFORE {moment} ON {table}
                     BEGIN SELECT RAISE(ABORT, 'on purpose'); END;"
                ))
                .unwrap();
        }
        let mut after = before.clone();
        after.generation = 2;
        after.label = "New".to_owned();
        let outcome = store.save_tokens(&after, &token_set("new"), &line("Refreshed"));
        assert!(matches!(outcome, Err(Error::Failed(_))), "{outcome:?}");
        let contents = store.load().unwrap();
        assert_eq!(contents.accounts, std::slice::from_ref(&before), "{table}");
        assert_eq!(contents.history[&before.id], [line("Linked")], "{table}");
        assert_eq!(store.tokens(&before.id).unwrap(), token_set("old"));
    }
}

#[test]
fn a_closed_vault_saves_nothing_and_everything_else_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let before = account("one");
    let store = open(folder.path(), &open_vault());
    store
        .save_tokens(&before, &token_set("old"), &line("Linked"))
        .unwrap();

    let closed: Arc<dyn Vault> = Arc::new(Session::new(random()));
    let store = open(folder.path(), &closed);
    let mut after = before.clone();
    after.generation = 2;
    let outcome = store.save_tokens(&after, &token_set("new"), &line("Refreshed"));
    assert!(
        matches!(outcome, Err(Error::Vault(vault::Error::Closed))),
        "{outcome:?}"
    );
    let outcome = store.tokens(&before.id);
    assert!(
        matches!(outcome, Err(Error::Vault(vault::Error::Closed))),
        "{outcome:?}"
    );
    let contents = store.load().unwrap();
    assert_eq!(contents.accounts, std::slice::from_ref(&before));
    assert_eq!(contents.history[&before.id], [line("Linked")]);
    after.label = "Renamed".to_owned();
    store.save_account(&after, None).unwrap();
    assert_eq!(store.load().unwrap().accounts, [after]);
}

#[test]
fn sealed_bytes_put_into_another_row_do_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    for id in ["one", "two"] {
        store
            .save_tokens(&account(id), &token_set(id), &line("Linked"))
            .unwrap();
    }
    raw(folder.path())
        .execute_batch(
            "UPDATE sealed SET bytes = (SELECT bytes FROM sealed WHERE what LIKE '%/one')
             WHERE what LIKE '%/two'",
        )
        .unwrap();
    let outcome = store.tokens(&AccountId::new("two").unwrap());
    assert!(
        matches!(outcome, Err(Error::Vault(vault::Error::NotSealedHere))),
        "{outcome:?}"
    );
    assert!(store.tokens(&AccountId::new("one").unwrap()).is_ok());
}

#[test]
fn a_forgotten_account_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let account = account("one");
    store
        .save_tokens(&account, &token_set("1"), &line("Linked with a story"))
        .unwrap();
    let sealed: Vec<u8> = raw(folder.path())
        .query_row("SELECT bytes FROM sealed", [], |row| row.get(0))
        .unwrap();
    assert!(folder_holds(folder.path(), &sealed[..40]), "guard");
    store.forget_account(&account.id).unwrap();
    assert_eq!(store.load().unwrap(), Contents::default());
    for text in [&sealed[..40], b"Label of one", b"with a story"] {
        assert!(!folder_holds(folder.path(), text));
    }
    store.forget_account(&account.id).unwrap();
}

#[test]
fn replaced_tokens_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let account = account("one");
    let save = |text: &str| {
        store
            .save_tokens(&account, &token_set(text), &line("Refreshed"))
            .unwrap();
        raw(folder.path())
            .query_row("SELECT bytes FROM sealed", [], |row| {
                row.get::<_, Vec<u8>>(0)
            })
            .unwrap()
    };
    let old = save("1");
    let new = save("2");
    assert!(folder_holds(folder.path(), &new[..40]), "guard");
    assert!(!folder_holds(folder.path(), &old[..40]));
}

#[test]
fn fifty_lines_of_history_are_kept_per_account_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let (one, two) = (account("one"), account("two"));
    store.save_account(&two, Some(&line("Only"))).unwrap();
    for number in 0..60 {
        store
            .save_account(&one, Some(&line(&number.to_string())))
            .unwrap();
    }
    let history = store.load().unwrap().history;
    assert_eq!(history[&one.id].len(), 50);
    assert_eq!(history[&one.id][0].what, "59");
    assert_eq!(history[&one.id][49].what, "10");
    assert_eq!(history[&two.id], [line("Only")]);
}

#[test]
fn an_older_generation_never_replaces_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let (window, script) = (open(folder.path(), &vault), open(folder.path(), &vault));
    let old = account("one");
    window
        .save_tokens(&old, &token_set("1"), &line("Linked"))
        .unwrap();
    let mut new = old.clone();
    new.generation = 2;
    script
        .save_tokens(&new, &token_set("2"), &line("Refreshed"))
        .unwrap();
    let tokens = window.save_tokens(&old, &token_set("stale"), &line("Refreshed"));
    assert!(matches!(tokens, Err(Error::Overtaken)), "{tokens:?}");
    let facts = window.save_account(&old, None);
    assert!(matches!(facts, Err(Error::Overtaken)), "{facts:?}");
    assert_eq!(window.tokens(&old.id).unwrap(), token_set("2"));
    assert_eq!(window.load().unwrap().accounts, [new]);
}

#[test]
fn what_one_program_writes_the_other_notices() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let (window, script) = (open(folder.path(), &vault), open(folder.path(), &vault));
    let before = window.data_version().unwrap();
    assert_eq!(window.data_version().unwrap(), before);
    script.save_account(&account("one"), None).unwrap();
    let after = window.data_version().unwrap();
    assert_ne!(after, before);
    assert_eq!(window.load().unwrap().accounts.len(), 1);
    window.save_account(&account("two"), None).unwrap();
    assert_eq!(window.data_version().unwrap(), after, "our own writes");
    assert_eq!(script.load().unwrap().accounts.len(), 2);
}

#[test]
fn two_programs_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let store = open(folder.path(), &vault);
            scope.spawn(move || {
                for number in 0..20 {
                    let account = account(&format!("{writer}-{number}"));
                    store
                        .save_tokens(&account, &token_set("1"), &line("Linked"))
                        .unwrap();
                }
            });
        }
    });
    let contents = open(folder.path(), &vault).load().unwrap();
    assert_eq!(contents.accounts.len(), 40);
    assert_eq!(contents.sealed_accounts.len(), 40);
}

#[test]
fn a_row_that_can_not_be_read_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    for id in ["one", "two", "three"] {
        store
            .save_tokens(&account(id), &token_set(id), &line("Linked"))
            .unwrap();
    }
    raw(folder.path())
        .execute_batch(
            "UPDATE accounts SET facts = '{\"of\": \"another version\"}' WHERE id = 'two';
             UPDATE accounts SET facts = (SELECT facts FROM accounts WHERE id = 'one')
             WHERE id = 'three'",
        )
        .unwrap();
    let contents = store.load().unwrap();
    assert_eq!(contents.accounts, [account("one")]);
    assert_eq!(contents.unreadable, ["two", "three"]);
    assert_eq!(contents.sealed_accounts.len(), 3);
    let kept: i64 = raw(folder.path())
        .query_row("SELECT count(*) FROM accounts", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 3);
}

#[test]
fn a_client_secret_is_kept_replaced_and_removed_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let provider = ProviderId::new("example").unwrap();
    let stored = |store: &SqliteStore| {
        let mut clients = store.load().unwrap().clients;
        let client = clients.pop().unwrap();
        (
            client.settings_json,
            client.has_secret,
            store.client_secret(&provider).unwrap(),
        )
    };
    assert_eq!(store.client_secret(&provider).unwrap(), None);
    let save = |settings: &str, secret: SecretUpdate<'_>| {
        store.save_client(&provider, settings, secret).unwrap();
    };
    save("1", SecretUpdate::Keep);
    assert_eq!(stored(&store), ("1".to_owned(), false, None));
    let (one, two) = (Secret::new("one"), Secret::new("two"));
    save("2", SecretUpdate::Set(&one));
    save("3", SecretUpdate::Keep);
    assert_eq!(stored(&store), ("3".to_owned(), true, Some(one)));
    save("4", SecretUpdate::Set(&two));
    assert_eq!(stored(&store), ("4".to_owned(), true, Some(two)));
    save("5", SecretUpdate::Remove);
    assert_eq!(stored(&store), ("5".to_owned(), false, None));
}

/// A vault for one session that says it is of another kind.
#[derive(Debug)]
struct Posing(Session, Kind);

impl Posing {
    fn open_as(kind: Kind) -> Arc<dyn Vault> {
        let session = Session::new(random());
        session.open(None).unwrap();
        Arc::new(Self(session, kind))
    }
}

impl Vault for Posing {
    fn kind(&self) -> Kind {
        self.1
    }
    fn open(&self, expected: Option<&KeyId>) -> Result<(), vault::Error> {
        self.0.open(expected)
    }
    fn unlock(&self, passphrase: &Secret) -> Result<(), vault::Error> {
        self.0.unlock(passphrase)
    }
    fn probe(&self) -> Result<(), vault::Error> {
        self.0.probe()
    }
    fn key_id(&self) -> Option<KeyId> {
        self.0.key_id()
    }
    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, vault::Error> {
        self.0.seal(plain, associated)
    }
    fn unseal(&self, sealed: &Sealed, to: &[u8]) -> Result<Zeroizing<Vec<u8>>, vault::Error> {
        self.0.unseal(sealed, to)
    }
    fn fingerprint(&self, text: &Secret) -> Result<String, vault::Error> {
        self.0.fingerprint(text)
    }
}

#[test]
fn each_kind_of_vault_is_expected_to_hold_the_key_it_sealed_with_last() {
    let folder = tempfile::tempdir().unwrap();
    let lost = Posing::open_as(Kind::Keychain);
    let made_since = Posing::open_as(Kind::Keychain);
    let passphrase = Posing::open_as(Kind::Passphrase);
    let session = Posing::open_as(Kind::Session);
    for (id, vault) in [
        ("a", &lost),
        ("b", &passphrase),
        ("c", &made_since),
        ("d", &session),
    ] {
        open(folder.path(), vault)
            .save_tokens(&account(id), &token_set(id), &line("Linked"))
            .unwrap();
    }
    let contents = open(folder.path(), &session).load().unwrap();
    let id = |vault: &Arc<dyn Vault>| vault.key_id().unwrap();
    assert_eq!(contents.expected_by(Kind::Keychain), Some(&id(&made_since)));
    assert_eq!(
        contents.expected_by(Kind::Passphrase),
        Some(&id(&passphrase))
    );
    assert_eq!(contents.expected_by(Kind::Session), None);
    assert_eq!(
        contents.sealed_with,
        [id(&made_since), id(&passphrase), id(&lost)]
    );
    let is_for_one_session = |name| contents.is_for_one_session(&AccountId::new(name).unwrap());
    assert!(is_for_one_session("d"));
    assert!(!is_for_one_session("a"));
    // Saving the old account anew makes its key the expected one again.
    open(folder.path(), &lost)
        .save_tokens(&account("a"), &token_set("a"), &line("Refreshed"))
        .unwrap();
    let contents = open(folder.path(), &session).load().unwrap();
    assert_eq!(contents.expected_by(Kind::Keychain), Some(&id(&lost)));
}

#[test]
fn a_thousand_accounts_are_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let store = open(folder.path(), &vault);
    store
        .change(|transaction| {
            for number in 0..1_000 {
                let account = account(&format!("account-{number}"));
                write::account(transaction, &account)?;
                let what = tokens_of(&account.id);
                let sealed = store.seal(&what, &token_set("1").to_bytes())?;
                write::sealed(transaction, &what, Kind::Session, &sealed)?;
                for number in 0..50 {
                    write::history(transaction, &account.id, &line(&number.to_string()))?;
                }
            }
            Ok(())
        })
        .unwrap();
    let contents = store.load().unwrap();
    assert_eq!(contents.accounts.len(), 1_000);
    assert_eq!(contents.sealed_accounts.len(), 1_000);
    assert!(contents.history.values().all(|lines| lines.len() == 50));
}

#[test]
fn a_file_that_somebody_keeps_locked_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    store.lock().busy_timeout(Duration::from_millis(1)).unwrap();
    let raw = raw(folder.path());
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let outcome = store.save_account(&account("one"), None);
    assert!(matches!(outcome, Err(Error::Busy(_))), "{outcome:?}");
    raw.execute_batch("ROLLBACK").unwrap();
    store.save_account(&account("one"), None).unwrap();
}

#[test]
fn a_full_disk_is_told_and_what_was_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let mut account = account("one");
    store.save_account(&account, None).unwrap();
    let pages: i64 = raw(folder.path())
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    store
        .lock()
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .unwrap();
    let before = account.clone();
    account.label = "x".repeat(100_000);
    let outcome = store.save_account(&account, None);
    assert!(matches!(outcome, Err(Error::Full(_))), "{outcome:?}");
    assert_eq!(store.load().unwrap().accounts, [before]);
}

#[test]
fn a_damaged_file_is_told_while_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let path = file(folder.path());
    let length = fs::metadata(&path).unwrap().len();
    fs::write(&path, vec![0x5a; usize::try_from(length).unwrap()]).unwrap();
    let outcome = store.load();
    assert!(matches!(outcome, Err(Error::Damaged(_))), "{outcome:?}");
    drop(store);
    let (_, notices) = Database::open(&path, &random()).unwrap();
    assert!(matches!(
        notices.as_slice(),
        [Notice::DamagedKeptAside { .. }]
    ));
}
