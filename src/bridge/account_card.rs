//! One linked account as the faces show it: who, the two clocks, and everything support may know.
//!
//! Carries fingerprints and shapes of tokens, never a token or a part of one.

use jiff::{SignedDuration, Timestamp};

use super::Problem;
use crate::account::{
    AccessFacts, EndReason, Exchange, HistoryLine, Identity, Obtained, RefreshFacts,
    TradingAccounts,
};
use crate::ids::{AccountId, BrowserChoice, ProviderId};

/// One linked account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about one account; `state` is their state machine"
)]
pub struct AccountCard {
    /// Its name in scripts.
    pub id: AccountId,
    /// Whose it is.
    pub provider: ProviderId,
    /// What the person calls it.
    pub label: String,
    /// Who signed in, as far as the provider said.
    pub identity: Identity,
    /// The access token's facts.
    pub access: AccessFacts,
    /// The refresh token's facts.
    pub refresh: RefreshFacts,
    /// Set when the link has ended.
    pub needs_sign_in: Option<EndReason>,
    /// When that was noticed.
    pub ended_at: Option<Timestamp>,
    /// Since when the provider could not be asked.
    pub trouble_since: Option<Timestamp>,
    /// Set when the answer to a refresh was lost, and the refresh token may be used up.
    pub outcome_unknown: bool,
    /// Set while new tokens are held in memory because they can't be saved.
    pub is_unsaved: bool,
    /// Set when its record can't be read; what the card holds is what is left of it.
    pub unreadable: bool,
    /// Set since it came back from a backup, until its tokens are new ones.
    pub restored_at: Option<Timestamp>,
    /// Until when somebody in another window may still be asked what becomes of its tokens.
    pub in_question_until: Option<Timestamp>,
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
    pub trading: Option<TradingAccounts>,
    /// Whether the provider has a list of trading accounts at all.
    pub has_trading_accounts: bool,
    /// The browser it is signed in with; `None` for the system's own choice.
    pub browser: Option<BrowserChoice>,
    /// How the tokens were obtained.
    pub obtained: Obtained,
    /// The last exchanges with the provider, newest first.
    pub exchanges: Vec<Exchange>,
    /// What happened to the link, newest first.
    pub history: Vec<HistoryLine>,
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

/// The states an account can be in, as scripts and screens name them.
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
    /// Its record can't be read.
    Unreadable,
    /// Somebody is asked in another window what becomes of its tokens.
    InQuestion,
}

/// How near the next full sign-in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInDue {
    /// Within a day.
    Tomorrow,
    /// Within an hour.
    Soon,
    /// What is kept can't be refreshed any more.
    Now,
}

/// From when on a full sign-in is announced, and again.
const AHEAD: [SignedDuration; 2] = [
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(1),
];

impl AccountCard {
    /// When only a full sign-in helps, as far as known: the end of the refresh token, or of an access token without one.
    pub fn sign_in_ends(&self) -> Option<Timestamp> {
        if self.needs_sign_in.is_some() {
            None
        } else if self.refresh.present {
            self.refresh.expires_at
        } else {
            self.access.expires_at
        }
    }

    /// Whether a full sign-in has to be announced at `now`.
    ///
    /// A life of a day is not announced a day ahead, nor one of an hour an hour ahead: that would be said all the time.
    pub fn sign_in_due(&self, now: Timestamp) -> Option<SignInDue> {
        let end = self.sign_in_ends()?;
        let [day, hour] = self.announced_from();
        if now >= end {
            // An access token alone says by itself that it has ended.
            self.refresh.present.then_some(SignInDue::Now)
        } else if hour.is_some_and(|from| now >= from) {
            Some(SignInDue::Soon)
        } else if day.is_some_and(|from| now >= from) {
            Some(SignInDue::Tomorrow)
        } else {
            None
        }
    }

    /// The next instant at which [`AccountCard::sign_in_due`] changes.
    pub fn sign_in_due_changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let announced = self.announced_from().into_iter().flatten();
        announced
            .chain(self.sign_in_ends())
            .filter(|at| *at > now)
            .min()
    }

    fn announced_from(&self) -> [Option<Timestamp>; 2] {
        let (end, from) = (self.sign_in_ends(), self.sign_in_began());
        AHEAD.map(|ahead| {
            let end = end.filter(|end| end.duration_since(from) > ahead)?;
            end.checked_sub(ahead).ok()
        })
    }

    fn sign_in_began(&self) -> Timestamp {
        if self.refresh.present {
            self.refresh.issued_at.unwrap_or(self.linked_at)
        } else {
            self.access.issued_at
        }
    }

    /// The state at `now`; the one place that decides it, for every face.
    pub fn state(&self, now: Timestamp) -> State {
        if self.unreadable {
            return State::Unreadable;
        }
        if self.needs_sign_in.is_some() {
            return State::NeedsSignIn;
        }
        if self.busy == Some(Busy::Refreshing) {
            return State::Refreshing;
        }
        if self.in_question_until.is_some_and(|until| now < until) {
            return State::InQuestion;
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
