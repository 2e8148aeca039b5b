//! What the providers count, and who may ask them.
//!
//! Doesn't know the rules of the provider it counts at.

use serde_json::json;

use super::{Client, Mode, Practice, Told};
use crate::sandbox::ledger::short_hash;

fn refresh(client: &Client, token: &str) -> Told {
    let body = json!({
        "client_id": client.client_id(),
        "client_secret": client.client_secret(),
        "grant_type": "refresh_token",
        "refresh_token": token,
    });
    client.post_json("/oauth/token", "application/json", &body)
}

#[test]
fn every_spend_of_a_token_is_counted_by_its_hash() {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at("rest-api-v1");
    let query = [
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let code = client.allow("/oauth/authorize", &query)["code"].clone();
    let body = json!({
        "client_id": client.client_id(),
        "client_secret": client.client_secret(),
        "code": code,
        "grant_type": "authorization_code",
        "redirect_uri": client.redirect_uri(),
    });
    let token = client
        .post_json("/oauth/token", "application/json", &body)
        .text("refresh_token");
    refresh(&client, &token).granted();
    refresh(&client, &token).refused(401, "invalid_grant");
    let counters = practice.counters("rest-api-v1");
    assert_eq!(
        (
            counters.authorizations,
            counters.codes,
            counters.exchanges,
            counters.refreshes
        ),
        (1, 1, 1, 2)
    );
    // The address, the two forms, the exchange, two refreshes.
    assert_eq!((counters.requests, counters.errors), (6, 1));
    assert_eq!(
        (
            counters.spends[&short_hash(&code)],
            counters.spends[&short_hash(&token)]
        ),
        (1, 2)
    );
    assert_eq!(practice.counters("biggerplate").requests, 0);
}

#[test]
fn counters_are_read_over_http_at_every_provider() {
    let practice = Practice::open(Mode::Field);
    for provider in &practice.running.ready().providers {
        let client = practice.at(&provider.id);
        client.get("/nowhere");
        assert_eq!(
            client.get("/practice/counters").json()["errors"],
            1,
            "{}",
            provider.id
        );
        assert_eq!(
            client.send("DELETE /practice/counters", &[], "").status,
            405
        );
    }
}

#[test]
fn a_request_that_was_led_here_by_another_name_is_turned_away() {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at("biggerplate");
    // A second Host header makes the first unreadable, which is no name of this machine either.
    assert_eq!(
        client
            .send(
                "GET /practice/counters",
                &["Host: rebound.practice.example"],
                ""
            )
            .status,
        421
    );
}

#[test]
fn a_web_page_can_give_no_instructions() {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at("just2trade");
    let instruction = json!({"kind": "profile", "fault": "server_error"});
    assert_eq!(
        client
            .post_json("/practice/faults", "text/plain", &instruction)
            .status,
        415
    );
    let preflight = client.send(
        "OPTIONS /practice/faults",
        &["Origin: http://elsewhere.practice.example"],
        "",
    );
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-origin")
        ),
        (405, None)
    );
    assert_eq!(client.get("/practice/faults").json(), json!([]));
}

#[test]
fn only_just2trade_has_trading_accounts_to_change() {
    let practice = Practice::open(Mode::Documented);
    assert_eq!(
        practice
            .at("biggerplate")
            .get("/practice/trading-accounts")
            .status,
        404
    );
    let list = practice
        .at("just2trade")
        .get("/practice/trading-accounts")
        .json();
    assert_eq!(list.as_array().unwrap().len(), 2);
}
