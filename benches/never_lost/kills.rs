//! The program is killed at hundreds of points of everything it does, and started again.
//!
//! Knows nothing of what it was doing; that is in `scenarios`.

use std::collections::BTreeMap;

use crate::figures::{Figures, note, title};
use crate::lanes;
use crate::practice::Practice;
use crate::program::words;
use crate::scenarios::{ALL, Case, Found, Scenario, presented_twice};
use crate::tracer::{Blow, Call, calls, spread, strike};

/// How many there must be in all.
const POINTS: usize = 200;

pub(crate) fn measure(figures: &mut Figures) {
    title("kills: the program is killed (SIGKILL) as it makes a call, then started again");
    let points: usize = ALL.iter().map(|scenario| kill(figures, scenario)).sum();
    let is_enough = points >= POINTS;
    figures.holds(
        &format!("{points} distinct points, at least {POINTS}"),
        is_enough,
    );
}

/// How many points it was killed at.
fn kill(figures: &mut Figures, scenario: &Scenario) -> usize {
    let all = all_calls(scenario);
    // A thread may be another one than before, so that some points are not come to.
    let chosen = spread(&all, scenario.kills + scenario.kills / 5);
    let results = lanes::over(scenario.mode, &chosen, |practice, call| {
        kill_at(practice, scenario, call)
    });
    let mut found: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for result in results.into_iter().flatten() {
        match result {
            (_, Ok(what)) => *found.entry(what).or_default() += 1,
            (at, Err(why)) => wrong.push(format!("{at}: {why}")),
        }
    }
    let points = found.values().sum::<usize>() + wrong.len();
    let words: Vec<String> = found
        .iter()
        .map(|(what, times)| format!("{times} {what}"))
        .collect();
    let what = format!(
        "{}: {points} points of {}, then {}; wrong",
        scenario.name,
        all.len(),
        words.join(", ")
    );
    figures.exactly(&what, wrong.len(), 0);
    for line in wrong.iter().take(5) {
        note(line);
    }
    points
}

fn all_calls(scenario: &Scenario) -> Vec<Call> {
    let practice = Practice::start(scenario.mode);
    let program = (scenario.prepare)(&practice);
    let call = (scenario.words)(&practice);
    let follow = |child| (scenario.follow)(&practice, child);
    let (told, lines) = calls(&program, &words(&call), &follow);
    assert!(told.is_done(), "{}: {told:?}", scenario.name);
    lines.into_iter().map(|line| line.call).collect()
}

/// Nothing where the run ended before it came to the call.
fn kill_at(practice: &Practice, scenario: &Scenario, call: &Call) -> Option<(String, Found)> {
    let program = (scenario.prepare)(practice);
    let before = program.accounts().unwrap().pop();
    let twice = presented_twice(practice);
    let words_of_call = (scenario.words)(practice);
    let follow = |child| (scenario.follow)(practice, child);
    let struck = strike(
        &program,
        &words(&words_of_call),
        (call, Blow::Kill),
        &follow,
    );
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
