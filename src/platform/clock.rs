//! What time it is, and timers that notice when the machine slept or its clock was set.
//!
//! Knows nothing of what anybody waits for. The one place where the program may ask for the time.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{BoxFuture, Clock};

/// Timers run on a clock that stands still while the machine sleeps, so the wall clock is read again at least this often.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// A timer may fire a little early; asking again at once would spin.
const SHORTEST_NAP: Duration = Duration::from_millis(1);

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose [`Clock::elapsed`] counts from now.
    #[expect(clippy::disallowed_methods, reason = "the one lawful place")]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<()> {
        Box::pin(async move {
            while let Some(nap) = next_nap(wall(), at) {
                tokio::time::sleep(nap).await;
            }
        })
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one lawful place")]
fn wall() -> Timestamp {
    Timestamp::now()
}

/// How long to sleep before the wall clock is read again; `None` once `at` has come.
fn next_nap(now: Timestamp, at: Timestamp) -> Option<Duration> {
    let left = Duration::try_from(at.duration_since(now)).ok()?;
    (!left.is_zero()).then(|| left.clamp(SHORTEST_NAP, LONGEST_NAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_moment_that_has_come_needs_no_nap() {
        assert_eq!(next_nap(at(100), at(100)), None);
        assert_eq!(next_nap(at(101), at(100)), None);
        assert_eq!(next_nap(Timestamp::MAX, Timestamp::MIN), None);
    }

    #[test]
    fn a_far_moment_is_approached_in_naps_of_thirty_seconds() {
        assert_eq!(next_nap(at(0), at(3_600)), Some(Duration::from_secs(30)));
        assert_eq!(next_nap(at(0), at(30)), Some(Duration::from_secs(30)));
        assert_eq!(next_nap(at(0), at(29)), Some(Duration::from_secs(29)));
        assert_eq!(
            next_nap(Timestamp::MIN, Timestamp::MAX),
            Some(Duration::from_secs(30))
        );
    }

    #[test]
    fn the_last_nanosecond_does_not_spin() {
        let nap = next_nap(at(0), Timestamp::from_nanosecond(1).unwrap());
        assert_eq!(nap, Some(SHORTEST_NAP));
    }

    #[tokio::test]
    async fn sleeping_until_a_moment_ends_at_it_and_not_before() {
        let clock = SystemClock::new();
        let soon = clock.now() + Duration::from_millis(20);
        clock.sleep_until(soon).await;
        assert!(clock.now() >= soon);
        assert!(clock.elapsed() >= Duration::from_millis(19));
    }
}
