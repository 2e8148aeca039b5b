//! A request as it arrived: method, path, parameters, headers.
//!
//! Doesn't know what it is asking for.

use axum::{
    Form,
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest as _, Query, Request},
    http::{HeaderMap, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{params::Params, reply::Reply};

/// No request of any of the protocols comes near it.
const LONGEST_BODY: usize = 64 * 1024;

/// A request with its body read and taken apart.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Params,
    pub(super) sent: Sent,
    pub(super) body: Bytes,
    headers: HeaderMap,
}

/// What the body is, by its content type.
#[derive(Debug)]
pub(super) enum Sent {
    Nothing,
    Form(Params),
    Json {
        params: Params,
        /// The content type is `application/json` and not a letter more.
        exact: bool,
    },
    Other,
}

impl Asked {
    pub(super) async fn read(request: Request) -> Result<Self, Reply> {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
            return Err(Reply::text(413, "The request is too long or broke off"));
        };
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) else {
            return Err(Reply::text(400, "The address can't be read"));
        };
        let sent = sent(&parts, body.clone()).await;
        Ok(Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: Params::new(pairs),
            sent,
            body,
            headers: parts.headers,
        })
    }

    /// The body's parameters, whatever they were written in.
    pub(super) fn params(&self) -> Option<&Params> {
        match &self.sent {
            Sent::Form(params) | Sent::Json { params, .. } => Some(params),
            Sent::Nothing | Sent::Other => None,
        }
    }

    /// A header's value; one that was sent twice can't be relied on and reads as unreadable text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() {
            Some("")
        } else {
            Some(first.to_str().unwrap_or_default())
        }
    }

    /// The credentials of an `Authorization` header of this scheme, whose name is compared without case.
    pub(super) fn authorization(&self, scheme: &str) -> Option<&str> {
        let (sent, credentials) = self.header("authorization")?.split_once(' ')?;
        sent.eq_ignore_ascii_case(scheme)
            .then(|| credentials.trim())
    }

    /// User name and password as [RFC 7617](https://www.rfc-editor.org/rfc/rfc7617) puts them, in UTF-8.
    pub(super) fn basic(&self) -> Option<(String, String)> {
        let decoded =
            String::from_utf8(STANDARD.decode(self.authorization("basic")?).ok()?).ok()?;
        let (name, password) = decoded.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    }

    /// Whether the request was meant for this machine by name, and not led here by a name that now points here.
    pub(super) fn is_for_this_machine(&self) -> bool {
        let host = self.header("host").unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    }
}

async fn sent(parts: &Parts, body: Bytes) -> Sent {
    if body.is_empty() {
        return Sent::Nothing;
    }
    let content_type = parts
        .headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        let exact = content_type == "application/json";
        return json_params(&body).map_or(Sent::Other, |params| Sent::Json { params, exact });
    }
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = parts.method.clone();
    *request.headers_mut() = parts.headers.clone();
    match Form::<Vec<(String, String)>>::from_request(request, &()).await {
        Ok(Form(pairs)) => Sent::Form(Params::new(pairs)),
        Err(_) => Sent::Other,
    }
}

/// The members of a JSON object; what is neither text nor number reads as empty.
fn json_params(body: &[u8]) -> Option<Params> {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return None;
    };
    let text = |value| match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    Some(Params::new(
        members
            .into_iter()
            .map(|(name, value)| (name, text(value)))
            .collect(),
    ))
}
