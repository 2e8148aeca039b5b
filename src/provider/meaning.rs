//! What an answer that is not what was asked for means: who has to do what now.
//!
//! A status that passes counts first, then the error code, then the status. No text in a body ever does, but that it is a web
//! page: a hotel's network answers for everybody, and knows nothing of anybody's tokens.

use std::time::Duration;

use http::StatusCode;

use super::answer::{AnswerError, Instead, is_busy};
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
    /// A web page where no provider would send one: somebody in between has answered.
    Page,
    /// The person has not decided yet on the other device (RFC 8628 §3.5).
    Pending,
    /// The same, and we asked too often: five seconds more between two questions from now on.
    SlowDown,
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
            AnswerError::NotTokens {
                instead: Instead::Page,
                ..
            } if is_of_a_link(kind) => Meaning::Page,
            AnswerError::NotTokens { .. } => Meaning::NotTokens,
            AnswerError::Error {
                status,
                response,
                retry_after,
            } => {
                // Before the status: some servers send 429 along.
                if let Some(meaning) = meaning_of_wait(&response.code, kind) {
                    return meaning;
                }
                let retry_after = *retry_after;
                if passes(*status, &response.code) {
                    return Meaning::Transitory { retry_after };
                }
                if kind == CallKind::Refresh && self.named_end(error).is_some() {
                    return Meaning::GrantRejected;
                }
                let of_code = self.meaning_of_code(&response.code, *status, kind);
                of_code.unwrap_or_else(|| Meaning::Other {
                    code: response.code.clone(),
                })
            }
            AnswerError::Status {
                status,
                is_page,
                retry_after,
            } => {
                if *status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED
                    || *is_page && is_of_a_link(kind) && claims_to_judge(*status)
                {
                    return Meaning::Page;
                }
                let code = status.to_string();
                let retry_after = *retry_after;
                if passes(*status, &code) {
                    return Meaning::Transitory { retry_after };
                }
                let of_status = self.meaning_of_status(*status, kind);
                of_status.unwrap_or(Meaning::Other { code })
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
        if kind == CallKind::Keys {
            return None;
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
            "expired_token" if kind == CallKind::DeviceToken => Meaning::GrantRejected,
            "invalid_token" | "interaction_required" if kind == CallKind::Refresh => {
                Meaning::GrantRejected
            }
            "invalid_client"
            | "unauthorized_client"
            | "unsupported_grant_type"
            | "invalid_scope" => Meaning::ClientRejected { code: code_text },
            "redirect_uri_mismatch" => Meaning::RedirectMismatch,
            "access_denied" => Meaning::Denied { code: code_text },
            _ => return None,
        })
    }

    /// A 401 without a word means whatever was sent as credentials.
    fn meaning_of_status(&self, status: u16, kind: CallKind) -> Option<Meaning> {
        if kind == CallKind::Profile {
            let is_rejected = self.errors.access_token_rejected.contains(&status);
            return is_rejected.then_some(Meaning::TokenRejected);
        }
        if status != StatusCode::UNAUTHORIZED || kind == CallKind::Keys {
            return None;
        }
        let by_headers = self.tokens.headers.is_some();
        Some(match kind {
            CallKind::Password if by_headers => Meaning::WrongPassword,
            CallKind::Refresh if by_headers => Meaning::GrantRejected,
            CallKind::Revoke => Meaning::TokenRejected,
            _ => Meaning::ClientRejected {
                code: status.to_string(),
            },
        })
    }
}

/// What is asked for a link that is already there, or for one that is to be made here: pages are of no use for either.
const fn is_of_a_link(kind: CallKind) -> bool {
    matches!(
        kind,
        CallKind::Refresh | CallKind::Profile | CallKind::Password
    )
}

/// Statuses that would say something about credentials, if it were the provider who said it.
const fn claims_to_judge(status: u16) -> bool {
    matches!(status, 400..=403 | 407 | 451)
}

fn meaning_of_wait(code: &str, kind: CallKind) -> Option<Meaning> {
    match code {
        "authorization_pending" if kind == CallKind::DeviceToken => Some(Meaning::Pending),
        "slow_down" if kind == CallKind::DeviceToken => Some(Meaning::SlowDown),
        _ => None,
    }
}

/// Whether an answer says "not now".
///
/// A server in trouble can't know that a grant is dead, whatever code it sends along: only a 4xx may end a link.
fn passes(status: u16, code: &str) -> bool {
    if status == StatusCode::NOT_IMPLEMENTED && code == "unsupported_grant_type" {
        return false;
    }
    let is_busy = StatusCode::from_u16(status).is_ok_and(is_busy);
    is_busy || matches!(code, "temporarily_unavailable" | "server_error")
}
