//! Calls that may never return, each on a thread of its own, given up after a while.
//!
//! Knows nothing of what is called.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::vault::Error;

/// How long to wait, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    /// For the key store itself; one that is frozen never answers.
    pub(super) answer: Duration,
    /// For a person whom the key store asks something.
    pub(super) person: Duration,
}

/// Lets one call at a time through, and waits for none longer than the deadline.
#[derive(Debug)]
pub(super) struct Calls {
    deadlines: Deadlines,
    /// Of a call that was given up: disconnected once it has ended after all.
    given_up: Mutex<Option<Receiver<()>>>,
    /// Reaches whoever waits for the call under way.
    waiting: Mutex<Option<SyncSender<Ended>>>,
}

/// Why a wait is over.
enum Ended {
    Returned,
    Canceled,
}

/// Says that a call has returned, also by a panic.
struct Bell(SyncSender<Ended>);

impl Drop for Bell {
    fn drop(&mut self) {
        // Nobody may be listening any more.
        drop(self.0.try_send(Ended::Returned));
    }
}

impl Calls {
    pub(super) const fn new(deadlines: Deadlines) -> Self {
        Self {
            deadlines,
            given_up: Mutex::new(None),
            waiting: Mutex::new(None),
        }
    }

    /// Runs `call`; a result that comes too late is dropped.
    ///
    /// `is_alive` asks the key store something that needs no person: one that answers this, but not the call, is asking a person,
    /// and gets the time a person needs. While a call that was given up still hangs, another one is not begun: it would only hang
    /// as well.
    pub(super) fn run<T: Send + 'static>(
        &self,
        is_alive: impl FnOnce() -> bool + Send + 'static,
        call: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let mut given_up = hold(&self.given_up);
        let answer = self.deadlines.answer;
        if let Some(ended) = given_up.take()
            && ended.recv_timeout(answer) == Err(RecvTimeoutError::Timeout)
        {
            *given_up = Some(ended);
            return Err(Error::NotAnswering);
        }
        let (alive, ended) = sync_channel::<()>(0);
        let (sender, receiver) = sync_channel(1);
        let (bell, rung) = sync_channel(2);
        *hold(&self.waiting) = Some(bell.clone());
        start(move || {
            let _alive = alive;
            let _bell = Bell(bell);
            // Nobody may be listening any more: then the result is dropped, and with it a key.
            drop(sender.send(call()));
        })?;
        let outcome = match self.wait(&rung, is_alive)? {
            Some(Ended::Returned) => receiver.try_recv().map_err(Error::failed)?,
            Some(Ended::Canceled) => Err(Error::Locked("nobody waits for the prompt".into())),
            None => Err(Error::NotAnswering),
        };
        hold(&self.waiting).take();
        // Disconnected at once where the call has returned.
        *given_up = Some(ended);
        outcome
    }

    /// Stops waiting for the call under way, if there is one.
    pub(super) fn give_up(&self) {
        if let Some(bell) = hold(&self.waiting).as_ref() {
            // A full channel has something to tell already.
            drop(bell.try_send(Ended::Canceled));
        }
    }

    /// Waits; in the second half of the time a second question tells a frozen key store from one that asks a person.
    fn wait(
        &self,
        rung: &Receiver<Ended>,
        is_alive: impl FnOnce() -> bool + Send + 'static,
    ) -> Result<Option<Ended>, Error> {
        let Deadlines { answer, person } = self.deadlines;
        let half = answer / 2;
        if let Ok(ended) = rung.recv_timeout(half) {
            return Ok(Some(ended));
        }
        let (answers, answered) = sync_channel(1);
        start(move || {
            // Nobody may be listening any more.
            answers.send(is_alive()).ok();
        })?;
        if let Ok(ended) = rung.recv_timeout(half) {
            return Ok(Some(ended));
        }
        if answered.try_recv() != Ok(true) {
            return Ok(None);
        }
        Ok(rung.recv_timeout(person.saturating_sub(answer)).ok())
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start(work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = thread::Builder::new().name("key-store".to_owned());
    thread.spawn(work).map(drop).map_err(Error::failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds for the key store, and for a person.
    fn calls(answer: u64, person: u64) -> Calls {
        Calls::new(Deadlines {
            answer: Duration::from_millis(answer),
            person: Duration::from_millis(person),
        })
    }

    #[test]
    fn a_call_that_hangs_is_given_up_and_blocks_the_next_until_it_ends() {
        let calls = calls(20, 20);
        let (release, held) = sync_channel::<()>(0);
        let hung = calls.run(|| false, move || Ok(held.recv().is_err()));
        assert!(matches!(hung, Err(Error::NotAnswering)), "{hung:?}");
        let next = calls.run(|| false, || Ok(7));
        assert!(matches!(next, Err(Error::NotAnswering)), "{next:?}");
        drop(release);
        let mut last = calls.run(|| false, || Ok(7));
        // The thread may need a moment to end.
        while matches!(last, Err(Error::NotAnswering)) {
            last = calls.run(|| false, || Ok(7));
        }
        assert!(matches!(last, Ok(7)), "{last:?}");
    }

    #[test]
    fn a_key_store_that_asks_a_person_gets_the_time_a_person_needs() {
        let calls = calls(20, 60_000);
        let (typed, prompt) = sync_channel::<()>(0);
        let (asked, was_asked) = sync_channel::<()>(0);
        let outcome = thread::scope(|scope| {
            // The password is typed only after the key store was found alive.
            scope.spawn(move || {
                was_asked.recv().unwrap();
                typed.send(()).unwrap();
            });
            calls.run(
                move || asked.send(()).is_ok(),
                move || Ok(prompt.recv().is_ok()),
            )
        });
        assert!(matches!(outcome, Ok(true)), "{outcome:?}");
    }

    #[test]
    fn a_wait_for_a_person_can_be_given_up() {
        let calls = calls(20, 60_000);
        let (_typed, prompt) = sync_channel::<()>(0);
        let (asked, was_asked) = sync_channel::<()>(0);
        let outcome = thread::scope(|scope| {
            let calls = &calls;
            scope.spawn(move || {
                was_asked.recv().unwrap();
                calls.give_up();
            });
            calls.run(
                move || asked.send(()).is_ok(),
                move || Ok(prompt.recv().is_ok()),
            )
        });
        assert!(matches!(outcome, Err(Error::Locked(_))), "{outcome:?}");
        // With nobody waiting there is nothing to give up.
        calls.give_up();
    }

    #[test]
    fn a_call_that_panics_is_a_failure() {
        let calls = calls(10_000, 10_000);
        let outcome = calls.run::<()>(|| true, || panic!("on purpose"));
        assert!(matches!(outcome, Err(Error::Failed(_))), "{outcome:?}");
    }
}
