//! Writes single rows within a transaction that others begin and end.
//!
//! Knows nothing of which rows belong together, and sees secrets only when they are sealed.

use rusqlite::{Transaction, params};

use super::read;
use crate::account::{Account, HistoryLine};
use crate::ids::{AccountId, ProviderId};
use crate::store::{Error, StoredCertificate};
use crate::vault::{Kind, Sealed};

/// Lines of history kept per account.
const LINES_KEPT: i64 = 50;

/// Saves what is known of an account with new tokens, unless the store knows of newer ones.
///
/// Only a first generation begins an account: later ones of an account that was forgotten meanwhile would bring it back.
pub(super) fn account(transaction: &Transaction<'_>, account: &Account) -> Result<(), Error> {
    if account.generation > 1 {
        return facts(transaction, account);
    }
    check(transaction, account)?;
    transaction.execute(
        "INSERT INTO accounts (id, generation, facts) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, facts = excluded.facts",
        params![account.id.as_str(), generation(account), json(account)?],
    )?;
    Ok(())
}

/// Saves what is known of an account that is still here, unless the store knows of newer tokens.
pub(super) fn facts(transaction: &Transaction<'_>, account: &Account) -> Result<(), Error> {
    check(transaction, account)?;
    let changed = transaction.execute(
        "UPDATE accounts SET generation = ?2, facts = ?3 WHERE id = ?1",
        params![account.id.as_str(), generation(account), json(account)?],
    )?;
    if changed == 0 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

/// Another window or a script has refreshed meanwhile: what it saved would be lost, and the old tokens may be spent.
fn check(transaction: &Transaction<'_>, account: &Account) -> Result<(), Error> {
    let stored = read::generation(transaction, &account.id)?;
    if stored.is_some_and(|stored| stored > account.generation) {
        return Err(Error::Overtaken);
    }
    Ok(())
}

fn generation(account: &Account) -> i64 {
    i64::try_from(account.generation).unwrap_or(i64::MAX)
}

/// Adds a line and drops those that are too many.
pub(super) fn history(
    transaction: &Transaction<'_>,
    account: &AccountId,
    line: &HistoryLine,
) -> Result<(), Error> {
    let account = account.as_str();
    transaction.execute(
        "INSERT INTO history (account, line) VALUES (?1, ?2)",
        params![account, json(line)?],
    )?;
    transaction.execute(
        "DELETE FROM history WHERE account = ?1 AND place <=
         (SELECT place FROM history WHERE account = ?1 ORDER BY place DESC LIMIT 1 OFFSET ?2)",
        params![account, LINES_KEPT],
    )?;
    Ok(())
}

/// Saves sealed bytes. What was there is deleted rather than updated, so that the serial tells the newest.
pub(super) fn sealed(
    transaction: &Transaction<'_>,
    what: &str,
    kind: Kind,
    sealed: &Sealed,
) -> Result<(), Error> {
    forget_sealed(transaction, what)?;
    transaction.execute(
        "INSERT INTO sealed (what, vault, key_id, bytes) VALUES (?1, ?2, ?3, ?4)",
        params![what, kind.as_str(), sealed.key_id.as_str(), sealed.bytes],
    )?;
    Ok(())
}

/// Saves what a provider gave at registration, without its secret.
pub(super) fn client(
    transaction: &Transaction<'_>,
    provider: &ProviderId,
    settings_json: &str,
) -> Result<(), Error> {
    transaction.execute(
        "INSERT INTO clients (provider, settings) VALUES (?1, ?2)
         ON CONFLICT (provider) DO UPDATE SET settings = excluded.settings",
        [provider.as_str(), settings_json],
    )?;
    Ok(())
}

/// Saves what may be known of the certificate for `https` redirects.
pub(super) fn certificate(
    transaction: &Transaction<'_>,
    facts: &StoredCertificate,
) -> Result<(), Error> {
    transaction.execute(
        "INSERT INTO meta (name, value) VALUES ('certificate', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [json(facts)?],
    )?;
    Ok(())
}

/// Forgets sealed bytes, where there are any.
pub(super) fn forget_sealed(transaction: &Transaction<'_>, what: &str) -> Result<(), Error> {
    transaction.execute("DELETE FROM sealed WHERE what = ?1", [what])?;
    Ok(())
}

/// Forgets an account and, with it, its history.
pub(super) fn forget_account(
    transaction: &Transaction<'_>,
    account: &AccountId,
) -> Result<(), Error> {
    transaction.execute("DELETE FROM accounts WHERE id = ?1", [account.as_str()])?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    Ok(serde_json::to_string(value).map_err(failed)?)
}
