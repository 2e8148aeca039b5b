//! A browser that speaks TLS and trusts one certificate by its fingerprint, as a person told it to, and no other.
//!
//! Knows nothing of the linker's own idea of its certificate: the fingerprint is taken of what comes over the wire.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error,
    SignatureScheme, StreamOwned,
};
use sha2::{Digest as _, Sha256};
use url::Url;

/// What came of loading an address.
pub(crate) enum Visited {
    /// A page, with its status line.
    Page(String),
    /// The browser stopped at the certificate of this fingerprint.
    Refused(String),
    /// Nobody listens.
    Nobody,
}

/// Loads an address, if the certificate there is the trusted one.
pub(crate) fn visit(url: &Url, trusted: Option<&str>) -> Visited {
    let host = url.host_str().unwrap();
    let port = url.port_or_known_default().unwrap();
    if !["127.0.0.1", "[::1]", "localhost"].contains(&host) {
        return Visited::Nobody;
    }
    let Ok(stream) = TcpStream::connect((host.trim_matches(['[', ']']), port)) else {
        return Visited::Nobody;
    };
    let verifier = Arc::new(OnlyThis::new(trusted));
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).unwrap();
    let connection = ClientConnection::new(Arc::new(config(&verifier)), name).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    let target = &url[url::Position::BeforePath..];
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
    let mut page = Vec::new();
    let read = stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.read_to_end(&mut page));
    match read {
        Ok(_) => Visited::Page(String::from_utf8_lossy(&page).into_owned()),
        Err(error) => match verifier.shown.lock().unwrap().take() {
            Some(shown) if trusted != Some(shown.as_str()) => Visited::Refused(shown),
            _ => panic!("the page could not be read: {error}"),
        },
    }
}

fn config(verifier: &Arc<OnlyThis>) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::clone(&verifier.provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(verifier) as _)
        .with_no_client_auth()
}

/// Asks a certificate for nothing but its fingerprint.
#[derive(Debug)]
struct OnlyThis {
    trusted: Option<String>,
    shown: Mutex<Option<String>>,
    provider: Arc<CryptoProvider>,
}

impl OnlyThis {
    fn new(trusted: Option<&str>) -> Self {
        Self {
            trusted: trusted.map(str::to_owned),
            shown: Mutex::default(),
            provider: Arc::new(ring::default_provider()),
        }
    }
}

/// SHA-256 as browsers show it.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = Sha256::digest(certificate);
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

impl ServerCertVerifier for OnlyThis {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = fingerprint(end_entity);
        let is_trusted = self.trusted.as_ref() == Some(&shown);
        *self.shown.lock().unwrap() = Some(shown);
        if is_trusted {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
