//! When an account is refreshed by itself.
//!
//! Pure: knows no clock and starts nothing.

use jiff::{SignedDuration, Timestamp};

use crate::account::AccessFacts;

/// The longest lead before the end of an access token.
const LONGEST_LEAD: SignedDuration = SignedDuration::from_secs(90);

/// The first pause after a failed attempt; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// The longest pause between attempts.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// When a refresh is due: ahead of the end by the smaller of 90 s and a fifth of the lifetime.
pub(super) fn due_at(access: &AccessFacts) -> Option<Timestamp> {
    let lead = (access.lifetime()? / 5).min(LONGEST_LEAD);
    access.expires_at?.checked_sub(lead).ok()
}

/// When to try again after `failures` attempts in a row have failed, the last one at `now`.
///
/// `seed` spreads accounts over the last quarter of the pause, so that they don't come all at once.
/// A provider's `Retry-After` is obeyed up to an hour.
pub(super) fn retry_at(
    now: Timestamp,
    failures: u32,
    retry_after: Option<SignedDuration>,
    seed: u64,
) -> Timestamp {
    let doubled = FIRST_PAUSE
        .checked_mul(1_i32 << failures.saturating_sub(1).min(10))
        .unwrap_or(LONGEST_PAUSE)
        .min(LONGEST_PAUSE);
    let asked = retry_after
        .unwrap_or(SignedDuration::ZERO)
        .min(SignedDuration::from_hours(1));
    let pause = doubled.max(asked);
    let spread = pause.as_millis() / 4 * i128::from(seed % 1000) / 1000;
    let spread = SignedDuration::from_millis(i64::try_from(spread).unwrap_or(0));
    now.checked_add(pause)
        .and_then(|at| at.checked_add(spread))
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::ExpirySource;

    fn access(lifetime: i64) -> AccessFacts {
        AccessFacts {
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::from_second(lifetime).ok(),
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
        for (lifetime, due) in [(30, 24), (60, 48), (600, 510), (3600, 3510), (86400, 86310)] {
            let expected = Timestamp::from_second(due).unwrap();
            assert_eq!(due_at(&access(lifetime)), Some(expected), "{lifetime}");
        }
    }

    #[test]
    fn an_unknown_end_is_never_due() {
        let mut unknown = access(60);
        unknown.expires_at = None;
        assert_eq!(due_at(&unknown), None);
    }

    #[test]
    fn retry_after_is_obeyed_up_to_an_hour() {
        let now = Timestamp::UNIX_EPOCH;
        let day = Some(SignedDuration::from_hours(24));
        let at = retry_at(now, 1, day, 0);
        assert_eq!(at.as_second(), 3600);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn a_retry_is_ahead_and_never_later_than_a_quarter_over_the_longest_pause(
            now in -2_000_000_000_i64..9_000_000_000,
            failures in 0_u32..u32::MAX,
            seed in any::<u64>(),
        ) {
            let now = Timestamp::from_second(now).unwrap();
            let pause = retry_at(now, failures, None, seed).duration_since(now);
            prop_assert!(pause >= FIRST_PAUSE);
            prop_assert!(pause <= LONGEST_PAUSE + LONGEST_PAUSE / 4);
        }

        #[test]
        fn a_refresh_is_due_before_the_end(lifetime in 1_i64..10_000_000_000) {
            let access = access(lifetime);
            let due = due_at(&access).unwrap();
            prop_assert!(due <= access.expires_at.unwrap());
            prop_assert!(due >= access.issued_at);
        }
    }
}
