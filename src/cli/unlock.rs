//! Opens a key store that waits for a passphrase, before anything needs the key.
//!
//! A key store of another kind opens by itself when it is needed.

use std::path::Path;

use super::secret_file;
use super::session::Session;
use super::stop::Stop;
use crate::bridge::{
    Command, KeyStoreKind, KeyStoreState, KeyStoreTrouble, ProblemKind, Remedy, Snapshot,
};
use crate::secret::Secret;

/// Opens the key store with the passphrase, where it wants one.
pub(super) fn key_store(
    session: &mut Session<'_, '_>,
    passphrase_file: Option<&Path>,
) -> Result<(), Stop> {
    let snapshot = session.snapshot();
    let keys = snapshot.key_store;
    if keys.kind != KeyStoreKind::Passphrase || keys.state == KeyStoreState::Open {
        return Ok(());
    }
    let passphrase = match passphrase_file {
        Some(path) => secret_file::read(path, session.input())?,
        None if session.io.input_is_terminal => ask(session, &snapshot)?,
        None => return Err(trouble(KeyStoreTrouble::PassphraseNeeded)),
    };
    let command = session.send(Command::UnlockKeyStore { passphrase })?;
    session.until(|_, snapshot| {
        // The command ends as soon as it is heard; the state tells what came of it.
        match snapshot.key_store.state {
            _ if snapshot.finished(command).is_none() => Ok(None),
            KeyStoreState::NotAsked | KeyStoreState::Opening => Ok(None),
            KeyStoreState::Open => Ok(Some(())),
            KeyStoreState::Unavailable(why) => Err(trouble(why)),
        }
    })
}

fn trouble(trouble: KeyStoreTrouble) -> Stop {
    Stop::found(ProblemKind::KeyStore { trouble }, Remedy::UnlockKeyStore)
}

/// Asks for the passphrase; twice where nothing is sealed yet, because then it is a new one.
fn ask(session: &Session<'_, '_>, snapshot: &Snapshot) -> Result<Secret, Stop> {
    let has_secret = snapshot
        .providers
        .iter()
        .any(|it| it.client.has_client_secret);
    let is_new = snapshot.accounts.is_empty() && !has_secret;
    let passphrase = session.ask_hidden("Passphrase of the key store: ")?;
    if is_new && session.ask_hidden("The same once more: ")? != passphrase {
        return Err(Stop::usage("the two passphrases are not the same"));
    }
    Ok(passphrase)
}
