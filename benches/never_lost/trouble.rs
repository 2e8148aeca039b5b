//! Calls about files in the data folder fail once, in every way a disk fails: every kind of call, at its first, its last and
//! one between.
//!
//! Then the old data are there, the program has said what is wrong or has done what it was asked to, and the next run
//! works. Knows nothing of kills.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use linkdesk::sandbox::Mode;

use crate::figures::{Figures, note, title};
use crate::lanes;
use crate::practice::{PROVIDER, Practice};
use crate::program::{PROGRAM, Program, Told, link_words, words};
use crate::scenarios::{Case, Found, linked, presented_twice, refreshed};
use crate::tracer::{Call, Lie, alone, calls, lie};

/// How a disk fails: full, broken, read-only, forbidden; and writes that take nothing.
const LIES: [Lie; 5] = [
    Lie::Error("ENOSPC"),
    Lie::Error("EIO"),
    Lie::Error("EROFS"),
    Lie::Error("EACCES"),
    Lie::Short,
];

/// How many calls of one kind fail in one way, evenly chosen; most are made far more often, and come to the same.
const OF_A_KIND: usize = 3;

/// What is wrong is told in so many characters; a program that panics says a lot.
const LONGEST_NOTE: usize = 600;

/// Something the program does while a disk fails.
struct Task {
    name: &'static str,
    prepare: fn(&Practice) -> Program,
    words: fn(&Practice) -> Vec<String>,
    judge: fn(&Case<'_>) -> Found,
}

const TASKS: [Task; 3] = [
    Task {
        name: "refresh",
        prepare: Program::linked,
        words: |_| {
            ["refresh", PROVIDER, "--json"]
                .map(ToOwned::to_owned)
                .to_vec()
        },
        judge: refreshed,
    },
    Task {
        name: "link",
        prepare: Program::set_up,
        words: link_words,
        judge: linked,
    },
    Task {
        name: "save a client",
        prepare: Program::linked,
        words: |_| {
            ["client", PROVIDER, "--base-url", ELSEWHERE]
                .map(ToOwned::to_owned)
                .to_vec()
        },
        judge: client_saved,
    },
];

/// Where nobody answers.
const ELSEWHERE: &str = "http://127.0.0.1:9";

pub(crate) fn measure(figures: &mut Figures) {
    title(
        "trouble: calls about files in the data folder fail once, every kind of them in five ways",
    );
    for task in &TASKS {
        lie_to(figures, task);
    }
    full_disk(figures);
}

fn lie_to(figures: &mut Figures, task: &Task) {
    let practice = Practice::start(Mode::Documented);
    let program = (task.prepare)(&practice);
    let (told, calls) = calls(&program, &words(&(task.words)(&practice)), &alone);
    assert!(told.is_done(), "{told:?}");
    let cases = choose(&calls);
    let results = lanes::over(Mode::Documented, &cases, |practice, (call, lie)| {
        lie_at(practice, task, call, *lie)
    });
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, result) in results.into_iter().flatten() {
        match result {
            Ok(what) => *found.entry(what).or_default() += 1,
            Err(why) => wrong.push(format!("{at}: {why}")),
        }
    }
    let all = found.values().sum::<usize>() + wrong.len();
    let words: Vec<String> = found
        .iter()
        .map(|(what, times)| format!("{times} {what}"))
        .collect();
    let tried: BTreeSet<&Call> = cases.iter().map(|(call, _)| call).collect();
    let what = format!(
        "{}: {all} failures at {} of {} calls: {}; wrong",
        task.name,
        tried.len(),
        calls.len(),
        words.join(", ")
    );
    figures.exactly(&what, wrong.len(), 0);
    for line in wrong.iter().take(5) {
        note(&line.chars().take(LONGEST_NOTE).collect::<String>());
    }
}

/// Every kind of call with every way it may fail, at calls that are evenly chosen among those of the kind.
fn choose(calls: &[Call]) -> Vec<(Call, Lie)> {
    let mut kinds: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in calls {
        kinds.entry(call.name()).or_default().push(call);
    }
    let chosen = |calls: &Vec<&Call>, lie: Lie| -> Vec<(Call, Lie)> {
        let many = calls
            .first()
            .map_or(0, |call| call.may_answer(lie, OF_A_KIND));
        let many = many.min(calls.len());
        // From the first to the last.
        let place = |number: usize| number * (calls.len() - 1) / many.saturating_sub(1).max(1);
        let places = (0..many).map(place);
        places.map(|place| (calls[place].clone(), lie)).collect()
    };
    let kinds = kinds.values();
    kinds
        .flat_map(|calls| LIES.map(|lie| chosen(calls, lie)))
        .flatten()
        .collect()
}

/// Nothing where the run did not come to the call.
fn lie_at(
    practice: &Practice,
    task: &Task,
    call: &Call,
    told: Lie,
) -> Option<(String, Result<String, String>)> {
    let program = (task.prepare)(practice);
    let before = program.accounts().unwrap().pop();
    let twice = presented_twice(practice);
    let words_of_call = (task.words)(practice);
    let struck = lie(&program, &words(&words_of_call), (call, told), &alone);
    let line = struck.at?;
    let case = Case {
        practice,
        program: &program,
        told: &struck.told,
        before,
        twice,
    };
    Some((
        format!("{told} at {call}: {line}"),
        judge(&case, task.judge),
    ))
}

/// Done, or told; and what is found then.
fn judge(case: &Case<'_>, found: fn(&Case<'_>) -> Found) -> Result<String, String> {
    let told = case.told;
    let outcome = match told.code {
        Some(0) => "done",
        Some(_) if told.has_message() => "told",
        _ => return Err(format!("it says nothing: {told:?}")),
    };
    let found = found(case)?;
    Ok(format!("{outcome} and {found}"))
}

/// A client is saved or not, as was said; the account that was there is there.
fn client_saved(case: &Case<'_>) -> Found {
    if !case.program.accounts().is_ok_and(|all| all.len() == 1) {
        return Err("the account is gone".to_owned());
    }
    let told = case.program.run(&["providers", "--json"]);
    let is_new = told.out.contains(ELSEWHERE);
    if !told.is_done() || (case.told.is_done() && !is_new) {
        return Err(format!("what it said is not so: {told:?}"));
    }
    let address = case.practice.address(PROVIDER);
    let told = case
        .program
        .run(&["client", PROVIDER, "--base-url", &address]);
    if !told.is_done() || !case.program.run(&["refresh", PROVIDER]).is_done() {
        return Err(format!("the next run does not work: {told:?}"));
    }
    Ok(if is_new { "new" } else { "old" })
}

/// A disk that is really full after a few pages; where nobody may mount one, there is none.
fn full_disk(figures: &mut Figures) {
    let can = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .output();
    if !can.is_ok_and(|can| can.status.success()) {
        note("a small disk: skipped, for nobody may mount one here");
        return;
    }
    let sizes: Vec<u64> = (0..=64).step_by(4).collect();
    let results = lanes::over(Mode::Documented, &sizes, |practice, free| {
        on_a_small_disk(practice, *free)
    });
    let wrong: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    let what = "a disk with 0 to 64 KB left, as refresh goes on; wrong";
    figures.exactly(what, wrong.len(), 0);
    for line in wrong.iter().take(5) {
        note(&line.chars().take(LONGEST_NOTE).collect::<String>());
    }
}

/// Moves the data to a disk with so little room, refreshes there, and moves them back.
const ON_A_DISK: &str = r#"set -e
mount -t tmpfs -o size="$1"k,mode=0700 none "$3"
cp -a "$2"/. "$3"
code=0
"$4" --data-dir "$3" refresh "$5" --json || code=$?
rm -r "$2"/*
cp -a "$3"/. "$2"
exit $code"#;

fn on_a_small_disk(practice: &Practice, free_kib: u64) -> Result<(), String> {
    let program = Program::linked(practice);
    let before = program.accounts().unwrap().pop();
    let twice = presented_twice(practice);
    let disk = tempfile::tempdir().unwrap();
    let size = pages(program.data()) * 4 + free_kib;
    let told: Told = Command::new("unshare")
        .args(["-rm", "sh", "-c", ON_A_DISK, "sh", &size.to_string()])
        .args([program.data(), disk.path()])
        .args([PROGRAM, PROVIDER])
        .output()
        .unwrap()
        .into();
    let case = Case {
        practice,
        program: &program,
        told: &told,
        before,
        twice,
    };
    let judged = judge(&case, refreshed);
    judged
        .map(drop)
        .map_err(|why| format!("{free_kib} KB: {why}"))
}

/// How many pages a folder's files take, and the folders themselves.
fn pages(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let pages = entries.map(|entry| match entry.metadata().unwrap() {
        folder if folder.is_dir() => pages(&entry.path()),
        file => file.len().div_ceil(4096),
    });
    1 + pages.sum::<u64>()
}
