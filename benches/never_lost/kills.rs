//! The program is killed at hundreds of points of everything it does, and started again.
//!
//! Knows nothing of what it was doing; that is in `scenarios`.

use std::collections::{BTreeMap, BTreeSet};

use crate::figures::{Figures, note, title};
use crate::lanes;
use crate::practice::Practice;
use crate::program::words;
use crate::resealing;
use crate::scenarios::{ALL, Case, Found, Scenario, presented_twice};
use crate::tracer::{self, count};

/// How many there must be in all.
const POINTS: usize = 200;

pub(crate) fn measure(figures: &mut Figures) {
    title("kills: the program is killed (SIGKILL) on its way, then started again");
    let all = ALL.iter().chain(&resealing::ALL);
    let points: usize = all.map(|scenario| kill(figures, scenario)).sum();
    let is_enough = points >= POINTS;
    figures.holds(
        &format!("{points} distinct points, at least {POINTS}"),
        is_enough,
    );
}

/// How many points it was killed at.
fn kill(figures: &mut Figures, scenario: &Scenario) -> usize {
    let all = calls_of(scenario);
    let after: Vec<usize> = (0..scenario.kills)
        .map(|number| 1 + number * (all - 1) / (scenario.kills - 1))
        .collect();
    let results = lanes::over(scenario.mode, &after, |practice, after| {
        kill_after(practice, scenario, *after)
    });
    let mut points = BTreeSet::new();
    let mut found: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, result) in results.into_iter().flatten() {
        match result {
            Ok(what) => *found.entry(what).or_default() += 1,
            Err(why) => wrong.push(format!("{at}: {why}")),
        }
        points.insert(at);
    }
    let words: Vec<String> = found
        .iter()
        .map(|(what, times)| format!("{times} {what}"))
        .collect();
    let what = format!(
        "{}: {} points among {all} calls, then {}; wrong",
        scenario.name,
        points.len(),
        words.join(", ")
    );
    figures.exactly(&what, wrong.len(), 0);
    for line in wrong.iter().take(5) {
        note(line);
    }
    points.len()
}

/// How many calls it makes when nothing happens to it.
fn calls_of(scenario: &Scenario) -> usize {
    let practice = Practice::start(scenario.mode);
    let program = (scenario.prepare)(&practice);
    let call = (scenario.words)(&practice, &program);
    let follow = |child| (scenario.follow)(&practice, child);
    let (told, all) = count(&program, &words(&call), &follow);
    assert!(told.is_done(), "{}: {told:?}", scenario.name);
    all
}

/// Nothing where the run ended before it was killed.
fn kill_after(practice: &Practice, scenario: &Scenario, after: usize) -> Option<(String, Found)> {
    let program = (scenario.prepare)(practice);
    let before = scenario
        .is_listed_before
        .then(|| program.accounts().unwrap().pop())
        .flatten();
    let twice = presented_twice(practice);
    let call = (scenario.words)(practice, &program);
    let follow = |child| (scenario.follow)(practice, child);
    let struck = tracer::kill(&program, &words(&call), after, &follow);
    let at = struck.at?;
    let case = Case {
        practice,
        program: &program,
        told: &struck.told,
        before,
        twice,
    };
    Some((at, (scenario.judge)(&case)))
}
