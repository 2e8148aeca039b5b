//! `unlink`: revokes where the provider can, then forgets; asks first.
//!
//! A revocation the provider did not confirm is told, but the account is forgotten here all the same.

use std::path::Path;

use super::args::UnlinkArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, resolve, unlock};
use crate::bridge::Command;
use crate::text::foreign;

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &UnlinkArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let account = resolve::account(&snapshot, &args.account)?;
    let label = foreign(&account.label);
    if !args.yes {
        ask(session, &label)?;
    }
    unlock::key_store(session, passphrase)?;
    let finished = session.carry_out(Command::UnlinkAccount {
        account: account.id.clone(),
    })?;
    let is_gone = session.snapshot().account(&account.id).is_none();
    let problem = finished.problem;
    match &problem {
        Some(problem) if !is_gone => return Err(problem.into()),
        Some(problem) => session.warn(problem),
        None => {}
    }
    if session.json {
        session.print_json(&json::Unlinked {
            account: account.id.as_str(),
            outcome: "unlinked",
            problem: problem.as_ref().map(json::Problem::of),
        })?;
    } else {
        session.print(&format!("Unlinked {label}"))?;
    }
    Ok(exit::DONE)
}

fn ask(session: &mut Session<'_, '_>, label: &str) -> Result<(), Stop> {
    if !session.io.input_is_terminal {
        return Err(Stop::usage(format!(
            "nobody is here to ask whether to unlink {label}: add --yes"
        )));
    }
    let answer = session.ask(&format!("Unlink {label}? [y/N] "))?;
    let answer = answer.unwrap_or_default().trim().to_lowercase();
    if matches!(answer.as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Stop::Declined)
    }
}
