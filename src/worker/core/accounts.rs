//! Accounts as the core holds them: what the store says, when a refresh is due, what is wrong.
//!
//! Knows no token: work on an account is an [`Effect`], its answer an input with the id of the work.

use jiff::{SignedDuration, Timestamp};

use super::Core;
use super::held::Held;
use crate::bridge::{KeyStoreState, Problem, ProblemKind, RefreshOutcome, RefreshResult};
use crate::ids::AccountId;
use crate::provider::RefreshWay;
use crate::store::Contents;
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Work};
use crate::worker::schedule;

impl Core {
    /// Takes in what the store holds; accounts that are being worked on keep what the core knows.
    pub(super) fn reread(&mut self, contents: Contents, now: Timestamp) {
        let present = |id: &AccountId| contents.accounts.iter().any(|account| account.id == *id);
        let gone = |held: &Held| held.work.is_none() && !present(&held.account.id);
        self.accounts.retain(|_, held| !gone(held));
        let mut history = contents.history;
        for account in contents.accounts {
            let id = account.id.clone();
            let lines = history.remove(&id).unwrap_or_default();
            match self.accounts.get_mut(&id) {
                Some(held) if held.work.is_some() => continue,
                Some(held) if held.account == account && held.history == lines => continue,
                Some(held) => {
                    held.touch().account = account;
                    held.history = lines;
                    held.problem = None;
                }
                None => {
                    let mut held = Held::new(account, lines);
                    held.locked = matches!(self.key_store.state, KeyStoreState::Unavailable(_));
                    self.accounts.insert(id.clone(), held);
                }
            }
            self.plan_refresh(&id, now);
        }
        self.refurnish_clients(&contents.clients);
        self.describe_providers();
    }

    /// Decides when the account is refreshed by itself.
    pub(super) fn plan_refresh(&mut self, id: &AccountId, now: Timestamp) {
        let Some(held) = self.accounts.get_mut(id) else {
            return;
        };
        let account = &held.account;
        let provider = self.registry.get(&account.provider);
        let has_way = provider.is_some_and(|it| it.refresh_way() == RefreshWay::Grant);
        let is_over = account.ended.is_some() || account.outcome_unknown_since.is_some();
        let can = has_way && account.refresh.present && !is_over;
        let due = schedule::due_at(&account.access).filter(|_| can);
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
        let due: Vec<AccountId> = self
            .accounts
            .values()
            .filter(is_due)
            .map(|held| held.account.id.clone())
            .collect();
        let mut effects = Vec::new();
        for id in due {
            if let Some(held) = self.accounts.get_mut(&id) {
                held.touch().next_refresh_at = None;
            }
            effects.extend(self.ask(&id, Work::Refresh, None, now));
        }
        effects
    }

    /// Puts the next refresh off after a failure, and says until when.
    pub(super) fn plan_retry(
        &mut self,
        id: &AccountId,
        retry_after: Option<SignedDuration>,
        now: Timestamp,
<<<<<<< HEAD
    ) -> Option<Timestamp> {
=======
    ) -> Vec<Effect> {
        let Some(held) = self.accounts.get_mut(id) else {
            self.end_command(command, None);
            return Vec::new();
        };
        match held.work.as_mut() {
            Some(under_way) if under_way.work == work => {
                under_way.commands.extend(command);
                Vec::new()
            }
            Some(_) => {
                held.line.push_back((work, command));
                Vec::new()
            }
            None => {
                let provider = held.account.provider.clone();
                held.line.push_back((work, command));
                self.pump(&provider, Some(id), now)
            }
        }
    }

    /// Starts waiting work at a provider as far as there is room; `first` names an account that is known to wait.
    fn pump(
        &mut self,
        provider: &ProviderId,
        first: Option<&AccountId>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        let turn = self.turns.entry(provider.clone()).or_default();
        turn.waiting.extend(first.cloned());
        while let Some(turn) = self.turns.get_mut(provider) {
            if turn.running >= AT_ONCE {
                break;
            }
            let Some(id) = turn.waiting.pop_front() else {
                break;
            };
            effects.extend(self.start_next(&id, now));
        }
        effects
    }

    fn start_next(&mut self, id: &AccountId, now: Timestamp) -> Option<Effect> {
        let held = self.accounts.get_mut(id)?;
        if held.work.is_some() {
            return None;
        }
        let (work, command) = held.line.pop_front()?;
        match self.work_plan(id, work) {
            Ok(plan) => {
                let provider = plan.account.provider.clone();
                self.turns.entry(provider).or_default().running += 1;
                let flow = plan.flow;
                let held = self.accounts.get_mut(id)?;
                held.touch().work = Some(UnderWay {
                    flow,
                    work,
                    commands: command.into_iter().collect(),
                });
                Some(Effect::StartWork(Box::new(plan)))
            }
            Err(failure) => {
                let problem = self.account_problem(id, failure, now);
                if work == Work::Refresh {
                    self.set_refresh_result(id, now, outcome_of(&problem.kind));
                }
                self.end_command(command, Some(problem));
                None
            }
        }
    }

    fn work_plan(&mut self, id: &AccountId, work: Work) -> Result<WorkPlan, Failure> {
        let flow = self.new_flow_id();
        let account = match self.accounts.get(id) {
            Some(held) => held.account.clone(),
            None => return Err(Failure::bug("the account is gone")),
        };
        let Some(provider) = self.registry.get(&account.provider) else {
            return Err(Failure::bug("the account's provider file is gone"));
        };
        if work != Work::Unlink {
            if let Some(reason) = account.ended {
                return Err(Failure::new(ProblemKind::NeedsSignIn { reason }));
            }
            self.require_client(&account.provider)?;
        }
        let way = provider.refresh_way();
        let refreshable = match way {
            RefreshWay::Grant => account.refresh.present,
            RefreshWay::RenewByUse => true,
            RefreshWay::None => false,
        };
        if work == Work::Refresh && !refreshable {
            return Err(Failure::new(ProblemKind::CannotRefresh));
        }
        let settings = self.client_settings(&account.provider);
        Ok(WorkPlan {
            flow,
            work,
            provider: Arc::clone(provider),
            settings,
            account,
        })
    }

    /// Takes in what came of work on an account; an answer to older work changes nothing.
    pub(super) fn work_ended(
        &mut self,
        flow: FlowId,
        id: &AccountId,
        result: WorkResult,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(held) = self.accounts.get_mut(id) else {
            return Vec::new();
        };
        let Some(under_way) = held.work.take_if(|work| work.flow == flow) else {
            return Vec::new();
        };
        held.touch();
        let provider = held.account.provider.clone();
        if let Some(turn) = self.turns.get_mut(&provider) {
            turn.running = turn.running.saturating_sub(1);
        }
        let problem = self.take_in(id, under_way.work, result, now);
        for command in under_way.commands {
            self.end_command(Some(command), problem.clone());
        }
        let mut effects = self.serve_hand_outs(id, problem);
        let waits = self
            .accounts
            .get(id)
            .is_some_and(|held| !held.line.is_empty());
        effects.extend(self.pump(&provider, waits.then_some(id), now));
        effects
    }

    fn take_in(
        &mut self,
        id: &AccountId,
        work: Work,
        result: WorkResult,
        now: Timestamp,
    ) -> Option<Problem> {
        match result {
            WorkResult::Refreshed(account, line) => {
                self.accept(id, account, line, now);
                self.set_refresh_result(id, now, RefreshOutcome::Refreshed);
                None
            }
            WorkResult::Used(account, line) => {
                self.accept(id, account, line, now);
                if work == Work::Refresh {
                    self.set_refresh_result(id, now, RefreshOutcome::Renewed);
                }
                None
            }
            WorkResult::Failed(failure, saved) => {
                Some(self.take_in_failure(id, work, failure, saved, now))
            }
            WorkResult::Unlinked(left_undone) => {
                let held = self.accounts.remove(id)?;
                let failure = left_undone?;
                let mut problem = self.problem(failure, now);
                problem.provider = Some(held.account.provider);
                self.problems.push(problem.clone());
                Some(problem)
            }
        }
    }

    fn accept(&mut self, id: &AccountId, account: Account, line: HistoryLine, now: Timestamp) {
        self.key_store.state = KeyStoreState::Open;
        if let Some(held) = self.accounts.get_mut(id) {
            held.account = account;
            held.problem = None;
            held.failures = 0;
            held.locked = false;
            held.add_line(line);
        }
        self.plan_refresh(id, now);
    }

    fn take_in_failure(
        &mut self,
        id: &AccountId,
        work: Work,
        failure: Failure,
        saved: Option<(Account, HistoryLine)>,
        now: Timestamp,
    ) -> Problem {
        self.key_store_failed(&failure);
        // What doesn't mend itself, such as a wrong secret, is tried rarely: never at once, for the token stays due.
        let retry_after = if failure.is_transitory() {
            failure.retry_after
        } else {
            Some(schedule::LONGEST_PAUSE)
        };
        if let Some((account, line)) = saved
            && let Some(held) = self.accounts.get_mut(id)
        {
            held.account = account;
            held.add_line(line);
        }
        self.plan_refresh(id, now);
        self.plan_retry(id, retry_after, now);
        let problem = self.account_problem(id, failure, now);
        if work == Work::Refresh {
            self.set_refresh_result(id, now, outcome_of(&problem.kind));
        }
        problem
    }

    fn plan_retry(&mut self, id: &AccountId, retry_after: Option<SignedDuration>, now: Timestamp) {
>>>>>>> room/qa
        let seed = self.seed;
        let held = self.accounts.get_mut(id)?;
        held.touch().failures += 1;
        let seed = id.as_str().bytes().fold(seed, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
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
