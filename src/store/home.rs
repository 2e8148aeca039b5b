//! Which kind of vault everything is sealed in, as the data file remembers it, and how often that has changed.
//!
//! Written only by a move, together with all that is sealed; knows nothing of keys.

use rusqlite::{Connection, OptionalExtension as _, Transaction};
use serde::{Deserialize, Serialize};

use super::{Database, Error};
use crate::vault::Kind;

const HOME: &str = "key_store";
const LOCK_AFTER: &str = "lock_after";

/// Where a data file says its key is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The kind's name; nothing before the first move.
    kind: Option<String>,
    /// How many moves there were.
    moves: i64,
}

impl Home {
    /// The kind of vault it was moved to last.
    pub fn kind(&self) -> Option<Kind> {
        self.kind.as_deref().and_then(Kind::from_name)
    }

    pub(super) const fn moves(&self) -> i64 {
        self.moves
    }

    /// The same after one more move.
    pub(super) fn moved_to(&self, kind: Kind) -> Self {
        Self {
            kind: Some(kind.as_str().to_owned()),
            moves: self.moves.saturating_add(1),
        }
    }
}

impl Database {
    /// Which kind of vault to open.
    pub fn home(&self) -> Result<Home, Error> {
        read(&self.connection)
    }
}

/// One that can't be read counts as none: then the kind is the one that is asked for, as before the first move.
pub(super) fn read(connection: &Connection) -> Result<Home, Error> {
    let kept = value(connection, HOME)?;
    let read = kept.and_then(|kept| serde_json::from_str(&kept).ok());
    Ok(read.unwrap_or_default())
}

pub(super) fn write(transaction: &Transaction<'_>, home: &Home) -> Result<(), Error> {
    let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    let text = serde_json::to_string(home).map_err(failed)?;
    put(transaction, HOME, &text)
}

/// After how many minutes without a person the key store locks by itself.
pub(super) fn lock_after(connection: &Connection) -> Result<Option<u32>, Error> {
    let kept = value(connection, LOCK_AFTER)?;
    Ok(kept.and_then(|kept| kept.parse().ok()))
}

pub(super) fn save_lock_after(
    transaction: &Transaction<'_>,
    minutes: Option<u32>,
) -> Result<(), Error> {
    let minutes = minutes.map_or_else(String::new, |minutes| minutes.to_string());
    put(transaction, LOCK_AFTER, &minutes)
}

fn value(connection: &Connection, name: &str) -> Result<Option<String>, Error> {
    let kept = connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| {
        row.get(0)
    });
    Ok(kept.optional()?)
}

fn put(transaction: &Transaction<'_>, name: &str, value: &str) -> Result<(), Error> {
    transaction.execute(
        "INSERT INTO meta (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}
