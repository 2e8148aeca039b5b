//! What happened to the machine's clocks between two looks at them, and how an end written down before is read afterwards.
//!
//! Pure: readings are handed in. Knows no account by name and asks nobody.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::account::{AccessFacts, ExpirySource};

/// By how much two clocks have to differ before it is told; less is a network's time service at work.
pub(super) const NOTABLE: SignedDuration = SignedDuration::from_secs(60);

/// A shorter sleep leaves connections and timers as they were.
const NOTABLE_SLEEP: SignedDuration = SignedDuration::from_secs(10);

/// What all clocks showed at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// The wall clock, which anybody may set.
    pub wall: Timestamp,
    /// Time that goes on while the machine sleeps.
    pub boot: Duration,
    /// Time that stands still meanwhile.
    pub awake: Duration,
}

/// What happened to the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The machine slept, for so long.
    Slept(SignedDuration),
    /// The wall clock was set, by so much.
    Set(SignedDuration),
}

/// How far apart the clocks are while nothing happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Apart {
    wall: SignedDuration,
    boot: SignedDuration,
}

impl Apart {
    /// As they are now.
    pub(super) fn of(reading: &Reading) -> Self {
        let since = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        let wall = reading.wall.duration_since(Timestamp::UNIX_EPOCH);
        Self {
            wall: wall.saturating_sub(since(reading.boot)),
            boot: since(reading.boot).saturating_sub(since(reading.awake)),
        }
    }

    /// What happened since they were looked at; steps too small to be told add up until they are not.
    pub(super) fn look(&mut self, reading: &Reading) -> Vec<Change> {
        let now = Self::of(reading);
        let slept = now.boot.saturating_sub(self.boot);
        let set = now.wall.saturating_sub(self.wall);
        let mut changes = Vec::new();
        if slept > NOTABLE_SLEEP {
            self.boot = now.boot;
            changes.push(Change::Slept(slept));
        }
        if is_notable(set) {
            self.wall = now.wall;
            changes.push(Change::Set(set));
        }
        changes
    }
}

/// How an instant that was written down is read by the clock as it is now.
///
/// What is left of a life is what was left when it was last looked at, less the time that has passed, whatever the wall
/// clock was set to meanwhile. The record itself stays as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    /// The clock was set by so much since.
    Before(SignedDuration),
    /// By our clock it has not happened yet: one of the two clocks was wrong, and nothing can be said.
    Ahead,
}

impl Receipt {
    /// Of something read from the store, or just received.
    pub(super) fn judged(issued_at: Timestamp, now: Timestamp) -> Self {
        if issued_at.duration_since(now) > NOTABLE {
            Self::Ahead
        } else {
            Self::Before(SignedDuration::ZERO)
        }
    }

    /// After the wall clock was set by `by` and shows `now`.
    pub(super) fn moved(self, by: SignedDuration, issued_at: Timestamp, now: Timestamp) -> Self {
        match self {
            Self::Before(moved) => Self::Before(moved.saturating_add(by)),
            // The clock may have been set right.
            Self::Ahead => Self::judged(issued_at, now),
        }
    }

    /// An end, by the clock as it is now; unknown where the calendar or our knowledge ends.
    pub(super) fn end(self, end: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Self::Before(moved) => end?.checked_add(moved).ok(),
            Self::Ahead => None,
        }
    }

    /// An access token's facts, by the clock as it is now.
    pub(super) fn access(self, facts: &AccessFacts) -> AccessFacts {
        let moved = match self {
            Self::Before(moved) => moved,
            Self::Ahead => SignedDuration::ZERO,
        };
        let issued_at = facts.issued_at.checked_add(moved).ok();
        let expires_at = issued_at.and_then(|_| self.end(facts.expires_at));
        AccessFacts {
            issued_at: issued_at.unwrap_or(facts.issued_at),
            expires_at,
            expiry_source: expires_at.map_or(ExpirySource::None, |_| facts.expiry_source),
            ..facts.clone()
        }
    }
}

/// Whose clock is the likelier one to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// This machine's.
    Ours,
    /// The provider's.
    Theirs,
}

/// Whose clock is wrong where a provider's is ahead of ours by `offset`, as far as the offsets of the others tell.
///
/// Nobody's where they agree. Where nobody else can be asked it is ours: servers are set by the network, people's machines
/// not always.
pub(super) fn whose(
    offset: SignedDuration,
    others: impl IntoIterator<Item = SignedDuration>,
) -> Option<Whose> {
    if !is_notable(offset) {
        return None;
    }
    let (mut agree, mut differ) = (0, 0);
    for other in others {
        if is_notable(other) {
            differ += 1;
        } else {
            agree += 1;
        }
    }
    Some(if agree > differ {
        Whose::Theirs
    } else {
        Whose::Ours
    })
}

fn is_notable(difference: SignedDuration) -> bool {
    difference > NOTABLE || difference < -NOTABLE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reading(wall: i64, boot: u64, awake: u64) -> Reading {
        Reading {
            wall: Timestamp::from_second(wall).unwrap(),
            boot: Duration::from_secs(boot),
            awake: Duration::from_secs(awake),
        }
    }

    const fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn time_that_passes_is_no_change() {
        let mut apart = Apart::of(&reading(1_000, 50, 20));
        assert_eq!(apart.look(&reading(9_000, 8_050, 8_020)), []);
    }

    #[test]
    fn a_sleep_is_told_once_and_is_no_clock_that_was_set() {
        let mut apart = Apart::of(&reading(1_000, 50, 20));
        let woken = reading(4_600, 3_650, 30);
        assert_eq!(apart.look(&woken), [Change::Slept(seconds(3_590))]);
        assert_eq!(apart.look(&woken), []);
    }

    #[test]
    fn a_clock_that_is_set_is_told_with_its_step_and_a_minute_is_not_worth_it() {
        let mut apart = Apart::of(&reading(1_000, 50, 20));
        assert_eq!(apart.look(&reading(1_070, 60, 30)), []);
        let set = apart.look(&reading(4_680, 70, 40));
        assert_eq!(set, [Change::Set(seconds(3_660))]);
        let back = apart.look(&reading(-4_000, 80, 50));
        assert_eq!(back, [Change::Set(seconds(-8_690))]);
    }

    #[test]
    fn both_at_once_are_both_told() {
        let mut apart = Apart::of(&reading(1_000, 50, 20));
        let woken = apart.look(&reading(1_000, 3_650, 20));
        let expected = [Change::Slept(seconds(3_600)), Change::Set(seconds(-3_600))];
        assert_eq!(woken, expected);
    }

    #[test]
    fn the_clock_that_stands_alone_is_wrong() {
        let (off, on) = (seconds(180), seconds(1));
        assert_eq!(whose(on, [off]), None);
        assert_eq!(whose(off, []), Some(Whose::Ours));
        assert_eq!(whose(off, [off]), Some(Whose::Ours));
        assert_eq!(whose(off, [on]), Some(Whose::Theirs));
        assert_eq!(whose(-off, [on, on, off]), Some(Whose::Theirs));
    }

    fn facts(issued_at: Timestamp, expires_at: Option<Timestamp>) -> AccessFacts {
        AccessFacts {
            issued_at,
            expires_at,
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".to_owned(),
            scopes: Vec::new(),
            fingerprint: String::new(),
            form: String::new(),
        }
    }

    /// Any length, and often one that a person may meet.
    fn lengths() -> impl Strategy<Value = i64> {
        prop_oneof![any::<i64>(), -10_000_000_000_i64..10_000_000_000]
    }

    /// Any instant there is.
    fn instants() -> impl Strategy<Value = Timestamp> {
        let all = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
        all.prop_map(|second| Timestamp::from_second(second).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn ten_thousand_readings_never_panic_and_give_back_every_step(
            wall in instants(),
            boot in any::<u64>(),
            awake in any::<u64>(),
            step in -9_000_000_000_i64..9_000_000_000,
            passed in 0_u64..1_000_000,
        ) {
            let mut apart = Apart::of(&Reading {
                wall,
                boot: Duration::from_secs(boot),
                awake: Duration::from_secs(awake),
            });
            let step = SignedDuration::from_secs(step);
            let Ok(later) = wall.checked_add(step) else { return Ok(()) };
            let Ok(later) = later.checked_add(Duration::from_secs(passed)) else { return Ok(()) };
            let changes = apart.look(&Reading {
                wall: later,
                boot: Duration::from_secs(boot.saturating_add(passed)),
                awake: Duration::from_secs(awake.saturating_add(passed)),
            });
            let is_real = boot < u64::MAX / 4 && awake < u64::MAX / 4;
            if is_real && is_notable(step) {
                prop_assert_eq!(changes, [Change::Set(step)]);
            } else if is_real {
                prop_assert_eq!(changes, []);
            }
        }

        #[test]
        fn ten_thousand_lives_are_as_long_after_the_clock_was_set_as_before(
            issued_at in instants(),
            life in lengths(),
            steps in proptest::collection::vec(lengths(), 0..5),
            now in instants(),
        ) {
            let expires_at = issued_at.checked_add(SignedDuration::from_secs(life)).ok();
            let written = facts(issued_at, expires_at);
            let mut receipt = Receipt::judged(issued_at, now);
            let was_ahead = receipt == Receipt::Ahead;
            let mut shows = Some(now);
            for step in steps {
                let step = SignedDuration::from_secs(step);
                // A clock can't be set beyond the calendar.
                let Some(next) = shows.and_then(|now| now.checked_add(step).ok()) else {
                    shows = None;
                    break;
                };
                receipt = receipt.moved(step, issued_at, next);
                shows = Some(next);
            }
            let read = receipt.access(&written);
            let known = read.expires_at.is_some();
            prop_assert!(!known || expires_at.is_some(), "an end out of nothing");
            prop_assert_eq!(known, read.expiry_source != ExpirySource::None);
            if let (Some(end), Some(shows), false) = (read.expires_at, shows, was_ahead) {
                let before = expires_at.unwrap().duration_since(now);
                prop_assert_eq!(end.duration_since(shows), before);
                prop_assert_eq!(read.lifetime(), written.lifetime());
            }
        }
    }
}
