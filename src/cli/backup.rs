//! `backup` and `restore`: everything in one file, and back.
//!
//! Says what is not in such a file; touches no file itself.

use std::path::{Path, PathBuf};

use super::args::FileArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json};
use crate::bridge::{Command, Snapshot};
use crate::text::{self, foreign};

/// Copies everything into a new file.
pub(super) fn back_up(
    session: &mut Session<'_, '_>,
    snapshot: &Snapshot,
    args: &FileArgs,
) -> Result<u8, Stop> {
    let to = absolute(&args.file)?;
    let finished = session.carry_out(Command::BackUp { to: to.clone() })?;
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let (accounts, kind) = (snapshot.accounts.len(), snapshot.key_store.kind);
    let file = to.display().to_string();
    if session.json {
        session.print_json(&json::BackedUp {
            backup: &file,
            accounts,
            key_store: text::backup::key_store(kind),
            has_key: text::backup::has_key(kind),
        })?;
    } else {
        let words = text::backup::done(accounts);
        session.print(&format!("{words} to {}", foreign(&file)))?;
    }
    session.say(text::backup::about_key(kind));
    session.say(&text::backup::about_files(&snapshot.provider_folder));
    Ok(exit::DONE)
}

/// Puts a copy in the place of everything.
pub(super) fn restore(session: &mut Session<'_, '_>, args: &FileArgs) -> Result<u8, Stop> {
    let from = absolute(&args.file)?;
    let finished = session.carry_out(Command::Restore { from })?;
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let restored = session.snapshot().restored.clone();
    let restored = restored.ok_or_else(|| Stop::bug("nothing was restored"))?;
    if session.json {
        session.print_json(&json::Restored {
            accounts: restored.accounts,
            kept: restored.kept,
            kept_as: restored.kept_as.as_deref(),
        })?;
    } else {
        session.print(&text::backup::restored(&restored))?;
    }
    for line in text::backup::about_restored(&restored) {
        session.say(&line);
    }
    Ok(exit::DONE)
}

/// The worker may be anywhere; the person who typed the name is here.
fn absolute(path: &Path) -> Result<PathBuf, Stop> {
    std::path::absolute(path)
        .map_err(|error| Stop::usage(format!("{} is no file’s name: {error}", path.display())))
}
