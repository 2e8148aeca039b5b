//! The client password in HTTP Basic ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
//!
//! Not for a person's password, which is never form-encoded: that is `basic_login`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// The value of the `Authorization` header for `client_secret_basic`, `Basic` included.
///
/// Both parts are form-encoded first, so that a colon or a letter beyond ASCII survives.
///
/// ```
/// use linkdesk::oauth::client_secret_basic;
/// use linkdesk::secret::Secret;
///
/// let header = client_secret_basic("s6BhdRkqt3", &Secret::new("7Fjfp0ZBr1KtDRbnfVdmIw"));
/// assert_eq!(header.expose(), "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
/// ```
pub fn client_secret_basic(client_id: &str, client_secret: &Secret) -> Secret {
    let secret = client_secret.expose();
    let room = 1 + 3 * (client_id.len() + secret.len());
    let mut pair = Zeroizing::new(String::with_capacity(room));
    pair.extend(byte_serialize(client_id.as_bytes()));
    pair.push(':');
    pair.extend(byte_serialize(secret.as_bytes()));
    let mut header = String::with_capacity("Basic ".len() + pair.len().div_ceil(3) * 4);
    header.push_str("Basic ");
    STANDARD.encode_string(pair.as_bytes(), &mut header);
    Secret::new(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(client_id: &str, secret: &str) -> String {
        let header = client_secret_basic(client_id, &Secret::new(secret));
        let encoded = header.expose().strip_prefix("Basic ").unwrap();
        String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
    }

    #[test]
    fn reserved_characters_are_form_encoded_first() {
        assert_eq!(pair("1/2_3+4", "0!1*$$"), "1%2F2_3%2B4:0%211*%24%24");
    }

    #[test]
    fn a_colon_does_not_end_the_client_id() {
        assert_eq!(pair("a:b", "c:d"), "a%3Ab:c%3Ad");
    }

    #[test]
    fn letters_beyond_ascii_are_utf_8() {
        assert_eq!(
            pair("Grüße", "пароль 1"),
            "Gr%C3%BC%C3%9Fe:%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C+1"
        );
    }

    #[test]
    fn an_empty_secret_keeps_its_place() {
        assert_eq!(pair("id", ""), "id:");
    }
}
