//! Runs one subcommand from the first snapshot to the exit code.
//!
//! Knows the order of things only; each family of subcommands has its own file.

use super::args::{Invocation, Subcommand};
use super::session::Session;
use super::stop::{Stop, Trouble};
use super::{Io, Wait, exit, json, secret_file};
use super::{
    accounts, backup, browsers, certificate, client, discover, key_store, link, providers,
};
use super::{refresh, show, token, trading_accounts, unlink};
use crate::bridge::UiEnd;

/// Runs one subcommand and returns the exit code.
///
/// Not for the window and not for `sandbox`: those are no conversations with a worker.
pub fn run(invocation: &Invocation, end: UiEnd, wait: &Wait, io: &mut Io<'_>) -> u8 {
    let mut session = Session::new(end, wait, io, invocation.global.json);
    match carry_out(&mut session, invocation) {
        Ok(code) => code,
        Err(stop) => {
            let code = stop.code();
            match tell(&mut session, invocation, &stop) {
                Err(unsaid) if code == exit::DONE => unsaid.code(),
                Ok(()) | Err(_) => code,
            }
        }
    }
}

fn carry_out(session: &mut Session<'_, '_>, invocation: &Invocation) -> Result<u8, Stop> {
    check(invocation)?;
    let Some(command) = &invocation.command else {
        return Err(Stop::bug("there is no subcommand to run"));
    };
    let snapshot = session.wait_until_loaded()?;
    let passphrase = invocation.global.passphrase_file.as_deref();
    match command {
        Subcommand::Sandbox(_) => Err(Stop::bug("the practice providers run without a worker")),
        Subcommand::Providers => providers::run(session, &snapshot),
        Subcommand::Client(args) => client::run(session, args, passphrase),
        Subcommand::Discover(args) => discover::run(session, args),
        Subcommand::Browsers => browsers::run(session, &snapshot),
        Subcommand::Certificate(args) => certificate::run(session, *args, passphrase),
        Subcommand::Link(args) => link::run(session, args, passphrase),
        Subcommand::Accounts => accounts::run(session, &snapshot),
        Subcommand::Show(args) => show::run(session, &snapshot, args),
        Subcommand::Refresh(args) => refresh::run(session, args, passphrase),
        Subcommand::Token(args) => token::run(session, args, passphrase),
        Subcommand::TradingAccounts(args) => trading_accounts::run(session, args, passphrase),
        Subcommand::KeyStore(args) => key_store::run(session, args, passphrase),
        Subcommand::Unlink(args) => unlink::run(session, args, passphrase),
        Subcommand::Backup(args) => backup::back_up(session, &snapshot, args),
        Subcommand::Restore(args) => backup::restore(session, args),
    }
}

/// What the parser can't say about combinations of switches.
fn check(invocation: &Invocation) -> Result<(), Stop> {
    let from_input = invocation
        .secret_files()
        .filter(|path| secret_file::is_input(path));
    if from_input.count() > 1 {
        return Err(Stop::usage(
            "standard input can hold one secret only: give the other one as a file",
        ));
    }
    if invocation.global.mode.is_some() && !invocation.global.sandbox {
        return Err(Stop::usage(
            "--mode is for practice providers: add --sandbox",
        ));
    }
    Ok(())
}

/// Says why it stopped: in words, and for scripts as a problem.
fn tell(session: &mut Session<'_, '_>, invocation: &Invocation, stop: &Stop) -> Result<(), Stop> {
    match stop {
        Stop::Usage(words) => session.say(&format!("error: {words}")),
        Stop::Declined => session.say("Nothing was changed."),
        Stop::Output(_) if stop.code() == exit::DONE => {}
        Stop::Output(error) => session.say(&format!("error: can’t write the result: {error}")),
        Stop::Trouble(trouble) => return tell_trouble(session, invocation, trouble),
    }
    Ok(())
}

fn tell_trouble(
    session: &mut Session<'_, '_>,
    invocation: &Invocation,
    trouble: &Trouble,
) -> Result<(), Stop> {
    session.explain("error", trouble);
    if !session.json {
        return Ok(());
    }
    let problem = json::Problem::new(&trouble.kind, trouble.remedy);
    if matches!(invocation.command, Some(Subcommand::Link(_))) {
        session.print_json(&json::LinkEvent::Failed { problem })
    } else {
        session.print_json(&json::Failed { problem })
    }
}
