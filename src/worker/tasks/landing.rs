//! Where the browser is to come back to: the first of the registered addresses whose port is free, bound and tried out.
//!
//! Nothing is sent to whoever holds a port that is taken. Knows nothing of what comes back.

use super::Desk;
use super::certificate;
use crate::bridge::{CertificateCard, ProblemKind};
use crate::loopback::{Address, Scheme, Seat};
use crate::provider::{ClientSettings, LoopbackScheme, Provider, Redirect, RedirectKind};
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// A redirect URI with, where it leads to this machine, a place to wait at.
pub(super) struct Landing {
    /// None where the answer is pasted.
    pub(super) seat: Option<Seat>,
    /// Byte for byte what the provider is told, in the request and in the exchange.
    pub(super) redirect_uri: String,
    /// Set where TLS is spoken.
    pub(super) certificate: Option<CertificateCard>,
}

/// Binds the first address that can be had, and makes sure that a browser would reach it.
pub(super) async fn open(
    desk: &Desk,
    provider: &Provider,
    settings: &ClientSettings,
) -> Result<Landing, Failure> {
    let mut first = None;
    for redirect in provider.redirects(settings) {
        match open_one(desk, &redirect).await {
            Err(failure) if matches!(failure.kind, ProblemKind::PortInUse { .. }) => {
                first.get_or_insert(failure);
            }
            opened => return opened,
        }
    }
    let failure = first.unwrap_or_else(|| Failure::bug("no redirect URI is set up"));
    Err(name_holder(desk, failure).await)
}

async fn open_one(desk: &Desk, redirect: &Redirect) -> Result<Landing, Failure> {
    let RedirectKind::Loopback {
        scheme,
        host,
        port,
        path,
    } = &redirect.kind
    else {
        return Ok(Landing {
            seat: None,
            redirect_uri: redirect.uri.clone(),
            certificate: None,
        });
    };
    let certificate = match scheme {
        LoopbackScheme::Http => None,
        LoopbackScheme::Https => Some(certificate::ready(desk, false).await?),
    };
    let address = Address {
        scheme: match scheme {
            LoopbackScheme::Http => Scheme::Http,
            LoopbackScheme::Https => Scheme::Https,
        },
        host: host.clone(),
        port: *port,
        path: path.clone(),
    };
    let seat = desk.loopback.open(&address, certificate.as_ref()).await?;
    seat.self_test().await?;
    let certificate = certificate.as_ref().map(certificate::card);
    if let Some(certificate) = &certificate {
        let made = Input::CertificateMade(None, Ok(certificate.clone()));
        desk.answer(made).await;
    }
    Ok(Landing {
        redirect_uri: redirect.at_port(seat.local_port()),
        seat: Some(seat),
        certificate,
    })
}

/// Looks up which program has the port; the system may not tell.
async fn name_holder(desk: &Desk, mut failure: Failure) -> Failure {
    if let ProblemKind::PortInUse { port, holder } = &mut failure.kind {
        let neighbors = std::sync::Arc::clone(&desk.world.neighbors);
        let port = *port;
        let found = tokio::task::spawn_blocking(move || neighbors.listener_on(port)).await;
        *holder = found.ok().flatten().map(|neighbor| {
            let (name, pid) = (neighbor.name, neighbor.pid);
            format!("{name} (process {pid})")
        });
    }
    failure
}
