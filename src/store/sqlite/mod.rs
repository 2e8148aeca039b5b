//! The store in SQLite: every change is one transaction, everything secret is sealed before it gets here.
//!
//! Knows nothing of files; see [`Database`].

mod place;
mod read;
mod reseal;
mod write;

pub(super) use self::read::TOKENS;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use zeroize::Zeroizing;

use super::file::{self, Identity};
use super::home;
use super::{
    Barrier, Claim, Claiming, Contents, Database, Error, Restored, SecretUpdate, Store, Stored,
    StoredCertificate, backup, claim, schema,
};
use crate::account::{Account, HistoryLine, Holder, TokenSet};
use crate::ids::{AccountId, ProviderId};
use crate::secret::Secret;
use crate::vault::{Kind, Sealed, Vault};

/// The store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Mutex<Connection>,
    /// Which file the connection is of, and how often another one has taken its place.
    place: Mutex<(Option<Identity>, i64)>,
    path: PathBuf,
    folder: PathBuf,
    installation: String,
    barrier: Option<Barrier>,
    vault: Arc<dyn Vault>,
    /// How many moves of the key this run has made or followed.
    moves: AtomicI64,
    /// Whether the last of them was another program's.
    followed: AtomicBool,
}

impl SqliteStore {
    /// A store in an open file, sealing with `vault`.
    pub fn new(database: Database, vault: Arc<dyn Vault>) -> Self {
        // A file that can't be read now can't be written either, and the first writing looks again.
        let home = database.home().unwrap_or_default();
        let path = database.path;
        Self {
            moves: AtomicI64::new(home.moves()),
            followed: AtomicBool::new(false),
            place: Mutex::new((file::identity(&path), 0)),
            folder: path.parent().unwrap_or(&path).to_owned(),
            installation: database.installation,
            connection: Mutex::new(database.connection),
            path,
            barrier: database.barrier,
            vault,
        }
    }

    fn moves(&self) -> i64 {
        self.moves.load(Ordering::Relaxed)
    }

    fn set_moves(&self, moves: i64) {
        self.moves.store(moves, Ordering::Relaxed);
    }

    fn has_followed(&self) -> bool {
        self.followed.load(Ordering::Relaxed)
    }

    /// Does `change` in one transaction that no other writer can get into.
    fn change(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(barrier) = &self.barrier {
            return Err(barrier.error());
        }
        let mut connection = self.lock();
        in_transaction(&mut connection, change).map_err(|error| self.explain(error))
    }

    fn read(&self) -> Result<Contents, Error> {
        let mut connection = self.lock();
        let read = match &self.barrier {
            Some(Barrier::Newer { found }) => read::newer_contents(&mut connection)
                // Without a list of accounts there is nothing to show but that.
                .map_err(|_unknown| Error::Newer { found: *found }),
            _ => read::contents(&mut connection),
        };
        read.map_err(|error| self.explain(error))
    }

    /// Tells refreshes that somebody waits for from those whose answers are lost.
    fn note_claimed(&self, contents: &mut Contents) {
        let claimed = contents
            .marked()
            .filter(|id| claim::is_held(&self.folder, id));
        contents.claimed = claimed.cloned().collect();
    }

    fn seal(&self, what: &str, plain: &[u8]) -> Result<Sealed, Error> {
        Ok(self.vault.seal(plain, what.as_bytes())?)
    }

    /// Saves an account, its tokens and what happened, and does what belongs to it in the same transaction.
    fn save_tokens_and(
        &self,
        account: &Account,
        tokens: &TokenSet,
        line: &HistoryLine,
        more: impl Fn(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let what = tokens_of(&account.id);
        let plain = tokens.to_bytes();
        self.change_sealed(|transaction| {
            let sealed = self.seal(&what, &plain)?;
            write::account(transaction, account)?;
            write::sealed(transaction, &what, self.vault.kind(), &sealed)?;
            write::history(transaction, &account.id, line)?;
            more(transaction)
        })
    }
}

fn in_transaction(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change(&transaction)?;
    Ok(transaction.commit()?)
}

impl Store for SqliteStore {
    fn load(&self) -> Result<Contents, Error> {
        let mut contents = self.read()?;
        self.note_claimed(&mut contents);
        if !contents.marked().all(|id| contents.claimed.contains(id)) {
            // That refresh may have ended between the reading of its mark and the look at who holds the account.
            contents = self.read()?;
            self.note_claimed(&mut contents);
        }
        Ok(contents)
    }

    fn probe(&self) -> Result<(), Error> {
        // It stays what it is, and is written all the same: with journal, page and both folders' consent.
        self.change(|transaction| Ok(schema::touch(transaction)?))?;
        claim::probe(&self.folder)
    }

    fn save_tokens(
        &self,
        account: &Account,
        tokens: &TokenSet,
        line: &HistoryLine,
    ) -> Result<(), Error> {
        self.save_tokens_and(account, tokens, line, |_| Ok(()))
    }

    fn take_over_tokens(
        &self,
        account: &Account,
        tokens: &TokenSet,
        line: &HistoryLine,
        from: &AccountId,
    ) -> Result<(), Error> {
        self.save_tokens_and(account, tokens, line, |transaction| {
            write::forget_sealed(transaction, &tokens_of(from))?;
            write::forget_account(transaction, from)
        })?;
        claim::remove(&self.folder, from);
        Ok(())
    }

    fn save_account(&self, account: &Account, line: Option<&HistoryLine>) -> Result<(), Error> {
        self.change(|transaction| {
            write::facts(transaction, account)?;
            line.map_or(Ok(()), |line| {
                write::history(transaction, &account.id, line)
            })
        })
    }

    fn amend(
        &self,
        account: &AccountId,
        change: &dyn Fn(&mut Account),
        line: &HistoryLine,
    ) -> Result<(), Error> {
        self.change(|transaction| {
            let Stored::Account(mut stored) = read::account(transaction, account)? else {
                return Err(Error::Overtaken);
            };
            change(&mut stored);
            write::facts(transaction, &stored)?;
            write::history(transaction, account, line)
        })
    }

    fn claim(&self, account: &AccountId, holder: &Holder) -> Result<Claiming, Error> {
        if let Some(barrier) = &self.barrier {
            return Err(barrier.error());
        }
        let held = match claim::hold(&self.folder, account, holder)? {
            Ok(held) => held,
            Err(holder) => return Ok(Claiming::Taken(holder)),
        };
        let stored = read::account(&self.lock(), account)?;
        if stored == Stored::Nothing {
            claim::remove(&self.folder, account);
        }
        Ok(Claiming::Held(Claim::new(held, stored)))
    }

    fn tokens(&self, account: &AccountId) -> Result<TokenSet, Error> {
        let bytes = self.unseal(&tokens_of(account))?.ok_or(Error::Missing)?;
        TokenSet::from_bytes(&bytes).map_err(|source| Error::Unreadable(Some(source)))
    }

    fn forget_account(&self, account: &AccountId) -> Result<(), Error> {
        self.change(|transaction| {
            write::forget_sealed(transaction, &tokens_of(account))?;
            write::forget_account(transaction, account)
        })?;
        claim::remove(&self.folder, account);
        Ok(())
    }

    fn save_client(
        &self,
        provider: &ProviderId,
        settings_json: &str,
        secret: SecretUpdate<'_>,
    ) -> Result<(), Error> {
        let what = client_secret_of(provider);
        let change = |transaction: &Transaction<'_>| {
            write::client(transaction, provider, settings_json)?;
            match secret {
                SecretUpdate::Set(secret) => {
                    let sealed = self.seal(&what, secret.expose().as_bytes())?;
                    write::sealed(transaction, &what, self.vault.kind(), &sealed)
                }
                SecretUpdate::Remove => write::forget_sealed(transaction, &what),
                SecretUpdate::Keep => Ok(()),
            }
        };
        match secret {
            SecretUpdate::Set(_) => self.change_sealed(change),
            SecretUpdate::Keep | SecretUpdate::Remove => self.change(change),
        }
    }

    fn client_secret(&self, provider: &ProviderId) -> Result<Option<Secret>, Error> {
        let Some(bytes) = self.unseal(&client_secret_of(provider))? else {
            return Ok(None);
        };
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Some(Secret::new(text))),
            // The cause would say where in the secret it is not text.
            Err(_) => Err(Error::Unreadable(None)),
        }
    }

    fn save_certificate(&self, facts: &StoredCertificate, all: &[u8]) -> Result<(), Error> {
        self.change_sealed(|transaction| {
            let sealed = self.seal(CERTIFICATE, all)?;
            write::certificate(transaction, facts)?;
            write::sealed(transaction, CERTIFICATE, self.vault.kind(), &sealed)
        })
    }

    fn certificate(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        self.unseal(CERTIFICATE)
    }

    fn back_up(&self, to: &Path, at: Timestamp) -> Result<(), Error> {
        if let Some(barrier @ Barrier::Newer { .. }) = &self.barrier {
            return Err(barrier.error());
        }
        backup::write(&self.lock(), &self.folder, to, at).map_err(|error| self.explain(error))
    }

    fn restore(&self, from: &Path, at: Timestamp) -> Result<Restored, Error> {
        if let Some(barrier @ Barrier::Unwritable { .. }) = &self.barrier {
            return Err(barrier.error());
        }
        // Nobody here reads or writes meanwhile; the next one who does finds the new file.
        let _connection = self.lock();
        backup::restore(&self.path, from, at).map_err(|error| self.explain(error))
    }

    fn follow(&self) -> Result<bool, Error> {
        self.turn_to_home()
    }

    fn move_to(&self, kind: Kind) -> Result<usize, Error> {
        self.reseal(kind)
    }

    fn lock_after(&self) -> Result<Option<u32>, Error> {
        home::lock_after(&self.lock())
    }

    fn save_lock_after(&self, minutes: Option<u32>) -> Result<(), Error> {
        self.change(|transaction| home::save_lock_after(transaction, minutes))
    }

    fn data_version(&self) -> Result<i64, Error> {
        let connection = self.lock();
        let version: i64 = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        // The count begins anew with each file.
        let (_, replaced) = *self.place.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((replaced << 32) + version)
    }
}

/// What the certificate for `https` redirects is filed under and bound to.
const CERTIFICATE: &str = "linkdesk/1/certificate";

/// What an account's tokens are filed under and bound to.
fn tokens_of(account: &AccountId) -> String {
    format!("{TOKENS}{account}")
}

/// What a client secret is filed under and bound to.
fn client_secret_of(provider: &ProviderId) -> String {
    format!("{}{provider}", read::CLIENT_SECRET)
}

#[cfg(test)]
mod tests;
