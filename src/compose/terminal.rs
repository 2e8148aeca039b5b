//! Runs one subcommand on the real terminal.
//!
//! Knows nothing of what the subcommand does.

use std::io::{BufReader, IsTerminal as _};
use std::sync::Arc;

use super::{Environment, Plan, TerminalOutlet, start};
use crate::bridge::Face;
use crate::cli::{self, Handover, Invocation, Io, Wait};
use crate::platform::Clock as _;
use crate::platform::clock::SystemClock;
use crate::worker::Settings;

/// Runs one subcommand and returns its exit code.
pub fn run_command(
    invocation: &Invocation,
    plan: Plan,
    environment: Environment,
) -> std::io::Result<u8> {
    let wait = Wait::new();
    let handover = Handover::new(&wait);
    let outlet = Arc::new(TerminalOutlet(handover.clone()));
    let usual = Settings::default();
    let asked = invocation.link_deadline();
    let settings = Settings {
        face: Face::CommandLine,
        opens_browser: invocation.opens_browser(),
        refreshes_by_itself: false,
        link_deadline: asked.unwrap_or(usual.link_deadline),
        device_deadline: asked.unwrap_or(usual.device_deadline),
    };
    let desk = start(plan, settings, outlet, environment, wait.waker())?;
    let clock = SystemClock::new();
    let now = move || clock.now();
    let mut io = Io {
        out: &mut std::io::stdout(),
        err: &mut std::io::stderr(),
        input: Some(Box::new(BufReader::new(std::io::stdin()))),
        input_is_terminal: std::io::stdin().is_terminal(),
        ask_hidden: &cli::ask_hidden,
        now: &now,
        zone: jiff::tz::TimeZone::system(),
        handover,
    };
    let code = cli::run(invocation, desk.face, &wait, &mut io);
    desk.worker.wait();
    Ok(code)
}
