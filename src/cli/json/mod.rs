//! The shapes scripts rely on, as structs: field names here are promises.
//!
//! Times are RFC 3339 with the zone's offset, durations seconds. Can't hold a token but in [`Token`], nor an address but in [`LinkEvent`].

mod key_store;
mod link;
mod provider;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::bridge::{
    AccountCard, ExpirySource, ProblemKind, RefreshOutcome, Remedy, State, TradingCard,
    TradingChange,
};
use crate::text;

pub(super) use key_store::KeyStore;
pub(super) use link::{LinkEvent, question};
pub(super) use provider::{Browser, Certificate, Choice, Discovered, Provider, Tested};

/// One line of JSON that no terminal can mistake for a command: what is invisible is escaped.
pub(super) fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let plain = serde_json::to_string(value)?;
    let mut line = String::with_capacity(plain.len());
    for character in plain.chars() {
        // Outside of strings JSON is ASCII without control characters, so this is inside of one.
        if is_invisible(character) {
            line.push_str(&escaped(character));
        } else {
            line.push(character);
        }
    }
    Ok(line)
}

fn escaped(character: char) -> String {
    match character.encode_utf16(&mut [0; 2]) {
        [high, low] => format!("\\u{high:04x}\\u{low:04x}"),
        units => format!("\\u{:04x}", units.first().copied().unwrap_or_default()),
    }
}

fn is_invisible(character: char) -> bool {
    let text = character.to_string();
    !character.is_ascii_graphic() && text::foreign(&text) != text
}

/// An instant with the zone's offset: `2026-11-20T18:02:44+01:00`.
pub(super) fn time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// A length of time in seconds.
pub(super) fn seconds(length: SignedDuration) -> f64 {
    length.as_secs_f64()
}

/// A problem.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    pub(super) kind: &'static str,
    pub(super) message: String,
    pub(super) remedy: &'static str,
    /// Why a link has ended, where that is what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The two addresses to compare, where they are what is wrong.
    #[serde(flatten)]
    redirect: Option<Redirect>,
    /// What is wrong with the key store, where that is what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Redirect {
    redirect_uri: String,
    registered: String,
}

impl Problem {
    pub(super) fn new(kind: &ProblemKind, remedy: Remedy) -> Self {
        Self {
            kind: kind.code(),
            message: text::problem::message(kind),
            remedy: remedy.code(),
            reason: match kind {
                ProblemKind::NeedsSignIn { reason } => Some(reason.code()),
                _ => None,
            },
            redirect: redirect(kind),
            trouble: match kind {
                ProblemKind::KeyStore { trouble } | ProblemKind::KeyNotMoved { trouble } => {
                    Some(trouble.code())
                }
                _ => None,
            },
        }
    }

    pub(super) fn of(problem: &crate::bridge::Problem) -> Self {
        Self::new(&problem.kind, problem.remedy)
    }
}

fn redirect(kind: &ProblemKind) -> Option<Redirect> {
    match kind {
        ProblemKind::RedirectMismatch {
            redirect_uri,
            registered,
        } => Some(Redirect {
            redirect_uri: redirect_uri.clone(),
            registered: registered.clone(),
        }),
        _ => None,
    }
}

/// A command that could not be done.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    pub(super) problem: Problem,
}

/// An account.
#[derive(Debug, Serialize)]
pub(super) struct Account<'a> {
    id: &'a str,
    provider: &'a str,
    label: &'a str,
    state: State,
    identity: Option<&'a str>,
    access_token: AccessToken<'a>,
    refresh_token: RefreshToken<'a>,
    linked_at: String,
    last_refreshed_at: Option<String>,
    last_proved_at: Option<String>,
    /// Set since it came back from a backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    restored_at: Option<String>,
    /// Why and when the link has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    /// Since when the provider could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble_since: Option<String>,
    problem: Option<Problem>,
}

#[derive(Debug, Serialize)]
struct Ended {
    reason: &'static str,
    at: Option<String>,
}

#[derive(Debug, Serialize)]
struct AccessToken<'a> {
    expires_at: Option<String>,
    expiry_source: ExpirySource,
    renews_on_use: bool,
    r#type: &'a str,
    scopes: &'a [String],
    fingerprint: &'a str,
}

#[derive(Debug, Serialize)]
struct RefreshToken<'a> {
    present: bool,
    expires_at: Option<String>,
    rotates: Option<bool>,
    fingerprint: Option<&'a str>,
}

impl<'a> Account<'a> {
    pub(super) fn new(account: &'a AccountCard, now: Timestamp, zone: &TimeZone) -> Self {
        let at = |at: Option<Timestamp>| at.map(|at| time(at, zone));
        let (access, refresh) = (&account.access, &account.refresh);
        Self {
            id: account.id.as_str(),
            provider: account.provider.as_str(),
            label: &account.label,
            state: account.state(now),
            identity: account.identity_line(),
            access_token: AccessToken {
                expires_at: at(access.expires_at),
                expiry_source: access.expiry_source,
                renews_on_use: access.renews_on_use,
                r#type: &access.token_type,
                scopes: &access.scopes,
                fingerprint: &access.fingerprint,
            },
            refresh_token: RefreshToken {
                present: refresh.present,
                expires_at: at(refresh.expires_at),
                rotates: refresh.rotates,
                fingerprint: refresh.fingerprint.as_deref(),
            },
            linked_at: time(account.linked_at, zone),
            last_refreshed_at: at(account.last_refreshed_at),
            last_proved_at: at(account.last_proved_at),
            restored_at: at(account.restored_at),
            ended: account.needs_sign_in.map(|reason| Ended {
                reason: reason.code(),
                at: at(account.ended_at),
            }),
            trouble_since: at(account.trouble_since),
            problem: account_problem(account),
        }
    }
}

/// What is wrong with an account; that its link has ended is known even where no problem is on screen any more.
fn account_problem(account: &AccountCard) -> Option<Problem> {
    let ended = || {
        let reason = account.needs_sign_in?;
        let kind = ProblemKind::NeedsSignIn { reason };
        Some(Problem::new(&kind, Remedy::SignInAgain))
    };
    account.problem.as_ref().map(Problem::of).or_else(ended)
}

/// What a refresh of one account came to.
#[derive(Debug, Serialize)]
pub(super) struct Refreshed<'a> {
    pub(super) account: &'a str,
    pub(super) outcome: RefreshOutcome,
    pub(super) expires_at: Option<String>,
    pub(super) problem: Option<Problem>,
}

/// An access token; the one shape that holds a secret, and so can't be printed by accident.
#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the names RFC 6749 gives them, which scripts know"
)]
pub(super) struct Token<'a> {
    pub(super) access_token: &'a str,
    pub(super) expires_at: Option<String>,
    pub(super) token_type: &'a str,
}

/// The trading accounts.
#[derive(Debug, Serialize)]
pub(super) struct TradingAccounts<'a> {
    login: Option<&'a str>,
    email: Option<&'a str>,
    domestic: Option<bool>,
    application_status: Option<&'a str>,
    asked_at: String,
    accounts: Vec<TradingAccount<'a>>,
    /// Those that are listed no longer, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gone: Vec<TradingAccount<'a>>,
}

#[derive(Debug, Serialize)]
struct TradingAccount<'a> {
    account_number: &'a str,
    trade_platform: &'a str,
}

impl<'a> TradingAccounts<'a> {
    pub(super) fn new(trading: &'a TradingCard, zone: &TimeZone) -> Self {
        let lines = |gone: bool| {
            let lines = trading.accounts.iter();
            lines
                .filter(|line| (line.change == TradingChange::Gone) == gone)
                .map(|line| TradingAccount {
                    account_number: &line.account_number,
                    trade_platform: &line.trade_platform,
                })
                .collect()
        };
        Self {
            login: trading.login.as_deref(),
            email: trading.email.as_deref(),
            domestic: trading.domestic,
            application_status: trading.application_status.as_deref(),
            asked_at: time(trading.asked_at, zone),
            accounts: lines(false),
            gone: lines(true),
        }
    }
}

/// A backup that was made.
#[derive(Debug, Serialize)]
pub(super) struct BackedUp<'a> {
    pub(super) backup: &'a str,
    pub(super) accounts: usize,
    pub(super) key_store: &'static str,
    pub(super) has_key: bool,
}

/// What a restoring came to.
#[derive(Debug, Serialize)]
pub(super) struct Restored<'a> {
    pub(super) accounts: usize,
    /// Accounts that stayed as they were.
    pub(super) kept: usize,
    pub(super) kept_as: Option<&'a str>,
}

/// What became of an account that was to be unlinked.
#[derive(Debug, Serialize)]
pub(super) struct Unlinked<'a> {
    pub(super) account: &'a str,
    pub(super) outcome: &'static str,
    pub(super) problem: Option<Problem>,
}
