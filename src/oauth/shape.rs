//! The outer form of an answer with tokens, for whoever has to find out what a server does differently.
//!
//! Repeats no value, and no name but those that this program knows: somebody's token may stand where a name belongs.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::json::{Fields, without_bom};

/// The fields of RFC 6749 §5.1 and those beside it that are read, each with the type it should have.
const KNOWN: [(&str, &str); 7] = [
    ("access_token", "text"),
    ("token_type", "text"),
    ("expires_in", "number"),
    ("expires", "number"),
    ("refresh_token", "text"),
    ("scope", "text"),
    ("id_token", "text"),
];

/// What a body is, without any of its content.
///
/// ```
/// let body = br#"{"access_token":null,"expires_in":"3600","mine":1}"#;
/// assert_eq!(linkdesk::oauth::body_shape(body), "JSON, 3 fields: access_token null, expires_in text, 1 other");
/// ```
pub fn body_shape(body: &[u8]) -> String {
    if body.is_empty() {
        return "empty".to_owned();
    }
    let Some(fields) = Fields::from_body(body) else {
        let is_json = serde_json::from_slice::<IgnoredAny>(without_bom(body)).is_ok();
        let told = if is_json {
            "JSON, no object"
        } else {
            "not JSON"
        };
        return told.to_owned();
    };
    let known = |name: &str| KNOWN.iter().any(|(known, _)| *known == name);
    let mut told: Vec<String> = fields
        .iter()
        .filter(|(name, _)| known(name))
        .map(|(name, value)| format!("{name} {}", type_of(value)))
        .collect();
    let count = fields.iter().count();
    let others = count - told.len();
    told.truncate(2 * KNOWN.len());
    match others {
        0 => {}
        1 => told.push("1 other".to_owned()),
        more => told.push(format!("{more} others")),
    }
    let plural = if count == 1 { "" } else { "s" };
    let list = if told.is_empty() { "" } else { ": " };
    format!("JSON, {count} field{plural}{list}{}", told.join(", "))
}

/// The fields that are there and not of the type they should be.
pub(super) fn odd_fields(fields: &Fields) -> Vec<String> {
    let odd = |(name, value): (&str, &Value)| {
        let (_, expected) = KNOWN.iter().find(|(known, _)| *known == name)?;
        let found = type_of(value);
        (found != *expected).then(|| format!("{name} {found}"))
    };
    fields.iter().filter_map(odd).take(KNOWN.len()).collect()
}

const fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "truth value",
        Value::Number(_) => "number",
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_shape_tells_what_there_is_and_nothing_of_it() {
        for (body, shape) in [
            (&b""[..], "empty"),
            (b"<html>", "not JSON"),
            (b"[1]", "JSON, no object"),
            (b"{}", "JSON, 0 fields"),
            (b"\xef\xbb\xbf{\"scope\":[]}", "JSON, 1 field: scope list"),
            (
                br#"{"access_token":"a","access_token":"","b":1,"c":2}"#,
                "JSON, 4 fields: access_token text, access_token empty text, 2 others",
            ),
        ] {
            assert_eq!(body_shape(body), shape);
        }
    }

    #[test]
    fn fields_of_another_type_than_they_should_have_are_odd() {
        let body = br#"{"access_token":"a","expires_in":"60","scope":["b"],"token_type":7,"refresh_token":null,"mine":[]}"#;
        let fields = Fields::from_body(body).unwrap();
        assert_eq!(
            odd_fields(&fields),
            [
                "expires_in text",
                "scope list",
                "token_type number",
                "refresh_token null"
            ]
        );
    }

    proptest! {
        #[test]
        fn no_content_is_repeated(name in "[a-z]{8}-canary", value in "[a-z]{8}-canary") {
            let body = serde_json::json!({name: &value, "access_token": &value, "error": &value}).to_string();
            prop_assert!(!body_shape(body.as_bytes()).contains("canary"));
        }
    }
}
