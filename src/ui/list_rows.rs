//! The lines of the list: providers, their accounts, attempts under way; filtered by what is searched for.
//!
//! Knows nothing of painting. It refers to the index and the snapshot, so 10,000 accounts cost a frame nothing.

use std::ops::Range;
use std::sync::Arc;

use super::list_index::{ListIndex, Readiness};
use crate::bridge::{AccountCard, LinkCard, LinkOutcome, ProviderCard, Snapshot};
use crate::ids::AccountId;

/// Height of a provider's line.
pub(super) const PROVIDER_HEIGHT: f32 = 36.0;
/// Height of the line at the end, which adds a provider.
pub(super) const ADD_HEIGHT: f32 = 44.0;
/// Height of an account's or an attempt's row.
pub(super) const ROW_HEIGHT: f32 = 60.0;
/// Height of the words under a provider that still needs something.
pub(super) const HINT_HEIGHT: f32 = 28.0;

/// One line of the list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'a> {
    Provider(&'a ProviderCard),
    /// Above accounts whose provider file is gone.
    Orphans,
    Hint(&'a ProviderCard),
    Link(&'a LinkCard),
    Account(&'a AccountCard),
}

/// One provider with what stands under it.
#[derive(Debug)]
struct Group<'a> {
    provider: Option<&'a ProviderCard>,
    links: Vec<&'a LinkCard>,
    places: &'a [usize],
}

/// All lines, not yet laid out.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    groups: Vec<Group<'a>>,
    accounts: &'a [Arc<AccountCard>],
    index: &'a ListIndex,
}

/// The lines of a snapshot, as the index has them.
pub(super) fn lines<'a>(snapshot: &'a Snapshot, index: &'a ListIndex) -> Lines<'a> {
    let providers = snapshot.providers.iter().map(|card| Some(card.as_ref()));
    let groups = providers
        .chain([None])
        .zip(&index.groups)
        .filter(|(_, (is_wanted, places))| *is_wanted || !places.is_empty())
        .map(|(provider, (_, places))| Group {
            provider,
            links: provider.map_or_else(Vec::new, |provider| links(snapshot, provider)),
            places,
        })
        .collect();
    Lines {
        groups,
        accounts: &snapshot.accounts,
        index,
    }
}

/// Attempts that are under way or have failed; a linked one is an account now.
fn links<'a>(snapshot: &'a Snapshot, provider: &ProviderCard) -> Vec<&'a LinkCard> {
    snapshot
        .links
        .iter()
        .filter(|link| link.provider == provider.id)
        .filter(|link| !matches!(link.outcome, Some(LinkOutcome::Linked { .. })))
        .collect()
}

impl Group<'_> {
    fn has_hint(&self) -> bool {
        let needs_something = self.provider.is_some_and(|card| !card.missing.is_empty());
        self.places.is_empty() && self.links.is_empty() && needs_something
    }

    fn height(&self) -> f32 {
        let rows = self.links.len() + self.places.len();
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

    /// The height of all lines together, but for what stands after them.
    pub(super) fn height(&self) -> f32 {
        self.groups.iter().map(Group::height).sum()
    }

    /// The accounts in the order they are shown in.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &'a AccountCard> + '_ {
        let places = self.groups.iter().flat_map(|group| group.places);
        places.filter_map(|place| self.account(*place))
    }

    fn account(&self, place: usize) -> Option<&'a AccountCard> {
        self.accounts.get(place).map(AsRef::as_ref)
    }

    /// How many accounts match what is searched for.
    pub(super) fn found(&self) -> usize {
        self.index.found()
    }

    /// How many accounts can be used, and how many wait for the person.
    pub(super) const fn readiness(&self) -> Readiness {
        self.index.readiness()
    }

    /// Where an account's row begins.
    pub(super) fn top_of(&self, account: &AccountId) -> Option<f32> {
        let mut top = 0.0;
        for group in &self.groups {
            let is_it =
                |place: &usize| self.account(*place).is_some_and(|card| card.id == *account);
            if let Some(place) = group.places.iter().position(is_it) {
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
                self.group_within(group, top, &seen, &mut lines);
            }
            top = bottom;
        }
        lines
    }

    fn group_within(
        &self,
        group: &Group<'a>,
        top: f32,
        seen: &Range<f32>,
        lines: &mut Vec<(f32, Line<'a>)>,
    ) {
        lines.push((top, group.provider.map_or(Line::Orphans, Line::Provider)));
        let mut top = top + PROVIDER_HEIGHT;
        if let Some(provider) = group.provider.filter(|_| group.has_hint()) {
            lines.push((top, Line::Hint(provider)));
            return;
        }
        for link in &group.links {
            lines.push((top, Line::Link(link)));
            top += ROW_HEIGHT;
        }
        let rows = rows_within(group.places.len(), top, seen);
        let first = rows.start;
        let places = group.places.get(rows).into_iter().flatten();
        for (number, account) in places.filter_map(|place| self.account(*place)).enumerate() {
            lines.push((top + height_of(first + number), Line::Account(account)));
        }
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
}
