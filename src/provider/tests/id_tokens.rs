//! Which providers speak OpenID Connect, and where their keys are.
//!
//! Checks no signature: that is `oauth`'s.

use super::{EXAMPLE, answer, client, example_with, own, problems, wire};
use crate::provider::{AnswerError, Error};

const JWKS: &str = "jwks_uri = \"https://keys.example.com/jwks\"";

#[test]
fn an_id_token_is_expected_with_keys_issuer_and_scope() {
    assert!(own(&example_with(JWKS)).expects_id_token());
    assert!(!own(EXAMPLE).expects_id_token());
    let without_scope = example_with(JWKS).replace("\"openid\", ", "");
    assert!(!own(&without_scope).expects_id_token());
    let without_issuer = example_with(JWKS).replace("\nissuer", "\n# issuer");
    assert_eq!(problems(&without_issuer), [(None, "issuer".to_owned())]);
}

#[test]
fn keys_are_fetched_without_any_credential() {
    let provider = own(&example_with(JWKS));
    assert_eq!(
        wire(&provider.jwks_call(&client(|_| {})).unwrap()),
        "GET https://keys.example.com/jwks\naccept: application/json\n"
    );
    let none = own(EXAMPLE).jwks_call(&client(|_| {}));
    assert!(matches!(
        none,
        Err(Error::NoEndpoint {
            endpoint: "jwks_uri"
        })
    ));
    let elsewhere = example_with("jwks_uri = \"http://keys.example.com/\"");
    assert_eq!(problems(&elsewhere), [(Some(9), "jwks_uri".to_owned())]);
}

#[test]
fn algorithms_are_the_files_or_the_one_everybody_knows() {
    let key = "id_token_signing_alg_values_supported";
    assert_eq!(own(&example_with(JWKS)).id_token_algorithms(), ["RS256"]);
    let two = own(&example_with(&format!(
        "{JWKS}\n{key} = [\"ES256\", \"EdDSA\"]"
    )));
    assert_eq!(two.id_token_algorithms(), ["ES256", "EdDSA"]);
    for wrong in ["none", "NONE", "", "RS 256"] {
        let text = example_with(&format!("{JWKS}\n{key} = [\"RS256\", \"{wrong}\"]"));
        assert_eq!(problems(&text), [(Some(10), key.to_owned())], "{wrong}");
    }
}

#[test]
fn a_refused_request_for_keys_is_told_by_its_status() {
    let check = |status| AnswerError::check(&answer(status, &[], "{}"));
    assert_eq!(check(200), Ok(()));
    let error = check(401).unwrap_err();
    let provider = own(&example_with(JWKS));
    let meaning = provider.meaning(&error, crate::provider::CallKind::Keys);
    let other = crate::provider::Meaning::Other {
        code: "401".to_owned(),
    };
    assert_eq!(meaning, other, "no client was named in the request");
}
