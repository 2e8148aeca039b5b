//! Both tables of REST API v1, rule by rule.
//!
//! Doesn't know how the other providers behave.

use serde_json::json;

use super::{Callback, Client, Mode, Practice, Told, and, changed, encoded, object, without};

const DOCUMENTED: Mode = Mode::Documented;
const FIELD: Mode = Mode::Field;
const JSON: &str = "application/json";
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

fn open(mode: Mode) -> (Practice, Client) {
    let practice = Practice::open(mode);
    let client = practice.at("rest-api-v1");
    (practice, client)
}

fn query(client: &Client) -> Vec<(&str, &str)> {
    vec![
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
        ("scope", ""),
        ("state", "sent"),
    ]
}

fn allowed(client: &Client) -> Callback {
    client.allow("/oauth/authorize", &query(client))
}

fn exchange<'a>(client: &'a Client, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("code", code),
        ("grant_type", "authorization_code"),
        ("redirect_uri", client.redirect_uri()),
    ]
}

fn refresh<'a>(client: &'a Client, token: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
    ]
}

fn password<'a>(client: &'a Client, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("grant_type", "password"),
        ("username", &client.username),
        ("password", password),
    ]
}

fn ask(client: &Client, pairs: &[(&str, &str)]) -> Told {
    client.post_json("/oauth/token", JSON, &object(pairs))
}

fn linked(client: &Client) -> Told {
    let code = allowed(client)["code"].clone();
    ask(client, &exchange(client, &code)).granted()
}

#[test]
fn the_documented_callback_has_a_code_of_sixty_four_hex_digits_and_nothing_else() {
    let (_practice, client) = open(DOCUMENTED);
    let callback = allowed(&client);
    assert_eq!(callback.keys().collect::<Vec<_>>(), ["code"]);
    assert_eq!(callback["code"].len(), 64);
    assert!(
        callback["code"]
            .chars()
            .all(|letter| letter.is_ascii_hexdigit())
    );
}

#[test]
fn any_https_address_may_be_redirected_to_and_no_http_address() {
    let (_practice, client) = open(DOCUMENTED);
    let own = "https://desk.practice.example:8443/back?from=practice";
    let told = client.decide(
        "/oauth/authorize",
        &changed(&query(&client), "redirect_uri", own),
        "allow",
    );
    assert!(
        told.header("location")
            .unwrap()
            .starts_with(&format!("{own}&code="))
    );
    for refused in [
        "http://127.0.0.1:53683/callback",
        "http://localhost/",
        OUT_OF_BAND,
        "https://x.example/#there",
    ] {
        let query = changed(&query(&client), "redirect_uri", refused);
        let answer = client.get(&format!("/oauth/authorize?{}", encoded(&query)));
        assert_eq!(
            (answer.status, answer.header("location")),
            (400, None),
            "{refused}"
        );
    }
}

#[test]
fn the_document_takes_json_under_exactly_its_content_type() {
    let (_practice, client) = open(DOCUMENTED);
    let code = allowed(&client)["code"].clone();
    let form = exchange(&client, &code);
    assert_eq!(client.post("/oauth/token", &form).status, 415);
    assert_eq!(
        client
            .post_json(
                "/oauth/token",
                "application/json; charset=utf-8",
                &object(&form)
            )
            .status,
        415
    );
    assert_eq!(
        client
            .post_json("/oauth/token", "application/vnd.api+json", &object(&form))
            .status,
        415
    );
    for (name, _) in &form {
        ask(&client, &without(&form, name)).refused(401, "invalid_request");
    }
    let answer = ask(&client, &form).granted().json();
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("bearer"), &json!(7_200))
    );
    assert_eq!(answer.as_object().unwrap().len(), 4);
}

#[test]
fn a_code_is_good_once_for_ten_minutes_and_for_its_redirect_uri() {
    for (mode, status) in [(DOCUMENTED, 401), (FIELD, 400)] {
        let (practice, client) = open(mode);
        let code = allowed(&client)["code"].clone();
        let form = exchange(&client, &code);
        ask(
            &client,
            &changed(&form, "redirect_uri", "https://127.0.0.1:53684/callback"),
        )
        .refused(status, "invalid_grant");
        ask(&client, &form).granted();
        ask(&client, &form).refused(status, "invalid_grant");
        let code = allowed(&client)["code"].clone();
        practice.advance(600);
        ask(&client, &exchange(&client, &code)).refused(status, "invalid_grant");
    }
}

#[test]
fn errors_are_401_in_the_document_and_400_in_the_field_but_for_an_unknown_client() {
    for (mode, status) in [(DOCUMENTED, 401), (FIELD, 400)] {
        let (_practice, client) = open(mode);
        let form = refresh(&client, "unknown");
        let refused = ask(&client, &form);
        refused.refused(status, "invalid_grant");
        assert!(
            refused
                .header("www-authenticate")
                .unwrap()
                .contains("invalid_grant")
        );
        ask(&client, &changed(&form, "client_secret", "wrong")).refused(401, "invalid_client");
        ask(&client, &changed(&form, "grant_type", "device"))
            .refused(status, "unsupported_grant_type");
    }
}

#[test]
fn the_password_grant_answers_like_the_code_grant() {
    for mode in [DOCUMENTED, FIELD] {
        let (practice, client) = open(mode);
        ask(&client, &password(&client, "wrong"))
            .refused(if mode == DOCUMENTED { 401 } else { 400 }, "invalid_grant");
        let answer = ask(&client, &password(&client, &client.password)).granted();
        ask(&client, &refresh(&client, &answer.text("refresh_token"))).granted();
        assert_eq!(practice.counters("rest-api-v1").logins, 2);
    }
}

#[test]
fn the_documented_refresh_rotates_at_once() {
    let (_practice, client) = open(DOCUMENTED);
    let old = linked(&client).text("refresh_token");
    let new = ask(&client, &refresh(&client, &old))
        .granted()
        .text("refresh_token");
    ask(&client, &refresh(&client, &old)).refused(401, "invalid_grant");
    ask(&client, &refresh(&client, &new)).granted();
}

#[test]
fn documented_mode_ignores_pkce_and_offers_neither_profile_nor_revocation() {
    let (_practice, client) = open(DOCUMENTED);
    let query = and(&query(&client), "code_challenge", "x");
    let code = client.allow("/oauth/authorize", &query)["code"].clone();
    let answer = ask(
        &client,
        &and(&exchange(&client, &code), "code_verifier", "x"),
    )
    .granted();
    assert_eq!(
        client
            .get_as("/api/v1/users/1", &answer.text("access_token"))
            .status,
        404
    );
    assert_eq!(
        client.post_json("/oauth/revoke", JSON, &json!({})).status,
        404
    );
}

#[test]
fn the_field_answers_with_sixty_seconds_a_creation_time_and_a_user_id() {
    let (_practice, client) = open(FIELD);
    assert_eq!(allowed(&client)["state"], "sent");
    let answer = linked(&client).json();
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("Bearer"), &json!(60))
    );
    assert_eq!(
        (&answer["created_at"], &answer["user_id"]),
        (&json!(1_700_000_000), &json!(1))
    );
    assert_eq!(
        answer["access_token"].as_str().unwrap().split('.').count(),
        3
    );
}

#[test]
fn the_field_refuses_pkce_at_both_ends_and_every_scope() {
    let (_practice, client) = open(FIELD);
    let back = |query: &[(&str, &str)]| {
        client
            .get(&format!("/oauth/authorize?{}", encoded(query)))
            .callback(client.redirect_uri())
    };
    assert_eq!(
        back(&and(&query(&client), "code_challenge", "x"))["error"],
        "invalid_request"
    );
    assert_eq!(
        back(&changed(&query(&client), "scope", "read"))["error"],
        "invalid_scope"
    );
    let code = allowed(&client)["code"].clone();
    let form = exchange(&client, &code);
    ask(&client, &and(&form, "code_verifier", "x")).refused(400, "invalid_request");
    ask(&client, &form).granted();
}

#[test]
fn the_field_takes_forms_and_a_grant_type_in_the_address() {
    let (_practice, client) = open(FIELD);
    let token = linked(&client).text("refresh_token");
    let form = refresh(&client, &token);
    client.post("/oauth/token", &form).granted();
    client
        .post(
            "/oauth/token?grant_type=refresh_token",
            &without(&form, "grant_type"),
        )
        .granted();
    client
        .post_json(
            "/oauth/token",
            "application/json; charset=utf-8",
            &object(&form),
        )
        .granted();
}

#[test]
fn in_the_field_the_old_tokens_die_when_the_new_access_token_is_first_used() {
    let (_practice, client) = open(FIELD);
    let first = linked(&client);
    let old = first.text("refresh_token");
    // An answer that got lost may be asked for again.
    ask(&client, &refresh(&client, &old)).granted();
    let second = ask(&client, &refresh(&client, &old)).granted();
    assert_eq!(
        client
            .get_as("/api/v1/users/0", &first.text("access_token"))
            .status,
        200
    );
    assert_eq!(
        client
            .get_as("/api/v1/users/0", &second.text("access_token"))
            .json()["id"],
        1
    );
    ask(&client, &refresh(&client, &old)).refused(400, "invalid_grant");
    let revoked = client.get_as("/api/v1/users/0", &first.text("access_token"));
    assert_eq!(revoked.status, 401);
    assert!(
        revoked
            .header("www-authenticate")
            .unwrap()
            .contains("revoked")
    );
    ask(&client, &refresh(&client, &second.text("refresh_token"))).granted();
}

#[test]
fn a_bad_token_gets_an_empty_401_with_the_reason_in_a_header() {
    let (practice, client) = open(FIELD);
    let token = linked(&client).text("access_token");
    practice.advance(60);
    for (answer, reason) in [
        (client.get_as("/api/v1/users/1", &token), "expired"),
        (client.get("/api/v1/users/1"), "invalid"),
    ] {
        assert_eq!((answer.status, answer.body.as_str()), (401, ""));
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(
            challenge.starts_with("Bearer realm=\"Doorkeeper\", error=\"invalid_token\""),
            "{challenge}"
        );
        assert!(challenge.contains(reason), "{challenge}");
    }
}

#[test]
fn the_field_revokes_a_pair_by_either_half() {
    for half in ["refresh_token", "access_token"] {
        let (_practice, client) = open(FIELD);
        let answer = linked(&client);
        let form = [
            ("token", answer.text(half)),
            ("client_id", client.client_id().to_owned()),
            ("client_secret", client.client_secret().to_owned()),
        ];
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(
            client
                .post("/oauth/revoke", &changed(&form, "client_secret", "wrong"))
                .status,
            401
        );
        assert_eq!(client.post("/oauth/revoke", &form).status, 200);
        assert_eq!(
            client
                .get_as("/api/v1/users/1", &answer.text("access_token"))
                .status,
            401
        );
        ask(&client, &refresh(&client, &answer.text("refresh_token")))
            .refused(400, "invalid_grant");
    }
}

#[test]
fn the_field_shows_the_code_on_a_page_where_no_browser_comes_back() {
    let (_practice, client) = open(FIELD);
    let out_of_band = changed(&query(&client), "redirect_uri", OUT_OF_BAND);
    let page = client.decide("/oauth/authorize", &out_of_band, "allow");
    assert_eq!((page.status, page.header("location")), (200, None));
    let (_, rest) = page.body.split_once("id=\"authorization_code\">").unwrap();
    let code = rest.split_once('<').unwrap().0;
    ask(
        &client,
        &changed(&exchange(&client, code), "redirect_uri", OUT_OF_BAND),
    )
    .granted();
    assert_eq!(
        client
            .decide("/oauth/authorize", &out_of_band, "deny")
            .header("location"),
        None
    );
}
