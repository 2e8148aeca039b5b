//! What one pass over the window carries: the time, the snapshot, the view's state, and what came of it.
//!
//! Knows nothing of painting. It collects commands and the instants at which something visible changes.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::view_state::ViewState;
use crate::bridge::{Command, Snapshot};
use crate::text::{Countdown, Ticking};

/// One pass over the window.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    /// The time everything is shown at.
    pub(super) now: Timestamp,
    /// The zone clock times are shown in.
    pub(super) zone: &'a TimeZone,
    /// What is shown.
    pub(super) snapshot: &'a Snapshot,
    /// What is typed, selected and folded.
    pub(super) view: &'a mut ViewState,
    commands: Vec<Command>,
    changes: Vec<Timestamp>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        now: Timestamp,
        zone: &'a TimeZone,
        snapshot: &'a Snapshot,
        view: &'a mut ViewState,
    ) -> Self {
        Self {
            now,
            zone,
            snapshot,
            view,
            commands: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// A person wants this done.
    pub(super) fn send(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// The words, with a promise to be painted again when they change.
    pub(super) fn ticking(&mut self, ticking: Ticking) -> String {
        self.changes.extend(ticking.changes_at);
        ticking.words
    }

    /// Promises to paint again when the countdown changes.
    pub(super) fn watch(&mut self, countdown: &Countdown) {
        self.changes.extend(countdown.changes_at);
    }

    /// Promises to paint again at an instant.
    pub(super) fn watch_until(&mut self, at: Option<Timestamp>) {
        self.changes.extend(at);
    }

    /// The commands, and how long nothing visible changes.
    pub(super) fn finish(self) -> (Vec<Command>, Option<Duration>) {
        let wait = wait(self.now, &self.changes);
        (self.commands, wait)
    }
}

/// How long to sleep: until the next change, or, where several fall within one second, until the last of those.
///
/// A single countdown changes exactly on time; many of them cost one repaint a second together.
fn wait(now: Timestamp, changes: &[Timestamp]) -> Option<Duration> {
    let ahead = || changes.iter().copied().filter(|at| *at > now);
    let first = ahead().min()?;
    let within = first
        .checked_add(SignedDuration::from_secs(1))
        .unwrap_or(first);
    let last = ahead().filter(|at| *at < within).max()?;
    Duration::try_from(last.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_single_change_is_met_exactly() {
        assert_eq!(wait(at(0), &[at(730)]), Some(Duration::from_millis(730)));
    }

    #[test]
    fn many_countdowns_cost_one_repaint_a_second() {
        let phases = [130, 250, 999];
        let first = wait(at(0), &phases.map(at)).unwrap();
        assert_eq!(first, Duration::from_millis(999));
        let next = wait(at(999), &[at(1130), at(1250), at(1999)]).unwrap();
        assert_eq!(next, Duration::from_secs(1));
    }

    #[test]
    fn nothing_that_ticks_means_no_repaint() {
        assert_eq!(wait(at(0), &[]), None);
        assert_eq!(wait(at(0), &[at(-5)]), None);
    }
}
