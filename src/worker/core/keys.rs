//! What the core makes of the key store: what it answers, moving it, locking it.
//!
//! Knows no key and no passphrase but those on their way down.

use jiff::Timestamp;

use super::Core;
use super::answer::Answer;
use crate::bridge::{KeyStoreKind, KeyStoreState, KeyStoreTrouble, ProblemKind};
use crate::ids::CommandId;
use crate::secret::Secret;
use crate::vault;
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, KeyStoreFacts};

impl Core {
    pub(super) fn key_store_answered(
        &mut self,
        answer: Result<(), KeyStoreTrouble>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.key_store.state = match answer {
            Ok(()) => KeyStoreState::Open,
            Err(trouble) => KeyStoreState::Unavailable(trouble),
        };
        let locked = answer.is_err();
        for held in self.accounts.values_mut() {
            held.set_locked(locked);
            if held.answer == Answer::Unsaved && !locked {
                held.touch().next_refresh_at = Some(now);
            }
        }
        self.start_due_refreshes(now)
    }

    /// Notes that the key store can't be used; that one account is sealed elsewhere says nothing about the others.
    pub(super) fn key_store_failed(&mut self, failure: &Failure) {
        if let ProblemKind::KeyStore { trouble } = failure.kind
            && trouble != KeyStoreTrouble::SealedElsewhere
        {
            self.key_store.state = KeyStoreState::Unavailable(trouble);
        }
    }

    pub(super) const fn key_store_looked(&mut self, facts: KeyStoreFacts) {
        self.key_store.kind = facts.kind;
        self.key_store.wants_new_passphrase = facts.wants_new_passphrase;
        self.key_store.lock_after = facts.lock_after;
    }

    pub(super) fn retry_key_store(&mut self) -> Vec<Effect> {
        if !self.loaded || !self.can_save() {
            return vec![Effect::OpenHouse];
        }
        self.key_store.state = KeyStoreState::Opening;
        vec![Effect::OpenKeyStore]
    }

    pub(super) fn move_key_store(
        &mut self,
        command: CommandId,
        to: KeyStoreKind,
        passphrase: Option<Secret>,
    ) -> Vec<Effect> {
        if !self.loaded || to == self.key_store.kind {
            self.finish_with(command, None, None);
            return Vec::new();
        }
        vec![Effect::MoveKeyStore {
            command,
            to,
            passphrase,
        }]
    }

    /// All of it or nothing: a failure says nothing about the key store that stays in use.
    pub(super) fn key_store_moved(
        &mut self,
        command: CommandId,
        result: Result<(), Failure>,
        now: Timestamp,
    ) -> Vec<Effect> {
        match result {
            Ok(()) => {
                self.changes += 1;
                self.finish_with(command, None, None);
                let mut effects = self.key_store_answered(Ok(()), now);
                effects.push(Effect::Reread);
                effects
            }
            Err(failure) => {
                self.finish(command, None, Some(failure), now);
                Vec::new()
            }
        }
    }

    /// Only a passphrase brings a key back that was forgotten; of other kinds there would be nothing to see.
    pub(super) fn lock_key_store(&mut self, command: Option<CommandId>) -> Vec<Effect> {
        if self.key_store.kind == KeyStoreKind::Passphrase {
            return vec![Effect::LockKeyStore(command)];
        }
        if let Some(command) = command {
            self.finish_with(command, None, None);
        }
        Vec::new()
    }
}

pub(in crate::worker) const fn kind(kind: vault::Kind) -> KeyStoreKind {
    match kind {
        vault::Kind::Keychain => KeyStoreKind::Keychain,
        vault::Kind::Passphrase => KeyStoreKind::Passphrase,
        vault::Kind::Session => KeyStoreKind::Session,
    }
}
