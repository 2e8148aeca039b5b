//! What the faces are told: problems, notices, and that a command has come to an end.
//!
//! Knows nothing of what happened.

use jiff::{SignedDuration, Timestamp};

use super::{Core, Saving};
use crate::bridge::{Finished, Problem, ProblemKind, Remedy};
use crate::ids::{CommandId, FlowId, ProblemId};
use crate::worker::failure::Failure;

/// Ended commands remembered for the faces, however long ago they ended.
const FINISHED_KEPT: usize = 256;

/// How long every ended command is remembered: of a crowd that ends at once, nobody may miss its end.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(1);

impl Core {
    /// Makes a problem of a failure.
    pub(in crate::worker) fn problem(&mut self, failure: Failure, now: Timestamp) -> Problem {
        let id = self.new_problem_id();
        if failure.wants_reopening() {
            self.saving = Saving::WantsReopening;
        }
        failure.problem(id, now)
    }

    /// Puts a problem on screen that belongs to no account.
    pub(in crate::worker) fn note(
        &mut self,
        kind: ProblemKind,
        remedy: Remedy,
        detail: String,
        now: Timestamp,
    ) -> ProblemId {
        let id = self.new_problem_id();
        self.problems.push(Problem {
            id,
            kind,
            account: None,
            provider: None,
            flow: None,
            remedy,
            detail,
            at: now,
        });
        id
    }

    /// Tells the faces that a command has come to an end.
    pub(in crate::worker) fn finish(
        &mut self,
        command: CommandId,
        flow: Option<FlowId>,
        failure: Option<Failure>,
        now: Timestamp,
    ) {
        let problem = failure.map(|failure| self.problem(failure, now));
        self.finish_with(command, flow, problem);
    }

    pub(in crate::worker) fn finish_with(
        &mut self,
        command: CommandId,
        flow: Option<FlowId>,
        problem: Option<Problem>,
    ) {
        let finished = Finished {
            command,
            flow,
            problem,
        };
        self.finished.push_back((self.now, finished));
    }

    /// Forgets ended commands that are too many and that every face has had the time to hear of: of a thousand callers that are
    /// served at once, some are slow to wake.
    pub(in crate::worker) fn forget_told(&mut self) {
        let now = self.now;
        let is_old = |ended: Timestamp| now.duration_since(ended).abs() > REMEMBERED;
        while self.finished.len() > FINISHED_KEPT
            && self
                .finished
                .front()
                .is_some_and(|(ended, _)| is_old(*ended))
        {
            self.finished.pop_front();
        }
    }
}
