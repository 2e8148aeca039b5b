//! What Practice Identity has beyond every other practice provider: a client without a secret, and a key.
//!
//! Doesn't know what is signed with the key.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde::{Deserialize, Serialize, de::Error as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::{Error, folder::Folder, random};

const FILE: &str = "identity.json";

/// The public client and the key; drawn when the folder is made, and the same ever after.
#[derive(Debug)]
pub(in crate::sandbox) struct Identity {
    pub(in crate::sandbox) public_client_id: String,
    pub(super) key: Key,
}

/// An ES256 key ([RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)).
#[derive(Debug)]
pub(super) struct Key {
    pair: EcdsaKeyPair,
    /// The thumbprint of [RFC 7638](https://www.rfc-editor.org/rfc/rfc7638), which no other key has.
    pub(super) kid: String,
    x: String,
    y: String,
}

/// How it lies in the folder.
#[derive(Serialize, Deserialize)]
struct Kept {
    public_client_id: String,
    /// PKCS #8 in base64.
    key: String,
}

impl Identity {
    /// What the folder holds, or a new one.
    pub(in crate::sandbox) fn of(folder: &Folder) -> Result<Self, Error> {
        let kept = if let Some(kept) = folder.read::<Kept>(FILE)? {
            kept
        } else {
            let kept = Kept {
                public_client_id: random::lower_alphanumeric(24)?,
                key: STANDARD.encode(drawn()?),
            };
            folder.replace(FILE, &kept)?;
            kept
        };
        let key = STANDARD.decode(&kept.key).ok().as_deref().and_then(Key::of);
        Ok(Self {
            public_client_id: kept.public_client_id,
            key: key.ok_or_else(|| Error::State {
                path: folder.path().join(FILE),
                source: serde_json::Error::custom("the key is none"),
            })?,
        })
    }
}

impl Key {
    /// A key that nobody publishes.
    pub(super) fn stray() -> Option<Self> {
        drawn().ok().as_deref().and_then(Self::of)
    }

    fn of(pkcs8: &[u8]) -> Option<Self> {
        let random = SystemRandom::new();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random).ok()?;
        // An uncompressed point: a four, then both coordinates.
        let point = pair.public_key().as_ref().strip_prefix(&[4])?;
        let (x, y) = point.split_at_checked(32)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        Some(Self { pair, kid, x, y })
    }

    /// The public half ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)).
    pub(super) fn jwk(&self) -> Value {
        json!({
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.kid,
            "x": self.x,
            "y": self.y,
        })
    }

    /// Both numbers of the signature, one after the other, as a JWS has them.
    pub(super) fn sign(&self, message: &str) -> Option<Vec<u8>> {
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        Some(signature.ok()?.as_ref().to_vec())
    }
}

fn drawn() -> Result<Vec<u8>, getrandom::Error> {
    let document =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    // Nothing but a lack of random numbers makes it fail.
    let document = document.map_err(|_unspecified| getrandom::Error::UNEXPECTED)?;
    Ok(document.as_ref().to_vec())
}
