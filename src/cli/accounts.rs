//! `accounts`: the linked accounts with their token state.
//!
//! Changes nothing and asks no provider.

use super::session::Session;
use super::stop::Stop;
use super::{exit, json, table};
use crate::bridge::{AccountCard, Snapshot};
use crate::text::{self, foreign};

pub(super) fn run(session: &mut Session<'_, '_>, snapshot: &Snapshot) -> Result<u8, Stop> {
    if session.json {
        let now = session.now();
        let zone = session.io.zone.clone();
        let accounts = snapshot.accounts.iter();
        let accounts: Vec<json::Account<'_>> = accounts
            .map(|account| json::Account::new(account, now, &zone))
            .collect();
        session.print_json(&accounts)?;
    } else if snapshot.accounts.is_empty() {
        session.say("No account is linked yet. Link one with: linkdesk link PROVIDER");
    } else {
        let rows = rows(session, snapshot);
        session.print(&table::columns(&rows))?;
    }
    Ok(exit::DONE)
}

fn rows(session: &Session<'_, '_>, snapshot: &Snapshot) -> Vec<Vec<String>> {
    let head = [
        "LABEL",
        "PROVIDER",
        "SIGNED IN AS",
        "STATE",
        "ACCESS TOKEN",
        "SIGN-IN",
        "ID",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(
        snapshot
            .accounts
            .iter()
            .map(|account| row(session, account)),
    );
    rows
}

fn row(session: &Session<'_, '_>, account: &AccountCard) -> Vec<String> {
    let now = session.now();
    vec![
        foreign(&account.label),
        account.provider.to_string(),
        account
            .identity_line()
            .map_or_else(|| "–".to_owned(), foreign),
        state(session, account),
        text::account::access_left(now, &account.access),
        text::account::signed_in_until(now, &session.io.zone, account),
        account.id.to_string(),
    ]
}

/// The state, and why the link has ended or since when nobody could be asked.
fn state(session: &Session<'_, '_>, account: &AccountCard) -> String {
    let now = session.now();
    let state = text::account::state(account.state(now));
    if let Some(reason) = account.needs_sign_in {
        return format!("{state}: {}", text::account::ended(reason));
    }
    match account.trouble_since {
        Some(since) => {
            let since = text::time::short_day(now, since, &session.io.zone);
            format!("{state}, not refreshed since {since}")
        }
        None => state.to_owned(),
    }
}
