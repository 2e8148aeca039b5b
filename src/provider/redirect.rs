//! Redirect URIs: which of them a listener of ours can answer at, and how the answer reaches us otherwise.
//!
//! Knows the rules of [RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3); opens no port, and knows no provider.

use url::Url;

use super::address;

/// The out-of-band address that shows the code on a page instead of sending it anywhere.
pub(super) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The same, for programs that read the page's title.
const OUT_OF_BAND_IN_TITLE: &str = "urn:ietf:wg:oauth:2.0:oob:auto";

const ANY: &str = "an address that begins with https://, or with http://127.0.0.1, http://[::1] or http://localhost";
const HTTPS: &str = "an address that begins with https://, or urn:ietf:wg:oauth:2.0:oob";
const BARE: &str = "an address without user name and without #";
const NO_QUERY: &str = "a loopback address without ?";
const PASTED: &str = "an address that begins with https:// where the answer is pasted";
const ONCE: &str = "each address once";
const ALIKE: &str = "several addresses only where all are loopback addresses and begin alike, with http:// or with https://";
const NOTHING_LEFT: &str = "no address behind one without a port, which always finds a free one";

/// Where the browser is sent when the person has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The redirect URI, byte for byte as it is registered; a loopback one without a port still lacks it.
    pub uri: String,
    /// How the answer reaches us.
    pub kind: RedirectKind,
}

/// How the answer reaches us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// We listen for it.
    Loopback {
        /// In the clear, or with a certificate of ours.
        scheme: LoopbackScheme,
        /// The loopback host as the URI writes it.
        host: String,
        /// Exactly this port, or any free one.
        port: Option<u16>,
        /// The path to answer at.
        path: String,
    },
    /// The person copies the address the browser ends up at.
    Pasted,
    /// The person copies the code that the provider's page shows.
    OutOfBand,
}

/// What is spoken at a loopback address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopbackScheme {
    /// As RFC 8252 §7.3 proposes it.
    Http,
    /// For providers that refuse `http` even here.
    Https,
}

impl Redirect {
    /// The address to send while we listen at this port; but for the port it is the registered one, byte for byte.
    pub fn at_port(&self, port: u16) -> String {
        let RedirectKind::Loopback { port: None, .. } = self.kind else {
            return self.uri.clone();
        };
        let Some((scheme, rest)) = self.uri.split_once("://") else {
            return self.uri.clone();
        };
        match rest.split_once('/') {
            Some((authority, path)) => format!("{scheme}://{}:{port}/{path}", bare(authority)),
            None => format!("{scheme}://{}:{port}", bare(rest)),
        }
    }
}

/// A colon may stand where a port is left out (RFC 3986 §3.2.3).
fn bare(authority: &str) -> &str {
    authority.strip_suffix(':').unwrap_or(authority)
}

/// How redirect URIs are to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules {
    /// Plain `http` is out of the question.
    pub(super) must_be_https: bool,
    /// Nobody listens, even where somebody could.
    pub(super) is_pasted: bool,
}

impl Rules {
    /// Reads one redirect URI, or says what would have been one.
    pub(super) fn read(self, uri: &str) -> Result<RedirectKind, &'static str> {
        if [OUT_OF_BAND, OUT_OF_BAND_IN_TITLE].contains(&uri) {
            return Ok(RedirectKind::OutOfBand);
        }
        let otherwise = if self.must_be_https { HTTPS } else { ANY };
        let url = match Url::parse(uri) {
            Ok(url) if is_written_out(uri) => url,
            _ => return Err(otherwise),
        };
        if !address::is_bare(&url) {
            return Err(BARE);
        }
        match url.scheme() {
            "https" if self.is_pasted || !is_ours(&url) => Ok(RedirectKind::Pasted),
            "https" => loopback(&url, uri, LoopbackScheme::Https),
            "http" if self.must_be_https || !is_ours(&url) => Err(otherwise),
            "http" if self.is_pasted => Err(PASTED),
            "http" => loopback(&url, uri, LoopbackScheme::Http),
            _ => Err(otherwise),
        }
    }

    /// Reads a list that is gone through until a port is free; a mistake comes with its place.
    pub(super) fn read_all(self, uris: &[&str]) -> Result<(), (usize, &'static str)> {
        let mut before: Option<RedirectKind> = None;
        for (place, uri) in uris.iter().enumerate() {
            let kind = self.read(uri).map_err(|expected| (place, expected))?;
            if uris.iter().take(place).any(|known| known == uri) {
                return Err((place, ONCE));
            }
            if let Some(before) = before {
                may_follow(&before, &kind).map_err(|expected| (place, expected))?;
            }
            before = Some(kind);
        }
        Ok(())
    }
}

/// Only a taken port leads to the next address, and what the browser shows must not change on the way.
fn may_follow(before: &RedirectKind, next: &RedirectKind) -> Result<(), &'static str> {
    let (
        RedirectKind::Loopback { scheme, port, .. },
        RedirectKind::Loopback {
            scheme: next_scheme,
            ..
        },
    ) = (before, next)
    else {
        return Err(ALIKE);
    };
    match port {
        _ if scheme != next_scheme => Err(ALIKE),
        None => Err(NOTHING_LEFT),
        Some(_) => Ok(()),
    }
}

/// Other addresses of this machine exist, but our listener is at none of them.
fn is_ours(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

fn loopback(url: &Url, uri: &str, scheme: LoopbackScheme) -> Result<RedirectKind, &'static str> {
    if url.query().is_some() {
        return Err(NO_QUERY);
    }
    let own_port = match scheme {
        LoopbackScheme::Http => 80,
        LoopbackScheme::Https => 443,
    };
    // `Url` drops the scheme's own port, which here means "exactly this one".
    let names_own_port = authority(uri).ends_with(&format!(":{own_port}"));
    Ok(RedirectKind::Loopback {
        scheme,
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port().or_else(|| names_own_port.then_some(own_port)),
        path: url.path().to_owned(),
    })
}

/// `Url` also reads what only browsers understand; the provider compares bytes.
fn is_written_out(uri: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    uri.bytes().all(is_plain) && !authority(uri).is_empty()
}

fn authority(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
