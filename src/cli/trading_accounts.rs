//! `trading-accounts`: the list of trading accounts, asked for anew.
//!
//! Knows no provider by name: an account either has such a list or doesn't.

use std::path::Path;

use super::args::AccountArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, resolve, table, unlock};
use crate::bridge::{Command, ProblemKind, Remedy, TradingCard, TradingChange};
use crate::text::{self, foreign};

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &AccountArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let account = resolve::account(&snapshot, &args.account)?;
    if !account.has_trading_accounts {
        return Err(Stop::usage(format!(
            "{} has no trading accounts: its provider keeps no such list",
            foreign(&account.label)
        )));
    }
    let id = account.id.clone();
    unlock::key_store(session, passphrase)?;
    let finished = session.carry_out(Command::AskTradingAccounts {
        account: id.clone(),
    })?;
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let snapshot = session.snapshot();
    let trading = snapshot
        .account(&id)
        .and_then(|account| account.trading.as_ref());
    let Some(trading) = trading else {
        return Err(Stop::found(
            ProblemKind::TradingAccountsUnread,
            Remedy::RetryNow,
        ));
    };
    if session.json {
        session.print_json(&json::TradingAccounts::new(trading, &session.io.zone))?;
    } else {
        session.print(&describe(trading))?;
    }
    Ok(exit::DONE)
}

/// The list for people.
pub(super) fn describe(trading: &TradingCard) -> String {
    let mut facts = Vec::new();
    if let Some(login) = &trading.login {
        facts.push(("login", foreign(login)));
    }
    if let Some(email) = &trading.email {
        facts.push(("e-mail", foreign(email)));
    }
    if let Some(domestic) = trading.domestic {
        facts.push(("domestic", if domestic { "yes" } else { "no" }.to_owned()));
    }
    if let Some(status) = &trading.application_status {
        facts.push(("application", foreign(status)));
    }
    let mut parts = vec![lines(trading)];
    if !facts.is_empty() {
        parts.insert(0, table::facts(&facts));
    }
    parts.join("\n")
}

fn lines(trading: &TradingCard) -> String {
    if trading.accounts.is_empty() {
        return "  no trading account is listed".to_owned();
    }
    let mut rows = vec![vec![
        "  ACCOUNT NUMBER".to_owned(),
        "TRADE PLATFORM".to_owned(),
        String::new(),
    ]];
    rows.extend(trading.accounts.iter().map(|line| {
        let change = match line.change {
            TradingChange::FirstSeen | TradingChange::Unchanged => "",
            change => text::account::change(change),
        };
        vec![
            format!("  {}", foreign(&line.account_number)),
            foreign(&line.trade_platform),
            change.to_owned(),
        ]
    }));
    table::columns(&rows)
}
