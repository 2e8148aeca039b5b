//! Waiting for something to appear, with a deadline; it doesn't know for what.

use std::time::Duration;

use anyhow::{Result, bail};

/// How often a thing is looked at while it is awaited.
const INTERVAL: Duration = Duration::from_millis(100);

/// Looks until `look` returns something or the deadline has passed; `look` returns what it saw otherwise.
pub fn until<T>(
    what: &str,
    deadline: Duration,
    mut look: impl FnMut() -> Result<Result<T, String>>,
) -> Result<T> {
    let mut waited = Duration::ZERO;
    loop {
        let seen = match look()? {
            Ok(found) => return Ok(found),
            Err(seen) => seen,
        };
        if waited >= deadline {
            bail!(
                "{what}: not within {} s; last seen:\n{seen}",
                deadline.as_secs()
            );
        }
        pause(INTERVAL);
        waited += INTERVAL;
    }
}

/// Lets the real window and the real browser do their work for a moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the tour watches other programs from outside, by the real clock"
)]
pub fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
