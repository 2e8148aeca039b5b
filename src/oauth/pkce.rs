//! Proof Key for Code Exchange: `code_verifier` and `code_challenge` ([RFC 7636 §4](https://www.rfc-editor.org/rfc/rfc7636#section-4)).
//!
//! Knows `S256` only: `plain` would show the verifier in the browser. Doesn't know where random bytes come from.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::secret::Secret;

/// The secret that proves, at the token endpoint, who asked for the code.
///
/// ```
/// use linkdesk::oauth::CodeVerifier;
///
/// let verifier = CodeVerifier::from_random([7; 32]);
/// assert_eq!(verifier.as_str().len(), 43);
/// assert_eq!(verifier.challenge().as_str().len(), 43);
/// ```
#[derive(Clone)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// Writes the bytes as §4.1 recommends: 32 octets become 43 characters.
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(random)))
    }

    /// The text for the token request.
    pub fn as_str(&self) -> &str {
        self.0.expose()
    }

    /// What may be shown to the browser, made with `S256`.
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(Sha256::digest(self.as_str())))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeVerifier(…)")
    }
}

/// The hash of a verifier; goes with the authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The text for the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The octets of RFC 7636, Appendix B.
    const APPENDIX_B: [u8; 32] = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
        77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];

    #[test]
    fn the_vector_of_appendix_b_holds() {
        let verifier = CodeVerifier::from_random(APPENDIX_B);
        assert_eq!(
            verifier.as_str(),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        assert_eq!(
            verifier.challenge().as_str(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn debug_hides_the_verifier() {
        let verifier = CodeVerifier::from_random(APPENDIX_B);
        assert_eq!(format!("{verifier:?}"), "CodeVerifier(…)");
    }

    proptest! {
        #[test]
        fn every_verifier_keeps_to_the_grammar(random in any::<[u8; 32]>()) {
            let verifier = CodeVerifier::from_random(random);
            let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            prop_assert!((43..=128).contains(&verifier.as_str().len()));
            prop_assert!(verifier.as_str().bytes().all(unreserved));
        }
    }
}
