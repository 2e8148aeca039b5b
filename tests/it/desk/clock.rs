//! A clock that stands still until a story moves it.
//!
//! Knows nothing of what waits for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linkdesk::platform::{BoxFuture, Clock};
use tokio::sync::watch;

/// A clock that stands still until a story moves it.
#[derive(Clone, Debug)]
pub struct TestClock {
    now: Arc<Mutex<Timestamp>>,
    moved: watch::Sender<Timestamp>,
}

impl TestClock {
    /// Begins at a fixed instant.
    pub fn new() -> Self {
        let now = "2026-11-20T18:00:00Z".parse().unwrap();
        Self {
            now: Arc::new(Mutex::new(now)),
            moved: watch::Sender::new(now),
        }
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    /// Moves it.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(by).unwrap();
        self.moved.send_replace(*now);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<()> {
        let mut moved = self.moved.subscribe();
        Box::pin(async move {
            // The sender lives as long as the clock; without it nobody is left to wait.
            drop(moved.wait_for(|now| *now >= at).await);
        })
    }

    fn elapsed(&self) -> Duration {
        let now = self.now().as_millisecond();
        Duration::from_millis(u64::try_from(now).unwrap_or(0))
    }
}
