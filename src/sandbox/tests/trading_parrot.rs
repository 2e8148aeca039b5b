//! Both tables of The Trading Parrot, rule by rule.
//!
//! Doesn't know how the other providers behave.

use serde_json::json;

use super::{Callback, Client, Mode, Practice, Told, and, changed, encoded, without};

const DOCUMENTED: Mode = Mode::Documented;
const FIELD: Mode = Mode::Field;

fn open(mode: Mode) -> (Practice, Client) {
    let practice = Practice::open(mode);
    let client = practice.at("trading-parrot");
    (practice, client)
}

fn query(client: &Client) -> Vec<(&str, &str)> {
    vec![
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
        ("state", "s t&te"),
    ]
}

fn allowed(client: &Client) -> Callback {
    client.allow("/oauth/authorize", &query(client))
}

fn exchange<'a>(client: &'a Client, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("redirect_uri", client.redirect_uri()),
    ]
}

fn linked(client: &Client) -> Told {
    let code = allowed(client)["code"].clone();
    client
        .post("/oauth/token", &exchange(client, &code))
        .granted()
}

fn refresh<'a>(client: &'a Client, token: &'a str) -> Vec<(&'a str, &'a str)> {
    let credentials = [
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
    ];
    [
        &[("grant_type", "refresh_token"), ("refresh_token", token)],
        credentials.as_slice(),
    ]
    .concat()
}

fn refreshed_by_address(client: &Client, token: &str) -> Told {
    client.get(&format!(
        "/oauth?=token&{}",
        encoded(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    ))
}

#[test]
fn the_documented_callback_has_a_code_and_nothing_else() {
    let (_practice, client) = open(DOCUMENTED);
    assert_eq!(allowed(&client).keys().collect::<Vec<_>>(), ["code"]);
}

#[test]
fn the_field_echoes_the_state_and_its_code_is_forty_lower_case_alphanumerics() {
    let (_practice, client) = open(FIELD);
    let callback = allowed(&client);
    assert_eq!(callback["state"], "s t&te");
    assert_eq!(callback["code"].len(), 40);
    assert!(
        callback["code"]
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    );
}

#[test]
fn the_token_answer_is_that_of_the_document_in_both_modes() {
    for mode in [DOCUMENTED, FIELD] {
        let (_practice, client) = open(mode);
        let answer = linked(&client).json();
        assert_eq!(answer["expires_in"], 86_400);
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["scope"], "basic");
        assert_eq!(answer["access_token"].as_str().unwrap().len(), 50);
        assert_eq!(answer["refresh_token"].as_str().unwrap().len(), 50);
        assert_eq!(answer.as_object().unwrap().len(), 5);
    }
}

#[test]
fn a_parameter_missing_at_the_exchange_is_refused_and_the_code_stays_good() {
    let (_practice, client) = open(DOCUMENTED);
    let code = allowed(&client)["code"].clone();
    let form = exchange(&client, &code);
    for (name, _) in &form {
        client
            .post("/oauth/token", &without(&form, name))
            .refused(400, "invalid_request");
    }
    client
        .post("/oauth/token", &and(&form, "code", &code))
        .refused(400, "invalid_request");
    client.post("/oauth/token", &form).granted();
}

#[test]
fn a_code_is_good_once_and_for_thirty_seconds_and_for_its_redirect_uri_to_the_byte() {
    for mode in [DOCUMENTED, FIELD] {
        let (practice, client) = open(mode);
        let code = allowed(&client)["code"].clone();
        let form = exchange(&client, &code);
        let elsewhere = format!("{}/", client.redirect_uri());
        client
            .post("/oauth/token", &changed(&form, "redirect_uri", &elsewhere))
            .refused(400, "invalid_grant");
        client.post("/oauth/token", &form).granted();
        client
            .post("/oauth/token", &form)
            .refused(400, "invalid_grant");
        let code = allowed(&client)["code"].clone();
        practice.advance(30);
        client
            .post("/oauth/token", &exchange(&client, &code))
            .refused(400, "invalid_grant");
    }
}

#[test]
fn a_wrong_secret_is_401_by_the_rfc_and_400_in_the_field() {
    for (mode, status) in [(DOCUMENTED, 401), (FIELD, 400)] {
        let (_practice, client) = open(mode);
        let code = allowed(&client)["code"].clone();
        let form = changed(&exchange(&client, &code), "client_secret", "wrong");
        client
            .post("/oauth/token", &form)
            .refused(status, "invalid_client");
    }
}

#[test]
fn the_documented_refresh_is_a_get_that_answers_with_a_request_token() {
    let (_practice, client) = open(DOCUMENTED);
    let old = linked(&client).text("refresh_token");
    let answer = refreshed_by_address(&client, &old).granted();
    assert_eq!(answer.json().get("refresh_token"), None);
    let candidate = answer.text("request_token");
    refreshed_by_address(&client, &candidate).granted();
    // The document doesn't say that the old one ends.
    refreshed_by_address(&client, &old).granted();
    refreshed_by_address(&client, "unknown").refused(400, "invalid_grant");
    assert_eq!(client.get("/oauth?grant_type=refresh_token").status, 404);
}

#[test]
fn documented_mode_offers_no_refresh_by_post_no_profile_and_no_get_at_the_token_endpoint() {
    let (_practice, client) = open(DOCUMENTED);
    let answer = linked(&client);
    let token = answer.text("refresh_token");
    client
        .post("/oauth/token", &refresh(&client, &token))
        .refused(400, "unsupported_grant_type");
    assert_eq!(
        client
            .get_as("/?oauth=me", &answer.text("access_token"))
            .status,
        404
    );
    let wrong_method = client.get("/oauth/token");
    assert_eq!(
        (wrong_method.status, wrong_method.header("allow")),
        (405, Some("POST"))
    );
    assert_eq!(
        client
            .post("/oauth?=token", &refresh(&client, &token))
            .status,
        405
    );
}

#[test]
fn the_documented_refresh_address_is_an_html_404_in_the_field_and_get_a_405() {
    let (_practice, client) = open(FIELD);
    let answer = refreshed_by_address(&client, &linked(&client).text("refresh_token"));
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    client.get("/oauth/token").refused(405, "invalid_request");
}

#[test]
fn the_field_refreshes_by_post_with_client_credentials_and_the_old_token_stays_good_for_ten_days() {
    let (practice, client) = open(FIELD);
    let old = linked(&client).text("refresh_token");
    let form = refresh(&client, &old);
    client
        .post("/oauth/token", &without(&form, "client_secret"))
        .refused(400, "invalid_request");
    let new = client
        .post("/oauth/token", &form)
        .granted()
        .text("refresh_token");
    assert_ne!(new, old);
    client.post("/?oauth=token", &form).granted();
    practice.advance(864_000);
    client
        .post("/oauth/token", &form)
        .refused(400, "invalid_grant");
}

#[test]
fn the_field_takes_client_credentials_in_a_basic_header() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let (_practice, client) = open(FIELD);
    let token = linked(&client).text("refresh_token");
    let basic = format!(
        "Authorization: Basic {}",
        STANDARD.encode(format!("{}:{}", client.client_id(), client.client_secret()))
    );
    let headers = [
        "Content-Type: application/x-www-form-urlencoded",
        basic.as_str(),
    ];
    let body = encoded(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    client.send("POST /oauth/token", &headers, &body).granted();
}

#[test]
fn the_field_profile_takes_a_bearer_header_only_and_answers_400_to_an_expired_token() {
    let (practice, client) = open(FIELD);
    let token = linked(&client).text("access_token");
    let profile = client.get_as("/?oauth=me", &token).granted().json();
    assert_eq!(
        (&profile["ID"], &profile["user_email"]),
        (&json!("1"), &json!("trader@practice.example"))
    );
    client
        .get(&format!("/?oauth=me&access_token={token}"))
        .refused(400, "invalid_request");
    client
        .get_as(&format!("/?oauth=me&access_token={token}"), &token)
        .refused(400, "invalid_request");
    client.get("/oauth/me").refused(400, "invalid_request");
    practice.advance(86_400);
    client
        .get_as("/?oauth=me", &token)
        .refused(400, "invalid_request");
}

#[test]
fn the_field_revokes_what_it_is_told_to() {
    let (_practice, client) = open(FIELD);
    let answer = linked(&client);
    for token in [answer.text("refresh_token"), answer.text("access_token")] {
        let form = [
            ("token", token.as_str()),
            ("client_id", client.client_id()),
            ("client_secret", client.client_secret()),
        ];
        assert_eq!(client.post("/oauth/revoke", &form).status, 200);
    }
    client
        .post(
            "/oauth/token",
            &refresh(&client, &answer.text("refresh_token")),
        )
        .refused(400, "invalid_grant");
    client
        .get_as("/?oauth=me", &answer.text("access_token"))
        .refused(400, "invalid_request");
}

#[test]
fn strangers_are_never_redirected() {
    for mode in [DOCUMENTED, FIELD] {
        let (_practice, client) = open(mode);
        let query = query(&client);
        for (name, value) in [
            ("client_id", "someone-else"),
            ("redirect_uri", "https://elsewhere.practice.example/"),
            ("redirect_uri", "http://127.0.0.1:53681/callback/x"),
        ] {
            let answer = client.get(&format!(
                "/oauth/authorize?{}",
                encoded(&changed(&query, name, value))
            ));
            assert_eq!(
                (answer.status, answer.header("location")),
                (400, None),
                "{name}={value}"
            );
            assert_eq!(
                answer.header("content-type") == Some("application/json"),
                mode == FIELD
            );
        }
    }
}

#[test]
fn other_mistakes_go_back_with_an_error() {
    let (_practice, client) = open(FIELD);
    let query = query(&client);
    let back = |query: &[(&str, &str)]| {
        client
            .get(&format!("/oauth/authorize?{}", encoded(query)))
            .callback(client.redirect_uri())
    };
    assert_eq!(
        back(&changed(&query, "response_type", "token"))["error"],
        "unsupported_response_type"
    );
    assert_eq!(
        back(&without(&query, "response_type"))["error"],
        "invalid_request"
    );
    assert_eq!(
        back(&and(&query, "state", "again"))["error"],
        "invalid_request"
    );
    assert_eq!(back(&without(&query, "response_type"))["state"], "s t&te");
}
