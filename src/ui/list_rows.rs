//! The lines of the list: providers, their accounts, attempts under way; filtered by what is searched for.
//!
//! Knows nothing of painting. It is made anew for each frame and holds references only, so 10,000 accounts cost little.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::bridge::{AccountCard, LinkCard, LinkOutcome, ProviderCard, Snapshot};
use crate::ids::{AccountId, ProviderId};

/// Height of a provider's line.
pub(super) const PROVIDER_HEIGHT: f32 = 36.0;
/// Height of an account's or an attempt's row.
pub(super) const ROW_HEIGHT: f32 = 60.0;
/// Height of the words under a provider that still needs something.
pub(super) const HINT_HEIGHT: f32 = 28.0;

/// One line of the list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'a> {
    Provider(&'a ProviderCard),
    Hint(&'a ProviderCard),
    Link(&'a LinkCard),
    Account(&'a AccountCard),
}

/// One provider with what stands under it.
#[derive(Debug)]
struct Group<'a> {
    provider: &'a ProviderCard,
    links: Vec<&'a LinkCard>,
    accounts: Vec<&'a AccountCard>,
}

/// All lines, not yet laid out.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    groups: Vec<Group<'a>>,
}

/// The lines of a snapshot, as far as they match the query.
pub(super) fn lines<'a>(snapshot: &'a Snapshot, query: &str) -> Lines<'a> {
    let query = query.trim().to_lowercase();
    let mut accounts = accounts_by_provider(snapshot);
    let groups = snapshot
        .providers
        .iter()
        .filter_map(|provider| {
            let accounts = accounts.remove(&provider.id).unwrap_or_default();
            group(snapshot, provider, accounts, &query)
        })
        .collect();
    Lines { groups }
}

fn accounts_by_provider(snapshot: &Snapshot) -> BTreeMap<&ProviderId, Vec<&AccountCard>> {
    let mut accounts: BTreeMap<&ProviderId, Vec<&AccountCard>> = BTreeMap::new();
    // Accounts come sorted by provider, so most of them belong to the run at hand.
    for run in snapshot
        .accounts
        .chunk_by(|one, next| one.provider == next.provider)
    {
        if let Some(first) = run.first() {
            let of_provider = accounts.entry(&first.provider).or_default();
            of_provider.extend(run.iter().map(AsRef::as_ref));
        }
    }
    accounts
}

fn group<'a>(
    snapshot: &'a Snapshot,
    provider: &'a ProviderCard,
    mut accounts: Vec<&'a AccountCard>,
    query: &str,
) -> Option<Group<'a>> {
    let is_wanted = query.is_empty() || holds(&provider.name, query);
    if !is_wanted {
        accounts.retain(|account| matches(account, query));
    }
    let links = snapshot
        .links
        .iter()
        .filter(|link| link.provider == provider.id)
        .filter(|link| !matches!(link.outcome, Some(LinkOutcome::Linked { .. })))
        .collect();
    (is_wanted || !accounts.is_empty()).then_some(Group {
        provider,
        links,
        accounts,
    })
}

fn matches(account: &AccountCard, query: &str) -> bool {
    let identity = &account.identity;
    holds(&account.label, query)
        || [
            &identity.email,
            &identity.login,
            &identity.name,
            &identity.subject,
        ]
        .into_iter()
        .flatten()
        .any(|text| holds(text, query))
        || account.trading.as_ref().is_some_and(|trading| {
            trading
                .accounts
                .iter()
                .any(|line| holds(&line.account_number, query))
        })
}

/// Whether a text holds the query, which is in lower case.
fn holds(text: &str, query: &str) -> bool {
    if text.is_ascii() && query.is_ascii() {
        text.as_bytes()
            .windows(query.len())
            .any(|part| part.eq_ignore_ascii_case(query.as_bytes()))
    } else {
        text.to_lowercase().contains(query)
    }
}

impl Group<'_> {
    fn has_hint(&self) -> bool {
        self.accounts.is_empty() && self.links.is_empty() && !self.provider.missing.is_empty()
    }

    fn height(&self) -> f32 {
        let rows = self.links.len() + self.accounts.len();
        let hint = if self.has_hint() { HINT_HEIGHT } else { 0.0 };
        PROVIDER_HEIGHT + hint + height_of(rows)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a list of more than 16 million rows is not expected"
)]
fn height_of(rows: usize) -> f32 {
    rows as f32 * ROW_HEIGHT
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows are counted from zero and a viewport is finite"
)]
fn rows_within(rows: usize, top: f32, seen: &Range<f32>) -> Range<usize> {
    let first = ((seen.start - top) / ROW_HEIGHT).floor().max(0.0) as usize;
    let last = ((seen.end - top) / ROW_HEIGHT).ceil().max(0.0) as usize;
    first.min(rows)..last.min(rows)
}

impl<'a> Lines<'a> {
    /// Whether nothing matches.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The height of all lines together.
    pub(super) fn height(&self) -> f32 {
        self.groups.iter().map(Group::height).sum()
    }

    /// The accounts in the order they are shown in.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &'a AccountCard> + '_ {
        self.groups
            .iter()
            .flat_map(|group| group.accounts.iter().copied())
    }

    /// Where an account's row begins.
    pub(super) fn top_of(&self, account: &AccountId) -> Option<f32> {
        let mut top = 0.0;
        for group in &self.groups {
            if let Some(place) = group.accounts.iter().position(|card| card.id == *account) {
                return Some(top + PROVIDER_HEIGHT + height_of(group.links.len() + place));
            }
            top += group.height();
        }
        None
    }

    /// The lines that are at least partly within `seen`, each with where it begins.
    pub(super) fn within(&self, seen: Range<f32>) -> Vec<(f32, Line<'a>)> {
        let mut lines = Vec::new();
        let mut top = 0.0;
        for group in &self.groups {
            let bottom = top + group.height();
            if bottom > seen.start && top < seen.end {
                group_within(group, top, &seen, &mut lines);
            }
            top = bottom;
        }
        lines
    }
}

fn group_within<'a>(
    group: &Group<'a>,
    top: f32,
    seen: &Range<f32>,
    lines: &mut Vec<(f32, Line<'a>)>,
) {
    lines.push((top, Line::Provider(group.provider)));
    let mut top = top + PROVIDER_HEIGHT;
    if group.has_hint() {
        lines.push((top, Line::Hint(group.provider)));
        return;
    }
    for link in &group.links {
        lines.push((top, Line::Link(link)));
        top += ROW_HEIGHT;
    }
    let rows = rows_within(group.accounts.len(), top, seen);
    let first = rows.start;
    for (place, account) in group.accounts.get(rows).into_iter().flatten().enumerate() {
        lines.push((top + height_of(first + place), Line::Account(account)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_rows_in_sight_are_counted() {
        assert_eq!(rows_within(10_000, 36.0, &(0.0..600.0)), 0..10);
        assert_eq!(rows_within(10_000, 36.0, &(6036.0..6636.0)), 100..110);
        assert_eq!(rows_within(3, 36.0, &(6036.0..6636.0)), 3..3);
    }

    #[test]
    fn searching_ignores_case_in_any_script() {
        assert!(holds("Main account", "MAIN".to_lowercase().as_str()));
        assert!(holds("Žofie", "žof"));
        assert!(!holds("Main", "main account"));
    }
}
