//! Sends one HTTP request and reads one answer.
//!
//! Knows nothing of tokens or providers.

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was sent: name not found, refused, TLS not agreed. Safe to send again.
    #[error("could not connect to {host}")]
    NotConnected {
        /// Which host.
        host: String,
        /// Why, without the address's query.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It was sent, or may have been, and no whole answer came.
    #[error("no answer from {host}")]
    NoAnswer {
        /// Which host.
        host: String,
        /// Why, without the address's query.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer was longer than 1 MiB, or its headers than 64 KiB.
    #[error("the answer of {host} is too long")]
    TooLong {
        /// Which host.
        host: String,
    },
}
