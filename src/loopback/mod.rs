//! The redirection endpoint (RFC 6749 §3.1.2) on the loopback interface (RFC 8252 §7.3): one port, one sign-in, one answer.
//!
//! The port is bound before any address is built, so that nobody else can hold it when the browser comes back.
//! Anybody on this machine, and any page in the browser, may knock here meanwhile. None of that ends the wait: only a
//! request to the exact redirect URI, navigated to in a window of its own, whose query the caller's judge accepts.
//!
//! Knows nothing of states, codes or issuers: what a query means is the judge's to say.

mod connection;
mod listener;
mod request;
mod response;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;

use zeroize::Zeroizing;

pub use listener::{Farewell, Listener};

/// Why there is no redirection endpoint.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The redirect URI's host is not this machine.
    #[error("a sign-in can only come back to this machine, not to {host}")]
    NotLoopback {
        /// The host as given.
        host: String,
    },
    /// Another program has the port.
    #[error("another program uses port {port}")]
    PortInUse {
        /// Which port.
        port: u16,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system gives this port to nobody, or not to us.
    #[error("the system does not allow port {port}")]
    PortForbidden {
        /// Which port.
        port: u16,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There is no port to be had.
    #[error("no port on the loopback interface could be opened")]
    NotBound(#[source] io::Error),
}

/// What the judge says about the query of one authorization response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It belongs to this sign-in and goes on from here.
    Accept,
    /// It belongs to this sign-in and ends it: denied, or failed at the provider.
    End,
    /// It doesn't belong to this sign-in, whoever sent it.
    KeepWaiting,
}

/// A connection that brought nothing; counted, never shown with what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stray {
    /// It spoke TLS: the browser changed the redirect to `https`.
    Tls,
    /// It spoke HTTP/2.
    Http2,
    /// It was not HTTP, or not whole, or not clear.
    Malformed,
    /// It was longer than any browser's.
    TooLong,
    /// It said nothing, or not all of it in time.
    Silent,
    /// It gave up its place to a newer one.
    Crowded,
    /// It used another method than GET.
    Method,
    /// It was meant for another host: a name that somebody points at this machine (DNS rebinding).
    Host,
    /// It asked for something else, such as an icon.
    Path,
    /// It was a picture, a frame or a script's request in some page, or fetched ahead.
    Embedded,
    /// The judge didn't know it: a wrong `state`, a forged error, an attempt of yesterday.
    Unknown,
}

/// The one authorization response that counts.
pub struct Answered {
    /// What the judge said: [`Verdict::Accept`] or [`Verdict::End`].
    pub verdict: Verdict,
    /// What else is to be sent to browsers; dropping it closes their connections at once.
    pub farewell: Farewell,
    query: Zeroizing<String>,
}

impl Answered {
    /// The query of the redirect URI as it came, without the question mark. It holds the code.
    pub fn query(&self) -> &str {
        &self.query
    }
}

impl fmt::Debug for Answered {
    /// Leaves the query out: it holds the code.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answered")
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}
