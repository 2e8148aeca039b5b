//! The access token response ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)), read as servers really write it.
//!
//! Doesn't know the HTTP status, nor what time it is: when a token ends is reckoned in `expiry`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::json::{self, Fields};
use super::{ErrorResponse, Scopes, plain};
use crate::secret::Secret;

/// A longer lifetime is a mistake, such as an instant where a duration belongs.
const LONGEST_LIFETIME: i64 = 10 * 366 * 24 * 60 * 60;
/// As many names, and as much of each, as anybody wants to read.
const MOST_FIELD_NAMES: usize = 64;
const LONGEST_FIELD_NAME: usize = 64;
const LONGEST_TOKEN_TYPE: usize = 64;

/// The names that differ from provider to provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenNames<'a> {
    /// Where a refresh token may be that has yet to prove itself.
    pub candidate_refresh_token: Option<&'a str>,
    /// Further fields to keep, if they are texts or numbers.
    pub keep: &'a [String],
}

/// What a token endpoint granted.
///
/// ```
/// use std::time::Duration;
/// use linkdesk::oauth::{TokenNames, TokenResponse};
///
/// let body = br#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"bearer","expires_in":3600}"#;
/// let response = TokenResponse::from_json(body, &TokenNames::default()).unwrap();
/// assert_eq!(response.expires_in, Some(Duration::from_secs(3600)));
/// assert!(response.refresh_token.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResponse {
    /// Sent with every call.
    pub access_token: Secret,
    /// As the server writes it; compare without regard to case.
    pub token_type: String,
    /// The lifetime, counted from the receipt.
    pub expires_in: Option<Duration>,
    /// The end as an instant, in seconds since 1970, from the field `expires`.
    pub expires_at_unix: Option<i64>,
    /// Sent to get the next tokens.
    pub refresh_token: Option<Secret>,
    /// A refresh token under another name, which has yet to prove itself.
    pub candidate_refresh_token: Option<Secret>,
    /// What was granted, if the answer says so.
    pub scopes: Option<Scopes>,
    /// The further fields that were asked for.
    pub extras: BTreeMap<String, String>,
    /// The names of all fields, for the inspector.
    pub field_names: Vec<String>,
}

/// A body that grants nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTokens {
    /// The server says why, whatever the status was.
    #[error("the token endpoint answered with an error")]
    Error(#[source] ErrorResponse),
    /// The body is not one JSON object.
    #[error("the answer is not a JSON object")]
    NotJson,
    /// A field that has to be there is not.
    #[error("the answer has no `{0}`")]
    Missing(&'static str),
    /// A field is there twice, or is not what it has to be.
    #[error("the `{0}` of the answer is malformed")]
    Malformed(&'static str),
}

impl TokenResponse {
    /// Reads a body.
    pub fn from_json(body: &[u8], names: &TokenNames<'_>) -> Result<Self, NotTokens> {
        let Some(mut fields) = Fields::from_body(body) else {
            let error = ErrorResponse::from_form(body);
            return Err(error.map_or(NotTokens::NotJson, NotTokens::Error));
        };
        if fields.get("error").is_some()
            && let Some(error) = error(body)
        {
            return Err(NotTokens::Error(error));
        }
        refuse_repeated(&fields, names)?;
        let field_names = field_names(&fields);
        let extras = extras(&fields, names);
        let candidate = match names.candidate_refresh_token {
            Some(name) => optional_token(&mut fields, name, "candidate refresh token")?,
            None => None,
        };
        let access_token = optional_token(&mut fields, "access_token", "access_token")?;
        Ok(Self {
            access_token: access_token.ok_or(NotTokens::Missing("access_token"))?,
            token_type: token_type(&fields)?,
            expires_in: fields.get("expires_in").and_then(lifetime),
            expires_at_unix: fields.get("expires").and_then(json::seconds),
            refresh_token: optional_token(&mut fields, "refresh_token", "refresh_token")?,
            candidate_refresh_token: candidate,
            scopes: fields.get("scope").and_then(scopes),
            extras,
            field_names,
        })
    }

    /// Tokens that came without a body, such as in headers.
    pub fn bare(access_token: Secret, refresh_token: Option<Secret>) -> Self {
        Self {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in: None,
            expires_at_unix: None,
            refresh_token,
            candidate_refresh_token: None,
            scopes: None,
            extras: BTreeMap::new(),
            field_names: Vec::new(),
        }
    }
}

/// The error of a body that has a field `error`.
fn error(body: &[u8]) -> Option<ErrorResponse> {
    let value: Value = serde_json::from_slice(json::without_bom(body)).ok()?;
    ErrorResponse::from_value(&value)
}

/// Two readers could take different ones of two values.
fn refuse_repeated(fields: &Fields, names: &TokenNames<'_>) -> Result<(), NotTokens> {
    const READ: [&str; 6] = [
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "expires",
        "scope",
    ];
    if let Some(name) = READ.into_iter().find(|name| fields.repeats(name)) {
        return Err(NotTokens::Malformed(name));
    }
    match names.candidate_refresh_token {
        Some(name) if fields.repeats(name) => Err(NotTokens::Malformed("candidate refresh token")),
        _ => Ok(()),
    }
}

/// A token; `null` and the empty text are none.
fn optional_token(
    fields: &mut Fields,
    name: &str,
    called: &'static str,
) -> Result<Option<Secret>, NotTokens> {
    if fields.get(name).is_none() {
        return Ok(None);
    }
    match fields.take_text(name) {
        Some(token) if token.is_empty() => Ok(None),
        Some(token) if plain::is_credential(token.expose()) => Ok(Some(token)),
        _ => Err(NotTokens::Malformed(called)),
    }
}

/// Required by the RFC; servers that leave it out mean `Bearer`.
fn token_type(fields: &Fields) -> Result<String, NotTokens> {
    match fields.get("token_type") {
        None => Ok("Bearer".to_owned()),
        Some(Value::String(text)) if text.is_empty() => Ok("Bearer".to_owned()),
        Some(Value::String(text))
            if plain::is_credential(text) && text.len() <= LONGEST_TOKEN_TYPE =>
        {
            Ok(text.clone())
        }
        Some(_) => Err(NotTokens::Malformed("token_type")),
    }
}

/// A lifetime that can't be true is none: "unknown" is safe, "valid" is not.
fn lifetime(value: &Value) -> Option<Duration> {
    // A fraction below zero would be cut to nought.
    json::number(value).filter(|seconds| *seconds >= 0.0)?;
    let seconds = json::seconds(value).filter(|seconds| *seconds <= LONGEST_LIFETIME)?;
    Some(Duration::from_secs(u64::try_from(seconds).ok()?))
}

fn scopes(value: &Value) -> Option<Scopes> {
    match value {
        Value::String(text) => Some(Scopes::parse(text)),
        Value::Array(values) => Some(values.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

fn extras(fields: &Fields, names: &TokenNames<'_>) -> BTreeMap<String, String> {
    let kept = names.keep.iter();
    kept.filter_map(|name| Some((name.clone(), json::text(fields.get(name)?)?)))
        .collect()
}

fn field_names(fields: &Fields) -> Vec<String> {
    let names = fields.names().take(MOST_FIELD_NAMES);
    names
        .map(|name| plain::ascii(name, LONGEST_FIELD_NAME))
        .collect()
}
