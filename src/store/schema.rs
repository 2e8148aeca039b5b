//! The layout of the data file, its version, and how SQLite is told to treat it.
//!
//! Knows nothing of what is read or written.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::Error;

/// The version this program writes.
pub(super) const VERSION: i64 = 2;

/// How long to wait for another program that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// Layout 1. `sealed.what` is also what the bytes are bound to, so that no row's bytes open in another row;
/// `sealed.serial` grows with every write, which tells the key used last.
const LAYOUT: &str = "
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE accounts (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL,
    facts TEXT NOT NULL
) STRICT;
CREATE TABLE history (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    line TEXT NOT NULL
) STRICT;
CREATE INDEX history_of_account ON history (account, place);
CREATE TABLE clients (
    provider TEXT PRIMARY KEY,
    settings TEXT NOT NULL
) STRICT;
CREATE TABLE sealed (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    what TEXT NOT NULL UNIQUE,
    vault TEXT NOT NULL,
    key_id TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
";

/// Steps from each version to the next, the first one from 1 to 2; each runs in the transaction that raises the version.
///
/// Layout 2 marks the file as ours in its header, and its records hold marks without which a refresh token that was sent might
/// be sent again. A program that knows layout 1 only would write such records back without their marks; now it refuses to.
const STEPS: [&str; 1] = ["PRAGMA application_id = 0x6c6b6473;"];

/// Tells SQLite how to work: everything durable, nothing left behind.
///
/// A rollback journal rather than a write-ahead log: between two writes there is one file, which can be copied or kept aside as
/// it is; it works on network folders; and what was forgotten is not left in a log. Writes are rare and small, so that a log
/// would gain nothing. `EXTRA` also makes the end of each transaction durable: a refresh token that replaced another one must
/// not be lost to a power cut.
pub(super) fn prepare(connection: &Connection) -> Result<(), Error> {
    wait_for_others(connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    // What is sorted or set aside for an undo stays in memory.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // A file from elsewhere may hold no code that runs.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

/// Lets another program finish before giving up.
pub(super) fn wait_for_others(connection: &Connection) -> Result<(), Error> {
    Ok(connection.busy_timeout(BUSY)?)
}

/// Puts the layout into an empty file, and the first rows.
pub(super) fn create<T>(
    connection: &mut Connection,
    installation: &str,
    rows: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(LAYOUT)?;
    transaction.execute(
        "INSERT INTO meta (name, value) VALUES ('installation', ?1)",
        [installation],
    )?;
    let made = rows(&transaction)?;
    for step in STEPS {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(made)
}

/// The version of a file.
pub(super) fn version(connection: &Connection) -> Result<i64, Error> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Takes a file from its version to ours, all of it or nothing.
///
/// No copy of the old file is kept: what is forgotten later would live on in it.
pub(super) fn migrate(connection: &mut Connection, from: i64) -> Result<(), Error> {
    if from == VERSION {
        return Ok(());
    }
    let done = usize::try_from(from - 1).unwrap_or_default();
    run(connection, STEPS.get(done..).unwrap_or_default())
}

/// Goes some steps and raises the version, in one transaction.
pub(super) fn run(connection: &mut Connection, steps: &[&str]) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have been faster between the look at the version and now.
    if version(&transaction)? == VERSION {
        return Ok(());
    }
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// Writes the version that is there once more: the least that goes the whole way to the disk.
pub(super) fn touch(transaction: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    transaction.pragma_update(None, "user_version", VERSION)
}

/// What this installation is called in the key store; nothing if the file is not ours.
pub(super) fn installation(connection: &Connection) -> Result<Option<String>, Error> {
    let found = connection.query_row(
        "SELECT value FROM meta WHERE name = 'installation'",
        [],
        |row| row.get(0),
    );
    Ok(found.optional()?)
}

/// Whether every page of a file is in order.
pub(super) fn is_sound(connection: &Connection) -> Result<bool, Error> {
    let told: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    Ok(told == "ok")
}

/// The length of a page; a file is a whole number of them.
pub(super) fn page_size(connection: &Connection) -> Result<u64, Error> {
    let bytes: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(u64::from(bytes))
}
