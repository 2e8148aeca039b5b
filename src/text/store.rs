//! Where the keys are, in words.
//!
//! What is wrong with a key store is a problem, and problems have their words in `problem`.

use crate::bridge::{KeyStoreCard, KeyStoreKind, KeyStoreState, Practice};

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
            "Nothing is written to disk: every account needs a new sign-in after you close Linkdesk."
        }
    }
}

/// The mode of the practice providers.
pub const fn practice(practice: Practice) -> &'static str {
    match practice {
        Practice::Documented => "Practice providers, as documented",
        Practice::Field => "Practice providers, as in the field",
    }
}
