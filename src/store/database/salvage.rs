//! What a damaged data file still holds: every row that can be told to be one of ours, to begin a new file with.
//!
//! A row is taken only where its parts make sense together; what is sealed tells for itself later whether it is genuine.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Transaction, params};

use super::carve::{self, Row};
use crate::account::{Account, HistoryLine};
use crate::ids::{AccountId, ProviderId};
use crate::store::Error;
use crate::store::backup::WRAPPED_KEY;
use crate::store::sqlite::TOKENS;
use crate::vault::{KeyId, Kind};

/// How much was read from a damaged file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Accounts that are whole.
    pub accounts: usize,
    /// Accounts of which no more than the name is left.
    pub in_part: usize,
    /// Other rows that are lost, as far as anybody can tell.
    pub lost: usize,
}

/// The rows of a damaged file.
#[derive(Debug, Default)]
pub(super) struct Salvage {
    /// What the installation is called in the key store; without it the key can't be found.
    pub(super) installation: Option<String>,
    meta: BTreeMap<String, String>,
    accounts: BTreeMap<AccountId, StoredAccount>,
    history: BTreeMap<i64, (AccountId, String)>,
    clients: BTreeMap<ProviderId, String>,
    sealed: BTreeMap<i64, StoredSeal>,
    lost: usize,
}

#[derive(Debug)]
struct StoredAccount {
    place: i64,
    generation: i64,
    facts: String,
}

#[derive(Debug)]
struct StoredSeal {
    what: String,
    vault: String,
    key_id: String,
    bytes: Vec<u8>,
}

/// Reads what can be read, and changes nothing.
pub(super) fn read(path: &Path) -> Result<Salvage, Error> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(carve::LONGEST).read_to_end(&mut bytes))
        .or_else(unless_the_disk_failed)
        .map_err(Error::io(path))?;
    let (rows, broken) = carve::rows(&bytes);
    let mut salvage = Salvage {
        lost: broken,
        ..Salvage::default()
    };
    for row in rows {
        let is_known = salvage.take(row);
        salvage.lost += usize::from(!is_known);
    }
    salvage.name_the_nameless();
    Ok(salvage)
}

/// What was read before a bad spot on the disk is still worth having.
fn unless_the_disk_failed(error: io::Error) -> io::Result<usize> {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => Err(error),
        _ => Ok(0),
    }
}

impl Salvage {
    /// Keeps a row, if it is one of ours and whole.
    fn take(&mut self, row: Row) -> bool {
        use Value::{Blob, Integer, Null, Text};
        let place = row.id;
        match <[Value; 5]>::try_from(row.fields) {
            Ok([Null, Text(what), Text(vault), Text(key_id), Blob(bytes)]) => {
                let seal = StoredSeal {
                    what,
                    vault,
                    key_id,
                    bytes,
                };
                self.take_sealed(place, seal)
            }
            // The layout itself, which the new file has of its own.
            Ok([Text(_), Text(_), Text(_), Integer(_), _]) => true,
            Ok(_) => false,
            Err(fields) => match fields.as_slice() {
                [Null, Text(id), Integer(generation), Text(facts)] => {
                    let account = StoredAccount {
                        place,
                        generation: *generation,
                        facts: facts.clone(),
                    };
                    self.take_account(id, account)
                }
                [Null, Text(account), Text(line)] => self.take_line(place, account, line),
                [Text(name), Text(value)] => self.take_pair(name, value),
                // How far SQLite has counted; it counts anew from what is there.
                [Text(_), Integer(_)] => true,
                _ => false,
            },
        }
    }

    fn take_account(&mut self, id: &str, account: StoredAccount) -> bool {
        let Ok(id) = AccountId::new(id) else {
            return false;
        };
        // Of two records the one with the later tokens counts.
        let known = self.accounts.get(&id);
        if known.is_none_or(|known| known.generation <= account.generation) {
            self.accounts.insert(id, account);
        }
        true
    }

    fn take_line(&mut self, place: i64, account: &str, line: &str) -> bool {
        let Ok(account) = AccountId::new(account) else {
            return false;
        };
        let is_line = serde_json::from_str::<HistoryLine>(line).is_ok();
        if is_line {
            self.history.insert(place, (account, line.to_owned()));
        }
        is_line
    }

    fn take_sealed(&mut self, place: i64, seal: StoredSeal) -> bool {
        let kinds = [Kind::Keychain, Kind::Passphrase, Kind::Session];
        let is_ours = seal.what.starts_with("linkdesk/")
            && kinds.iter().any(|kind| kind.as_str() == seal.vault)
            && KeyId::new(seal.key_id.as_str()).is_ok();
        if is_ours {
            self.sealed.insert(place, seal);
        }
        is_ours
    }

    /// A pair of texts is about the file, or about a client: the settings of a client are an object.
    fn take_pair(&mut self, name: &str, value: &str) -> bool {
        let is_object = value.starts_with('{');
        let is_json = serde_json::from_str::<serde_json::Value>(value).is_ok();
        if name == "installation" {
            let is_name = value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_name {
                self.installation = Some(value.to_owned());
            }
            return is_name;
        }
        let is_whole = if is_object {
            is_json
        } else {
            value.len() < 1000
        };
        let is_about_file = ["certificate", WRAPPED_KEY].contains(&name) || !is_object;
        let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'_' | b'-');
        match ProviderId::new(name) {
            _ if !is_whole => return false,
            Ok(provider) if !is_about_file => {
                self.clients.insert(provider, value.to_owned());
            }
            Err(_) if !name.bytes().all(is_plain) => return false,
            Ok(_) | Err(_) => {
                self.meta.insert(name.to_owned(), value.to_owned());
            }
        }
        true
    }

    /// An account whose record is lost is still one whose tokens are here: it must not vanish.
    fn name_the_nameless(&mut self) {
        let sealed = self.sealed.values();
        let ids = sealed.filter_map(|seal| AccountId::new(seal.what.strip_prefix(TOKENS)?).ok());
        for (number, id) in ids.enumerate() {
            let last = i64::MAX / 2;
            let place = last.saturating_add(i64::try_from(number).unwrap_or_default());
            self.accounts.entry(id).or_insert_with(|| StoredAccount {
                place,
                generation: 0,
                facts: String::new(),
            });
        }
    }

    /// Writes the rows into a new file, and says how many there were.
    pub(super) fn write(&self, transaction: &Transaction<'_>) -> Result<Salvaged, Error> {
        for (name, value) in &self.meta {
            transaction.execute(
                "INSERT OR IGNORE INTO meta (name, value) VALUES (?1, ?2)",
                [name, value],
            )?;
        }
        for (provider, settings) in &self.clients {
            transaction.execute(
                "INSERT INTO clients (provider, settings) VALUES (?1, ?2)",
                [provider.as_str(), settings],
            )?;
        }
        let mut told = self.write_accounts(transaction)?;
        for seal in self.sealed.values() {
            // In the order they were sealed in: the newest tells which key was used last.
            transaction.execute(
                "INSERT OR REPLACE INTO sealed (what, vault, key_id, bytes) VALUES (?1, ?2, ?3, ?4)",
                params![seal.what, seal.vault, seal.key_id, seal.bytes],
            )?;
        }
        let lines = self.history.values();
        for (account, line) in lines.filter(|(account, _)| self.accounts.contains_key(account)) {
            transaction.execute(
                "INSERT INTO history (account, line) VALUES (?1, ?2)",
                [account.as_str(), line],
            )?;
        }
        told.lost = self.lost;
        Ok(told)
    }

    fn write_accounts(&self, transaction: &Transaction<'_>) -> Result<Salvaged, Error> {
        let mut told = Salvaged::default();
        let mut accounts: Vec<_> = self.accounts.iter().collect();
        accounts.sort_by_key(|(_, account)| account.place);
        for (id, account) in accounts {
            let facts = serde_json::from_str::<Account>(&account.facts);
            if facts.is_ok_and(|facts| facts.id == *id) {
                told.accounts += 1;
            } else {
                told.in_part += 1;
            }
            transaction.execute(
                "INSERT INTO accounts (id, generation, facts) VALUES (?1, ?2, ?3)",
                params![id.as_str(), account.generation, account.facts],
            )?;
        }
        Ok(told)
    }
}
