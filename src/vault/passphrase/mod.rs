//! A vault whose key is in a file, wrapped with a key that Argon2id derives from a passphrase
//! ([RFC 9106](https://www.rfc-editor.org/rfc/rfc9106)).
//!
//! For machines without a key store. Knows nothing of how a passphrase is asked for, and keeps none.

mod wrapped;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::wrapped::{Cost, Wrapped};
use super::key::{Holder, Key, check_expected};
use super::{Error, KeyId, Kind, Random, Sealed, Vault, exclusive};
use crate::secret::Secret;

/// The file in the data folder; a backup takes it along.
pub(in crate::vault) const FILE: &str = "passphrase-vault.json";

/// Keeps the key behind a passphrase.
#[derive(Debug)]
pub struct Passphrase {
    folder: PathBuf,
    cost: Cost,
    held: Holder,
    random: Random,
}

impl Passphrase {
    /// A closed vault whose file is, or will be, in `folder`.
    pub fn new(folder: &Path, random: Random) -> Self {
        Self {
            folder: folder.to_owned(),
            cost: Cost::default(),
            held: Holder::default(),
            random,
        }
    }

    /// One that costs nothing to try, for tests.
    #[cfg(test)]
    pub(crate) fn cheap(folder: &Path, random: Random) -> Self {
        Self {
            cost: Cost::lowest(),
            ..Self::new(folder, random)
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Makes a key and writes it, unless another program has just done so.
    fn set_up(&self, passphrase: &Secret) -> Result<Key, Error> {
        let _held = exclusive::hold(&self.folder)?;
        if let Some(wrapped) = Wrapped::read(&self.file())? {
            return wrapped.open(passphrase);
        }
        let key = Key::draw(&self.random)?;
        Wrapped::new(&key, passphrase, self.cost, &self.random)?.write(
            &self.file(),
            passphrase,
            &self.random,
        )?;
        Ok(key)
    }
}

impl Vault for Passphrase {
    fn kind(&self) -> Kind {
        Kind::Passphrase
    }

    fn open(&self, expected: Option<&KeyId>) -> Result<(), Error> {
        if let Some(id) = self.held.id() {
            return check_expected(Some(&id), expected);
        }
        match (Wrapped::read(&self.file())?, expected) {
            (None, Some(_)) => Err(Error::KeyMissing),
            (Some(wrapped), _) => {
                check_expected(wrapped.key_id(), expected)?;
                Err(Error::PassphraseNeeded)
            }
            (None, None) => Err(Error::PassphraseNeeded),
        }
    }

    fn unlock(&self, passphrase: &Secret) -> Result<(), Error> {
        if passphrase.is_empty() {
            return Err(Error::PassphraseNeeded);
        }
        let key = match Wrapped::read(&self.file())? {
            Some(wrapped) => wrapped.open(passphrase)?,
            None => self.set_up(passphrase)?,
        };
        self.held.put(key);
        Ok(())
    }

    /// The file was read back when it was made; the passphrase is all that can be missing.
    fn probe(&self) -> Result<(), Error> {
        self.open(None)
    }

    fn key_id(&self) -> Option<KeyId> {
        self.held.id()
    }

    /// A damaged file is not nothing: it is looked at, and left alone, by the next call.
    fn wants_new_passphrase(&self) -> bool {
        self.held.id().is_none() && matches!(Wrapped::read(&self.file()), Ok(None))
    }

    fn lock(&self) {
        self.held.clear();
    }

    fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), Error> {
        if new.is_empty() {
            return Err(Error::PassphraseNeeded);
        }
        let _held = exclusive::hold(&self.folder)?;
        let wrapped = Wrapped::read(&self.file())?.ok_or(Error::KeyMissing)?;
        let key = wrapped.open(old)?;
        Wrapped::new(&key, new, self.cost, &self.random)?.write(&self.file(), new, &self.random)?;
        self.held.put(key);
        Ok(())
    }

    fn discard(&self, key: &KeyId) -> Result<(), Error> {
        let _held = exclusive::hold(&self.folder)?;
        if self.held.id().as_ref() == Some(key) {
            self.held.clear();
        }
        match Wrapped::read(&self.file())? {
            Some(wrapped) if wrapped.key_id() == Some(key) => wrapped::remove(&self.file()),
            _ => Ok(()),
        }
    }

    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, Error> {
        self.open(None)?;
        self.held.seal(&self.random, plain, associated)
    }

    fn unseal(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.open(None)?;
        self.held.unseal(sealed, associated)
    }

    fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        self.open(None)?;
        self.held.fingerprint(text)
    }
}

#[cfg(test)]
mod tests;
