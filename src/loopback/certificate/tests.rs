//! What a browser and a person see of the certificate, and that it survives being stored.
//!
//! Knows no endpoint; handshakes happen in memory.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{ClientConnection, ServerConnection};

use super::*;

const NOW: &str = "2026-03-01T12:34:56.789Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn made() -> Certificate {
    Certificate::make(now()).unwrap()
}

fn after(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

/// What somebody says of it at this time who trusts it and nothing else.
fn verify(certificate: &Certificate, name: &str, at: Timestamp) -> Result<(), rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der.clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .unwrap();
    let name = ServerName::try_from(name).unwrap();
    let seconds = u64::try_from(at.as_second()).unwrap();
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier
        .verify_server_cert(&certificate.der, &[], &name, &[], at)
        .map(drop)
}

#[test]
fn it_is_good_for_every_name_of_this_machine_and_for_no_other() {
    let certificate = made();
    for name in ["127.0.0.1", "::1", "localhost"] {
        assert_eq!(verify(&certificate, name, now()), Ok(()), "{name}");
    }
    for name in ["127.0.0.2", "example.com", "a.localhost"] {
        assert!(verify(&certificate, name, now()).is_err(), "{name}");
    }
}

#[test]
fn it_is_good_from_a_day_ago_for_397_days() {
    let certificate = made();
    let second = SignedDuration::from_secs(1);
    for (at, is_good) in [
        (after(-1) - second, false),
        (after(-1), true),
        (after(396) - second, true),
        (after(396) + second, false),
    ] {
        let verdict = verify(&certificate, "localhost", at);
        assert_eq!(verdict.is_ok(), is_good, "{at}");
    }
    let end = certificate.not_after();
    assert_eq!(end, after(396).round(jiff::Unit::Second).unwrap() - second);
}

#[test]
fn a_new_one_is_due_thirty_days_before_its_end_or_before_its_beginning() {
    let certificate = made();
    for (days, is_due) in [
        (-2, true),
        (0, false),
        (365, false),
        (367, true),
        (400, true),
    ] {
        assert_eq!(certificate.is_due(after(days)), is_due, "{days}");
    }
}

#[test]
fn a_time_that_no_certificate_can_have_is_an_error() {
    for at in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
        let error = Certificate::make(at).unwrap_err();
        assert!(matches!(error, CertificateError::NotMade(_)), "{error:?}");
    }
}

#[test]
fn it_is_the_same_after_it_was_stored() {
    let certificate = made();
    let bytes = certificate.to_bytes();
    let stored = Certificate::from_bytes(&bytes).unwrap();
    assert_eq!(stored.fingerprint(), certificate.fingerprint());
    assert_eq!(stored.not_after(), certificate.not_after());
    assert_eq!(stored.to_bytes(), bytes);
}

#[test]
fn bytes_that_are_cut_or_changed_or_of_another_layout_are_unreadable() {
    let bytes = made().to_bytes();
    let is_unreadable = |bytes: &[u8]| {
        let read = Certificate::from_bytes(bytes);
        matches!(read, Err(CertificateError::Unreadable))
    };
    for end in 0..bytes.len() {
        assert!(is_unreadable(&bytes[..end]), "{end}");
    }
    let mut other_layout = bytes.to_vec();
    other_layout[0] = LAYOUT + 1;
    assert!(is_unreadable(&other_layout));
    let mut no_length = bytes.to_vec();
    no_length[17..25].fill(0xff);
    assert!(is_unreadable(&no_length));
}

#[test]
fn a_key_of_another_certificate_is_unreadable() {
    let (ours, other) = (made(), made());
    let mixed = [&ours.to_bytes()[..25], &ours.der, &other.key].concat();
    assert!(matches!(
        Certificate::from_bytes(&mixed),
        Err(CertificateError::Unreadable)
    ));
}

#[test]
fn every_one_is_another_one() {
    let (first, second) = (made(), made());
    assert_ne!(first.fingerprint(), second.fingerprint());
    assert_ne!(first.key, second.key);
}

#[test]
fn its_fingerprint_is_written_as_browsers_write_it() {
    let fingerprint = made().fingerprint();
    let pairs: Vec<&str> = fingerprint.split(':').collect();
    assert_eq!(pairs.len(), 32, "{fingerprint}");
    let is_upper_hex = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    for pair in pairs {
        assert_eq!(pair.len(), 2, "{fingerprint}");
        assert!(pair.bytes().all(is_upper_hex), "{fingerprint}");
    }
}

#[test]
fn nothing_of_it_is_in_what_debug_shows() {
    assert_eq!(format!("{:?}", made()), "Certificate { .. }");
}

/// One for clients that ask the machine's clock.
#[expect(clippy::disallowed_methods, reason = "rustls asks the same clock")]
fn today() -> Certificate {
    Certificate::make(Timestamp::now()).unwrap()
}

/// Hands bytes to and fro until nobody has any.
fn shake_hands(client: &mut ClientConnection, server: &mut ServerConnection) {
    loop {
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        server.read_tls(&mut bytes.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        let mut back = Vec::new();
        server.write_tls(&mut back).unwrap();
        client.read_tls(&mut back.as_slice()).unwrap();
        client.process_new_packets().unwrap();
        if bytes.is_empty() && back.is_empty() {
            return;
        }
    }
}

#[test]
fn both_versions_of_tls_are_spoken_and_only_http_1() {
    let certificate = today();
    for version in DEFAULT_VERSIONS {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut server = ServerConnection::new(Arc::clone(&certificate.tls.server)).unwrap();
        shake_hands(&mut client, &mut server);
        assert!(!client.is_handshaking() && !server.is_handshaking());
        assert_eq!(client.protocol_version(), Some(version.version));
        assert_eq!(client.alpn_protocol(), Some(PROTOCOL));
    }
}
