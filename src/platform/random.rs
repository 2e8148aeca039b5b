//! Random numbers of the operating system.
//!
//! Knows nothing of what they are used for.

/// The operating system gave no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random numbers")]
pub struct Error(#[source] pub getrandom::Error);
