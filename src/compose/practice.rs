//! Runs only the practice providers, until the program is ended.
//!
//! Knows nothing of the linker.

use std::io::Write as _;
use std::time::Duration;

use super::{Plan, folders_in_use};
use crate::cli::SandboxArgs;
use crate::sandbox::{self, Mode, Options};

/// Serves until the program is ended; prints one JSON line when everything answers.
pub fn serve_practice(
    plan: &Plan,
    args: &SandboxArgs,
    mode: Mode,
) -> Result<(), Box<dyn std::error::Error>> {
    let plan = Plan {
        practice: Some(mode),
        ..plan.clone()
    };
    let folders = folders_in_use(&plan).map_err(|unopened| unopened.detail)?;
    folders.prepare()?;
    let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
    let running = sandbox::start(Options {
        mode,
        port: args.port,
        lifetime: args.lifetime.map(seconds),
        code_lifetime: args.code_lifetime.map(seconds),
        ..Options::new(folders.data)
    })?;
    if running.joined() && running.ready().mode != mode {
        let mode = running.ready().mode;
        writeln!(
            std::io::stderr(),
            "Another program serves this folder already, in {mode} mode"
        )?;
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(running.ready())?)?;
    out.flush()?;
    #[expect(
        clippy::infinite_loop,
        reason = "whoever started the practice providers ends them"
    )]
    loop {
        std::thread::park();
    }
}
