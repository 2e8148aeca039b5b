//! ID tokens whose signature holds or doesn't, and the keys they are held against.
//!
//! Who signs is in `signing`, what the claims come to in `id_claims`.

use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use ring::hmac;
use serde_json::{Value, json};

use super::signing::{Signer, decoded, encoded, set};
use crate::oauth::{ExpectedIdToken, IdClaims, IdTokenError, Nonce, verify_id_token};
use crate::secret::Secret;

pub(super) const NOW: i64 = 1_700_000_000;

/// Verifies at `NOW`, with a nonce of sevens.
pub(super) fn verify(
    token: &Secret,
    keys: &[u8],
    algorithms: &[&str],
) -> Result<IdClaims, IdTokenError> {
    let algorithms: Vec<String> = algorithms.iter().map(|&name| name.to_owned()).collect();
    let nonce = Nonce::from_random([7; 32]);
    let expected = ExpectedIdToken {
        issuer: "https://a.example",
        client_id: "client",
        nonce: Some(&nonce),
        algorithms: &algorithms,
        now: Timestamp::from_second(NOW).unwrap(),
        leeway: Duration::from_mins(1),
    };
    verify_id_token(token, keys, &expected)
}

pub(super) fn claims() -> Value {
    json!({
        "iss": "https://a.example", "sub": "248289761001", "aud": "client",
        "nonce": Nonce::from_random([7; 32]).as_str(), "iat": NOW, "exp": NOW + 3600,
    })
}

#[test]
fn the_vectors_of_rfc_7515_hold_up_to_their_claims() {
    let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let a2 = format!(
        "eyJhbGciOiJSUzI1NiJ9.{payload}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );
    let a3 = format!(
        "eyJhbGciOiJFUzI1NiJ9.{payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    );
    let keys = set(&[Signer::rsa().jwk("rsa"), Signer::p256().jwk("ec")]);
    for token in [a2, a3] {
        let read = verify(&Secret::new(token.as_str()), &keys, &["RS256", "ES256"]);
        assert_eq!(
            read,
            Err(IdTokenError::Issuer),
            "the signature holds, and it is joe's"
        );
        let changed = token.replacen(payload, &encoded(claims().to_string()), 1);
        let read = verify(&Secret::new(changed), &keys, &["RS256", "ES256"]);
        assert_eq!(read, Err(IdTokenError::Signature));
    }
}

#[test]
fn every_algorithm_is_verified_with_its_own_key() {
    let (rsa, p256, p384, ed) = (
        Signer::rsa(),
        Signer::p256(),
        Signer::p384(),
        Signer::ed25519(5),
    );
    let keys = set(&[rsa.jwk("r"), p256.jwk("p"), p384.jwk("q"), ed.jwk("e")]);
    let rows = [
        (
            &rsa,
            "r",
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].as_slice(),
        ),
        (&p256, "p", &["ES256"]),
        (&p384, "q", &["ES384"]),
        (&ed, "e", &["EdDSA"]),
    ];
    for (signer, kid, algorithms) in rows {
        for alg in algorithms {
            let header = json!({"alg": alg, "kid": kid, "typ": "JWT"});
            let token = signer.token(&header, &claims().to_string());
            let read = verify(&token, &keys, &[alg]).unwrap();
            assert_eq!(read.sub, "248289761001", "{alg}");
            let undeclared = verify(&token, &keys, &["RS1", "HS256"]);
            assert_eq!(undeclared, Err(IdTokenError::Algorithm), "{alg}");
            let by_default = verify(&token, &keys, &[]).is_ok();
            assert_eq!(by_default, *alg == "RS256", "{alg}");
        }
    }
}

#[test]
fn a_header_can_not_choose_a_weaker_check() {
    let signer = Signer::rsa();
    let keys = set(&[
        signer.jwk("k"),
        json!({"kty": "oct", "kid": "k", "k": "AAAA"}),
    ]);
    let payload = encoded(claims().to_string());
    let all = ["RS256", "ES256", "HS256", "none", "None", ""];
    for (alg, kid) in [("none", "k"), ("None", "k"), ("", "k")] {
        let header = encoded(json!({"alg": alg, "kid": kid}).to_string());
        let token = Secret::new(format!("{header}.{payload}."));
        assert_eq!(
            verify(&token, &keys, &all),
            Err(IdTokenError::Algorithm),
            "{alg}"
        );
    }
    let modulus = signer.jwk("k")["n"].as_str().unwrap().to_owned();
    for secret in [modulus.as_bytes(), &decoded(&modulus), &[0; 3]] {
        let input = format!("{}.{payload}", encoded(r#"{"alg":"HS256","kid":"k"}"#));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&key, input.as_bytes());
        let token = Secret::new(format!("{input}.{}", encoded(tag)));
        assert_eq!(verify(&token, &keys, &all), Err(IdTokenError::Algorithm));
    }
    let renamed = signer.token(&json!({"alg": "ES256", "kid": "k"}), &claims().to_string());
    assert_eq!(verify(&renamed, &keys, &all), Err(IdTokenError::UnknownKey));
    let header = json!({"alg": "RS256", "crit": ["b64"], "b64": false});
    let critical = signer.token(&header, &claims().to_string());
    let refused = verify(&critical, &keys, &all);
    assert_eq!(refused, Err(IdTokenError::Malformed("header")));
}

#[test]
fn exactly_one_key_has_to_suit() {
    let signer = Signer::ed25519(5);
    let (own, other) = (signer.jwk("k"), Signer::ed25519(6).jwk("l"));
    let changed = |name: &str, value: Value| {
        let mut key = signer.jwk("k");
        key[name] = value;
        key
    };
    let (named, unnamed) = (json!({"alg": "EdDSA", "kid": "k"}), json!({"alg": "EdDSA"}));
    let unknown = Err(IdTokenError::UnknownKey);
    let odd = json!({"kty": "OKP", "crv": 7, "x": []});
    let rows = [
        (&named, vec![own.clone()], Ok(())),
        (&named, vec![other.clone(), own.clone()], Ok(())),
        (
            &named,
            vec![odd, json!("odd"), json!({"kty": "new"}), own.clone()],
            Ok(()),
        ),
        (
            &named,
            vec![changed("use", json!("sig")), Signer::p256().jwk("k")],
            Ok(()),
        ),
        (&named, vec![changed("alg", json!("EdDSA"))], Ok(())),
        (&named, vec![changed("key_ops", json!(["verify"]))], Ok(())),
        (&unnamed, vec![own.clone()], Ok(())),
        (&unnamed, vec![Signer::rsa().jwk("r"), own.clone()], Ok(())),
        (&unnamed, vec![own.clone(), other.clone()], unknown),
        (&named, vec![own.clone(), own], unknown),
        (&named, vec![other.clone()], unknown),
        (&named, vec![changed("kid", Value::Null)], unknown),
        (&named, vec![changed("use", json!("enc"))], unknown),
        (&named, vec![changed("alg", json!("ES256"))], unknown),
        (&named, vec![changed("key_ops", json!(["sign"]))], unknown),
        (&named, vec![changed("crv", json!("Ed448"))], unknown),
        (&named, vec![], unknown),
        (&unnamed, vec![other.clone()], Err(IdTokenError::Signature)),
        (
            &named,
            vec![changed("x", other["x"].clone())],
            Err(IdTokenError::Signature),
        ),
        (
            &named,
            vec![changed("x", json!(""))],
            Err(IdTokenError::Signature),
        ),
        (
            &named,
            vec![changed("x", json!("=="))],
            Err(IdTokenError::Signature),
        ),
    ];
    for (header, keys, expected) in rows {
        let token = signer.token(header, &claims().to_string());
        let read = verify(&token, &set(&keys), &["EdDSA"]).map(drop);
        assert_eq!(read, expected, "{header} {keys:?}");
    }
}

#[test]
fn what_is_no_set_of_keys_has_none_that_suits() {
    let header = json!({"alg": "EdDSA", "kid": "k"});
    let token = Signer::ed25519(5).token(&header, &claims().to_string());
    for body in ["", "{}", "[]", r#"{"keys":{}}"#, "<html>"] {
        let read = verify(&token, body.as_bytes(), &["EdDSA"]);
        assert_eq!(read, Err(IdTokenError::UnknownKey), "{body}");
    }
}

#[test]
fn a_sign_byte_in_front_of_a_modulus_does_no_harm() {
    let signer = Signer::rsa();
    let mut key = signer.jwk("k");
    let modulus = decoded(key["n"].as_str().unwrap());
    key["n"] = json!(encoded([vec![0], modulus].concat()));
    let token = signer.token(&json!({"alg": "RS256"}), &claims().to_string());
    assert!(verify(&token, &set(&[key]), &[]).is_ok());
}

#[test]
fn what_is_no_signed_jwt_is_malformed() {
    let good = Signer::ed25519(5).token(&json!({"alg": "EdDSA"}), &claims().to_string());
    let (input, signature) = good.expose().rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    let rows = [
        (String::new(), "compact form"),
        ("a".to_owned(), "compact form"),
        ("a.b".to_owned(), "compact form"),
        ("..".to_owned(), "header"),
        (format!("{header}=.{payload}.{signature}"), "header"),
        (format!("e30.{payload}.{signature}"), "header"),
        (
            format!("{}.{payload}.{signature}", encoded(r#"{"alg":7}"#)),
            "header",
        ),
        (
            format!(
                "{}.{payload}.{signature}",
                encoded(r#"{"alg":"EdDSA","alg":"EdDSA"}"#)
            ),
            "header",
        ),
        (
            format!(
                "{}.{payload}.{signature}",
                encoded(r#"{"alg":"EdDSA","kid":7}"#)
            ),
            "header",
        ),
        (format!("{header}.{payload}.{signature}.x.y"), "payload"),
        (format!("{header}.{payload}.{signature}+"), "signature"),
        ("a".repeat(64 * 1024 + 1), "compact form"),
    ];
    let keys = set(&[Signer::ed25519(5).jwk("k")]);
    for (token, part) in rows {
        let shown: String = token.chars().take(80).collect();
        let read = verify(&Secret::new(token), &keys, &["EdDSA"]);
        assert_eq!(read, Err(IdTokenError::Malformed(part)), "{shown}");
    }
}

proptest! {
    #[test]
    fn no_token_and_no_key_panics(
        token in "([A-Za-z0-9_-]{0,40}\\.){0,4}[A-Za-z0-9_-]{0,40}",
        header in any::<String>(), text in any::<String>(),
        alg in "(RS|PS|ES|HS)(256|384|512)|EdDSA|none", bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let part = encoded(&bytes);
        let kty = match alg.get(..1) { Some("R" | "P") => "RSA", Some("E") if alg != "EdDSA" => "EC", _ => "OKP" };
        let crv = match alg.as_str() { "ES256" => "P-256", "ES384" => "P-384", _ => "Ed25519" };
        let key = json!({"kty": kty, "crv": crv, "n": part, "e": encoded(text.as_bytes()), "x": part, "y": part});
        let header = [header, json!({"alg": alg, "kid": null}).to_string()];
        let [odd, fit] = header.map(|header| Secret::new(format!("{}.{part}.{part}", encoded(header))));
        for token in [Secret::new(token), Secret::new(text), odd, fit] {
            for keys in [set(std::slice::from_ref(&key)), bytes.clone()] {
                prop_assert!(verify(&token, &keys, &[&alg]).is_err());
            }
        }
    }

    #[test]
    fn no_changed_byte_is_taken(place in any::<prop::sample::Index>(), byte in "[A-Za-z0-9_.-]") {
        let signer = Signer::ed25519(5);
        let good = signer.token(&json!({"alg": "EdDSA"}), &claims().to_string());
        let mut text = good.expose().to_owned();
        let place = place.index(text.len());
        text.replace_range(place..=place, &byte);
        let read = verify(&Secret::new(text.as_str()), &set(&[signer.jwk("k")]), &["EdDSA"]);
        prop_assert_eq!(read.is_ok(), text == good.expose());
    }
}
