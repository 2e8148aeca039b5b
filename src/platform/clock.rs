//! What time it is, and timers that notice when the machine slept.
//!
//! Knows nothing of what anybody waits for. The one place where the program may ask for the time.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{BoxFuture, Clock};

/// Timers run on a clock that stands still while the machine sleeps, so the other one is read again at least this often.
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
        let clock = self.clone();
        let left = Duration::try_from(at.duration_since(wall())).unwrap_or_default();
        let end = self.since_boot().saturating_add(left);
        Box::pin(async move {
            while let Some(nap) = next_nap(clock.since_boot(), end) {
                tokio::time::sleep(nap).await;
            }
        })
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_os = "openbsd"))]
    fn since_boot(&self) -> Duration {
        duration(rustix::time::clock_gettime(rustix::time::ClockId::Boottime))
    }

    /// This system's `CLOCK_MONOTONIC` goes on while the machine sleeps; `Instant` reads another.
    #[cfg(target_vendor = "apple")]
    fn since_boot(&self) -> Duration {
        duration(rustix::time::clock_gettime(
            rustix::time::ClockId::Monotonic,
        ))
    }

    /// There is only one such clock here. On Windows it goes on while the machine sleeps. Where it doesn't, waking up looks
    /// like a wall clock that was set forward, and tokens are taken to live longer than they do until they are refused.
    #[cfg(not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "openbsd",
        target_vendor = "apple"
    )))]
    fn since_boot(&self) -> Duration {
        self.elapsed()
    }
}

#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "openbsd",
    target_vendor = "apple"
))]
fn duration(time: rustix::time::Timespec) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

#[expect(clippy::disallowed_methods, reason = "the one lawful place")]
fn wall() -> Timestamp {
    Timestamp::now()
}

/// How long to sleep before the clock is read again; `None` once `end` has come.
fn next_nap(now: Duration, end: Duration) -> Option<Duration> {
    let left = end.saturating_sub(now);
    (!left.is_zero()).then(|| left.clamp(SHORTEST_NAP, LONGEST_NAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(second: u64) -> Duration {
        Duration::from_secs(second)
    }

    #[test]
    fn a_moment_that_has_come_needs_no_nap() {
        assert_eq!(next_nap(at(100), at(100)), None);
        assert_eq!(next_nap(at(101), at(100)), None);
        assert_eq!(next_nap(Duration::MAX, Duration::ZERO), None);
    }

    #[test]
    fn a_far_moment_is_approached_in_naps_of_thirty_seconds() {
        assert_eq!(next_nap(at(0), at(3_600)), Some(Duration::from_secs(30)));
        assert_eq!(next_nap(at(0), at(30)), Some(Duration::from_secs(30)));
        assert_eq!(next_nap(at(0), at(29)), Some(Duration::from_secs(29)));
        assert_eq!(
            next_nap(Duration::ZERO, Duration::MAX),
            Some(Duration::from_secs(30))
        );
    }

    #[test]
    fn the_last_nanosecond_does_not_spin() {
        let nap = next_nap(at(0), Duration::from_nanos(1));
        assert_eq!(nap, Some(SHORTEST_NAP));
    }

    #[tokio::test]
    async fn sleeping_until_a_moment_ends_at_it_and_not_before() {
        let clock = SystemClock::new();
        let begun = clock.since_boot();
        clock
            .sleep_until(clock.now() + Duration::from_millis(20))
            .await;
        assert!(clock.since_boot() >= begun + Duration::from_millis(19));
        assert!(clock.elapsed() >= Duration::from_millis(19));
    }

    #[test]
    fn what_counts_sleep_never_falls_behind_what_does_not() {
        let clock = SystemClock::new();
        let (awake, all) = (clock.elapsed(), clock.since_boot());
        let mut last = all;
        for _ in 0..1_000 {
            // Read first, so that what passes between the two readings only helps.
            let since = clock.elapsed().saturating_sub(awake);
            let now = clock.since_boot();
            assert!(now + Duration::from_millis(1) >= all + since);
            assert!(now >= last);
            last = now;
        }
    }
}
