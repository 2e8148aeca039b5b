//! Why there is no answer, sorted by whether something was sent and what a person can do about it.
//!
//! Knows nothing of requests; no error holds an address's query or a header.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

/// What led to an error, as it is handed on.
type Source = Box<dyn StdError + Send + Sync>;

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
        source: Source,
    },
    /// Nothing was sent: by this machine's clock the certificate has expired or is not valid yet. Safe to send again.
    ///
    /// More often than not it is the clock that is wrong.
    #[error("by this machine's clock the certificate of {host} is not valid now")]
    CertificateTime {
        /// Which host.
        host: String,
        /// Why, with both times.
        #[source]
        source: Source,
    },
    /// Nothing was sent: the certificate is of another host, or of an issuer this machine doesn't trust. Safe to send again.
    #[error("the certificate of {host} is not to be trusted")]
    Certificate {
        /// Which host.
        host: String,
        /// Why.
        #[source]
        source: Source,
    },
    /// Nothing was sent: the proxy would not connect us. Safe to send again.
    #[error("the proxy would not connect to {host}")]
    Proxy {
        /// Which host.
        host: String,
        /// Whether it wants to know who we are (407).
        asks: bool,
        /// Why, without the address's query.
        #[source]
        source: Source,
    },
    /// It was sent, or may have been, and no whole answer came.
    #[error("no answer from {host}")]
    NoAnswer {
        /// Which host.
        host: String,
        /// Why, without the address's query.
        #[source]
        source: Source,
    },
    /// The answer was longer than 1 MiB, or its headers than 64 KiB.
    #[error("the answer of {host} is too long")]
    TooLong {
        /// Which host.
        host: String,
    },
}

impl Error {
    /// Sorts the client's own error.
    pub(super) fn sorted(host: &str, error: reqwest::Error) -> Self {
        let host = host.to_owned();
        // A request that could not even be built was certainly not sent.
        let unsent = error.is_connect() || error.is_builder();
        // A certificate is judged before the first byte of the request is encrypted.
        let by_time = certificate_error(&error).filter(|_| unsent).map(is_of_time);
        let refused = proxy_refusal(&error).filter(|_| unsent);
        let source = Box::new(error.without_url());
        if let Some(asks) = refused {
            return Self::Proxy { host, asks, source };
        }
        match (unsent, by_time) {
            (true, Some(true)) => Self::CertificateTime { host, source },
            (true, Some(false)) => Self::Certificate { host, source },
            (true, None) => Self::NotConnected { host, source },
            (false, _) => Self::NoAnswer { host, source },
        }
    }

    /// Which host it is about.
    pub fn host(&self) -> &str {
        match self {
            Self::NotConnected { host, .. }
            | Self::CertificateTime { host, .. }
            | Self::Certificate { host, .. }
            | Self::Proxy { host, .. }
            | Self::NoAnswer { host, .. }
            | Self::TooLong { host } => host,
        }
    }
}

/// Whether a proxy refused to connect, and then whether it wants to know who we are.
///
/// The client's own type for this can't be named from here; its words are those of the version that `Cargo.lock` holds, and a
/// test over a real proxy tells when they change.
fn proxy_refusal(error: &(dyn StdError + 'static)) -> Option<bool> {
    const TUNNEL: &str = "tunnel error: ";
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if let Some(why) = text.strip_prefix(TUNNEL) {
            return Some(why.contains("authorization"));
        }
        cause = error.source();
    }
    None
}

/// The certificate error somewhere below an error, if there is one.
fn certificate_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a CertificateError> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(found)) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an I/O error is that of the error inside it, which would be passed over.
        cause = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

const fn is_of_time(error: &CertificateError) -> bool {
    use CertificateError as E;
    matches!(
        error,
        E::Expired | E::ExpiredContext { .. } | E::NotValidYet | E::NotValidYetContext { .. }
    )
}
