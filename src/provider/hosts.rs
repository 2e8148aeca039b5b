//! Where a provider's requests go with a set-up: the hosts people see, and the origins secrets are bound to.
//!
//! Knows nothing of what is sent there.

use url::Url;

use super::address::{Endpoint, host_and_port};
use super::call::CallKind;
use super::record::{Host, Provider, SignIn};
use super::settings::ClientSettings;

/// A host that people or their secrets are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsciiHost {
    /// Its name in ASCII (RFC 5890 §2.3.2.1), so that no letter looks like another; with the port where there is one.
    pub name: String,
    /// Whether its name is written in other letters elsewhere (a label begins with `xn--`).
    pub is_internationalized: bool,
}

impl AsciiHost {
    fn of(url: &Url) -> Self {
        let mut labels = url.host_str().unwrap_or_default().split('.');
        Self {
            name: host_and_port(url),
            is_internationalized: labels.any(|label| label.starts_with("xn--")),
        }
    }
}

impl Provider {
    /// The host people sign in at, in ASCII form; empty where nobody has given it yet.
    pub fn sign_in_host(&self, settings: &ClientSettings) -> String {
        match (self.sign_in(settings), &self.authorization) {
            (SignIn::AuthorizationCode, Some(record)) => host(&record.endpoint, settings),
            (SignIn::Device, _) => self.host_of(CallKind::DeviceAuthorization, settings),
            _ => self.host_of(CallKind::Password, settings),
        }
    }

    /// The host a kind of call goes to; empty where there is none.
    pub fn host_of(&self, kind: CallKind, settings: &ClientSettings) -> String {
        let first = self.calls.of(kind).first();
        first.map_or_else(String::new, |record| host(&record.endpoint, settings))
    }

    /// Where a host is now; empty where the person has to say so.
    #[expect(
        clippy::unused_self,
        reason = "asked of the provider like everything that depends on the set-up"
    )]
    pub fn host_address(&self, host: &Host, settings: &ClientSettings) -> String {
        let set = settings.hosts.get(&host.id).or(settings.base_url.as_ref());
        let address = set.or(host.address.as_ref());
        address.map_or_else(String::new, Url::to_string)
    }

    /// The hosts the set-up may move.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Every host that people or secrets are sent to, each once, the one people sign in at first.
    pub fn hosts_in_ascii(&self, settings: &ClientSettings) -> Vec<AsciiHost> {
        let authorization = self.authorization.iter().map(|record| &record.endpoint);
        let endpoints = authorization.chain(self.calls.with_secrets().map(|call| &call.endpoint));
        let mut hosts = Vec::new();
        for url in endpoints.filter_map(|endpoint| endpoint.at(settings).ok()) {
            let host = AsciiHost::of(&url);
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }

    /// The origin tokens come from; empty where nobody has given it yet.
    pub fn token_origin(&self, settings: &ClientSettings) -> String {
        let kinds = [
            CallKind::Exchange,
            CallKind::Password,
            CallKind::DeviceToken,
        ];
        let mut firsts = kinds.into_iter().flat_map(|kind| self.calls.of(kind));
        let url = firsts
            .next()
            .and_then(|record| record.endpoint.at(settings).ok());
        url.map_or_else(String::new, |url| origin(&url))
    }

    /// Every origin that a token or the client secret is sent to, sorted.
    pub fn secret_origins(&self, settings: &ClientSettings) -> Vec<String> {
        let by_browser = self.authorization.iter();
        let by_browser = by_browser.filter(|_| self.secret_in_address(settings));
        let endpoints = self.calls.with_secrets().map(|call| &call.endpoint);
        let endpoints = endpoints.chain(by_browser.map(|record| &record.endpoint));
        let mut origins: Vec<String> = endpoints
            .filter_map(|endpoint| endpoint.at(settings).ok())
            .map(|url| origin(&url))
            .collect();
        origins.sort();
        origins.dedup();
        origins
    }

    pub(super) fn lacks_address(&self, settings: &ClientSettings) -> bool {
        let endpoints = self.calls.all().map(|call| &call.endpoint);
        let authorization = self.authorization.iter().map(|record| &record.endpoint);
        endpoints
            .chain(authorization)
            .any(|endpoint| endpoint.lacks_base(settings))
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn host(endpoint: &Endpoint, settings: &ClientSettings) -> String {
    endpoint
        .at(settings)
        .map_or_else(|_| String::new(), |url| host_and_port(&url))
}
