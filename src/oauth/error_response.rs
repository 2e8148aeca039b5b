//! Error responses, wherever they come ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1),
//! [§5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2), [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)).
//!
//! Doesn't know what an error means for an account.

use std::fmt;

use serde_json::Value;

use super::{form, json, plain};

const LONGEST_CODE: usize = 128;
/// What stands for a code in which nothing was printable.
const UNNAMED: &str = "unnamed_error";

/// What an authorization server or a protected resource says went wrong, fit to be shown.
///
/// ```
/// use linkdesk::oauth::ErrorResponse;
///
/// let answer = br#"{"error":"invalid_grant","error_description":"The code has\nexpired"}"#;
/// let response = ErrorResponse::from_json(answer).unwrap();
/// assert_eq!(response.code, "invalid_grant");
/// assert_eq!(response.description.as_deref(), Some("The code has expired"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The `error` parameter: printable ASCII without quotes and backslashes, at most 128 characters.
    pub code: String,
    /// The `error_description`, one line without hidden characters and what may be a token, at most 512 characters.
    pub description: Option<String>,
}

impl ErrorResponse {
    /// Makes texts of others fit to be shown.
    pub(super) fn new(code: &str, description: Option<&str>) -> Self {
        let mut code = plain::error_code(code, LONGEST_CODE);
        if code.is_empty() {
            UNNAMED.clone_into(&mut code);
        }
        let description = description
            .map(plain::described)
            .filter(|text| !text.is_empty());
        Self { code, description }
    }

    /// Reads a JSON body; `None` where it names no error.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(json::without_bom(body)).ok()?;
        let first = value
            .get("errors")
            .and_then(|errors| errors.get(0).or(Some(errors)));
        Self::from_value(&value)
            .or_else(|| Self::from_error(first?, &value))
            .or_else(|| {
                // Some servers answer `{"code": …, "message": …}` without an `error`.
                let (code, message) = (value.get("code")?, value.get("message")?);
                Some(Self::new(code.as_str()?, message.as_str()))
            })
    }

    /// Reads a form or a query; `None` where it names no error.
    pub(super) fn from_form(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?.trim();
        let pairs: Vec<_> = form::pairs(text).collect::<Option<_>>()?;
        let named = |name: &str| {
            pairs
                .iter()
                .find(|(own, _)| own == name)
                .map(|(_, value)| value)
        };
        let code = named("error").filter(|code| !code.is_empty())?;
        Some(Self::new(
            code,
            named("error_description").map(String::as_str),
        ))
    }

    /// Reads the `error` of an object; `null`, `false`, nought and the empty text are none.
    pub(super) fn from_value(object: &Value) -> Option<Self> {
        Self::from_error(object.get("error")?, object)
    }

    fn from_error(error: &Value, around: &Value) -> Option<Self> {
        match error {
            Value::String(code) if !code.is_empty() => Some(Self::new(code, description(around))),
            Value::Number(code) if code.as_f64() != Some(0.0) => {
                Some(Self::new(&code.to_string(), description(around)))
            }
            Value::Bool(true) => {
                let code = around
                    .get("code")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                Some(Self::new(code, description(around)))
            }
            Value::Object(fields) if !fields.is_empty() => {
                let mut named = ["error", "code", "type", "status", "name"].iter();
                let code = named.find_map(|name| json::text(fields.get(*name)?));
                let description = description(error).or_else(|| description(around));
                Some(Self::new(&code.unwrap_or_default(), description))
            }
            _ => None,
        }
    }

    /// Reads the first challenge that names an error; `None` where none does.
    ///
    /// ```
    /// use linkdesk::oauth::ErrorResponse;
    ///
    /// let header = r#"Bearer realm="example", error="invalid_token", error_description="expired""#;
    /// assert_eq!(ErrorResponse::from_www_authenticate(header).unwrap().code, "invalid_token");
    /// ```
    pub fn from_www_authenticate(header: &str) -> Option<Self> {
        let mut code = None;
        let mut description = None;
        let mut rest = header;
        while let Some((name, value, after)) = auth_param(rest) {
            rest = after;
            if name.eq_ignore_ascii_case("error") {
                code = code.or(value);
            } else if name.eq_ignore_ascii_case("error_description") {
                description = description.or(value);
            }
        }
        let code = code.filter(|code| !code.is_empty())?;
        Some(Self::new(&code, description.as_deref()))
    }
}

fn description(object: &Value) -> Option<&str> {
    let mut names = [
        "error_description",
        "error_message",
        "message",
        "description",
    ]
    .iter();
    names.find_map(|name| object.get(*name)?.as_str())
}

/// The next word of a challenge, its value if it has one, and what follows.
fn auth_param(text: &str) -> Option<(&str, Option<String>, &str)> {
    let is_gap = |char: char| char == ',' || char.is_whitespace();
    let text = text.trim_start_matches(is_gap);
    let end = text
        .find(|char| is_gap(char) || char == '=')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return (!name.is_empty()).then_some((name, None, rest));
    };
    let value = value.trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, rest) = unquoted(quoted);
        return Some((name, Some(value), rest));
    }
    let end = value.find(is_gap).unwrap_or(value.len());
    let (value, rest) = value.split_at_checked(end)?;
    Some((name, Some(value.to_owned()), rest))
}

/// The text of a quoted-string up to its closing quote, and what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => value.extend(chars.next()),
            other => value.push(other),
        }
    }
    (value, chars.as_str())
}

impl fmt::Display for ErrorResponse {
    /// The code only: a description is the server's own words.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.code)
    }
}

impl std::error::Error for ErrorResponse {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(read: Option<&ErrorResponse>, expected: Option<(&str, Option<&str>)>) {
        let read = read.map(|read| (read.code.as_str(), read.description.as_deref()));
        assert_eq!(read, expected);
    }

    #[test]
    fn bodies_of_many_servers_name_their_error() {
        let rows = [
            (
                r#"{"error":"invalid_request"}"#,
                Some(("invalid_request", None)),
            ),
            (
                r#"{"error":"a","error_description":"b"}"#,
                Some(("a", Some("b"))),
            ),
            (
                r#"{"error":"a","error_message":"b"}"#,
                Some(("a", Some("b"))),
            ),
            (r#"{"error":"a","message":"b"}"#, Some(("a", Some("b")))),
            (
                r#"{"error":"a","error_description":null}"#,
                Some(("a", None)),
            ),
            (
                r#"{"error":{"code":"a","message":"b"}}"#,
                Some(("a", Some("b"))),
            ),
            (
                r#"{"error":{"type":"a"},"message":"b"}"#,
                Some(("a", Some("b"))),
            ),
            (r#"{"error":{"code":401}}"#, Some(("401", None))),
            (r#"{"error":{"message":"b"}}"#, Some((UNNAMED, Some("b")))),
            (
                r#"{"errors":[{"code":"a","message":"b"}]}"#,
                Some(("a", Some("b"))),
            ),
            (r#"{"errors":["a"]}"#, Some(("a", None))),
            (
                r#"{"code":"rest_forbidden","message":"b"}"#,
                Some(("rest_forbidden", Some("b"))),
            ),
            (r#"{"error":true,"code":"a"}"#, Some(("a", None))),
            (r#"{"error":"é"}"#, Some((UNNAMED, None))),
            ("\u{feff}{\"error\":\"a\"}", Some(("a", None))),
            (r#"{"error":null}"#, None),
            (r#"{"error":false,"access_token":"x"}"#, None),
            (r#"{"error":""}"#, None),
            (r#"{"error":0}"#, None),
            (r#"{"message":"b"}"#, None),
            (r#"["error"]"#, None),
            ("<html>", None),
            ("", None),
        ];
        for (body, expected) in rows {
            check(ErrorResponse::from_json(body.as_bytes()).as_ref(), expected);
        }
    }

    #[test]
    fn challenges_name_their_error() {
        let rows = [
            (r#"Bearer realm="example""#, None),
            (
                r#"Bearer realm="example", error="invalid_token""#,
                Some(("invalid_token", None)),
            ),
            (
                r#"Bearer realm="Doorkeeper", error="invalid_token", error_description="The token was revoked""#,
                Some(("invalid_token", Some("The token was revoked"))),
            ),
            (
                r#"Basic realm="a, error=b", Bearer error=c"#,
                Some(("c", None)),
            ),
            (r#"Bearer ERROR = "a\"b" "#, Some(("ab", None))),
            (r#"Bearer error="a", error="b""#, Some(("a", None))),
            (r#"Bearer error="open"#, Some(("open", None))),
            ("Bearer error=", None),
            ("=,=,=", None),
            ("", None),
        ];
        for (header, expected) in rows {
            check(
                ErrorResponse::from_www_authenticate(header).as_ref(),
                expected,
            );
        }
    }

    #[test]
    fn a_code_keeps_only_the_characters_of_the_rfc() {
        for (code, expected) in [
            ("invalid_grant", "invalid_grant"),
            ("in\u{202e}va\"lid\\", "invalid"),
            ("two words!", "two words!"),
            ("\"", UNNAMED),
            ("ü", UNNAMED),
            ("", UNNAMED),
        ] {
            assert_eq!(ErrorResponse::new(code, None).code, expected, "{code}");
        }
    }

    #[test]
    fn display_shows_the_code_only() {
        let response = ErrorResponse::new("access_denied", Some("words of the server"));
        assert_eq!(response.to_string(), "access_denied");
    }

    #[test]
    fn long_and_hidden_texts_are_cut() {
        let response = ErrorResponse::new(&"a\u{0}é".repeat(300), Some(&"\u{202e}b".repeat(900)));
        assert_eq!(response.code, "a".repeat(128));
        assert_eq!(response.description, Some("b".repeat(512)));
    }

    proptest! {
        #[test]
        fn no_challenge_panics(header in any::<String>(), tail in "[a-z=\", \\\\]{0,60}") {
            for text in [header, tail] {
                if let Some(read) = ErrorResponse::from_www_authenticate(&text) {
                    prop_assert!(!read.code.is_empty() && read.code.len() <= LONGEST_CODE);
                }
            }
        }

        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(ErrorResponse::from_json(&body), None);
        }
    }
}
