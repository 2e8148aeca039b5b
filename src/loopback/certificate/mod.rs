//! The certificate with which this installation's redirection endpoint speaks TLS, made by and for this machine alone.
//!
//! A person decides once, in the browser, to trust its fingerprint.
//! Knows nothing of where its bytes are kept, and nothing of the clock: `now` is handed in.
//! Its key is drawn with ring's own random numbers, because rcgen takes no others.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, DEFAULT_VERSIONS, RootCertStore, ServerConfig};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::tls::Tls;

/// Which layout of the stored bytes this is.
const LAYOUT: u8 = 1;

/// What browsers show as its name.
const NAME: &str = "Linkdesk on this computer";

/// How far it reaches back, for clocks that are set right later.
const HEAD_START: SignedDuration = SignedDuration::from_hours(24);

/// How long it lasts in all; browsers refuse more than 398 days.
const LIFETIME: SignedDuration = SignedDuration::from_hours(397 * 24);

/// How long before its end a new one is due.
const LEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// HTTP/1.1 is all that is spoken (RFC 7301); a browser that is offered nothing else doesn't try HTTP/2.
const PROTOCOL: &[u8] = b"http/1.1";

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// None could be made.
    #[error("a certificate for this computer could not be made")]
    NotMade(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The stored bytes are none; a new one has to be made, and trusted again.
    #[error("the stored certificate of this computer could not be read")]
    Unreadable,
}

/// A self-signed certificate for `127.0.0.1`, `[::1]` and `localhost`, with its key.
#[derive(Clone)]
pub struct Certificate {
    der: CertificateDer<'static>,
    key: Zeroizing<Vec<u8>>,
    not_before: Timestamp,
    not_after: Timestamp,
    tls: Tls,
}

impl Certificate {
    /// Makes a new one, good from a day before `now`.
    pub fn make(now: Timestamp) -> Result<Self, CertificateError> {
        let start = Timestamp::from_second(now.as_second())
            .and_then(|now| now.checked_sub(HEAD_START))
            .map_err(not_made)?;
        let end = start.checked_add(LIFETIME).map_err(not_made)?;
        let key = KeyPair::generate().map_err(not_made)?;
        let der = params(start, end)?
            .self_signed(&key)
            .map_err(not_made)?
            .into();
        Self::assemble(der, Zeroizing::new(key.serialize_der()), (start, end)).map_err(not_made)
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CertificateError> {
        let (der, key, validity) = parse(bytes).ok_or(CertificateError::Unreadable)?;
        // A key that doesn't fit is one more way of being unreadable; the reason would help nobody.
        Self::assemble(der, key, validity).map_err(|_unfit| CertificateError::Unreadable)
    }

    fn assemble(
        der: CertificateDer<'static>,
        key: Zeroizing<Vec<u8>>,
        (not_before, not_after): (Timestamp, Timestamp),
    ) -> Result<Self, rustls::Error> {
        let tls = Tls {
            server: Arc::new(server(&der, &key)?),
            client: Arc::new(client(&der, not_before)?),
        };
        Ok(Self {
            der,
            key,
            not_before,
            not_after,
            tls,
        })
    }

    /// Certificate and key, to be sealed before they are stored anywhere.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let parts: [&[u8]; 6] = [
            &[LAYOUT],
            &self.not_before.as_second().to_be_bytes(),
            &self.not_after.as_second().to_be_bytes(),
            &(self.der.len() as u64).to_be_bytes(),
            &self.der,
            &self.key,
        ];
        // As much as is needed at once: a vector that grows leaves copies behind.
        let length = parts.iter().map(|part| part.len()).sum();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        for part in parts {
            bytes.extend_from_slice(part);
        }
        bytes
    }

    /// The SHA-256 of the certificate as browsers show it: upper-case pairs joined by colons.
    pub fn fingerprint(&self) -> String {
        let pairs: Vec<String> = Sha256::digest(&self.der)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        pairs.join(":")
    }

    /// When browsers stop taking it.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether a new one should be made: its end is near, or the clock stands before its beginning.
    pub fn is_due(&self, now: Timestamp) -> bool {
        now < self.not_before || self.not_after.duration_since(now) < LEAD
    }

    /// What is spoken at the endpoint, and by whoever tests it.
    pub(super) fn tls(&self) -> &Tls {
        &self.tls
    }
}

impl fmt::Debug for Certificate {
    /// Leaves everything out: it holds a key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Certificate")
            .finish_non_exhaustive()
    }
}

fn not_made(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CertificateError {
    CertificateError::NotMade(error.into())
}

fn params(start: Timestamp, end: Timestamp) -> Result<CertificateParams, CertificateError> {
    // rcgen has its own type for instants, which is reached from one of its dates only.
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let seconds = |at: Timestamp| u64::try_from(at.as_second()).map(Duration::from_secs);
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, NAME);
    let mut params = CertificateParams::default();
    params.not_before = epoch + seconds(start).map_err(not_made)?;
    params.not_after = epoch + seconds(end).map_err(not_made)?;
    params.distinguished_name = name;
    params.subject_alt_names = vec![
        SanType::IpAddress(Ipv4Addr::LOCALHOST.into()),
        SanType::IpAddress(Ipv6Addr::LOCALHOST.into()),
        SanType::DnsName("localhost".try_into().map_err(not_made)?),
    ];
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

type Parts = (
    CertificateDer<'static>,
    Zeroizing<Vec<u8>>,
    (Timestamp, Timestamp),
);

fn parse(bytes: &[u8]) -> Option<Parts> {
    let (&[layout], bytes) = bytes.split_first_chunk()?;
    let (start, bytes) = bytes.split_first_chunk()?;
    let (end, bytes) = bytes.split_first_chunk()?;
    let (length, bytes) = bytes.split_first_chunk()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let (der, key) = bytes.split_at_checked(length)?;
    let instant = |second: &[u8; 8]| Timestamp::from_second(i64::from_be_bytes(*second)).ok();
    let validity = (instant(start)?, instant(end)?);
    let key = Zeroizing::new(key.to_vec());
    (layout == LAYOUT).then(|| (der.to_vec().into(), key, validity))
}

/// The endpoint's side. Nothing of a connection is kept for the next one.
fn server(der: &CertificateDer<'static>, key: &[u8]) -> Result<ServerConfig, rustls::Error> {
    // Borrowed, so that no copy of the key is left behind but the one that signs.
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
    let certified = CertifiedKey::new(vec![der.clone()], ring::sign::any_ecdsa_type(&key)?);
    certified.keys_match()?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(DEFAULT_VERSIONS)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// The side of somebody who trusts this certificate and no other.
///
/// Which certificate it is, is all it asks, not what time it is: the clock of this machine may be wrong.
fn client(
    der: &CertificateDer<'static>,
    not_before: Timestamp,
) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(der.clone())?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(Standing(not_before)))
        .with_protocol_versions(DEFAULT_VERSIONS)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(config)
}

/// A clock that always shows the first moment of a certificate.
#[derive(Debug)]
struct Standing(Timestamp);

impl TimeProvider for Standing {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests;
