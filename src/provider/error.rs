//! What can go wrong before anything is sent.
//!
//! Holds no secret and no answer: what an answer says is `answer`'s.

use crate::basic_login;

/// Why a request could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// HTTP Basic can't carry this user name (RFC 7617 §2).
    #[error("the user name holds a character that can't be sent")]
    UnusableUsername,
    /// The set-up, or the caller, did not give a value that the provider file asks for.
    #[error("the request needs a value for {name}")]
    Missing {
        /// The placeholder's name.
        name: String,
    },
    /// The record has no address for this.
    #[error("the provider file names no {endpoint}")]
    NoEndpoint {
        /// The key that is absent.
        endpoint: &'static str,
    },
    /// The values don't make a lawful request.
    #[error("the request can't be written")]
    Unwritable(#[from] http::Error),
    /// The values don't make a lawful JSON object.
    #[error("the JSON body can't be written")]
    UnwritableJson(#[from] serde_json::Error),
    /// A value holds a byte that a header can't carry.
    #[error("a header can't carry its value")]
    UnwritableHeader(#[from] http::header::InvalidHeaderValue),
}

impl From<basic_login::UnusableUsername> for Error {
    fn from(_: basic_login::UnusableUsername) -> Self {
        Self::UnusableUsername
    }
}

/// A setting that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected {expected}")]
pub struct SettingsError {
    /// The field as the set-up calls it, or the host's or option's id.
    pub field: String,
    /// What would have been lawful.
    pub expected: String,
}
