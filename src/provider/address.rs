//! Addresses requests may go to: `https`, or `http` to this machine, and how a setting moves them.
//!
//! Knows nothing of what is sent there.

use std::borrow::Cow;

use url::{Host, Url, form_urlencoded};

use super::error::Error;
use super::settings::ClientSettings;

pub(super) const SECURE: &str =
    "an address that begins with https://, or with http:// for this machine alone";
const BARE: &str = "an address without user name, password and #";
const ORIGIN: &str = "an address without ?";

/// An endpoint of a provider, which a setting may move to another origin.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    /// The address; where the person has to give the origin, a stand-in origin is in its place.
    url: Url,
    /// The host it belongs to, by id.
    host: Option<String>,
    /// Whether the origin is the person's to give.
    needs_base: bool,
}

impl Endpoint {
    pub(super) const fn new(url: Url, host: Option<String>, needs_base: bool) -> Self {
        Self {
            url,
            host,
            needs_base,
        }
    }

    /// The origin and the path put before it that the set-up asks for.
    fn base<'a>(&self, settings: &'a ClientSettings) -> Option<&'a Url> {
        let own = self.host.as_ref().and_then(|id| settings.hosts.get(id));
        own.or(settings.base_url.as_ref())
    }

    pub(super) fn lacks_base(&self, settings: &ClientSettings) -> bool {
        self.needs_base && self.base(settings).is_none()
    }

    /// The address in use.
    pub(super) fn at(&self, settings: &ClientSettings) -> Result<Url, Error> {
        let Some(base) = self.base(settings) else {
            if self.needs_base {
                return Err(Error::Missing {
                    name: "base_url".to_owned(),
                });
            }
            return Ok(self.url.clone());
        };
        let mut moved = base.clone();
        let before = base.path().trim_end_matches('/');
        moved.set_path(&format!("{before}{}", self.url.path()));
        moved.set_query(self.url.query());
        moved.set_fragment(None);
        Ok(moved)
    }

    /// The path as the file writes it, for the inspector.
    pub(super) fn path(&self) -> String {
        self.url.path().replace("%7B", "{").replace("%7D", "}")
    }

    /// The names of the placeholders in the path.
    pub(super) fn placeholders(&self) -> Vec<String> {
        let path = self.path();
        let parts = path.split('{').skip(1);
        parts
            .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
            .collect()
    }
}

/// Puts a value into a path, as one segment whatever is in it; a value that would climb is refused.
pub(super) fn fill(url: &mut Url, name: &str, value: &str) -> bool {
    if matches!(value, "" | "." | "..") {
        return false;
    }
    // The form encoding knows no character that means something in a path, once its space is written out.
    let encoded: Cow<'_, str> = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let encoded = encoded.replace('+', "%20");
    let path = url.path().replace(&format!("%7B{name}%7D"), &encoded);
    url.set_path(&path);
    true
}

/// Whether an address names this machine: a literal, or the name that must mean nothing else (RFC 6761 §6.3).
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Neither credentials nor fragment.
pub(super) fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// An address that secrets may be sent to, or what would have been one.
pub(super) fn check(url: &Url) -> Result<(), &'static str> {
    let is_secure = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    };
    match (is_secure, is_bare(url)) {
        (false, _) => Err(SECURE),
        (_, false) => Err(BARE),
        _ => Ok(()),
    }
}

/// An address that others can be put behind.
pub(super) fn check_base(url: &Url) -> Result<(), &'static str> {
    check(url)?;
    match url.query() {
        Some(_) => Err(ORIGIN),
        None => Ok(()),
    }
}

/// Host and, where it is not the scheme's own, port.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
