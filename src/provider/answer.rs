//! Reads answers of providers: tokens, or why there are none.
//!
//! No error here repeats anything of a body but OAuth's own error code. What an error means is `meaning`'s.

use std::time::Duration;

use http::{HeaderMap, Response, StatusCode, header};
use jiff::fmt::rfc2822;
use url::Url;

use super::address::host_and_port;
use super::call::CallKind;
use super::manifest::Method;
use super::record::Provider;
use crate::basic_login::{read_token_header, read_token_headers};
use crate::oauth::{self, ErrorResponse, NotTokens, TokenNames, TokenResponse};
use crate::secret::Secret;

/// The codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8628 §3.5, and one that many servers share.
const OAUTH: [&str; 17] = [
    "access_denied",
    "authorization_pending",
    "expired_token",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "redirect_uri_mismatch",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
];

/// The longest pause a provider may ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// An answer that is not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It sends us elsewhere; nobody follows, because secrets would go with us.
    #[error("the answer redirects to {target}")]
    Redirected {
        /// The host it names.
        target: String,
    },
    /// It says what is wrong in OAuth's words (RFC 6749 §5.2, RFC 6750 §3).
    #[error("the answer is {status} with the error {}", response.code)]
    Error {
        /// The status.
        status: u16,
        /// The error.
        response: ErrorResponse,
        /// How long we are asked to wait.
        retry_after: Option<Duration>,
    },
    /// It says no by its status alone.
    #[error("the answer is {status}")]
    Status {
        /// The status.
        status: u16,
        /// Whether a web page came with it, which no token endpoint would send.
        is_page: bool,
        /// How long we are asked to wait.
        retry_after: Option<Duration>,
    },
    /// It says yes and doesn't hold what it should.
    #[error(
        "the answer is {status} with {length} bytes of {content_type} ({shape}), and not what was asked for"
    )]
    NotTokens {
        /// The status.
        status: u16,
        /// Its content type, or "nothing".
        content_type: String,
        /// The length of its body.
        length: usize,
        /// What it is instead.
        instead: Instead,
        /// Its outer form, without any of its content.
        shape: String,
    },
}

/// What a success is that doesn't hold the tokens it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// A web page: somebody between us and the provider has answered.
    Page,
    /// The provider's own words for "nothing was done".
    Nothing,
    /// An answer of the provider's that can't be read as what it should be.
    Garbled,
}

impl AnswerError {
    /// Why an answer that brings no tokens is not a success, for whoever reads its body.
    pub fn check(response: &Response<Vec<u8>>) -> Result<(), Self> {
        check_status(response)
    }

    /// A success whose body can't be read as what was asked for.
    pub fn unreadable(response: &Response<Vec<u8>>) -> Self {
        not_tokens(response)
    }

    /// The answer's status, where it says anything about the request.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Redirected { .. } => None,
            Self::Error { status, .. }
            | Self::Status { status, .. }
            | Self::NotTokens { status, .. } => Some(*status),
        }
    }

    /// Whether a refresh token that was answered so may have been spent all the same.
    ///
    /// Whoever says yes has done the work: that its words can't be read doesn't undo it.
    pub const fn may_have_spent(&self) -> bool {
        matches!(
            self,
            Self::NotTokens {
                instead: Instead::Garbled,
                ..
            }
        )
    }

    /// OAuth's error code, or the status as text.
    pub fn code(&self) -> String {
        match self {
            Self::Redirected { .. } => "redirected".to_owned(),
            Self::Error { response, .. } => response.code.clone(),
            Self::Status { status, .. } | Self::NotTokens { status, .. } => status.to_string(),
        }
    }
}

impl Provider {
    /// Whether an answer to this alternative says that the call was not understood, so that nothing can have been spent by it.
    pub fn is_not_understood(
        &self,
        response: &Response<Vec<u8>>,
        kind: CallKind,
        alternative: usize,
    ) -> bool {
        let status = response.status().as_u16();
        if let Some(error) = error_response(response) {
            return matches!(status, 404 | 405 | 415) && error.code == "invalid_request";
        }
        match status {
            404 | 405 | 415 | 501 => true,
            200..=299 if self.reads_headers(kind) => self.lacks_token_headers(response),
            200..=299 => self.spends_nothing(kind, alternative) && is_html(response),
            // Nobody who has looked at a code or a token answers such a status with a page.
            400 | 406 | 410 => kind != CallKind::Revoke && is_html(response),
            _ => false,
        }
    }

    /// Whether a success can't have used up a code or a refresh token.
    ///
    /// A GET is for reading (RFC 9110 §9.2.1): a server that doesn't know the request shows one of its pages for it.
    fn spends_nothing(&self, kind: CallKind, alternative: usize) -> bool {
        let record = self.calls.of(kind).get(alternative);
        let is_read = record.is_some_and(|record| record.method == Method::Get);
        match kind {
            CallKind::Profile | CallKind::Keys => true,
            CallKind::Exchange | CallKind::Refresh => is_read,
            CallKind::Password
            | CallKind::Revoke
            | CallKind::DeviceAuthorization
            | CallKind::DeviceToken => false,
        }
    }

    /// Neither of the two headers: with one of them, something was spent.
    fn lacks_token_headers(&self, response: &Response<Vec<u8>>) -> bool {
        let Some((access, refresh)) = &self.tokens.headers else {
            return false;
        };
        let mut names = [access, refresh].into_iter();
        names.all(|name| !response.headers().contains_key(name.as_str()))
    }

    /// Reads the tokens of an answer.
    pub fn read_tokens(
        &self,
        response: &Response<Vec<u8>>,
        kind: CallKind,
    ) -> Result<TokenResponse, AnswerError> {
        check_status(response)?;
        let mut tokens = if self.reads_headers(kind) {
            let tokens = self.header_tokens(response);
            tokens.ok_or_else(|| self.no_token_headers(response))?
        } else {
            self.json_tokens(response)?
        };
        for (name, pointer) in &self.tokens.keep_claims {
            if let Some(claim) = oauth::jwt_claim(&tokens.access_token, pointer) {
                // What the answer itself says goes first.
                tokens.extras.entry(name.clone()).or_insert(claim);
            }
        }
        Ok(tokens)
    }

    /// Without either header nothing was given; one of them, or two that can't be read, may be a pair that is lost.
    fn no_token_headers(&self, response: &Response<Vec<u8>>) -> AnswerError {
        let mut error = not_tokens(response);
        if let AnswerError::NotTokens { instead, .. } = &mut error
            && *instead == Instead::Garbled
            && self.lacks_token_headers(response)
        {
            *instead = Instead::Nothing;
        }
        error
    }

    const fn reads_headers(&self, kind: CallKind) -> bool {
        let brings_tokens = matches!(
            kind,
            CallKind::Exchange | CallKind::Password | CallKind::Refresh | CallKind::DeviceToken
        );
        brings_tokens && self.tokens.headers.is_some()
    }

    fn header_tokens(&self, response: &Response<Vec<u8>>) -> Option<TokenResponse> {
        let (access, refresh) = self.tokens.headers.as_ref()?;
        let (access, refresh) = read_token_headers(response.headers(), access, refresh).ok()?;
        Some(TokenResponse::bare(access, Some(refresh)))
    }

    /// The new refresh token of an answer to a refresh whose access token can't be used.
    pub fn read_refresh_token(&self, response: &Response<Vec<u8>>) -> Option<Secret> {
        if !response.status().is_success() {
            return None;
        }
        if let Some((_, name)) = &self.tokens.headers {
            return read_token_header(response.headers(), name).ok();
        }
        TokenResponse::refresh_token_of(response.body(), &self.token_names())
    }

    fn token_names(&self) -> TokenNames<'_> {
        TokenNames {
            candidate_refresh_token: self.tokens.candidate_refresh_token.as_deref(),
            keep: &self.tokens.keep,
        }
    }

    fn json_tokens(&self, response: &Response<Vec<u8>>) -> Result<TokenResponse, AnswerError> {
        let names = self.token_names();
        TokenResponse::from_json(response.body(), &names).map_err(|error| match error {
            NotTokens::Error(error) => AnswerError::Error {
                status: response.status().as_u16(),
                response: error,
                retry_after: retry_after(response.headers()),
            },
            NotTokens::NotJson | NotTokens::Missing(_) | NotTokens::Malformed(_) => {
                not_tokens(response)
            }
        })
    }
}

/// Goes on only with a success.
pub(super) fn check_status(response: &Response<Vec<u8>>) -> Result<(), AnswerError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let retry_after = retry_after(response.headers());
    let status = status.as_u16();
    if response.status().is_redirection() {
        return Err(AnswerError::Redirected {
            target: target(response.headers()),
        });
    }
    Err(match error_response(response) {
        Some(response) => AnswerError::Error {
            status,
            response,
            retry_after,
        },
        None => AnswerError::Status {
            status,
            is_page: is_html(response),
            retry_after,
        },
    })
}

/// A success without what was due.
pub(super) fn not_tokens(response: &Response<Vec<u8>>) -> AnswerError {
    let content_type = media_type(response.headers());
    let is_plain =
        |text: &&str| text.len() <= 100 && text.bytes().all(|byte| byte.is_ascii_graphic());
    AnswerError::NotTokens {
        status: response.status().as_u16(),
        content_type: content_type
            .filter(is_plain)
            .unwrap_or("nothing")
            .to_owned(),
        length: response.body().len(),
        instead: if is_html(response) {
            Instead::Page
        } else {
            Instead::Garbled
        },
        shape: if is_html(response) {
            "a web page".to_owned()
        } else {
            oauth::body_shape(response.body())
        },
    }
}

/// OAuth's error in the body, else in the challenge.
fn error_response(response: &Response<Vec<u8>>) -> Option<ErrorResponse> {
    if response.status().is_success() || response.status().is_redirection() {
        return None;
    }
    let challenges = response.headers().get_all(header::WWW_AUTHENTICATE).iter();
    let mut challenges = challenges.filter_map(|challenge| challenge.to_str().ok());
    let error = ErrorResponse::from_json(response.body())
        .or_else(|| challenges.find_map(ErrorResponse::from_www_authenticate))?;
    // Web frameworks say "Not Found" in the same field when nobody has looked at the request.
    let is_of_framework =
        is_unknown_address(response.status()) && !OAUTH.contains(&error.code.as_str());
    (!is_of_framework).then_some(error)
}

/// Statuses that say that there is nothing of this kind.
fn is_unknown_address(status: StatusCode) -> bool {
    matches!(status.as_u16(), 404 | 405 | 415 | 501)
}

/// Statuses that say "not now", whatever the body looks like.
pub(super) fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429) || status.is_server_error()
}

fn is_html(response: &Response<Vec<u8>>) -> bool {
    let is_page = |media_type: &str| {
        ["text/html", "application/xhtml+xml"]
            .iter()
            .any(|page| media_type.eq_ignore_ascii_case(page))
    };
    let body = response.body().trim_ascii_start();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    media_type(response.headers()).is_some_and(is_page) || body.trim_ascii_start().starts_with(b"<")
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    content_type.split(';').next().map(str::trim)
}

/// Seconds, or an instant by the provider's own clock (RFC 9110 §10.2.3), whatever ours says.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(header::RETRY_AFTER)?;
    let pause = if let Ok(seconds) = asked.parse() {
        Duration::from_secs(seconds)
    } else {
        let instant = |text| rfc2822::parse(text).ok().map(|time| time.timestamp());
        let pause = instant(asked)?.duration_since(instant(text(header::DATE)?)?);
        // Over already.
        Duration::try_from(pause).unwrap_or(Duration::ZERO)
    };
    Some(pause.min(LONGEST_PAUSE))
}

/// The host a redirect names; its path and query may hold anything.
fn target(headers: &HeaderMap) -> String {
    let location = headers.get(header::LOCATION);
    let text = location
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match Url::parse(text) {
        Ok(url) if url.has_host() => host_and_port(&url),
        Err(url::ParseError::RelativeUrlWithoutBase)
            if !text.is_empty() && !text.starts_with("//") =>
        {
            "the same host".to_owned()
        }
        _ => "an unknown host".to_owned(),
    }
}
