//! When an access token ends: the several sayings about it, and which one counts.
//!
//! The only place where `expires_in` becomes an instant. Doesn't know the time: it is handed in.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::TokenResponse;

/// How far `expires` may lie before the figure of `expires_in` and still be believed; beyond that the clocks differ.
const BELIEVABLE: SignedDuration = SignedDuration::from_mins(10);

/// A smaller difference between the clocks is within what a `Date` header can tell.
const NOISE: SignedDuration = SignedDuration::from_secs(2);

/// How it is known when an access token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpirySource {
    /// The answer's `expires_in`, counted from its receipt.
    ExpiresIn,
    /// The answer's `expires`, an instant.
    Expires,
    /// The `exp` of a token that is a JWT.
    JwtExp,
    /// The lifetime that the provider's description states.
    Definition,
    /// It isn't known.
    None,
}

impl TokenResponse {
    /// When the access token ends, and how that is known; `now` is the receipt of the answer.
    ///
    /// Of `expires_in` and `expires` the earlier counts, unless they differ by so much that a clock must be wrong.
    /// Instants that the server names are by its own clock, which is ahead of ours by `clock_offset`, where that is known.
    ///
    /// ```
    /// use jiff::Timestamp;
    /// use linkdesk::oauth::{ExpirySource, TokenNames, TokenResponse};
    ///
    /// let body = br#"{"access_token":"a","expires_in":3600}"#;
    /// let response = TokenResponse::from_json(body, &TokenNames::default()).unwrap();
    /// let (at, source) = response.expiry(Timestamp::UNIX_EPOCH, None, None, None);
    /// assert_eq!(at.unwrap().as_second(), 3600);
    /// assert_eq!(source, ExpirySource::ExpiresIn);
    /// ```
    pub fn expiry(
        &self,
        now: Timestamp,
        clock_offset: Option<SignedDuration>,
        stated_lifetime: Option<Duration>,
        jwt_exp: Option<Timestamp>,
    ) -> (Option<Timestamp>, ExpirySource) {
        let expires_in = self.expires_in.and_then(|lifetime| after(now, lifetime));
        let expires = self
            .expires_at_unix
            .and_then(|second| Timestamp::from_second(second).ok())
            .and_then(|at| by_our_clock(at, clock_offset));
        let jwt_exp = jwt_exp.and_then(|at| by_our_clock(at, clock_offset));
        let answered = match (expires_in, expires.filter(|at| *at > now)) {
            (Some(counted), Some(instant)) if is_believable(instant, counted) => {
                Some((instant, ExpirySource::Expires))
            }
            (Some(counted), _) => Some((counted, ExpirySource::ExpiresIn)),
            (None, Some(instant)) => Some((instant, ExpirySource::Expires)),
            (None, None) => None,
        };
        let of_jwt = || Some((jwt_exp.filter(|at| *at > now)?, ExpirySource::JwtExp));
        let stated = || Some((after(now, stated_lifetime?)?, ExpirySource::Definition));
        match answered.or_else(of_jwt).or_else(stated) {
            Some((at, source)) => (Some(at), source),
            None => (None, ExpirySource::None),
        }
    }
}

/// `None` where the calendar ends before.
fn by_our_clock(theirs: Timestamp, clock_offset: Option<SignedDuration>) -> Option<Timestamp> {
    match clock_offset {
        Some(offset) if offset.abs() >= NOISE => theirs.checked_sub(offset).ok(),
        _ => Some(theirs),
    }
}

fn is_believable(instant: Timestamp, counted: Timestamp) -> bool {
    instant < counted && counted.duration_since(instant) <= BELIEVABLE
}

/// `None` where the calendar ends before.
fn after(now: Timestamp, lifetime: Duration) -> Option<Timestamp> {
    now.checked_add(SignedDuration::try_from(lifetime).ok()?)
        .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::Secret;

    const NOW: i64 = 1_441_735_346;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn answer(expires_in: Option<u64>, expires: Option<i64>) -> TokenResponse {
        TokenResponse {
            expires_in: expires_in.map(Duration::from_secs),
            expires_at_unix: expires,
            ..TokenResponse::bare(Secret::new("a"), None)
        }
    }

    #[test]
    fn every_pair_of_sayings_has_one_outcome() {
        use ExpirySource::{Expires, ExpiresIn, None as Unknown};
        let rows = [
            (Some(3600), None, Some(3600), ExpiresIn),
            (Some(0), None, Some(0), ExpiresIn),
            (Some(3600), Some(3600), Some(3600), ExpiresIn),
            (Some(3600), Some(3599), Some(3599), Expires),
            (Some(3600), Some(3000), Some(3000), Expires),
            (Some(3600), Some(2999), Some(3600), ExpiresIn),
            (Some(3600), Some(9999), Some(3600), ExpiresIn),
            (Some(3600), Some(-5), Some(3600), ExpiresIn),
            (Some(300), Some(-5), Some(300), ExpiresIn),
            (Some(300), Some(0), Some(300), ExpiresIn),
            (None, Some(3600), Some(3600), Expires),
            (None, Some(0), None, Unknown),
            (None, Some(-1), None, Unknown),
            (None, None, None, Unknown),
        ];
        for (expires_in, expires, expected, source) in rows {
            let read = answer(expires_in, expires.map(|offset| NOW + offset)).expiry(
                at(NOW),
                None,
                None,
                None,
            );
            let expected = expected.map(|offset| at(NOW + offset));
            assert_eq!(read, (expected, source), "{expires_in:?} {expires:?}");
        }
    }

    #[test]
    fn a_jwt_is_asked_after_the_answer_and_before_the_definition() {
        let stated = Some(Duration::from_mins(10));
        let told = answer(Some(60), None).expiry(at(NOW), None, stated, Some(at(NOW + 30)));
        assert_eq!(told, (Some(at(NOW + 60)), ExpirySource::ExpiresIn));
        let silent = answer(None, None);
        let jwt = silent.expiry(at(NOW), None, stated, Some(at(NOW + 30)));
        assert_eq!(jwt, (Some(at(NOW + 30)), ExpirySource::JwtExp));
        let past = silent.expiry(at(NOW), None, stated, Some(at(NOW)));
        assert_eq!(past, (Some(at(NOW + 600)), ExpirySource::Definition));
    }

    #[test]
    fn a_lifetime_beyond_the_calendar_is_unknown() {
        let endless = Some(Duration::from_secs(u64::MAX));
        assert_eq!(
            answer(Some(u64::MAX), Some(i64::MAX)).expiry(at(NOW), None, endless, None),
            (None, ExpirySource::None)
        );
    }

    #[test]
    fn a_server_whose_clock_is_off_names_instants_by_its_own_clock() {
        for off in [180, -180, 86_400] {
            let clock = Some(SignedDuration::from_secs(off));
            let both =
                answer(Some(3600), Some(NOW + off + 3590)).expiry(at(NOW), clock, None, None);
            assert_eq!(both, (Some(at(NOW + 3590)), ExpirySource::Expires), "{off}");
            let alone = answer(None, Some(NOW + off + 3590)).expiry(at(NOW), clock, None, None);
            assert_eq!(
                alone,
                (Some(at(NOW + 3590)), ExpirySource::Expires),
                "{off}"
            );
            let jwt_exp = Some(at(NOW + off + 30));
            let jwt = answer(None, None).expiry(at(NOW), clock, None, jwt_exp);
            assert_eq!(jwt, (Some(at(NOW + 30)), ExpirySource::JwtExp), "{off}");
        }
        let noise = Some(SignedDuration::from_millis(-1_400));
        let close = answer(None, Some(NOW + 3600)).expiry(at(NOW), noise, None, None);
        assert_eq!(close, (Some(at(NOW + 3600)), ExpirySource::Expires));
    }

    /// Any second of the calendar.
    fn seconds() -> std::ops::RangeInclusive<i64> {
        Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn ten_thousand_answers_end_after_their_receipt_or_nobody_knows_when(
            received in seconds(),
            expires_in in any::<Option<u64>>(),
            expires in any::<Option<i64>>(),
            clock in any::<Option<i64>>(),
            stated in any::<Option<u64>>(),
            jwt in proptest::option::of(seconds()),
        ) {
            let received = at(received);
            let clock = clock.map(SignedDuration::from_millis);
            let stated = stated.map(Duration::from_secs);
            let (end, source) =
                answer(expires_in, expires).expiry(received, clock, stated, jwt.map(at));
            prop_assert!(end.is_none_or(|end| end >= received));
            prop_assert_eq!(end.is_none(), source == ExpirySource::None);
            let counted = expires_in.and_then(|life| after(received, Duration::from_secs(life)));
            if let (Some(counted), Some(end)) = (counted, end) {
                prop_assert!(end <= counted, "longer than expires_in says");
            }
        }

        #[test]
        fn ten_thousand_ends_near_now_never_precede_the_receipt(
            clock in proptest::option::of(-10_000_000_i64..10_000_000),
            expires_in in any::<Option<u64>>(),
            near in proptest::option::of(-10_000_i64..10_000),
            stated in any::<Option<u64>>(),
            jwt in proptest::option::of(-10_000_i64..10_000),
        ) {
            let response = answer(expires_in, near.map(|offset| NOW + offset));
            let stated = stated.map(Duration::from_secs);
            let clock = clock.map(SignedDuration::from_millis);
            let (end, source) = response.expiry(at(NOW), clock, stated, jwt.map(|offset| at(NOW + offset)));
            prop_assert!(end.is_none_or(|end| end >= at(NOW)));
            prop_assert_eq!(end.is_none(), source == ExpirySource::None);
        }

        #[test]
        fn expires_never_lengthens_what_expires_in_says(lifetime in 0_u64..100_000, offset in -100_000_i64..100_000) {
            let alone = answer(Some(lifetime), None).expiry(at(NOW), None, None, None).0.unwrap();
            let both = answer(Some(lifetime), Some(NOW + offset)).expiry(at(NOW), None, None, None).0.unwrap();
            prop_assert!(both <= alone);
        }
    }
}
