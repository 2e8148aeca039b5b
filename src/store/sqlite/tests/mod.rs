//! What the store promises: all or nothing, nothing readable, nothing lost.
//!
//! Runs on real files with a vault for one session.

mod backups;
mod claims;
mod damage;
mod moving;
mod rows;
mod traces;
mod trouble;

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
        ended_at: None,
        trouble: None,
        outcome_unknown_since: None,
        presented: None,
        linked_at: Timestamp::UNIX_EPOCH,
        last_refreshed_at: None,
        last_proved_at: None,
        generation: 1,
        browser: None,
        in_question_with: None,
        restored_at: None,
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

/// Saves an account for the first time.
fn link(store: &SqliteStore, account: &Account) {
    store
        .save_tokens(account, &token_set("0"), &line("Linked"))
        .unwrap();
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

/// The same file, past the door.
fn raw(folder: &Path) -> Connection {
    Connection::open(file(folder)).unwrap()
}
