//! Random numbers as the vault needs them: handed in, because a vault may not know the machine it runs on.
//!
//! Knows nothing of where they come from.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Error;

type Fill = dyn Fn(&mut [u8]) -> Result<(), Box<dyn StdError + Send + Sync>> + Send + Sync;

/// Fills bytes with numbers that nobody can guess.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl Random {
    /// Draws from `fill`.
    pub fn new(
        fill: impl Fn(&mut [u8]) -> Result<(), Box<dyn StdError + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(fill))
    }

    /// Draws `N` bytes.
    pub fn bytes<const N: usize>(&self) -> Result<Zeroizing<[u8; N]>, Error> {
        let mut bytes = Zeroizing::new([0; N]);
        (self.0)(bytes.as_mut_slice()).map_err(Error::Random)?;
        Ok(bytes)
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Random")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    static DRAWN: AtomicU8 = AtomicU8::new(1);

    /// Different at every call, which is all that tests need.
    pub(in crate::vault) fn counting() -> Random {
        Random::new(|bytes| {
            let seed = DRAWN.fetch_add(1, Ordering::Relaxed);
            for (place, byte) in (0_u8..).zip(bytes) {
                *byte = seed.wrapping_mul(31).wrapping_add(place.wrapping_mul(7));
            }
            Ok(())
        })
    }

    #[test]
    fn a_machine_without_random_numbers_is_an_error() {
        let random = Random::new(|_| Err("none left".into()));
        assert!(matches!(random.bytes::<4>(), Err(Error::Random(_))));
    }
}
