//! Finds the account or provider that was meant.
//!
//! Guesses nothing: where two could be meant, both are named.

use super::stop::Stop;
use super::table;
use crate::bridge::{AccountCard, ProviderCard, Snapshot};
use crate::text::foreign;

/// The account with this id, or the only one with this label or provider.
pub(super) fn account<'a>(snapshot: &'a Snapshot, meant: &str) -> Result<&'a AccountCard, Stop> {
    let accounts = || snapshot.accounts.iter().map(AsRef::as_ref);
    if let Some(account) = accounts().find(|account| account.id.as_str() == meant) {
        return Ok(account);
    }
    let fits =
        |account: &&AccountCard| account.label == meant || account.provider.as_str() == meant;
    let fitting: Vec<&AccountCard> = accounts().filter(fits).collect();
    match fitting.as_slice() {
        [account] => Ok(account),
        [] if snapshot.accounts.is_empty() => Err(Stop::usage(format!(
            "there is no account “{}”: none is linked yet",
            foreign(meant)
        ))),
        [] => Err(Stop::usage(format!(
            "there is no account “{}”. There are:\n{}",
            foreign(meant),
            list(accounts())
        ))),
        several => Err(Stop::usage(format!(
            "“{}” could be any of these; give the id instead:\n{}",
            foreign(meant),
            list(several.iter().copied())
        ))),
    }
}

fn list<'a>(accounts: impl Iterator<Item = &'a AccountCard>) -> String {
    let row = |account: &AccountCard| {
        vec![
            format!("  {}", account.id),
            foreign(&account.label),
            account.provider.to_string(),
            account.identity_line().map(foreign).unwrap_or_default(),
        ]
    };
    table::columns(&accounts.map(row).collect::<Vec<_>>())
}

/// The provider with this id.
pub(super) fn provider<'a>(snapshot: &'a Snapshot, meant: &str) -> Result<&'a ProviderCard, Stop> {
    let mut providers = snapshot.providers.iter().map(AsRef::as_ref);
    providers
        .find(|provider: &&ProviderCard| provider.id.as_str() == meant)
        .ok_or_else(|| {
            let ids: Vec<&str> = snapshot.providers.iter().map(|it| it.id.as_str()).collect();
            Stop::usage(format!(
                "there is no provider “{}”. There are: {}",
                foreign(meant),
                ids.join(", ")
            ))
        })
}
