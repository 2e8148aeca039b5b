//! The program under `strace`: which calls it makes, and a run that is killed or lied to at one of them.
//!
//! A call is named by its kind and by how many of that kind its thread has made before; that is how `strace` counts.
//! Knows nothing of what the calls are for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::program::{Program, Told};

/// The calls that something may be lost at: files, locks, sockets.
const CALLS: &str = "openat,write,writev,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,\
mkdir,mkdirat,ftruncate,fallocate,sendto,sendmsg,connect,flock,fcntl,recvfrom,recvmsg,shutdown";

/// A call that a run makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    name: String,
    /// The first is 1.
    ordinal: usize,
}

/// What is done at a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blow {
    /// The process is killed before the call is made.
    Kill,
    /// The call fails with this error.
    Error(&'static str),
    /// The call takes nothing of what it was given.
    Short,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Struck {
    pub(crate) told: Told,
    /// The line of the call that was struck, if the run came to it.
    pub(crate) at: Option<String>,
}

impl std::fmt::Display for Call {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.name, self.ordinal)
    }
}

impl Call {
    /// What its kind is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// How a traced run is followed to its end.
pub(crate) type Follow<'a> = &'a dyn Fn(Child) -> Told;

/// Waits for the end of a run that needs nobody.
pub(crate) fn alone(child: Child) -> Told {
    child.wait_with_output().unwrap().into()
}

/// The calls of a run from the moment on when it first touches its data folder, each once, in their order.
pub(crate) fn calls(program: &Program, words: &[&str], follow: Follow<'_>) -> (Told, Vec<Line>) {
    let (told, trace) = run(program, &[], words, follow);
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    let data = program.data().to_str().unwrap();
    for line in trace.lines() {
        let Some((thread, name)) = begun(line) else {
            continue;
        };
        let count = counts
            .entry((thread.to_owned(), name.to_owned()))
            .or_default();
        *count += 1;
        let call = Call {
            name: name.to_owned(),
            ordinal: *count,
        };
        let is_ours = line.contains(data);
        let is_dull = line.contains("[eventfd]") || line.contains("F_GETFD");
        if (is_ours || !lines.is_empty()) && !is_dull && seen.insert(call.clone()) {
            lines.push(Line { call, is_ours });
        }
    }
    (told, lines)
}

/// A call, and whether it is about a file in the data folder.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) call: Call,
    pub(crate) is_ours: bool,
}

/// A run in which something is done at one call.
pub(crate) fn strike(
    program: &Program,
    words: &[&str],
    (call, blow): (&Call, Blow),
    follow: Follow<'_>,
) -> Struck {
    let what = match blow {
        Blow::Kill => "signal=SIGKILL".to_owned(),
        Blow::Error(error) => format!("error={error}"),
        Blow::Short => "retval=0".to_owned(),
    };
    let inject = format!("inject={}:{what}:when={}", call.name, call.ordinal);
    let (told, trace) = run(program, &["-e".to_owned(), inject], words, follow);
    let at = match blow {
        Blow::Kill => {
            let was_killed = trace.contains("+++ killed by SIGKILL +++");
            was_killed.then(|| call.to_string())
        }
        Blow::Error(_) | Blow::Short => struck_line(&trace),
    };
    Struck { told, at }
}

/// The line of the call that was struck; where another thread was faster, its beginning is told apart from its end.
fn struck_line(trace: &str) -> Option<String> {
    let end = trace.lines().position(|line| line.contains("(INJECTED)"))?;
    let line = trace.lines().nth(end)?;
    if begun(line).is_some() {
        return Some(line.to_owned());
    }
    let thread = line.split_whitespace().next()?;
    let before: Vec<&str> = trace.lines().take(end).collect();
    let begun = |line: &&&str| line.starts_with(thread) && line.contains("<unfinished");
    before.iter().rev().find(begun).map(ToString::to_string)
}

fn run(program: &Program, more: &[String], words: &[&str], follow: Follow<'_>) -> (Told, String) {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut arguments = switches(&trace);
    arguments.extend_from_slice(more);
    let mut command = program.command_by("strace", &arguments, words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let told = follow(command.spawn().unwrap());
    let trace = std::fs::read(&trace).unwrap_or_default();
    (told, String::from_utf8_lossy(&trace).into_owned())
}

fn switches(trace: &Path) -> Vec<String> {
    // Nothing of what is read or written is shown: it may be a token.
    let fixed = ["-f", "-q", "-y", "-s", "0"].map(ToOwned::to_owned);
    let mut switches = fixed.to_vec();
    switches.extend(["-o".to_owned(), trace.to_str().unwrap().to_owned()]);
    switches.extend(["-e".to_owned(), format!("trace={CALLS}")]);
    switches
}

/// Thread and kind of the call that a line begins; none where it ends one, or tells something else.
fn begun(line: &str) -> Option<(&str, &str)> {
    let (thread, rest) = line.split_once(' ')?;
    let (name, _) = rest.trim_start().split_once('(')?;
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (is_name && !name.is_empty()).then_some((thread, name))
}

/// So many of them, evenly from beginning to end.
pub(crate) fn spread<T: Clone>(all: &[T], wanted: usize) -> Vec<T> {
    let wanted = wanted.min(all.len());
    (0..wanted)
        .filter_map(|place| all.get(place * all.len() / wanted))
        .cloned()
        .collect()
}
