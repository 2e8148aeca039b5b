//! What the core makes of finished work on an account.
//!
//! Knows nothing of how the work was done.

use jiff::Timestamp;

use super::Core;
use super::answer::Answer;
use super::held::{Held, Turn};
use crate::account::{Account, HistoryLine};
use crate::bridge::{Brought, EndReason, KeyStoreState, Problem, ProblemKind, RefreshOutcome};
use crate::ids::{AccountId, FlowId};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Work, WorkResult};
use crate::worker::schedule;

impl Core {
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
        let reads_again = std::mem::take(&mut held.missed_reading);
        let provider = held.account.provider.clone();
        if let Some(turn) = self.turns.get_mut(&provider) {
            turn.running = turn.running.saturating_sub(1);
        }
        let was_closed = self.turns.get(&provider).and_then(Turn::next_try).is_some();
        let problem = self.take_in(id, under_way.work, result, now);
        for command in under_way.commands {
            self.end_command(Some(command), problem.clone());
        }
        let mut effects = match under_way.work {
            Work::Refresh | Work::RefreshAnyway => self.serve_hand_outs(id, problem.as_ref()),
            Work::AskProfile | Work::Unlink => Vec::new(),
        };
        if let Some(Problem {
            kind:
                ProblemKind::NeedsSignIn {
                    reason: EndReason::ProviderReset,
                },
            ..
        }) = &problem
        {
            // Links that ended just before have got the same reason in the store.
            effects.push(Effect::Reread);
        }
        let waits = self
            .accounts
            .get(id)
            .is_some_and(|held| !held.line.is_empty());
        if let Some(problem) = problem.filter(|_| self.got_nowhere(id)) {
            effects.extend(self.turn_back(&provider, &problem, now));
        }
        effects.extend(self.pump(&provider, waits.then_some(id), now));
        if was_closed {
            effects.extend(self.start_due_refreshes(now));
        }
        // Another program, or a sign-in, has changed something meanwhile.
        effects.extend(reads_again.then_some(Effect::Reread));
        effects
    }

    /// Whether an account's work ended before anything was sent, so that others would fare no better.
    fn got_nowhere(&self, id: &AccountId) -> bool {
        self.accounts.get(id).is_some_and(|held| {
            let kind = held.problem.as_ref().map(|problem| &problem.kind);
            let is_unreachable = matches!(kind, Some(ProblemKind::Unreachable { .. }));
            is_unreachable && held.account.outcome_unknown_since.is_none()
        })
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
                if work.is_refresh() {
                    self.set_refresh_result(id, now, RefreshOutcome::Renewed);
                }
                None
            }
            WorkResult::Unsaved(cause) => {
                self.key_store_failed(&cause);
                self.accounts.get_mut(id)?.touch().answer = Answer::Unsaved;
                let failure = cause.not_saved(Brought::Refresh);
                Some(self.take_in_failure(id, work, (failure, None), now))
            }
            WorkResult::Failed(failure, saved) => {
                if let Some(held) = self.accounts.get_mut(id)
                    && held.answer == Answer::Unsaved
                    && work != Work::Unlink
                {
                    // What was held is no longer wanted.
                    held.touch().answer = Answer::Known;
                }
                Some(self.take_in_failure(id, work, (failure, saved), now))
            }
            WorkResult::Unlinked(left_undone) => {
                let held = self.accounts.remove(id)?;
                self.forgotten.insert(id.clone());
                self.end_what_waited(&held, now);
                let failure = left_undone?;
                let mut problem = self.problem(failure, now);
                problem.provider = Some(held.account.provider);
                self.problems.push(problem.clone());
                Some(problem)
            }
        }
    }

    /// Nothing can be done any more with an account that is gone.
    pub(super) fn end_what_waited(&mut self, gone: &Held, now: Timestamp) {
        let waiting = gone.line.iter().flat_map(|(_, commands)| commands);
        for command in waiting {
            self.end_command(Some(*command), None);
        }
        for command in &gone.hand_outs {
            let failure = Failure::bug("the account was unlinked");
            self.finish(*command, None, Some(failure), now);
        }
    }

    fn accept(&mut self, id: &AccountId, account: Account, line: HistoryLine, now: Timestamp) {
        self.key_store.state = KeyStoreState::Open;
        self.open_road(&account.provider);
        self.compare_clocks(&account, now);
        if let Some(held) = self.accounts.get_mut(id) {
            held.answer = Answer::Known;
            held.take_facts(account, now);
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
        (failure, saved): (Failure, Option<(Account, HistoryLine)>),
        now: Timestamp,
    ) -> Problem {
        self.key_store_failed(&failure);
        // What doesn't mend itself, such as a wrong secret, is tried rarely: never at once, for the token stays due.
        let retry_after = match &failure.kind {
            _ if failure.is_transitory() => failure.retry_after,
            // These mend themselves on this computer.
            ProblemKind::NotSaved { .. } | ProblemKind::HeldByAnother { .. } => None,
            ProblemKind::ClientRejected { .. } => Some(schedule::CLIENT_PAUSE),
            _ => Some(schedule::LONGEST_PAUSE),
        };
        if let Some((account, line)) = saved
            && let Some(held) = self.accounts.get_mut(id)
        {
            let is_told = failure.is_transitory()
                && held.history.first().is_some_and(|it| it.what == line.what);
            held.take_facts(account, now);
            if !is_told {
                held.add_line(line);
            }
        }
        self.plan_refresh(id, now);
        let provider = self
            .accounts
            .get(id)
            .map(|held| held.account.provider.clone());
        let next_try = provider.and_then(|it| self.judge_road(&it, &failure, now));
        let mut problem = self.account_problem(id, failure, now);
        let next = self.plan_retry(id, retry_after, now).max(next_try);
        if let ProblemKind::TemporarilyFailing { retry_at, .. } = &mut problem.kind {
            *retry_at = next;
            self.set_problem(id, problem.clone());
        }
        if work.is_refresh() {
            self.set_refresh_result(id, now, outcome_of(&problem.kind));
        }
        problem
    }
}

/// The outcome scripts know for a problem that ended a refresh.
pub(super) const fn outcome_of(kind: &ProblemKind) -> RefreshOutcome {
    match kind {
        ProblemKind::NeedsSignIn { .. } | ProblemKind::CannotRefresh => RefreshOutcome::NeedsSignIn,
        ProblemKind::Unreachable { .. }
        | ProblemKind::ProxyRefused { .. }
        | ProblemKind::PageInstead { .. }
        | ProblemKind::TemporarilyFailing { .. }
        | ProblemKind::CertificateUntrusted { .. }
        | ProblemKind::ClockWrong { .. } => RefreshOutcome::Unreachable,
        _ => RefreshOutcome::Failed,
    }
}
