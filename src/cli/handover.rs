//! Where the worker's outlet leaves what can't come through a snapshot: the authorization address and the access token.
//!
//! Prints nothing itself: whoever waits picks it up and prints, so that one thread writes and a full pipe never holds up the worker.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Wait;
use crate::secret::Secret;

/// What the worker's outlet calls; clones share it.
#[derive(Clone, Debug)]
pub struct Handover {
    left: Arc<Mutex<Left>>,
    wait: Wait,
}

#[derive(Debug, Default)]
struct Left {
    addresses: VecDeque<Address>,
    token: Option<Secret>,
}

/// An authorization address; one of the providers wants a secret in it.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) url: Secret,
    pub(super) redirect_uri: String,
}

impl Handover {
    /// Nothing is left yet; `wait` is what the command sleeps on.
    pub fn new(wait: &Wait) -> Self {
        Self {
            left: Arc::default(),
            wait: wait.clone(),
        }
    }

    /// The authorization address of an attempt is ready.
    pub fn address_ready(&self, url: &str, redirect_uri: &str) {
        self.leave(|left| {
            left.addresses.push_back(Address {
                url: Secret::new(url),
                redirect_uri: redirect_uri.to_owned(),
            });
        });
    }

    /// An access token was asked for and is handed out.
    pub fn hand_out(&self, token: &str) {
        self.leave(|left| left.token = Some(Secret::new(token)));
    }

    pub(super) fn take_address(&self) -> Option<Address> {
        self.with(|left| left.addresses.pop_front())
    }

    pub(super) fn take_token(&self) -> Option<Secret> {
        self.with(|left| left.token.take())
    }

    fn leave(&self, put: impl FnOnce(&mut Left)) {
        self.with(put);
        self.wait.wake();
    }

    fn with<T>(&self, touch: impl FnOnce(&mut Left) -> T) -> T {
        touch(&mut self.left.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
