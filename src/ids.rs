//! Names by which rooms speak about things: providers, accounts, browsers, attempts, commands, problems.
//!
//! Knows nothing of what the named things are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a provider record: `[a-z0-9-]{1,64}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(String);

/// The name of one linked account: 26 lower-case letters and digits drawn at random.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// A text that is not a lawful name: empty, too long, or with a character outside `[a-z0-9-]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name is 1 to 64 of the characters a-z, 0-9 and -")]
pub struct NotAName;

/// One attempt to link, unique within a run of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub u64);

/// One command a face has sent, unique within a run of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// One problem on screen, unique within a run of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProblemId(pub u64);

/// A browser of this machine in place of the system's own choice, by the names the machine has for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BrowserChoice {
    /// Which browser: a desktop file's id, a bundle's identifier, or a program's name, as the system has it.
    pub browser: String,
    /// Which of its profiles; the browser chooses where this is `None`.
    pub profile: Option<String>,
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

impl ProviderId {
    /// Accepts a lawful name.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAName> {
        let text = text.into();
        is_name(&text).then_some(Self(text)).ok_or(NotAName)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AccountId {
    /// Accepts a lawful name.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAName> {
        let text = text.into();
        is_name(&text).then_some(Self(text)).ok_or(NotAName)
    }

    /// Makes a name from 128 random bits, written in base 32 without easily confused characters.
    pub fn from_random(bits: u128) -> Self {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let text = (0..26)
            .map(|place| {
                let index = (bits >> (place * 5)) & 31;
                let index = usize::try_from(index).unwrap_or(0);
                char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
            })
            .collect();
        Self(text)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for ProviderId {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::new(text)
    }
}

impl TryFrom<String> for AccountId {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::new(text)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.0
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_letters_digits_and_hyphens() {
        for good in ["a", "just2trade", "rest-api-v1", &"x".repeat(64)] {
            assert!(ProviderId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "a/b", "..", "a b", "é", "a\0", &"x".repeat(65)] {
            assert_eq!(ProviderId::new(bad), Err(NotAName), "{bad:?}");
        }
    }

    #[test]
    fn different_bits_give_different_account_names() {
        let one = AccountId::from_random(1);
        let other = AccountId::from_random(u128::MAX);
        assert_ne!(one, other);
        assert!(AccountId::new(other.as_str()).is_ok());
    }
}
