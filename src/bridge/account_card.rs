//! One linked account as the faces show it: who, the two clocks, and everything support may know.
//!
//! Carries fingerprints and shapes of tokens, never a token or a part of one.

use jiff::{SignedDuration, Timestamp};

use super::{EndReason, Problem};
use crate::ids::{AccountId, ProviderId};

/// One linked account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCard {
    /// Its name in scripts.
    pub id: AccountId,
    /// Whose it is.
    pub provider: ProviderId,
    /// What the person calls it.
    pub label: String,
    /// Who signed in, as far as the provider said.
    pub identity: IdentityCard,
    /// The access token's facts.
    pub access: AccessCard,
    /// The refresh token's facts.
    pub refresh: RefreshCard,
    /// Set when the link has ended.
    pub needs_sign_in: Option<EndReason>,
    /// Set when the answer to a refresh was lost.
    pub outcome_unknown: bool,
    /// Set when the tokens can't be read because the key store is not open.
    pub locked: bool,
    /// What is going on with it.
    pub busy: Option<Busy>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When its tokens were last refreshed or renewed.
    pub last_refreshed_at: Option<Timestamp>,
    /// When the provider last accepted the access token.
    pub last_proved_at: Option<Timestamp>,
    /// When it will be refreshed by itself.
    pub next_refresh_at: Option<Timestamp>,
    /// What the last attempt to refresh came to.
    pub last_refresh: Option<RefreshResult>,
    /// What is wrong with it.
    pub problem: Option<Problem>,
    /// The trading accounts, where the provider has any.
    pub trading: Option<TradingCard>,
    /// Whether the provider has a list of trading accounts at all.
    pub has_trading_accounts: bool,
    /// How the tokens were obtained.
    pub obtained: ObtainedCard,
    /// The last exchanges with the provider, newest first.
    pub exchanges: Vec<ExchangeLine>,
    /// What happened to the link, newest first.
    pub history: Vec<HistoryLine>,
}

/// Who signed in, as far as the provider said.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct IdentityCard {
    /// The provider's stable name for the person.
    pub subject: Option<String>,
    /// The login name.
    pub login: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// A name for people.
    pub name: Option<String>,
}

/// The access token's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessCard {
    /// When it was received or last renewed.
    pub issued_at: Timestamp,
    /// When it ends, as far as known.
    pub expires_at: Option<Timestamp>,
    /// Where the figure is from.
    pub expiry_source: ExpirySource,
    /// Whether each use restarts the clock.
    pub renews_on_use: bool,
    /// The token type (RFC 6749 §7.1) as the provider wrote it.
    pub token_type: String,
    /// The granted scopes, sorted.
    pub scopes: Vec<String>,
    /// Eight hexadecimal digits of a keyed hash, so that two people can compare.
    pub fingerprint: String,
    /// Its outer form, such as "opaque, 92 characters, base64".
    pub form: String,
}

/// Where an expiry is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpirySource {
    /// `expires_in` (RFC 6749 §5.1).
    ExpiresIn,
    /// `expires`, an absolute time some servers send.
    Expires,
    /// The `exp` claim of a JWT, unverified.
    JwtExp,
    /// The provider's document.
    Definition,
    /// Nothing is known.
    None,
}

/// The refresh token's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefreshCard {
    /// Whether there is one.
    pub present: bool,
    /// When it ends, as far as known.
    pub expires_at: Option<Timestamp>,
    /// Whether the provider replaces it at each refresh; unknown before the first.
    pub rotates: Option<bool>,
    /// Eight hexadecimal digits of a keyed hash.
    pub fingerprint: Option<String>,
}

/// What is going on with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// A refresh is under way.
    Refreshing,
    /// The trading accounts are asked for.
    AskingTradingAccounts,
    /// It is being revoked and forgotten.
    Unlinking,
}

/// What an attempt to refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshResult {
    /// When it ended.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: RefreshOutcome,
}

/// The outcomes scripts know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshOutcome {
    /// New tokens.
    Refreshed,
    /// The same token, its clock restarted by use.
    Renewed,
    /// A full sign-in is due.
    NeedsSignIn,
    /// No answer, or not now.
    Unreachable,
    /// Anything else.
    Failed,
}

/// The trading accounts as last told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradingCard {
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
    pub accounts: Vec<TradingAccountLine>,
}

/// One trading account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradingAccountLine {
    /// Its number.
    pub account_number: String,
    /// Its platform.
    pub trade_platform: String,
    /// What changed since last time.
    pub change: TradingChange,
}

/// What changed since last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// How the tokens were obtained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObtainedCard {
    /// The grant, such as `authorization_code`.
    pub grant: String,
    /// What became of PKCE, such as "S256" or "not offered by provider".
    pub pkce: String,
    /// Whether the provider echoed `state`; unknown for a sign-in by password.
    pub state_echoed: Option<bool>,
    /// Whether the client secret was in the browser's address.
    pub secret_in_address: bool,
    /// The exchange, such as "POST /connect/token, form".
    pub exchange: String,
    /// The refresh that worked, such as "POST /oauth/token, form".
    pub refresh: Option<String>,
    /// The provider's clock against ours, in milliseconds, from its last answer.
    pub clock_offset_ms: Option<i64>,
}

/// One exchange with the provider, without content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeLine {
    /// When.
    pub at: Timestamp,
    /// Which step, such as "Exchange".
    pub step: String,
    /// Method and path, no query.
    pub request: String,
    /// The answer's shape, such as "200, 4 fields".
    pub answer: String,
    /// How long it took.
    pub took: SignedDuration,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// What happened, in words.
    pub what: String,
}

/// The states of `contract`, as scripts and screens name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Good, and not about to end.
    Fresh,
    /// About to end.
    Expiring,
    /// Its time is up.
    Expired,
    /// The link has ended.
    NeedsSignIn,
    /// Nobody said when it ends.
    UnknownExpiry,
    /// A refresh is under way.
    Refreshing,
    /// The key store is not open.
    Locked,
    /// The answer to a refresh was lost.
    OutcomeUnknown,
}

impl AccessCard {
    /// How long it lives in all, where that is known.
    pub fn lifetime(&self) -> Option<SignedDuration> {
        Some(self.expires_at?.duration_since(self.issued_at))
    }

    /// From when on it counts as about to end: the last fifth, five minutes at most.
    pub fn expiring_from(&self) -> Option<Timestamp> {
        let fifth = self.lifetime()? / 5;
        let margin = fifth.min(SignedDuration::from_mins(5));
        self.expires_at?.checked_sub(margin).ok()
    }
}

impl AccountCard {
    /// The state at `now`; the one place that decides it, for every face.
    pub fn state(&self, now: Timestamp) -> State {
        if self.needs_sign_in.is_some() {
            return State::NeedsSignIn;
        }
        if self.busy == Some(Busy::Refreshing) {
            return State::Refreshing;
        }
        if self.outcome_unknown {
            return State::OutcomeUnknown;
        }
        if self.locked {
            return State::Locked;
        }
        let Some(expires_at) = self.access.expires_at else {
            return State::UnknownExpiry;
        };
        if now >= expires_at {
            State::Expired
        } else if self.access.expiring_from().is_some_and(|from| now >= from) {
            State::Expiring
        } else {
            State::Fresh
        }
    }

    /// The shortest name of who this is, where the provider said anything.
    pub fn identity_line(&self) -> Option<&str> {
        let identity = &self.identity;
        identity
            .email
            .as_deref()
            .or(identity.login.as_deref())
            .or(identity.name.as_deref())
            .or(identity.subject.as_deref())
    }
}
