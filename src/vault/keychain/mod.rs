//! A vault whose key is one entry in the operating system's key store: Secret Service, Keychain, or Credential Manager.
//!
//! Knows nothing of whose installation it is beyond a name that says nothing.

mod deadline;
mod entry;
mod failure;
mod kept;

use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use self::deadline::{Calls, Deadlines};
use self::entry::Source;
use self::kept::Kept;
use super::key::{Holder, check_expected};
use super::{Error, KeyId, Kind, Random, Sealed, Vault};
use crate::secret::Secret;

/// How long a key store may take to answer, and a person whom it asks.
const DEADLINES: Deadlines = Deadlines {
    answer: Duration::from_secs(10),
    person: Duration::from_mins(2),
};

/// Keeps the key in the operating system's key store.
#[derive(Debug)]
pub struct Keychain {
    kept: Kept,
    calls: Calls,
    held: Holder,
}

impl Keychain {
    /// A closed vault for the installation whose data is in `folder`.
    ///
    /// `installation` is random and says nothing; it keeps the keys of two data folders apart. In `folder` there will be an
    /// empty file that lets one program at a time make a key.
    pub fn new(installation: impl Into<String>, folder: &Path, random: Random) -> Self {
        Self {
            kept: Kept {
                source: Source::native(),
                installation: installation.into(),
                folder: folder.to_owned(),
                random,
            },
            calls: Calls::new(DEADLINES),
            held: Holder::default(),
        }
    }

    /// Gives the key store another time to answer; a person whom it asks gets twelve times as long.
    #[must_use]
    pub fn with_deadline(mut self, answer: Duration) -> Self {
        let person = answer.saturating_mul(12);
        self.calls = Calls::new(Deadlines { answer, person });
        self
    }

    fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Kept) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let kept = self.kept.clone();
        let source = kept.source.clone();
        self.calls
            .run(move || source.answers(), move || call(&kept))
    }
}

impl Vault for Keychain {
    fn kind(&self) -> Kind {
        Kind::Keychain
    }

    fn open(&self, expected: Option<&KeyId>) -> Result<(), Error> {
        if let Some(id) = self.held.id() {
            return check_expected(Some(&id), expected);
        }
        let expected = expected.cloned();
        let key = self.call(move |kept| match expected {
            Some(expected) => kept.find_expected(&expected),
            None => kept.find_or_make(),
        })?;
        self.held.put(key);
        Ok(())
    }

    fn unlock(&self, _passphrase: &Secret) -> Result<(), Error> {
        self.open(None)
    }

    fn give_up(&self) {
        self.calls.give_up();
    }

    fn probe(&self) -> Result<(), Error> {
        self.call(Kept::probe)
    }

    fn key_id(&self) -> Option<KeyId> {
        self.held.id()
    }

    fn lock(&self) {
        self.held.clear();
    }

    fn discard(&self, key: &KeyId) -> Result<(), Error> {
        if self.held.id().as_ref() == Some(key) {
            self.held.clear();
        }
        let key = key.clone();
        self.call(move |kept| kept.discard(&key))
    }

    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, Error> {
        self.held.seal(&self.kept.random, plain, associated)
    }

    fn unseal(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.held.unseal(sealed, associated)
    }

    fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        self.held.fingerprint(text)
    }
}

#[cfg(test)]
mod tests;
