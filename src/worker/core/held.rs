//! One account with everything that is going on, and the turns accounts take at a provider.
//!
//! Knows no token and decides nothing.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::answer::Answer;
use crate::account::{Account, HistoryLine};
use crate::bridge::{AccountCard, Busy, Problem, RefreshResult};
use crate::ids::{AccountId, CommandId, FlowId};
use crate::worker::input::Work;

/// History lines kept in memory per account.
const LINES_KEPT: usize = 50;

/// One account with everything that is going on.
#[derive(Debug)]
pub(in crate::worker) struct Held {
    pub(in crate::worker) account: Account,
    pub(in crate::worker) history: Vec<HistoryLine>,
    pub(in crate::worker) locked: bool,
    pub(in crate::worker) work: Option<UnderWay>,
    /// Work asked for that waits for its turn.
    pub(super) line: VecDeque<(Work, Vec<CommandId>)>,
    /// Hand-outs that wait for a refresh.
    pub(super) hand_outs: Vec<CommandId>,
    pub(in crate::worker) last_refresh: Option<RefreshResult>,
    pub(in crate::worker) problem: Option<Problem>,
    pub(in crate::worker) next_refresh_at: Option<Timestamp>,
    pub(super) failures: u32,
    pub(in crate::worker) answer: Answer,
    /// The card as last drawn up; empty after every change.
    card: OnceLock<Arc<AccountCard>>,
}

/// Work under way on an account.
#[derive(Debug)]
pub(in crate::worker) struct UnderWay {
    pub(super) flow: FlowId,
    pub(super) work: Work,
    pub(super) commands: Vec<CommandId>,
}

impl Held {
    pub(super) fn new(account: Account, history: Vec<HistoryLine>) -> Self {
        Self {
            account,
            history,
            locked: false,
            work: None,
            line: VecDeque::new(),
            hand_outs: Vec::new(),
            last_refresh: None,
            problem: None,
            next_refresh_at: None,
            failures: 0,
            answer: Answer::Known,
            card: OnceLock::new(),
        }
    }

    /// What the faces call what is going on.
    pub(in crate::worker) fn busy(&self) -> Option<Busy> {
        let Some(under_way) = &self.work else {
            return (self.answer == Answer::Elsewhere).then_some(Busy::Refreshing);
        };
        Some(match under_way.work {
            Work::Refresh | Work::RefreshAnyway => Busy::Refreshing,
            Work::AskProfile => Busy::AskingTradingAccounts,
            Work::Unlink => Busy::Unlinking,
        })
    }

    /// The card, drawn up anew only after a change.
    pub(in crate::worker) fn card(
        &self,
        draw: impl FnOnce(&Self) -> AccountCard,
    ) -> Arc<AccountCard> {
        Arc::clone(self.card.get_or_init(|| Arc::new(draw(self))))
    }

    pub(super) fn touch(&mut self) -> &mut Self {
        self.card.take();
        self
    }

    pub(super) fn set_locked(&mut self, locked: bool) {
        if self.locked != locked {
            self.touch().locked = locked;
        }
    }

    /// Lets work wait for its turn, once: a second wish for the same joins the first.
    pub(super) fn wait_in_line(&mut self, work: Work, command: Option<CommandId>) {
        match self.line.iter_mut().find(|(waiting, _)| *waiting == work) {
            Some((_, commands)) => commands.extend(command),
            None => self.line.push_back((work, command.into_iter().collect())),
        }
    }

    /// Takes in what was saved, unless something newer is known: a sign-in may have ended between the work and its answer.
    pub(super) fn take_facts(&mut self, account: Account) {
        if account.generation >= self.account.generation {
            self.touch().account = account;
            self.answer = Answer::Known;
        }
    }

    /// Whether what the store says has to wait for what is going on here.
    pub(super) fn is_ahead_of_store(&self) -> bool {
        self.work.is_some() || self.answer == Answer::Unsaved
    }

    pub(super) fn add_line(&mut self, line: HistoryLine) {
        self.touch().history.insert(0, line);
        self.history.truncate(LINES_KEPT);
    }
}

/// Who is being served at a provider, and who waits.
#[derive(Debug, Default)]
pub(in crate::worker) struct Turn {
    pub(super) running: usize,
    pub(super) waiting: VecDeque<AccountId>,
}
