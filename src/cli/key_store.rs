//! `key-store`: where the key is kept and whether it is at hand; moving it; changing its passphrase.
//!
//! Telling asks nobody for anything. Knows no key.

use std::path::Path;

use super::args::{ChangePassphraseArgs, KeyStoreArgs, KeyStoreChoice, KeyStoreCommand, MoveArgs};
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, secret_file, table, unlock};
use crate::bridge::{Command, KeyStoreKind};
use crate::secret::Secret;
use crate::text::store;

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &KeyStoreArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    match &args.what {
        None => tell(session),
        Some(KeyStoreCommand::Check) => {
            unlock::key_store(session, passphrase)?;
            unlock::ask(session)?;
            tell(session)
        }
        Some(KeyStoreCommand::Move(args)) => move_to(session, *args, passphrase),
        Some(KeyStoreCommand::ChangePassphrase(args)) => change(session, args, passphrase),
    }
}

fn tell(session: &mut Session<'_, '_>) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let card = snapshot.key_store;
    if session.json {
        session.print_json(&json::KeyStore::new(card, snapshot.accounts.len()))?;
        return Ok(exit::DONE);
    }
    let mut facts = vec![
        ("kept in", store::place(card.kind).to_owned()),
        ("state", store::state(card.state)),
        ("accounts", snapshot.accounts.len().to_string()),
    ];
    if card.kind == KeyStoreKind::Passphrase {
        facts.push(("locks", store::lock_after(card.lock_after)));
    }
    session.print(&table::facts(&facts))?;
    Ok(exit::DONE)
}

fn move_to(
    session: &mut Session<'_, '_>,
    args: MoveArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let to = match args.to {
        KeyStoreChoice::Keychain => KeyStoreKind::Keychain,
        KeyStoreChoice::Passphrase => KeyStoreKind::Passphrase,
        KeyStoreChoice::Session => KeyStoreKind::Session,
    };
    let snapshot = session.snapshot();
    if to == snapshot.key_store.kind {
        return tell(session);
    }
    if to == KeyStoreKind::Session && !snapshot.accounts.is_empty() && !args.yes {
        confirm(session)?;
    }
    let passphrase = if to == KeyStoreKind::Passphrase {
        Some(new_passphrase(
            session,
            passphrase,
            "Passphrase of the key store: ",
        )?)
    } else {
        unlock::key_store(session, passphrase)?;
        None
    };
    let finished = session.carry_out(Command::MoveKeyStore { to, passphrase })?;
    match &finished.problem {
        Some(problem) => Err(problem.into()),
        None => tell(session),
    }
}

fn confirm(session: &mut Session<'_, '_>) -> Result<(), Stop> {
    if !session.io.input_is_terminal {
        return Err(Stop::usage(
            "every account would need a new sign-in after this command: add --yes to do it all the same",
        ));
    }
    let answer = session.ask(
        "The key would be in memory only: every account needs a new sign-in after this command. Go on? [y/N] ",
    )?;
    match answer.as_deref().map(str::trim) {
        Some("y" | "Y" | "yes") => Ok(()),
        _ => Err(Stop::Declined),
    }
}

fn change(
    session: &mut Session<'_, '_>,
    args: &ChangePassphraseArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let card = session.snapshot().key_store;
    if card.kind != KeyStoreKind::Passphrase || card.wants_new_passphrase {
        return Err(Stop::usage(
            "there is no passphrase to change: the key is not kept behind one",
        ));
    }
    let old = match passphrase {
        Some(path) => secret_file::read(path, session.input())?,
        None => asked(session, "Passphrase of the key store: ")?,
    };
    let new = args.new_passphrase_file.as_deref();
    let new = new_passphrase(session, new, "New passphrase: ")?;
    let finished = session.carry_out(Command::ChangePassphrase { old, new })?;
    match &finished.problem {
        Some(problem) => Err(problem.into()),
        None => tell(session),
    }
}

/// A passphrase from a file, or typed twice.
fn new_passphrase(
    session: &mut Session<'_, '_>,
    file: Option<&Path>,
    words: &str,
) -> Result<Secret, Stop> {
    if let Some(path) = file {
        return Ok(secret_file::read(path, session.input())?);
    }
    let passphrase = asked(session, words)?;
    if session.ask_hidden("The same once more: ")? != passphrase {
        return Err(Stop::usage("the two passphrases are not the same"));
    }
    Ok(passphrase)
}

fn asked(session: &Session<'_, '_>, words: &str) -> Result<Secret, Stop> {
    if session.io.input_is_terminal {
        session.ask_hidden(words)
    } else {
        Err(Stop::usage(
            "a passphrase is needed: hand it in as a file or through standard input",
        ))
    }
}
