//! The redirection endpoint (RFC 6749 §3.1.2) on the loopback interface (RFC 8252 §7.3): one port, as many sign-ins as come back to it.
//!
//! The port is bound before any address is built, so that nobody else can hold it when the browser comes back.
//! Anybody on this machine, and any page in the browser, may knock here meanwhile. None of that ends a wait: only a
//! request to the exact redirect URI, navigated to in a window of its own, whose query the caller's judge accepts.
//! What came too late, or comes again, is answered for a while after the last sign-in has gone.
//!
//! Knows nothing of states, codes or issuers: what a query means is the judge's to say.

mod certificate;
mod connection;
mod door;
mod endpoints;
mod listener;
mod register;
mod request;
mod response;
mod self_test;
mod sockets;
#[cfg(test)]
mod tests;
mod tls;

use std::fmt;
use std::io;
use std::net::SocketAddr;

use zeroize::Zeroizing;

pub use certificate::{Certificate, CertificateError};
pub use endpoints::{Loopback, Seat};

/// Why there is no redirection endpoint, or none that a browser would reach.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The redirect URI's host is not this machine.
    #[error("a sign-in can only come back to this machine, not to {host}")]
    NotLoopback {
        /// The host as given.
        host: String,
    },
    /// Another program has the port, or another of our redirect URIs needs it at this moment.
    #[error("port {port} is in use")]
    PortInUse {
        /// Which port.
        port: u16,
        /// What the system said, or that it is ours.
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
    /// An `https` redirect URI was to be opened without a certificate.
    #[error("an https redirect needs a certificate")]
    NoCertificate,
    /// A browser that comes back would not reach us, but nobody or somebody else.
    #[error("{address} does not lead to this program")]
    Unanswered {
        /// Where we knocked.
        address: SocketAddr,
        /// What happened there.
        #[source]
        source: io::Error,
    },
}

/// How a redirect URI begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// As RFC 8252 §7.3 has it.
    Http,
    /// For providers that take nothing else, with a certificate of this installation's own.
    Https,
}

impl Scheme {
    /// The port that is meant where an address names none.
    const fn own_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Where a browser is to come back to: the parts of a loopback redirect URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Plain, or over TLS.
    pub scheme: Scheme,
    /// The host as the URI writes it: `127.0.0.1`, `[::1]`, or `localhost` for both.
    pub host: String,
    /// The port that the provider knows; without one any free port is taken (RFC 8252 §7.3).
    pub port: Option<u16>,
    /// The path, which a request must have byte for byte.
    pub path: String,
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
    /// It spoke TLS where we don't: the browser changed the redirect to `https`.
    Tls,
    /// It spoke plain HTTP where we speak TLS: somebody changed the redirect to `http`.
    PlainHttp,
    /// It would not have our certificate: the browser has not been told to trust it.
    CertificateRefused,
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
    /// No judge knew it: a wrong `state`, a forged error, an attempt of yesterday.
    Unknown,
}

/// The one authorization response that counts.
pub struct Answered {
    /// What the judge said: [`Verdict::Accept`] or [`Verdict::End`].
    pub verdict: Verdict,
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
