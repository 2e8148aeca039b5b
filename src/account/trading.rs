//! The list of trading accounts, and what changed in it since last time.
//!
//! Knows nothing of how it was asked for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The trading accounts as last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradingAccounts {
    /// The login.
    pub login: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the person is a domestic customer.
    pub domestic: Option<bool>,
    /// The state of the application for an account.
    pub application_status: Option<String>,
    /// When the provider was asked.
    pub asked_at: Timestamp,
    /// The lines, in the provider's order; gone ones last.
    pub accounts: Vec<TradingAccount>,
}

/// One trading account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradingAccount {
    /// Its number.
    pub account_number: String,
    /// Its platform.
    pub trade_platform: String,
    /// What changed since last time.
    pub change: TradingChange,
}

/// What changed since last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradingChange {
    /// There was no last time.
    FirstSeen,
    /// Nothing.
    Unchanged,
    /// It was not there.
    New,
    /// Its platform was another.
    Changed,
    /// It is no longer there.
    Gone,
}

impl TradingAccounts {
    /// Marks what changed against `last`; lines that are gone are kept once more, at the end.
    #[must_use]
    pub fn compared_with(mut self, last: Option<&Self>) -> Self {
        let Some(last) = last else {
            return self;
        };
        let before = || {
            let gone = TradingChange::Gone;
            last.accounts.iter().filter(move |line| line.change != gone)
        };
        for line in &mut self.accounts {
            line.change = match before().find(|old| old.account_number == line.account_number) {
                None => TradingChange::New,
                Some(old) if old.trade_platform != line.trade_platform => TradingChange::Changed,
                Some(_) => TradingChange::Unchanged,
            };
        }
        let gone: Vec<TradingAccount> = before()
            .filter(|old| {
                let same = |line: &TradingAccount| line.account_number == old.account_number;
                !self.accounts.iter().any(same)
            })
            .cloned()
            .map(|line| TradingAccount {
                change: TradingChange::Gone,
                ..line
            })
            .collect();
        self.accounts.extend(gone);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[(&str, &str)]) -> TradingAccounts {
        TradingAccounts {
            login: None,
            email: None,
            domestic: None,
            application_status: None,
            asked_at: Timestamp::UNIX_EPOCH,
            accounts: lines
                .iter()
                .map(|(number, platform)| TradingAccount {
                    account_number: (*number).to_owned(),
                    trade_platform: (*platform).to_owned(),
                    change: TradingChange::FirstSeen,
                })
                .collect(),
        }
    }

    fn changes(accounts: &TradingAccounts) -> Vec<(&str, TradingChange)> {
        let pair = |line| -> (&str, TradingChange) {
            let line: &TradingAccount = line;
            (&line.account_number, line.change)
        };
        accounts.accounts.iter().map(pair).collect()
    }

    #[test]
    fn the_first_list_has_nothing_to_compare_with() {
        let first = list(&[("1", "ETNA")]).compared_with(None);
        assert_eq!(changes(&first), [("1", TradingChange::FirstSeen)]);
    }

    #[test]
    fn new_changed_and_gone_lines_are_marked() {
        let last = list(&[("1", "ETNA"), ("2", "ETNA"), ("3", "ETNA")]);
        let next = list(&[("4", "ETNA"), ("2", "transaq"), ("1", "ETNA")]);
        assert_eq!(
            changes(&next.compared_with(Some(&last))),
            [
                ("4", TradingChange::New),
                ("2", TradingChange::Changed),
                ("1", TradingChange::Unchanged),
                ("3", TradingChange::Gone),
            ]
        );
    }

    #[test]
    fn a_line_that_was_gone_is_told_once_and_new_when_it_returns() {
        let first = list(&[("1", "ETNA")]);
        let second = list(&[]).compared_with(Some(&first));
        assert_eq!(changes(&second), [("1", TradingChange::Gone)]);
        let third = list(&[]).compared_with(Some(&second));
        assert_eq!(changes(&third), []);
        let back = list(&[("1", "ETNA")]).compared_with(Some(&second));
        assert_eq!(changes(&back), [("1", TradingChange::New)]);
    }
}
