//! What can be read without the key, what is left behind, and which key belongs to what.
//!
//! Knows nothing of how a key is kept.

use super::*;
use crate::vault::KeyId;

/// A vault for one session that says it is of another kind.
#[derive(Debug)]
pub(super) struct Posing(Session, Kind);

impl Posing {
    pub(super) fn open_as(kind: Kind) -> Arc<dyn Vault> {
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
fn only_what_was_sealed_for_a_session_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    for (name, kind) in [("one", Kind::Session), ("two", Kind::Keychain)] {
        let store = open(folder.path(), &Posing::open_as(kind));
        let account = account(name);
        store
            .save_tokens(&account, &token_set(name), &line("Linked"))
            .unwrap();
    }
    let store = open(folder.path(), &Posing::open_as(Kind::Passphrase));
    let over = store.tokens(&account("one").id);
    assert!(matches!(over, Err(Error::SessionOver)), "{over:?}");
    let elsewhere = store.tokens(&account("two").id);
    assert!(
        matches!(elsewhere, Err(Error::Vault(vault::Error::OtherKey))),
        "{elsewhere:?}"
    );
}
