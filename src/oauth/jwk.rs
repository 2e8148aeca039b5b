//! The keys a provider signs with ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)), and which one of them counts.
//!
//! Doesn't know where the set comes from, nor how old it is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::Value;

use super::json;
use super::jws::{Algorithm, Jws};

const LONGEST_BODY: usize = 1024 * 1024;

/// A public key, as it is written.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Value>,
}

/// The one key of a set that a signed text can be verified with.
///
/// §5: keys that are not understood are as good as absent. With a `kid` that key counts and no other;
/// without one there has to be exactly one that suits, since trying one after the other would let a forgotten key decide.
pub(super) fn select(set: &[u8], jws: &Jws<'_>, algorithm: Algorithm) -> Option<Jwk> {
    if set.len() > LONGEST_BODY {
        return None;
    }
    let set: JwkSet = serde_json::from_slice(json::without_bom(set)).ok()?;
    let keys = set.keys.into_iter();
    let mut suitable = keys
        .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
        .filter(|key| key.is_named_by(jws) && key.suits(jws, algorithm));
    let key = suitable.next()?;
    suitable.next().is_none().then_some(key)
}

impl Jwk {
    fn is_named_by(&self, jws: &Jws<'_>) -> bool {
        jws.kid
            .as_ref()
            .is_none_or(|kid| self.kid.as_deref() == Some(kid.expose()))
    }

    /// Whether the key is for this algorithm and for signatures.
    fn suits(&self, jws: &Jws<'_>, algorithm: Algorithm) -> bool {
        let is_of_kind = match algorithm {
            Algorithm::Rsa(_) => self.kty == "RSA",
            Algorithm::Curve { kty, crv, .. } => {
                self.kty == kty && self.crv.as_deref() == Some(crv)
            }
        };
        let ops = self.key_ops.as_deref();
        is_of_kind
            && self
                .alg
                .as_deref()
                .is_none_or(|alg| alg == jws.alg.expose())
            && self.r#use.as_deref().is_none_or(|r#use| r#use == "sig")
            && ops.is_none_or(|ops| ops.iter().any(|op| op == "verify"))
    }

    /// Whether the signature was made with this key's other half.
    pub(super) fn verifies(&self, jws: &Jws<'_>, algorithm: Algorithm) -> bool {
        let (message, signature) = (jws.signing_input.as_bytes(), jws.signature.as_slice());
        match algorithm {
            Algorithm::Rsa(parameters) => self
                .rsa()
                .is_some_and(|key| key.verify(parameters, message, signature).is_ok()),
            Algorithm::Curve {
                kty,
                coordinate,
                verification,
                ..
            } => self.point(kty, coordinate).is_some_and(|point| {
                let key = UnparsedPublicKey::new(verification, point);
                key.verify(message, signature).is_ok()
            }),
        }
    }

    /// [RFC 7518 §6.3.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.3.1); some servers write a sign byte in front, which is no part of a number.
    fn rsa(&self) -> Option<RsaPublicKeyComponents<Vec<u8>>> {
        let number = |text: Option<&String>| {
            let bytes = decoded(text)?;
            let sign = bytes.iter().take_while(|byte| **byte == 0).count();
            Some(bytes.get(sign..)?.to_vec())
        };
        Some(RsaPublicKeyComponents {
            n: number(self.n.as_ref())?,
            e: number(self.e.as_ref())?,
        })
    }

    /// An uncompressed point (SEC 1 §2.3.3), or the one coordinate of an Edwards curve.
    fn point(&self, kty: &str, coordinate: usize) -> Option<Vec<u8>> {
        let whole = |text| decoded(text).filter(|bytes| bytes.len() == coordinate);
        let x = whole(self.x.as_ref())?;
        if kty == "OKP" {
            return Some(x);
        }
        Some([vec![4], x, whole(self.y.as_ref())?].concat())
    }
}

fn decoded(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}
