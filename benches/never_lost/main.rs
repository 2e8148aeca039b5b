//! Whether a link is ever lost: by callers and processes that race, by a kill, by a disk, by a key store that dies.
//!
//! ```text
//! tests/session cargo bench --bench never_lost [-- PART…]
//! ```
//!
//! The parts are `callers`, `processes`, `kills`, `trouble`, `daemon` and `bulk`; without any, all are measured.
//! The real worker and the real program work at the practice providers; `strace` kills them and lies to them.
//! `tests/never_lost` runs this and the property tests that belong to it.
//!
//! Ends with an error when an aim is missed. Knows nothing of the window.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a measurement for people: it looks at the clock, prints, and stops where it can't go on"
)]

mod bulk;
mod callers;
mod daemon;
mod desk;
#[path = "../practice/figures.rs"]
mod figures;
mod kills;
mod lanes;
#[path = "../practice/pages.rs"]
mod pages;
mod practice;
mod processes;
mod program;
mod resealing;
mod scenarios;
mod server;
mod tracer;
mod trouble;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::figures::{Figures, note};

/// Parts that need a machine where one program may trace another; some containers forbid it.
const TRACED: [&str; 2] = ["kills", "trouble"];

/// A part by its name, and how it is measured.
type Part = (&'static str, fn(&mut Figures));

const PARTS: [Part; 6] = [
    ("callers", callers::measure),
    ("processes", processes::measure),
    ("kills", kills::measure),
    ("trouble", trouble::measure),
    ("daemon", daemon::measure),
    ("bulk", bulk::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        // Cargo's own word.
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words {
        [processes::ARGUMENT, data] => processes::serve(Path::new(data)),
        [daemon::ARGUMENT, folder] => daemon::serve(Path::new(folder)),
        _ => measure(&words),
    }
}

fn measure(names: &[&str]) -> ExitCode {
    let unknown = |name: &&&str| PARTS.iter().all(|part| part.0 != **name);
    if let Some(unknown) = names.iter().find(unknown) {
        eprintln!("never_lost: there is no part {unknown}");
        return ExitCode::FAILURE;
    }
    let begun = Instant::now();
    let mut figures = Figures::default();
    let can_trace = tracer::can_trace();
    let is_wanted = |part: &Part| names.is_empty() || names.contains(&part.0);
    for (name, measure) in PARTS.into_iter().filter(is_wanted) {
        if TRACED.contains(&name) && !can_trace {
            note(&format!("{name}: left out, no program may be traced here"));
            continue;
        }
        let begun = Instant::now();
        measure(&mut figures);
        note(&format!("{name}: {} s", begun.elapsed().as_secs()));
    }
    note(&format!("in all: {} s", begun.elapsed().as_secs()));
    if figures.all_met() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
