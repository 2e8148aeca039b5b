//! `refresh`: new access tokens on request, for one account or all.
//!
//! Decides nothing: what came of it stands on each account's card.

use std::path::Path;

use super::args::RefreshArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, resolve, unlock};
use crate::bridge::{AccountCard, Command, Problem, RefreshOutcome, Snapshot};
use crate::ids::AccountId;
use crate::text::{self, foreign};

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &RefreshArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let (ids, command) = if let Some(meant) = &args.account {
        let account = resolve::account(&snapshot, meant)?.id.clone();
        let ids = vec![account.clone()];
        if args.anyway {
            (ids, Command::TryAnyway { account })
        } else {
            (ids, Command::RefreshAccount { account })
        }
    } else {
        let ids = snapshot.accounts.iter().map(|account| account.id.clone());
        (ids.collect(), Command::RefreshAll)
    };
    let mut problem = None;
    if !ids.is_empty() {
        unlock::key_store(session, passphrase)?;
        problem = session.carry_out(command)?.problem;
    }
    let snapshot = session.snapshot();
    let is_one = args.account.is_some();
    let results: Vec<Refreshed<'_>> = ids
        .iter()
        .map(|id| Refreshed::read(&snapshot, id, problem.as_ref().filter(|_| is_one)))
        .collect();
    tell(session, &results)?;
    let codes: Vec<u8> = results.iter().map(Refreshed::code).collect();
    Ok(exit::worst(&codes))
}

/// What a refresh of one account came to.
struct Refreshed<'a> {
    id: &'a AccountId,
    account: Option<&'a AccountCard>,
    outcome: RefreshOutcome,
    problem: Option<&'a Problem>,
}

impl<'a> Refreshed<'a> {
    /// Reads the card; `told` is what the command itself ended with.
    fn read(snapshot: &'a Snapshot, id: &'a AccountId, told: Option<&'a Problem>) -> Self {
        let account = snapshot.account(id);
        let result = account.and_then(|account| account.last_refresh.as_ref());
        let outcome = result.map_or(RefreshOutcome::Failed, |result| result.outcome);
        let problem = told.or_else(|| account?.problem.as_ref());
        Self {
            id,
            account,
            outcome,
            problem,
        }
    }

    const fn is_success(&self) -> bool {
        matches!(
            self.outcome,
            RefreshOutcome::Refreshed | RefreshOutcome::Renewed
        )
    }

    fn code(&self) -> u8 {
        if self.is_success() {
            return exit::DONE;
        }
        match self.problem {
            Some(problem) => exit::code(&problem.kind),
            None => match self.outcome {
                RefreshOutcome::NeedsSignIn => exit::NEEDS_SIGN_IN,
                RefreshOutcome::Unreachable => exit::UNREACHABLE,
                _ => exit::UNEXPECTED,
            },
        }
    }

    fn line(&self, session: &Session<'_, '_>) -> String {
        let label = self
            .account
            .map_or_else(|| self.id.to_string(), |it| foreign(&it.label));
        let outcome = text::account::outcome(self.outcome);
        match self.account.filter(|_| self.is_success()) {
            Some(account) => {
                let ends = text::access_countdown(session.now(), &account.access).words;
                format!("{label}: {outcome}. {ends}")
            }
            None => format!("{label}: {outcome}"),
        }
    }
}

fn tell(session: &mut Session<'_, '_>, results: &[Refreshed<'_>]) -> Result<(), Stop> {
    if session.json {
        let zone = session.io.zone.clone();
        let all: Vec<json::Refreshed<'_>> = results
            .iter()
            .map(|result| json::Refreshed {
                account: result.id.as_str(),
                outcome: result.outcome,
                expires_at: result
                    .account
                    .and_then(|account| account.access.expires_at)
                    .map(|at| json::time(at, &zone)),
                problem: result.problem.map(json::Problem::of),
            })
            .collect();
        session.print_json(&all)?;
    } else if results.is_empty() {
        session.say("No account is linked yet.");
    } else {
        let lines: Vec<String> = results.iter().map(|result| result.line(session)).collect();
        session.print(&lines.join("\n"))?;
    }
    for result in results {
        match result.problem {
            Some(problem) if result.is_success() => session.warn(problem),
            Some(problem) => session.explain("error", &problem.into()),
            None => {}
        }
    }
    Ok(())
}
