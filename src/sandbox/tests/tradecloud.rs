//! Both tables of Tradecloud, rule by rule.
//!
//! Doesn't know how the other providers behave.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::{Client, Mode, Practice, Told};

const DOCUMENTED: Mode = Mode::Documented;
const FIELD: Mode = Mode::Field;

fn open(mode: Mode) -> (Practice, Client) {
    let practice = Practice::open(mode);
    let client = practice.at("tradecloud");
    (practice, client)
}

fn login(client: &Client, password: &str) -> Told {
    let credentials = STANDARD.encode(format!("{}:{password}", client.username));
    client.send(
        "GET /v2/authentication/login",
        &[&format!("Authorization: Basic {credentials}")],
        "",
    )
}

/// Access and refresh token of an answer.
fn pair(answer: &Told) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = |name| {
        answer
            .header(name)
            .unwrap_or_else(|| panic!("no {name}"))
            .to_owned()
    };
    (token("set-authorization"), token("set-refresh-token"))
}

fn refresh(client: &Client, refresh_token: &str, access_token: Option<&str>) -> Told {
    let mut headers = vec![format!("Refresh-Token: {refresh_token}")];
    headers.extend(access_token.map(|token| format!("Authorization: Bearer {token}")));
    client.send(
        "GET /v2/authentication/refresh",
        &headers.iter().map(String::as_str).collect::<Vec<_>>(),
        "",
    )
}

fn claims(token: &str) -> Value {
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(parts.len(), 3);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

#[test]
fn the_right_password_gets_a_pair_in_headers_and_a_wrong_one_plain_text() {
    for mode in [DOCUMENTED, FIELD] {
        let (_practice, client) = open(mode);
        pair(&login(&client, &client.password));
        let refused = login(&client, "wrong");
        assert_eq!(refused.status, 401);
        assert_eq!(
            refused.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(refused.header("set-authorization"), None);
        assert_eq!(client.get("/v2/authentication/login").status, 401);
    }
}

#[test]
fn the_documented_access_token_has_no_end_in_it_and_lives_ten_minutes() {
    let (practice, client) = open(DOCUMENTED);
    let (access, _) = pair(&login(&client, &client.password));
    assert_eq!(claims(&access).get("exp"), None);
    practice.advance(599);
    assert_eq!(
        client
            .get_as("/v2/user?email=trader%40practice.example", &access)
            .status,
        200
    );
    practice.advance(1);
    assert_eq!(
        client
            .get_as("/v2/user?email=trader%40practice.example", &access)
            .status,
        401
    );
}

#[test]
fn the_field_access_token_says_when_it_ends_and_whose_it_is() {
    let (_practice, client) = open(FIELD);
    let answer = login(&client, &client.password);
    assert_eq!(
        answer.json(),
        json!({"username": "trader@practice.example", "status": "authenticated"})
    );
    let claims = claims(&pair(&answer).0);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3_600
    );
    assert_eq!(claims["data"]["username"], "trader@practice.example");
    assert!(claims["data"]["userId"].is_string());
}

#[test]
fn a_refresh_token_alone_gets_a_new_pair_and_is_dead_after() {
    for mode in [DOCUMENTED, FIELD] {
        let (practice, client) = open(mode);
        let (_, first) = pair(&login(&client, &client.password));
        let (_, second) = pair(&refresh(&client, &first, None));
        assert_eq!(refresh(&client, &first, None).status, 401);
        practice.advance(86_400);
        assert_eq!(refresh(&client, &second, None).status, 401);
        assert_eq!(client.get("/v2/authentication/refresh").status, 401);
    }
}

#[test]
fn an_access_token_beside_the_refresh_token_spoils_the_refresh() {
    let (practice, client) = open(DOCUMENTED);
    let (access, token) = pair(&login(&client, &client.password));
    let with_valid = refresh(&client, &token, Some(&access));
    assert_eq!(
        (with_valid.status, with_valid.header("set-authorization")),
        (200, None)
    );
    let without_any = refresh(&client, "nonsense", Some(&access));
    assert_eq!(
        (without_any.status, without_any.header("set-refresh-token")),
        (200, None)
    );
    assert_eq!(refresh(&client, &token, Some("corrupt")).status, 401);
    // Neither has spent the refresh token, and an expired access token is as good as none.
    practice.advance(600);
    pair(&refresh(&client, &token, Some(&access)));
}

#[test]
fn the_documented_user_is_found_by_email() {
    let (_practice, client) = open(DOCUMENTED);
    let (access, _) = pair(&login(&client, &client.password));
    let user = client
        .get_as("/v2/user?email=trader%40practice.example", &access)
        .json();
    assert_eq!(
        (&user["firstName"], &user["lastName"]),
        (&json!("Practice"), &json!("Trader"))
    );
    assert_eq!(
        client
            .get_as("/v2/user?email=desk%40practice.example", &access)
            .status,
        404
    );
    assert_eq!(
        client
            .get_as(
                &format!("/v2/user/{}", user["id"].as_str().unwrap()),
                &access
            )
            .status,
        404
    );
    assert_eq!(
        client
            .send("POST /v2/authentication/logout", &["Refresh-Token: x"], "")
            .status,
        404
    );
}

#[test]
fn the_field_user_is_found_by_id_with_names_under_profile() {
    let (_practice, client) = open(FIELD);
    let (access, _) = pair(&login(&client, &client.password));
    let id = claims(&access)["data"]["userId"]
        .as_str()
        .unwrap()
        .to_owned();
    let user = client.get_as(&format!("/v2/user/{id}"), &access).json();
    assert_eq!(
        user["profile"],
        json!({"firstName": "Practice", "lastName": "Trader"})
    );
    assert_eq!(user.get("firstName"), None);
    assert_eq!(
        client
            .get_as("/v2/user?email=trader%40practice.example", &access)
            .status,
        404
    );
    assert_eq!(client.get_as("/v2/user/another", &access).status, 404);
}

#[test]
fn the_field_logout_ends_the_refresh_token_and_leaves_the_access_token() {
    let (_practice, client) = open(FIELD);
    let (access, token) = pair(&login(&client, &client.password));
    let logout = client.send(
        "POST /v2/authentication/logout",
        &[&format!("Refresh-Token: {token}")],
        "",
    );
    assert_eq!(logout.status, 200);
    assert_eq!(refresh(&client, &token, None).status, 401);
    let id = claims(&access)["data"]["userId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        client.get_as(&format!("/v2/user/{id}"), &access).status,
        200
    );
}

#[test]
fn a_header_sent_twice_is_not_read() {
    let (_practice, client) = open(DOCUMENTED);
    let (_, token) = pair(&login(&client, &client.password));
    let line = format!("Refresh-Token: {token}");
    assert_eq!(
        client
            .send("GET /v2/authentication/refresh", &[&line, &line], "")
            .status,
        401
    );
    pair(&refresh(&client, &token, None));
}
