//! One named place in the operating system's key store: read, write, delete.
//!
//! Connects anew each time: a key store that was started, stopped or restarted since is noticed. Knows nothing of keys.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry};
use zeroize::Zeroizing;

use super::failure;
use crate::vault::Error;

/// What entries are filed under.
const SERVICE: &str = "linkdesk";

/// A place for one secret.
#[derive(Debug)]
pub(super) struct Place(Entry);

impl Place {
    /// Finds the key store; `name` tells this place from others of ours.
    pub(super) fn connect(name: &str) -> Result<Self, Error> {
        let store = native().map_err(failure::connecting)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place where the key store is touched"
        )]
        let entry = store.build(SERVICE, name, None);
        entry.map(Self).map_err(failure::using)
    }

    /// What is there; more than one where other programs made duplicates.
    pub(super) fn read(&self) -> Result<Vec<Zeroizing<Vec<u8>>>, Error> {
        let found = match self.0.get_secret() {
            Ok(text) => vec![Ok(text)],
            Err(keyring_core::Error::NoEntry) => Vec::new(),
            Err(keyring_core::Error::Ambiguous(entries)) => {
                entries.iter().map(Entry::get_secret).collect()
            }
            Err(error) => vec![Err(error)],
        };
        found
            .into_iter()
            .map(|text| text.map(Zeroizing::new).map_err(failure::using))
            .collect()
    }

    /// Replaces what is there.
    pub(super) fn write(&self, secret: &[u8]) -> Result<(), Error> {
        self.0.set_secret(secret).map_err(failure::using)
    }

    pub(super) fn delete(&self) -> Result<(), Error> {
        self.0.delete_credential().map_err(failure::using)
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn native() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn native() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn native() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}
