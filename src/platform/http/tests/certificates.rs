//! Certificates that are refused, from servers of this machine that speak TLS.
//!
//! Knows nothing of HTTP: no request may get that far.

use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A server with a certificate it made for `name` by itself, valid from one year to the other.
struct TlsServer {
    port: u16,
    /// Bytes of requests that came through.
    received: Arc<AtomicUsize>,
}

impl TlsServer {
    async fn start(name: &str, years: (i32, i32)) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(years.0, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(years.1, 1, 1);
        let certificate = parameters.self_signed(&key).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&received);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let length = stream.read(&mut [0; 4096]).await.unwrap_or_default();
                    counter.fetch_add(length, Ordering::Relaxed);
                }
            }
        });
        Self { port, received }
    }

    /// What the client makes of it; it never gets as far as a request.
    async fn refused(&self) -> Error {
        let request = ::http::Request::post(format!("https://localhost:{}/token", self.port))
            .body(b"refresh_token=canary-r1".to_vec())
            .unwrap();
        // Not the impatient one: reading the trust store may take a moment.
        let error = ReqwestHttp::new().send(request).await.unwrap_err();
        assert_eq!(self.received.load(Ordering::Relaxed), 0);
        let text = chain(&error);
        assert!(text.contains("localhost"), "{text}");
        assert!(!text.contains("canary"), "{text}");
        error
    }
}

#[tokio::test]
async fn a_certificate_of_another_time_is_told_apart() {
    for years in [(1999, 2001), (4000, 4001)] {
        let error = TlsServer::start("localhost", years).await.refused().await;
        assert!(matches!(error, Error::CertificateTime { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused_as_such() {
    for name in ["localhost", "a.example"] {
        let error = TlsServer::start(name, (2020, 4000)).await.refused().await;
        assert!(matches!(error, Error::Certificate { .. }), "{error:?}");
    }
}
