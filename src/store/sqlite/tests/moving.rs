//! Moving everything that is sealed from one key to another: every direction, and what must not be lost on the way.

use std::path::Path;

use super::*;
use crate::store::Home;
use crate::vault::{Passphrase, Vaults};

const PROVIDER: &str = "example";

/// Vaults of every kind, of which one is in use; in place of the system's key store there is one that says it is.
fn vaults(folder: &Path, in_use: Kind) -> Arc<dyn Vault> {
    let of_kind = |kind| -> Arc<dyn Vault> {
        match kind {
            Kind::Passphrase => Arc::new(Passphrase::cheap(folder, random())),
            kind => traces::Posing::open_as(kind),
        }
    };
    let others = Kind::ALL.into_iter().filter(|kind| *kind != in_use);
    let vaults: Arc<dyn Vault> = Arc::new(Vaults::new(of_kind(in_use), others.map(of_kind)));
    for kind in Kind::ALL {
        let vault = vaults.of_kind(kind).unwrap();
        vault.unlock(&Secret::new("a passphrase")).unwrap();
    }
    vaults
}

fn provider() -> ProviderId {
    ProviderId::new(PROVIDER).unwrap()
}

/// Three accounts, a client secret and the certificate.
fn furnish(store: &SqliteStore) {
    for id in ["a", "b", "c"] {
        link(store, &account(id));
    }
    let secret = Secret::new("client secret");
    store
        .save_client(&provider(), "{}", SecretUpdate::Set(&secret))
        .unwrap();
    let facts = StoredCertificate {
        fingerprint: "AA".to_owned(),
        not_after: Timestamp::UNIX_EPOCH,
    };
    store.save_certificate(&facts, b"certificate").unwrap();
}

fn assert_all_is_readable(store: &SqliteStore) {
    for id in ["a", "b", "c"] {
        let tokens = store.tokens(&AccountId::new(id).unwrap()).unwrap();
        assert_eq!(tokens, token_set("0"));
    }
    let secret = store.client_secret(&provider()).unwrap();
    assert_eq!(secret, Some(Secret::new("client secret")));
    assert_eq!(&**store.certificate().unwrap().unwrap(), b"certificate");
}

fn sealed_rows(folder: &Path) -> Vec<(String, String, String, Vec<u8>)> {
    let connection = raw(folder);
    let mut statement = connection
        .prepare("SELECT what, vault, key_id, bytes FROM sealed ORDER BY what")
        .unwrap();
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_secret_moves_in_every_direction() {
    for from in Kind::ALL {
        for to in Kind::ALL.into_iter().filter(|to| *to != from) {
            let folder = tempfile::tempdir().unwrap();
            let vaults = vaults(folder.path(), from);
            let store = open(folder.path(), &vaults);
            furnish(&store);
            assert_eq!(store.move_to(to).unwrap(), 0);
            assert_eq!(vaults.kind(), to);
            assert_all_is_readable(&store);
            let new = vaults.key_id().unwrap();
            let rows = sealed_rows(folder.path());
            assert_eq!(rows.len(), 5);
            for (what, kind, key_id, _) in rows {
                assert_eq!(
                    (kind.as_str(), key_id.as_str()),
                    (to.as_str(), new.as_str()),
                    "{what}"
                );
            }
            let (database, _) = Database::open(&file(folder.path()), &random()).unwrap();
            assert_eq!(database.home().unwrap().kind(), Some(to));
        }
    }
}

#[test]
fn a_move_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let vaults = vaults(folder.path(), Kind::Keychain);
    let store = open(folder.path(), &vaults);
    furnish(&store);
    let before = sealed_rows(folder.path());
    let broken = [
        "CREATE TRIGGER broken BEFORE INSERT ON meta WHEN new.name = 'key_store' BEGIN SELECT RAISE(FAIL, 'no'); END",
        "CREATE TRIGGER broken BEFORE INSERT ON sealed WHEN new.what LIKE '%/c' BEGIN SELECT RAISE(FAIL, 'no'); END",
    ];
    for trigger in broken {
        raw(folder.path()).execute_batch(trigger).unwrap();
        assert!(store.move_to(Kind::Passphrase).is_err());
        assert_eq!(sealed_rows(folder.path()), before);
        assert_eq!(vaults.kind(), Kind::Keychain);
        raw(folder.path())
            .execute_batch("DROP TRIGGER broken")
            .unwrap();
        assert_all_is_readable(&store);
    }
    let closed = vaults.of_kind(Kind::Passphrase).unwrap();
    closed.lock();
    assert!(store.move_to(Kind::Passphrase).is_err());
    assert_eq!(sealed_rows(folder.path()), before);
}

#[test]
fn what_another_key_has_sealed_stays_as_it_is_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = vaults(folder.path(), Kind::Keychain);
    link(&open(folder.path(), &elsewhere), &account("lost"));
    let before = sealed_rows(folder.path());
    let vaults = vaults(folder.path(), Kind::Keychain);
    let store = open(folder.path(), &vaults);
    furnish(&store);
    assert_eq!(store.move_to(Kind::Session).unwrap(), 1);
    assert_all_is_readable(&store);
    assert!(sealed_rows(folder.path()).contains(&before[0]));
    assert_eq!(store.load().unwrap().accounts.len(), 4);
}

#[test]
fn what_is_known_of_tokens_by_their_hash_is_still_known_after_a_move() {
    let folder = tempfile::tempdir().unwrap();
    let vaults = vaults(folder.path(), Kind::Keychain);
    let store = open(folder.path(), &vaults);
    let tokens = token_set("0");
    let refresh = tokens.refresh_token.clone().unwrap();
    let mut known = account("a");
    known.access.fingerprint = vaults.fingerprint(&tokens.access_token).unwrap();
    known.refresh.fingerprint = Some(vaults.fingerprint(&refresh).unwrap());
    link(&store, &known);
    let mark = Secret::new(format!("linkdesk/1/presented {}", refresh.expose()));
    let presented = vaults.fingerprint(&mark).unwrap();
    let set = "UPDATE accounts SET facts = json_set(facts, '$.presented', ?1, '$.later', 7)";
    raw(folder.path()).execute(set, [presented]).unwrap();
    store.move_to(Kind::Passphrase).unwrap();
    let facts: String = raw(folder.path())
        .query_row("SELECT facts FROM accounts", [], |row| row.get(0))
        .unwrap();
    let facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
    let told = |place| facts.pointer(place).and_then(|value| value.as_str());
    let now = |text: &Secret| Some(vaults.fingerprint(text).unwrap());
    assert_eq!(
        told("/access/fingerprint"),
        now(&tokens.access_token).as_deref()
    );
    assert_eq!(told("/refresh/fingerprint"), now(&refresh).as_deref());
    assert_eq!(told("/presented"), now(&mark).as_deref());
    assert_eq!(facts["later"], 7, "what a later version knows is kept");
}

/// Two programs on one data folder; the second one has yet to notice what the first one does.
#[test]
fn another_program_follows_a_move_before_it_seals_or_opens_anything() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (vaults(folder.path(), Kind::Keychain), {
        let passphrase: Arc<dyn Vault> = Arc::new(Passphrase::cheap(folder.path(), random()));
        passphrase.unlock(&Secret::new("a passphrase")).unwrap();
        passphrase
    });
    let mover = open(folder.path(), &one);
    furnish(&mover);
    let keychain = one.of_kind(Kind::Keychain).unwrap();
    let beside: Arc<dyn Vault> = Arc::new(Vaults::new(keychain, [Arc::clone(&other)]));
    let follower = open(folder.path(), &beside);
    assert_all_is_readable(&follower);
    mover.move_to(Kind::Passphrase).unwrap();

    // It has to ask for the passphrase; nothing is sealed with the key that is gone.
    let newer = Account {
        generation: 2,
        ..account("a")
    };
    let saved = follower.save_tokens(&newer, &token_set("1"), &line("Refreshed"));
    let needed = matches!(saved, Err(Error::Vault(vault::Error::PassphraseNeeded)));
    assert!(needed, "{saved:?}");
    assert_eq!(beside.kind(), Kind::Passphrase);
    assert_all_is_readable(&mover);

    beside.unlock(&Secret::new("a passphrase")).unwrap();
    follower
        .save_tokens(&newer, &token_set("1"), &line("Refreshed"))
        .unwrap();
    let tokens = mover.tokens(&newer.id).unwrap();
    assert_eq!(tokens, token_set("1"));
}

#[test]
fn a_key_in_memory_is_not_left_because_another_program_has_moved_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mover = vaults(folder.path(), Kind::Keychain);
    let mover = open(folder.path(), &mover);
    let session = vaults(folder.path(), Kind::Session);
    let store = open(folder.path(), &session);
    furnish(&store);
    mover.move_to(Kind::Passphrase).unwrap();
    assert!(!store.follow().unwrap());
    assert_all_is_readable(&store);
}

#[test]
fn whoever_followed_a_key_into_memory_follows_it_out_unless_something_was_sealed_there() {
    for seals in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (
            vaults(folder.path(), Kind::Passphrase),
            vaults(folder.path(), Kind::Passphrase),
        );
        let mover = open(folder.path(), &one);
        let follower = open(folder.path(), &other);
        mover.move_to(Kind::Session).unwrap();
        assert!(follower.follow().unwrap());
        assert_eq!(other.kind(), Kind::Session);
        if seals {
            link(&follower, &account("kept"));
        }
        mover.move_to(Kind::Passphrase).unwrap();
        assert_eq!(follower.follow().unwrap(), !seals);
        let (kind, is_kept) = (other.kind(), follower.tokens(&account("kept").id).is_ok());
        let expected = if seals {
            Kind::Session
        } else {
            Kind::Passphrase
        };
        assert_eq!((kind, is_kept), (expected, seals));
    }
}

#[test]
fn before_the_first_move_no_kind_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path(), &open_vault()));
    let (database, _) = Database::open(&file(folder.path()), &random()).unwrap();
    assert_eq!(database.home().unwrap(), Home::default());
    assert_eq!(Home::default().kind(), None);
}
