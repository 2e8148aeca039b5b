//! Where the keys are, in words.
//!
//! What is wrong with a key store is a problem, and problems have their words in `problem`.

use super::problem::title;
use crate::bridge::{KeyStoreCard, KeyStoreKind, KeyStoreState, Practice, ProblemKind};

/// Where the keys are and whether they are at hand, in one short line.
pub const fn keys(card: KeyStoreCard) -> &'static str {
    match (card.state, card.kind) {
        (KeyStoreState::Unavailable(_), _) => "Keys not at hand",
        (KeyStoreState::Opening, _) => "Opening the key store",
        (_, KeyStoreKind::Keychain) => "Keys in the system keychain",
        (_, KeyStoreKind::Passphrase) => "Keys behind your passphrase",
        (_, KeyStoreKind::Session) => "Keys in memory, for this session",
    }
}

/// What the kind of key store means for a person.
pub const fn meaning(kind: KeyStoreKind) -> &'static str {
    match kind {
        KeyStoreKind::Keychain => {
            "One key in your system’s key store seals the tokens in the data folder."
        }
        KeyStoreKind::Passphrase => {
            "One key, wrapped by your passphrase, seals the tokens in the data folder."
        }
        KeyStoreKind::Session => {
            "The key is never written to disk: every account needs a new sign-in after you close Linkdesk."
        }
    }
}

/// Where a kind of key store keeps the key.
pub const fn place(kind: KeyStoreKind) -> &'static str {
    match kind {
        KeyStoreKind::Keychain => "your system’s key store",
        KeyStoreKind::Passphrase => "the data folder, behind a passphrase",
        KeyStoreKind::Session => "memory, until you quit",
    }
}

/// Whether the key is at hand, in a few words.
pub fn state(state: KeyStoreState) -> String {
    match state {
        KeyStoreState::NotAsked => "not asked yet".into(),
        KeyStoreState::Opening => "being asked".into(),
        KeyStoreState::Open => "open".into(),
        KeyStoreState::Unavailable(trouble) => title(&ProblemKind::KeyStore { trouble }),
    }
}

/// When the passphrase is asked for again.
pub fn lock_after(minutes: Option<u32>) -> String {
    match minutes {
        None => "never by itself".into(),
        Some(minutes) => format!("after {minutes} min without you"),
    }
}

/// That a key store has been asked and takes its time.
pub const ASKING: &str = "Your key store has not answered yet";

/// Why that may be.
pub const ASKING_HINT: &str =
    "It may be showing a prompt, perhaps behind other windows. Accounts stay visible meanwhile.";

/// What locking means.
pub const LOCKING: &str = "Forget the key after a while without you. Accounts are not refreshed until you enter the passphrase again.";

/// What a new passphrase is worth.
pub const NEW_PASSPHRASE: &str =
    "Nobody can recover it. Without it every account needs a new sign-in.";

/// A choice of when the key is forgotten.
pub fn lock_choice(minutes: Option<u32>) -> String {
    minutes.map_or_else(|| "Never".into(), |minutes| format!("{minutes} min"))
}

/// A choice of where the key is to be kept.
pub const fn move_choice(to: KeyStoreKind, from: KeyStoreKind) -> &'static str {
    match (to, from) {
        (KeyStoreKind::Passphrase, KeyStoreKind::Passphrase) => "Another passphrase",
        (KeyStoreKind::Keychain, _) => "In your system’s key store",
        (KeyStoreKind::Passphrase, _) => "Behind a passphrase",
        (KeyStoreKind::Session, _) => "In memory, until you quit",
    }
}

/// The mode of the practice providers.
pub const fn practice(practice: Practice) -> &'static str {
    match practice {
        Practice::Documented => "Practice providers, as documented",
        Practice::Field => "Practice providers, as in the field",
    }
}
