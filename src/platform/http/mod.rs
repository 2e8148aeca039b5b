//! Sends one HTTP request and reads one answer.
//!
//! Knows nothing of tokens or providers. Every request opens a connection of its own: a kept one may already be closed
//! at the other end, and then nobody can tell whether a refresh token that was written to it has been spent.

mod error;
mod reach;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Host;

use super::{BoxFuture, Http};

pub use error::Error;

/// The longest body that is read.
const LONGEST_BODY: usize = 1024 * 1024;

/// The most header bytes that are accepted.
const LONGEST_HEADERS: usize = 64 * 1024;

/// The most header lines that are accepted.
const MOST_HEADERS: usize = 100;

/// How the program introduces itself.
const USER_AGENT: &str = concat!("linkdesk/", env!("CARGO_PKG_VERSION"));

/// How long a server may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To connect and agree on TLS.
    pub connect: Duration,
    /// From the first packet to the last byte of the body.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
        }
    }
}

/// The one HTTP client: no redirects, no cookies, no referrer, no decompression, no second try.
///
/// Cloning is cheap. Nothing is prepared before the first request, so that starting up doesn't pay for the trust store.
#[derive(Debug, Clone, Default)]
pub struct ReqwestHttp {
    limits: Limits,
    /// For requests.
    clients: Arc<Clients>,
    /// For looking whether a server can be reached.
    scouts: Arc<Clients>,
}

/// One client for each [`Route`], built when first used.
#[derive(Debug, Default)]
struct Clients {
    loopback_plain: OnceLock<reqwest::Client>,
    loopback_tls: OnceLock<reqwest::Client>,
    wide: OnceLock<reqwest::Client>,
}

/// Which way a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    /// `http` to this machine: never through a proxy, and no trust store is loaded for it.
    LoopbackPlain,
    /// `https` to this machine: never through a proxy.
    LoopbackTls,
    /// Everything else: `https` only, through the system's proxy if there is one.
    Wide,
}

impl ReqwestHttp {
    /// A client with the usual limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client with limits of one's own.
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    fn client(&self, route: Route) -> Result<reqwest::Client, reqwest::Error> {
        self.clients.of(route, || builder(route, self.limits))
    }

    fn scout(&self, route: Route) -> Result<reqwest::Client, reqwest::Error> {
        let builder = || builder(route, self.limits).connector_layer(reach::HangUp);
        self.scouts.of(route, builder)
    }
}

impl Clients {
    /// The client of a route, built when it is first asked for.
    fn of(
        &self,
        route: Route,
        builder: impl FnOnce() -> reqwest::ClientBuilder,
    ) -> Result<reqwest::Client, reqwest::Error> {
        let place = match route {
            Route::LoopbackPlain => &self.loopback_plain,
            Route::LoopbackTls => &self.loopback_tls,
            Route::Wide => &self.wide,
        };
        if let Some(client) = place.get() {
            return Ok(client.clone());
        }
        let client = builder().build()?;
        Ok(place.get_or_init(|| client).clone())
    }
}

impl Http for ReqwestHttp {
    fn send(
        &self,
        request: ::http::Request<Vec<u8>>,
    ) -> BoxFuture<Result<::http::Response<Vec<u8>>, Error>> {
        let this = self.clone();
        Box::pin(async move {
            let host = request.uri().host().unwrap_or_default().to_owned();
            let translate = |error: reqwest::Error| Error::sorted(&host, error);
            let request = reqwest::Request::try_from(request).map_err(translate)?;
            let client = this.client(Route::of(request.url())).map_err(translate)?;
            let response = client.execute(request).await.map_err(translate)?;
            read(&host, response).await
        })
    }

    fn reach(&self, address: &url::Url) -> BoxFuture<Result<(), Error>> {
        let this = self.clone();
        let address = address.clone();
        Box::pin(async move {
            let host = address.host_str().unwrap_or_default().to_owned();
            let translate = |error: reqwest::Error| Error::sorted(&host, error);
            let scout = this.scout(Route::of(&address)).map_err(translate)?;
            let request = reqwest::Request::new(::http::Method::HEAD, address);
            match scout.execute(request).await {
                Err(error) if reach::was_reached(&error) => Ok(()),
                Err(error) => Err(translate(error)),
                // It hangs up before anybody could answer.
                Ok(_impossible) => Ok(()),
            }
        })
    }
}

impl Route {
    fn of(address: &url::Url) -> Self {
        match (is_loopback(address), address.scheme()) {
            (true, "http") => Self::LoopbackPlain,
            (true, _) => Self::LoopbackTls,
            (false, _) => Self::Wide,
        }
    }
}

/// Whether an address names this machine: a literal, or the name that must mean nothing else (RFC 6761 §6.3).
pub(super) fn is_loopback(address: &url::Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn builder(route: Route, limits: Limits) -> reqwest::ClientBuilder {
    // An error means that somebody else in this process chose first, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_only()
        .http1_max_headers(MOST_HEADERS)
        .pool_max_idle_per_host(0)
        .connect_timeout(limits.connect)
        .timeout(limits.total);
    match route {
        Route::LoopbackPlain => direct(builder).tls_backend_preconfigured(trust_nobody()),
        Route::LoopbackTls => direct(builder),
        Route::Wide => builder.https_only(true),
    }
}

fn direct(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    // A resolver might send `localhost` anywhere, and secrets with it.
    let localhost = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    builder.no_proxy().resolve_to_addrs("localhost", &localhost)
}

/// A TLS set-up that accepts no certificate, for a client that never speaks TLS: it saves reading the trust store.
fn trust_nobody() -> rustls::ClientConfig {
    rustls::ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

async fn read(
    host: &str,
    mut response: reqwest::Response,
) -> Result<::http::Response<Vec<u8>>, Error> {
    let too_long = || Error::TooLong {
        host: host.to_owned(),
    };
    let announced = response.content_length().unwrap_or_default();
    if length(response.headers()) > LONGEST_HEADERS || announced > LONGEST_BODY as u64 {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| Error::sorted(host, error))?
    {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    let mut whole = ::http::Response::new(body);
    *whole.status_mut() = response.status();
    *whole.headers_mut() = std::mem::take(response.headers_mut());
    Ok(whole)
}

fn length(headers: &HeaderMap) -> usize {
    // Each line also has a colon, a space and its end.
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum()
}

#[cfg(test)]
mod tests;
