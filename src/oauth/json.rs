//! JSON objects of others, read so that a repeated name is noticed and the texts are wiped afterwards.
//!
//! Doesn't know which fields there should be.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroize as _;

use crate::secret::Secret;

/// The fields of an object in their order, repeated ones too.
pub(super) struct Fields(Vec<(String, Value)>);

impl Fields {
    /// Reads a whole body; `None` unless it is one object.
    ///
    /// The parser's error is not kept: it can quote the body.
    pub(super) fn from_body(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(without_bom(body)).ok()
    }

    /// The fields in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The names in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a name is there more than once.
    pub(super) fn repeats(&self, name: &str) -> bool {
        self.names().filter(|own| *own == name).count() > 1
    }

    /// The value of a name; JSON's `null` is as good as absent.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.iter().find(|(own, _)| own == name)?;
        (!value.is_null()).then_some(value)
    }

    /// Moves a text out without leaving a copy; `None` where it is none.
    pub(super) fn take_text(&mut self, name: &str) -> Option<Secret> {
        let (_, value) = self.0.iter_mut().find(|(own, _)| own == name)?;
        match value.take() {
            Value::String(text) => Some(Secret::new(text)),
            other => {
                *value = other;
                None
            }
        }
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            wipe(value);
        }
    }
}

/// As deep as the parser lets a value be nested.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields(Vec::new());
        while let Some(field) = map.next_entry()? {
            fields.0.push(field);
        }
        Ok(fields)
    }
}

/// A byte order mark is no part of JSON, but some servers send one.
pub(super) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A text, or a number as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A finite number, also where it is written as text.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// Whole seconds, fractions cut off; `None` beyond the years anybody reckons with.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first"
)]
pub(super) fn seconds(value: &Value) -> Option<i64> {
    const YEAR_9999: f64 = 253_402_300_799.0;
    let number = number(value)?;
    (number.abs() <= YEAR_9999).then_some(number as i64)
}
