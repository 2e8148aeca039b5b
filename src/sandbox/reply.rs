//! An answer as plain data, so that a fault can bend it before it goes out, and the refusals that answers are made of.
//!
//! Doesn't know which provider answers.

use axum::{
    body::Body as Sent,
    http::{Response, StatusCode, header},
};
use serde_json::{Value, json};
use url::form_urlencoded;

pub(super) const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// Status, headers and body of an answer to be.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

/// What an answer carries.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Empty,
    Json(Value),
    /// Text of this content type.
    Written(&'static str, String),
    /// The browser goes back to the client with these parameters.
    Callback {
        redirect_uri: String,
        params: Vec<(&'static str, String)>,
    },
}

/// What a route answers: a reply, or a refusal that the provider puts into its own words.
pub(super) type Answer = Result<Reply, Refusal>;

/// An error of the protocol: its code, and a sentence for the developer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) why: &'static str,
}

impl Refusal {
    pub(super) const fn new(code: &'static str, why: &'static str) -> Self {
        Self { code, why }
    }

    pub(super) fn missing(name: &'static str) -> Self {
        let why = match name {
            "client_id" => "client_id is missing",
            "client_secret" => "client_secret is missing",
            "code" => "code is missing",
            "code_verifier" => "code_verifier is missing",
            "device_code" => "device_code is missing",
            "grant_type" => "grant_type is missing",
            "redirect_uri" => "redirect_uri is missing",
            "refresh_token" => "refresh_token is missing",
            "response_type" => "response_type is missing",
            "token" => "token is missing",
            _ => "a required parameter is missing",
        };
        Self::new("invalid_request", why)
    }

    /// The error object of [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
    pub(super) fn json(self, status: u16) -> Reply {
        Reply::json(
            status,
            json!({"error": self.code, "error_description": self.why}),
        )
        .uncached()
    }
}

impl From<getrandom::Error> for Refusal {
    fn from(_: getrandom::Error) -> Self {
        Self::new("server_error", "no random numbers to be had")
    }
}

impl Reply {
    pub(super) fn empty(status: u16) -> Self {
        Self::new(status, Body::Empty)
    }

    pub(super) fn json(status: u16, value: Value) -> Self {
        Self::new(status, Body::Json(value))
    }

    pub(super) fn text(status: u16, text: &str) -> Self {
        Self::new(status, Body::Written(TEXT, text.to_owned()))
    }

    pub(super) fn html(status: u16, html: String) -> Self {
        Self::new(status, Body::Written(HTML, html))
    }

    pub(super) fn callback(redirect_uri: &str, params: Vec<(&'static str, String)>) -> Self {
        let redirect_uri = redirect_uri.to_owned();
        Self::new(
            302,
            Body::Callback {
                redirect_uri,
                params,
            },
        )
        .uncached()
    }

    /// A token answer, which [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1) forbids to cache.
    pub(super) fn tokens(value: Value) -> Self {
        Self::json(200, value).uncached()
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn uncached(self) -> Self {
        self.with("cache-control", "no-store")
            .with("pragma", "no-cache")
    }

    pub(super) fn is_callback(&self) -> bool {
        matches!(self.body, Body::Callback { .. })
    }

    fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    /// The bytes; an answer that can't be written down becomes a bare 500.
    pub(super) fn into_response(self) -> Response<Sent> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let (content_type, bytes) = match self.body {
            Body::Empty => (None, String::new()),
            Body::Json(value) => (Some(JSON), value.to_string()),
            Body::Written(content_type, text) => (Some(content_type), text),
            Body::Callback {
                redirect_uri,
                params,
            } => {
                response = response.header(header::LOCATION, address(&redirect_uri, &params));
                (None, String::new())
            }
        };
        if let Some(content_type) = content_type {
            response = response.header(header::CONTENT_TYPE, content_type);
        }
        response.body(Sent::from(bytes)).unwrap_or_else(|_| {
            let mut bare = Response::new(Sent::empty());
            *bare.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            bare
        })
    }
}

/// The redirect URI, byte for byte, with the parameters appended as [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2) says.
fn address(redirect_uri: &str, params: &[(&str, String)]) -> String {
    if params.is_empty() {
        return redirect_uri.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{separator}{query}")
}
