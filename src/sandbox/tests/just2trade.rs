//! Both tables of Just2Trade, rule by rule.
//!
//! Doesn't know how the other providers behave.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{Callback, Client, Mode, Practice, Told, changed, encoded, without};
use crate::sandbox::TradingAccount;

const DOCUMENTED: Mode = Mode::Documented;
const FIELD: Mode = Mode::Field;

fn open(mode: Mode) -> (Practice, Client) {
    let practice = Practice::open(mode);
    let client = practice.at("just2trade");
    (practice, client)
}

fn query(client: &Client) -> Vec<(&str, &str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("redirect_uri", client.redirect_uri()),
        ("state", "sent"),
    ]
}

fn allowed(client: &Client) -> Callback {
    client.allow("/connect/authorize", &query(client))
}

fn full_form<'a>(client: &'a Client, code: &'a str) -> Vec<(&'a str, &'a str)> {
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
        .post("/connect/token", &full_form(client, &code))
        .granted()
}

#[test]
fn the_document_demands_the_secret_in_the_address_and_it_is_counted() {
    let (practice, client) = open(DOCUMENTED);
    for query in [
        without(&query(&client), "client_secret"),
        changed(&query(&client), "client_secret", "wrong"),
    ] {
        let answer = client.get(&format!("/connect/authorize?{}", encoded(&query)));
        assert_eq!((answer.status, answer.header("location")), (400, None));
    }
    assert_eq!(practice.counters("just2trade").secrets_in_address, 1);
    allowed(&client);
    assert_eq!(practice.counters("just2trade").secrets_in_address, 2);
}

#[test]
fn the_documented_callback_has_a_code_and_no_state() {
    let (_practice, client) = open(DOCUMENTED);
    assert_eq!(allowed(&client).keys().collect::<Vec<_>>(), ["code"]);
}

#[test]
fn the_document_exchanges_a_code_for_a_client_id_alone_and_gives_no_refresh_token() {
    let (practice, client) = open(DOCUMENTED);
    let code = allowed(&client)["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", client.client_id()),
    ];
    for (name, _) in form {
        client
            .post("/connect/token", &without(&form, name))
            .refused(400, "invalid_request");
    }
    client
        .post("/connect/token", &changed(&form, "client_id", "wrong"))
        .refused(400, "invalid_client");
    client
        .post(
            "/connect/token",
            &changed(&form, "grant_type", "refresh_token"),
        )
        .refused(400, "unsupported_grant_type");
    let answer = client.post("/connect/token", &form).granted();
    assert_eq!(answer.json()["expires_in"], 86_400);
    assert_eq!(answer.json()["scope"], "email profile");
    assert_eq!(answer.json()["token_type"], "Bearer");
    assert_eq!(answer.json().as_object().unwrap().len(), 4);
    client
        .post("/connect/token", &form)
        .refused(400, "invalid_grant");
    let code = allowed(&client)["code"].clone();
    practice.advance(300);
    client
        .post("/connect/token", &changed(&form, "code", &code))
        .refused(400, "invalid_grant");
}

#[test]
fn a_json_body_is_not_the_documented_form() {
    let (_practice, client) = open(DOCUMENTED);
    let body =
        json!({"grant_type": "authorization_code", "code": "x", "client_id": client.client_id()});
    client
        .post_json("/connect/token", "application/json", &body)
        .refused(400, "invalid_request");
}

#[test]
fn a_part_of_the_token_tells_who_signed_in() {
    let (_practice, client) = open(DOCUMENTED);
    let inside = String::from_utf8(
        STANDARD
            .decode(linked(&client).text("access_token"))
            .unwrap(),
    )
    .unwrap();
    assert!(
        inside.ends_with("|20231114221320|trader|Practice|Trader"),
        "{inside}"
    );
}

#[test]
fn every_documented_use_renews_the_token_for_a_day() {
    let (practice, client) = open(DOCUMENTED);
    let token = linked(&client).text("access_token");
    for _ in 0..3 {
        practice.advance(86_399);
        assert_eq!(client.get_as("/auth", &token).status, 200);
    }
    assert_eq!(practice.counters("just2trade").renewals, 3);
    practice.advance(86_400);
    let answer = client.get_as("/auth", &token);
    assert_eq!((answer.status, answer.body.as_str()), (401, ""));
    assert_eq!(client.get("/auth").status, 401);
}

#[test]
fn the_documented_profile_is_the_sample_of_the_document() {
    let (_practice, client) = open(DOCUMENTED);
    let token = linked(&client).text("access_token");
    let expected = json!({
        "id": "8f1e7eba-0000-4000-8000-000000000001",
        "login": "trader",
        "email": "trader@practice.example",
        "domestic": true,
        "accounts": [
            {"account_number": "12345678@vision", "trade_platform": "ETNA"},
            {"account_number": "11111111@cor", "trade_platform": "ETNA"},
        ],
        "application": {"status": "process"},
    });
    assert_eq!(client.get_as("/auth", &token).json(), expected);
    assert_eq!(client.get_as("/userinfo", &token).status, 404);
}

#[test]
fn the_field_echoes_the_state_and_does_not_look_at_a_secret_in_the_address_but_counts_it() {
    let (practice, client) = open(FIELD);
    let callback = client.allow(
        "/connect/authorize",
        &changed(&query(&client), "client_secret", "wrong"),
    );
    assert_eq!(callback["state"], "sent");
    assert_eq!(practice.counters("just2trade").secrets_in_address, 1);
    client.allow(
        "/connect/authorize",
        &without(&query(&client), "client_secret"),
    );
    assert_eq!(practice.counters("just2trade").secrets_in_address, 1);
}

#[test]
fn the_field_demands_secret_and_redirect_uri_at_the_exchange() {
    let (_practice, client) = open(FIELD);
    let code = allowed(&client)["code"].clone();
    let form = full_form(&client, &code);
    for (name, _) in &form {
        client
            .post("/connect/token", &without(&form, name))
            .refused(400, "invalid_request");
    }
    client
        .post("/connect/token", &changed(&form, "client_secret", "wrong"))
        .refused(401, "invalid_client");
    client
        .post(
            "/connect/token",
            &changed(&form, "redirect_uri", "http://127.0.0.1/callback"),
        )
        .refused(400, "invalid_grant");
    assert_eq!(
        client.post("/connect/token", &form).granted().json()["expires_in"],
        28_800
    );
}

#[test]
fn the_field_profile_has_names_and_applications_and_renews_nothing() {
    let (practice, client) = open(FIELD);
    let token = linked(&client).text("access_token");
    practice.advance(28_799);
    let profile = client.get_as("/userinfo", &token).json();
    assert_eq!(
        (&profile["first_name"], &profile["last_name"]),
        (&json!("Practice"), &json!("Trader"))
    );
    assert!(profile["accounts"][0]["account_name"].is_string());
    assert_eq!(
        profile["applications"][1],
        json!({"account_number": "11111111@cor", "status": "process"})
    );
    assert_eq!(client.get_as("/auth", &token).status, 404);
    practice.advance(1);
    assert_eq!(client.get_as("/userinfo", &token).status, 401);
    assert_eq!(practice.counters("just2trade").renewals, 0);
}

#[test]
fn the_list_of_trading_accounts_can_be_changed_and_stays_changed() {
    let (practice, client) = open(DOCUMENTED);
    let token = linked(&client).text("access_token");
    let account = TradingAccount {
        account_number: "22222222@vision".to_owned(),
        account_name: None,
        trade_platform: "transaq".to_owned(),
    };
    practice.running.set_trading_accounts(&[account]).unwrap();
    let practice = practice.reopen(DOCUMENTED);
    let expected = json!([{"account_number": "22222222@vision", "trade_platform": "transaq"}]);
    assert_eq!(
        practice.at("just2trade").get_as("/auth", &token).json()["accounts"],
        expected
    );
}
