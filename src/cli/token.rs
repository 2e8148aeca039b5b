//! `token`: the access token alone, for scripts; refreshed first where it ends too soon.
//!
//! The one place that prints a secret, because that is what it was asked for.

use std::path::Path;

use jiff::SignedDuration;

use super::args::TokenArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, resolve, unlock};
use crate::bridge::Command;

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &TokenArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let id = resolve::account(&snapshot, &args.account)?.id.clone();
    unlock::key_store(session, passphrase)?;
    let finished = session.carry_out(Command::HandOutToken {
        account: id.clone(),
        min_validity: SignedDuration::from_secs(args.min_validity.into()),
    })?;
    let token = match (session.io.handover.take_token(), &finished.problem) {
        (None, Some(problem)) => return Err(problem.into()),
        (None, None) => return Err(Stop::bug("no token was handed out")),
        (Some(token), None) => token,
        (Some(token), Some(problem)) => {
            session.warn(problem);
            token
        }
    };
    if session.json {
        let snapshot = session.snapshot();
        let Some(account) = snapshot.account(&id) else {
            return Err(Stop::bug("the account is gone"));
        };
        let expires_at = account.access.expires_at;
        session.print_json(&json::Token {
            access_token: token.expose(),
            expires_at: expires_at.map(|at| json::time(at, &session.io.zone)),
            token_type: &account.access.token_type,
        })?;
    } else {
        session.print(token.expose())?;
    }
    Ok(exit::DONE)
}
