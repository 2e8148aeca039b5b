//! What is known of an account's tokens and owner without knowing a token.
//!
//! Serialized as the account's row; deliberately holds no secret and no part of one, only shapes and fingerprints.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Who signed in, as far as the provider said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessFacts {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshFacts {
    /// Whether there is one.
    pub present: bool,
    /// When it was received; unknown in records from before it was kept.
    #[serde(default)]
    pub issued_at: Option<Timestamp>,
    /// When it ends, as far as known.
    pub expires_at: Option<Timestamp>,
    /// Whether the provider replaces it at each refresh; unknown before the first.
    pub rotates: Option<bool>,
    /// Eight hexadecimal digits of a keyed hash.
    pub fingerprint: Option<String>,
}

/// How the tokens were obtained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obtained {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// What happened, in words.
    pub what: String,
}

/// Why a link ended, as far as the evidence goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its time was up.
    Expired,
    /// Another program spent the refresh token first, such as one that works with the original of a restored copy.
    RefreshedElsewhere,
    /// The provider says that somebody ended it there.
    Revoked,
    /// A later sign-in of the same person took its place.
    SignedInElsewhere,
    /// The person's password was changed.
    PasswordChanged,
    /// The provider ended the links of many at once.
    ProviderReset,
    /// The provider accepts it no longer, and nothing tells why.
    #[serde(alias = "rejected")]
    Unknown,
    /// Its tokens were kept for one session only.
    SessionOnly,
    /// Its sealed tokens can't be opened with the key in the key store.
    Unreadable,
}

impl EndReason {
    /// The name scripts know it by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::RefreshedElsewhere => "refreshed_elsewhere",
            Self::Revoked => "revoked",
            Self::SignedInElsewhere => "signed_in_elsewhere",
            Self::PasswordChanged => "password_changed",
            Self::ProviderReset => "provider_reset",
            Self::Unknown => "unknown",
            Self::SessionOnly => "session_only",
            Self::Unreadable => "unreadable",
        }
    }
}

impl AccessFacts {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_older_records_are_read_and_every_reason_is_written_as_scripts_know_it() {
        let read = |text: &str| serde_json::from_str::<EndReason>(text).unwrap();
        assert_eq!(read("\"rejected\""), EndReason::Unknown);
        assert_eq!(read("\"revoked\""), EndReason::Revoked);
        for reason in [
            EndReason::Expired,
            EndReason::RefreshedElsewhere,
            EndReason::Revoked,
            EndReason::SignedInElsewhere,
            EndReason::PasswordChanged,
            EndReason::ProviderReset,
            EndReason::Unknown,
            EndReason::SessionOnly,
            EndReason::Unreadable,
        ] {
            let written = serde_json::to_string(&reason).unwrap();
            assert_eq!(written, format!("\"{}\"", reason.code()));
            assert_eq!(read(&written), reason);
        }
    }
}
