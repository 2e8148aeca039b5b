//! A vault whose key is in memory only: what it seals can't be opened after the program has ended.
//!
//! Knows nothing of disks.

use zeroize::Zeroizing;

use super::key::{Holder, Key};
use super::{Error, KeyId, Kind, Random, Sealed, Vault};
use crate::secret::Secret;

/// Keeps the key for one session.
#[derive(Debug)]
pub struct Session {
    held: Holder,
    random: Random,
}

impl Session {
    /// A closed vault.
    pub fn new(random: Random) -> Self {
        Self {
            held: Holder::default(),
            random,
        }
    }
}

impl Vault for Session {
    fn kind(&self) -> Kind {
        Kind::Session
    }

    fn open(&self, expected: Option<&KeyId>) -> Result<(), Error> {
        match (self.held.id(), expected) {
            (None, None) => {
                self.held.put(Key::draw(&self.random)?);
                Ok(())
            }
            // Whatever was sealed in an earlier session is lost.
            (found, Some(expected)) if found.as_ref() != Some(expected) => Err(Error::KeyMissing),
            _ => Ok(()),
        }
    }

    fn unlock(&self, _passphrase: &Secret) -> Result<(), Error> {
        self.open(None)
    }

    fn probe(&self) -> Result<(), Error> {
        Ok(())
    }

    fn key_id(&self) -> Option<KeyId> {
        self.held.id()
    }

    fn discard(&self, key: &KeyId) -> Result<(), Error> {
        if self.held.id().as_ref() == Some(key) {
            self.held.clear();
        }
        Ok(())
    }

    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, Error> {
        self.held.seal(&self.random, plain, associated)
    }

    fn unseal(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.held.unseal(sealed, associated)
    }

    fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        self.held.fingerprint(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::random::tests::counting;

    #[test]
    fn one_session_opens_what_it_sealed_and_the_next_one_does_not() {
        let session = Session::new(counting());
        let closed = session.seal(b"token", b"row");
        assert!(matches!(closed, Err(Error::Closed)), "{closed:?}");
        session.open(None).unwrap();
        let id = session.key_id();
        session.open(None).unwrap();
        session.open(id.as_ref()).unwrap();
        assert_eq!(session.key_id(), id);
        let sealed = session.seal(b"token", b"row").unwrap();
        assert_eq!(*session.unseal(&sealed, b"row").unwrap(), b"token");

        let next = Session::new(counting());
        let expected = next.open(id.as_ref());
        assert!(matches!(expected, Err(Error::KeyMissing)), "{expected:?}");
        next.open(None).unwrap();
        let lost = next.unseal(&sealed, b"row");
        assert!(matches!(lost, Err(Error::OtherKey)), "{lost:?}");
    }
}
