//! Follows an attempt to link from the address to its end, and tells how it ended.
//!
//! Decides nothing about the attempt; what is told on the way is in `link_told`.

use super::link_told::{Awaited, Told};
use super::session::Session;
use super::stop::Stop;
use super::{exit, json};
use crate::bridge::{AccountCard, Finished, LinkOutcome, Snapshot};
use crate::ids::{AccountId, CommandId};
use crate::text::{self, foreign};

/// How it ended.
struct Ended {
    finished: Finished,
    account: AccountId,
}

/// Follows the attempt that `command` started and prints how it ended.
pub(super) fn follow(
    session: &mut Session<'_, '_>,
    command: CommandId,
    awaited: Awaited,
) -> Result<u8, Stop> {
    let mut told = Told::new(awaited);
    let ended = session.until(|session, snapshot| {
        told.tell(session, snapshot)?;
        let Some(finished) = snapshot.finished(command) else {
            return Ok(None);
        };
        end(snapshot, finished)
    })?;
    let snapshot = session.snapshot();
    let Some(account) = snapshot.account(&ended.account) else {
        return Err(Stop::bug("the linked account is gone"));
    };
    if let Some(problem) = &ended.finished.problem {
        session.warn(problem);
    }
    tell_linked(session, account)?;
    Ok(exit::DONE)
}

/// How the attempt ended, if it has.
fn end(snapshot: &Snapshot, finished: &Finished) -> Result<Option<Ended>, Stop> {
    let outcome = match finished.flow {
        Some(flow) => snapshot.link(flow).map(|card| card.outcome.as_ref()),
        None => None,
    };
    match (outcome, &finished.problem) {
        (Some(Some(LinkOutcome::Linked { account })), _) => Ok(Some(Ended {
            finished: finished.clone(),
            account: account.clone(),
        })),
        (Some(Some(LinkOutcome::Failed { problem })), _) | (None, Some(problem)) => {
            Err(problem.into())
        }
        // The command joined an attempt that is still under way.
        (Some(None), _) => Ok(None),
        (None, None) => Err(Stop::bug("the attempt is gone")),
    }
}

fn tell_linked(session: &mut Session<'_, '_>, account: &AccountCard) -> Result<(), Stop> {
    let now = session.now();
    if session.json {
        let account = Box::new(json::Account::new(account, now, &session.io.zone));
        return session.print_json(&json::LinkEvent::Linked { account });
    }
    let who = account.identity_line().map(foreign);
    let who = who.map(|who| format!(" as {who}")).unwrap_or_default();
    let ends = text::access_countdown(now, &account.access).words;
    session.print(&format!(
        "Linked {}{who}\n{ends}\n{}",
        foreign(&account.label),
        account.id
    ))
}
