//! The program: reads arguments and environment, and opens the window or runs a command.
//!
//! Decides nothing else; `compose` puts the house together.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use linkdesk::cli::{self, Invocation, KeyStoreChoice, Subcommand};
use linkdesk::compose::{self, Environment, Plan};
use linkdesk::platform::paths::Folders;
use linkdesk::sandbox::Mode;
use linkdesk::vault::Kind;

fn main() -> ExitCode {
    let invocation = Invocation::parse();
    let environment: Environment = std::env::vars_os().collect();
    match run(&invocation, environment) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Where even this can't be said, the exit code has to do.
            drop(writeln!(std::io::stderr(), "linkdesk: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(
    invocation: &Invocation,
    environment: Environment,
) -> Result<u8, Box<dyn std::error::Error>> {
    let mut plan = plan(invocation, &environment);
    match &invocation.command {
        None => {
            if let Some(file) = &invocation.global.passphrase_file {
                plan.passphrase = Some(cli::passphrase(file)?);
            }
            compose::open_window(plan, environment).map_err(|error| {
                format!("no window could be opened ({error}); linkdesk --help lists what works without one")
            })?;
            Ok(0)
        }
        Some(Subcommand::Sandbox(args)) => {
            compose::serve_practice(&plan, args, mode(invocation))?;
            Ok(0)
        }
        Some(_) => Ok(compose::run_command(invocation, plan, environment)?),
    }
}

fn plan(invocation: &Invocation, environment: &Environment) -> Plan {
    let from_environment = || {
        let named = |(name, _): &&(_, _)| *name == "LINKDESK_DATA_DIR";
        let (_, folder) = environment.iter().find(named)?;
        (!folder.is_empty()).then(|| PathBuf::from(folder))
    };
    let folder = invocation.global.data_dir.clone().or_else(from_environment);
    Plan {
        folders: folder.map(Folders::within),
        key_store: invocation.key_store().map(|choice| match choice {
            KeyStoreChoice::Keychain => Kind::Keychain,
            KeyStoreChoice::Passphrase => Kind::Passphrase,
            KeyStoreChoice::Session => Kind::Session,
        }),
        passphrase: None,
        practice: invocation.global.sandbox.then(|| mode(invocation)),
    }
}

fn mode(invocation: &Invocation) -> Mode {
    match invocation.global.mode {
        Some(cli::Mode::Field) => Mode::Field,
        Some(cli::Mode::Documented) | None => Mode::Documented,
    }
}
