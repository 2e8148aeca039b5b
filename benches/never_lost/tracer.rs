//! The program under `strace`: which calls it makes, a run that is killed on its way, a run that one call lies to.
//!
//! Nothing of what is read or written is shown, for it may be a token. Knows nothing of what the calls are for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::program::{Program, Told};

/// The calls that something may be lost at: files, locks, sockets.
const CALLS: &str = "openat,write,writev,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,\
mkdir,mkdirat,ftruncate,fallocate,sendto,sendmsg,connect,flock,fcntl,recvfrom,recvmsg,shutdown";

/// How much longer each call takes in a run that is to be killed, in microseconds.
const DRAWN_OUT: u32 = 2_000;

/// How often such a run is looked at.
const LOOK_EVERY: Duration = Duration::from_micros(500);

/// How often a run is looked at that may hang.
const LOOK_RARELY: Duration = Duration::from_millis(100);

/// Longer than a run takes that waits for the disk to come round.
const LONGEST: Duration = Duration::from_mins(1);

/// The same where it is asleep already.
const LONGEST_ASLEEP: Duration = Duration::from_secs(5);

/// Whether `strace` is there and may trace a program and change what its calls answer.
pub(crate) fn can_trace() -> bool {
    let mut probe = Command::new("strace");
    probe.args(["-f", "-qq", "-o", "/dev/null"]);
    probe.args(["-e", "inject=fsync:error=EIO:when=1", "true"]);
    probe.stdin(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// A call by its kind and by how many of that kind its thread has made; that is how `strace` counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    name: String,
    /// The first is 1.
    ordinal: usize,
}

/// What a call answers instead of doing what it was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lie {
    /// It fails with this error.
    Error(&'static str),
    /// It takes nothing of what it was given.
    Short,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Struck {
    pub(crate) told: Told,
    /// Where it was struck, if it was.
    pub(crate) at: Option<String>,
}

/// How a traced run is followed to its end.
pub(crate) type Follow<'a> = &'a dyn Fn(Child) -> Told;

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.ordinal)
    }
}

impl fmt::Display for Lie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => formatter.write_str(error),
            Self::Short => formatter.write_str("short write"),
        }
    }
}

impl Call {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// At how many of `most` calls of this kind one may answer so: only a write can take nothing, and a lock is not full
    /// or read-only; one that says "somebody has it" is waited for, which takes a while each time.
    pub(crate) fn may_answer(&self, lie: Lie, most: usize) -> usize {
        let is_lock = ["fcntl", "flock"].contains(&self.name.as_str());
        let is_write = ["write", "pwrite64"].contains(&self.name.as_str());
        match lie {
            Lie::Error("EIO") => most,
            Lie::Error("EACCES") if is_lock => 1,
            Lie::Error(_) if is_lock => 0,
            Lie::Error(_) => most,
            Lie::Short if is_write => most,
            Lie::Short => 0,
        }
    }
}

/// Waits for the end of a run that needs nobody.
pub(crate) fn alone(child: Child) -> Told {
    child.wait_with_output().unwrap().into()
}

/// How many calls a run makes from the moment on when it first touches its data folder.
pub(crate) fn count(program: &Program, words: &[&str], follow: Follow<'_>) -> (Told, usize) {
    let (told, trace) = traced(program, words, follow);
    (told, since_touched(&trace, program.data()).len())
}

/// The calls of a run about files in its data folder, each once, in their order.
pub(crate) fn calls(program: &Program, words: &[&str], follow: Follow<'_>) -> (Told, Vec<Call>) {
    let (told, trace) = traced(program, words, follow);
    let data = program.data().to_str().unwrap();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, name)) = begun(line) else {
            continue;
        };
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        let call = Call {
            name: name.to_owned(),
            ordinal: *count,
        };
        let is_ours = line.contains(data) && !line.contains("F_GETFD");
        if is_ours && seen.insert(call.clone()) {
            calls.push(call);
        }
    }
    (told, calls)
}

/// A run that is killed as soon as it has made so many calls since it first touched its data folder.
///
/// Every call is drawn out a little, so that the kill comes soon after the last of them; where it came is read from what
/// the run has left.
pub(crate) fn kill(program: &Program, words: &[&str], after: usize, follow: Follow<'_>) -> Struck {
    let draw_out = format!("inject={CALLS}:delay_exit={DRAWN_OUT}");
    let is_time = |so_far: &str| since_touched(so_far, program.data()).len() >= after;
    let (told, trace) = watched(program, &draw_out, words, follow, (LOOK_EVERY, &is_time));
    let was_killed = trace.contains("+++ killed by SIGKILL +++");
    let at = last_of(&since_touched(&trace, program.data()));
    Struck {
        told,
        at: at.filter(|_| was_killed),
    }
}

/// Kills the process that the first line is about.
fn end(trace: &str) {
    let process = trace.split_whitespace().next().unwrap_or_default();
    drop(Command::new("kill").args(["-9", process]).output());
}

/// The last call, by its kind and by how many of that kind there were.
fn last_of(names: &[&str]) -> Option<String> {
    let last = names.last()?;
    let times = names.iter().filter(|name| *name == last).count();
    Some(format!("{last} {times}"))
}

/// A run that one call lies to; where that call was about no file in the data folder, it does not count.
pub(crate) fn lie(
    program: &Program,
    words: &[&str],
    (call, lie): (&Call, Lie),
    follow: Follow<'_>,
) -> Struck {
    let what = match lie {
        Lie::Error(error) => format!("error={error}"),
        Lie::Short => "retval=0".to_owned(),
    };
    let inject = format!("inject={}:{what}:when={}", call.name, call.ordinal);
    let begun = Instant::now();
    // The same call of every thread is lied to: where one was to wake another thread, the program stops with any disk.
    let wakes = |line: &str| line.contains("(INJECTED)") && line.contains("eventfd");
    let hangs = |so_far: &str| {
        let longest = if so_far.lines().any(wakes) {
            LONGEST_ASLEEP
        } else {
            LONGEST
        };
        begun.elapsed() > longest
    };
    let (told, trace) = watched(program, &inject, words, follow, (LOOK_RARELY, &hangs));
    let data = program.data().to_str().unwrap();
    let is_about_the_disk = told.is_done() || !trace.lines().any(wakes);
    let at = lied_to(&trace).filter(|line| line.contains(data) && is_about_the_disk);
    Struck { told, at }
}

/// The line of the call that was lied to; where another thread came between, its beginning stands apart from its end.
fn lied_to(trace: &str) -> Option<String> {
    let end = trace.lines().position(|line| line.contains("(INJECTED)"))?;
    let line = trace.lines().nth(end)?;
    if begun(line).is_some() {
        return Some(line.to_owned());
    }
    let thread = line.split_whitespace().next()?;
    let before = trace.lines().take(end);
    let begun = |line: &&str| line.starts_with(thread) && line.contains("<unfinished");
    before.filter(begun).last().map(ToOwned::to_owned)
}

/// A run that is killed as soon as it is time by what the trace says so far, which is looked at every so often.
fn watched(
    program: &Program,
    inject: &str,
    words: &[&str],
    follow: Follow<'_>,
    (every, is_time): (Duration, &(dyn Fn(&str) -> bool + Sync)),
) -> (Told, String) {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let is_over = AtomicBool::new(false);
    let watch = || {
        while !is_over.load(Ordering::Relaxed) {
            let so_far = read(&trace);
            if is_time(&so_far) {
                return end(&so_far);
            }
            std::thread::sleep(every);
        }
    };
    let told = std::thread::scope(|scope| {
        scope.spawn(watch);
        let told = run(program, &trace, &[inject.to_owned()], words, follow);
        is_over.store(true, Ordering::Relaxed);
        told
    });
    (told, read(&trace))
}

fn traced(program: &Program, words: &[&str], follow: Follow<'_>) -> (Told, String) {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let told = run(program, &trace, &[], words, follow);
    let trace = read(&trace);
    (told, trace)
}

fn run(
    program: &Program,
    trace: &Path,
    more: &[String],
    words: &[&str],
    follow: Follow<'_>,
) -> Told {
    let mut switches = ["-f", "-q", "-y", "-s", "0", "-o"]
        .map(ToOwned::to_owned)
        .to_vec();
    switches.push(trace.to_str().unwrap().to_owned());
    let first = format!("trace={CALLS}");
    for expression in std::iter::once(&first).chain(more) {
        switches.extend(["-e".to_owned(), expression.clone()]);
    }
    let mut command = program.command_by("strace", &switches, words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    follow(command.spawn().unwrap())
}

fn read(trace: &Path) -> String {
    let trace = std::fs::read(trace).unwrap_or_default();
    String::from_utf8_lossy(&trace).into_owned()
}

/// The kinds of the calls that were begun since the data folder was first touched, in their order.
fn since_touched<'a>(trace: &'a str, data: &Path) -> Vec<&'a str> {
    let data = data.to_str().unwrap();
    let touched = trace.lines().skip_while(|line| !line.contains(data));
    touched
        .filter_map(|line| begun(line).map(|(_, name)| name))
        .collect()
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
