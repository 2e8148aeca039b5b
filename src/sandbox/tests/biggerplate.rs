//! Both tables of Biggerplate, rule by rule.
//!
//! Doesn't know how the other providers behave.

use serde_json::json;

use super::{Callback, Client, Mode, Practice, Told, and, changed, encoded, without};

const DOCUMENTED: Mode = Mode::Documented;
const FIELD: Mode = Mode::Field;

fn open(mode: Mode) -> (Practice, Client) {
    let practice = Practice::open(mode);
    let client = practice.at("biggerplate");
    (practice, client)
}

fn query(client: &Client) -> Vec<(&str, &str)> {
    vec![
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
        ("state", "sent"),
    ]
}

fn allowed(client: &Client) -> Callback {
    client.allow("/oauth/auth", &query(client))
}

fn exchange<'a>(client: &'a Client, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "token"),
        ("code", code),
        ("grant_type", "authorization_code"),
    ]
}

fn linked(client: &Client) -> Told {
    let code = allowed(client)["code"].clone();
    client
        .post("/oauth/token", &exchange(client, &code))
        .granted()
}

fn refresh<'a>(client: &'a Client, token: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("refresh_token", token),
        ("grant_type", "refresh_token"),
    ]
}

#[test]
fn the_state_is_echoed_and_optional() {
    for mode in [DOCUMENTED, FIELD] {
        let (_practice, client) = open(mode);
        assert_eq!(allowed(&client)["state"], "sent");
        let callback = client.allow("/oauth/auth", &without(&query(&client), "state"));
        assert_eq!(callback.keys().collect::<Vec<_>>(), ["code"]);
    }
}

#[test]
fn deny_comes_back_as_an_error_with_the_state() {
    let (_practice, client) = open(DOCUMENTED);
    let callback = client
        .decide("/oauth/auth", &query(&client), "deny")
        .callback(client.redirect_uri());
    assert_eq!(
        (callback["error"].as_str(), callback["state"].as_str()),
        ("access_denied", "sent")
    );
    assert_eq!(callback.get("code"), None);
}

#[test]
fn only_the_port_of_a_loopback_redirect_may_vary() {
    let (_practice, client) = open(DOCUMENTED);
    let answer = |uri| {
        client
            .get(&format!(
                "/oauth/auth?{}",
                encoded(&changed(&query(&client), "redirect_uri", uri))
            ))
            .status
    };
    assert_eq!(answer("http://localhost:49152/"), 200);
    assert_eq!(answer("http://localhost/"), 200);
    for refused in [
        "http://127.0.0.1:13524/",
        "http://localhost:13524",
        "http://localhost:13524/x",
        "http://localhost.example:13524/",
        "http://localhost:1@elsewhere.example/",
        "https://localhost:13524/",
    ] {
        assert_eq!(answer(refused), 400, "{refused}");
    }
}

#[test]
fn the_exchange_must_name_the_port_that_was_used() {
    let (_practice, client) = open(DOCUMENTED);
    let other_port = "http://localhost:49152/";
    let told = client.decide(
        "/oauth/auth",
        &changed(&query(&client), "redirect_uri", other_port),
        "allow",
    );
    let code = told.callback(other_port)["code"].clone();
    let form = exchange(&client, &code);
    client
        .post("/oauth/token", &form)
        .refused(400, "invalid_grant");
    client
        .post("/oauth/token", &changed(&form, "redirect_uri", other_port))
        .granted();
}

#[test]
fn every_documented_parameter_is_required_response_type_too() {
    let (_practice, client) = open(DOCUMENTED);
    let code = allowed(&client)["code"].clone();
    let form = exchange(&client, &code);
    for (name, _) in &form {
        client
            .post("/oauth/token", &without(&form, name))
            .refused(400, "invalid_request");
    }
    client
        .post("/oauth/token", &changed(&form, "response_type", "code"))
        .refused(400, "invalid_request");
    client
        .post("/oauth/token", &changed(&form, "client_secret", "wrong"))
        .refused(401, "invalid_client");
    client.post("/oauth/token", &form).granted();
    client
        .post("/oauth/token", &form)
        .refused(400, "invalid_grant");
}

#[test]
fn the_answer_says_when_it_ends_and_how_long_it_lasts() {
    for mode in [DOCUMENTED, FIELD] {
        let (_practice, client) = open(mode);
        let answer = linked(&client).json();
        assert_eq!(
            (&answer["expires"], &answer["expires_in"]),
            (&json!(1_700_003_600), &json!(3_600))
        );
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["access_token"].as_str().unwrap().len(), 40);
        assert_eq!(answer["refresh_token"].as_str().unwrap().len(), 40);
    }
}

#[test]
fn the_documented_refresh_answers_with_a_new_pair_and_the_old_token_dies() {
    let (_practice, client) = open(DOCUMENTED);
    let old = linked(&client).text("refresh_token");
    let new = client
        .post("/oauth/token", &refresh(&client, &old))
        .granted()
        .text("refresh_token");
    client
        .post("/oauth/token", &refresh(&client, &old))
        .refused(400, "invalid_grant");
    client
        .post(
            "/oauth/token",
            &without(&refresh(&client, &new), "client_secret"),
        )
        .refused(400, "invalid_request");
    client
        .post("/oauth/token", &refresh(&client, &new))
        .granted();
}

#[test]
fn the_field_refresh_answers_without_a_refresh_token_and_a_dead_one_is_an_invalid_request() {
    let (practice, client) = open(FIELD);
    let token = linked(&client).text("refresh_token");
    for _ in 0..2 {
        let answer = client
            .post("/oauth/token", &refresh(&client, &token))
            .granted()
            .json();
        assert_eq!(
            (&answer["expires_in"], answer.get("refresh_token")),
            (&json!(3_600), None)
        );
    }
    practice.advance(604_800);
    client
        .post("/oauth/token", &refresh(&client, &token))
        .refused(400, "invalid_request");
}

#[test]
fn an_unsupported_grant_is_501_in_the_field() {
    for (mode, status) in [(DOCUMENTED, 400), (FIELD, 501)] {
        let (_practice, client) = open(mode);
        let form = changed(&refresh(&client, "x"), "grant_type", "password");
        client
            .post("/oauth/token", &form)
            .refused(status, "unsupported_grant_type");
    }
}

#[test]
fn the_field_does_not_ask_for_the_response_type_and_a_second_link_ends_the_first() {
    let (_practice, client) = open(FIELD);
    let first = linked(&client);
    let code = allowed(&client)["code"].clone();
    let second = client
        .post(
            "/oauth/token",
            &without(&exchange(&client, &code), "response_type"),
        )
        .granted();
    client
        .get_as("/users/me", &first.text("access_token"))
        .refused(401, "access_denied");
    client
        .post(
            "/oauth/token",
            &refresh(&client, &first.text("refresh_token")),
        )
        .refused(400, "invalid_request");
    assert_eq!(
        client
            .get_as("/users/me", &second.text("access_token"))
            .status,
        200
    );
}

#[test]
fn the_documented_second_link_leaves_the_first_alone() {
    let (_practice, client) = open(DOCUMENTED);
    let first = linked(&client).text("refresh_token");
    linked(&client);
    client
        .post("/oauth/token", &refresh(&client, &first))
        .granted();
}

#[test]
fn the_field_profile_names_the_user_to_a_token_with_or_without_bearer() {
    let (practice, client) = open(FIELD);
    let token = linked(&client).text("access_token");
    assert_eq!(
        client.get_as("/users/me", &token).json(),
        json!({"UserName": "trader"})
    );
    let bare = format!("Authorization: {token}");
    assert_eq!(client.send("GET /users/me", &[&bare], "").status, 200);
    client.get("/users/me").refused(400, "invalid_request");
    practice.advance(3_600);
    client
        .get_as("/users/me", &token)
        .refused(401, "access_denied");
}

#[test]
fn the_field_knows_two_scopes_and_the_document_none() {
    let (_practice, client) = open(FIELD);
    let with = |scope| and(&query(&client), "scope", scope);
    let told = client.get(&format!("/oauth/auth?{}", encoded(&with("account orders"))));
    assert_eq!(
        told.callback(client.redirect_uri())["error"],
        "invalid_scope"
    );
    for (scope, status) in [("account maps", 200), ("maps", 403)] {
        let code = client.allow("/oauth/auth", &with(scope))["code"].clone();
        let token = client
            .post("/oauth/token", &exchange(&client, &code))
            .granted()
            .text("access_token");
        assert_eq!(client.get_as("/users/me", &token).status, status);
    }
    let (_practice, client) = open(DOCUMENTED);
    client.allow("/oauth/auth", &and(&query(&client), "scope", "whatever"));
    assert_eq!(client.get_as("/users/me", "x").status, 404);
}
