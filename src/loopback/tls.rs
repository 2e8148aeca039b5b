//! TLS at the redirection endpoint: the handshake, and what a failed one says about the browser.
//!
//! Knows nothing of HTTP, nor of where the certificate comes from.

use std::io;
use std::sync::Arc;

use rustls::{AlertDescription, ClientConfig, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Stray;

/// How a TLS handshake starts; no HTTP method does.
pub(super) const HANDSHAKE: u8 = 0x16;

/// Both sides of TLS with one certificate.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    /// What the endpoint speaks.
    pub(super) server: Arc<ServerConfig>,
    /// What somebody speaks who trusts nobody but the endpoint.
    pub(super) client: Arc<ClientConfig>,
}

/// Takes the handshake; where it fails, the plain stream is left to be closed, with what to count it as.
pub(super) async fn greet(
    stream: TcpStream,
    config: Arc<ServerConfig>,
) -> Result<TlsStream<TcpStream>, (Stray, TcpStream)> {
    TlsAcceptor::from(config)
        .accept(stream)
        .into_fallible()
        .await
        .map_err(|(error, stream)| {
            let stray = if refuses_certificate(&error) {
                Stray::CertificateRefused
            } else {
                Stray::Malformed
            };
            (stray, stream)
        })
}

/// Whether the other side ended it with one of the alerts about certificates (RFC 8446 §6.2).
///
/// `decrypt_error` is among them: it comes from whoever trusts an earlier certificate of the same name.
pub(super) fn refuses_certificate(error: &io::Error) -> bool {
    use AlertDescription as Alert;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(
        inner,
        Some(rustls::Error::AlertReceived(
            Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
                | Alert::DecryptError
        ))
    )
}
