//! The key itself: 256 random bits, what is derived from them, sealing and unsealing.
//!
//! Knows nothing of where the key is kept.
//!
//! The key is used for nothing directly: each use has a key of its own, derived with HMAC-SHA256 as in
//! [RFC 5869 §2.3](https://www.rfc-editor.org/rfc/rfc5869#section-2.3) for a key that is random already.

mod holder;
mod id;

use std::fmt;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

pub(in crate::vault) use holder::Holder;
use id::ID_DIGITS;
pub use id::{KeyId, NotAKeyId, Sealed};

use super::{Error, Random};
use crate::secret::Secret;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const FINGERPRINT_BYTES: usize = 4;

/// What a key is written as where it is kept; the name at its end finds a cut or altered one out.
const WRITTEN_AS: &str = "linkdesk-key/1";
const LAYOUTS: &str = "linkdesk-key/";
const VERSION: u32 = 1;

/// 256 random bits and their name.
pub(in crate::vault) struct Key {
    /// In a box, so that moving the key leaves no copy behind.
    bytes: Box<Zeroizing<[u8; KEY_BYTES]>>,
    id: KeyId,
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.id)
    }
}

impl Key {
    /// Draws a new one.
    pub(in crate::vault) fn draw(random: &Random) -> Result<Self, Error> {
        Self::new(random.bytes()?)
    }

    /// Takes the 32 bytes of a key.
    pub(in crate::vault) fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        let Ok(bytes) = <[u8; KEY_BYTES]>::try_from(bytes) else {
            return Err(Error::Damaged);
        };
        Self::new(Zeroizing::new(bytes))
    }

    fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Result<Self, Error> {
        let id = mac(bytes.as_slice(), b"linkdesk/1/key-id")?;
        Ok(Self {
            id: KeyId::derived(hex(id.get(..ID_DIGITS / 2).unwrap_or_default())),
            bytes: Box::new(bytes),
        })
    }

    pub(in crate::vault) fn id(&self) -> &KeyId {
        &self.id
    }

    pub(in crate::vault) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The text to keep where texts are kept.
    pub(in crate::vault) fn to_text(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(self.bytes.as_slice()));
        Zeroizing::new(format!("{WRITTEN_AS} {} {}", *bytes, self.id))
    }

    /// Reads a kept text; anything but a whole key of this layout is damage.
    pub(in crate::vault) fn from_text(text: &[u8]) -> Result<Self, Error> {
        let mut words = std::str::from_utf8(text).unwrap_or_default().split(' ');
        let words = (words.next(), words.next(), words.next(), words.next());
        let (Some(WRITTEN_AS), Some(bytes), Some(id), None) = words else {
            return Err(match words.0 {
                Some(layout) if is_newer(layout) => Error::Newer,
                _ => Error::Damaged,
            });
        };
        let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(bytes).unwrap_or_default());
        let key = Self::from_slice(&bytes)?;
        if key.id.as_str() == id {
            Ok(key)
        } else {
            Err(Error::Damaged)
        }
    }

    pub(in crate::vault) fn seal(
        &self,
        random: &Random,
        plain: &[u8],
        associated: &[u8],
    ) -> Result<Sealed, Error> {
        let nonce = random.bytes::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: plain,
            aad: associated,
        };
        let encrypted = self
            .cipher()?
            .encrypt(&XNonce::from(*nonce), payload)
            .map_err(Error::failed)?;
        Ok(Sealed {
            key_id: self.id.clone(),
            bytes: [nonce.as_slice(), &encrypted].concat(),
        })
    }

    pub(in crate::vault) fn unseal(
        &self,
        sealed: &Sealed,
        associated: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        if sealed.key_id != self.id {
            return Err(Error::OtherKey);
        }
        let Some((nonce, encrypted)) = sealed.bytes.split_first_chunk::<NONCE_BYTES>() else {
            return Err(Error::NotSealedHere);
        };
        let payload = Payload {
            msg: encrypted,
            aad: associated,
        };
        match self.cipher()?.decrypt(&XNonce::from(*nonce), payload) {
            Ok(plain) => Ok(Zeroizing::new(plain)),
            // The cipher's own error says nothing, on purpose.
            Err(chacha20poly1305::Error) => Err(Error::NotSealedHere),
        }
    }

    pub(super) fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        let key = mac(self.bytes.as_slice(), b"linkdesk/1/fingerprint")?;
        let whole = mac(key.as_slice(), text.expose().as_bytes())?;
        Ok(hex(whole.get(..FINGERPRINT_BYTES).unwrap_or_default()))
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, Error> {
        let key = mac(self.bytes.as_slice(), b"linkdesk/1/seal")?;
        XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(Error::failed)
    }
}

/// Whether this is the name of a layout that a later version writes.
fn is_newer(layout: &str) -> bool {
    let version = layout.strip_prefix(LAYOUTS);
    version
        .and_then(|version| version.parse::<u32>().ok())
        .is_some_and(|version| version > VERSION)
}

/// Whether an open or found key is the one that is expected.
pub(in crate::vault) fn check_expected(
    found: Option<&KeyId>,
    expected: Option<&KeyId>,
) -> Result<(), Error> {
    match expected {
        Some(_) if expected != found => Err(Error::OtherKey),
        _ => Ok(()),
    }
}

fn mac(key: &[u8], message: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Error::failed)?;
    mac.update(message);
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

/// Writes bytes as lower-case hexadecimal digits.
pub(in crate::vault) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

#[cfg(test)]
mod tests;
