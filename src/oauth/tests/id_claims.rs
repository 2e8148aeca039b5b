//! The claims of ID tokens whose signature holds: each bad token differs from a good one in what its row says.
//!
//! Knows no provider; signatures are in `id_tokens`.

use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::id_tokens::{NOW, claims, verify};
use super::signing::{Signer, set};
use crate::oauth::{ExpectedIdToken, IdClaims, IdTokenError, Nonce, verify_id_token};

/// Signs claims with the Ed25519 key of fives and verifies them; a claim of `null` is left out.
fn with(changes: &Value) -> Result<IdClaims, IdTokenError> {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    of_text(&claims.to_string())
}

fn of_text(payload: &str) -> Result<IdClaims, IdTokenError> {
    let signer = Signer::ed25519(5);
    let token = signer.token(&json!({"alg": "EdDSA", "kid": "k"}), payload);
    verify(&token, &set(&[signer.jwk("k")]), &["EdDSA"])
}

#[test]
#[rustfmt::skip]
fn every_claim_that_has_to_hold_is_checked_by_itself() {
    use IdTokenError::{Audience, Expired, Issuer, Malformed, NotYetValid};
    let long = "a".repeat(256);
    for (changes, expected) in [
        (json!({}), None),
        (json!({"iss": "https://a.example/"}), Some(Issuer)),
        (json!({"iss": "https://A.example"}), Some(Issuer)),
        (json!({"iss": null}), Some(Issuer)),
        (json!({"iss": ["https://a.example"]}), Some(Malformed("iss"))),
        (json!({"aud": ["client"]}), None),
        (json!({"aud": ["client", "other"], "azp": "client"}), None),
        (json!({"azp": "client"}), None),
        (json!({"aud": "other"}), Some(Audience)),
        (json!({"aud": ["other"]}), Some(Audience)),
        (json!({"aud": []}), Some(Audience)),
        (json!({"aud": ["client", "other"]}), Some(Audience)),
        (json!({"aud": ["client", "other"], "azp": "other"}), Some(Audience)),
        (json!({"azp": "other"}), Some(Audience)),
        (json!({"aud": "other", "azp": "client"}), Some(Audience)),
        (json!({"aud": null}), Some(Malformed("aud"))),
        (json!({"aud": ["client", 7]}), Some(Malformed("aud"))),
        (json!({"azp": ["client"]}), Some(Malformed("azp"))),
        (json!({"nonce": null}), Some(IdTokenError::Nonce)),
        (json!({"nonce": ""}), Some(IdTokenError::Nonce)),
        (json!({"nonce": Nonce::from_random([8; 32]).as_str()}), Some(IdTokenError::Nonce)),
        (json!({"nonce": 7}), Some(Malformed("nonce"))),
        (json!({"exp": NOW - 59}), None),
        (json!({"exp": NOW - 60}), Some(Expired)),
        (json!({"exp": 1_699_999_941.5}), None),
        (json!({"exp": null}), Some(Malformed("exp"))),
        (json!({"exp": (NOW + 3600).to_string()}), Some(Malformed("exp"))),
        (json!({"exp": 1e300}), Some(Malformed("exp"))),
        (json!({"exp": 253_402_300_799_i64}), Some(Malformed("exp"))),
        (json!({"iat": NOW + 60}), None),
        (json!({"iat": NOW + 61}), Some(NotYetValid)),
        (json!({"iat": null}), Some(Malformed("iat"))),
        (json!({"iat": true}), Some(Malformed("iat"))),
        (json!({"nbf": NOW + 60}), None),
        (json!({"nbf": NOW + 61}), Some(NotYetValid)),
        (json!({"nbf": "now"}), Some(Malformed("nbf"))),
        (json!({"sub": "a".repeat(255)}), None),
        (json!({"sub": long}), Some(Malformed("sub"))),
        (json!({"sub": null}), Some(Malformed("sub"))),
        (json!({"sub": ""}), Some(Malformed("sub"))),
        (json!({"sub": 248_289_761_001_i64}), Some(Malformed("sub"))),
        (json!({"sub": "é"}), Some(Malformed("sub"))),
        (json!({"sub": "a\nb"}), Some(Malformed("sub"))),
    ] {
        assert_eq!(with(&changes).err(), expected, "{changes}");
    }
}

#[test]
fn two_claims_of_one_name_are_refused() {
    let own = claims().to_string();
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce", "azp", "nbf"] {
        let twice = own.replacen('{', &format!(r#"{{"{name}":1,"{name}":1,"#), 1);
        assert!(
            matches!(of_text(&twice), Err(IdTokenError::Malformed(_))),
            "{name}"
        );
    }
    assert_eq!(of_text("[]"), Err(IdTokenError::Malformed("payload")));
}

#[test]
fn the_claims_about_a_person_are_fit_to_be_shown_or_absent() {
    let read = with(&json!({
        "email": "ada@a.example", "email_verified": true, "name": "A\u{202e}da", "preferred_username": "ada",
        "auth_time": NOW - 5,
    }));
    let read = read.unwrap();
    assert_eq!(read.email.as_deref(), Some("ada@a.example"));
    assert!(read.email_verified);
    assert_eq!(read.name.as_deref(), Some("Ada"));
    assert_eq!(read.preferred_username.as_deref(), Some("ada"));
    assert_eq!(read.auth_time.map(Timestamp::as_second), Some(NOW - 5));
    assert_eq!(read.issued_at.as_second(), NOW);
    assert_eq!(read.expires_at.as_second(), NOW + 3600);
    let odd = json!({"email": 7, "email_verified": "yes", "name": ["A"], "preferred_username": "", "auth_time": "x"});
    let read = with(&odd).unwrap();
    assert_eq!(
        (read.email, read.name, read.preferred_username),
        (None, None, None)
    );
    assert!(!read.email_verified);
    assert_eq!(read.auth_time, None);
    assert!(
        with(&json!({"email_verified": "true"}))
            .unwrap()
            .email_verified
    );
}

#[test]
fn without_a_nonce_sent_none_is_looked_for() {
    let signer = Signer::ed25519(5);
    let mut claims = claims();
    claims["nonce"] = json!("another");
    let expected = ExpectedIdToken {
        issuer: "https://a.example",
        client_id: "client",
        nonce: None,
        algorithms: &["EdDSA".to_owned()],
        now: Timestamp::from_second(NOW).unwrap(),
        leeway: Duration::from_mins(1),
    };
    let token = signer.token(&json!({"alg": "EdDSA"}), &claims.to_string());
    assert!(verify_id_token(&token, &set(&[signer.jwk("k")]), &expected).is_ok());
}

proptest! {
    #[test]
    fn no_error_quotes_the_token(value in "canary.{0,20}", name in "iss|sub|aud|azp|nonce|exp|iat|nbf") {
        if let Err(error) = with(&json!({ name.as_str(): value })) {
            let told = format!("{error} {error:?}");
            prop_assert!(!told.contains("canary"), "{}", told);
        }
    }
}
