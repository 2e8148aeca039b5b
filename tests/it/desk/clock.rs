//! Clocks that stand still until a story moves them.
//!
//! Knows nothing of what waits for them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linkdesk::platform::{BoxFuture, Clock};
use tokio::sync::watch;

/// Clocks that stand still until a story moves them.
#[derive(Clone, Debug)]
pub(crate) struct TestClock {
    shown: Arc<Mutex<Shown>>,
    /// Time since boot: what timers run on.
    moved: watch::Sender<Duration>,
}

/// What the three clocks show.
#[derive(Clone, Copy, Debug)]
struct Shown {
    wall: Timestamp,
    boot: Duration,
    awake: Duration,
}

impl TestClock {
    /// Begins at a fixed instant.
    pub(crate) fn new() -> Self {
        let shown = Shown {
            wall: "2026-11-20T18:00:00Z".parse().unwrap(),
            boot: Duration::from_secs(5_000),
            awake: Duration::from_secs(1_000),
        };
        Self {
            shown: Arc::new(Mutex::new(shown)),
            moved: watch::Sender::new(shown.boot),
        }
    }

    /// What the wall clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.shown.lock().unwrap().wall
    }

    /// Time passes.
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.change(|shown| {
            shown.wall = shown.wall.checked_add(by).unwrap();
            shown.boot += by.unsigned_abs();
            shown.awake += by.unsigned_abs();
        });
    }

    /// The machine sleeps for so long.
    pub(crate) fn suspend(&self, by: SignedDuration) {
        self.change(|shown| {
            shown.wall = shown.wall.checked_add(by).unwrap();
            shown.boot += by.unsigned_abs();
        });
    }

    /// Somebody sets the wall clock.
    pub(crate) fn set(&self, by: SignedDuration) {
        self.change(|shown| shown.wall = shown.wall.checked_add(by).unwrap());
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        let mut shown = self.shown.lock().unwrap();
        change(&mut shown);
        self.moved.send_replace(shown.boot);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<()> {
        let mut moved = self.moved.subscribe();
        let shown = *self.shown.lock().unwrap();
        let left = Duration::try_from(at.duration_since(shown.wall)).unwrap_or_default();
        let end = shown.boot.saturating_add(left);
        Box::pin(async move {
            // The sender lives as long as the clock; without it nobody is left to wait.
            drop(moved.wait_for(|boot| *boot >= end).await);
        })
    }

    fn elapsed(&self) -> Duration {
        self.shown.lock().unwrap().awake
    }

    fn since_boot(&self) -> Duration {
        self.shown.lock().unwrap().boot
    }
}
