//! Every fault, told at one provider or another: the mechanism is the same for all.
//!
//! Doesn't know what a client should make of a fault.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{Client, Fault, Mode, Practice, RequestKind, Told, encoded};
use crate::sandbox::ports::port;

const ID: &str = "biggerplate";

fn open() -> (Practice, Client) {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at(ID);
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

/// The callback's address after the person pressed "Allow".
fn location(client: &Client) -> String {
    client
        .decide("/oauth/auth", &query(client), "allow")
        .header("location")
        .unwrap()
        .to_owned()
}

fn exchanged(client: &Client) -> Told {
    let code = client.allow("/oauth/auth", &query(client))["code"].clone();
    client.post("/oauth/token", &exchange(client, &code))
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

fn refresh<'a>(client: &'a Client, token: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("refresh_token", token),
        ("grant_type", "refresh_token"),
    ]
}

#[test]
fn the_callback_can_be_bent_in_every_way() {
    let (practice, client) = open();
    let bent = |fault| {
        practice.fault(ID, RequestKind::Authorize, fault);
        location(&client)
    };
    assert_eq!(
        bent(Fault::Deny),
        format!("{}?error=access_denied&state=sent", client.redirect_uri())
    );
    assert!(bent(Fault::WrongState).ends_with("&state=a-state-that-nobody-sent"));
    assert!(!bent(Fault::MissingState).contains("state"));
    assert!(bent(Fault::RepeatedState).ends_with("&state=sent&state=sent"));
    assert!(bent(Fault::WrongIss).ends_with("&iss=https%3A%2F%2Felsewhere.practice.example"));
    assert!(location(&client).ends_with("&state=sent"));
}

#[test]
fn a_code_can_be_used_or_expired_before_it_arrives() {
    for fault in [Fault::CodeUsed, Fault::CodeExpired] {
        let (practice, client) = open();
        practice.fault(ID, RequestKind::Exchange, fault);
        exchanged(&client).refused(400, "invalid_grant");
        exchanged(&client).granted();
    }
}

#[test]
fn a_refresh_token_can_be_revoked_before_it_arrives() {
    let (practice, client) = open();
    let token = exchanged(&client).text("refresh_token");
    practice.fault(ID, RequestKind::Refresh, Fault::RefreshRevoked);
    client
        .post("/oauth/token", &refresh(&client, &token))
        .refused(400, "invalid_grant");
    client
        .post("/oauth/token", &refresh(&client, &token))
        .refused(400, "invalid_grant");
}

#[test]
fn faults_before_the_work_spend_nothing() {
    let (practice, client) = open();
    let token = exchanged(&client).text("refresh_token");
    let elsewhere = "http://127.0.0.1:9/".to_owned();
    let faults = [
        (
            Fault::TooManyRequests { retry_after: 7 },
            429,
            "retry-after",
            "7",
        ),
        (
            Fault::ServerError,
            500,
            "content-type",
            "text/plain; charset=utf-8",
        ),
        (
            Fault::Unavailable,
            503,
            "content-type",
            "text/plain; charset=utf-8",
        ),
        (Fault::Html, 200, "content-type", "text/html; charset=utf-8"),
        (Fault::HugeBody, 200, "content-type", "application/json"),
        (
            Fault::RedirectElsewhere {
                to: elsewhere.clone(),
            },
            307,
            "location",
            elsewhere.as_str(),
        ),
    ];
    for (fault, status, header, value) in faults {
        practice.fault(ID, RequestKind::Refresh, fault.clone());
        let answer = client.post("/oauth/token", &refresh(&client, &token));
        assert_eq!(
            (answer.status, answer.header(header)),
            (status, Some(value)),
            "{fault:?}"
        );
        assert_eq!(
            answer.body.len() > 2 * 1024 * 1024,
            fault == Fault::HugeBody
        );
    }
    client
        .post("/oauth/token", &refresh(&client, &token))
        .granted();
    assert_eq!(practice.counters(ID).refreshes, 7);
}

#[test]
fn a_lost_answer_has_spent_the_token() {
    let (practice, client) = open();
    let token = exchanged(&client).text("refresh_token");
    practice.fault(ID, RequestKind::Refresh, Fault::AnswerLost);
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    let lost = client.try_send(
        "POST /oauth/token",
        &headers,
        &encoded(&refresh(&client, &token)),
    );
    assert_eq!(lost.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    client
        .post("/oauth/token", &refresh(&client, &token))
        .refused(400, "invalid_grant");
}

#[test]
fn a_slow_answer_keeps_nobody_else_waiting() {
    let (practice, client) = open();
    practice.fault(ID, RequestKind::Authorize, Fault::Slow { seconds: 3_600 });
    let mut stream =
        TcpStream::connect(("127.0.0.1", port(&client.provider.base_url).unwrap())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    write!(
        stream,
        "GET /oauth/auth?{} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        encoded(&query(&client))
    )
    .unwrap();
    assert!(stream.read(&mut [0]).is_err(), "the slow answer came");
    location(&client);
    drop(practice);
}

#[test]
fn a_slow_answer_comes_in_the_end() {
    let (practice, client) = open();
    practice.fault(ID, RequestKind::Exchange, Fault::Slow { seconds: 0 });
    exchanged(&client).granted();
}

#[test]
fn an_answer_can_break_off_or_have_the_wrong_types() {
    let (practice, client) = open();
    practice.fault(ID, RequestKind::Exchange, Fault::BrokenJson);
    let broken = exchanged(&client);
    assert_eq!(
        (broken.status, broken.header("content-type")),
        (200, Some("application/json"))
    );
    assert!(serde_json::from_str::<serde_json::Value>(&broken.body).is_err());
    practice.fault(ID, RequestKind::Exchange, Fault::WrongTypes);
    let answer = exchanged(&client).json();
    assert_eq!(
        (&answer["expires_in"], &answer["expires"]),
        (&json!("3600"), &json!("1700003600"))
    );
}

#[test]
fn token_headers_can_come_empty_or_one_short() {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at("tradecloud");
    let basic = STANDARD.encode(format!("{}:{}", client.username, client.password));
    let login = || {
        client.send(
            "GET /v2/authentication/login",
            &[&format!("Authorization: Basic {basic}")],
            "",
        )
    };
    practice.fault("tradecloud", RequestKind::Login, Fault::WrongTypes);
    assert_eq!(login().header("set-authorization").unwrap_or_default(), "");
    practice.fault("tradecloud", RequestKind::Login, Fault::TokenNotReturned);
    let answer = login();
    assert!(answer.header("set-authorization").is_some());
    assert_eq!(answer.header("set-refresh-token"), None);
    let token = login().header("set-refresh-token").unwrap().to_owned();
    practice.fault("tradecloud", RequestKind::Refresh, Fault::RefreshRevoked);
    let refresh = client.send(
        "GET /v2/authentication/refresh",
        &[&format!("Refresh-Token: {token}")],
        "",
    );
    assert_eq!(refresh.status, 401);
}

#[test]
fn a_rotated_token_can_be_left_out() {
    let (practice, client) = open();
    let token = exchanged(&client).text("refresh_token");
    practice.fault(ID, RequestKind::Refresh, Fault::TokenNotReturned);
    let answer = client
        .post("/oauth/token", &refresh(&client, &token))
        .granted()
        .json();
    assert_eq!(answer.get("refresh_token"), None);
    client
        .post("/oauth/token", &refresh(&client, &token))
        .refused(400, "invalid_grant");
}

#[test]
fn the_clock_can_be_off_in_everything_that_is_written() {
    let (practice, client) = open();
    assert_eq!(
        client.get("/nowhere").header("date"),
        Some("Tue, 14 Nov 2023 22:13:20 GMT")
    );
    practice.fault(
        ID,
        RequestKind::Exchange,
        Fault::ClockOff { seconds: -7_200 },
    );
    let answer = exchanged(&client);
    assert_eq!(answer.header("date"), Some("Tue, 14 Nov 2023 20:13:20 GMT"));
    assert_eq!(answer.json()["expires"], 1_699_996_400);
}

#[test]
fn the_lifetime_can_be_another() {
    let practice = Practice::open(Mode::Field);
    let client = practice.at(ID);
    practice.fault(ID, RequestKind::Exchange, Fault::Lifetime { seconds: 5 });
    let answer = exchanged(&client).granted();
    assert_eq!(answer.json()["expires_in"], 5);
    practice.advance(5);
    client
        .get_as("/users/me", &answer.text("access_token"))
        .refused(401, "access_denied");
}

#[test]
fn the_trading_accounts_can_be_gone() {
    let practice = Practice::open(Mode::Field);
    let client = practice.at("just2trade");
    let query = [
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let code = client.allow("/connect/authorize", &query)["code"].clone();
    let token = client
        .post("/connect/token", &exchange(&client, &code))
        .text("access_token");
    practice.fault("just2trade", RequestKind::Profile, Fault::NoTradingAccounts);
    assert_eq!(
        client.get_as("/userinfo", &token).json()["accounts"],
        json!([])
    );
    assert_eq!(
        client.get_as("/userinfo", &token).json()["accounts"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
