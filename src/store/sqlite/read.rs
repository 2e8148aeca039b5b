//! Reads everything that is not sealed.
//!
//! Knows nothing of the vault but the names of keys and kinds.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use crate::account::{Account, HistoryLine};
use crate::ids::{AccountId, ProviderId};
use crate::store::{Contents, Error, Stored, StoredCertificate, StoredClient};
use crate::vault::{KeyId, Kind};

/// Before an account's name: what its tokens are filed under.
pub(in crate::store) const TOKENS: &str = "linkdesk/1/tokens/";

/// Before a provider's name: what the client secret is filed under.
pub(super) const CLIENT_SECRET: &str = "linkdesk/1/client-secret/";

/// Reads all of it as it was at one moment.
pub(super) fn contents(connection: &mut Connection) -> Result<Contents, Error> {
    let transaction = connection.transaction()?;
    let mut contents = Contents::default();
    accounts(&transaction, &mut contents, IfUnclear::SetAside)?;
    history(&transaction, &mut contents)?;
    sealed(&transaction, &mut contents)?;
    name_the_nameless(&mut contents);
    clients(&transaction, &mut contents)?;
    contents.certificate = certificate(&transaction)?;
    Ok(contents)
}

/// Reads what is understood of a file that a newer program wrote; the accounts at least.
pub(super) fn newer_contents(connection: &mut Connection) -> Result<Contents, Error> {
    let transaction = connection.transaction()?;
    let mut contents = Contents::default();
    accounts(&transaction, &mut contents, IfUnclear::ShowInPart)?;
    // What else is there may be laid out in another way by now; without it the accounts are still worth showing.
    history(&transaction, &mut contents).unwrap_or_default();
    sealed(&transaction, &mut contents).unwrap_or_default();
    name_the_nameless(&mut contents);
    clients(&transaction, &mut contents).unwrap_or_default();
    contents.certificate = certificate(&transaction).unwrap_or_default();
    Ok(contents)
}

/// What becomes of an account whose record is not quite understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfUnclear {
    /// It is shown as one that can't be read.
    SetAside,
    /// It is shown as far as it is understood.
    ShowInPart,
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

/// What is known of one account.
pub(super) fn account(connection: &Connection, id: &AccountId) -> Result<Stored, Error> {
    let query = "SELECT facts FROM accounts WHERE id = ?1";
    let facts = connection.query_row(query, [id.as_str()], |row| text(row, 0));
    Ok(
        match facts.optional()?.as_deref().map(serde_json::from_str) {
            None => Stored::Nothing,
            Some(Ok(account)) => Stored::Account(Box::new(account)),
            Some(Err(_unknown)) => Stored::Unreadable,
        },
    )
}

fn accounts(
    transaction: &Transaction<'_>,
    contents: &mut Contents,
    if_unclear: IfUnclear,
) -> Result<(), Error> {
    let query = "SELECT id, facts, generation FROM accounts ORDER BY place";
    each(transaction, query, |row| {
        let (id, facts) = (text(row, 0)?, text(row, 1)?);
        let generation = row.get::<_, i64>(2).unwrap_or_default();
        match serde_json::from_str::<Account>(&facts) {
            Ok(account) if account.id.as_str() == id => contents.accounts.push(account),
            _ => set_aside(contents, &id, (generation, &facts), if_unclear),
        }
        Ok(())
    })
}

fn set_aside(
    contents: &mut Contents,
    id: &str,
    (generation, facts): (i64, &str),
    if_unclear: IfUnclear,
) {
    let generation = u64::try_from(generation).unwrap_or_default();
    // No row of ours has another kind of name, so nobody misses this one.
    let Ok(id) = AccountId::new(id) else {
        return;
    };
    match Account::as_far_as_known(&id, generation, facts) {
        Some((account, true)) if if_unclear == IfUnclear::ShowInPart => {
            contents.accounts.push(account);
        }
        Some((account, _)) => contents.unreadable.push(account),
        None => {}
    }
}

/// Tokens without an account are those of one whose row is broken beyond its name.
fn name_the_nameless(contents: &mut Contents) {
    let all = contents.accounts.iter().chain(&contents.unreadable);
    let named: BTreeSet<&AccountId> = all.map(|account| &account.id).collect();
    let sealed = contents.sealed_accounts.keys();
    let nameless = sealed.filter(|id| !named.contains(id));
    let found: Vec<Account> = nameless
        .filter_map(|id| Some(Account::as_far_as_known(id, 0, "")?.0))
        .collect();
    contents.unreadable.extend(found);
}

/// A text, with what is no text in it replaced; one broken row must not hide the others.
fn text(row: &Row<'_>, column: usize) -> Result<String, rusqlite::Error> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => String::new(),
    })
}

fn history(transaction: &Transaction<'_>, contents: &mut Contents) -> Result<(), Error> {
    each(
        transaction,
        "SELECT account, line FROM history ORDER BY place DESC",
        |row| {
            let account = AccountId::new(text(row, 0)?);
            let line = serde_json::from_str::<HistoryLine>(&text(row, 1)?);
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
            let (what, vault) = (text(row, 0)?, text(row, 1)?);
            let key_id = KeyId::new(text(row, 2)?);
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
        if let Ok(provider) = ProviderId::new(text(row, 0)?) {
            contents.clients.push(StoredClient {
                provider,
                settings_json: text(row, 1)?,
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
