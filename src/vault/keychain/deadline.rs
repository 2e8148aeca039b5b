//! Calls that may never return, each on a thread of its own, given up after a while.
//!
//! Knows nothing of what is called.

use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::vault::Error;

/// Lets one call at a time through, and waits for none longer than the deadline.
#[derive(Debug)]
pub(super) struct Calls {
    deadline: Duration,
    /// Of a call that was given up: disconnected once it has ended after all.
    given_up: Mutex<Option<Receiver<()>>>,
}

impl Calls {
    pub(super) fn new(deadline: Duration) -> Self {
        Self {
            deadline,
            given_up: Mutex::new(None),
        }
    }

    /// Runs `call`; a result that comes too late is dropped.
    ///
    /// While a call that was given up still hangs, another one is not begun: it would only hang as well.
    pub(super) fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let mut given_up = self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ended) = given_up.take()
            && ended.recv_timeout(self.deadline) == Err(RecvTimeoutError::Timeout)
        {
            *given_up = Some(ended);
            return Err(Error::NotAnswering);
        }
        let (alive, ended) = sync_channel::<()>(0);
        let (sender, receiver) = sync_channel(1);
        thread::Builder::new()
            .name("key-store".to_owned())
            .spawn(move || {
                let _alive = alive;
                // Nobody may be listening any more: then the result is dropped, and with it a key.
                drop(sender.send(call()));
            })
            .map_err(Error::failed)?;
        match receiver.recv_timeout(self.deadline) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => {
                *given_up = Some(ended);
                Err(Error::NotAnswering)
            }
            Err(RecvTimeoutError::Disconnected) => Err(Error::failed("the call ended early")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_hangs_is_given_up_and_blocks_the_next_until_it_ends() {
        let calls = Calls::new(Duration::from_millis(20));
        let (release, held) = sync_channel::<()>(0);
        let hung = calls.run(move || Ok(held.recv().is_err()));
        assert!(matches!(hung, Err(Error::NotAnswering)), "{hung:?}");
        let next = calls.run(|| Ok(7));
        assert!(matches!(next, Err(Error::NotAnswering)), "{next:?}");
        drop(release);
        let mut last = calls.run(|| Ok(7));
        // The thread may need a moment to end.
        while matches!(last, Err(Error::NotAnswering)) {
            last = calls.run(|| Ok(7));
        }
        assert!(matches!(last, Ok(7)), "{last:?}");
    }

    #[test]
    fn a_call_that_panics_is_a_failure() {
        let calls = Calls::new(Duration::from_secs(10));
        let outcome = calls.run::<()>(|| panic!("on purpose"));
        assert!(matches!(outcome, Err(Error::Failed(_))), "{outcome:?}");
    }
}
