//! A worker that plays a script, cards to play with, and what came out at the end.
//!
//! Knows nothing of the real worker.

mod args;
mod browsers;
mod cards;
mod certificate;
mod client;
mod client_test;
mod data;
mod discover;
mod exit;
mod failing;
mod json;
mod key_store;
mod kinds;
mod link;
mod link_password;
mod link_questions;
mod link_ways;
mod providers;
mod refresh;
mod sign_in;
mod token;
mod trouble;
mod unlink;
mod unlock;
mod words;

use std::io::{self, Cursor, Write};
use std::sync::Arc;

use clap::Parser as _;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use self::cards::*;
use super::{Handover, Invocation, Io, Wait, run};
use crate::bridge::{
    AccountCard, Command, ExpirySource, Finished, IdentityCard, LinkCard, Problem, ProblemKind,
    Remedy, Snapshot, TradingChange, WorkerEnd, connect,
};
use crate::ids::{CommandId, FlowId};
use crate::secret::Secret;

/// What a command came to.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) code: u8,
    pub(super) out: String,
    pub(super) err: String,
    pub(super) commands: Vec<Command>,
}

impl Played {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(super) fn json_lines(&self) -> Vec<serde_json::Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// The worker's side of a script: what it shows, and how it answers.
pub(super) struct Stage {
    pub(super) snapshot: Snapshot,
    pub(super) handover: Handover,
    worker: WorkerEnd,
}

impl Stage {
    pub(super) fn publish(&self) {
        self.worker.publish(self.snapshot.clone());
    }

    pub(super) fn finish(&mut self, command: CommandId, problem: Option<Problem>) {
        self.finish_link(command, None, problem);
    }

    pub(super) fn finish_link(
        &mut self,
        command: CommandId,
        flow: Option<FlowId>,
        problem: Option<Problem>,
    ) {
        self.snapshot.finished.push(Finished {
            command,
            flow,
            problem,
        });
        self.publish();
    }

    pub(super) fn change_account(&mut self, index: usize, change: impl FnOnce(&mut AccountCard)) {
        change(Arc::make_mut(&mut self.snapshot.accounts[index]));
    }
}

/// How a command is run.
pub(super) struct Play {
    args: Vec<String>,
    snapshot: Snapshot,
    input: Box<dyn io::BufRead + Send>,
    is_terminal: bool,
    hidden: Vec<&'static str>,
    out: Box<dyn Write>,
}

/// Runs `linkdesk` with these arguments, one word each.
pub(super) fn play(args: &str) -> Play {
    let words = std::iter::once("linkdesk").chain(args.split_whitespace());
    Play {
        args: words.map(str::to_owned).collect(),
        snapshot: Snapshot::default(),
        input: Box::new(Cursor::new(Vec::new())),
        is_terminal: false,
        hidden: Vec::new(),
        out: Box::new(io::sink()),
    }
}

impl Play {
    pub(super) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(super) fn on(mut self, snapshot: Snapshot) -> Self {
        self.snapshot = snapshot;
        self
    }

    pub(super) fn input(mut self, text: &str) -> Self {
        self.input = Box::new(Cursor::new(text.as_bytes().to_vec()));
        self
    }

    pub(super) fn reader(mut self, input: impl io::BufRead + Send + 'static) -> Self {
        self.input = Box::new(input);
        self
    }

    /// A person sits there and types this where nothing is shown.
    pub(super) fn person(mut self, hidden: &[&'static str]) -> Self {
        self.is_terminal = true;
        self.hidden = hidden.to_vec();
        self
    }

    pub(super) fn out(mut self, out: impl Write + 'static) -> Self {
        self.out = Box::new(out);
        self
    }

    /// Runs it against a worker that answers nothing.
    pub(super) fn alone(self) -> Played {
        self.with(|_, _, command| panic!("unexpected {command:?}"))
    }

    /// Runs it against a worker that answers each command like this.
    pub(super) fn with(self, answer: impl FnMut(&mut Stage, CommandId, &Command) + Send) -> Played {
        let invocation = Invocation::try_parse_from(&self.args).unwrap();
        let wait = Wait::new();
        let (end, worker) = connect(wait.waker());
        let handover = Handover::new(&wait);
        let stage = Stage {
            snapshot: self.snapshot,
            handover: handover.clone(),
            worker,
        };
        let mut hidden = self.hidden.into_iter();
        let hidden = std::cell::RefCell::new(&mut hidden);
        let ask_hidden = move |_: &str| {
            let typed = hidden.borrow_mut().next();
            typed
                .map(Secret::new)
                .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        };
        let (mut seen, mut err) = (Tee::new(self.out), Vec::new());
        let mut io = Io {
            out: &mut seen,
            err: &mut err,
            input: Some(self.input),
            input_is_terminal: self.is_terminal,
            ask_hidden: &ask_hidden,
            now: &now,
            zone: TimeZone::fixed(jiff::tz::offset(1)),
            handover,
        };
        let (code, commands) = std::thread::scope(|threads| {
            let worker = threads.spawn(|| serve(stage, answer));
            let code = run(&invocation, end, &wait, &mut io);
            (code, worker.join().unwrap())
        });
        Played {
            code,
            out: String::from_utf8(seen.seen).unwrap(),
            err: String::from_utf8(err).unwrap(),
            commands,
        }
    }
}

/// Keeps what was written and passes it on.
struct Tee {
    seen: Vec<u8>,
    next: Box<dyn Write>,
}

impl Tee {
    fn new(next: Box<dyn Write>) -> Self {
        Self {
            seen: Vec::new(),
            next,
        }
    }
}

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.next.write(bytes)?;
        self.seen.extend_from_slice(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.next.flush()
    }
}

fn serve(
    mut stage: Stage,
    mut answer: impl FnMut(&mut Stage, CommandId, &Command),
) -> Vec<Command> {
    stage.publish();
    let mut heard = Vec::new();
    while let Some((id, command)) = stage.worker.commands.blocking_recv() {
        answer(&mut stage, id, &command);
        heard.push(command);
    }
    heard
}

pub(super) fn keys(value: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}
