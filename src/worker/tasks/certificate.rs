//! The certificate for `https` redirects: read from the store, made where there is none, renewed in time.
//!
//! Its key leaves the vault only for as long as somebody is expected at the redirection endpoint.

use std::sync::Arc;

use jiff::Timestamp;

use super::Desk;
use crate::bridge::{CertificateCard, ProblemKind};
use crate::ids::CommandId;
use crate::loopback::Certificate;
use crate::store::{self, Store, StoredCertificate};
use crate::vault::{self, Vault};
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Makes it where there is none, or a new one, and tells the core.
pub(in crate::worker) async fn make(desk: Arc<Desk>, command: CommandId, renew: bool) {
    let made = ready(&desk, renew).await;
    let card = made.map(|certificate| card(&certificate));
    desk.answer(Input::CertificateMade(Some(command), card))
        .await;
}

/// The certificate to receive a redirect with.
pub(super) async fn ready(desk: &Desk, renew: bool) -> Result<Certificate, Failure> {
    let now = desk.world.clock.now();
    let made = desk
        .blocking(move |store, vault| {
            open(store, vault)?;
            if !renew && let Some(kept) = kept(store, now)? {
                return Ok(Ok(kept));
            }
            let certificate = match Certificate::make(now) {
                Ok(certificate) => certificate,
                Err(error) => return Ok(Err(error)),
            };
            let facts = StoredCertificate {
                fingerprint: certificate.fingerprint(),
                not_after: certificate.not_after(),
            };
            store.save_certificate(&facts, &certificate.to_bytes())?;
            Ok(Ok(certificate))
        })
        .await?;
    made.map_err(|error| Failure::caused(ProblemKind::Bug, &error))
}

fn open(store: &dyn Store, vault: &dyn Vault) -> Result<(), store::Error> {
    match super::unlock(store, vault) {
        // A lost key is no reason to receive nothing: a new one is made, and with it a new certificate.
        Err(store::Error::Vault(vault::Error::KeyMissing)) => Ok(vault.open(None)?),
        opened => opened,
    }
}

/// The one that is kept, where it can be read and is good for a while; what can't be read is replaced.
fn kept(store: &dyn Store, now: Timestamp) -> Result<Option<Certificate>, store::Error> {
    let bytes = match store.certificate() {
        Ok(bytes) => bytes,
        Err(store::Error::SessionOver | store::Error::Unreadable(_) | store::Error::Vault(_)) => {
            None
        }
        Err(error) => return Err(error),
    };
    let certificate = bytes.and_then(|bytes| Certificate::from_bytes(&bytes).ok());
    Ok(certificate.filter(|certificate| !certificate.is_due(now)))
}

/// What may be shown of it.
pub(super) fn card(certificate: &Certificate) -> CertificateCard {
    CertificateCard {
        fingerprint: certificate.fingerprint(),
        not_after: certificate.not_after(),
    }
}
