//! The tokens of one account, as one record that is replaced as a whole.
//!
//! Knows how it is written before it is sealed, and nothing of sealing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::secret::Secret;

/// The tokens of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSet {
    /// Sent with every call.
    pub access_token: Secret,
    /// Sent to get the next set.
    pub refresh_token: Option<Secret>,
    /// The refresh token before, kept until the newer one has worked once.
    pub previous_refresh_token: Option<Secret>,
    /// What the token answer said beside tokens and later calls need, such as a user's number.
    pub hints: BTreeMap<String, String>,
}

/// The opened bytes are not a token set of a version we know.
#[derive(Debug, thiserror::Error)]
#[error("the sealed record is not a token set of a known version")]
pub struct UnreadableTokenSet(#[source] Option<serde_json::Error>);

/// The record on disk, inside the seal; versioned apart from the type we work with.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    access_token: String,
    refresh_token: Option<String>,
    previous_refresh_token: Option<String>,
    hints: BTreeMap<String, String>,
}

impl Drop for Written {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
        self.previous_refresh_token.zeroize();
    }
}

const VERSION: u32 = 1;

impl TokenSet {
    /// The bytes to seal.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let text = |secret: &Option<Secret>| secret.as_ref().map(|text| text.expose().to_owned());
        let written = Written {
            version: VERSION,
            access_token: self.access_token.expose().to_owned(),
            refresh_token: text(&self.refresh_token),
            previous_refresh_token: text(&self.previous_refresh_token),
            hints: self.hints.clone(),
        };
        // Strings and a map of strings always have a JSON form.
        Zeroizing::new(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// Reads opened bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnreadableTokenSet> {
        let mut written: Written =
            serde_json::from_slice(bytes).map_err(|source| UnreadableTokenSet(Some(source)))?;
        if written.version != VERSION {
            return Err(UnreadableTokenSet(None));
        }
        Ok(Self {
            access_token: Secret::new(std::mem::take(&mut written.access_token)),
            refresh_token: written.refresh_token.take().map(Secret::new),
            previous_refresh_token: written.previous_refresh_token.take().map(Secret::new),
            hints: std::mem::take(&mut written.hints),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_set_survives_being_written() {
        let set = TokenSet {
            access_token: Secret::new("a\"ä"),
            refresh_token: Some(Secret::new("r")),
            previous_refresh_token: None,
            hints: BTreeMap::from([("user_id".to_owned(), "7".to_owned())]),
        };
        assert_eq!(TokenSet::from_bytes(&set.to_bytes()).unwrap(), set);
    }

    #[test]
    fn another_version_is_refused() {
        let bytes = br#"{"version":2,"access_token":"a","refresh_token":null,"previous_refresh_token":null,"hints":{}}"#;
        assert!(TokenSet::from_bytes(bytes).is_err());
    }
}
