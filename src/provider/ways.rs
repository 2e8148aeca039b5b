//! The ways an answer may come back from a provider, and the redirect URIs of a set-up in their order.
//!
//! Knows what to propose; what a redirect URI means is `redirect`'s.

use super::error::SettingsError;
use super::record::Provider;
use super::redirect::{LoopbackScheme, OUT_OF_BAND, Redirect, RedirectKind, Rules};
use super::settings::{ClientSettings, refused};

/// A way for the answer to come back, as a choice at the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RedirectWay {
    /// We listen, in the clear.
    LoopbackHttp,
    /// We listen, with a certificate of ours.
    LoopbackHttps,
    /// The person copies the address the browser ends up at.
    Pasted,
    /// The person copies the code that the provider's page shows.
    OutOfBand,
}

const WAYS: [RedirectWay; 4] = [
    RedirectWay::LoopbackHttp,
    RedirectWay::LoopbackHttps,
    RedirectWay::Pasted,
    RedirectWay::OutOfBand,
];

/// What a provider file says about redirect URIs.
#[derive(Clone, Debug, Default)]
pub(super) struct Redirection {
    /// In their order; the next one is for when the port of the one before is taken.
    pub(super) uris: Vec<String>,
    pub(super) must_be_https: bool,
    pub(super) out_of_band: bool,
}

impl RedirectKind {
    /// The choice this is.
    pub const fn way(&self) -> RedirectWay {
        match self {
            Self::Loopback {
                scheme: LoopbackScheme::Http,
                ..
            } => RedirectWay::LoopbackHttp,
            Self::Loopback {
                scheme: LoopbackScheme::Https,
                ..
            } => RedirectWay::LoopbackHttps,
            Self::Pasted => RedirectWay::Pasted,
            Self::OutOfBand => RedirectWay::OutOfBand,
        }
    }
}

impl Redirection {
    const fn rules(&self, is_pasted: bool) -> Rules {
        Rules {
            must_be_https: self.must_be_https,
            is_pasted,
        }
    }

    fn own(&self, way: RedirectWay) -> Option<&String> {
        let rules = self.rules(false);
        let is_of_way = |uri: &&String| rules.read(uri).is_ok_and(|kind| kind.way() == way);
        self.uris.first().filter(is_of_way)
    }

    /// The set-up's own address and the ones after it, else the file's.
    fn uris<'a>(&'a self, settings: &'a ClientSettings) -> Vec<&'a str> {
        let own = self.uris.iter().map(String::as_str);
        let mut uris: Vec<&str> = match settings.redirect_uri.as_deref() {
            Some(set) => vec![set],
            // Nobody listens there, so that no port can be taken.
            None if settings.pastes_redirect => own.take(1).collect(),
            None => own.collect(),
        };
        uris.extend(settings.other_redirect_uris.iter().map(String::as_str));
        uris
    }
}

impl Provider {
    /// The redirect URIs in use: the next one is for when the port of the one before is taken; empty where none is known yet.
    pub fn redirects(&self, settings: &ClientSettings) -> Vec<Redirect> {
        let rules = self.redirection.rules(settings.pastes_redirect);
        let redirect = |uri: &str| Redirect {
            uri: uri.to_owned(),
            // An address that nobody can listen at is one whose answer has to be pasted.
            kind: rules.read(uri).unwrap_or(RedirectKind::Pasted),
        };
        let uris = self.redirection.uris(settings);
        uris.into_iter().map(redirect).collect()
    }

    /// The first redirect URI; an empty one where none is known yet.
    pub fn redirect(&self, settings: &ClientSettings) -> Redirect {
        let first = self.redirects(settings).into_iter().next();
        first.unwrap_or_else(|| Redirect {
            uri: String::new(),
            kind: RedirectKind::Pasted,
        })
    }

    /// The ways to choose from, the file's own first; none where nobody is sent back.
    pub fn redirect_ways(&self) -> Vec<RedirectWay> {
        if self.authorization.is_none() {
            return Vec::new();
        }
        let is_allowed = |way: &RedirectWay| match way {
            RedirectWay::LoopbackHttp => !self.redirection.must_be_https,
            RedirectWay::OutOfBand => self.redirection.out_of_band,
            RedirectWay::LoopbackHttps | RedirectWay::Pasted => true,
        };
        let mut ways: Vec<RedirectWay> = WAYS.into_iter().filter(is_allowed).collect();
        ways.sort_by_key(|way| self.redirection.own(*way).is_none());
        ways
    }

    /// The redirect URI to register for a way; empty where it is an address of the person's own.
    pub fn proposed_redirect_uri(&self, way: RedirectWay) -> &str {
        let own = self.redirection.own(way).map(String::as_str);
        own.unwrap_or(match way {
            RedirectWay::LoopbackHttp => "http://127.0.0.1/callback",
            RedirectWay::LoopbackHttps => "https://127.0.0.1:53683/callback",
            RedirectWay::Pasted => "",
            RedirectWay::OutOfBand => OUT_OF_BAND,
        })
    }

    pub(super) fn check_redirects(&self, settings: &ClientSettings) -> Result<(), SettingsError> {
        let uris = self.redirection.uris(settings);
        let rules = self.redirection.rules(settings.pastes_redirect);
        let further = uris.len() - settings.other_redirect_uris.len();
        rules.read_all(&uris).map_err(|(place, expected)| {
            let is_further = place > 0 && place >= further;
            let field = if is_further {
                "Further redirect URIs"
            } else {
                "Redirect URI"
            };
            refused(field, expected)
        })
    }
}
