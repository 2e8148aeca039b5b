//! What starts by itself at a provider, and what waits there: one schedule for each provider, however many accounts there are.
//!
//! What a person asks for never waits here. Sends nothing itself: to look at a road is an [`Effect`].

use jiff::Timestamp;

use super::Core;
use super::road::{Gate, was_not_reached};
use crate::bridge::{Problem, ProblemKind};
use crate::ids::{AccountId, ProviderId};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Work};
use crate::worker::schedule;

impl Core {
    /// Starts the refreshes of these accounts, whose time has come, as far as the road to their provider is open.
    pub(super) fn start_at(
        &mut self,
        provider: &ProviderId,
        mut due: Vec<AccountId>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let turn = self.turns.entry(provider.clone()).or_default();
        let mut effects = Vec::new();
        let start = match turn.gate(now) {
            Gate::Open => due.len(),
            Gate::One => {
                // One that has failed least is the least likely to be what is wrong.
                due.sort_by_key(|id| self.accounts.get(id).map(|held| held.failures));
                1
            }
            Gate::Look => {
                effects.extend(self.look(provider));
                0
            }
            Gate::Shut => 0,
        };
        let waiting = due.split_off(start.min(due.len()));
        for id in due {
            if let Some(held) = self.accounts.get_mut(&id) {
                held.touch().next_refresh_at = None;
            }
            effects.extend(self.ask(&id, Work::Refresh, None, now));
        }
        for id in waiting {
            self.tell_waiting(provider, &id, now);
        }
        effects
    }

    fn look(&mut self, provider: &ProviderId) -> Option<Effect> {
        let settings = self.client_settings(provider);
        let address = self.registry.get(provider)?.token_origin(&settings);
        let closed = self.turns.get_mut(provider)?.road.closed.as_mut()?;
        closed.is_looking = true;
        Some(Effect::Reach(provider.clone(), address))
    }

    /// An account that waits says why, once.
    fn tell_waiting(&mut self, provider: &ProviderId, id: &AccountId, now: Timestamp) {
        let turn = self.turns.get(provider);
        let Some(closed) = turn.and_then(|turn| turn.road.closed.as_ref()) else {
            return;
        };
        let is_told = closed.told.contains_key(id);
        let (Some(kind), false) = (closed.trouble.clone(), is_told) else {
            return;
        };
        if self
            .accounts
            .get(id)
            .is_none_or(|held| held.problem.is_some())
        {
            return;
        }
        let problem = self.account_problem(id, Failure::new(kind), now);
        let turn = self.turns.get_mut(provider);
        if let Some(closed) = turn.and_then(|turn| turn.road.closed.as_mut()) {
            closed.told.insert(id.clone(), problem.id);
        }
    }

    /// Takes in whether the provider could be reached.
    pub(super) fn reached(
        &mut self,
        provider: &ProviderId,
        result: Result<(), Failure>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let seed = self.seed_of(provider.as_str());
        let turn = self.turns.get_mut(provider);
        let Some(closed) = turn.and_then(|turn| turn.road.closed.as_mut()) else {
            return Vec::new();
        };
        closed.is_looking = false;
        match result {
            Ok(()) => {
                let has_returned = closed.trouble.is_some();
                closed.looks_first = false;
                closed.next_try = now;
                if has_returned {
                    self.retry_at_once(provider, now);
                }
            }
            Err(failure) => {
                closed.failures += 1;
                closed.next_try = schedule::look_at(now, closed.failures, seed);
                closed.trouble.get_or_insert(failure.kind);
            }
        }
        self.touch_all(provider);
        self.start_due_refreshes(now)
    }

    /// The network is back: what waited because of it waits no longer.
    fn retry_at_once(&mut self, provider: &ProviderId, now: Timestamp) {
        for id in self.accounts_of(provider) {
            let held = self.accounts.get_mut(&id);
            let Some(held) = held.filter(|held| held.work.is_none()) else {
                continue;
            };
            if held.failures > 0 && held.next_refresh_at.is_some() {
                held.failures = 0;
                self.plan_refresh(&id, now);
            }
        }
    }

    /// An attempt got through, or the set-up has changed: everything that is due may go.
    pub(super) fn open_road(&mut self, provider: &ProviderId) {
        let turn = self.turns.get_mut(provider);
        let Some(closed) = turn.and_then(|turn| turn.road.closed.take()) else {
            return;
        };
        for (id, told) in closed.told {
            let held = self.accounts.get_mut(&id);
            let is_it = |problem: &Problem| problem.id == told;
            if let Some(held) = held.filter(|held| held.problem.as_ref().is_some_and(is_it)) {
                held.touch().problem = None;
            }
        }
        self.touch_all(provider);
    }

    /// The client's set-up was changed: what it was refused for may be mended.
    pub(super) fn set_up_changed(&mut self, provider: &ProviderId, now: Timestamp) {
        self.open_road(provider);
        self.retry_at_once(provider, now);
    }

    /// Closes the road after a failure that is not one account's own; says when the next attempt is due.
    pub(super) fn judge_road(
        &mut self,
        provider: &ProviderId,
        failure: &Failure,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let seed = self.seed_of(provider.as_str());
        let turn = self.turns.get_mut(provider)?;
        let refuses_client = matches!(failure.kind, ProblemKind::ClientRejected { .. });
        if failure.ends_link().is_some() {
            // It answered: what ended is this one link.
            self.open_road(provider);
            return None;
        }
        if !failure.is_transitory() && !refuses_client {
            // It says nothing about the road; whoever was to try it leaves that to the next.
            if let Some(closed) = &mut turn.road.closed {
                closed.next_try = schedule::retry_at(now, closed.failures, None, seed);
            }
            return None;
        }
        let asked = if refuses_client {
            Some(schedule::CLIENT_PAUSE)
        } else {
            failure.retry_after
        };
        let next_try = turn.road.failed(&failure.kind, asked, (now, seed));
        self.take_back(provider, now);
        self.touch_all(provider);
        Some(next_try)
    }

    /// Refreshes that began to wait by themselves leave the queue and are due again.
    fn take_back(&mut self, provider: &ProviderId, now: Timestamp) {
        let Some(turn) = self.turns.get_mut(provider) else {
            return;
        };
        let waiting = std::mem::take(&mut turn.waiting);
        let (mut stay, mut leave) = (Vec::new(), Vec::new());
        for id in waiting {
            match self.accounts.get_mut(&id) {
                Some(held) if held.waits_by_itself() => {
                    held.line.clear();
                    leave.push(id);
                }
                _ => stay.push(id),
            }
        }
        if let Some(turn) = self.turns.get_mut(provider) {
            turn.waiting.extend(stay);
        }
        for id in leave {
            self.plan_refresh(&id, now);
            self.tell_waiting(provider, &id, now);
        }
    }

    /// Refreshes that people asked for and that wait behind one that did not get through end with its problem: each would
    /// only find out the same, ten seconds later.
    pub(super) fn turn_back(
        &mut self,
        provider: &ProviderId,
        problem: &Problem,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        let turn = self.turns.get_mut(provider);
        let waiting = turn.map(|turn| std::mem::take(&mut turn.waiting));
        for id in waiting.into_iter().flatten() {
            let held = self.accounts.get_mut(&id);
            let first =
                held.and_then(|held| held.line.pop_front_if(|(work, _)| *work == Work::Refresh));
            if let Some((work, commands)) = first {
                let failure = Failure {
                    detail: problem.detail.clone(),
                    ..Failure::new(problem.kind.clone())
                };
                let told = self.account_problem(&id, failure, now);
                effects.extend(self.refuse((&id, work), commands, &told, now));
                self.plan_refresh(&id, now);
            }
            let still_waits = |held: &super::Held| !held.line.is_empty();
            if self.accounts.get(&id).is_some_and(still_waits)
                && let Some(turn) = self.turns.get_mut(provider)
            {
                turn.waiting.push_back(id);
            }
        }
        effects
    }

    /// The machine slept: connections are dead, the network may be another, and nothing is sent before it answers.
    pub(super) fn resumed(&mut self, now: Timestamp) -> Vec<Effect> {
        let providers: Vec<ProviderId> = self.providers_in_use();
        for provider in providers {
            let turn = self.turns.entry(provider.clone()).or_default();
            let closed = turn.road.close(now);
            let waits_on_purpose = closed
                .trouble
                .as_ref()
                .is_some_and(|trouble| !was_not_reached(trouble));
            if !waits_on_purpose {
                closed.failures = 0;
                closed.next_try = now;
                self.retry_at_once(&provider, now);
            }
            if let Some(closed) = self
                .turns
                .get_mut(&provider)
                .and_then(|it| it.road.closed.as_mut())
            {
                closed.looks_first = true;
            }
            self.take_back(&provider, now);
        }
        self.start_due_refreshes(now)
    }

    fn providers_in_use(&self) -> Vec<ProviderId> {
        let mut providers: Vec<ProviderId> = self
            .accounts
            .values()
            .map(|held| held.account.provider.clone())
            .collect();
        providers.sort();
        providers.dedup();
        providers
    }

    pub(super) fn accounts_of(&self, provider: &ProviderId) -> Vec<AccountId> {
        self.accounts
            .values()
            .filter(|held| held.account.provider == *provider)
            .map(|held| held.account.id.clone())
            .collect()
    }

    /// Cards tell when the next attempt is due.
    fn touch_all(&mut self, provider: &ProviderId) {
        for held in self.accounts.values_mut() {
            if held.account.provider == *provider {
                held.touch();
            }
        }
    }

    /// Spreads what belongs to this name over time, in another way in every run.
    pub(super) fn seed_of(&self, name: &str) -> u64 {
        name.bytes().fold(self.seed, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        })
    }
}
