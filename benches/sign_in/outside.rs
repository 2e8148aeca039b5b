//! The endpoint's process seen from outside: started, spoken to as a browser does, asked how it is, ended.
//!
//! Knows nothing of what is sent.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DEFAULT_VERSIONS, DigitallySignedStruct, SignatureScheme,
};
use sha2::{Digest as _, Sha256};

use crate::endpoint::{ARGUMENT, Place, Report};

/// How long the browser that counts waits for its page.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long everybody else waits: what is half a request to us gets no answer for five seconds.
const HURRY: Duration = Duration::from_millis(500);

/// The endpoint's process.
#[derive(Debug)]
pub(crate) struct Outside {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    pub(crate) way: Way,
}

/// How to speak to an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) port: u16,
    tls: Option<Arc<ClientConfig>>,
}

impl Outside {
    /// Starts an endpoint that speaks `http` or `https`.
    pub(crate) fn start(scheme: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([ARGUMENT, scheme])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let place: Place = read(&mut answers);
        Self {
            questions: child.stdin.take(),
            child,
            answers,
            way: Way {
                port: place.port,
                tls: place.fingerprint.map(trust),
            },
        }
    }

    /// How the process is.
    pub(crate) fn report(&mut self) -> Report {
        let questions = self.questions.as_mut().unwrap();
        questions.write_all(b"\n").unwrap();
        read(&mut self.answers)
    }

    /// How it is as soon as it is `so`, or after this long all the same.
    pub(crate) fn report_once(
        &mut self,
        patience: Duration,
        so: impl Fn(&Report) -> bool,
    ) -> Report {
        let begun = Instant::now();
        loop {
            let report = self.report();
            if so(&report) || begun.elapsed() > patience {
                return report;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.questions.take());
        self.child.wait().unwrap();
    }
}

impl Way {
    pub(crate) const fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap()
    }

    /// Sends bytes as they are, and doesn't care what comes back.
    pub(crate) fn send(&self, bytes: &[u8]) {
        exchange(&mut self.patient(HURRY), bytes);
    }

    /// The same within TLS, where that is spoken.
    pub(crate) fn send_inside(&self, bytes: &[u8]) {
        self.converse(bytes, HURRY);
    }

    fn patient(&self, patience: Duration) -> TcpStream {
        let stream = self.connect();
        stream.set_read_timeout(Some(patience)).unwrap();
        stream
    }

    fn converse(&self, bytes: &[u8], patience: Duration) -> String {
        let mut stream = self.patient(patience);
        let Some(config) = &self.tls else {
            return exchange(&mut stream, bytes);
        };
        let name = ServerName::from(std::net::IpAddr::from(Ipv4Addr::LOCALHOST));
        let mut session = ClientConnection::new(Arc::clone(config), name).unwrap();
        exchange(&mut rustls::Stream::new(&mut session, &mut stream), bytes)
    }

    /// A browser that comes back with this query.
    pub(crate) fn come_back(&self, query: &str) -> String {
        let port = self.port;
        let request = format!(
            "GET /callback?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Dest: document\r\n\r\n"
        );
        self.converse(request.as_bytes(), PATIENCE)
    }
}

/// What comes back; whoever closes in the middle has said enough.
fn exchange(stream: &mut (impl Read + Write), bytes: &[u8]) -> String {
    let mut answer = Vec::new();
    if stream.write_all(bytes).is_ok() {
        stream.read_to_end(&mut answer).unwrap_or_default();
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn read<T: serde::de::DeserializeOwned>(answers: &mut BufReader<ChildStdout>) -> T {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

/// Trusts one certificate, by its fingerprint, as a person does who has compared it.
#[derive(Debug)]
struct Compared {
    fingerprint: String,
    provider: Arc<CryptoProvider>,
}

fn trust(fingerprint: String) -> Arc<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let compared = Compared {
        fingerprint,
        provider: Arc::clone(&provider),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(DEFAULT_VERSIONS)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(compared))
        .with_no_client_auth();
    Arc::new(config)
}

impl ServerCertVerifier for Compared {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let pairs = Sha256::digest(certificate).map(|byte| format!("{byte:02X}"));
        if pairs.join(":") == self.fingerprint {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("another certificate".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
