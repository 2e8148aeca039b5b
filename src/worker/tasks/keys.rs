//! Opens the key store, by itself or with a passphrase.
//!
//! Knows nothing of what is sealed with the key.

use std::sync::Arc;

use super::Desk;
use crate::bridge::{KeyStoreTrouble, ProblemKind};
use crate::secret::Secret;
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Asks for the key that the sealed rows name.
pub(in crate::worker) async fn open(desk: Arc<Desk>) {
    let opened = desk
        .blocking(|store, vault| {
            vault.open(store.load()?.expected_by(vault.kind()))?;
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

async fn tell(desk: &Desk, opened: Result<(), Failure>) {
    let answer = opened.map_err(|failure| match failure.kind {
        ProblemKind::KeyStore { trouble } => trouble,
        _ => KeyStoreTrouble::Failed,
    });
    desk.answer(Input::KeyStoreAnswered(answer)).await;
}
