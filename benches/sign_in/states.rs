//! Ten thousand callbacks with a wrong state or none, and a thousand forged errors, while a sign-in waits.
//!
//! Knows nothing of browsers; requests are written as one would send them.

use std::time::Duration;

use url::Url;

use crate::desk::Desk;
use crate::figures::Figures;
use crate::pages::ask;

const WRONG: usize = 10_000;
const FORGED: usize = 1_000;
const THREADS: usize = 8;

/// How long the last of them may take to be counted.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn measure(figures: &mut Figures) {
    figures.title(&format!(
        "states: {WRONG} wrong or missing states and {FORGED} forged errors while a sign-in waits"
    ));
    let desk = Desk::anywhere();
    let attempt = desk.begin(0);
    let callback = desk.allow(&attempt);
    let state = parameter(&callback, "state");
    let states = wrong(&state);
    let wrong = states
        .iter()
        .map(|state| format!("code=forged{state}"))
        .cycle();
    let errors = states
        .iter()
        .map(|state| format!("error=access_denied{state}"))
        .cycle();
    let queries: Vec<String> = wrong.take(WRONG).chain(errors.take(FORGED)).collect();
    let refused = knock(&callback, &queries);
    figures.exactly("answered with 400", refused, queries.len());
    figures.holds("the sign-in still waits", desk.is_waiting(&attempt));
    let all = u32::try_from(queries.len()).unwrap();
    let counted = desk.strays_once(&attempt, all, PATIENCE);
    figures.note(&format!("counted for the person: {counted} of {all}"));
    let page = ask("GET", &callback, "");
    let is_page = page.starts_with("HTTP/1.1 200 ");
    figures.holds("then the real callback gets its page", is_page);
    figures.holds("and the sign-in completes", desk.completes(&attempt));
    figures.exactly("token requests", desk.counters().exchanges, 1);
}

/// Everything that is nearly the right state, as it stands in a query.
fn wrong(state: &str) -> Vec<String> {
    let end = state.len() - 1;
    let (start, last) = state.split_at(end);
    let other = if last == "A" { "B" } else { "A" };
    let backwards: String = state.chars().rev().collect();
    vec![
        String::new(),
        "&state=".to_owned(),
        "&state=xyz".to_owned(),
        format!("&state={start}"),
        format!("&state={start}{other}"),
        format!("&state={state}{other}"),
        format!("&state={state}%00"),
        format!("&state=%20{state}"),
        format!("&state={backwards}"),
        format!("&state={}", state.to_ascii_lowercase()),
        format!("&state={}", state.to_ascii_uppercase()),
        format!("&state={state}&state={state}"),
        format!("&state=xyz&state={state}"),
        format!("&STATE={state}"),
        format!("&state[]={state}"),
        format!("&%73tate={state}&state=xyz"),
    ]
}

/// Sends them all, and counts those that are refused.
fn knock(callback: &Url, queries: &[String]) -> usize {
    let share = queries.len().div_ceil(THREADS);
    std::thread::scope(|scope| {
        let threads: Vec<_> = queries
            .chunks(share)
            .map(|queries| scope.spawn(|| refused(callback, queries)))
            .collect();
        let counts = threads.into_iter().map(|thread| thread.join().unwrap());
        counts.sum()
    })
}

fn refused(callback: &Url, queries: &[String]) -> usize {
    let mut address = callback.clone();
    let is_refused = |query: &&String| {
        address.set_query(Some(query));
        ask("GET", &address, "").starts_with("HTTP/1.1 400 ")
    };
    queries.iter().filter(is_refused).count()
}

/// One parameter of an address.
pub(crate) fn parameter(address: &Url, name: &str) -> String {
    let mut pairs = address.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}
