//! `show`: everything support may know about one account, no secret.
//!
//! Changes nothing and asks no provider.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::AccountArgs;
use super::session::Session;
use super::stop::Stop;
use super::{browsers, exit, json, resolve, table, trading_accounts};
use crate::bridge::{AccessCard, AccountCard, ObtainedCard, Snapshot};
use crate::text::{self, foreign};

pub(super) fn run(
    session: &mut Session<'_, '_>,
    snapshot: &Snapshot,
    args: &AccountArgs,
) -> Result<u8, Stop> {
    let account = resolve::account(snapshot, &args.account)?;
    let (now, zone) = (session.now(), session.io.zone.clone());
    if session.json {
        session.print_json(&Shown::new(account, now, &zone))?;
    } else {
        let provider = snapshot.provider(&account.provider);
        let name = provider.map_or_else(|| account.provider.as_str(), |it| it.name.as_str());
        let words = Words {
            account,
            now,
            zone: &zone,
        };
        session.print(&words.all(name))?;
    }
    Ok(exit::DONE)
}

/// The account object and more.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    account: json::Account<'a>,
    identity_details: Identity<'a>,
    next_refresh_at: Option<String>,
    /// When only a full sign-in helps.
    sign_in_ends_at: Option<String>,
    /// Whether the access token may live longer than is said, because each use renews it.
    expiry_is_estimate: bool,
    access_token_issued_at: String,
    access_token_form: &'a str,
    obtained: Obtained<'a>,
    exchanges: Vec<Exchange<'a>>,
    history: Vec<Line<'a>>,
    browser: Option<json::Choice<'a>>,
    trading: Option<json::TradingAccounts<'a>>,
}

#[derive(Debug, Serialize)]
struct Identity<'a> {
    subject: Option<&'a str>,
    login: Option<&'a str>,
    email: Option<&'a str>,
    name: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Obtained<'a> {
    grant: &'a str,
    pkce: &'a str,
    state_echoed: Option<bool>,
    secret_in_address: bool,
    exchange: &'a str,
    refresh: Option<&'a str>,
    clock_offset: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Exchange<'a> {
    at: String,
    step: &'a str,
    request: &'a str,
    answer: &'a str,
    took: f64,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    at: String,
    what: &'a str,
}

impl<'a> Shown<'a> {
    fn new(account: &'a AccountCard, now: Timestamp, zone: &TimeZone) -> Self {
        let identity = &account.identity;
        let exchange = |it: &'a crate::bridge::ExchangeLine| Exchange {
            at: json::time(it.at, zone),
            step: &it.step,
            request: &it.request,
            answer: &it.answer,
            took: json::seconds(it.took),
        };
        let line = |it: &'a crate::bridge::HistoryLine| Line {
            at: json::time(it.at, zone),
            what: &it.what,
        };
        let trading = account.trading.as_ref();
        Self {
            account: json::Account::new(account, now, zone),
            identity_details: Identity {
                subject: identity.subject.as_deref(),
                login: identity.login.as_deref(),
                email: identity.email.as_deref(),
                name: identity.name.as_deref(),
            },
            sign_in_ends_at: account.sign_in_ends().map(|at| json::time(at, zone)),
            expiry_is_estimate: account.access.renews_on_use && account.access.expires_at.is_some(),
            next_refresh_at: account.next_refresh_at.map(|at| json::time(at, zone)),
            access_token_issued_at: json::time(account.access.issued_at, zone),
            access_token_form: &account.access.form,
            obtained: Obtained::new(&account.obtained),
            exchanges: account.exchanges.iter().map(exchange).collect(),
            history: account.history.iter().map(line).collect(),
            browser: account.browser.as_ref().map(json::Choice::new),
            trading: trading.map(|it| json::TradingAccounts::new(it, zone)),
        }
    }
}

impl<'a> Obtained<'a> {
    fn new(obtained: &'a ObtainedCard) -> Self {
        let milliseconds = |offset| json::seconds(jiff::SignedDuration::from_millis(offset));
        Self {
            grant: &obtained.grant,
            pkce: &obtained.pkce,
            state_echoed: obtained.state_echoed,
            secret_in_address: obtained.secret_in_address,
            exchange: &obtained.exchange,
            refresh: obtained.refresh.as_deref(),
            clock_offset: obtained.clock_offset_ms.map(milliseconds),
        }
    }
}

/// An account in words.
struct Words<'a> {
    account: &'a AccountCard,
    now: Timestamp,
    zone: &'a TimeZone,
}

impl Words<'_> {
    fn all(&self, provider: &str) -> String {
        if self.account.unreadable {
            return self.what_is_left(provider);
        }
        let mut parts = vec![
            format!(
                "{}\n{}",
                foreign(&self.account.label),
                self.summary(provider)
            ),
            format!("Access token\n{}", self.access_token()),
            format!("Refresh token\n{}", self.refresh_token()),
            format!("How it was obtained\n{}", self.obtained()),
        ];
        if let Some(trading) = &self.account.trading {
            let asked = self.time(trading.asked_at);
            let list = trading_accounts::describe(trading);
            parts.push(format!("Trading accounts, as of {asked}\n{list}"));
        }
        if !self.account.exchanges.is_empty() {
            parts.push(format!("Exchanges\n{}", self.exchanges()));
        }
        if !self.account.history.is_empty() {
            parts.push(format!("History\n{}", self.history()));
        }
        parts.join("\n\n")
    }

    /// Of an account whose record can't be read.
    fn what_is_left(&self, provider: &str) -> String {
        let account = self.account;
        let problem = account.problem.as_ref().map(|it| &it.kind);
        let mut facts = vec![
            ("id", account.id.to_string()),
            (
                "provider",
                format!("{} ({})", foreign(provider), account.provider),
            ),
            (
                "state",
                text::account::state(account.state(self.now)).to_owned(),
            ),
        ];
        facts.extend(problem.map(|kind| ("problem", text::problem::message(kind))));
        let mut parts = vec![format!(
            "{}\n{}",
            foreign(&account.label),
            table::facts(&facts)
        )];
        if !account.history.is_empty() {
            parts.push(format!("History\n{}", self.history()));
        }
        parts.join("\n\n")
    }

    fn time(&self, at: Timestamp) -> String {
        text::time::full(at, self.zone)
    }

    fn time_or(&self, at: Option<Timestamp>, otherwise: &str) -> String {
        at.map_or_else(|| otherwise.to_owned(), |at| self.time(at))
    }

    fn summary(&self, provider: &str) -> String {
        let account = self.account;
        let identity = &account.identity;
        let mut facts = vec![
            ("id", account.id.to_string()),
            (
                "provider",
                format!("{} ({})", foreign(provider), account.provider),
            ),
        ];
        for (name, value) in [
            ("subject", &identity.subject),
            ("login", &identity.login),
            ("e-mail", &identity.email),
            ("name", &identity.name),
        ] {
            facts.extend(value.as_deref().map(|value| (name, foreign(value))));
        }
        let state = text::account::state(account.state(self.now));
        let next = text::account::next(self.now, self.zone, account);
        let state = if state == next {
            next
        } else {
            format!("{state}, {next}")
        };
        facts.push(("state", state));
        let ended = text::account::ended_when(self.now, self.zone, account);
        facts.extend(ended.map(|ended| ("ended", ended)));
        let trouble = text::trouble(self.now, self.zone, account);
        facts.extend(trouble.map(|trouble| ("trouble", trouble.words)));
        facts.push(("sign-in", self.sign_in()));
        if let Some(browser) = &account.browser {
            facts.push(("browser", browsers::chosen(browser)));
        }
        if let Some(problem) = &account.problem {
            facts.push(("problem", text::problem::message(&problem.kind)));
        }
        facts.push(("linked", self.time(account.linked_at)));
        facts.push((
            "last refreshed",
            self.time_or(account.last_refreshed_at, "never"),
        ));
        facts.push((
            "proved valid",
            self.time_or(account.last_proved_at, "never"),
        ));
        facts.push((
            "next refresh",
            self.time_or(account.next_refresh_at, "none planned"),
        ));
        table::facts(&facts)
    }

    /// Until when no full sign-in is needed, and where it is near, how to have it at once.
    fn sign_in(&self) -> String {
        let until = text::account::signed_in_until(self.now, self.zone, self.account);
        let AccountCard { id, provider, .. } = self.account;
        let is_due = self.account.sign_in_due(self.now).is_some();
        if is_due || self.account.needs_sign_in.is_some() {
            format!("{until}, with: linkdesk link {provider} --account {id}")
        } else {
            until
        }
    }

    fn access_token(&self) -> String {
        let access = &self.account.access;
        let scopes = if access.scopes.is_empty() {
            "none told".to_owned()
        } else {
            access.scopes.join(" ")
        };
        table::facts(&[
            ("by the clock", text::account::access_left(self.now, access)),
            ("ends at", self.ends_at(access)),
            (
                "known from",
                text::account::source(access.expiry_source, access.renews_on_use).to_owned(),
            ),
            ("received", self.time(access.issued_at)),
            ("type", foreign(&access.token_type)),
            ("scopes", foreign(&scopes)),
            ("form", foreign(&access.form)),
            ("fingerprint", foreign(&access.fingerprint)),
        ])
    }

    /// When an access token ends; where each use moves that, it is the least that can be said.
    fn ends_at(&self, access: &AccessCard) -> String {
        let at = self.time_or(access.expires_at, "not known");
        if access.renews_on_use && access.expires_at.is_some() {
            format!("{at} at least, an estimate")
        } else {
            at
        }
    }

    fn refresh_token(&self) -> String {
        let refresh = &self.account.refresh;
        if !refresh.present {
            return table::facts(&[("there is", "none".to_owned())]);
        }
        let rotates = match refresh.rotates {
            Some(true) => "yes, at each refresh",
            Some(false) => "no",
            None => "not known before the first refresh",
        };
        table::facts(&[
            (
                "ends",
                text::refresh_countdown(self.now, refresh, self.account.linked_at).words,
            ),
            ("ends at", self.time_or(refresh.expires_at, "not known")),
            ("replaced", rotates.to_owned()),
            (
                "fingerprint",
                refresh
                    .fingerprint
                    .as_deref()
                    .map_or_else(|| "none".to_owned(), foreign),
            ),
        ])
    }

    fn obtained(&self) -> String {
        let obtained = &self.account.obtained;
        let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let mut facts = vec![
            ("grant", foreign(&obtained.grant)),
            ("PKCE", foreign(&obtained.pkce)),
        ];
        facts.extend(
            obtained
                .state_echoed
                .map(|echoed| ("state echoed", yes(echoed))),
        );
        facts.push(("secret in the address", yes(obtained.secret_in_address)));
        facts.push(("exchange", foreign(&obtained.exchange)));
        facts.extend(
            obtained
                .refresh
                .as_deref()
                .map(|it| ("refresh", foreign(it))),
        );
        let offset = obtained.clock_offset_ms.map(text::time::offset_in_words);
        facts.extend(offset.map(|offset| ("provider’s clock", offset)));
        table::facts(&facts)
    }

    fn exchanges(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .account
            .exchanges
            .iter()
            .map(|it| {
                vec![
                    format!("  {}", self.time(it.at)),
                    foreign(&it.step),
                    foreign(&it.request),
                    foreign(&it.answer),
                    text::time::took(it.took),
                ]
            })
            .collect();
        table::columns(&rows)
    }

    fn history(&self) -> String {
        let lines = self.account.history.iter();
        let rows: Vec<Vec<String>> = lines
            .map(|it| vec![format!("  {}", self.time(it.at)), foreign(&it.what)])
            .collect();
        table::columns(&rows)
    }
}
