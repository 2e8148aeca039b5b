//! Instants and durations in words: ages, clock times in a zone, how long something took.
//!
//! Knows nothing of accounts. The zone is handed in, so the same instant reads the same in every test.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

/// Words that hold until an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticking {
    /// The words.
    pub words: String,
    /// The first instant at which they are others; `None` when they never change.
    pub changes_at: Option<Timestamp>,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// How long ago `at` was: "19 s ago", "4 min ago", "3 h ago", "2 d ago".
pub fn ago(now: Timestamp, at: Timestamp) -> Ticking {
    let age = now.duration_since(at).as_secs();
    if age < 1 {
        return Ticking {
            words: "just now".into(),
            changes_at: after(at, 1),
        };
    }
    let (unit, name) = match age {
        ..MINUTE => (1, "s"),
        MINUTE..HOUR => (MINUTE, "min"),
        HOUR..DAY => (HOUR, "h"),
        DAY.. => (DAY, "d"),
    };
    let count = age / unit;
    Ticking {
        words: format!("{count} {name} ago"),
        changes_at: after(at, (count + 1) * unit),
    }
}

/// The time left until `at`, as "4:37"; zero once it is past.
pub fn left(now: Timestamp, at: Timestamp) -> Ticking {
    let seconds = seconds_left(now, at);
    Ticking {
        words: format!("{}:{:02}", seconds / MINUTE, seconds % MINUTE),
        changes_at: (seconds > 0).then(|| after(at, 1 - seconds)).flatten(),
    }
}

/// Whole seconds until `at`, rounded up, so that zero means it is past.
pub fn seconds_left(now: Timestamp, at: Timestamp) -> i64 {
    let left = at.duration_since(now);
    let whole = left.as_secs() + i64::from(left.subsec_nanos() > 0);
    whole.max(0)
}

fn after(at: Timestamp, seconds: i64) -> Option<Timestamp> {
    at.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// A figure of seconds for a countdown: "23:41:07", "08:12", "3 d 04:12:07".
pub fn figure(seconds: i64, with_hours: bool) -> String {
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let (hours, minutes, seconds) = (rest / HOUR, rest % HOUR / MINUTE, rest % MINUTE);
    if days > 0 {
        format!("{days} d {hours:02}:{minutes:02}:{seconds:02}")
    } else if with_hours || hours > 0 {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// The same figure as a screen reader should say it: "23 h 41 min 7 s".
pub fn spoken(seconds: i64) -> String {
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let parts = [
        (days, "d"),
        (rest / HOUR, "h"),
        (rest % HOUR / MINUTE, "min"),
        (rest % MINUTE, "s"),
    ];
    let mut words: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() {
        words.push("0 s".into());
    }
    words.join(" ")
}

/// A length of time in its largest whole unit: "24 h", "10 min", "90 s".
pub fn span(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let whole = |unit: i64| seconds >= unit && seconds % unit == 0;
    if whole(DAY) && seconds > DAY {
        format!("{} d", seconds / DAY)
    } else if whole(HOUR) {
        format!("{} h", seconds / HOUR)
    } else if whole(MINUTE) {
        format!("{} min", seconds / MINUTE)
    } else {
        spoken(seconds)
    }
}

/// How long something took: "118 ms", "1.2 s", "23 s".
pub fn took(length: SignedDuration) -> String {
    let milliseconds = length.as_millis().max(0);
    match milliseconds {
        ..1_000 => format!("{milliseconds} ms"),
        1_000..10_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} s", milliseconds / 1_000),
    }
}

/// A clock's offset in words: "+0.4 s", "−12.0 s".
pub fn offset(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { '−' } else { '+' };
    let size = milliseconds.unsigned_abs();
    format!("{sign}{}.{} s", size / 1_000, size % 1_000 / 100)
}

/// A length of time in its largest unit, rounded: "1 h", "3 min", "10 y".
pub fn roughly(length: SignedDuration) -> String {
    let seconds = length.as_secs().saturating_abs();
    let (unit, name) = match seconds {
        ..MINUTE => (1, "s"),
        MINUTE..HOUR => (MINUTE, "min"),
        HOUR..DAY => (HOUR, "h"),
        DAY..YEAR => (DAY, "d"),
        YEAR.. => (YEAR, "y"),
    };
    let count = seconds.saturating_add(unit / 2) / unit;
    format!("{count} {name}")
}

/// Another clock's offset in words, as the end of a sentence: "3 min ahead of yours".
pub fn against_ours(seconds: i64) -> String {
    let size = roughly(SignedDuration::from_secs(seconds));
    let way = if seconds < 0 { "behind" } else { "ahead of" };
    format!("{size} {way} yours")
}

/// A provider's clock against ours, with words where anybody would notice: "+0.4 s", "+182.0 s, 3 min ahead of yours".
pub fn offset_in_words(milliseconds: i64) -> String {
    let figure = offset(milliseconds);
    let seconds = milliseconds / 1_000;
    if seconds.abs() < MINUTE {
        figure
    } else {
        format!("{figure}, {}", against_ours(seconds))
    }
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Zoned {
    at.to_zoned(zone.clone())
}

/// The wall clock: "18:02:44".
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%H:%M:%S").to_string()
}

/// The wall clock without seconds: "18:02".
pub fn short_clock(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%H:%M").to_string()
}

/// Date, wall clock and offset: "2026-11-21 18:02:44 +01:00".
pub fn full(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone)
        .strftime("%Y-%m-%d %H:%M:%S %:z")
        .to_string()
}

/// The day as a person says it, and the wall clock: "tomorrow, 18:02:44", "Fri 20 Nov, 18:02:44".
pub fn day_and_clock(now: Timestamp, at: Timestamp, zone: &TimeZone) -> String {
    let then = zoned(at, zone);
    let today = zoned(now, zone).date();
    let day = if then.date() == today {
        "today".into()
    } else if today.tomorrow().is_ok_and(|day| day == then.date()) {
        "tomorrow".into()
    } else if today.yesterday().is_ok_and(|day| day == then.date()) {
        "yesterday".into()
    } else if then.year() == today.year() {
        then.strftime("%a %-d %b").to_string()
    } else {
        then.strftime("%a %-d %b %Y").to_string()
    };
    format!("{day}, {}", then.strftime("%H:%M:%S"))
}

/// The wall clock without seconds, and the day where it is not today's: "18:02", "20 Nov, 18:02".
pub fn short_day(now: Timestamp, at: Timestamp, zone: &TimeZone) -> String {
    let then = zoned(at, zone);
    let clock = then.strftime("%H:%M");
    if then.date() == zoned(now, zone).date() {
        return clock.to_string();
    }
    format!("{}, {clock}", then.strftime("%-d %b"))
}

/// The next midnight in the zone, when "today" and "tomorrow" become wrong.
pub fn next_midnight(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let tomorrow = zoned(now, zone).date().tomorrow().ok()?;
    let midnight = tomorrow.to_zoned(zone.clone()).ok()?;
    Some(midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn lengths_read_as_people_say_them() {
        let cases = [
            (86_400, "24 h"),
            (600, "10 min"),
            (90, "1 min 30 s"),
            (172_800, "2 d"),
            (0, "0 s"),
        ];
        for (seconds, words) in cases {
            assert_eq!(span(SignedDuration::from_secs(seconds)), words);
        }
        assert_eq!(took(SignedDuration::from_millis(118)), "118 ms");
        assert_eq!(took(SignedDuration::from_millis(1_240)), "1.2 s");
        assert_eq!(offset(-12_340), "−12.3 s");
        assert_eq!(roughly(SignedDuration::from_secs(3_570)), "60 min");
        assert_eq!(roughly(SignedDuration::from_secs(-3_650)), "1 h");
        assert_eq!(roughly(SignedDuration::MIN), "292471208677 y");
        assert_eq!(against_ours(182), "3 min ahead of yours");
        assert_eq!(offset_in_words(400), "+0.4 s");
        assert_eq!(offset_in_words(-182_000), "−182.0 s, 3 min behind yours");
    }

    #[test]
    fn days_are_named_from_the_zone_not_from_utc() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let now = at("2026-11-20T22:30:00Z");
        assert_eq!(
            day_and_clock(now, at("2026-11-20T23:10:00Z"), &zone),
            "tomorrow, 00:10:00"
        );
        assert_eq!(
            day_and_clock(now, at("2026-11-27T12:00:00Z"), &zone),
            "Fri 27 Nov, 13:00:00"
        );
        assert_eq!(next_midnight(now, &zone), Some(at("2026-11-20T23:00:00Z")));
        assert_eq!(full(now, &zone), "2026-11-20 23:30:00 +01:00");
    }

    proptest! {
        #[test]
        fn an_age_changes_exactly_when_promised(millis in 0_i64..400_000_000) {
            let then = at("2026-11-20T18:00:00Z");
            let now = then + SignedDuration::from_millis(millis);
            let words = ago(now, then);
            let change = words.changes_at.unwrap();
            prop_assert!(change > now);
            prop_assert_eq!(&ago(change - SignedDuration::from_nanos(1), then).words, &words.words);
            prop_assert_ne!(&ago(change, then).words, &words.words);
        }

        #[test]
        fn time_left_changes_exactly_when_promised(millis in 1_i64..400_000) {
            let deadline = at("2026-11-20T18:00:00Z");
            let now = deadline - SignedDuration::from_millis(millis);
            let words = left(now, deadline);
            let change = words.changes_at.unwrap();
            prop_assert!(change > now);
            prop_assert_eq!(&left(change - SignedDuration::from_nanos(1), deadline).words, &words.words);
            prop_assert_ne!(&left(change, deadline).words, &words.words);
        }
    }
}
