//! Opens the system browser.
//!
//! Knows nothing of what the address means.

/// Why no browser was opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is neither https nor http on a loopback address.
    #[error("the address is not one a browser may be sent to")]
    UnfitAddress,
    /// No launcher could be started.
    #[error("no browser could be started")]
    NotStarted(#[source] std::io::Error),
}
