//! What the core makes of the key store: what it answers, moving it, locking it.
//!
//! Knows no key and no passphrase but those on their way down.

use jiff::{SignedDuration, Timestamp};

use super::Core;
use super::answer::Answer;
use super::flows::Flow;
use super::held::Held;
use crate::bridge::{KeyStoreKind, KeyStoreState, KeyStoreTrouble, ProblemKind};
use crate::ids::CommandId;
use crate::secret::Secret;
use crate::vault;
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, KeyStoreFacts};

/// How long a person has left the key alone.
#[derive(Debug, Default)]
pub(super) struct Idle {
    used_at: Option<Timestamp>,
    /// Whether it is to be locked as soon as nothing needs it any more.
    is_to_lock: bool,
}

impl Idle {
    /// A person has asked for something.
    pub(super) fn used(&mut self, now: Timestamp) {
        self.used_at = Some(now);
    }
}

impl Core {
    pub(super) fn key_store_answered(
        &mut self,
        answer: Result<(), KeyStoreTrouble>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.key_store.asked_at = None;
        self.key_store.state = match answer {
            Ok(()) => KeyStoreState::Open,
            Err(trouble) => KeyStoreState::Unavailable(trouble),
        };
        self.idle.is_to_lock = false;
        if answer.is_ok() {
            self.idle.used(now);
        }
        self.set_all_locked(answer.is_err());
        if answer.is_ok() {
            self.save_what_waits(now);
        }
        self.start_due_refreshes(now)
    }

    fn set_all_locked(&mut self, locked: bool) {
        for held in self.accounts.values_mut() {
            held.set_locked(locked);
        }
    }

    /// What was received while the key was away can be kept now.
    fn save_what_waits(&mut self, now: Timestamp) {
        let waiting = self.accounts.values_mut();
        for held in waiting.filter(|held| held.answer == Answer::Unsaved) {
            held.touch().next_refresh_at = Some(now);
        }
    }

    /// Notes that the key store can't be used; that one account is sealed elsewhere says nothing about the others.
    pub(super) fn key_store_failed(&mut self, failure: &Failure) {
        if let ProblemKind::KeyStore { trouble } = failure.kind
            && trouble != KeyStoreTrouble::SealedElsewhere
        {
            self.key_store.state = KeyStoreState::Unavailable(trouble);
        }
    }

    /// Takes in where the key is; where another program has moved it, it has to be opened there.
    pub(super) fn key_store_looked(&mut self, facts: KeyStoreFacts, now: Timestamp) -> Vec<Effect> {
        let has_moved = self.loaded && facts.kind != self.key_store.kind;
        self.key_store.kind = facts.kind;
        self.key_store.wants_new_passphrase = facts.wants_new_passphrase;
        self.key_store.lock_after = facts.lock_after;
        if has_moved && self.key_store.state != KeyStoreState::NotAsked {
            return self.retry_key_store(now);
        }
        Vec::new()
    }

    pub(super) fn retry_key_store(&mut self, now: Timestamp) -> Vec<Effect> {
        if !self.loaded || !self.can_save() {
            return vec![Effect::OpenHouse];
        }
        self.ask_key_store(now);
        vec![Effect::OpenKeyStore]
    }

    pub(super) const fn ask_key_store(&mut self, now: Timestamp) {
        self.key_store.state = KeyStoreState::Opening;
        self.key_store.asked_at = Some(now);
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
                self.key_store_changed(command, Err(failure), now);
                Vec::new()
            }
        }
    }

    /// A person who has left the settings meanwhile is told as well.
    pub(super) fn key_store_changed(
        &mut self,
        command: CommandId,
        result: Result<(), Failure>,
        now: Timestamp,
    ) {
        let problem = result.err().map(|failure| self.problem(failure, now));
        self.problems.extend(problem.clone());
        self.finish_with(command, None, problem);
    }

    /// Locks once nothing needs the key: what was just received must be saved first.
    ///
    /// Only a passphrase brings a key back that was forgotten; of other kinds there would be nothing to see.
    pub(super) fn lock_key_store(&mut self, now: Timestamp) -> Vec<Effect> {
        self.idle.is_to_lock = self.can_lock();
        self.lock_if_idle(now)
    }

    /// Locks where it is time to; automatic refreshes are no reason not to.
    pub(super) fn lock_if_idle(&mut self, now: Timestamp) -> Vec<Effect> {
        // A clock that was set back must not keep the key at hand for longer.
        self.idle.used_at = self.idle.used_at.map(|used_at| used_at.min(now));
        if self.lock_at().is_none_or(|at| at > now) {
            return Vec::new();
        }
        self.idle.is_to_lock = false;
        self.key_store.state = KeyStoreState::Unavailable(KeyStoreTrouble::PassphraseNeeded);
        self.set_all_locked(true);
        vec![Effect::LockKeyStore]
    }

    /// When it locks by itself; not while anything is under way that needs the key.
    pub(super) fn lock_at(&self) -> Option<Timestamp> {
        let needs_key = |held: &Held| held.work.is_some() || held.answer == Answer::Unsaved;
        let is_busy =
            self.accounts.values().any(needs_key) || self.flows.values().any(Flow::is_under_way);
        if is_busy || !self.can_lock() {
            return None;
        }
        if self.idle.is_to_lock {
            return Some(Timestamp::MIN);
        }
        let minutes = self.key_store.lock_after?;
        let idle = SignedDuration::from_mins(minutes.into());
        self.idle.used_at?.checked_add(idle).ok()
    }

    fn can_lock(&self) -> bool {
        self.key_store.kind == KeyStoreKind::Passphrase
            && self.key_store.state == KeyStoreState::Open
    }
}

pub(in crate::worker) const fn kind(kind: vault::Kind) -> KeyStoreKind {
    match kind {
        vault::Kind::Keychain => KeyStoreKind::Keychain,
        vault::Kind::Passphrase => KeyStoreKind::Passphrase,
        vault::Kind::Session => KeyStoreKind::Session,
    }
}
