//! What is shown once the worker has stopped: the last that is known, and a word about it.
//!
//! Knows nothing of why; the worker can no longer say.

use jiff::Timestamp;

use crate::bridge::{Problem, ProblemKind, Remedy, Snapshot};
use crate::ids::ProblemId;

/// The last snapshot with the problem above everything else.
pub fn worker_stopped(last: &Snapshot, at: Timestamp) -> Snapshot {
    let mut snapshot = last.clone();
    snapshot.loaded = true;
    let problem = Problem {
        // The worker counts from 1.
        id: ProblemId(0),
        kind: ProblemKind::WorkerStopped,
        account: None,
        provider: None,
        flow: None,
        remedy: Remedy::None,
        detail: String::new(),
        at,
    };
    snapshot.problems.insert(0, problem);
    snapshot
}
