//! The faults a practice provider can be told to have, and how often it has them.
//!
//! Doesn't know what a fault does to an answer: that is in `bend`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a request is for; faults and counters go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// The browser asks for authorization, and is sent back.
    Authorize,
    /// A code is exchanged for tokens.
    #[serde(alias = "token")]
    Exchange,
    /// A refresh token is spent.
    Refresh,
    /// The profile is read.
    Profile,
    /// A token is revoked, or a session logged out.
    Revoke,
    /// User name and password are exchanged for tokens.
    Login,
    /// The server's metadata is read (RFC 8414).
    Metadata,
    /// The keys that ID tokens are signed with are read.
    Keys,
    /// A device asks for a code to show (RFC 8628 §3.1).
    Device,
    /// A device asks whether the person has decided (RFC 8628 §3.4).
    DevicePoll,
}

/// Something a provider does wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The browser comes back with `access_denied` whatever the person pressed.
    Deny,
    /// The browser comes back with a state that nobody sent.
    WrongState,
    /// The browser comes back without a state.
    MissingState,
    /// The browser comes back with the state twice.
    RepeatedState,
    /// The browser comes back with another issuer's `iss` (RFC 9207).
    WrongIss,
    /// The browser comes back without an `iss`.
    MissingIss,
    /// The code has been used before.
    CodeUsed,
    /// The code has expired, a device's too.
    CodeExpired,
    /// The answer takes its time; the work is done after the wait.
    Slow {
        /// How long.
        seconds: u64,
    },
    /// The work is done and the connection closed without an answer.
    AnswerLost,
    /// 429 with `Retry-After`, before any work.
    TooManyRequests {
        /// What `Retry-After` says, in seconds.
        retry_after: u64,
    },
    /// 500, before any work.
    ServerError,
    /// 503, before any work.
    Unavailable,
    /// A web page with status 200, before any work: what a captive portal does.
    Html,
    /// The work is done and the answer breaks off in the middle.
    BrokenJson,
    /// The work is done and numbers come as text, lists as objects, token headers empty.
    WrongTypes,
    /// Two mebibytes of JSON, before any work.
    HugeBody,
    /// 307 to another address, before any work.
    RedirectElsewhere {
        /// That address.
        to: String,
    },
    /// The work is done and the new refresh token left out of the answer.
    TokenNotReturned,
    /// The refresh token has been revoked.
    RefreshRevoked,
    /// The person has withdrawn the access: every token of theirs has been revoked.
    AccessWithdrawn,
    /// The person's password has been changed, and every token of theirs has ended.
    PasswordChanged,
    /// The person has signed in to another program, which ended the tokens before.
    SignedInElsewhere,
    /// All tokens of all people have ended.
    ProviderReset,
    /// The token's time is up.
    TokenExpired,
    /// Another program has refreshed with the same refresh token.
    RefreshedElsewhere,
    /// The profile has no trading accounts.
    NoTradingAccounts,
    /// The provider's clock is off, in the `Date` header and in every time it writes.
    ClockOff {
        /// By how much; positive is ahead.
        seconds: i64,
    },
    /// The access token is good for this long.
    Lifetime {
        /// How long.
        seconds: u64,
    },
    /// The ID token has a nonce that nobody sent.
    IdTokenNonce,
    /// The ID token is meant for another client.
    IdTokenAudience,
    /// The ID token is another issuer's.
    IdTokenIssuer,
    /// The ID token ended an hour ago.
    IdTokenExpired,
    /// The ID token is signed with a key that is not among the published ones, under the name of one that is.
    IdTokenKey,
    /// The ID token says `alg: none` and has no signature.
    IdTokenUnsigned,
    /// The metadata names another issuer.
    MetadataIssuer,
    /// There is no metadata.
    MetadataMissing,
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TimesWire", into = "TimesWire")]
pub enum Times {
    /// At the next request of its kind.
    #[default]
    Once,
    /// At so many requests of its kind.
    Exactly(u32),
    /// Until it is taken back.
    Always,
}

/// A fault to be had at requests of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) kind: RequestKind,
    pub(super) fault: Option<Fault>,
    #[serde(default)]
    pub(super) times: Times,
}

/// At most one fault per kind of request; they don't outlive the process.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<RequestKind, (Fault, Times)>);

impl Fault {
    /// Whether it bends the address the browser is sent back to, and so waits for that moment.
    pub(super) fn is_of_the_callback(&self) -> bool {
        matches!(
            self,
            Self::Deny
                | Self::WrongState
                | Self::MissingState
                | Self::RepeatedState
                | Self::WrongIss
                | Self::MissingIss
        )
    }

    /// Whether a request of this kind can have it at all.
    pub(super) fn fits(&self, kind: RequestKind) -> bool {
        use RequestKind::{Authorize, DevicePoll, Exchange, Login, Metadata, Profile, Refresh};
        match self {
            Self::CodeUsed => kind == Exchange,
            Self::CodeExpired => matches!(kind, Exchange | DevicePoll),
            Self::RefreshRevoked | Self::RefreshedElsewhere => kind == Refresh,
            Self::AccessWithdrawn
            | Self::PasswordChanged
            | Self::SignedInElsewhere
            | Self::ProviderReset
            | Self::TokenExpired => matches!(kind, Refresh | Profile),
            Self::NoTradingAccounts => kind == Profile,
            Self::TokenNotReturned => matches!(kind, Exchange | Refresh | Login | DevicePoll),
            Self::IdTokenNonce
            | Self::IdTokenAudience
            | Self::IdTokenIssuer
            | Self::IdTokenExpired
            | Self::IdTokenKey
            | Self::IdTokenUnsigned => matches!(kind, Exchange | Refresh | DevicePoll),
            Self::MetadataIssuer | Self::MetadataMissing => kind == Metadata,
            other if other.is_of_the_callback() => kind == Authorize,
            _ => true,
        }
    }
}

impl Faults {
    /// Plans a fault, or takes one back; a fault that doesn't fit the kind is not planned.
    pub(super) fn plan(&mut self, planned: Planned) -> bool {
        let Planned { kind, fault, times } = planned;
        let Some(fault) = fault else {
            self.0.remove(&kind);
            return true;
        };
        let fits = fault.fits(kind);
        if fits {
            self.0.insert(kind, (fault, times));
        }
        fits
    }

    /// The fault a request of this kind has now, if any; it counts as had.
    pub(super) fn take(&mut self, kind: RequestKind, of_the_callback: bool) -> Option<Fault> {
        let (fault, times) = self.0.get_mut(&kind)?;
        if fault.is_of_the_callback() != of_the_callback {
            return None;
        }
        match times {
            Times::Always => return Some(fault.clone()),
            Times::Exactly(left) if *left > 1 => {
                *left -= 1;
                return Some(fault.clone());
            }
            Times::Exactly(0) => {
                self.0.remove(&kind);
                return None;
            }
            Times::Once | Times::Exactly(_) => {}
        }
        self.0.remove(&kind).map(|(fault, _)| fault)
    }

    pub(super) fn list(&self) -> Vec<Planned> {
        let planned = |(kind, (fault, times)): (&RequestKind, &(Fault, Times))| Planned {
            kind: *kind,
            fault: Some(fault.clone()),
            times: *times,
        };
        self.0.iter().map(planned).collect()
    }
}

/// How often, in JSON: a number, or the word `always`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TimesWire {
    Number(u32),
    Word(Word),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Once,
    Always,
}

impl From<TimesWire> for Times {
    fn from(wire: TimesWire) -> Self {
        match wire {
            TimesWire::Number(times) => Self::Exactly(times),
            TimesWire::Word(Word::Once) => Self::Once,
            TimesWire::Word(Word::Always) => Self::Always,
        }
    }
}

impl From<Times> for TimesWire {
    fn from(times: Times) -> Self {
        match times {
            Times::Once => Self::Number(1),
            Times::Exactly(times) => Self::Number(times),
            Times::Always => Self::Word(Word::Always),
        }
    }
}
