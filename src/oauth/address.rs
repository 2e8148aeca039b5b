//! Addresses that a server hands out, held against what may be trusted with a code, a token or a person.
//!
//! Doesn't know what an address is for, nor who handed it out.

use url::{Host, Url};

/// Longer ones are nobody's endpoint.
const LONGEST: usize = 2048;

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is no absolute address, or one with credentials or a fragment in it.
    Malformed,
    /// What is sent there can be read on the way.
    Insecure,
}

/// Reads an endpoint: `https`, or `http` to this machine; no user name, no password, no fragment
/// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
pub(super) fn endpoint(text: &str) -> Result<Url, Unfit> {
    if text.len() > LONGEST {
        return Err(Unfit::Malformed);
    }
    let Ok(url) = Url::parse(text) else {
        return Err(Unfit::Malformed);
    };
    if !is_secure(&url) {
        return Err(Unfit::Insecure);
    }
    if has_user(&url) || url.fragment().is_some() {
        return Err(Unfit::Malformed);
    }
    Ok(url)
}

/// Whether nobody on the way can read what is sent there.
pub(super) fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether there is a user name or a password in an address.
pub(super) fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// A literal, or the name that must mean nothing else ([RFC 6761 §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether a host is written in letters beyond ASCII, which can be drawn like those of another host.
///
/// [`Url`] keeps such a host in its ASCII form ([RFC 5890 §2.3.2.1](https://www.rfc-editor.org/rfc/rfc5890#section-2.3.2.1)); show that.
///
/// ```
/// use linkdesk::oauth::is_internationalized;
/// use url::Url;
///
/// # fn main() -> Result<(), url::ParseError> {
/// assert!(is_internationalized(&Url::parse("https://аccounts.example.com/")?), "a Cyrillic a");
/// assert!(!is_internationalized(&Url::parse("https://accounts.example.com/")?));
/// # Ok(())
/// # }
/// ```
pub fn is_internationalized(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host.split('.').any(|label| {
        label
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_can_read_on_the_way_is_an_endpoint() {
        use Unfit::{Insecure, Malformed};
        let rows = [
            ("https://a.example", None),
            ("https://a.example:8443/token?tenant=1", None),
            ("HTTPS://A.EXAMPLE/", None),
            ("http://127.0.0.1:8080/token", None),
            ("http://127.9.9.9/", None),
            ("http://[::1]/", None),
            ("http://localhost:1/", None),
            ("http://a.example/", Some(Insecure)),
            ("http://localhost.a.example/", Some(Insecure)),
            ("http://127.0.0.1.a.example/", Some(Insecure)),
            ("http://192.168.0.1/", Some(Insecure)),
            ("http://[::ffff:127.0.0.1]/", Some(Insecure)),
            ("http://0.0.0.0/", Some(Insecure)),
            ("ftp://127.0.0.1/", Some(Insecure)),
            ("file:///etc/passwd", Some(Insecure)),
            ("javascript:alert(1)", Some(Insecure)),
            ("data:,x", Some(Insecure)),
            ("https://user@a.example/", Some(Malformed)),
            ("https://:password@a.example/", Some(Malformed)),
            ("https://a.example/#top", Some(Malformed)),
            ("https://a.example/#", Some(Malformed)),
            ("https://", Some(Malformed)),
            ("a.example", Some(Malformed)),
            ("/token", Some(Malformed)),
            ("", Some(Malformed)),
        ];
        for (text, unfit) in rows {
            assert_eq!(endpoint(text).err(), unfit, "{text}");
        }
        let long = format!("https://a.example/{}", "a".repeat(LONGEST));
        assert_eq!(endpoint(&long), Err(Malformed));
    }

    #[test]
    fn a_host_in_other_letters_is_noticed_in_any_label() {
        let rows = [
            ("https://bücher.example/", true),
            ("https://login.xn--80ak6aa92e.com/", true),
            ("https://XN--80AK6AA92E.com/", true),
            ("https://example.рф/", true),
            ("https://xn.example/", false),
            ("https://a-xn--b.example/", false),
            ("https://127.0.0.1/xn--80ak6aa92e", false),
            ("https://[::1]/", false),
        ];
        for (text, expected) in rows {
            let url = Url::parse(text).unwrap();
            assert_eq!(is_internationalized(&url), expected, "{text}");
        }
    }
}
