//! Hints from access tokens that happen to be JWTs ([RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1)).
//!
//! Verifies nothing, so nothing may be decided by it that an attacker would like decided; a token is opaque to its client.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{json, plain};
use crate::secret::Secret;

const LONGEST: usize = 64 * 1024;

/// base64url as the RFC has it, and padded as some servers write it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The `exp` claim, unverified; `None` where the token is no JWT or has none.
pub fn jwt_exp(token: &Secret) -> Option<Timestamp> {
    let claims = claims(token)?;
    Timestamp::from_second(json::seconds(claims.get("exp")?)?).ok()
}

/// The text or number at a JSON pointer into the claims, unverified, fit to be shown.
///
/// ```
/// use linkdesk::oauth::jwt_claim;
/// use linkdesk::secret::Secret;
///
/// let token = Secret::new("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.");
/// assert_eq!(jwt_claim(&token, "/sub").as_deref(), Some("1234"));
/// ```
pub fn jwt_claim(token: &Secret, pointer: &str) -> Option<String> {
    let text = json::text(claims(token)?.pointer(pointer)?)?;
    Some(plain::shown(&text)).filter(|text| !text.is_empty())
}

fn claims(token: &Secret) -> Option<Value> {
    let [_, payload, _] = parts(token)?.try_into().ok()?;
    object(payload)
}

/// The parts of a signed (three) or encrypted (five) JWT; `None` where it is neither.
pub(super) fn parts(token: &Secret) -> Option<Vec<&str>> {
    let text = token.expose();
    if text.len() > LONGEST {
        return None;
    }
    let parts: Vec<_> = text.split('.').collect();
    let is_jwt = matches!(parts.len(), 3 | 5) && object(parts.first()?)?.get("alg").is_some();
    is_jwt.then_some(parts)
}

fn object(part: &str) -> Option<Value> {
    let bytes = Zeroizing::new(LENIENT.decode(part).ok()?);
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{URL_SAFE as PADDED, URL_SAFE_NO_PAD as BARE};
    use proptest::prelude::*;

    use super::*;

    fn jwt(claims: &str) -> Secret {
        let header = BARE.encode(r#"{"alg":"none"}"#);
        Secret::new(format!("{header}.{}.c2ln", BARE.encode(claims)))
    }

    #[test]
    fn the_example_of_rfc_7519_holds() {
        let token = Secret::new(
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
             eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
             dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        );
        assert_eq!(jwt_exp(&token), Timestamp::from_second(1_300_819_380).ok());
        assert_eq!(jwt_claim(&token, "/iss").as_deref(), Some("joe"));
    }

    #[test]
    fn exp_is_read_as_servers_write_it() {
        let rows = [
            (r#"{"exp":1300819380}"#, Some(1_300_819_380)),
            (r#"{"exp":1300819380.9}"#, Some(1_300_819_380)),
            (r#"{"exp":"1300819380"}"#, Some(1_300_819_380)),
            (r#"{"exp":1e300}"#, None),
            (r#"{"exp":null}"#, None),
            (r#"{"exp":true}"#, None),
            (r#"{"exp":"soon"}"#, None),
            ("{}", None),
            ("[]", None),
            ("no json", None),
        ];
        for (claims, expected) in rows {
            assert_eq!(
                jwt_exp(&jwt(claims)).map(Timestamp::as_second),
                expected,
                "{claims}"
            );
        }
    }

    #[test]
    fn padding_makes_no_difference() {
        let header = PADDED.encode(r#"{"alg":"none"}"#);
        assert!(header.ends_with('='), "or this proves nothing");
        let token = Secret::new(format!("{header}.{}.", PADDED.encode(r#"{"exp":12345}"#)));
        assert_eq!(jwt_exp(&token).map(Timestamp::as_second), Some(12345));
    }

    #[test]
    fn claims_are_found_by_pointer() {
        let token = jwt(r#"{"user":{"id":7,"names":["A\u202eda"]},"none":null}"#);
        assert_eq!(jwt_claim(&token, "/user/id").as_deref(), Some("7"));
        assert_eq!(jwt_claim(&token, "/user/names/0").as_deref(), Some("Ada"));
        assert_eq!(jwt_claim(&token, "/none"), None);
        assert_eq!(jwt_claim(&token, "/user"), None);
        assert_eq!(jwt_claim(&token, "user"), None);
    }

    #[test]
    fn what_is_no_jwt_has_no_claims() {
        for text in [
            "",
            "a",
            "a.b.c",
            "..",
            "eyJhbGciOiJub25lIn0.eyJleHAiOjF9",
            "e30.eyJleHAiOjF9.",
        ] {
            assert_eq!(jwt_exp(&Secret::new(text)), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_token_panics(text in any::<String>(), claims in any::<String>(), pointer in any::<String>()) {
            for token in [Secret::new(text), jwt(&claims)] {
                prop_assert_eq!(jwt_exp(&token), None);
                prop_assert!(jwt_claim(&token, &pointer).is_none_or(|claim| claim.chars().count() <= 512));
            }
        }
    }
}
