//! `application/x-www-form-urlencoded`, as [RFC 6749, Appendix B](https://www.rfc-editor.org/rfc/rfc6749#appendix-B) uses it.
//!
//! Knows nothing of what the parameters mean.

use url::form_urlencoded::Serializer;

/// Writes parameters in their order, for a request body.
///
/// ```
/// use linkdesk::oauth::form_urlencoded;
///
/// let body = form_urlencoded(&[("grant_type", "authorization_code"), ("code", "a+b c")]);
/// assert_eq!(body, "grant_type=authorization_code&code=a%2Bb+c");
/// ```
pub fn form_urlencoded(params: &[(&str, &str)]) -> String {
    // Room for the worst case at once: a buffer that grows leaves copies of secrets behind.
    let room = params
        .iter()
        .map(|(name, value)| 2 + 3 * (name.len() + value.len()))
        .sum();
    let mut form = Serializer::new(String::with_capacity(room));
    form.extend_pairs(params);
    form.finish()
}

/// Reads a parameter's name or value; `None` where a percent sign is astray or the bytes are not UTF-8.
///
/// Strict, because a lenient reading of an answer could differ from the one its sender meant.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The pairs of a query or form, each name and value read strictly.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = Option<(String, String)>> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decoded(name)?, decoded(value)?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_appendix_b_holds() {
        let body = form_urlencoded(&[("", " %&+£€")]);
        assert_eq!(body, "=+%25%26%2B%C2%A3%E2%82%AC");
    }

    #[test]
    fn no_parameters_are_an_empty_body() {
        assert_eq!(form_urlencoded(&[]), "");
    }

    #[test]
    fn a_stray_percent_sign_is_refused() {
        for text in ["%", "%4", "%zz", "a%+1", "100%", "%ff", "%C3"] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(params in proptest::collection::vec((".{1,8}", ".{0,40}"), 0..6)) {
            let borrowed: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let read: Option<Vec<_>> = pairs(&form_urlencoded(&borrowed)).collect();
            prop_assert_eq!(read, Some(params));
        }
    }
}
