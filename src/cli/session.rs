//! One command's conversation: sends commands to the worker, waits on snapshots, prints.
//!
//! Knows no subcommand.

use std::io::BufRead;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::stop::{Stop, Trouble};
use super::{Io, Wait, json};
use crate::bridge::{Command, Finished, Problem, ProblemKind, Remedy, Snapshot, UiEnd};
use crate::ids::AccountId;
use crate::text;

/// One command's conversation.
#[derive(Debug)]
pub(super) struct Session<'a, 'io> {
    pub(super) io: &'a mut Io<'io>,
    pub(super) json: bool,
    end: UiEnd,
    wait: &'a Wait,
}

impl<'a, 'io> Session<'a, 'io> {
    pub(super) const fn new(end: UiEnd, wait: &'a Wait, io: &'a mut Io<'io>, json: bool) -> Self {
        Self {
            io,
            json,
            end,
            wait,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.io.now)()
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.end.snapshot()
    }

    pub(super) const fn wait(&self) -> &'a Wait {
        self.wait
    }

    /// Looks at each new snapshot, and at whatever else wakes us, until something is found.
    pub(super) fn until<T>(
        &mut self,
        mut look: impl FnMut(&mut Self, &Snapshot) -> Result<Option<T>, Stop>,
    ) -> Result<T, Stop> {
        loop {
            let seen = self.wait.seen();
            // Asked before looking: a worker that has stopped published its last snapshot earlier.
            let is_alive = self.end.is_worker_alive();
            let snapshot = self.end.snapshot();
            if let Some(found) = look(self, &snapshot)? {
                return Ok(found);
            }
            if !is_alive {
                return Err(Stop::worker_stopped());
            }
            self.wait.past(seen);
        }
    }

    pub(super) fn send(&self, command: Command) -> Result<crate::ids::CommandId, Stop> {
        self.end.send(command).ok_or_else(Stop::worker_stopped)
    }

    /// Sends a command and waits until it has come to an end.
    pub(super) fn carry_out(&mut self, command: Command) -> Result<Finished, Stop> {
        let id = self.send(command)?;
        let mut told = Vec::new();
        self.until(|session, snapshot| {
            let finished = snapshot.finished(id).cloned();
            if finished.is_none() {
                session.tell_waits(snapshot, &mut told);
            }
            Ok(finished)
        })
    }

    /// Says, once for each account, what a command waits for that takes long.
    fn tell_waits(&mut self, snapshot: &Snapshot, told: &mut Vec<(AccountId, &'static str)>) {
        for card in &snapshot.accounts {
            let Some(problem) = card.problem.as_ref().filter(|_| card.busy.is_some()) else {
                continue;
            };
            let waits = matches!(
                problem.kind,
                ProblemKind::HeldByAnother { .. } | ProblemKind::NotSaved { .. }
            );
            let once = (card.id.clone(), problem.kind.code());
            if waits && !told.contains(&once) {
                told.push(once);
                self.say(&format!(
                    "{}. Still waiting.",
                    text::problem::title(&problem.kind)
                ));
            }
        }
    }

    /// Waits until the data folder has been read; a problem before that is why it can't be.
    pub(super) fn wait_until_loaded(&mut self) -> Result<Arc<Snapshot>, Stop> {
        self.until(|_, snapshot| {
            if snapshot.loaded {
                return Ok(Some(()));
            }
            match snapshot.problems.first() {
                Some(problem) => Err(problem.into()),
                None => Ok(None),
            }
        })?;
        let snapshot = self.snapshot();
        for problem in &snapshot.problems {
            self.warn(problem);
        }
        Ok(snapshot)
    }

    /// Prints words for people.
    pub(super) fn print(&mut self, words: &str) -> Result<(), Stop> {
        self.io.out.write_all(words.as_bytes())?;
        self.io.out.write_all(b"\n")?;
        Ok(self.io.out.flush()?)
    }

    /// Prints one line of JSON.
    pub(super) fn print_json(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        let line = json::line(value).map_err(|error| Stop::bug(error.to_string()))?;
        self.print(&line)
    }

    /// Says something beside the result. Where nobody listens to that, nothing is lost.
    pub(super) fn say(&mut self, words: &str) {
        drop(writeln!(self.io.err, "{words}"));
        drop(self.io.err.flush());
    }

    /// Says what is wrong beside a success.
    pub(super) fn warn(&mut self, problem: &Problem) {
        self.explain("warning", &problem.into());
    }

    /// Says what went wrong, why, and what helps.
    pub(super) fn explain(&mut self, how: &str, trouble: &Trouble) {
        self.say(&format!("{how}: {}", text::problem::message(&trouble.kind)));
        if !trouble.detail.is_empty() {
            self.say(&format!("  because: {}", text::foreign(&trouble.detail)));
        }
        if let Some(advice) = advice(trouble) {
            self.say(&format!("  {advice}"));
        }
    }

    /// Asks a person for one line; `None` at the end of the input.
    pub(super) fn ask(&mut self, words: &str) -> Result<Option<String>, Stop> {
        drop(write!(self.io.err, "{words}"));
        drop(self.io.err.flush());
        let Some(input) = self.io.input.as_deref_mut() else {
            return Ok(None);
        };
        let line = super::input::line(input)
            .map_err(|error| Stop::usage(format!("standard input can’t be read: {error}")))?;
        Ok(line.map(|bytes| {
            let bytes = super::input::without_newline(&bytes);
            String::from_utf8_lossy(bytes).into_owned()
        }))
    }

    /// Asks a person for a secret without showing it.
    pub(super) fn ask_hidden(&self, words: &str) -> Result<crate::secret::Secret, Stop> {
        let secret = (self.io.ask_hidden)(words)
            .map_err(|error| Stop::usage(format!("the terminal can’t be read: {error}")))?;
        if secret.is_empty() {
            return Err(Stop::usage("nothing was typed"));
        }
        Ok(secret)
    }

    pub(super) fn input(&mut self) -> Option<&mut (dyn BufRead + Send + 'static)> {
        self.io.input.as_deref_mut()
    }
}

/// What the window would offer as a button, as a command.
fn advice(trouble: &Trouble) -> Option<String> {
    let provider = trouble.provider.as_ref()?;
    match trouble.remedy {
        Remedy::OpenClientSetUp => Some(format!("set it up with: linkdesk client {provider} …")),
        Remedy::SignInAgain => Some(format!(
            "sign in again with: linkdesk link {provider} --account …"
        )),
        Remedy::TryAnyway => Some(format!(
            "try anyway with: linkdesk refresh … --anyway\n  sign in again with: linkdesk link {provider} --account …"
        )),
        _ => None,
    }
}
