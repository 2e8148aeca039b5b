//! Moves everything that is sealed from one vault to another, in one transaction with the note of which one is in use;
//! and follows such a move when another program has made it.
//!
//! Knows nothing of where keys are kept: both vaults are open when this begins.

use std::sync::atomic::Ordering;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{SqliteStore, read, write};
use crate::account::{PRESENTED, TokenSet};
use crate::secret::Secret;
use crate::store::{Error, home};
use crate::vault::{self, KeyId, Kind, Sealed, Vault};

/// Where keyed hashes of tokens stand in what is known of an account, and what stands before the token in each.
const HASHES: [(&str, &str); 3] = [
    ("/access/fingerprint", ""),
    ("/refresh/fingerprint", ""),
    ("/presented", PRESENTED),
];

struct Row {
    what: String,
    sealed: Sealed,
}

impl SqliteStore {
    /// Seals with the vault that the data file names, also where another program has moved the key meanwhile.
    pub(super) fn change_sealed(
        &self,
        change: impl Fn(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let checked = |transaction: &Transaction<'_>| {
            self.check_home(transaction)?;
            change(transaction)
        };
        match self.change(checked) {
            Err(Error::Moved) => {
                self.follow_and_open()?;
                self.change(checked)
            }
            done => done,
        }
    }

    /// What was sealed with a key that has been moved away meanwhile could never be opened again.
    fn check_home(&self, transaction: &Transaction<'_>) -> Result<(), Error> {
        if self.is_at(transaction, home::read(transaction)?.moves())? {
            Ok(())
        } else {
            Err(Error::Moved)
        }
    }

    /// A key that is in this program's memory only can't have been moved by another one; but where this one has followed such a
    /// move without sealing anything since, it follows the next one, too.
    fn is_at(&self, connection: &Connection, moves: i64) -> Result<bool, Error> {
        if self.moves() == moves {
            return Ok(true);
        }
        if self.vault.kind() != Kind::Session {
            return Ok(false);
        }
        Ok(!self.has_followed() || self.seals_something(connection)?)
    }

    fn seals_something(&self, connection: &Connection) -> Result<bool, Error> {
        let Some(key) = self.vault.key_id() else {
            return Ok(false);
        };
        let query = "SELECT EXISTS (SELECT 1 FROM sealed WHERE key_id = ?1)";
        Ok(connection.query_row(query, [key.as_str()], |row| row.get(0))?)
    }

    /// Opens a row; where another program has moved the key meanwhile, with the one that is in use now.
    pub(super) fn unseal(&self, what: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match self.unseal_now(what) {
            Err(Error::SessionOver | Error::Vault(vault::Error::OtherKey))
                if self.follow_and_open()? =>
            {
                self.unseal_now(what)
            }
            outcome => outcome,
        }
    }

    fn unseal_now(&self, what: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let found = self
            .lock()
            .query_row(
                "SELECT key_id, bytes, vault FROM sealed WHERE what = ?1",
                [what],
                |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get(1)?,
                        row.get::<_, String>(2)?,
                    ))
                },
            )
            .optional()?;
        let Some((key_id, bytes, kind)) = found else {
            return Ok(None);
        };
        let Ok(key_id) = KeyId::new(key_id) else {
            return Err(Error::Unreadable(None));
        };
        let sealed = Sealed { key_id, bytes };
        match self.vault.unseal(&sealed, what.as_bytes()) {
            Err(vault::Error::OtherKey) if kind == Kind::Session.as_str() => {
                Err(Error::SessionOver)
            }
            plain => Ok(Some(plain?)),
        }
    }

    /// Turns to the kind of vault that the data file names, closed, where another program has moved the key.
    pub(super) fn turn_to_home(&self) -> Result<bool, Error> {
        let connection = self.lock();
        let home = home::read(&connection)?;
        if self.is_at(&connection, home.moves())? {
            return Ok(false);
        }
        self.vault.lock();
        if let Some(kind) = home.kind() {
            self.vault.turn_to(kind);
            self.vault.lock();
        }
        self.set_moves(home.moves());
        self.followed.store(true, Ordering::Relaxed);
        Ok(true)
    }

    /// The same, and opens it; `false` where there was nothing to follow.
    pub(super) fn follow_and_open(&self) -> Result<bool, Error> {
        let followed = self.turn_to_home()?;
        if followed {
            let contents = read::contents(&mut self.lock())?;
            self.vault.open(contents.expected_by(self.vault.kind()))?;
        }
        Ok(followed)
    }

    /// See [`crate::store::Store::move_to`].
    pub(super) fn reseal(&self, kind: Kind) -> Result<usize, Error> {
        let new = self.vault.of_kind(kind).ok_or(Error::Missing)?;
        let mut connection = self.lock();
        let behavior = rusqlite::TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(behavior)?;
        self.check_home(&transaction)?;
        let mut left = 0;
        for row in rows(&transaction)? {
            if !self.reseal_row(&transaction, &row, new.as_ref())? {
                left += 1;
            }
        }
        let home = home::read(&transaction)?.moved_to(kind);
        home::write(&transaction, &home)?;
        transaction.commit()?;
        // Still under the lock of the connection: nobody here seals between the two.
        self.vault.turn_to(kind);
        self.set_moves(home.moves());
        self.followed.store(false, Ordering::Relaxed);
        Ok(left)
    }

    /// `false` where the vault in use has not sealed it: then it stays as it is, with the name of its key.
    fn reseal_row(
        &self,
        transaction: &Transaction<'_>,
        row: &Row,
        new: &dyn Vault,
    ) -> Result<bool, Error> {
        if self.vault.key_id().as_ref() != Some(&row.sealed.key_id) {
            return Ok(false);
        }
        let plain = match self.vault.unseal(&row.sealed, row.what.as_bytes()) {
            Err(vault::Error::NotSealedHere) => return Ok(false),
            plain => plain?,
        };
        let sealed = new.seal(&plain, row.what.as_bytes())?;
        write::sealed(transaction, &row.what, new.kind(), &sealed)?;
        if let Some(account) = row.what.strip_prefix(read::TOKENS)
            && let Ok(tokens) = TokenSet::from_bytes(&plain)
        {
            self.rehash(transaction, account, &tokens, new)?;
        }
        Ok(true)
    }

    /// Hashes made with the old key would match nothing any more: above all not the mark of a token that must not be sent twice.
    fn rehash(
        &self,
        transaction: &Transaction<'_>,
        account: &str,
        tokens: &TokenSet,
        new: &dyn Vault,
    ) -> Result<(), Error> {
        let Some(mut facts) = facts(transaction, account)? else {
            return Ok(());
        };
        let set = [Some(&tokens.access_token), tokens.refresh_token.as_ref()];
        for (place, before) in HASHES {
            let Some(kept) = facts.pointer_mut(place) else {
                continue;
            };
            for token in set.into_iter().flatten() {
                let text = Secret::new(format!("{before}{}", token.expose()));
                if kept.as_str() == Some(self.vault.fingerprint(&text)?.as_str()) {
                    *kept = Value::String(new.fingerprint(&text)?);
                    break;
                }
            }
        }
        transaction.execute(
            "UPDATE accounts SET facts = ?2 WHERE id = ?1",
            params![account, facts.to_string()],
        )?;
        Ok(())
    }
}

/// Everything sealed, the oldest first, so that the newest stays the newest.
fn rows(transaction: &Transaction<'_>) -> Result<Vec<Row>, Error> {
    let mut statement =
        transaction.prepare("SELECT what, key_id, bytes FROM sealed ORDER BY serial")?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        // A row without the name of a key is nothing that could be opened.
        if let Ok(key_id) = KeyId::new(row.get::<_, String>(1)?) {
            let (what, bytes) = (row.get(0)?, row.get(2)?);
            let sealed = Sealed { key_id, bytes };
            rows.push(Row { what, sealed });
        }
    }
    Ok(rows)
}

/// What is known of an account, as it is written: a later version may know more than we do.
fn facts(transaction: &Transaction<'_>, account: &str) -> Result<Option<Value>, Error> {
    let mut statement = transaction.prepare("SELECT facts FROM accounts WHERE id = ?1")?;
    let mut found = statement.query([account])?;
    let Some(row) = found.next()? else {
        return Ok(None);
    };
    Ok(serde_json::from_str(&row.get::<_, String>(0)?).ok())
}
