//! What is known of the answer to the last refresh that was sent, and what follows for the next one.
//!
//! Pure. Knows nothing of how answers are got and saved.

use jiff::Timestamp;

use super::Core;
use crate::bridge::ProblemKind;
use crate::ids::{AccountId, FlowId};
use crate::worker::failure::Failure;
use crate::worker::reuse::may_send_again;

/// What is known of the answer to the last refresh that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::worker) enum Answer {
    /// Nothing is waiting for one.
    Known,
    /// It was lost, and the refresh token may be sent again.
    LostForNow,
    /// It was lost, and the refresh token may be used up since then.
    Lost(Timestamp),
    /// Another program waits for it.
    Elsewhere,
    /// It is here, and could not be saved yet.
    Unsaved,
}

impl Answer {
    /// Whether a refresh can wait for no deadline.
    pub(super) const fn is_urgent(self) -> bool {
        matches!(self, Self::LostForNow | Self::Unsaved)
    }

    /// Whether no refresh may begin by itself.
    pub(super) const fn forbids_refresh(self) -> bool {
        matches!(self, Self::Lost(_) | Self::Elsewhere)
    }
}

impl Core {
    /// Finds out anew what the account's mark means, and says so where a person has to decide.
    pub(super) fn weigh_answer(&mut self, id: &AccountId, now: Timestamp) {
        let Some(held) = self.accounts.get_mut(id) else {
            return;
        };
        let account = &held.account;
        let provider = self.registry.get(&account.provider);
        let answer = match (held.answer, account.outcome_unknown_since) {
            (Answer::Unsaved, _) => Answer::Unsaved,
            (_, None) => Answer::Known,
            (Answer::Elsewhere, Some(_)) => Answer::Elsewhere,
            (_, Some(since)) => match provider {
                Some(provider) if may_send_again(provider, account, since, now) => {
                    Answer::LostForNow
                }
                _ => Answer::Lost(since),
            },
        };
        if held.answer != answer {
            held.touch().answer = answer;
        }
        if let Answer::Lost(since) = answer
            && held.problem.is_none()
            && held.account.ended.is_none()
        {
            let failure = Failure::new(ProblemKind::OutcomeUnknown { since });
            self.account_problem(id, failure, since);
        }
    }

    /// Work goes on, and waits for something that takes long.
    pub(super) fn work_waits(
        &mut self,
        flow: FlowId,
        id: &AccountId,
        failure: Failure,
        now: Timestamp,
    ) {
        let held = self.accounts.get(id);
        let under_way = held.and_then(|held| held.work.as_ref());
        if under_way.is_some_and(|work| work.flow == flow) {
            self.account_problem(id, failure, now);
        }
    }

    /// Whether another program's end would change what is shown without changing the store.
    pub(in crate::worker) fn watches_others(&self) -> bool {
        let mut all = self.accounts.values();
        all.any(|held| held.answer == Answer::Elsewhere)
    }
}
