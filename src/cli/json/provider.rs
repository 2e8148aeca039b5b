//! The shapes around a provider: itself, the test of its set-up, its metadata, and the browsers and the certificate it is met with.
//!
//! Can't hold a secret.

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::{Problem, time};
use crate::bridge::{
    BrowserCard, CertificateCard, FoundProvider, Missing, ProviderCard, ProviderOrigin,
    RedirectWay, SignInKind,
};
use crate::cli::client_redirect::redirect_uris;
use crate::ids::BrowserChoice;

/// A provider.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Provider<'a> {
    id: &'a str,
    name: &'a str,
    origin: &'static str,
    sign_in: &'static str,
    ready: bool,
    missing: Vec<&'static str>,
    redirect_uri: Option<&'a str>,
    client_id: Option<&'a str>,
    hosts: Vec<Host<'a>>,
    redirect_uris: Vec<&'a str>,
    ways: Vec<Way<'a>>,
    all_hosts: &'a [String],
    offers_device: bool,
    browser: Option<Choice<'a>>,
}

/// A way home the provider allows.
#[derive(Debug, Serialize)]
struct Way<'a> {
    #[serde(rename = "way")]
    name: &'static str,
    redirect_uri: Option<&'a str>,
    in_use: bool,
}

#[derive(Debug, Serialize)]
struct Host<'a> {
    id: &'a str,
    name: &'a str,
    address: &'a str,
}

impl<'a> Provider<'a> {
    pub(in crate::cli) fn new(provider: &'a ProviderCard) -> Self {
        let client = &provider.client;
        let way = |it: &'a crate::bridge::WayCard| Way {
            name: way_code(it.way),
            redirect_uri: Some(it.proposed.as_str()).filter(|uri| !uri.is_empty()),
            in_use: it.way == client.way_home,
        };
        let host = |host: &'a crate::bridge::HostCard| Host {
            id: &host.id,
            name: &host.name,
            address: &host.address,
        };
        Self {
            id: provider.id.as_str(),
            name: &provider.name,
            origin: match provider.origin {
                ProviderOrigin::BuiltIn => "built_in",
                ProviderOrigin::AddedByYou { .. } => "added_by_you",
            },
            sign_in: match provider.sign_in {
                SignInKind::Browser => "browser",
                SignInKind::Password => "password",
                SignInKind::Device => "device",
            },
            ready: provider.missing.is_empty(),
            missing: provider.missing.iter().copied().map(missing).collect(),
            redirect_uri: Some(client.redirect_uri.as_str()).filter(|uri| !uri.is_empty()),
            client_id: client.client_id.as_deref(),
            hosts: client.hosts.iter().map(host).collect(),
            redirect_uris: redirect_uris(client).collect(),
            ways: client.ways.iter().map(way).collect(),
            all_hosts: &provider.all_hosts,
            offers_device: provider.offers_device,
            browser: client.browser.as_ref().map(Choice::new),
        }
    }
}

const fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::ClientId => "client_id",
        Missing::ClientSecret => "client_secret",
        Missing::BaseUrl => "base_url",
        Missing::RedirectUri => "redirect_uri",
    }
}

const fn way_code(way: RedirectWay) -> &'static str {
    match way {
        RedirectWay::Loopback => "loopback",
        RedirectWay::LoopbackTls => "loopback_tls",
        RedirectWay::Pasted => "paste",
        RedirectWay::OutOfBand => "out_of_band",
    }
}

/// What the test of a set-up showed.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Tested<'a> {
    pub(in crate::cli) provider: &'a str,
    pub(in crate::cli) outcome: &'static str,
    pub(in crate::cli) problem: Option<Problem>,
}

/// A browser and a profile that were chosen.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Choice<'a> {
    id: &'a str,
    profile: Option<&'a str>,
}

impl<'a> Choice<'a> {
    pub(in crate::cli) fn new(choice: &'a BrowserChoice) -> Self {
        Self {
            id: &choice.browser,
            profile: choice.profile.as_deref(),
        }
    }
}

/// A browser of this computer.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Browser<'a> {
    id: &'a str,
    name: &'a str,
    profiles: Vec<Profile<'a>>,
}

#[derive(Debug, Serialize)]
struct Profile<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> Browser<'a> {
    pub(in crate::cli) fn new(browser: &'a BrowserCard) -> Self {
        let profile = |(id, name): &'a (String, String)| Profile { id, name };
        Self {
            id: &browser.id,
            name: &browser.name,
            profiles: browser.profiles.iter().map(profile).collect(),
        }
    }
}

/// The certificate with which https redirects are received.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Certificate<'a> {
    sha256: &'a str,
    not_after: String,
}

impl<'a> Certificate<'a> {
    pub(in crate::cli) fn new(certificate: &'a CertificateCard, zone: &TimeZone) -> Self {
        Self {
            sha256: &certificate.fingerprint,
            not_after: time(certificate.not_after, zone),
        }
    }
}

/// What an issuer's metadata says.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Discovered<'a> {
    issuer: &'a str,
    metadata_url: &'a str,
    id: &'a str,
    name: &'a str,
    hosts: &'a [String],
    #[serde(serialize_with = "pairs")]
    facts: &'a [(String, String)],
    warnings: &'a [String],
    file: &'a str,
    added: bool,
}

impl<'a> Discovered<'a> {
    /// `called` are the id and the name it has now or would get.
    pub(in crate::cli) fn new(
        issuer: &'a str,
        found: &'a FoundProvider,
        called: (&'a str, &'a str),
        added: bool,
    ) -> Self {
        let (id, name) = called;
        Self {
            issuer,
            metadata_url: &found.metadata_url,
            id,
            name,
            hosts: &found.hosts,
            facts: &found.facts,
            warnings: &found.warnings,
            file: &found.file,
            added,
        }
    }
}

fn pairs<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
