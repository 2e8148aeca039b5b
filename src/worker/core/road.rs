//! The way to one provider: open, or closed until one account has got through.
//!
//! Decides when the next attempt is due; starts nothing and knows no account's tokens.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::held::Turn;
use crate::bridge::ProblemKind;
use crate::ids::{AccountId, ProblemId};
use crate::worker::schedule;

/// The way to a provider, as far as work that starts by itself is concerned.
#[derive(Debug, Default)]
pub(in crate::worker) struct Road {
    pub(super) closed: Option<Closed>,
}

/// Nothing starts by itself, until one account has tried and got through.
#[derive(Debug)]
pub(super) struct Closed {
    /// Looks and attempts in a row that failed.
    pub(super) failures: u32,
    pub(super) next_try: Timestamp,
    /// Whether the network has to answer before anything is sent.
    pub(super) looks_first: bool,
    pub(super) is_looking: bool,
    /// What accounts that wait are told; nothing while it is only being made sure.
    pub(super) trouble: Option<ProblemKind>,
    /// The accounts that were told.
    pub(super) told: BTreeMap<AccountId, ProblemId>,
}

/// What may start at a provider by itself.
pub(super) enum Gate {
    Open,
    /// One account, to see whether it gets through.
    One,
    /// A look, which sends nothing.
    Look,
    Shut,
}

impl Turn {
    pub(super) fn gate(&self, now: Timestamp) -> Gate {
        match &self.road.closed {
            None => Gate::Open,
            Some(closed) if closed.is_looking || now < closed.next_try => Gate::Shut,
            Some(closed) if closed.looks_first => Gate::Look,
            Some(_) if self.running > 0 => Gate::Shut,
            Some(_) => Gate::One,
        }
    }

    /// When something that is due at an instant may start; `None` while what is under way has to end first.
    pub(super) fn may_start_at(&self, due: Timestamp) -> Option<Timestamp> {
        match &self.road.closed {
            None => Some(due),
            Some(closed) if closed.is_looking => None,
            Some(closed) if !closed.looks_first && self.running > 0 => None,
            Some(closed) => Some(due.max(closed.next_try)),
        }
    }

    /// When the next attempt is due that starts by itself, where the road is closed.
    pub(in crate::worker) fn next_try(&self) -> Option<Timestamp> {
        Some(self.road.closed.as_ref()?.next_try)
    }
}

impl Road {
    pub(super) fn close(&mut self, now: Timestamp) -> &mut Closed {
        self.closed.get_or_insert_with(|| Closed {
            failures: 0,
            next_try: now,
            looks_first: false,
            is_looking: false,
            trouble: None,
            told: BTreeMap::new(),
        })
    }

    /// An attempt failed; says when the next is due.
    pub(super) fn failed(
        &mut self,
        kind: &ProblemKind,
        asked: Option<SignedDuration>,
        (now, seed): (Timestamp, u64),
    ) -> Timestamp {
        let was_open = self.closed.is_none();
        let closed = self.close(now);
        let was_tried = !was_open && !closed.looks_first;
        // Several that were under way together are one failure.
        if was_open || now >= closed.next_try {
            closed.failures += 1;
        }
        closed.looks_first = was_not_reached(kind);
        let pause = if closed.looks_first && !was_tried {
            schedule::look_at(now, closed.failures, seed)
        } else {
            schedule::retry_at(now, closed.failures, asked, seed)
        };
        closed.next_try = closed.next_try.max(pause);
        closed.trouble = Some(kind.clone());
        closed.next_try
    }

    /// The wall clock was set.
    pub(super) fn clock_set(&mut self, by: SignedDuration) {
        if let Some(closed) = &mut self.closed {
            closed.next_try = closed.next_try.checked_add(by).unwrap_or(closed.next_try);
            if let Some(trouble) = &mut closed.trouble {
                trouble.clock_set(by);
            }
        }
    }
}

/// Whether a failure means that no connection came about.
pub(super) const fn was_not_reached(kind: &ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Unreachable { .. }
            | ProblemKind::ProxyRefused { .. }
            | ProblemKind::CertificateUntrusted { .. }
            | ProblemKind::ClockWrong { .. }
    )
}
