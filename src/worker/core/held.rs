//! One account with everything that is going on, and the turns accounts take at a provider.
//!
//! Knows no token and decides nothing.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};

use super::answer::Answer;
use super::road::Road;
use crate::account::{AccessFacts, Account, HistoryLine, Obtained, RefreshFacts};
use crate::bridge::{AccountCard, Busy, Problem, RefreshResult};
use crate::ids::{AccountId, CommandId, FlowId};
use crate::worker::clocks::Receipt;
use crate::worker::input::Work;

/// History lines kept in memory per account.
const LINES_KEPT: usize = 50;

/// One account with everything that is going on.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts; none of them decides another"
)]
pub(in crate::worker) struct Held {
    /// As it is in the store; its ends are read through [`Held::access`] and [`Held::refresh`].
    pub(in crate::worker) account: Account,
    /// How the access token's instants are read now.
    access: Receipt,
    /// How the refresh token's are.
    refresh: Receipt,
    pub(in crate::worker) history: Vec<HistoryLine>,
    pub(in crate::worker) locked: bool,
    /// Whether its record can't be read; what is shown is what is left of it.
    pub(in crate::worker) unreadable: bool,
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
    /// Set when the store was read while the account was being worked on, and said something else than the core knows.
    pub(super) missed_reading: bool,
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
    pub(super) fn new(account: Account, history: Vec<HistoryLine>, now: Timestamp) -> Self {
        Self {
            access: Receipt::judged(account.access.issued_at, now),
            refresh: Receipt::judged(refresh_issued_at(&account), now),
            account,
            history,
            locked: false,
            unreadable: false,
            work: None,
            line: VecDeque::new(),
            hand_outs: Vec::new(),
            last_refresh: None,
            problem: None,
            next_refresh_at: None,
            failures: 0,
            answer: Answer::Known,
            missed_reading: false,
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
    pub(super) fn take_facts(&mut self, account: Account, now: Timestamp) {
        if account.generation >= self.account.generation {
            self.replace(account, now);
            self.answer = Answer::Known;
            self.unreadable = false;
        }
    }

    /// Whether what the store says has to wait for what is going on here; tokens that are newer than unsaved ones don't.
    pub(super) fn is_ahead_of(&self, stored: &Account) -> bool {
        let is_newest = stored.generation <= self.account.generation;
        self.work.is_some() || (self.answer == Answer::Unsaved && is_newest)
    }

    /// Takes in what is stored; a token that is the same as before stays as old as it is.
    pub(super) fn replace(&mut self, account: Account, now: Timestamp) {
        let before = &self.account;
        let access = (account.access.issued_at, account.access.expires_at);
        if access != (before.access.issued_at, before.access.expires_at) {
            self.access = Receipt::judged(account.access.issued_at, now);
        }
        if account.refresh != before.refresh {
            self.refresh = Receipt::judged(refresh_issued_at(&account), now);
        }
        self.touch().account = account;
    }

    /// The access token's facts by the clock as it is now.
    pub(in crate::worker) fn access(&self) -> AccessFacts {
        self.access.access(&self.account.access)
    }

    /// The refresh token's.
    pub(in crate::worker) fn refresh(&self) -> RefreshFacts {
        let known = &self.account.refresh;
        RefreshFacts {
            issued_at: self.refresh.end(known.issued_at),
            expires_at: self.refresh.end(known.expires_at),
            ..known.clone()
        }
    }

    /// How the tokens were obtained; what was compared with a clock that was set since says nothing any more.
    pub(in crate::worker) fn obtained(&self) -> Obtained {
        let known = &self.account.obtained;
        let is_as_then = self.access == Receipt::Before(SignedDuration::ZERO);
        let offset = known.clock_offset_ms.filter(|_| is_as_then);
        Obtained {
            clock_offset_ms: offset,
            ..known.clone()
        }
    }

    /// Whether it was received at a time that, by our clock, has not come yet.
    pub(super) const fn is_from_ahead(&self) -> bool {
        matches!(self.access, Receipt::Ahead)
    }

    /// The wall clock was set: instants of before are read anew, the record stays as it is.
    pub(super) fn clock_set(&mut self, by: SignedDuration, now: Timestamp) {
        let issued_at = self.account.access.issued_at;
        self.access = self.access.moved(by, issued_at, now);
        let issued_at = refresh_issued_at(&self.account);
        self.refresh = self.refresh.moved(by, issued_at, now);
        let moved = |at: Timestamp| at.checked_add(by).unwrap_or(at);
        self.next_refresh_at = self.next_refresh_at.map(moved);
        if let Some(problem) = &mut self.problem {
            problem.kind.clock_set(by);
        }
        self.touch();
    }

    /// Whether nobody asked for the work that waits: a refresh that was due.
    pub(super) fn waits_by_itself(&self) -> bool {
        let is_due = |(work, commands): &(Work, Vec<CommandId>)| {
            *work == Work::Refresh && commands.is_empty()
        };
        self.work.is_none() && self.hand_outs.is_empty() && self.line.iter().all(is_due)
    }

    pub(super) fn add_line(&mut self, line: HistoryLine) {
        self.touch().history.insert(0, line);
        self.history.truncate(LINES_KEPT);
    }
}

/// When the refresh token came, as far as known: records from before it was kept know when the account was linked.
fn refresh_issued_at(account: &Account) -> Timestamp {
    account.refresh.issued_at.unwrap_or(account.linked_at)
}

/// Who is being served at a provider, and who waits.
#[derive(Debug, Default)]
pub(in crate::worker) struct Turn {
    pub(super) running: usize,
    pub(super) waiting: VecDeque<AccountId>,
    /// Whether work may start by itself there.
    pub(super) road: Road,
}
