//! All vaults of one installation, of which one is in use: what is needed to move from one kind to another while the program runs.
//!
//! Knows nothing of what is sealed, and so not when it is right to turn to another one.

use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::{Error, KeyId, Kind, Sealed, Vault};
use crate::secret::Secret;

/// A vault whose kind can change.
#[derive(Debug)]
pub struct Vaults {
    all: Vec<Arc<dyn Vault>>,
    in_use: RwLock<Arc<dyn Vault>>,
}

impl Vaults {
    /// Begins with the first one in use.
    pub fn new(in_use: Arc<dyn Vault>, others: impl IntoIterator<Item = Arc<dyn Vault>>) -> Self {
        let mut all = vec![Arc::clone(&in_use)];
        all.extend(others);
        Self {
            all,
            in_use: RwLock::new(in_use),
        }
    }

    fn current(&self) -> Arc<dyn Vault> {
        Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Vault for Vaults {
    fn kind(&self) -> Kind {
        self.current().kind()
    }

    fn open(&self, expected: Option<&KeyId>) -> Result<(), Error> {
        self.current().open(expected)
    }

    fn unlock(&self, passphrase: &Secret) -> Result<(), Error> {
        self.current().unlock(passphrase)
    }

    fn probe(&self) -> Result<(), Error> {
        self.current().probe()
    }

    fn key_id(&self) -> Option<KeyId> {
        self.current().key_id()
    }

    fn wants_new_passphrase(&self) -> bool {
        self.current().wants_new_passphrase()
    }

    fn give_up(&self) {
        // Also of the one that is moved to.
        for vault in &self.all {
            vault.give_up();
        }
    }

    fn lock(&self) {
        self.current().lock();
    }

    fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), Error> {
        self.current().change_passphrase(old, new)
    }

    fn discard(&self, key: &KeyId) -> Result<(), Error> {
        self.current().discard(key)
    }

    fn of_kind(&self, kind: Kind) -> Option<Arc<dyn Vault>> {
        let found = self.all.iter().find(|vault| vault.kind() == kind)?;
        Some(Arc::clone(found))
    }

    fn turn_to(&self, kind: Kind) {
        if let Some(vault) = self.of_kind(kind) {
            *self.in_use.write().unwrap_or_else(PoisonError::into_inner) = vault;
        }
    }

    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, Error> {
        self.current().seal(plain, associated)
    }

    fn unseal(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.current().unseal(sealed, associated)
    }

    fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        self.current().fingerprint(text)
    }
}
