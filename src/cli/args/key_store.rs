//! What can be typed after `key-store`.
//!
//! Passphrases come from files, standard input or a prompt.

use std::path::PathBuf;

use clap::Args;

use super::KeyStoreChoice;

/// What to do with the key store; nothing tells where the key is.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct KeyStoreArgs {
    /// What to do; nothing only tells.
    #[command(subcommand)]
    pub what: Option<KeyStoreCommand>,
}

/// What can be done with the key store.
#[derive(Clone, Debug, PartialEq, Eq, clap::Subcommand)]
pub enum KeyStoreCommand {
    /// Open it, which may ask for your password, and tell what is wrong with it if anything is
    Check,
    /// Keep the key elsewhere and seal everything anew: all of it moves or nothing
    ///
    /// The passphrase, where one is needed, is read from --passphrase-file or asked for.
    Move(MoveArgs),
    /// Change the passphrase; the old one is read from --passphrase-file or asked for
    ChangePassphrase(ChangePassphraseArgs),
}

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub struct MoveArgs {
    /// Where the key is to be kept
    #[arg(value_name = "PLACE", value_enum)]
    pub to: KeyStoreChoice,
    /// Don't ask before sign-ins are kept in memory only, and so are lost at the end of this command
    #[arg(long)]
    pub yes: bool,
}

/// The new passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ChangePassphraseArgs {
    /// Read the new passphrase from a file, or from standard input with -
    #[arg(long, value_name = "F|-")]
    pub new_passphrase_file: Option<PathBuf>,
}

impl KeyStoreArgs {
    /// The file a new passphrase is read from.
    pub(super) fn secret_file(&self) -> Option<&PathBuf> {
        match &self.what {
            Some(KeyStoreCommand::ChangePassphrase(args)) => args.new_passphrase_file.as_ref(),
            _ => None,
        }
    }

    /// Whether a passphrase that is handed in may be for where the key is moved to, rather than for where it is.
    pub(super) const fn is_move(&self) -> bool {
        matches!(self.what, Some(KeyStoreCommand::Move(_)))
    }
}
