//! Which accounts stand under which provider, and how many are ready: kept from frame to frame while nothing changes.
//!
//! Holds the cards it was made from, so that comparing pointers is enough to know whether it still holds; with 10,000 accounts that costs microseconds.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::account_row::tone;
use super::theme::Tone;
use crate::bridge::{AccountCard, IdentityCard, ProviderCard, Snapshot, State};
use crate::ids::ProviderId;

/// The list, searched and counted.
#[derive(Debug, Default)]
pub(super) struct ListIndex {
    providers: Vec<Arc<ProviderCard>>,
    accounts: Vec<Arc<AccountCard>>,
    query: String,
    /// Per provider, and once more for accounts whose provider is gone: whether it is shown for its own name, and the places of its accounts in the snapshot.
    pub(super) groups: Vec<(bool, Vec<usize>)>,
    readiness: Readiness,
}

/// How many accounts can be used, and how many wait for the person.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Readiness {
    pub(super) ready: usize,
    pub(super) waiting: usize,
    /// The largest difference between our clock and a provider's.
    pub(super) clock_offset_ms: Option<i64>,
    counted_at: Timestamp,
    holds_until: Option<Timestamp>,
}

impl ListIndex {
    /// Brings the index up to date; does nothing where nothing changed.
    pub(super) fn update(&mut self, now: Timestamp, snapshot: &Snapshot, query: &str) {
        let query = query.trim().to_lowercase();
        let is_same = same(&self.accounts, &snapshot.accounts);
        if !is_same || self.query != query || !same(&self.providers, &snapshot.providers) {
            self.accounts.clone_from(&snapshot.accounts);
            self.providers.clone_from(&snapshot.providers);
            self.query = query;
            self.groups = groups(snapshot, &self.query);
        }
        let counted = self.readiness;
        let is_late = counted.holds_until.is_some_and(|until| now >= until);
        if !is_same || is_late || now < counted.counted_at {
            self.readiness = count(now, snapshot);
        }
    }

    /// How many accounts can be used, and how many wait for the person.
    pub(super) const fn readiness(&self) -> Readiness {
        self.readiness
    }

    /// How many accounts match what is searched for.
    pub(super) fn found(&self) -> usize {
        self.groups.iter().map(|(_, accounts)| accounts.len()).sum()
    }
}

fn same<Card>(held: &[Arc<Card>], shown: &[Arc<Card>]) -> bool {
    held.len() == shown.len()
        && held
            .iter()
            .zip(shown)
            .all(|(one, other)| Arc::ptr_eq(one, other))
}

fn groups(snapshot: &Snapshot, query: &str) -> Vec<(bool, Vec<usize>)> {
    let mut by_provider: BTreeMap<&ProviderId, Vec<usize>> = BTreeMap::new();
    for (place, account) in snapshot.accounts.iter().enumerate() {
        by_provider
            .entry(&account.provider)
            .or_default()
            .push(place);
    }
    let is_found = |place: &usize| {
        let account = snapshot.accounts.get(*place);
        account.is_some_and(|account| query.is_empty() || matches(account, query))
    };
    let mut groups: Vec<(bool, Vec<usize>)> = Vec::new();
    for provider in &snapshot.providers {
        let mut places = by_provider.remove(&provider.id).unwrap_or_default();
        let is_wanted = query.is_empty() || holds(&provider.name, query);
        if !is_wanted {
            places.retain(is_found);
        }
        groups.push((is_wanted, places));
    }
    let orphans = by_provider.into_values().flatten();
    groups.push((false, orphans.filter(is_found).collect()));
    groups
}

fn matches(account: &AccountCard, query: &str) -> bool {
    let IdentityCard {
        subject,
        login,
        email,
        name,
    } = &account.identity;
    holds(&account.label, query)
        || [email, login, name, subject]
            .into_iter()
            .flatten()
            .any(|text| holds(text, query))
        || account.trading.as_ref().is_some_and(|trading| {
            let mut lines = trading.accounts.iter();
            lines.any(|line| holds(&line.account_number, query))
        })
}

/// Whether a text holds the query, which is in lower case.
fn holds(text: &str, query: &str) -> bool {
    if text.is_ascii() && query.is_ascii() {
        text.as_bytes()
            .windows(query.len().max(1))
            .any(|part| part.eq_ignore_ascii_case(query.as_bytes()))
    } else {
        text.to_lowercase().contains(query)
    }
}

fn count(now: Timestamp, snapshot: &Snapshot) -> Readiness {
    let mut counted = Readiness {
        counted_at: now,
        ..Readiness::default()
    };
    for account in &snapshot.accounts {
        let state = account.state(now);
        if needs_you(account, state) {
            counted.waiting += 1;
        } else if tone(state) != Tone::Bad && !account.locked {
            counted.ready += 1;
        }
        let offsets = counted.clock_offset_ms.into_iter();
        let offsets = offsets.chain(account.obtained.clock_offset_ms);
        counted.clock_offset_ms = offsets.max_by_key(|offset| offset.abs());
        let end = account.access.expires_at.filter(|end| *end > now);
        counted.holds_until = counted.holds_until.into_iter().chain(end).min();
    }
    counted
}

fn needs_you(account: &AccountCard, state: State) -> bool {
    let is_over = state == State::Expired && !account.refresh.present;
    let waits = matches!(
        state,
        State::NeedsSignIn | State::OutcomeUnknown | State::Unreadable
    );
    is_over || waits || account.is_unsaved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_ignores_case_in_any_script() {
        assert!(holds("Main account", "main"));
        assert!(holds("Žofie", "žof"));
        assert!(!holds("Main", "main account"));
    }

    #[test]
    fn other_cards_of_the_same_content_are_other_cards() {
        let one = [Arc::new(1), Arc::new(2)];
        assert!(same(&one, &one.clone()));
        assert!(!same(&one, &[Arc::new(1), Arc::new(2)]));
    }
}
