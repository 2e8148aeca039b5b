//! Calls: requests to a provider as its file writes them, and as they are sent.
//!
//! Sends nothing, and knows no value that is put into a placeholder.

use std::fmt;

use http::header::HeaderName;

use super::address::Endpoint;
use super::manifest::{Authentication, Method};

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallKind {
    /// Tokens for an authorization code.
    Exchange,
    /// Tokens for user name and password.
    Password,
    /// New tokens for a refresh token.
    Refresh,
    /// Who the tokens belong to.
    Profile,
    /// The end of a token.
    Revoke,
    /// A code for the person to type on another device (RFC 8628 §3.1).
    DeviceAuthorization,
    /// Tokens for that code, once the person has typed it (RFC 8628 §3.4).
    DeviceToken,
    /// The keys that ID tokens are signed with (RFC 7517 §5).
    Keys,
}

/// One request, ready to be sent.
pub struct Call {
    /// Which of the provider file's alternatives this is, counted from 0.
    pub alternative: usize,
    /// The request.
    pub request: http::Request<Vec<u8>>,
    /// The request's outer form without any value, such as "POST /connect/token, form".
    pub shape: String,
}

impl fmt::Debug for Call {
    /// Leaves the request out: nearly all of it is secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("alternative", &self.alternative)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

/// One request as the file has it.
#[derive(Clone, Debug)]
pub(super) struct CallRecord {
    pub(super) method: Method,
    pub(super) endpoint: Endpoint,
    pub(super) query: Vec<Param>,
    pub(super) body: Body,
    pub(super) headers: Vec<(HeaderName, Value)>,
    pub(super) authentication: Authentication,
    /// Whether the answer is JSON.
    pub(super) accepts_json: bool,
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    Form(Vec<Param>),
    Json(Vec<Param>),
}

/// A name and what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) value: Value,
}

/// A text of the file, or a placeholder for something only the moment knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Placeholder(String),
}

impl Value {
    /// `{name}` is a placeholder, anything else itself.
    pub(super) fn read(text: &str) -> Self {
        let name = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(name) => Self::Placeholder(name.to_owned()),
            None => Self::Text(text.to_owned()),
        }
    }

    fn placeholder(&self) -> Option<&str> {
        match self {
            Self::Placeholder(name) => Some(name),
            Self::Text(_) => None,
        }
    }
}

impl CallRecord {
    /// The names of all values that must be known before it can be sent.
    pub(super) fn placeholders(&self) -> Vec<String> {
        let (Body::Form(params) | Body::Json(params)) = &self.body else {
            return self.outer_placeholders();
        };
        let inner = params.iter().filter_map(|param| param.value.placeholder());
        let mut names = self.outer_placeholders();
        names.extend(inner.map(str::to_owned));
        names
    }

    fn outer_placeholders(&self) -> Vec<String> {
        let query = self.query.iter().map(|param| &param.value);
        let headers = self.headers.iter().map(|(_, value)| value);
        let named = query.chain(headers).filter_map(Value::placeholder);
        let credentials: &[&str] = match self.authentication {
            Authentication::None => &[],
            Authentication::Bearer => &["access_token"],
            Authentication::ClientSecretBasic => &["client_id", "client_secret"],
            Authentication::Basic => &["username", "password"],
        };
        let named = named.chain(credentials.iter().copied()).map(str::to_owned);
        named.chain(self.endpoint.placeholders()).collect()
    }

    pub(super) fn asks_for(&self, name: &str) -> bool {
        self.placeholders()
            .iter()
            .any(|placeholder| placeholder == name)
    }

    pub(super) fn shape(&self) -> String {
        let method = match self.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let carries = match &self.body {
            Body::Form(_) => ", form",
            Body::Json(_) => ", JSON",
            Body::None if !self.query.is_empty() => ", query",
            Body::None if !self.headers.is_empty() => ", header",
            Body::None => "",
        };
        format!("{method} {}{carries}", self.endpoint.path())
    }
}
