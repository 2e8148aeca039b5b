//! JSON whose texts are wiped when it is dropped, and whose names may be written in any way.
//!
//! Doesn't know which fields there should be.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::secret::Secret;

/// The fields of an object in their order, repeated ones too.
pub(super) struct Fields(Vec<(String, Value)>);

/// A value, as far as credentials are made of it.
pub(super) enum Value {
    Null,
    Text(Secret),
    Number(String),
    List(Vec<Self>),
    Object(Fields),
    Flag,
}

impl Fields {
    /// Reads a whole text; `None` unless it is one object, not nested deeper than the parser goes, which is 128.
    ///
    /// The parser's error is not kept: it can quote the text.
    pub(super) fn from_text(text: &[u8]) -> Option<Self> {
        // A byte order mark is no part of JSON, but some editors write one.
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        match serde_json::from_slice(text).ok()? {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, (String, Value)> {
        self.0.iter()
    }

    /// Moves out the first object with one of these names.
    pub(super) fn take_object(&mut self, names: &[&str]) -> Option<Self> {
        let is_one = |(name, value): &(String, Value)| {
            matches!(value, Value::Object(_)) && names.contains(&name.as_str())
        };
        let place = self.0.iter().position(is_one)?;
        match self.0.swap_remove(place) {
            (_, Value::Object(fields)) => Some(fields),
            _ => None,
        }
    }
}

/// Whether a name, written with capitals, spaces, dashes or neither, is this one of an RFC.
pub(super) fn is_called(own: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|char| !" _-".contains(*char));
        kept.map(|char| char.to_ascii_lowercase()).collect()
    };
    letters(own) == letters(name)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Flag)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Secret::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Value::Object(Fields(fields)))
    }
}
