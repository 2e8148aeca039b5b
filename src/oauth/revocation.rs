//! The revocation request ([RFC 7009 §2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)).
//!
//! Doesn't know how the client authenticates itself.

use crate::secret::Secret;

/// The parameters that ask for a token to be revoked; `hint` is `access_token` or `refresh_token`.
///
/// ```
/// use linkdesk::oauth::{form_urlencoded, revocation_form};
/// use linkdesk::secret::Secret;
///
/// let token = Secret::new("45ghiukldjahdnhzdauz");
/// let form = revocation_form(&token, "refresh_token");
/// assert_eq!(
///     form_urlencoded(&form),
///     "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token"
/// );
/// ```
pub fn revocation_form<'a>(token: &'a Secret, hint: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("token", token.expose()), ("token_type_hint", hint)]
}
