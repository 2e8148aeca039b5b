//! Opens a key store that waits for a passphrase, before anything needs the key.
//!
//! A key store of another kind opens by itself when it is needed.

use std::path::Path;

use super::secret_file;
use super::session::Session;
use super::stop::Stop;
use crate::bridge::{Command, KeyStoreKind, KeyStoreState, KeyStoreTrouble, ProblemKind, Remedy};
use crate::ids::CommandId;
use crate::secret::Secret;

/// Opens the key store with the passphrase, where it wants one.
pub(super) fn key_store(
    session: &mut Session<'_, '_>,
    passphrase_file: Option<&Path>,
) -> Result<(), Stop> {
    let keys = session.snapshot().key_store;
    if keys.kind != KeyStoreKind::Passphrase || keys.state == KeyStoreState::Open {
        return Ok(());
    }
    let passphrase = match passphrase_file {
        Some(path) => secret_file::read(path, session.input())?,
        None if session.io.input_is_terminal => typed(session, keys.wants_new_passphrase)?,
        None => return Err(trouble(KeyStoreTrouble::PassphraseNeeded)),
    };
    let command = session.send(Command::UnlockKeyStore { passphrase })?;
    wait(session, command)
}

fn wait(session: &mut Session<'_, '_>, command: CommandId) -> Result<(), Stop> {
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

/// Asks the key store for the key, and waits for what it says.
pub(super) fn ask(session: &mut Session<'_, '_>) -> Result<(), Stop> {
    if session.snapshot().key_store.state == KeyStoreState::Open {
        return Ok(());
    }
    let command = session.send(Command::RetryKeyStore)?;
    wait(session, command)
}

fn trouble(trouble: KeyStoreTrouble) -> Stop {
    Stop::found(ProblemKind::KeyStore { trouble }, Remedy::UnlockKeyStore)
}

/// Asks for the passphrase; twice where it is a new one.
fn typed(session: &Session<'_, '_>, is_new: bool) -> Result<Secret, Stop> {
    let passphrase = session.ask_hidden("Passphrase of the key store: ")?;
    if is_new && session.ask_hidden("The same once more: ")? != passphrase {
        return Err(Stop::usage("the two passphrases are not the same"));
    }
    Ok(passphrase)
}
