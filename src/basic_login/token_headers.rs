//! Tokens that come as response headers.
//!
//! Doesn't know what the headers are called, nor what an answer without them means for an account.

use http::HeaderMap;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// An answer whose headers carry no pair of tokens; the name is the header's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenHeaders {
    /// It isn't there.
    #[error("the answer has no {0} header")]
    Missing(String),
    /// It is there more than once.
    #[error("the answer has more than one {0} header")]
    Repeated(String),
    /// It is empty, or not printable ASCII.
    #[error("the answer's {0} header is not a token")]
    Malformed(String),
}

/// The access token and the refresh token: both exactly once, or none.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use linkdesk::basic_login::read_token_headers;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("set-authorization", HeaderValue::from_static("Bearer abc"));
/// headers.insert("set-refresh-token", HeaderValue::from_static("def"));
/// let (access, refresh) = read_token_headers(&headers, "Set-Authorization", "Set-Refresh-Token").unwrap();
/// assert_eq!((access.expose(), refresh.expose()), ("abc", "def"));
/// ```
pub fn read_token_headers(
    headers: &HeaderMap,
    access_name: &str,
    refresh_name: &str,
) -> Result<(Secret, Secret), TokenHeaders> {
    let access = read_token_header(headers, access_name)?;
    let refresh = read_token_header(headers, refresh_name)?;
    Ok((access, refresh))
}

/// One token alone, whatever there is beside it.
pub fn read_token_header(headers: &HeaderMap, name: &str) -> Result<Secret, TokenHeaders> {
    let mut values = headers.get_all(name).iter();
    let value = values
        .next()
        .ok_or_else(|| TokenHeaders::Missing(name.to_owned()))?;
    if values.next().is_some() {
        return Err(TokenHeaders::Repeated(name.to_owned()));
    }
    let malformed = || TokenHeaders::Malformed(name.to_owned());
    // Bytes, because `to_str` refuses some and its error says nothing more.
    let text = std::str::from_utf8(value.as_bytes())
        .ok()
        .map(str::trim)
        .ok_or_else(malformed)?;
    let text = Zeroizing::new(without_scheme(text).to_owned());
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed());
    }
    Ok(Secret::new(text.as_str()))
}

/// Schemes are named without regard to case (RFC 9110 §11.1).
fn without_scheme(text: &str) -> &str {
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start(),
        // Trimmed before, so this is the scheme without a token.
        None if text.eq_ignore_ascii_case("bearer") => "",
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(pairs: &[(&'static str, &[u8])]) -> Result<(String, String), TokenHeaders> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let (access, refresh) = read_token_headers(&headers, "A", "R")?;
        Ok((access.expose().to_owned(), refresh.expose().to_owned()))
    }

    #[test]
    fn both_headers_are_read_whatever_their_case() {
        assert_eq!(
            read(&[("a", b"x"), ("r", b"y")]),
            Ok(("x".to_owned(), "y".to_owned()))
        );
        assert_eq!(
            read(&[("a", b"bearer x"), ("r", b"Bearer  y")]),
            Ok(("x".to_owned(), "y".to_owned()))
        );
    }

    #[test]
    fn one_header_alone_is_no_pair() {
        assert_eq!(
            read(&[("a", b"x")]),
            Err(TokenHeaders::Missing("R".to_owned()))
        );
        assert_eq!(
            read(&[("r", b"y")]),
            Err(TokenHeaders::Missing("A".to_owned()))
        );
    }

    #[test]
    fn a_repeated_header_is_refused_even_if_equal() {
        let refused = read(&[("a", b"x"), ("a", b"x"), ("r", b"y")]);
        assert_eq!(refused, Err(TokenHeaders::Repeated("A".to_owned())));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for value in [
            b"".as_slice(),
            b"  ",
            b"Bearer ",
            b"two words",
            b"caf\xc3\xa9",
            b"\xff",
            b"a\tb",
        ] {
            let refused = read(&[("a", b"x"), ("r", value)]);
            assert_eq!(
                refused,
                Err(TokenHeaders::Malformed("R".to_owned())),
                "{value:?}"
            );
        }
    }
}
