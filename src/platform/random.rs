//! Random numbers of the operating system.
//!
//! Knows nothing of what they are used for.

use super::Random;

/// The operating system gave no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random numbers")]
pub struct Error(#[source] pub getrandom::Error);

/// The operating system's own source; nothing is seeded or kept here.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ_and_are_not_empty() {
        let (mut first, mut second) = ([0_u8; 32], [0_u8; 32]);
        SystemRandom.fill(&mut first).unwrap();
        SystemRandom.fill(&mut second).unwrap();
        assert_ne!(first, [0; 32]);
        assert_ne!(first, second);
    }
}
