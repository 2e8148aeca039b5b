//! One named place in the operating system's key store: read, write, delete.
//!
//! Connects anew each time: a key store that was started, stopped or restarted since is noticed. Knows nothing of keys.

use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry};
use zeroize::Zeroizing;

use super::failure;
use crate::vault::Error;

/// What entries are filed under.
const SERVICE: &str = "linkdesk";

type Connect = dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync;

/// Where to find the key store.
#[derive(Clone)]
pub(super) struct Source(Arc<Connect>);

impl Source {
    /// The operating system's.
    pub(super) fn native() -> Self {
        Self(Arc::new(native))
    }

    /// Another one.
    #[cfg(test)]
    pub(super) fn new(store: Arc<CredentialStore>) -> Self {
        Self(Arc::new(move || Ok(Arc::clone(&store))))
    }

    /// Whether it answers to somebody new.
    pub(super) fn answers(&self) -> bool {
        (self.0)().is_ok()
    }

    /// The place of this name.
    pub(super) fn place(&self, name: &str) -> Result<Place, Error> {
        let store = (self.0)().map_err(failure::connecting)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place where the key store is touched"
        )]
        let entry = store.build(SERVICE, name, None);
        entry.map(Place).map_err(failure::using)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Source")
    }
}

/// One of several items of a name where there are several, and what is in it.
type Item = (Option<Entry>, Zeroizing<Vec<u8>>);

/// A place for one secret.
#[derive(Debug)]
pub(super) struct Place(Entry);

impl Place {
    /// What is there; more than one where other programs made duplicates.
    pub(super) fn read(&self) -> Result<Vec<Zeroizing<Vec<u8>>>, Error> {
        let texts = self.items()?.into_iter().map(|(_, text)| text);
        Ok(texts.collect())
    }

    /// Replaces what is there.
    pub(super) fn write(&self, secret: &[u8]) -> Result<(), Error> {
        self.0.set_secret(secret).map_err(failure::using)
    }

    /// Takes away every item that `is_meant`, and says how many there were.
    pub(super) fn remove(&self, mut is_meant: impl FnMut(&[u8]) -> bool) -> Result<usize, Error> {
        let mut removed = 0;
        for (item, text) in self.items()? {
            if is_meant(&text) {
                let item = item.as_ref().unwrap_or(&self.0);
                item.delete_credential().map_err(failure::using)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Each item that is there; the place itself leads to a single one.
    fn items(&self) -> Result<Vec<Item>, Error> {
        let text =
            |text: keyring_core::Result<Vec<u8>>| text.map(Zeroizing::new).map_err(failure::using);
        match self.0.get_secret() {
            Err(keyring_core::Error::NoEntry) => Ok(Vec::new()),
            Err(keyring_core::Error::Ambiguous(entries)) => {
                let items = entries.into_iter();
                items
                    .map(|entry| {
                        let text = text(entry.get_secret())?;
                        Ok((Some(entry), text))
                    })
                    .collect()
            }
            single => Ok(vec![(None, text(single)?)]),
        }
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
