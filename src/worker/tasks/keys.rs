//! Opens the key store, by itself or with a passphrase; changes the passphrase; keeps after how long it locks.
//!
//! Knows nothing of what is sealed with the key beyond how many accounts are.

use std::sync::Arc;

use super::Desk;
use crate::bridge::{KeyStoreTrouble, ProblemKind};
use crate::ids::CommandId;
use crate::secret::Secret;
use crate::store::{self, Store};
use crate::vault::{self, Vault};
use crate::worker::core::keys::kind;
use crate::worker::failure::Failure;
use crate::worker::input::{Input, KeyStoreFacts};

/// Asks for the key that the sealed rows name.
pub(in crate::worker) async fn open(desk: Arc<Desk>) {
    let opened = desk.patiently(open_vault).await;
    look(&desk).await;
    tell(&desk, opened).await;
}

/// Opens the key store with a passphrase.
pub(in crate::worker) async fn unlock(desk: Arc<Desk>, passphrase: Secret) {
    let opened = desk
        .blocking(move |_, vault| Ok(vault.unlock(&passphrase)?))
        .await;
    look(&desk).await;
    tell(&desk, opened).await;
}

/// Wraps the key with another passphrase.
pub(in crate::worker) async fn change_passphrase(
    desk: Arc<Desk>,
    command: CommandId,
    old: Secret,
    new: Secret,
) {
    let changed = desk
        .blocking(move |_, vault| Ok(vault.change_passphrase(&old, &new)?))
        .await;
    desk.answer(Input::KeyStoreChanged(command, changed)).await;
}

/// Keeps after how long without a person the key store locks by itself.
pub(in crate::worker) async fn lock_after(
    desk: Arc<Desk>,
    command: CommandId,
    minutes: Option<u32>,
) {
    let kept = desk
        .blocking(move |store, _| store.save_lock_after(minutes))
        .await;
    look(&desk).await;
    desk.answer(Input::KeyStoreChanged(command, kept)).await;
}

/// Opens the vault that the data file names, with the key that its rows name.
pub(super) fn open_vault(store: &dyn Store, vault: &dyn Vault) -> Result<(), store::Error> {
    store.follow()?;
    let contents = store.load()?;
    match vault.open(contents.expected_by(vault.kind())) {
        // Whichever other key is there now, the one that is needed is gone.
        Err(vault::Error::OtherKey) => Err(vault::Error::KeyMissing.into()),
        opened => Ok(opened?),
    }
}

/// What can be known of the key store without asking it.
pub(super) fn facts(store: &dyn Store, vault: &dyn Vault) -> Result<KeyStoreFacts, store::Error> {
    Ok(KeyStoreFacts {
        kind: kind(vault.kind()),
        wants_new_passphrase: vault.wants_new_passphrase(),
        lock_after: store.lock_after()?,
    })
}

/// Tells the core what can be known of the key store without asking it; it matters to nobody where that can't be read.
pub(super) async fn look(desk: &Desk) {
    if let Ok(facts) = desk.blocking(facts).await {
        desk.answer(Input::KeyStoreLooked(facts)).await;
    }
}

async fn tell(desk: &Desk, opened: Result<(), Failure>) {
    let answer = opened.map_err(|failure| match failure.kind {
        ProblemKind::KeyStore { trouble } => trouble,
        _ => KeyStoreTrouble::Failed,
    });
    desk.answer(Input::KeyStoreAnswered(answer)).await;
}
