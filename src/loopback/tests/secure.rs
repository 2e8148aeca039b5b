//! The endpoint over TLS: with browsers that trust the certificate, that don't, and that speak something else.
//!
//! Knows nothing of how the certificate is made.

use rustls::pki_types::ServerName;
use rustls::{AlertDescription, ClientConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;

#[expect(clippy::disallowed_methods, reason = "rustls asks the same clock")]
fn certificate() -> Certificate {
    Certificate::make(jiff::Timestamp::now()).unwrap()
}

fn secure(host: &str, port: Option<u16>) -> Address {
    Address {
        scheme: Scheme::Https,
        host: host.to_owned(),
        ..at(port)
    }
}

/// A sign-in that waits over TLS, with whom it can be reached.
struct Secure {
    waiting: Waiting,
    client: Arc<ClientConfig>,
}

impl Secure {
    async fn start() -> Self {
        Self::at(&Loopback::default(), "127.0.0.1").await
    }

    async fn at(loopback: &Loopback, host: &str) -> Self {
        let certificate = certificate();
        let address = secure(host, None);
        let seat = loopback.open(&address, Some(&certificate)).await.unwrap();
        Self {
            waiting: Waiting::with(loopback, seat, "right"),
            client: Arc::clone(&certificate.tls().client),
        }
    }

    async fn connect_as(&self, client: &Arc<ClientConfig>) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = self.waiting.connect().await;
        TlsConnector::from(Arc::clone(client))
            .connect(name, stream)
            .await
    }

    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect_as(&self.client).await.unwrap();
        stream.write_all(bytes.as_ref()).await.unwrap();
        read_all(&mut stream).await
    }

    /// The right redirect comes last and is taken, whatever came before.
    async fn finish(self) -> Vec<Stray> {
        let page = self.send(self.waiting.redirect(RIGHT)).await;
        assert_eq!(page, page_of(Verdict::Accept));
        let strays = Arc::clone(&self.waiting.strays);
        assert_eq!(self.waiting.answered().await.query(), RIGHT);
        std::mem::take(&mut strays.lock().unwrap())
    }
}

/// Somebody who trusts nobody's certificate.
fn stranger() -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::DEFAULT_VERSIONS)
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Arc::new(config)
}

/// Somebody who trusts an earlier certificate of this installation.
fn latecomer() -> Arc<ClientConfig> {
    Arc::clone(&certificate().tls().client)
}

#[tokio::test]
async fn the_right_redirect_over_tls_ends_the_wait() {
    assert_eq!(Secure::start().await.finish().await, []);
}

#[tokio::test]
async fn the_self_test_shakes_hands_at_every_address() {
    for host in ["127.0.0.1", "localhost"] {
        let loopback = Loopback::default();
        let certificate = certificate();
        let address = secure(host, None);
        let seat = loopback.open(&address, Some(&certificate)).await.unwrap();
        seat.self_test().await.unwrap();
        assert_eq!(strays_before_the_wait(seat).await, [], "{host}");
    }
}

#[tokio::test]
async fn the_self_test_goes_by_the_clock_the_certificate_was_made_by() {
    let loopback = Loopback::default();
    let then = Certificate::make("2020-01-01T00:00:00Z".parse().unwrap()).unwrap();
    let address = secure("127.0.0.1", None);
    let seat = loopback.open(&address, Some(&then)).await.unwrap();
    seat.self_test().await.unwrap();
}

#[tokio::test]
async fn an_https_address_needs_a_certificate_and_keeps_its_port_from_http() {
    let loopback = Loopback::default();
    let address = secure("127.0.0.1", None);
    let error = loopback.open(&address, None).await.unwrap_err();
    assert!(matches!(error, Error::NoCertificate), "{error:?}");
    let seat = loopback.open(&address, Some(&certificate())).await.unwrap();
    let port = seat.local_port();
    let error = loopback.open(&at(Some(port)), None).await.unwrap_err();
    assert!(matches!(error, Error::PortInUse { .. }), "{error:?}");
}

#[tokio::test]
async fn the_newest_certificate_is_shown_where_attempts_share_an_endpoint() {
    let loopback = Loopback::default();
    let first = Secure::at(&loopback, "127.0.0.1").await;
    let newer = certificate();
    let address = secure("127.0.0.1", Some(first.waiting.port));
    let seat = loopback.open(&address, Some(&newer)).await.unwrap();
    seat.self_test().await.unwrap();
    assert!(first.connect_as(&first.client).await.is_err());
    assert!(first.connect_as(&newer.tls().client).await.is_ok());
}

#[tokio::test]
async fn a_browser_that_does_not_trust_the_certificate_is_told_from_others() {
    let secure = Secure::start().await;
    for client in [stranger(), latecomer()] {
        assert!(secure.connect_as(&client).await.is_err());
    }
    assert_eq!(secure.finish().await, [Stray::CertificateRefused; 2]);
}

#[test]
fn every_alert_about_certificates_counts_and_no_other() {
    use AlertDescription as Alert;
    let counts = |alert| {
        let error = rustls::Error::AlertReceived(alert);
        tls::refuses_certificate(&io::Error::new(io::ErrorKind::InvalidData, error))
    };
    for alert in [
        Alert::UnknownCA,
        Alert::BadCertificate,
        Alert::CertificateUnknown,
        Alert::CertificateExpired,
    ] {
        assert!(counts(alert), "{alert:?}");
    }
    for alert in [Alert::HandshakeFailure, Alert::CloseNotify] {
        assert!(!counts(alert), "{alert:?}");
    }
}

#[tokio::test]
async fn plain_http_at_a_tls_port_gets_a_word_and_not_its_page() {
    let secure = Secure::start().await;
    let answer = secure.waiting.send(secure.waiting.redirect(RIGHT)).await;
    assert_eq!(answer.as_bytes(), response::over_tls_only());
    assert_eq!(secure.waiting.judged.load(Ordering::Relaxed), 0);
    assert_eq!(secure.finish().await, [Stray::PlainHttp]);
}

#[tokio::test]
async fn garbage_at_a_tls_port_changes_nothing() {
    let secure = Secure::start().await;
    let kinds = [
        ("\0\0\0\0\0\0\0\0", Stray::Malformed),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Stray::Http2),
        // A handshake record with nonsense in it.
        ("\u{16}\u{3}\u{1}\0\u{5}hello", Stray::Malformed),
        ("\u{16}\u{3}\u{1}\u{7f}\u{7f}", Stray::Malformed),
    ];
    for (bytes, _) in kinds {
        let mut stream = secure.waiting.connect().await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        drop(stream.read_to_end(&mut Vec::new()).await);
    }
    assert_eq!(secure.finish().await, kinds.map(|(_, stray)| stray));
}

#[tokio::test]
async fn garbage_inside_tls_is_treated_as_outside() {
    let secure = Secure::start().await;
    for (request, wanted, _) in garbage::OTHERS {
        let request = garbage::addressed(request, secure.waiting.port);
        let answer = secure.send(&request).await;
        assert_eq!(status(&answer), wanted, "{request:?}");
    }
    assert_eq!(secure.waiting.judged.load(Ordering::Relaxed), 0);
    let strays = garbage::OTHERS.map(|(_, _, stray)| stray);
    assert_eq!(secure.finish().await, strays);
}

#[tokio::test]
async fn a_client_that_speaks_http_2_only_finds_no_common_protocol() {
    let secure = Secure::start().await;
    let mut client = (*secure.client).clone();
    client.alpn_protocols = vec![b"h2".to_vec()];
    assert!(secure.connect_as(&Arc::new(client)).await.is_err());
    assert_eq!(secure.finish().await, [Stray::Malformed]);
}

#[tokio::test]
async fn handshakes_that_stop_and_connections_that_say_nothing_end_at_the_deadline() {
    let secure = Secure::at(&impatient(1_000), "127.0.0.1").await;
    let mut silent = secure.waiting.connect().await;
    let mut half = secure.waiting.connect().await;
    half.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    let mut idle = secure.connect_as(&secure.client).await.unwrap();
    assert_eq!(read_all(&mut silent).await, "");
    assert_eq!(read_all(&mut half).await, "");
    assert_eq!(read_all(&mut idle).await, "");
    assert_eq!(*secure.waiting.strays.lock().unwrap(), [Stray::Silent; 3]);
}

#[tokio::test]
async fn a_crowd_of_half_handshakes_does_not_shut_the_redirect_out() {
    let secure = Secure::start().await;
    let mut crowd = Vec::new();
    for _ in 0..200 {
        let mut stream = secure.waiting.connect().await;
        stream.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();
        crowd.push(stream);
    }
    let strays = secure.finish().await;
    assert_eq!(strays, [Stray::Crowded; 137]);
}
