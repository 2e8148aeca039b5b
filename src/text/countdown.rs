//! What is left of a token's life, in words and as a figure, with the instant at which both change.
//!
//! Knows nothing of painting: whoever shows it asks to be woken at `changes_at`.

use jiff::{SignedDuration, Timestamp};

use super::time;
use crate::bridge::{AccessCard, RefreshCard};

/// What is left of a life.
#[derive(Clone, Debug, PartialEq)]
pub struct Countdown {
    /// Starts with "Expires in ", "Expired " or "No expiry known"; meant to be read aloud.
    pub words: String,
    /// The short form: "23:41:07", "08:12", "Expired", "Not known".
    pub figure: String,
    /// The part of the life that is left, where both ends are known.
    pub fraction: Option<f32>,
    /// The first instant at which words or figure are others; `None` when they never change.
    pub changes_at: Option<Timestamp>,
}

/// The access token's countdown.
pub fn access_countdown(now: Timestamp, access: &AccessCard) -> Countdown {
    countdown(now, access.expires_at, access.lifetime())
}

/// The refresh token's countdown; `linked_at` stands in where nobody wrote down when it came.
pub fn refresh_countdown(now: Timestamp, refresh: &RefreshCard, linked_at: Timestamp) -> Countdown {
    let from = refresh.issued_at.unwrap_or(linked_at);
    let lifetime = refresh.expires_at.map(|end| end.duration_since(from));
    countdown(now, refresh.expires_at, lifetime)
}

/// The countdown to any end.
///
/// ```
/// use linkdesk::text::countdown;
/// let now: jiff::Timestamp = "2026-11-20T18:00:00Z".parse()?;
/// let end: jiff::Timestamp = "2026-11-20T18:08:12Z".parse()?;
/// let shown = countdown(now, Some(end), None);
/// assert_eq!(shown.words, "Expires in 8 min 12 s");
/// assert_eq!(shown.figure, "08:12");
/// assert_eq!(shown.changes_at, Some("2026-11-20T18:00:01Z".parse()?));
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn countdown(
    now: Timestamp,
    expires_at: Option<Timestamp>,
    lifetime: Option<SignedDuration>,
) -> Countdown {
    let Some(expires_at) = expires_at else {
        return Countdown {
            words: "No expiry known".into(),
            figure: "Not known".into(),
            fraction: None,
            changes_at: None,
        };
    };
    let seconds = time::seconds_left(now, expires_at);
    if seconds == 0 {
        let age = time::ago(now, expires_at);
        return Countdown {
            words: format!("Expired {}", age.words),
            figure: "Expired".into(),
            fraction: Some(0.0),
            changes_at: age.changes_at,
        };
    }
    let with_hours = lifetime.is_some_and(|lifetime| lifetime >= SignedDuration::from_hours(1));
    Countdown {
        words: format!("Expires in {}", time::spoken(seconds)),
        figure: time::figure(seconds, with_hours),
        fraction: lifetime.and_then(|lifetime| fraction(expires_at.duration_since(now), lifetime)),
        changes_at: expires_at
            .checked_sub(SignedDuration::from_secs(seconds - 1))
            .ok(),
    }
}

fn fraction(left: SignedDuration, lifetime: SignedDuration) -> Option<f32> {
    (lifetime > SignedDuration::ZERO)
        .then(|| (left.as_secs_f32() / lifetime.as_secs_f32()).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn end() -> Timestamp {
        "2026-11-20T18:00:00Z".parse().unwrap()
    }

    fn before(seconds: i64) -> Timestamp {
        end() - SignedDuration::from_secs(seconds)
    }

    #[test]
    fn figures_show_hours_where_the_life_has_hours() {
        let day = Some(SignedDuration::from_hours(24));
        let minutes = Some(SignedDuration::from_mins(10));
        let figure = |seconds, life| countdown(before(seconds), Some(end()), life).figure;
        assert_eq!(figure(85_267, day), "23:41:07");
        assert_eq!(figure(252, day), "00:04:12");
        assert_eq!(figure(492, minutes), "08:12");
        assert_eq!(figure(274_327, day), "3 d 04:12:07");
    }

    #[test]
    fn the_last_moment_still_counts_and_the_end_does_not() {
        let just_before = end() - SignedDuration::from_nanos(1);
        assert_eq!(
            countdown(just_before, Some(end()), None).words,
            "Expires in 1 s"
        );
        assert_eq!(
            countdown(end(), Some(end()), None).words,
            "Expired just now"
        );
    }

    #[test]
    fn ten_years_and_thirty_seconds_read_well() {
        let shown = |seconds| countdown(before(seconds), Some(end()), None);
        assert_eq!(shown(315_360_000).words, "Expires in 3650 d");
        assert_eq!(shown(315_360_000).figure, "3650 d 00:00:00");
        assert_eq!(shown(30).words, "Expires in 30 s");
        let longest = countdown(Timestamp::MIN, Some(Timestamp::MAX), None);
        assert!(
            longest.words.starts_with("Expires in 7304"),
            "{}",
            longest.words
        );
        let past = countdown(Timestamp::MAX, Some(Timestamp::MIN), None);
        assert!(past.words.starts_with("Expired 7304"), "{}", past.words);
    }

    #[test]
    fn an_unknown_end_never_changes() {
        let shown = countdown(end(), None, None);
        assert_eq!(shown.words, "No expiry known");
        assert_eq!(shown.changes_at, None);
    }

    proptest! {
        #[test]
        fn words_change_exactly_when_promised(millis in -200_000_000_i64..200_000_000) {
            let now = end() + SignedDuration::from_millis(millis);
            let shown = countdown(now, Some(end()), None);
            let change = shown.changes_at.unwrap();
            prop_assert!(change > now);
            let last = countdown(change - SignedDuration::from_nanos(1), Some(end()), None);
            prop_assert_eq!(&last.words, &shown.words);
            prop_assert_eq!(&last.figure, &shown.figure);
            prop_assert_ne!(&countdown(change, Some(end()), None).words, &shown.words);
        }
    }
}
