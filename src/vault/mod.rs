//! Keeps the installation's one secret key and seals with it: in the operating system's key store, behind a passphrase, or for one session.
//!
//! Everything that must not be read on disk is sealed with XChaCha20-Poly1305
//! ([draft-irtf-cfrg-xchacha](https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03)), bound to the row it belongs to.
//! Knows nothing of accounts, of providers, or of where the sealed bytes are kept.
//!
//! One key for N accounts means one prompt for N accounts, and no limit on the length of a token.

mod error;
mod exclusive;
mod key;
mod keychain;
mod passphrase;
mod random;
mod session;
mod vaults;

use std::fmt::Debug;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use error::Error;
pub use key::{KeyId, NotAKeyId, Sealed};
pub use keychain::Keychain;
pub use passphrase::Passphrase;

/// Where the wrapped key is, in the data folder; a backup takes this file along.
pub const PASSPHRASE_FILE: &str = passphrase::FILE;
pub use random::Random;
pub use session::Session;
pub use vaults::Vaults;

use crate::secret::Secret;

/// Where the key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// In the operating system's key store.
    Keychain,
    /// In a file, wrapped with a key that is derived from a passphrase.
    Passphrase,
    /// In memory only; gone when the program ends.
    Session,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keychain, Self::Passphrase, Self::Session];

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name in the store and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Session => "session",
        }
    }
}

/// The installation's key and what can be done with it.
///
/// Every call may block: on a key store's prompt, on a disk, on deriving a key. None is for the thread that paints.
pub trait Vault: Debug + Send + Sync {
    /// Where the key is kept.
    fn kind(&self) -> Kind;

    /// Gets the key, or makes one where nothing is expected and none is there.
    ///
    /// `expected` is the key that existing rows are sealed with. With it, no key is ever made: that would hide that the old one is gone.
    fn open(&self, expected: Option<&KeyId>) -> Result<(), Error>;

    /// Opens with a passphrase, or sets it where there is none yet; other kinds open as with nothing expected.
    fn unlock(&self, passphrase: &Secret) -> Result<(), Error>;

    /// Writes, reads back, compares and deletes a throw-away entry, so that a fresh token is never the first to find out.
    fn probe(&self) -> Result<(), Error>;

    /// Names the key, without telling anything of it; nothing while closed.
    fn key_id(&self) -> Option<KeyId>;

    /// Whether the next passphrase would be a new one, to be asked for twice.
    fn wants_new_passphrase(&self) -> bool {
        false
    }

    /// Stops waiting for a person whom the key store asks something; whoever waits is told that it is locked.
    fn give_up(&self) {}

    /// Forgets the key in memory, where it can be had again from where it is kept.
    fn lock(&self) {}

    /// Wraps the same key with another passphrase: after a crash one of the two opens it, never neither.
    fn change_passphrase(&self, _old: &Secret, _new: &Secret) -> Result<(), Error> {
        Err(Error::failed("there is no passphrase to change"))
    }

    /// Takes this key away from where it is kept, and forgets it; a key that is not there is no error.
    fn discard(&self, _key: &KeyId) -> Result<(), Error> {
        Ok(())
    }

    /// The vault of this kind for the same installation; nothing where this one is all there is.
    fn of_kind(&self, _kind: Kind) -> Option<Arc<dyn Vault>> {
        None
    }

    /// From now on seals and unseals with the vault of this kind, where there is one.
    fn turn_to(&self, _kind: Kind) {}

    /// Seals, bound to `associated`, which must be the same at unsealing.
    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, Error>;

    /// Opens what was sealed.
    fn unseal(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error>;

    /// Eight hexadecimal digits by which two people can compare a text without showing it.
    fn fingerprint(&self, text: &Secret) -> Result<String, Error>;
}
