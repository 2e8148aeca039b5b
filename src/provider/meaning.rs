//! What an answer that is not what was asked for means: who has to do what now.
//!
//! The error code counts before the status, and no text in a body ever does.

use std::time::Duration;

use http::StatusCode;

use super::answer::{AnswerError, is_busy};
use super::call::CallKind;
use super::record::Provider;

/// Who has to do what now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nobody: trying again later may help.
    Transitory {
        /// How long we are asked to wait.
        retry_after: Option<Duration>,
    },
    /// The code or refresh token is good no longer.
    GrantRejected,
    /// The access token is good no longer.
    TokenRejected,
    /// The provider doesn't know the client, or not with this secret.
    ClientRejected {
        /// The error code, or the status as text.
        code: String,
    },
    /// The redirect URI is not the registered one.
    RedirectMismatch,
    /// Somebody said no.
    Denied {
        /// The error code.
        code: String,
    },
    /// User name and password don't belong together.
    WrongPassword,
    /// Secrets were to be sent to another host, and were not.
    Redirected {
        /// The host.
        target: String,
    },
    /// A success without what was asked for.
    NotTokens,
    /// Something else, which waiting won't mend.
    Other {
        /// The error code, or the status as text.
        code: String,
    },
}

impl Provider {
    /// What an answer to a kind of call means.
    pub fn meaning(&self, error: &AnswerError, kind: CallKind) -> Meaning {
        match error {
            AnswerError::Redirected { target } => Meaning::Redirected {
                target: target.clone(),
            },
            AnswerError::NotTokens { .. } => Meaning::NotTokens,
            AnswerError::Error {
                status,
                response,
                retry_after,
            } => {
                let of_code = self.meaning_of_code(&response.code, *status, kind);
                of_code.unwrap_or_else(|| of_status(*status, &response.code, *retry_after))
            }
            AnswerError::Status {
                status,
                retry_after,
            } => {
                let plain = self.meaning_of_status(*status, kind);
                plain.unwrap_or_else(|| of_status(*status, &status.to_string(), *retry_after))
            }
        }
    }

    /// RFC 6749 §5.2, RFC 6750 §3.1, and the codes the record adds.
    fn meaning_of_code(&self, code: &str, status: u16, kind: CallKind) -> Option<Meaning> {
        if kind == CallKind::Profile {
            let is_rejected =
                code == "invalid_token" || self.errors.access_token_rejected.contains(&status);
            return is_rejected.then_some(Meaning::TokenRejected);
        }
        let is_final = kind == CallKind::Refresh
            && self
                .errors
                .refresh_token_rejected
                .iter()
                .any(|known| known == code);
        if is_final {
            return Some(Meaning::GrantRejected);
        }
        let code_text = code.to_owned();
        Some(match code {
            "invalid_grant" if kind == CallKind::Password => Meaning::WrongPassword,
            "invalid_grant" => Meaning::GrantRejected,
            "invalid_client" | "unauthorized_client" => Meaning::ClientRejected { code: code_text },
            "redirect_uri_mismatch" => Meaning::RedirectMismatch,
            "access_denied" => Meaning::Denied { code: code_text },
            "unsupported_grant_type" => Meaning::Other { code: code_text },
            "temporarily_unavailable" | "server_error" => Meaning::Transitory { retry_after: None },
            _ => return None,
        })
    }

    /// A 401 without a word means whatever was sent as credentials.
    fn meaning_of_status(&self, status: u16, kind: CallKind) -> Option<Meaning> {
        if kind == CallKind::Profile {
            let is_rejected = self.errors.access_token_rejected.contains(&status);
            return is_rejected.then_some(Meaning::TokenRejected);
        }
        if status != StatusCode::UNAUTHORIZED {
            return None;
        }
        let by_headers = self.tokens.headers.is_some();
        Some(match kind {
            CallKind::Password if by_headers => Meaning::WrongPassword,
            CallKind::Refresh if by_headers => Meaning::GrantRejected,
            _ => Meaning::ClientRejected {
                code: status.to_string(),
            },
        })
    }
}

fn of_status(status: u16, code: &str, retry_after: Option<Duration>) -> Meaning {
    match StatusCode::from_u16(status) {
        Ok(known) if is_busy(known) => Meaning::Transitory { retry_after },
        _ => Meaning::Other {
            code: code.to_owned(),
        },
    }
}
