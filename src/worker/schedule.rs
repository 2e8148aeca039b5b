//! When an account is refreshed by itself, and when what failed is tried again.
//!
//! Pure: knows no clock and starts nothing. A `seed` stands for an account or a provider and spreads them over time.

use jiff::{SignedDuration, Timestamp};

use crate::account::AccessFacts;

/// The longest lead before the end of an access token.
const LONGEST_LEAD: SignedDuration = SignedDuration::from_secs(90);

/// A token that lives shorter is refreshed when it is asked for, not over and over by itself.
const SHORTEST_LIFE: SignedDuration = SignedDuration::from_secs(10);

/// The first pause after a failed attempt; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// The longest pause between attempts.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// The longest pause between two looks whether a provider can be reached; with its spread it is half a minute.
const LONGEST_LOOK: SignedDuration = SignedDuration::from_secs(24);

/// How long a provider that refuses our client is left alone: only a person can mend that.
pub(super) const CLIENT_PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// Over how long refreshes are spread of which nobody can tell how urgent they are.
const SPREAD: SignedDuration = SignedDuration::from_mins(5);

/// When a refresh is due: ahead of the end by the smaller of 90 s and a fifth of the lifetime, give or take a tenth of that.
pub(super) fn due_at(access: &AccessFacts, seed: u64) -> Option<Timestamp> {
    let lifetime = access.lifetime()?;
    if lifetime < SHORTEST_LIFE {
        return None;
    }
    let lead = (lifetime / 5).min(LONGEST_LEAD);
    access
        .expires_at?
        .checked_sub(part(lead, 900 + seed % 201))
        .ok()
}

/// When to refresh an account of which nothing can be told any more.
pub(super) fn some_time_after(now: Timestamp, seed: u64) -> Timestamp {
    after(now, part(SPREAD, seed % 1000))
}

/// When to try again after `failures` attempts in a row have failed, the last one at `now`.
///
/// A provider's `Retry-After` is obeyed up to an hour.
pub(super) fn retry_at(
    now: Timestamp,
    failures: u32,
    retry_after: Option<SignedDuration>,
    seed: u64,
) -> Timestamp {
    let asked = retry_after
        .unwrap_or(SignedDuration::ZERO)
        .min(SignedDuration::from_hours(1));
    spread(now, doubled(failures).max(asked), seed)
}

/// When to look again whether a provider can be reached. A look sends nothing, so it may be taken more often.
pub(super) fn look_at(now: Timestamp, failures: u32, seed: u64) -> Timestamp {
    spread(now, doubled(failures).min(LONGEST_LOOK), seed)
}

fn doubled(failures: u32) -> SignedDuration {
    FIRST_PAUSE
        .checked_mul(1_i32 << failures.saturating_sub(1).min(10))
        .unwrap_or(LONGEST_PAUSE)
        .min(LONGEST_PAUSE)
}

/// After the pause and up to a quarter more, so that accounts don't come all at once.
fn spread(now: Timestamp, pause: SignedDuration, seed: u64) -> Timestamp {
    after(after(now, pause), part(pause / 4, seed % 1000))
}

/// So many thousandths of a length.
fn part(length: SignedDuration, thousandths: u64) -> SignedDuration {
    let millis = length.as_millis() * i128::from(thousandths) / 1000;
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or(0))
}

fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::ExpirySource;

    /// The seed without any spread.
    const EVEN: u64 = 100;

    fn access(issued_at: i64, expires_at: Option<i64>) -> AccessFacts {
        AccessFacts {
            issued_at: Timestamp::from_second(issued_at).unwrap(),
            expires_at: expires_at.and_then(|at| Timestamp::from_second(at).ok()),
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".to_owned(),
            scopes: Vec::new(),
            fingerprint: String::new(),
            form: String::new(),
        }
    }

    #[test]
    fn the_lead_is_a_fifth_of_a_short_life_and_90_s_of_a_long_one() {
        let rows = [
            (30, 24),
            (60, 48),
            (600, 510),
            (3600, 3510),
            (86_400, 86_310),
            (315_360_000, 315_359_910),
        ];
        for (lifetime, due) in rows {
            let expected = Timestamp::from_second(due).unwrap();
            let access = access(0, Some(lifetime));
            assert_eq!(due_at(&access, EVEN), Some(expected), "{lifetime}");
        }
    }

    #[test]
    fn accounts_of_one_moment_are_spread_by_a_tenth_of_the_lead() {
        let access = access(0, Some(3600));
        let due = |seed| due_at(&access, seed).unwrap().as_second();
        assert_eq!((due(0), due(200)), (3519, 3501));
        let all: std::collections::BTreeSet<i64> = (0..201).map(due).collect();
        assert!(all.len() > 15, "{all:?}");
    }

    #[test]
    fn an_unknown_end_is_never_due_and_nothing_is_refreshed_over_and_over() {
        assert_eq!(due_at(&access(60, None), EVEN), None);
        for lifetime in [-60, 0, 1, 9] {
            assert_eq!(due_at(&access(0, Some(lifetime)), EVEN), None);
        }
    }

    #[test]
    fn retry_after_is_obeyed_up_to_an_hour() {
        let now = Timestamp::UNIX_EPOCH;
        let day = Some(SignedDuration::from_hours(24));
        let at = retry_at(now, 1, day, 0);
        assert_eq!(at.as_second(), 3600);
    }

    /// Any second there is.
    fn seconds() -> std::ops::RangeInclusive<i64> {
        Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn ten_thousand_retries_are_ahead_and_never_later_than_a_quarter_over_the_longest_pause(
            now in -2_000_000_000_i64..9_000_000_000,
            failures in 0_u32..u32::MAX,
            seed in any::<u64>(),
        ) {
            let now = Timestamp::from_second(now).unwrap();
            let pause = retry_at(now, failures, None, seed).duration_since(now);
            prop_assert!(pause >= FIRST_PAUSE);
            prop_assert!(pause <= LONGEST_PAUSE + LONGEST_PAUSE / 4);
            let look = look_at(now, failures, seed).duration_since(now);
            prop_assert!(look >= FIRST_PAUSE);
            prop_assert!(look <= SignedDuration::from_secs(30));
        }

        #[test]
        fn ten_thousand_pauses_end_with_the_calendar_and_not_in_a_panic(
            now in seconds(),
            failures in any::<u32>(),
            asked in any::<Option<i64>>(),
            seed in any::<u64>(),
        ) {
            let now = Timestamp::from_second(now).unwrap();
            let asked = asked.map(SignedDuration::from_secs);
            prop_assert!(retry_at(now, failures, asked, seed) >= now);
            prop_assert!(look_at(now, failures, seed) >= now);
            prop_assert!(some_time_after(now, seed) >= now);
        }

        #[test]
        fn ten_thousand_refreshes_are_due_within_the_life_and_near_its_end(
            issued_at in seconds(),
            expires_at in proptest::option::of(seconds()),
            seed in any::<u64>(),
        ) {
            let access = access(issued_at, expires_at);
            match (due_at(&access, seed), access.expires_at) {
                (Some(due), Some(end)) => {
                    prop_assert!(due <= end);
                    prop_assert!(due >= access.issued_at);
                    let lead = end.duration_since(due);
                    prop_assert!(lead <= LONGEST_LEAD + LONGEST_LEAD / 10);
                }
                (Some(_), None) => prop_assert!(false, "due without an end"),
                (None, Some(_)) => prop_assert!(access.lifetime().unwrap() < SHORTEST_LIFE),
                (None, None) => {}
            }
        }
    }
}
