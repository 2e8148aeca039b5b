//! An answer that the person carries over by hand: the address the browser ended at, or the code it shows.
//!
//! Doesn't judge the answer: that is `authorization_response`.

use url::Url;

use super::{form, form_urlencoded, plain};

const LONGEST: usize = 32 * 1024;
/// The redirect addresses of programs that let the server show the code.
const OUT_OF_BAND: [&str; 2] = [
    "urn:ietf:wg:oauth:2.0:oob",
    "urn:ietf:wg:oauth:2.0:oob:auto",
];

/// A pasted text that carries no answer to this attempt; none of it is repeated here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PastedError {
    /// Nothing but blanks.
    #[error("the pasted text is empty")]
    Empty,
    /// Longer than any answer.
    #[error("the pasted text is too long")]
    TooLong,
    /// Neither an address nor parameters.
    #[error("the pasted text is not an address")]
    NotAnAddress,
    /// An address of somewhere else.
    #[error("the pasted address is not the redirect address")]
    OtherAddress,
    /// The right address, but nothing was handed over with it.
    #[error("the pasted address carries no answer")]
    NoAnswer,
}

/// The query of a pasted redirect address, or the parameters alone, or for an out-of-band redirect the code alone.
///
/// ```
/// use linkdesk::oauth::pasted_query;
///
/// let pasted = " https://client.example.com/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz\n";
/// let query = pasted_query(pasted, "https://client.example.com/cb");
/// assert_eq!(query.as_deref(), Ok("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz"));
/// ```
pub fn pasted_query(text: &str, redirect_uri: &str) -> Result<String, PastedError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PastedError::Empty);
    }
    if text.len() > LONGEST {
        return Err(PastedError::TooLong);
    }
    let parameters = text.strip_prefix('?').unwrap_or(text);
    if !parameters.contains(char::is_whitespace) && carries_answer(parameters) {
        return Ok(parameters.to_owned());
    }
    if OUT_OF_BAND.contains(&redirect_uri) {
        return out_of_band(text);
    }
    of_address(text, redirect_uri)
}

/// Whether the first parameter, which no address can be mistaken for, has the name of one that answers carry.
fn carries_answer(parameters: &str) -> bool {
    let first = parameters
        .split('&')
        .next()
        .and_then(|pair| pair.split_once('='));
    let is_ours = |name| matches!(name, "code" | "state" | "error" | "iss" | "scope");
    first.is_some_and(|(name, _)| is_ours(name)) && has_answer(parameters)
}

fn has_answer(query: &str) -> bool {
    form::pairs(query)
        .flatten()
        .any(|(name, _)| name == "code" || name == "error")
}

/// The code the server's page shows, or the address of that page, which may have it too.
fn out_of_band(text: &str) -> Result<String, PastedError> {
    if text.contains("://") {
        // The error is not kept: what was pasted may hold a code.
        return match Url::parse(text) {
            Ok(page) if matches!(page.scheme(), "https" | "http") => answer_of(&page),
            _ => Err(PastedError::NotAnAddress),
        };
    }
    if !plain::is_credential(text) {
        return Err(PastedError::NotAnAddress);
    }
    Ok(form_urlencoded(&[("code", text)]))
}

fn of_address(text: &str, redirect_uri: &str) -> Result<String, PastedError> {
    // Neither error is kept: what was pasted may hold a code.
    let Ok(pasted) = Url::parse(text) else {
        return Err(PastedError::NotAnAddress);
    };
    let Ok(redirect) = Url::parse(redirect_uri) else {
        return Err(PastedError::OtherAddress);
    };
    if !is_same_place(&pasted, &redirect) {
        return Err(PastedError::OtherAddress);
    }
    answer_of(&pasted)
}

fn answer_of(address: &Url) -> Result<String, PastedError> {
    let query = address.query().filter(|query| has_answer(query));
    query.map(str::to_owned).ok_or(PastedError::NoAnswer)
}

fn is_same_place(pasted: &Url, redirect: &Url) -> bool {
    pasted.scheme() == redirect.scheme()
        && pasted.host() == redirect.host()
        && pasted.port_or_known_default() == redirect.port_or_known_default()
        && pasted.path() == redirect.path()
        && pasted.username().is_empty()
        && pasted.password().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REDIRECT: &str = "https://client.example.com/cb";

    #[test]
    fn an_address_has_to_be_the_redirect_address() {
        use PastedError::{Empty, NoAnswer, NotAnAddress, OtherAddress};
        let rows = [
            (
                "https://client.example.com/cb?code=a&state=b",
                Ok("code=a&state=b"),
            ),
            ("\t https://client.example.com/cb?code=a \r\n", Ok("code=a")),
            ("https://client.example.com:443/cb?code=a", Ok("code=a")),
            ("HTTPS://Client.Example.com/cb?code=a", Ok("code=a")),
            ("https://client.example.com/cb?code=a#_=_", Ok("code=a")),
            (
                "https://client.example.com/cb?state=b&code=a",
                Ok("state=b&code=a"),
            ),
            (
                "https://client.example.com/cb?error=access_denied",
                Ok("error=access_denied"),
            ),
            ("code=a&state=b", Ok("code=a&state=b")),
            ("?code=a&state=b", Ok("code=a&state=b")),
            ("state=b&code=a", Ok("state=b&code=a")),
            (
                "error=access_denied&state=b",
                Ok("error=access_denied&state=b"),
            ),
            ("https://client.example.com/cb", Err(NoAnswer)),
            ("https://client.example.com/cb?state=b", Err(NoAnswer)),
            ("https://client.example.com/cb#code=a", Err(NoAnswer)),
            ("http://client.example.com/cb?code=a", Err(OtherAddress)),
            (
                "https://client.example.com:8443/cb?code=a",
                Err(OtherAddress),
            ),
            ("https://client.example.com/cb/?code=a", Err(OtherAddress)),
            ("https://client.example.com/CB?code=a", Err(OtherAddress)),
            (
                "https://client.example.com.evil.example/cb?code=a",
                Err(OtherAddress),
            ),
            (
                "https://client.example.com@evil.example/cb?code=a",
                Err(OtherAddress),
            ),
            ("https://me@client.example.com/cb?code=a", Err(OtherAddress)),
            ("https://evil.example/?state=b&code=a", Err(OtherAddress)),
            ("javascript:code=1&code=a", Err(OtherAddress)),
            ("a-code-alone", Err(NotAnAddress)),
            ("state=b", Err(NotAnAddress)),
            ("code=a b", Err(NotAnAddress)),
            (" \n ", Err(Empty)),
        ];
        for (text, expected) in rows {
            assert_eq!(
                pasted_query(text, REDIRECT).as_deref(),
                expected.as_ref().copied(),
                "{text}"
            );
        }
    }

    #[test]
    fn out_of_band_a_code_alone_is_an_answer_and_the_address_of_its_page_too() {
        use PastedError::{NoAnswer, NotAnAddress};
        let rows = [
            ("abc123", Ok("code=abc123")),
            (" 4/P7q+W= \n", Ok("code=4%2FP7q%2BW%3D")),
            ("code=a&state=b", Ok("code=a&state=b")),
            (
                "https://api.example/oauth/authorize/native?code=abc",
                Ok("code=abc"),
            ),
            (
                "http://127.0.0.1:9/oauth/authorize/native?code=abc#x",
                Ok("code=abc"),
            ),
            ("https://api.example/oauth/authorize/native", Err(NoAnswer)),
            ("ftp://api.example/?code=abc", Err(NotAnAddress)),
            ("https://?code=abc", Err(NotAnAddress)),
            ("two words", Err(NotAnAddress)),
        ];
        for redirect in OUT_OF_BAND {
            for (text, expected) in rows {
                let query = pasted_query(text, redirect);
                assert_eq!(query.as_deref(), expected.as_ref().copied(), "{text}");
            }
        }
    }

    #[test]
    fn a_loopback_redirect_counts_its_port() {
        let redirect = "http://127.0.0.1:13524/";
        assert_eq!(
            pasted_query("http://127.0.0.1:13524/?code=a", redirect).as_deref(),
            Ok("code=a")
        );
        assert_eq!(
            pasted_query("http://127.0.0.1:1/?code=a", redirect),
            Err(PastedError::OtherAddress)
        );
        assert_eq!(
            pasted_query("http://localhost:13524/?code=a", redirect),
            Err(PastedError::OtherAddress)
        );
    }

    #[test]
    fn an_endless_text_is_refused() {
        let text = format!("code={}", "a".repeat(LONGEST));
        assert_eq!(pasted_query(&text, REDIRECT), Err(PastedError::TooLong));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), redirect in any::<String>()) {
            for redirect in [redirect.as_str(), REDIRECT, OUT_OF_BAND[0]] {
                if let Ok(query) = pasted_query(&text, redirect) {
                    prop_assert!(has_answer(&query));
                }
            }
        }
    }
}
