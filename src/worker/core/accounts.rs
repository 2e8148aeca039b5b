//! Accounts as the core holds them: what the store says, when a refresh is due, what is wrong.
//!
//! Knows no token: work on an account is an [`Effect`], its answer an input with the id of the work.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Core;
use super::answer::Answer;
use super::held::Held;
use crate::account::{Account, HistoryLine};
use crate::bridge::{
    CertificateCard, KeyStoreState, Problem, ProblemKind, RefreshOutcome, RefreshResult, Remedy,
};
use crate::ids::{AccountId, ProviderId};
use crate::provider::RefreshWay;
use crate::store::Contents;
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Work};
use crate::worker::schedule;

impl Core {
    /// Takes in a reading of the store, or has it read again where the reading is older than what is known here.
    pub(super) fn take_reading(
        &mut self,
        contents: Contents,
        changes: u64,
        now: Timestamp,
    ) -> Vec<Effect> {
        // What has changed here since may not be in it yet: an account just linked would vanish again.
        if changes != self.changes {
            return vec![Effect::Reread];
        }
        // Readings may overtake each other. One that begins after this is right, whatever it says: the file may be an older one.
        if self.believed_since != Some(changes) && self.is_older(&contents) {
            self.changes += 1;
            self.believed_since = Some(self.changes);
            return vec![Effect::Reread];
        }
        self.links_miss_a_reading();
        self.reread(contents, now);
        Vec::new()
    }

    fn is_older(&self, contents: &Contents) -> bool {
        let mut stored = contents.accounts.iter();
        stored.any(|stored| {
            let known = self.accounts.get(&stored.id);
            known.is_some_and(|held| held.account.generation > stored.generation)
        })
    }

    /// Takes in what the store holds; accounts that are being worked on keep what the core knows.
    pub(super) fn reread(&mut self, contents: Contents, now: Timestamp) {
        let all = contents.accounts.iter().chain(&contents.unreadable);
        let present: BTreeSet<&AccountId> = all.map(|it| &it.id).collect();
        let gone = self.accounts.keys().filter(|id| !present.contains(id));
        let gone: Vec<AccountId> = gone.cloned().collect();
        for id in gone {
            self.take_off(&id, now);
        }
        let mut history = contents.history;
        for account in contents.accounts {
            if self.is_in_question(&account) {
                self.take_off(&account.id, now);
                continue;
            }
            let id = account.id.clone();
            let lines = history.remove(&id).unwrap_or_default();
            let answer = if contents.claimed.contains(&id) {
                Answer::Elsewhere
            } else {
                Answer::Known
            };
            match self.accounts.get_mut(&id) {
                Some(held) if held.is_ahead_of(&account) => {
                    held.missed_reading |= held.account != account;
                    continue;
                }
                Some(held)
                    if held.account == account
                        && held.history == lines
                        && (held.answer == Answer::Elsewhere) == (answer == Answer::Elsewhere) =>
                {
                    continue;
                }
                Some(held) => {
                    held.replace(account, now);
                    held.answer = answer;
                    held.history = lines;
                    held.problem = None;
                    held.unreadable = false;
                }
                None => {
                    let mut held = Held::new(account, lines, now);
                    held.answer = answer;
                    held.locked = matches!(self.key_store.state, KeyStoreState::Unavailable(_));
                    self.accounts.insert(id.clone(), held);
                }
            }
            self.plan_refresh(&id, now);
        }
        for account in contents.unreadable {
            let lines = history.remove(&account.id).unwrap_or_default();
            self.show_unreadable(account, lines, now);
        }
        if let Some(kept) = contents.certificate {
            self.certificate = Some(CertificateCard {
                fingerprint: kept.fingerprint,
                not_after: kept.not_after,
            });
        }
        self.refurnish_clients(&contents.clients);
        self.describe_providers();
    }

    /// Shows an account of which not enough can be read to use it.
    fn show_unreadable(&mut self, account: Account, lines: Vec<HistoryLine>, now: Timestamp) {
        let id = account.id.clone();
        let is_shown = |held: &Held| held.work.is_some() || held.unreadable;
        if self.accounts.get(&id).is_some_and(is_shown) {
            return;
        }
        let kind = ProblemKind::AccountUnreadable {
            account: id.to_string(),
        };
        let mut held = Held::new(account, lines, now);
        held.unreadable = true;
        self.accounts.insert(id.clone(), held);
        let mut problem = self.account_problem(&id, Failure::new(kind), now);
        let is_known = |provider| self.registry.get(provider).is_some();
        if !problem.provider.as_ref().is_some_and(is_known) {
            // Nobody knows where to sign in again.
            problem.remedy = Remedy::None;
            self.set_problem(&id, problem);
        }
    }

    /// Takes an account off the list, with whatever waits for it; one that is being worked on goes after that.
    pub(super) fn take_off(&mut self, id: &AccountId, now: Timestamp) {
        match self.accounts.get_mut(id) {
            Some(held) if held.work.is_some() => held.missed_reading = true,
            Some(_) => {
                if let Some(held) = self.accounts.remove(id) {
                    self.end_what_waited(&held, now);
                }
            }
            None => {}
        }
    }

    /// Decides when the account is refreshed by itself.
    pub(super) fn plan_refresh(&mut self, id: &AccountId, now: Timestamp) {
        self.weigh_answer(id, now);
        let seed = self.seed_of(id.as_str());
        let Some(held) = self.accounts.get_mut(id) else {
            return;
        };
        let account = &held.account;
        let provider = self.registry.get(&account.provider);
        let has_way = provider.is_some_and(|it| it.refresh_way() == RefreshWay::Grant);
        let is_over = account.ended.is_some() || held.answer.forbids_refresh();
        // Of what came back from a backup a person knows better whether it was used since.
        let is_old = account.may_be_spent() && held.answer != Answer::Unsaved;
        let waits = held.unreadable || is_old;
        let can = has_way && account.refresh.present && !is_over && !waits;
        let asked_until = account.in_question_until();
        let due = if held.answer.is_urgent() {
            Some(now)
        } else if held.is_from_ahead() {
            // Nothing is known of its end until it is refreshed; there may be many like it.
            let planned = held.next_refresh_at.filter(|at| *at > now);
            Some(planned.unwrap_or_else(|| schedule::some_time_after(now, seed)))
        } else {
            schedule::due_at(&held.access(), seed)
        };
        let due = due.filter(|_| can);
        // Somebody may still be asked what becomes of these tokens, in another window perhaps.
        let due = due.map(|due| due.max(asked_until.unwrap_or(due)));
        let due = due.map(|due| due.max(now));
        if held.next_refresh_at != due {
            held.touch().next_refresh_at = due;
        }
    }

    /// Starts the refreshes whose time has come, a few at a time for each provider.
    pub(super) fn start_due_refreshes(&mut self, now: Timestamp) -> Vec<Effect> {
        if !self.settings.refreshes_by_itself || !self.can_open_tokens() {
            return Vec::new();
        }
        let is_due = |held: &&Held| {
            held.work.is_none() && held.next_refresh_at.is_some_and(|due| due <= now)
        };
        let mut due: BTreeMap<ProviderId, Vec<AccountId>> = BTreeMap::new();
        let mut unsaved = Vec::new();
        for held in self.accounts.values().filter(is_due) {
            if held.answer == Answer::Unsaved {
                unsaved.push(held.account.id.clone());
                continue;
            }
            let provider = held.account.provider.clone();
            due.entry(provider)
                .or_default()
                .push(held.account.id.clone());
        }
        let mut effects = Vec::new();
        for id in unsaved {
            if let Some(held) = self.accounts.get_mut(&id) {
                held.touch().next_refresh_at = None;
            }
            effects.extend(self.ask(&id, Work::Refresh, None, now));
        }
        for (provider, due) in due {
            effects.extend(self.start_at(&provider, due, now));
        }
        effects
    }

    /// Puts the next refresh off after a failure, and says until when.
    pub(super) fn plan_retry(
        &mut self,
        id: &AccountId,
        retry_after: Option<SignedDuration>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let seed = self.seed_of(id.as_str());
        let held = self.accounts.get_mut(id)?;
        held.touch().failures += 1;
        let retry = schedule::retry_at(now, held.failures, retry_after, seed);
        held.next_refresh_at = held.next_refresh_at.map(|due| due.max(retry));
        held.next_refresh_at
    }

    pub(super) fn set_problem(&mut self, id: &AccountId, problem: Problem) {
        if let Some(held) = self.accounts.get_mut(id) {
            held.touch().problem = Some(problem);
        }
    }

    /// Puts a problem on the account's own card; trouble that goes on keeps the time it began.
    pub(super) fn account_problem(
        &mut self,
        id: &AccountId,
        failure: Failure,
        now: Timestamp,
    ) -> Problem {
        let mut problem = self.problem(failure, now);
        problem.account = Some(id.clone());
        let Some(held) = self.accounts.get_mut(id) else {
            return problem;
        };
        problem.provider = Some(held.account.provider.clone());
        if let ProblemKind::Unreachable { host, since } = &mut problem.kind
            && let Some(Problem {
                kind:
                    ProblemKind::Unreachable {
                        host: old_host,
                        since: began,
                    },
                ..
            }) = &held.problem
            && host == old_host
        {
            *since = *began;
        }
        held.touch().problem = Some(problem.clone());
        problem
    }

    pub(super) fn set_refresh_result(
        &mut self,
        id: &AccountId,
        at: Timestamp,
        outcome: RefreshOutcome,
    ) {
        if let Some(held) = self.accounts.get_mut(id) {
            held.touch().last_refresh = Some(RefreshResult { at, outcome });
        }
    }
}
