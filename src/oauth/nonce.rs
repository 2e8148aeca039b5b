//! `nonce`, which binds an ID token to the attempt that asked (OpenID Connect Core §3.1.2.1).
//!
//! Doesn't know where its random bytes come from.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::Secret;

/// The value that has to come back inside the ID token; 256 bits, so that it can't be guessed.
#[derive(Clone)]
pub struct Nonce(Secret);

impl Nonce {
    /// Writes the bytes as text that needs no escaping in an address.
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(random)))
    }

    /// The text for the address.
    pub fn as_str(&self) -> &str {
        self.0.expose()
    }

    /// Whether an ID token carries this nonce; takes the same time wherever the difference is.
    pub fn matches(&self, claimed: &str) -> bool {
        self.0 == Secret::new(claimed)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nonce(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_nonce_matches() {
        let nonce = Nonce::from_random([7; 32]);
        assert!(nonce.matches(nonce.as_str()));
        assert!(!nonce.matches(nonce.as_str().get(..42).unwrap()));
        assert!(!nonce.matches(Nonce::from_random([8; 32]).as_str()));
        assert!(!nonce.matches(""));
    }

    #[test]
    fn debug_hides_the_nonce() {
        assert_eq!(format!("{:?}", Nonce::from_random([7; 32])), "Nonce(…)");
    }
}
