//! Whether a sign-in always completes, however crowded, hostile or confused it gets where the browser comes back.
//!
//! ```text
//! tests/session cargo bench --bench sign_in [-- PART…] [--without-browser]
//! ```
//!
//! The parts are `garbage`, `states`, `copies`, `crossed`, `cancel`, `browser` and `hostile`; without any, all are
//! measured, within about a minute. The last two need Chromium and show a real browser; where it is missing that is an
//! error, unless it is said that it is not wanted. Everything happens on the
//! loopback interface, and memory and descriptors are read where Linux has them.
//!
//! * `garbage`: the endpoint in a process of its own, with `http` and with `https`.
//! * All others: whole sign-ins by the real worker at the practice provider that follows the standards.
//!
//! Ends with an error when an aim is missed. Knows nothing of the window.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a measurement for people: it looks at the clock, prints, and stops where it can't go on"
)]

mod browser;
mod cancel;
mod chromium;
mod copies;
mod crossed;
mod desk;
mod endpoint;
#[path = "../practice/figures.rs"]
mod figures;
mod garbage;
mod hostile;
mod kinds;
mod outside;
#[path = "../practice/pages.rs"]
mod pages;
mod recorder;
mod states;

use std::process::ExitCode;

use crate::figures::Figures;

/// A part by its name, and how it is measured.
type Part = (&'static str, fn(&mut Figures));

const PARTS: [Part; 5] = [
    ("garbage", garbage::measure),
    ("states", states::measure),
    ("copies", copies::measure),
    ("crossed", crossed::measure),
    ("cancel", cancel::measure),
];

/// Those that a real browser takes part in.
const WITH_BROWSER: [Part; 2] = [("browser", browser::measure), ("hostile", hostile::measure)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        // Cargo's own word.
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words {
        [endpoint::ARGUMENT, scheme] => endpoint::serve(scheme),
        [garbage::IDLE_ARGUMENT, port] => garbage::hold(port),
        _ => measure(&words),
    }
}

fn measure(words: &[&str]) -> ExitCode {
    let wants_browser = !words.contains(&"--without-browser");
    let names: Vec<&&str> = words
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let is_wanted = |part: &&Part| names.is_empty() || names.contains(&&part.0);
    let all: Vec<&str> = PARTS
        .iter()
        .chain(&WITH_BROWSER)
        .map(|part| part.0)
        .collect();
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        eprintln!("sign_in: there is no part {unknown}");
        return ExitCode::FAILURE;
    }
    let mut figures = Figures::default();
    for (_, measure) in PARTS.iter().filter(is_wanted) {
        measure(&mut figures);
    }
    let mut is_complete = true;
    for (name, measure) in WITH_BROWSER.iter().filter(is_wanted) {
        if wants_browser && chromium::is_installed() {
            measure(&mut figures);
        } else {
            println!(
                "{name}: skipped{}",
                if wants_browser { ": no Chromium" } else { "" }
            );
            is_complete &= !wants_browser;
        }
    }
    let all_met = figures.all_met();
    if all_met && is_complete {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
