//! The access token response ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)), read as servers really write it.
//!
//! Doesn't know the HTTP status, nor what time it is: when a token ends is reckoned in `expiry`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::json::{self, Fields};
use super::shape::odd_fields;
use super::{ErrorResponse, Scopes, plain};
use crate::secret::Secret;

/// A longer lifetime is a mistake, such as an instant where a duration belongs.
const LONGEST_LIFETIME: i64 = 10 * 366 * 24 * 60 * 60;
/// As many names, and as much of each, as anybody wants to read.
const MOST_FIELD_NAMES: usize = 64;
const LONGEST_FIELD_NAME: usize = 64;
/// The longest token that is taken.
const LONGEST_TOKEN: usize = 64 * 1024;

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
    /// Sent to get the next tokens; a malformed one counts as none, because the access token beside it is good.
    pub refresh_token: Option<Secret>,
    /// A refresh token under another name, which has yet to prove itself.
    pub candidate_refresh_token: Option<Secret>,
    /// What came with the tokens to tell who signed in (OpenID Connect Core §3.1.3.3); never among the extras.
    pub id_token: IdToken,
    /// What was granted, if the answer says so.
    pub scopes: Option<Scopes>,
    /// The further fields that were asked for.
    pub extras: BTreeMap<String, String>,
    /// The names of all fields, for the inspector.
    pub field_names: Vec<String>,
    /// The known fields that are of another type than they should be, such as "`expires_in` text".
    pub odd_fields: Vec<String>,
}

/// The field `id_token`, unverified.
///
/// An odd one is told apart from none: the tokens beside it are good, but whoever asked for an ID token has to say why there is no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IdToken {
    /// The answer has none, or an empty one.
    #[default]
    Absent,
    /// The answer has something there that is no token, or has it twice.
    Odd,
    /// What is there may be one.
    Present(Secret),
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
        if let Some(error) = error(&fields, body) {
            return Err(NotTokens::Error(error));
        }
        refuse_repeated(&fields)?;
        let field_names = field_names(&fields);
        let odd_fields = odd_fields(&fields);
        let extras = extras(&fields, names);
        let candidate = names.candidate_refresh_token;
        Ok(Self {
            access_token: access_token(&mut fields)?,
            token_type: token_type(&fields)?,
            expires_in: fields.get("expires_in").and_then(lifetime),
            expires_at_unix: fields.get("expires").and_then(figure),
            refresh_token: optional_token(&mut fields, "refresh_token"),
            candidate_refresh_token: candidate.and_then(|name| optional_token(&mut fields, name)),
            id_token: id_token(&mut fields),
            scopes: fields.get("scope").and_then(scopes),
            extras,
            field_names,
            odd_fields,
        })
    }

    /// The refresh token of a body that can't be used otherwise: it may be the only one that is still good.
    ///
    /// ```
    /// use linkdesk::oauth::{TokenNames, TokenResponse};
    ///
    /// let body = br#"{"access_token":null,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA"}"#;
    /// assert!(TokenResponse::from_json(body, &TokenNames::default()).is_err());
    /// assert!(TokenResponse::refresh_token_of(body, &TokenNames::default()).is_some());
    /// ```
    pub fn refresh_token_of(body: &[u8], names: &TokenNames<'_>) -> Option<Secret> {
        let mut fields = Fields::from_body(body)?;
        let candidate = names.candidate_refresh_token;
        optional_token(&mut fields, "refresh_token")
            .or_else(|| optional_token(&mut fields, candidate?))
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
            id_token: IdToken::Absent,
            scopes: None,
            extras: BTreeMap::new(),
            field_names: Vec::new(),
            odd_fields: Vec::new(),
        }
    }
}

/// The field `error`; where there is no token either, whatever else names one.
fn error(fields: &Fields, body: &[u8]) -> Option<ErrorResponse> {
    if fields.get("error").is_some() {
        let value: Value = serde_json::from_slice(json::without_bom(body)).ok()?;
        return ErrorResponse::from_value(&value);
    }
    match fields.get("access_token") {
        Some(_) => None,
        None => ErrorResponse::from_json(body),
    }
}

/// Two readers could take different ones of two values.
fn refuse_repeated(fields: &Fields) -> Result<(), NotTokens> {
    const READ: [&str; 5] = [
        "access_token",
        "token_type",
        "expires_in",
        "expires",
        "scope",
    ];
    match READ.into_iter().find(|name| fields.repeats(name)) {
        Some(name) => Err(NotTokens::Malformed(name)),
        None => Ok(()),
    }
}

/// `null` and the empty text are none.
fn access_token(fields: &mut Fields) -> Result<Secret, NotTokens> {
    const NAME: &str = "access_token";
    let is_there = fields.get(NAME).is_some();
    match fields.take_text(NAME) {
        Some(token) if is_token(&token) => Ok(token),
        Some(token) if token.is_empty() => Err(NotTokens::Missing(NAME)),
        None if !is_there => Err(NotTokens::Missing(NAME)),
        _ => Err(NotTokens::Malformed(NAME)),
    }
}

/// A token that can be done without; a repeated one is as malformed as an unprintable one.
fn optional_token(fields: &mut Fields, name: &str) -> Option<Secret> {
    if fields.repeats(name) {
        return None;
    }
    fields.take_text(name).filter(is_token)
}

fn id_token(fields: &mut Fields) -> IdToken {
    const NAME: &str = "id_token";
    if fields.repeats(NAME) {
        return IdToken::Odd;
    }
    let is_there = fields.get(NAME).is_some();
    match fields.take_text(NAME) {
        Some(token) if is_token(&token) => IdToken::Present(token),
        Some(token) if token.is_empty() => IdToken::Absent,
        None if !is_there => IdToken::Absent,
        _ => IdToken::Odd,
    }
}

fn is_token(token: &Secret) -> bool {
    let text = token.expose();
    text.len() <= LONGEST_TOKEN && plain::is_credential(text)
}

/// Required by the RFC; servers that leave it out mean `Bearer`.
///
/// §7.1: a token of a type that is not understood must not be used; §5.1: the case doesn't matter.
fn token_type(fields: &Fields) -> Result<String, NotTokens> {
    match fields.get("token_type") {
        None => Ok("Bearer".to_owned()),
        Some(Value::String(text)) if text.is_empty() => Ok("Bearer".to_owned()),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("bearer") => Ok(text.clone()),
        Some(_) => Err(NotTokens::Malformed("token_type")),
    }
}

/// A lifetime that can't be true is none: "unknown" is safe, "valid" is not, and "over already" would never stop asking.
fn lifetime(value: &Value) -> Option<Duration> {
    let seconds = figure(value).filter(|seconds| *seconds <= LONGEST_LIFETIME)?;
    Some(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Whole seconds, at least one.
fn figure(value: &Value) -> Option<i64> {
    json::seconds(value).filter(|seconds| *seconds >= 1)
}

/// An empty list says nothing: §5.1 has a scope stated only where it differs from what was asked for.
fn scopes(value: &Value) -> Option<Scopes> {
    let scopes = match value {
        Value::String(text) => Scopes::parse(text),
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    (!scopes.is_empty()).then_some(scopes)
}

fn extras(fields: &Fields, names: &TokenNames<'_>) -> BTreeMap<String, String> {
    let kept = |name: &String| {
        let text = plain::shown(&json::text(fields.get(name)?)?);
        (!text.is_empty()).then(|| (name.clone(), text))
    };
    let is_extra = |name: &&String| *name != "id_token";
    names
        .keep
        .iter()
        .filter(is_extra)
        .filter_map(kept)
        .collect()
}

fn field_names(fields: &Fields) -> Vec<String> {
    let names = fields.names().take(MOST_FIELD_NAMES);
    names
        .map(|name| plain::ascii(name, LONGEST_FIELD_NAME))
        .collect()
}
