//! How soon the window is there, how much memory it holds, and what it does while nothing happens.
//!
//! ```text
//! tests/session --display cargo bench --bench window [-- starting|idle]
//! ```
//!
//! Takes about four minutes, one for `starting` and the rest for `idle`, and wants a quiet machine. `linkdesk` is the program as it is built for people; this bench
//! opens no door into it. What it is compared with is an empty eframe window of the same size with the same renderer,
//! built in the same profile: this very executable, started again with `--empty-window`. Both are started in turn.
//!
//! * Time to the first frame: from the start of the process until its picture is on the virtual screen.
//! * Memory: the proportional set size, three seconds after that, nothing linked.
//! * Idle: pictures sent to the X server and processor time, with one account on screen, visible and hidden.
//!
//! Ends with an error when an aim is missed. Knows nothing of what the window shows.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a measurement for people: it prints, waits and looks at the clock"
)]

#[cfg(target_os = "linux")]
mod empty;
#[cfg(target_os = "linux")]
mod figures;
#[cfg(target_os = "linux")]
mod hiding;
#[cfg(target_os = "linux")]
mod idle;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod recorder;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod starting;

use std::process::ExitCode;

/// A failure of the measurement itself.
#[cfg(target_os = "linux")]
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some(empty::ARGUMENT) => empty::open(arguments.next().map(Into::into)).map(|()| true),
        part => measure(part.unwrap_or_default()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("window: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
fn measure(part: &str) -> Result<bool> {
    let screen = screen::Screen::of_session()?;
    let mut figures = figures::Figures::default();
    if part != "idle" {
        starting::measure(&screen, &mut figures)?;
    }
    if part != "starting" {
        idle::measure(&screen, &mut figures)?;
    }
    Ok(figures.all_met())
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("window: measures on a virtual X screen, which only Linux has");
    ExitCode::FAILURE
}
