//! The name of a key, and sealed bytes that carry it.
//!
//! Neither is secret. Knows nothing of sealing.

use std::fmt;

/// Digits in the name of a key.
pub(super) const ID_DIGITS: usize = 16;

/// Names a key without telling anything of it: 16 hexadecimal digits derived from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

/// A text that does not name a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a key is 16 lower-case hexadecimal digits")]
pub struct NotAKeyId;

/// Sealed bytes and the name of the key that opens them.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key that opens them.
    pub key_id: KeyId,
    /// The nonce, then what was encrypted, then the tag.
    pub bytes: Vec<u8>,
}

impl KeyId {
    /// Accepts the name of a key.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAKeyId> {
        let text = text.into();
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == ID_DIGITS && text.bytes().all(is_digit))
            .then_some(Self(text))
            .ok_or(NotAKeyId)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Sealed({}, {} bytes)",
            self.key_id,
            self.bytes.len()
        )
    }
}

impl KeyId {
    /// Takes digits that were derived from a key.
    pub(super) fn derived(digits: String) -> Self {
        Self(digits)
    }
}
