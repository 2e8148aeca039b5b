//! Sleeps until the worker, its outlet or a reader of standard input has something new.
//!
//! A counter under a condition variable: nothing polls, and a wake between looking and sleeping is not lost.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::bridge::Waker;

/// What a command sleeps on; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Wait(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    wakes: Mutex<u64>,
    woken: Condvar,
}

/// Wakes once more when it goes away: with the worker's end of the bridge goes its waker, and nobody may sleep on.
#[derive(Debug)]
struct Alarm(Wait);

impl Wait {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The waker for the worker's end of the bridge; give it away whole, so that its end is noticed.
    pub fn waker(&self) -> Waker {
        let alarm = Alarm(self.clone());
        Arc::new(move || alarm.ring())
    }

    /// Something has happened.
    pub fn wake(&self) {
        let mut wakes = self.0.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        *wakes = wakes.wrapping_add(1);
        drop(wakes);
        self.0.woken.notify_all();
    }

    /// What has happened so far, to be handed to [`Self::past`] after looking.
    pub(super) fn seen(&self) -> u64 {
        *self.0.wakes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until something has happened since `seen`.
    pub(super) fn past(&self, seen: u64) {
        let wakes = self.0.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = |wakes: &mut u64| *wakes == seen;
        drop(
            self.0
                .woken
                .wait_while(wakes, unchanged)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

impl Alarm {
    fn ring(&self) {
        self.0.wake();
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.ring();
    }
}
