//! Reads everything that is not sealed.
//!
//! Knows nothing of the vault but the names of keys and kinds.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use crate::account::{Account, HistoryLine};
use crate::ids::{AccountId, ProviderId};
use crate::store::{Contents, Error, StoredCertificate, StoredClient};
use crate::vault::{KeyId, Kind};

/// Before an account's name: what its tokens are filed under.
pub(super) const TOKENS: &str = "linkdesk/1/tokens/";

/// Before a provider's name: what the client secret is filed under.
pub(super) const CLIENT_SECRET: &str = "linkdesk/1/client-secret/";

/// Reads all of it as it was at one moment.
pub(super) fn contents(connection: &mut Connection) -> Result<Contents, Error> {
    let transaction = connection.transaction()?;
    let mut contents = Contents::default();
    accounts(&transaction, &mut contents)?;
    history(&transaction, &mut contents)?;
    sealed(&transaction, &mut contents)?;
    clients(&transaction, &mut contents)?;
    contents.certificate = certificate(&transaction)?;
    Ok(contents)
}

/// The generation of an account's tokens, where there is such an account.
pub(super) fn generation(
    connection: &Connection,
    account: &AccountId,
) -> Result<Option<u64>, Error> {
    let stored: Option<i64> = connection
        .query_row(
            "SELECT generation FROM accounts WHERE id = ?1",
            [account.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(stored.and_then(|stored| u64::try_from(stored).ok()))
}

/// What is known of one account, where there is such an account.
///
/// One that can't be read is another program's, of a later version.
pub(super) fn account(connection: &Connection, id: &AccountId) -> Result<Option<Account>, Error> {
    let facts: Option<String> = connection
        .query_row(
            "SELECT facts FROM accounts WHERE id = ?1",
            [id.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    let read = |facts: String| serde_json::from_str(&facts).map_err(|_unknown| Error::Overtaken);
    facts.map(read).transpose()
}

fn accounts(transaction: &Transaction<'_>, contents: &mut Contents) -> Result<(), Error> {
    each(
        transaction,
        "SELECT id, facts FROM accounts ORDER BY place",
        |row| {
            let id: String = row.get(0)?;
            let facts: String = row.get(1)?;
            match serde_json::from_str::<Account>(&facts) {
                Ok(account) if account.id.as_str() == id => contents.accounts.push(account),
                _ => contents.unreadable.push(id),
            }
            Ok(())
        },
    )
}

fn history(transaction: &Transaction<'_>, contents: &mut Contents) -> Result<(), Error> {
    each(
        transaction,
        "SELECT account, line FROM history ORDER BY place DESC",
        |row| {
            let account = AccountId::new(row.get::<_, String>(0)?);
            let line = serde_json::from_str::<HistoryLine>(&row.get::<_, String>(1)?);
            // A line that can't be read is not worth refusing the rest for.
            if let (Ok(account), Ok(line)) = (account, line) {
                contents.history.entry(account).or_default().push(line);
            }
            Ok(())
        },
    )
}

fn sealed(transaction: &Transaction<'_>, contents: &mut Contents) -> Result<(), Error> {
    each(
        transaction,
        "SELECT what, vault, key_id FROM sealed ORDER BY serial DESC",
        |row| {
            let what: String = row.get(0)?;
            let vault: String = row.get(1)?;
            let key_id = KeyId::new(row.get::<_, String>(2)?);
            let kinds = [Kind::Keychain, Kind::Passphrase, Kind::Session];
            let kind = kinds.into_iter().find(|kind| kind.as_str() == vault);
            if let (Some(kind), Ok(key_id)) = (kind, key_id) {
                remember_sealed(contents, &what, kind, key_id);
            }
            Ok(())
        },
    )
}

/// Rows come newest first, so the first key of a kind is the one it used last.
fn remember_sealed(contents: &mut Contents, what: &str, kind: Kind, key_id: KeyId) {
    if kind != Kind::Session {
        if !contents.sealed_with.contains(&key_id) {
            contents.sealed_with.push(key_id.clone());
        }
        contents
            .expected
            .entry(kind)
            .or_insert_with(|| key_id.clone());
    }
    let Some(Ok(account)) = what.strip_prefix(TOKENS).map(AccountId::new) else {
        return;
    };
    contents.sealed_in.insert(account.clone(), kind);
    contents.sealed_accounts.insert(account, key_id);
}

fn clients(transaction: &Transaction<'_>, contents: &mut Contents) -> Result<(), Error> {
    let query = format!(
        "SELECT provider, settings, EXISTS (SELECT 1 FROM sealed WHERE what = '{CLIENT_SECRET}' || provider)
         FROM clients ORDER BY provider"
    );
    each(transaction, &query, |row| {
        if let Ok(provider) = ProviderId::new(row.get::<_, String>(0)?) {
            contents.clients.push(StoredClient {
                provider,
                settings_json: row.get(1)?,
                has_secret: row.get(2)?,
            });
        }
        Ok(())
    })
}

/// What can't be read counts as not there: a new one is then made.
fn certificate(transaction: &Transaction<'_>) -> Result<Option<StoredCertificate>, Error> {
    let kept: Option<String> = transaction
        .query_row(
            "SELECT value FROM meta WHERE name = 'certificate'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
}

fn each(
    transaction: &Transaction<'_>,
    query: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), rusqlite::Error>,
) -> Result<(), Error> {
    let mut statement = transaction.prepare(query)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}
