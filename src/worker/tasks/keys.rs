//! Opens the key store, by itself or with a passphrase.
//!
//! Knows nothing of what is sealed with the key.

use std::sync::Arc;

use super::Desk;
use crate::bridge::{KeyStoreTrouble, ProblemKind};
use crate::secret::Secret;
use crate::vault::{self, KeyId, Vault};
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Asks for the key that the sealed rows name.
pub(in crate::worker) async fn open(desk: Arc<Desk>) {
    let opened = desk
        .blocking(|store, vault| {
            open_any(vault, &store.load()?.sealed_with)?;
            Ok(())
        })
        .await;
    tell(&desk, opened).await;
}

/// Opens the key store with a passphrase.
pub(in crate::worker) async fn unlock(desk: Arc<Desk>, passphrase: Secret) {
    let opened = desk
        .blocking(move |_, vault| Ok(vault.unlock(&passphrase)?))
        .await;
    tell(&desk, opened).await;
}

/// Opens the vault with whichever of the named keys is there; rows of a lost key must not hide a good one.
fn open_any(vault: &dyn Vault, sealed_with: &[KeyId]) -> Result<(), vault::Error> {
    let Some((last, before)) = sealed_with.split_last() else {
        return vault.open(None);
    };
    for key in before {
        match vault.open(Some(key)) {
            Err(vault::Error::KeyMissing | vault::Error::OtherKey) => {}
            answer => return answer,
        }
    }
    vault.open(Some(last))
}

async fn tell(desk: &Desk, opened: Result<(), Failure>) {
    let answer = opened.map_err(|failure| match failure.kind {
        ProblemKind::KeyStore { trouble } => trouble,
        _ => KeyStoreTrouble::Failed,
    });
    desk.answer(Input::KeyStoreAnswered(answer)).await;
}
