//! What a backup holds and doesn't, and what a restoring came to, in words.
//!
//! Knows nothing of files.

use super::foreign;
use crate::bridge::{KeyStoreKind, RestoredCard};

/// How much was backed up.
pub fn done(accounts: usize) -> String {
    format!("Backed up {}", count(accounts))
}

/// What scripts call the place of the key.
pub const fn key_store(kind: KeyStoreKind) -> &'static str {
    match kind {
        KeyStoreKind::Keychain => "keychain",
        KeyStoreKind::Passphrase => "passphrase",
        KeyStoreKind::Session => "session",
    }
}

/// Whether the key is in the file too.
pub const fn has_key(kind: KeyStoreKind) -> bool {
    matches!(kind, KeyStoreKind::Passphrase)
}

/// Where the key is that opens it.
pub const fn about_key(kind: KeyStoreKind) -> &'static str {
    match kind {
        KeyStoreKind::Keychain => {
            "The key is not in it: it stays in your system’s key store, so the tokens open only here, for you."
        }
        KeyStoreKind::Passphrase => {
            "The key is in it, wrapped by your passphrase: whoever has both can use your accounts."
        }
        KeyStoreKind::Session => {
            "The key is not in it: accounts of this session need a new sign-in after it was restored."
        }
    }
}

/// What else is not in it.
pub fn about_files(folder: &str) -> String {
    let folder = foreign(folder);
    format!("Provider files of your own are not in it: they are in {folder}.")
}

/// How much was restored.
pub fn restored(card: &RestoredCard) -> String {
    let restored = format!("Restored {}", count(card.accounts));
    match card.kept {
        0 => restored,
        kept => format!("{restored}; {} newer here and stayed", were(kept)),
    }
}

/// What to know and do after it.
pub fn about_restored(card: &RestoredCard) -> Vec<String> {
    let mut lines = Vec::new();
    if card.accounts > 0 {
        lines.push("Refresh each once: where a token was replaced since the backup, the provider refuses the old one, and a new sign-in is due.".to_owned());
    }
    if let Some(kept_as) = &card.kept_as {
        lines.push(format!(
            "What was here before is kept as {}. It holds sealed tokens: delete it when you need it no more.",
            foreign(kept_as)
        ));
    }
    lines
}

fn count(accounts: usize) -> String {
    match accounts {
        1 => "1 account".to_owned(),
        _ => format!("{accounts} accounts"),
    }
}

fn were(kept: usize) -> String {
    match kept {
        1 => "1 is".to_owned(),
        _ => format!("{kept} are"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restoring_reads_as_a_sentence() {
        let mut card = RestoredCard {
            accounts: 1,
            kept: 0,
            kept_as: None,
        };
        assert_eq!(restored(&card), "Restored 1 account");
        assert_eq!(about_restored(&card).len(), 1);
        card.kept = 2;
        card.kept_as = Some("old".to_owned());
        assert_eq!(
            restored(&card),
            "Restored 1 account; 2 are newer here and stayed"
        );
        assert!(about_restored(&card)[1].contains("kept as old"));
    }
}
