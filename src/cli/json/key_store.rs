//! The key store as scripts see it.
//!
//! Holds no key.

use serde::Serialize;

use crate::bridge::{KeyStoreCard, KeyStoreState};

/// Where the key is kept and whether it is at hand.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct KeyStore {
    kind: &'static str,
    state: &'static str,
    /// What is wrong with it, where something is.
    trouble: Option<&'static str>,
    accounts: usize,
    lock_after_minutes: Option<u32>,
}

impl KeyStore {
    pub(in crate::cli) const fn new(card: KeyStoreCard, accounts: usize) -> Self {
        let (state, trouble) = match card.state {
            KeyStoreState::NotAsked => ("not_asked", None),
            KeyStoreState::Opening => ("opening", None),
            KeyStoreState::Open => ("open", None),
            KeyStoreState::Unavailable(trouble) => ("unavailable", Some(trouble.code())),
        };
        Self {
            kind: card.kind.code(),
            state,
            trouble,
            accounts,
            lock_after_minutes: card.lock_after,
        }
    }
}
