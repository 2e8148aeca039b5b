//! Redirect URIs: which of them a listener of ours can answer at, and which have to be pasted back.
//!
//! Knows the rules of [RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3); opens no port.

use url::Url;

use super::address;

/// The out-of-band addresses that show the code on a page instead of sending it anywhere.
const OUT_OF_BAND: [&str; 2] = [
    "urn:ietf:wg:oauth:2.0:oob",
    "urn:ietf:wg:oauth:2.0:oob:auto",
];

const ANY: &str = "an address that begins with https://, or with http://127.0.0.1, http://[::1] or http://localhost";
const HTTPS: &str = "an address that begins with https://, or urn:ietf:wg:oauth:2.0:oob";
const BARE: &str = "an address without user name and without #";
const NO_QUERY: &str = "a loopback address without ?";

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
        /// The loopback host as the URI writes it.
        host: String,
        /// Exactly this port, or any free one.
        port: Option<u16>,
        /// The path to answer at.
        path: String,
    },
    /// The person copies it from the browser.
    Pasted,
}

/// Reads a redirect URI, or says what would have been one.
pub(super) fn read(uri: &str, https_only: bool) -> Result<RedirectKind, &'static str> {
    if OUT_OF_BAND.contains(&uri) {
        return Ok(RedirectKind::Pasted);
    }
    let otherwise = if https_only { HTTPS } else { ANY };
    let Ok(url) = Url::parse(uri) else {
        return Err(otherwise);
    };
    if !address::is_bare(&url) {
        return Err(BARE);
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(RedirectKind::Pasted),
        "http" if !https_only && address::is_loopback(&url) => loopback(&url, uri),
        _ => Err(otherwise),
    }
}

fn loopback(url: &Url, uri: &str) -> Result<RedirectKind, &'static str> {
    if url.query().is_some() {
        return Err(NO_QUERY);
    }
    // Other addresses of this machine exist, but our listener is at none of them.
    if !matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")) {
        return Err(ANY);
    }
    Ok(RedirectKind::Loopback {
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port().or_else(|| names_default_port(uri).then_some(80)),
        path: url.path().to_owned(),
    })
}

/// `Url` drops the scheme's own port, which here means "exactly this one".
fn names_default_port(uri: &str) -> bool {
    let authority = uri.split('/').nth(2).unwrap_or_default();
    authority.ends_with(":80")
}
