//! Moves the key from one kind of key store to another, and with it everything that is sealed: all of it or nothing.
//!
//! The order is what makes it safe at every point: the new place is made ready and proved, then one transaction seals everything
//! anew and notes the new kind, and only then the old key is taken away. Whoever stops in between leaves a key too many, never one too few.

use std::sync::Arc;

use super::{Desk, keys};
use crate::bridge::{KeyStoreKind, ProblemKind};
use crate::ids::CommandId;
use crate::secret::Secret;
use crate::store::{self, Contents, Store};
use crate::vault::{self, Kind, Vault};
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Moves and tells the core.
pub(in crate::worker) async fn run(
    desk: Arc<Desk>,
    command: CommandId,
    to: KeyStoreKind,
    passphrase: Option<Secret>,
) {
    let moved = desk
        .patiently(move |store, vault| move_keys(store, vault, kind(to), passphrase.as_ref()))
        .await;
    keys::look(&desk).await;
    desk.answer(Input::KeyStoreMoved(command, moved.map_err(not_moved)))
        .await;
}

/// What stood in the way says nothing about the key store that stays in use.
fn not_moved(failure: Failure) -> Failure {
    let kind = match failure.kind {
        ProblemKind::KeyStore { trouble } => ProblemKind::KeyNotMoved { trouble },
        kind => kind,
    };
    Failure { kind, ..failure }
}

fn move_keys(
    store: &dyn Store,
    vault: &dyn Vault,
    to: Kind,
    passphrase: Option<&Secret>,
) -> Result<(), store::Error> {
    store.follow()?;
    let from = vault.kind();
    let Some(new) = vault.of_kind(to).filter(|_| to != from) else {
        return Ok(());
    };
    let contents = store.load()?;
    open_old(vault, &contents)?;
    open_new(new.as_ref(), &contents, passphrase)?;
    let old = vault.of_kind(from).zip(vault.key_id());
    store.move_to(to)?;
    if let Some((old, key)) = old
        && !store.load()?.names(&key)
    {
        // A key that nothing is sealed with does no harm where it is.
        drop(old.discard(&key));
    }
    Ok(())
}

/// What is to be sealed anew has to be opened first; what can't ever be opened any more stays as it is.
fn open_old(vault: &dyn Vault, contents: &Contents) -> Result<(), store::Error> {
    let Some(expected) = contents.expected_by(vault.kind()) else {
        return Ok(());
    };
    match vault.open(Some(expected)) {
        Err(vault::Error::KeyMissing | vault::Error::OtherKey) => Ok(()),
        opened => Ok(opened?),
    }
}

/// The new place has to hold a key, and to prove that it keeps what it is given, before anything is sealed with it.
fn open_new(
    new: &dyn Vault,
    contents: &Contents,
    passphrase: Option<&Secret>,
) -> Result<(), store::Error> {
    if let Some(passphrase) = passphrase.filter(|_| new.kind() == Kind::Passphrase) {
        new.unlock(passphrase)?;
    } else {
        match new.open(contents.expected_by(new.kind())) {
            Err(vault::Error::KeyMissing | vault::Error::OtherKey) => new.open(None)?,
            opened => opened?,
        }
    }
    Ok(new.probe()?)
}

const fn kind(kind: KeyStoreKind) -> Kind {
    match kind {
        KeyStoreKind::Keychain => Kind::Keychain,
        KeyStoreKind::Passphrase => Kind::Passphrase,
        KeyStoreKind::Session => Kind::Session,
    }
}
