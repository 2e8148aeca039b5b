//! Codes for tokens at Practice Identity: the code's bounds, the ways a client proves itself, the ID token.
//!
//! Doesn't know what becomes of a refresh token.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    Client, Mode, Practice, Told, and, changed, encoded,
    standard_client::{
        EVERYTHING, ID, VERIFIER, code, exchange, linked, open, public, query, read, userinfo,
    },
    without,
};

fn form_encoded(text: &str) -> String {
    encoded(&[("", text)]).trim_start_matches('=').to_owned()
}

/// An exchange with this Authorization header and no credentials in the body but these.
fn exchange_with(client: &Client, authorization: &str, body: &[(&str, &str)]) -> Told {
    let code = code(client, EVERYTHING);
    let form = without(
        &without(&exchange(client, &code), "client_id"),
        "client_secret",
    );
    let headers = [
        "Content-Type: application/x-www-form-urlencoded",
        authorization,
    ];
    client.send("POST /token", &headers, &encoded(&[&form, body].concat()))
}

fn basic(id: &str, secret: &str) -> String {
    format!(
        "Authorization: Basic {}",
        STANDARD.encode(format!("{id}:{secret}"))
    )
}

#[test]
fn the_answer_is_the_same_in_both_modes_and_to_both_clients() {
    for mode in [Mode::Documented, Mode::Field] {
        let practice = Practice::open(mode);
        for client in [practice.standard(), public(&practice)] {
            let answer = linked(&client, EVERYTHING).json();
            let names: Vec<_> = answer.as_object().unwrap().keys().collect();
            assert_eq!(
                names,
                [
                    "access_token",
                    "expires_in",
                    "id_token",
                    "refresh_token",
                    "scope",
                    "token_type"
                ]
            );
            assert_eq!(
                (
                    &answer["token_type"],
                    &answer["expires_in"],
                    &answer["scope"]
                ),
                (&json!("Bearer"), &json!(3_600), &json!(EVERYTHING))
            );
        }
        assert_eq!(practice.counters(ID).exchanges, 2);
    }
}

#[test]
fn refresh_and_id_tokens_come_with_their_scopes_only() {
    let (_practice, client) = open();
    for (scope, refresh, id) in [
        ("openid", false, true),
        ("offline_access", true, false),
        ("profile email", false, false),
    ] {
        let answer = linked(&client, scope).json();
        assert_eq!(answer["scope"], scope);
        assert_eq!(answer.get("refresh_token").is_some(), refresh, "{scope}");
        assert_eq!(answer.get("id_token").is_some(), id, "{scope}");
    }
    let callback = client.allow("/authorize", &without(&query(&client, ""), "scope"));
    let answer = client.post("/token", &exchange(&client, &callback["code"]));
    assert_eq!(answer.text("scope"), "profile email");
}

#[test]
fn the_id_token_says_who_signed_in_to_whom_and_when() {
    let (practice, client) = open();
    let code = code(&client, EVERYTHING);
    practice.advance(30);
    let answer = client.post("/token", &exchange(&client, &code)).granted();
    let (header, claims, genuine) = read(&client, &answer.text("id_token"));
    assert!(genuine);
    let kid = client.get("/jwks").json()["keys"][0]["kid"].clone();
    assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": kid}));
    let digest = ring::digest::digest(
        &ring::digest::SHA256,
        answer.text("access_token").as_bytes(),
    );
    let at_hash = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16]);
    let expected = json!({
        "iss": client.provider.base_url,
        "sub": "8f1e7eba-0000-4000-8000-000000000001",
        "aud": client.client_id(),
        "exp": 1_700_003_630,
        "iat": 1_700_000_030,
        "auth_time": 1_700_000_000,
        "nonce": "sent-nonce",
        "at_hash": at_hash,
        "email": "trader@practice.example",
        "name": "Practice Trader",
    });
    assert_eq!(claims, expected);
}

#[test]
fn an_id_token_has_no_nonce_where_none_was_sent() {
    let (_practice, client) = open();
    let query = without(&query(&client, "openid"), "nonce");
    let code = client.allow("/authorize", &query)["code"].clone();
    let answer = client.post("/token", &exchange(&client, &code)).granted();
    let (_, claims, _) = read(&client, &answer.text("id_token"));
    assert_eq!(claims.get("nonce"), None);
}

#[test]
fn a_parameter_missing_or_repeated_is_refused_and_the_code_stays_good() {
    let (_practice, client) = open();
    let code = code(&client, EVERYTHING);
    let form = exchange(&client, &code);
    for name in ["grant_type", "code", "redirect_uri", "code_verifier"] {
        client
            .post("/token", &without(&form, name))
            .refused(400, "invalid_request");
    }
    client
        .post("/token", &and(&form, "code", &code))
        .refused(400, "invalid_request");
    client
        .post("/token", &changed(&form, "grant_type", "password"))
        .refused(400, "unsupported_grant_type");
    client.post("/token", &form).granted();
}

#[test]
fn a_code_is_good_for_its_redirect_uri_to_the_byte_and_its_verifier() {
    let (_practice, client) = open();
    let code = code(&client, EVERYTHING);
    let form = exchange(&client, &code);
    let other_port = "http://127.0.0.1:49152/callback";
    let longer = format!("{VERIFIER}A");
    for (name, value) in [
        ("redirect_uri", other_port),
        ("redirect_uri", "http://localhost/callback"),
        ("code_verifier", &longer),
        (
            "code_verifier",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
    ] {
        client
            .post("/token", &changed(&form, name, value))
            .refused(400, "invalid_grant");
    }
    client.post("/token", &form).granted();
}

#[test]
fn a_verifier_too_short_is_refused_although_its_hash_is_right() {
    let (_practice, client) = open();
    let short = "short";
    let digest = ring::digest::digest(&ring::digest::SHA256, short.as_bytes());
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
    let query = changed(&query(&client, "openid"), "code_challenge", &challenge);
    let code = client.allow("/authorize", &query)["code"].clone();
    let form = exchange(&client, &code);
    client
        .post("/token", &changed(&form, "code_verifier", short))
        .refused(400, "invalid_grant");
}

#[test]
fn a_code_is_good_for_sixty_seconds_or_as_long_as_the_options_say() {
    let (practice, client) = open();
    let fresh = code(&client, EVERYTHING);
    practice.advance(59);
    client.post("/token", &exchange(&client, &fresh)).granted();
    let stale = code(&client, EVERYTHING);
    practice.advance(60);
    client
        .post("/token", &exchange(&client, &stale))
        .refused(400, "invalid_grant");
    let practice = Practice::open_with(Mode::Documented, |options| {
        options.lifetime = Some(Duration::from_secs(3));
    });
    let client = practice.standard();
    let answer = linked(&client, EVERYTHING);
    assert_eq!(answer.json()["expires_in"], 3);
    practice.advance(3);
    assert_eq!(userinfo(&client, &answer.text("access_token")), 401);
}

#[test]
fn a_code_that_comes_twice_ends_what_it_was_exchanged_for() {
    let (_practice, client) = open();
    let code = code(&client, EVERYTHING);
    let answer = client.post("/token", &exchange(&client, &code)).granted();
    let access = answer.text("access_token");
    assert_eq!(userinfo(&client, &access), 200);
    client
        .post("/token", &exchange(&client, &code))
        .refused(400, "invalid_grant");
    assert_eq!(userinfo(&client, &access), 401);
    super::standard_client::refreshed(&client, &answer.text("refresh_token"))
        .refused(400, "invalid_grant");
}

#[test]
fn a_code_is_no_good_to_the_other_client() {
    let (practice, client) = open();
    let other = public(&practice);
    let code = code(&client, EVERYTHING);
    other
        .post("/token", &exchange(&other, &code))
        .refused(400, "invalid_grant");
    client.post("/token", &exchange(&client, &code)).granted();
}

#[test]
fn a_basic_header_is_form_encoded_inside() {
    let (practice, client) = open();
    let (id, secret) = (client.client_id(), client.client_secret());
    assert_ne!(form_encoded(secret), secret);
    exchange_with(&client, &basic(id, &form_encoded(secret)), &[]).granted();
    exchange_with(
        &client,
        &basic(id, &form_encoded(secret)),
        &[("client_id", id)],
    )
    .granted();
    let raw = exchange_with(&client, &basic(id, secret), &[]);
    raw.refused(401, "invalid_client");
    assert!(
        raw.header("www-authenticate")
            .unwrap()
            .starts_with("Basic realm=")
    );
    assert_eq!(raw.header("cache-control"), Some("no-store"));
    let nobody = practice.running.ready().standard.public_client_id.clone();
    exchange_with(&client, &basic(&nobody, ""), &[]).refused(401, "invalid_client");
    exchange_with(&client, "Authorization: Bearer x", &[]).refused(401, "invalid_client");
}

#[test]
fn a_client_proves_itself_in_one_way_only() {
    let (practice, client) = open();
    let (id, secret) = (client.client_id(), client.client_secret());
    let header = basic(id, &form_encoded(secret));
    exchange_with(&client, &header, &[("client_secret", secret)]).refused(400, "invalid_request");
    let other = &practice.running.ready().standard.public_client_id;
    exchange_with(&client, &header, &[("client_id", other)]).refused(400, "invalid_request");
}

#[test]
fn a_client_that_proves_nothing_or_the_wrong_thing_is_401() {
    let (practice, client) = open();
    let public = public(&practice);
    let code = code(&client, EVERYTHING);
    let form = exchange(&client, &code);
    for wrong in [
        changed(&form, "client_secret", "wrong"),
        changed(&form, "client_id", "someone-else"),
        changed(&form, "client_id", public.client_id()),
        without(&form, "client_secret"),
        without(&without(&form, "client_secret"), "client_id"),
    ] {
        client.post("/token", &wrong).refused(401, "invalid_client");
    }
    client.post("/token", &form).granted();
}

#[test]
fn the_token_endpoint_takes_forms_by_post_only() {
    let (_practice, client) = open();
    let code = code(&client, EVERYTHING);
    let form = exchange(&client, &code);
    client
        .post_json("/token", "application/json", &super::object(&form))
        .refused(400, "invalid_request");
    assert_eq!(client.get("/token").status, 405);
    assert_eq!(
        client.get(&format!("/token?{}", encoded(&form))).status,
        405
    );
    client.post("/token", &form).granted();
}
