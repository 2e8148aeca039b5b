//! Signed texts in the compact form ([RFC 7515 §7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)) and what they may be signed with
//! ([RFC 7518 §3](https://www.rfc-editor.org/rfc/rfc7518#section-3)).
//!
//! Knows no algorithm with a shared secret and none without a signature, so nothing can be mistaken for one. Doesn't know whose keys count.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaParameters, VerificationAlgorithm};
use zeroize::Zeroizing;

use super::json::Fields;
use crate::secret::Secret;

const LONGEST: usize = 64 * 1024;

/// A signed text taken apart, still to be verified.
pub(super) struct Jws<'t> {
    /// The name of the algorithm it claims to be signed with.
    pub(super) alg: Secret,
    /// The name of the key, where it names one.
    pub(super) kid: Option<Secret>,
    /// What was signed.
    pub(super) signing_input: &'t str,
    /// What is to be read once the signature holds.
    pub(super) payload: Zeroizing<Vec<u8>>,
    pub(super) signature: Vec<u8>,
}

impl<'t> Jws<'t> {
    /// Takes a token apart, or names the part that can't be read.
    pub(super) fn read(token: &'t Secret) -> Result<Self, &'static str> {
        const FORM: &str = "compact form";
        let text = token.expose();
        if text.len() > LONGEST {
            return Err(FORM);
        }
        let (signing_input, signature) = text.rsplit_once('.').ok_or(FORM)?;
        let (header, payload) = signing_input.split_once('.').ok_or(FORM)?;
        let (alg, kid) = header_of(header).ok_or("header")?;
        Ok(Self {
            alg,
            kid,
            signing_input,
            payload: decoded(payload).ok_or("payload")?,
            signature: decoded(signature).ok_or("signature")?.to_vec(),
        })
    }
}

/// A further dot is no letter of the alphabet, so five parts are refused here.
fn decoded(part: &str) -> Option<Zeroizing<Vec<u8>>> {
    Some(Zeroizing::new(URL_SAFE_NO_PAD.decode(part).ok()?))
}

/// RFC 7515 §4.1.11: a header that demands to be understood is refused, as no extension is.
fn header_of(part: &str) -> Option<(Secret, Option<Secret>)> {
    let mut fields = Fields::from_body(&decoded(part)?)?;
    let is_usable = ["alg", "kid", "crit"]
        .iter()
        .all(|name| !fields.repeats(name))
        && fields.get("crit").is_none();
    if !is_usable {
        return None;
    }
    let alg = fields.take_text("alg")?;
    let kid = match fields.get("kid") {
        None => None,
        Some(_) => Some(fields.take_text("kid")?),
    };
    Some((alg, kid))
}

/// An algorithm with a public key, and what its keys look like.
#[derive(Clone, Copy)]
pub(super) enum Algorithm {
    /// RSA, with either padding.
    Rsa(&'static RsaParameters),
    /// A curve, whose points are written with so many bytes for each coordinate.
    Curve {
        kty: &'static str,
        crv: &'static str,
        coordinate: usize,
        verification: &'static dyn VerificationAlgorithm,
    },
}

impl Algorithm {
    /// The algorithm of a name ([RFC 7518 §3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1),
    /// [RFC 8037 §3.1](https://www.rfc-editor.org/rfc/rfc8037#section-3.1)).
    pub(super) fn named(name: &str) -> Option<Self> {
        let curve = |kty, crv, coordinate, verification| Self::Curve {
            kty,
            crv,
            coordinate,
            verification,
        };
        Some(match name {
            "RS256" => Self::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            "RS384" => Self::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            "RS512" => Self::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            "PS256" => Self::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            "PS384" => Self::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            "PS512" => Self::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            "ES256" => curve("EC", "P-256", 32, &signature::ECDSA_P256_SHA256_FIXED),
            "ES384" => curve("EC", "P-384", 48, &signature::ECDSA_P384_SHA384_FIXED),
            "EdDSA" => curve("OKP", "Ed25519", 32, &signature::ED25519),
            _ => return None,
        })
    }
}
