//! Finds the account, provider or browser that was meant.
//!
//! Guesses nothing: where two could be meant, both are named.

use super::stop::Stop;
use super::{browsers, table};
use crate::bridge::{AccountCard, BrowserCard, ProviderCard, Snapshot};
use crate::ids::BrowserChoice;
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

/// The browser, and after a slash its profile, by id, by name, or by name in lower case where only one has it.
pub(super) fn browser(snapshot: &Snapshot, meant: &str) -> Result<BrowserChoice, Stop> {
    let all = snapshot.browsers.as_slice();
    // Names may hold a slash themselves, so the longest that is known wins.
    let cuts = meant.rmatch_indices('/');
    let cuts = cuts.filter_map(|(place, _)| meant.split_at_checked(place));
    let cuts = cuts.map(|(browser, profile)| (browser, profile.strip_prefix('/')));
    for (name, profile) in std::iter::once((meant, None)).chain(cuts) {
        match named(all, name, |it| (it.id.as_str(), it.name.as_str())).as_slice() {
            [] => {}
            [browser] => return with_profile(browser, profile),
            several => {
                return Err(Stop::usage(format!(
                    "“{}” could be any of these; give the id instead:\n{}",
                    foreign(meant),
                    browsers::list(several.iter().copied())
                )));
            }
        }
    }
    Err(Stop::usage(if all.is_empty() {
        format!(
            "there is no browser “{}”: none was found on this computer",
            foreign(meant)
        )
    } else {
        format!(
            "there is no browser “{}”. There are:\n{}",
            foreign(meant),
            browsers::list(all)
        )
    }))
}

fn with_profile(browser: &BrowserCard, profile: Option<&str>) -> Result<BrowserChoice, Stop> {
    let chosen = |profile| BrowserChoice {
        browser: browser.id.clone(),
        profile,
    };
    let Some(meant) = profile else {
        return Ok(chosen(None));
    };
    let fitting = named(&browser.profiles, meant, |(id, name)| (id, name));
    match fitting.as_slice() {
        [(id, _)] => Ok(chosen(Some(id.clone()))),
        [] => Err(Stop::usage(format!(
            "{} has no profile “{}”. There are:\n{}",
            foreign(&browser.name),
            foreign(meant),
            browsers::list([browser])
        ))),
        _ => Err(Stop::usage(format!(
            "“{}” could be several profiles; give the id instead:\n{}",
            foreign(meant),
            browsers::list([browser])
        ))),
    }
}

/// Those with this id; else those with this name; else those whose name is this but for capitals.
fn named<'a, T>(
    all: &'a [T],
    meant: &str,
    names: impl for<'n> Fn(&'n T) -> (&'n str, &'n str),
) -> Vec<&'a T> {
    let those = |fits: &dyn Fn(&str, &str) -> bool| -> Vec<&'a T> {
        let fits = |it: &&T| {
            let (id, name) = names(it);
            fits(id, name)
        };
        all.iter().filter(fits).collect()
    };
    let by_id = those(&|id, _| id == meant);
    let by_name = || those(&|_, name| name == meant);
    let by_letters = || those(&|_, name| name.to_lowercase() == meant.to_lowercase());
    let found = [by_id, by_name(), by_letters()];
    found
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}
