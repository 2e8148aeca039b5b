//! Handing an access token out, after a refresh where it ends too soon.
//!
//! Knows no token: it is taken out of the store by a task and given to the person's outlet.

use jiff::{SignedDuration, Timestamp};

use super::Core;
use crate::account::HistoryLine;
use crate::bridge::{Problem, ProblemKind};
use crate::ids::{AccountId, CommandId};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Work};

impl Core {
    /// Hands the token out, after a refresh where it ends too soon.
    pub(super) fn hand_out(
        &mut self,
        command: CommandId,
        id: &AccountId,
        min_validity: SignedDuration,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(held) = self.accounts.get_mut(id) else {
            self.finish(command, None, Some(Failure::bug("no such account")), now);
            return Vec::new();
        };
        let account = &held.account;
        let ends_too_soon = held.access().expires_at.is_some_and(|ends| {
            now.checked_add(min_validity)
                .map_or(true, |until| ends < until)
        });
        let ends_too_soon = ends_too_soon || held.is_from_ahead();
        if let Some(reason) = account.ended {
            let failure = Failure::new(ProblemKind::NeedsSignIn { reason });
            self.finish(command, None, Some(failure), now);
            return Vec::new();
        }
        let is_refreshing = || held.work.as_ref().is_some_and(|it| it.work.is_refresh());
        if !ends_too_soon && !is_refreshing() {
            return vec![Effect::HandOut(vec![command], Box::new(account.clone()))];
        }
        // The refresh that ends next serves it, or what keeps that refresh from starting.
        held.hand_outs.push(command);
        self.ask(id, Work::Refresh, None, now)
    }

    pub(super) fn serve_hand_outs(
        &mut self,
        id: &AccountId,
        problem: Option<&Problem>,
    ) -> Vec<Effect> {
        let Some(held) = self.accounts.get_mut(id) else {
            return Vec::new();
        };
        let waiting = std::mem::take(&mut held.hand_outs);
        let account = held.account.clone();
        match problem {
            _ if waiting.is_empty() => Vec::new(),
            None => vec![Effect::HandOut(waiting, Box::new(account))],
            Some(problem) => {
                for command in waiting {
                    self.finish_with(command, None, Some(problem.clone()));
                }
                Vec::new()
            }
        }
    }

    pub(super) fn handed_out(
        &mut self,
        commands: Vec<CommandId>,
        id: &AccountId,
        result: Result<HistoryLine, Failure>,
        now: Timestamp,
    ) {
        let failure = match result {
            Ok(line) => {
                if let Some(held) = self.accounts.get_mut(id) {
                    held.add_line(line);
                }
                None
            }
            Err(failure) => Some(failure),
        };
        for command in commands {
            self.finish(command, None, failure.clone(), now);
        }
    }
}
