//! The place in memory for the key of an open vault.
//!
//! Knows nothing of where the key is from.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::{Key, KeyId, Sealed};
use crate::secret::Secret;
use crate::vault::{Error, Random};

/// The place in memory for the key of an open vault.
#[derive(Default)]
pub(in crate::vault) struct Holder(RwLock<Option<Arc<Key>>>);

impl fmt::Debug for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => write!(formatter, "open with {id}"),
            None => formatter.write_str("closed"),
        }
    }
}

impl Holder {
    /// Opens the vault with a key.
    pub(in crate::vault) fn put(&self, key: Key) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(key));
    }

    /// Closes the vault; the key is overwritten once whoever works with it just now is done.
    pub(in crate::vault) fn clear(&self) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    pub(in crate::vault) fn get(&self) -> Option<Arc<Key>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(in crate::vault) fn id(&self) -> Option<KeyId> {
        self.get().map(|key| key.id().clone())
    }

    pub(in crate::vault) fn seal(
        &self,
        random: &Random,
        plain: &[u8],
        associated: &[u8],
    ) -> Result<Sealed, Error> {
        let key = self.get().ok_or(Error::Closed)?;
        key.seal(random, plain, associated)
    }

    pub(in crate::vault) fn unseal(
        &self,
        sealed: &Sealed,
        associated: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let key = self.get().ok_or(Error::Closed)?;
        key.unseal(sealed, associated)
    }

    pub(in crate::vault) fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        let key = self.get().ok_or(Error::Closed)?;
        key.fingerprint(text)
    }
}
