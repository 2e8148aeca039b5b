//! The `Basic` credentials of a person ([RFC 7617 §2](https://www.rfc-editor.org/rfc/rfc7617#section-2)).
//!
//! Not for an OAuth client, whose parts are form-encoded first: that is `oauth`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// A user name that `Basic` can't carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableUsername {
    /// The colon ends the user name.
    #[error("the user name contains a colon")]
    Colon,
    /// §2 forbids them in both parts; a user name with one is a slip.
    #[error("the user name contains a control character")]
    ControlCharacter,
}

/// The value of the `Authorization` header, `Basic` included.
///
/// Both parts are sent byte for byte, as UTF-8: a password is never trimmed or normalized.
///
/// ```
/// use linkdesk::basic_login::basic_credentials;
/// use linkdesk::secret::Secret;
///
/// let header = basic_credentials("Aladdin", &Secret::new("open sesame")).unwrap();
/// assert_eq!(header.expose(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
/// ```
pub fn basic_credentials(username: &str, password: &Secret) -> Result<Secret, UnusableUsername> {
    if username.contains(':') {
        return Err(UnusableUsername::Colon);
    }
    if username.contains(char::is_control) {
        return Err(UnusableUsername::ControlCharacter);
    }
    // Exactly as long as needed: a buffer that grows leaves a copy of the password behind.
    let mut pair = Zeroizing::new(String::with_capacity(
        username.len() + 1 + password.expose().len(),
    ));
    pair.push_str(username);
    pair.push(':');
    pair.push_str(password.expose());
    let mut header = String::with_capacity("Basic ".len() + pair.len().div_ceil(3) * 4);
    header.push_str("Basic ");
    STANDARD.encode_string(pair.as_bytes(), &mut header);
    Ok(Secret::new(header))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_utf_8_example_of_section_2_1_holds() {
        let header = basic_credentials("test", &Secret::new("123£")).unwrap();
        assert_eq!(header.expose(), "Basic dGVzdDoxMjPCow==");
    }

    #[test]
    fn a_colon_belongs_in_the_password_only() {
        assert_eq!(
            basic_credentials("a:b", &Secret::new("c")),
            Err(UnusableUsername::Colon)
        );
        let header = basic_credentials("a", &Secret::new("b:c")).unwrap();
        assert_eq!(header.expose(), "Basic YTpiOmM=");
    }

    #[test]
    fn a_control_character_in_the_user_name_is_refused() {
        let refused = basic_credentials("a\n", &Secret::new("b"));
        assert_eq!(refused, Err(UnusableUsername::ControlCharacter));
    }

    proptest! {
        #[test]
        fn a_password_arrives_byte_for_byte(password in any::<String>()) {
            let header = basic_credentials("me@example.com", &Secret::new(password.clone())).unwrap();
            let sent = STANDARD.decode(header.expose().strip_prefix("Basic ").unwrap()).unwrap();
            prop_assert_eq!(sent, format!("me@example.com:{password}").into_bytes());
        }
    }
}
