//! A copy of everything in one file, and putting one back.
//!
//! The key is not in it: it stays in the operating system's key store, under the name that is in the copy; a key behind a
//! passphrase is a file, which goes along. Knows nothing of faces, and asks nobody.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior, params, params_from_iter};

use super::file::Held;
use super::sqlite::TOKENS;
use super::{Error, database, file, home, schema};
use crate::account::{Account, HistoryLine};
use crate::ids::AccountId;
use crate::vault::PASSPHRASE_FILE;

/// Under this name a copy holds the wrapped key.
pub(super) const WRAPPED_KEY: &str = "wrapped-key";

/// Under this name a copy says when it was made; no file in use has it.
const MADE_AT: &str = "made-at";

/// What a restoring came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Accounts that came from the copy.
    pub accounts: usize,
    /// Accounts that stayed as they were, because they are newer here.
    pub kept: usize,
    /// Where what was here before is now; nothing where there was nothing.
    pub kept_as: Option<PathBuf>,
}

/// Copies everything into a new file.
pub(super) fn write(
    connection: &Connection,
    folder: &Path,
    to: &Path,
    at: Timestamp,
) -> Result<(), Error> {
    let to = &std::path::absolute(to).map_err(Error::io(to))?;
    if file::look(to)?.is_some() {
        return Err(Error::BackupExists {
            path: to.to_owned(),
        });
    }
    let new = file::beside(to, &format!(".new-{}", std::process::id()));
    let made = file::make(&new)
        .and_then(|()| copy_into(connection, folder, &new, at))
        .and_then(|()| file::name_new(&new, to));
    if made.is_err() {
        // What counts is why there is no backup; what is left of it has a name that says so.
        drop(fs::remove_file(&new));
    }
    made.map_err(|error| error.at(to))
}

fn copy_into(
    connection: &Connection,
    folder: &Path,
    new: &Path,
    at: Timestamp,
) -> Result<(), Error> {
    let name = new.to_str().ok_or_else(|| {
        let source = io::Error::other("the name is not UTF-8");
        Error::io(new)(source)
    })?;
    // All of it as it is at this moment, without what was deleted.
    connection.execute("VACUUM INTO ?1", [name])?;
    let mut copy = database::connect(new)?;
    schema::prepare(&copy)?;
    let transaction = copy.transaction()?;
    set(&transaction, MADE_AT, &at.to_string())?;
    if let Some(wrapped) = wrapped_key(folder)? {
        set(&transaction, WRAPPED_KEY, &wrapped)?;
    }
    transaction.commit()?;
    copy.close().map_err(|(_copy, error)| error)?;
    // SQLite doesn't wait for the disk while it copies.
    fs::File::open(new)
        .and_then(|file| file.sync_all())
        .map_err(Error::io(new))
}

fn wrapped_key(folder: &Path) -> Result<Option<String>, Error> {
    let path = folder.join(PASSPHRASE_FILE);
    match file::look(&path)? {
        Some(found) if found.is_file() => fs::read_to_string(&path)
            .map(Some)
            .map_err(Error::io(&path)),
        Some(found) => Err(file::not_ours(&path, file::what(&found))),
        None => Ok(None),
    }
}

fn set(transaction: &Transaction<'_>, name: &str, value: &str) -> Result<(), Error> {
    transaction.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)",
        [name, value],
    )?;
    Ok(())
}

/// Puts a copy in the place of the data file at `path`. Killed anywhere, it leaves the old file there or the new one.
pub(super) fn restore(path: &Path, from: &Path, at: Timestamp) -> Result<Restored, Error> {
    let folder = file::folder(path)?;
    let held = file::hold(&folder)?;
    match file::look(from)? {
        Some(found) if found.is_file() => {}
        Some(found) => return Err(file::not_ours(from, file::what(&found))),
        None => return Err(Error::io(from)(io::ErrorKind::NotFound.into())),
    }
    let new = held.begin(path)?;
    let restored = put_in_place((&held, path), from, &new, at);
    if restored.is_err() {
        // What counts is why nothing was restored; the next one begins with an empty file anyway.
        drop(fs::remove_file(&new));
    }
    restored
}

fn put_in_place(
    (held, path): (&Held, &Path),
    from: &Path,
    new: &Path,
    at: Timestamp,
) -> Result<Restored, Error> {
    file::copy_over(from, new)?;
    let mut copy = database::open_copy(new, from)?;
    // Nobody writes to the old file from here on: it would be lost.
    let present = hold_present(path)?;
    let mut restored = Restored {
        accounts: 0,
        kept: 0,
        kept_as: None,
    };
    let transaction = copy.transaction()?;
    transaction.execute("DELETE FROM meta WHERE name = ?1", [MADE_AT])?;
    mark_all(&transaction, at)?;
    if let Some(present) = &present {
        restored.kept = keep_newer(&transaction, present)?;
    }
    let all: i64 = transaction.query_row("SELECT count(*) FROM accounts", [], |row| row.get(0))?;
    restored.accounts = usize::try_from(all).unwrap_or_default() - restored.kept;
    transaction.commit()?;
    copy.close().map_err(|(_copy, error)| error)?;
    let is_empty = present.as_ref().is_some_and(is_empty);
    if is_empty {
        held.finish(new, path)?;
    } else {
        restored.kept_as = Some(held.replace(new, path, "before-restore")?);
    }
    Ok(restored)
}

/// The file that is here, shut to everybody else until dropped; nothing where it can't be used.
fn hold_present(path: &Path) -> Result<Option<Connection>, Error> {
    if file::look(path)?.is_none() {
        return Ok(None);
    }
    let present = database::connect(path)?;
    schema::wait_for_others(&present)?;
    match present
        .execute_batch("BEGIN EXCLUSIVE")
        .map_err(Error::from)
    {
        Ok(()) => Ok(schema::version(&present)?
            .eq(&schema::VERSION)
            .then_some(present)),
        Err(Error::Damaged(_)) => Ok(None),
        Err(error) => Err(error.at(path)),
    }
}

fn is_empty(present: &Connection) -> bool {
    let query = "SELECT NOT EXISTS (SELECT 1 FROM accounts) AND NOT EXISTS (SELECT 1 FROM sealed)
                 AND NOT EXISTS (SELECT 1 FROM clients)";
    present
        .query_row(query, [], |row| row.get(0))
        .unwrap_or_default()
}

/// Every account that is restored says so: its refresh token may have been replaced since the copy was made.
fn mark_all(transaction: &Transaction<'_>, at: Timestamp) -> Result<(), Error> {
    let mut statement = transaction.prepare("SELECT id, facts FROM accounts")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(String, String)>, _>>()?;
    let line = HistoryLine {
        at,
        what: "Restored from a backup".to_owned(),
    };
    let line = json(&line)?;
    for (id, facts) in rows {
        // A record that can't be read stays as it is, and is shown as that.
        let Ok(mut account) = serde_json::from_str::<Account>(&facts) else {
            continue;
        };
        account.restored_at = Some(at);
        transaction.execute(
            "UPDATE accounts SET facts = ?2 WHERE id = ?1",
            [&id, &json(&account)?],
        )?;
        transaction.execute(
            "INSERT INTO history (account, line) VALUES (?1, ?2)",
            [&id, &line],
        )?;
    }
    Ok(())
}

/// Of accounts whose tokens are newer here than in the copy, or that are here only, the ones that are here stay: those work.
fn keep_newer(transaction: &Transaction<'_>, present: &Connection) -> Result<usize, Error> {
    // The tokens of another installation are sealed with another key.
    if schema::installation(transaction)? != schema::installation(present)? {
        return Ok(0);
    }
    let mut kept = 0;
    let mut statement = present.prepare("SELECT id, generation, facts FROM accounts")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for row in rows {
        let (id, generation, facts): (String, i64, String) = row?;
        let what = format!("{TOKENS}{id}");
        let is_lawful = AccountId::new(id.as_str()).is_ok();
        if is_lawful && is_older(transaction, &id, generation)? {
            transaction.execute(
                "INSERT INTO accounts (id, generation, facts) VALUES (?1, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, facts = excluded.facts",
                params![id, generation, facts],
            )?;
            take_over(transaction, present, ("sealed", "what", &what))?;
            take_over(transaction, present, ("history", "account", &id))?;
            kept += 1;
        }
    }
    if kept > 0 {
        keep_home(transaction, present)?;
    }
    Ok(kept)
}

/// Where the key was moved since the copy was made, it stays: what is newer here is sealed with it.
fn keep_home(transaction: &Transaction<'_>, present: &Connection) -> Result<(), Error> {
    let here = home::read(present)?;
    if here.moves() > home::read(transaction)?.moves() {
        home::write(transaction, &here)?;
        transaction.execute("DELETE FROM meta WHERE name = ?1", [WRAPPED_KEY])?;
    }
    Ok(())
}

fn is_older(
    transaction: &Transaction<'_>,
    id: &str,
    generation: i64,
) -> Result<bool, rusqlite::Error> {
    transaction.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM accounts WHERE id = ?1 AND generation >= ?2)",
        params![id, generation],
        |row| row.get(0),
    )
}

/// Puts the rows of one account in one table in the place of those that the copy has.
fn take_over(
    transaction: &Transaction<'_>,
    present: &Connection,
    (table, column, value): (&str, &str, &str),
) -> Result<(), Error> {
    let columns = match table {
        "sealed" => "what, vault, key_id, bytes",
        _ => "account, line",
    };
    transaction.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [value])?;
    let mut statement = present.prepare(&format!(
        "SELECT {columns} FROM {table} WHERE {column} = ?1 ORDER BY rowid"
    ))?;
    let count = statement.column_count();
    let places = vec!["?"; count].join(", ");
    let mut rows = statement.query([value])?;
    while let Some(row) = rows.next()? {
        let values = (0..count)
            .map(|column| row.get(column))
            .collect::<Result<Vec<Value>, _>>()?;
        transaction.execute(
            &format!("INSERT INTO {table} ({columns}) VALUES ({places})"),
            params_from_iter(values),
        )?;
    }
    Ok(())
}

/// Puts the wrapped key of a copy that was restored into its own file; killed before, it is done at the next opening.
pub(super) fn finish(connection: &Connection, folder: &Path) -> Result<(), Error> {
    let wrapped = connection.query_row(
        "SELECT value FROM meta WHERE name = ?1",
        [WRAPPED_KEY],
        |row| row.get::<_, String>(0),
    );
    let wrapped = match wrapped {
        Ok(wrapped) => wrapped,
        Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(()),
        // Somebody else's file; that it is one is told by whoever looks for the installation.
        Err(_) => return Ok(()),
    };
    let path = folder.join(PASSPHRASE_FILE);
    let known = wrapped_key(folder)?;
    if known.as_ref() != Some(&wrapped) {
        if known.is_some() {
            drop(file::second_name(&path, "before-restore")?);
        }
        file::write_over(&path, wrapped.as_bytes())?;
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    transaction.execute("DELETE FROM meta WHERE name = ?1", [WRAPPED_KEY])?;
    Ok(transaction.commit()?)
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    Ok(serde_json::to_string(value).map_err(failed)?)
}
