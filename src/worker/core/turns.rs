//! Who is worked on next: one piece of work per account at a time, a few accounts per provider.
//!
//! Knows nothing of what the work is.

use std::sync::Arc;

use jiff::Timestamp;

use super::Core;
use super::answer::Answer;
use super::ended::outcome_of;
use super::held::UnderWay;
use crate::bridge::{Problem, ProblemKind};
use crate::ids::{AccountId, CommandId, ProviderId};
use crate::provider::RefreshWay;
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Work, WorkPlan};

/// Work under way at one provider at a time.
const AT_ONCE: usize = 4;

impl Core {
    /// When the core wants an [`Input::Tick`](crate::worker::input::Input::Tick), if at all.
    pub(in crate::worker) fn wake_at(&self) -> Option<Timestamp> {
        let wakes = [self.refresh_at(), self.lock_at()];
        wakes.into_iter().flatten().min()
    }

    fn refresh_at(&self) -> Option<Timestamp> {
        if !self.settings.refreshes_by_itself || !self.can_open_tokens() {
            return None;
        }
        let idle = self.accounts.values().filter(|held| held.work.is_none());
        idle.filter_map(|held| {
            let due = held.next_refresh_at?;
            match self.turns.get(&held.account.provider) {
                // Saving needs no provider.
                Some(turn) if held.answer != Answer::Unsaved => turn.may_start_at(due),
                Some(_) | None => Some(due),
            }
        })
        .min()
    }

    /// Asks for work on an account: joins what is under way, waits its turn, or starts.
    pub(super) fn ask(
        &mut self,
        id: &AccountId,
        work: Work,
        command: Option<CommandId>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(held) = self.accounts.get_mut(id) else {
            self.end_command(command, None);
            return Vec::new();
        };
        match held.work.as_mut() {
            Some(under_way) if under_way.work.does(work) => {
                under_way.commands.extend(command);
                Vec::new()
            }
            Some(_) => {
                held.wait_in_line(work, command);
                Vec::new()
            }
            None => {
                let provider = held.account.provider.clone();
                held.wait_in_line(work, command);
                self.pump(&provider, Some(id), now)
            }
        }
    }

    /// Starts waiting work at a provider as far as there is room; `first` names an account that is known to wait.
    pub(super) fn pump(
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

    /// Starts the first piece of work in an account's line that can be started; those before it end with what is in the way.
    fn start_next(&mut self, id: &AccountId, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.weigh_answer(id, now);
        loop {
            let Some(held) = self.accounts.get_mut(id).filter(|held| held.work.is_none()) else {
                return effects;
            };
            let Some((work, commands)) = held.line.pop_front() else {
                return effects;
            };
            if held.unreadable && work == Work::Unlink {
                effects.push(self.forget(id, commands));
                return effects;
            }
            match self.work_plan(id, work) {
                Ok(plan) => {
                    effects.push(self.start_work(plan, commands));
                    return effects;
                }
                Err(failure) => {
                    let problem = self.account_problem(id, failure, now);
                    effects.extend(self.refuse((id, work), commands, &problem, now));
                }
            }
        }
    }

    fn start_work(&mut self, plan: WorkPlan, commands: Vec<CommandId>) -> Effect {
        let under_way = UnderWay {
            flow: plan.flow,
            work: plan.work,
            commands,
        };
        self.begin(&plan.account.id, under_way);
        Effect::StartWork(Box::new(plan))
    }

    /// An account whose record can't be read is forgotten without a plan: its provider may not be known.
    fn forget(&mut self, id: &AccountId, commands: Vec<CommandId>) -> Effect {
        let flow = self.new_flow_id();
        let under_way = UnderWay {
            flow,
            work: Work::Unlink,
            commands,
        };
        self.begin(id, under_way);
        let provider = self.accounts.get(id).map(|held| &held.account.provider);
        let known = provider.and_then(|provider| self.registry.get(provider));
        let host = known.map_or_else(|| "the provider".to_owned(), |it| it.name.clone());
        Effect::Forget(flow, id.clone(), host)
    }

    fn begin(&mut self, id: &AccountId, under_way: UnderWay) {
        if let Some(held) = self.accounts.get_mut(id) {
            let turn = self.turns.entry(held.account.provider.clone());
            turn.or_default().running += 1;
            held.touch().work = Some(under_way);
        }
    }

    /// Ends work that can't be started, and what waits for it.
    pub(super) fn refuse(
        &mut self,
        (id, work): (&AccountId, Work),
        commands: Vec<CommandId>,
        problem: &Problem,
        now: Timestamp,
    ) -> Vec<Effect> {
        for command in commands {
            self.end_command(Some(command), Some(problem.clone()));
        }
        if !work.is_refresh() {
            return Vec::new();
        }
        self.set_refresh_result(id, now, outcome_of(&problem.kind));
        self.serve_hand_outs(id, Some(problem))
    }

    fn work_plan(&mut self, id: &AccountId, work: Work) -> Result<WorkPlan, Failure> {
        let flow = self.new_flow_id();
        let (account, answer) = match self.accounts.get(id) {
            Some(held) if held.unreadable => {
                let account = id.to_string();
                return Err(Failure::new(ProblemKind::AccountUnreadable { account }));
            }
            Some(held) => (held.account.clone(), held.answer),
            None => return Err(Failure::bug("the account is gone")),
        };
        let Some(provider) = self.registry.get(&account.provider) else {
            return Err(Failure::new(ProblemKind::ProviderGone {
                provider: account.provider.to_string(),
            }));
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
        if work.is_refresh() && !refreshable {
            return Err(Failure::new(ProblemKind::CannotRefresh));
        }
        if let (Work::Refresh, Answer::Lost(since)) = (work, answer) {
            return Err(Failure::new(ProblemKind::OutcomeUnknown { since }));
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
}
