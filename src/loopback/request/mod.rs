//! Reads the head of one HTTP/1 request and says whether it is a navigation to the redirect URI.
//!
//! Knows nothing of sockets, and keeps nothing of what it refuses.

use super::tls::HANDSHAKE;
use super::{Scheme, Stray};

/// The most bytes of one request.
pub(super) const LONGEST_REQUEST: usize = 16 * 1024;

/// The longest target, path and query together.
const LONGEST_TARGET: usize = 8 * 1024;

/// The most header lines.
const MOST_HEADERS: usize = 64;

/// How HTTP/2 starts (RFC 9113 §3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// Where the browser is expected.
#[derive(Debug)]
pub(super) struct Expected {
    /// How the redirect URI begins.
    pub(super) scheme: Scheme,
    /// The redirect URI's host as it stands there.
    pub(super) host: String,
    /// The port that was bound.
    pub(super) port: u16,
}

/// What the bytes read so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    /// Not enough yet.
    Partial,
    /// A navigation to a redirect URI with this path, and this query.
    Callback(&'a str, &'a str),
    /// Anything else.
    Refused(Refusal),
}

/// Why a request is not the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What to count it as.
    pub(super) stray: Stray,
    /// How to answer; `None` where the other side doesn't speak HTTP/1.
    pub(super) status: Option<u16>,
    /// Whether the answer must have no body (RFC 9110 §9.3.2).
    pub(super) is_head: bool,
}

impl Refusal {
    const fn new(stray: Stray, status: u16) -> Self {
        Self {
            stray,
            status: Some(status),
            is_head: false,
        }
    }

    const fn silent(stray: Stray) -> Self {
        Self {
            stray,
            status: None,
            is_head: false,
        }
    }
}

/// Looks at everything read so far; `is_path` knows the paths of redirect URIs.
pub(super) fn read<'a>(
    bytes: &'a [u8],
    expected: &Expected,
    is_path: impl Fn(&str) -> bool,
) -> Reading<'a> {
    if bytes.first() == Some(&HANDSHAKE) {
        return Reading::Refused(Refusal::silent(Stray::Tls));
    }
    if bytes.starts_with(HTTP2_PREFACE) {
        return Reading::Refused(Refusal::silent(Stray::Http2));
    }
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => judge(&request, expected, is_path),
        Ok(httparse::Status::Partial) if bytes.len() < LONGEST_REQUEST => Reading::Partial,
        Ok(httparse::Status::Partial) if request.path.is_none() => refused(Stray::TooLong, 414),
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            refused(Stray::TooLong, 431)
        }
        Err(_) => refused(Stray::Malformed, 400),
    }
}

fn refused<'a>(stray: Stray, status: u16) -> Reading<'a> {
    Reading::Refused(Refusal::new(stray, status))
}

fn judge<'a>(
    request: &httparse::Request<'_, 'a>,
    expected: &Expected,
    is_path: impl Fn(&str) -> bool,
) -> Reading<'a> {
    let target = match origin_form(request) {
        Ok(target) => target,
        Err(refusal) => return Reading::Refused(refusal),
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let checked = check_framing(request)
        .and_then(|()| check_host(request, expected))
        .and_then(|()| check_path(is_path(path)))
        .and_then(|()| check_destination(request));
    match checked {
        Ok(()) => Reading::Callback(path, query),
        Err(refusal) => Reading::Refused(refusal),
    }
}

/// The target of a GET, which must be a path: a whole address is for proxies (RFC 9112 §3.2.2).
fn origin_form<'a>(request: &httparse::Request<'_, 'a>) -> Result<&'a str, Refusal> {
    let method = request.method.unwrap_or_default();
    if method != "GET" {
        return Err(Refusal {
            is_head: method == "HEAD",
            ..Refusal::new(Stray::Method, 405)
        });
    }
    let target = request.path.unwrap_or_default();
    if target.len() > LONGEST_TARGET {
        return Err(Refusal::new(Stray::TooLong, 414));
    }
    let is_plain = target
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if is_plain && target.starts_with('/') {
        Ok(target)
    } else {
        Err(Refusal::new(Stray::Malformed, 400))
    }
}

/// A GET of a browser has no body; two readings of where one ends are how requests are smuggled (RFC 9112 §11.2).
fn check_framing(request: &httparse::Request<'_, '_>) -> Result<(), Refusal> {
    let coded = values(request, "transfer-encoding").next().is_some();
    let long = values(request, "content-length").any(|value| value != b"0");
    if coded || long {
        return Err(Refusal::new(Stray::Malformed, 400));
    }
    Ok(())
}

/// The host and port of the redirect URI and no other, against names that somebody points at this machine.
fn check_host(request: &httparse::Request<'_, '_>, expected: &Expected) -> Result<(), Refusal> {
    let mut hosts = values(request, "host");
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Refusal::new(Stray::Malformed, 400));
    };
    let whole = format!("{}:{}", expected.host, expected.port);
    // Browsers leave the port out where it is the scheme's own.
    let bare = expected.port == expected.scheme.own_port()
        && host.eq_ignore_ascii_case(expected.host.as_bytes());
    if bare || host.eq_ignore_ascii_case(whole.as_bytes()) {
        Ok(())
    } else {
        Err(Refusal::new(Stray::Host, 421))
    }
}

fn check_path(is_known: bool) -> Result<(), Refusal> {
    if is_known {
        Ok(())
    } else {
        Err(Refusal::new(Stray::Path, 404))
    }
}

/// Browsers say what they fetch for (Fetch Metadata): a redirect fills a window, and nobody has to guess it ahead.
fn check_destination(request: &httparse::Request<'_, '_>) -> Result<(), Refusal> {
    let elsewhere = values(request, "sec-fetch-dest").any(|value| value != b"document");
    let ahead = values(request, "sec-purpose")
        .chain(values(request, "purpose"))
        .any(|value| value.starts_with(b"prefetch"));
    if elsewhere || ahead {
        return Err(Refusal::new(Stray::Embedded, 403));
    }
    Ok(())
}

fn values<'r>(
    request: &'r httparse::Request<'_, '_>,
    name: &'static str,
) -> impl Iterator<Item = &'r [u8]> {
    request
        .headers
        .iter()
        .filter(move |header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value)
}

#[cfg(test)]
mod tests;
