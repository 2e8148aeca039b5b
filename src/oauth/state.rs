//! `state`, which binds the answer to the attempt that asked ([RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)).
//!
//! Doesn't know where its random bytes come from, nor how long an attempt lasts.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::Secret;

/// The value that has to come back with the answer; 256 bits, so that it can't be guessed.
///
/// ```
/// use linkdesk::oauth::State;
///
/// let state = State::from_random([7; 32]);
/// assert_eq!(state.as_str().len(), 43);
/// assert!(state.matches(&state.as_str().to_owned()));
/// assert!(!state.matches("another"));
/// ```
#[derive(Clone)]
pub struct State(Secret);

impl State {
    /// Writes the bytes as text that needs no escaping in an address.
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(random)))
    }

    /// The text for the address.
    pub fn as_str(&self) -> &str {
        self.0.expose()
    }

    /// Whether an answer carries this state; takes the same time wherever the difference is.
    pub fn matches(&self, answered: &str) -> bool {
        self.0 == Secret::new(answered)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("State(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_bytes_are_different_states() {
        let first = State::from_random([1; 32]);
        let second = State::from_random([2; 32]);
        assert!(!first.matches(second.as_str()));
    }

    #[test]
    fn a_part_of_the_state_does_not_match() {
        let state = State::from_random([0xff; 32]);
        assert!(!state.matches(state.as_str().get(..42).unwrap()));
        assert!(!state.matches(""));
    }

    #[test]
    fn debug_hides_the_state() {
        let state = State::from_random([1; 32]);
        assert_eq!(format!("{state:?}"), "State(…)");
    }
}
