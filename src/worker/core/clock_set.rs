//! What the core makes of clocks: the machine slept, its clock was set, a provider's clock differs.
//!
//! Ends are read anew, nothing is refreshed for it and no link ends.

use jiff::{SignedDuration, Timestamp};

use super::Core;
use crate::account::Account;
use crate::bridge::{ProblemKind, Remedy};
use crate::ids::{AccountId, ProblemId, ProviderId};
use crate::worker::clocks::{Change, Whose, whose};
use crate::worker::input::Effect;
use crate::worker::schedule;

/// A provider's clock against ours.
#[derive(Debug)]
pub(super) struct Compared {
    host: String,
    offset: SignedDuration,
    /// What was told about it, and as which problem.
    told: Option<(Whose, ProblemId)>,
}

impl Core {
    pub(super) fn clocks_changed(&mut self, change: Change, now: Timestamp) -> Vec<Effect> {
        match change {
            Change::Slept(_) => self.resumed(now),
            Change::Set(by) => {
                self.clock_set(by, now);
                self.start_due_refreshes(now)
            }
        }
    }

    fn clock_set(&mut self, by: SignedDuration, now: Timestamp) {
        let ids: Vec<_> = self.accounts.keys().cloned().collect();
        for id in &ids {
            let Some(held) = self.accounts.get_mut(id) else {
                continue;
            };
            let was_ahead = held.is_from_ahead();
            held.clock_set(by, now);
            if was_ahead {
                self.plan_after_all(id, now);
            }
        }
        for turn in self.turns.values_mut() {
            turn.road.clock_set(by);
        }
        for flow in self.flows.values_mut() {
            flow.clock_set(by);
        }
        // What was compared with the clock as it was says nothing about it as it is.
        self.clocks.clear();
        self.problems.retain(|problem| {
            let is_of_clocks = matches!(
                problem.kind,
                ProblemKind::ClockSet { .. }
                    | ProblemKind::ClockWrong { .. }
                    | ProblemKind::ProviderClockWrong { .. }
            );
            !is_of_clocks
        });
        if !ids.is_empty() {
            self.note(
                ProblemKind::ClockSet { by },
                Remedy::None,
                String::new(),
                now,
            );
        }
    }

    /// By the clock as it is now an account's end is known; many may be due at once only because of that.
    fn plan_after_all(&mut self, id: &AccountId, now: Timestamp) {
        self.plan_refresh(id, now);
        let seed = self.seed_of(id.as_str());
        let held = self.accounts.get_mut(id);
        if let Some(held) = held.filter(|held| held.next_refresh_at == Some(now)) {
            held.touch().next_refresh_at = Some(schedule::some_time_after(now, seed));
        }
    }

    /// Compares the clocks after an answer of an account's provider, and tells what is new about it.
    pub(super) fn compare_clocks(&mut self, account: &Account, now: Timestamp) {
        let Some(offset) = account.obtained.clock_offset_ms else {
            return;
        };
        let compared = Compared {
            host: self.token_host(&account.provider),
            offset: SignedDuration::from_millis(offset),
            told: None,
        };
        let entry = self.clocks.entry(account.provider.clone());
        let known = entry.or_insert(compared);
        known.offset = SignedDuration::from_millis(offset);
        let providers: Vec<ProviderId> = self.clocks.keys().cloned().collect();
        for provider in providers {
            self.tell_clock(&provider, now);
        }
    }

    fn token_host(&self, provider: &ProviderId) -> String {
        let settings = self.client_settings(provider);
        let record = self.registry.get(provider);
        let origin = record.map(|record| record.token_origin(&settings));
        let address = origin.and_then(|origin| origin.parse::<url::Url>().ok());
        let host = address.and_then(|address| address.host_str().map(str::to_owned));
        host.unwrap_or_else(|| provider.to_string())
    }

    /// Tells whose clock is wrong, once for as long as it stays so.
    fn tell_clock(&mut self, provider: &ProviderId, now: Timestamp) {
        let others = self.clocks.iter().filter(|(other, _)| *other != provider);
        let others: Vec<SignedDuration> = others.map(|(_, compared)| compared.offset).collect();
        let Some(compared) = self.clocks.get_mut(provider) else {
            return;
        };
        let verdict = whose(compared.offset, others);
        if verdict == compared.told.map(|(whose, _)| whose) {
            return;
        }
        let gone = compared.told.take().map(|(_, problem)| problem);
        let (host, seconds) = (compared.host.clone(), compared.offset.as_secs());
        self.problems.retain(|problem| Some(problem.id) != gone);
        let kind = match verdict {
            None => return,
            Some(Whose::Ours) => ProblemKind::ClockWrong {
                host,
                offset_seconds: Some(-seconds),
            },
            Some(Whose::Theirs) => ProblemKind::ProviderClockWrong {
                host,
                offset_seconds: seconds,
            },
        };
        let id = self.note(kind, Remedy::None, String::new(), now);
        if let (Some(compared), Some(whose)) = (self.clocks.get_mut(provider), verdict) {
            compared.told = Some((whose, id));
        }
    }
}
