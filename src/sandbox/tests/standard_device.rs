//! The sign-in of a device at Practice Identity, rule by rule.
//!
//! Doesn't know what a token is good for afterwards.

use std::time::Duration;

use super::{
    Client, Mode, Practice, Told, changed, object,
    standard_client::{EVERYTHING, ID, linked, open, proved, public, read, refreshed},
    ticket, without,
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn begun(client: &Client) -> Told {
    let form = proved(client, &[("scope", EVERYTHING)]);
    client.post("/device_authorization", &form).granted()
}

fn question<'a>(client: &'a Client, device_code: &'a str) -> Vec<(&'a str, &'a str)> {
    let form = [("grant_type", GRANT), ("device_code", device_code)];
    proved(client, &form)
}

fn poll(client: &Client, device_code: &str) -> Told {
    client.post("/token", &question(client, device_code))
}

/// The person types the code, signs in and presses a button.
fn decide(client: &Client, user_code: &str, decision: &str) -> Told {
    let page = client.post("/device", &[("user_code", user_code)]);
    let sign_in = [
        ("ticket", ticket(&page)),
        ("username", client.username.as_str()),
        ("password", client.password.as_str()),
    ];
    let page = client.post("/sign-in", &sign_in);
    let consent = [("ticket", ticket(&page)), ("decision", decision)];
    client.post("/consent", &consent)
}

#[test]
fn a_device_gets_a_code_for_itself_and_one_for_the_person() {
    let (practice, client) = open();
    let told = begun(&client);
    let user_code = told.text("user_code");
    let page = format!("{}/device", client.provider.base_url);
    let expected = serde_json::json!({
        "device_code": told.text("device_code"),
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": 600,
        "interval": 5,
    });
    assert_eq!(told.json(), expected);
    let (left, right) = user_code.split_once('-').unwrap();
    assert_eq!((left.len(), right.len()), (4, 4));
    let legible = |letter: char| "BCDFGHJKLMNPQRSTVWXZ".contains(letter);
    assert!((left.to_owned() + right).chars().all(legible));
    assert_eq!(practice.counters(ID).device_authorizations, 1);
}

#[test]
fn a_device_waits_until_the_person_allows_and_then_has_tokens_once() {
    for mode in [Mode::Documented, Mode::Field] {
        let practice = Practice::open(mode);
        for client in [practice.standard(), public(&practice)] {
            let told = begun(&client);
            let code = told.text("device_code");
            poll(&client, &code).refused(400, "authorization_pending");
            practice.advance(5);
            poll(&client, &code).refused(400, "authorization_pending");
            let done = decide(&client, &told.text("user_code"), "allow");
            assert_eq!((done.status, done.header("location")), (200, None));
            assert!(done.body.contains("You can go back to the app now"));
            practice.advance(5);
            let answer = poll(&client, &code).granted();
            assert_eq!(answer.text("scope"), EVERYTHING);
            let (_, claims, genuine) = read(&client, &answer.text("id_token"));
            assert!(genuine);
            assert_eq!(claims["aud"], client.client_id());
            assert_eq!(claims.get("nonce"), None);
            refreshed(&client, &answer.text("refresh_token")).granted();
            practice.advance(5);
            poll(&client, &code).refused(400, "invalid_grant");
        }
        let counters = practice.counters(ID);
        assert_eq!((counters.device_polls, counters.exchanges), (8, 0));
    }
}

#[test]
fn a_device_that_asks_too_soon_waits_five_seconds_more_from_then_on() {
    let (practice, client) = open();
    let code = begun(&client).text("device_code");
    poll(&client, &code).refused(400, "authorization_pending");
    practice.advance(4);
    poll(&client, &code).refused(400, "slow_down");
    practice.advance(9);
    poll(&client, &code).refused(400, "slow_down");
    practice.advance(15);
    poll(&client, &code).refused(400, "authorization_pending");
}

#[test]
fn even_a_decision_does_not_excuse_haste() {
    let (practice, client) = open();
    let told = begun(&client);
    let code = told.text("device_code");
    poll(&client, &code).refused(400, "authorization_pending");
    decide(&client, &told.text("user_code"), "allow");
    poll(&client, &code).refused(400, "slow_down");
    practice.advance(10);
    poll(&client, &code).granted();
}

#[test]
fn the_options_say_how_long_a_device_waits() {
    for (interval, says) in [(Duration::ZERO, 0), (Duration::from_millis(200), 1)] {
        let practice = Practice::open_with(Mode::Documented, |options| {
            options.device_interval = Some(interval);
        });
        let client = practice.standard();
        let told = begun(&client);
        assert_eq!(told.json()["interval"], says);
        let code = told.text("device_code");
        poll(&client, &code).refused(400, "authorization_pending");
        practice.advance(says);
        poll(&client, &code).refused(400, "authorization_pending");
    }
}

#[test]
fn a_denial_and_the_end_of_the_ten_minutes_are_told_to_the_device() {
    let (practice, client) = open();
    let told = begun(&client);
    assert!(
        decide(&client, &told.text("user_code"), "deny")
            .body
            .contains("Denied")
    );
    poll(&client, &told.text("device_code")).refused(400, "access_denied");
    let told = begun(&client);
    practice.advance(599);
    poll(&client, &told.text("device_code")).refused(400, "authorization_pending");
    practice.advance(1);
    poll(&client, &told.text("device_code")).refused(400, "expired_token");
    let page = client.post("/device", &[("user_code", &told.text("user_code"))]);
    assert!(page.body.contains("No app waits with this code"));
}

#[test]
fn a_decision_that_comes_after_the_end_is_too_late() {
    let (practice, client) = open();
    let told = begun(&client);
    practice.advance(599);
    let page = client.post("/device", &[("user_code", &told.text("user_code"))]);
    let sign_in = [
        ("ticket", ticket(&page)),
        ("username", client.username.as_str()),
        ("password", client.password.as_str()),
    ];
    client.post("/sign-in", &sign_in);
    practice.advance(1);
    let consent = [("ticket", ticket(&page)), ("decision", "allow")];
    assert_eq!(client.post("/consent", &consent).status, 400);
    poll(&client, &told.text("device_code")).refused(400, "expired_token");
}

#[test]
fn the_first_decision_holds() {
    let (_practice, client) = open();
    let told = begun(&client);
    let user_code = told.text("user_code");
    let second = client.post("/device", &[("user_code", &user_code)]);
    let sign_in = [
        ("ticket", ticket(&second)),
        ("username", client.username.as_str()),
        ("password", client.password.as_str()),
    ];
    client.post("/sign-in", &sign_in);
    decide(&client, &user_code, "deny");
    let consent = [("ticket", ticket(&second)), ("decision", "allow")];
    assert_eq!(client.post("/consent", &consent).status, 400);
    poll(&client, &told.text("device_code")).refused(400, "access_denied");
}

#[test]
fn nobody_decides_before_signing_in() {
    let (_practice, client) = open();
    let told = begun(&client);
    let page = client.post("/device", &[("user_code", &told.text("user_code"))]);
    let consent = [("ticket", ticket(&page)), ("decision", "allow")];
    assert_eq!(client.post("/consent", &consent).status, 400);
    poll(&client, &told.text("device_code")).refused(400, "authorization_pending");
}

#[test]
fn the_page_has_the_code_of_the_address_and_takes_it_however_it_is_typed() {
    let (_practice, client) = open();
    let user_code = begun(&client).text("user_code");
    assert!(
        client
            .get("/device")
            .body
            .contains("name=\"user_code\" type=\"text\" value=\"\"")
    );
    let filled = client.get(&format!("/device?user_code={user_code}")).body;
    assert!(filled.contains(&format!("value=\"{user_code}\"")));
    for typed in [
        user_code.to_lowercase(),
        user_code.replace('-', ""),
        user_code.replace('-', "  "),
    ] {
        let page = client.post("/device", &[("user_code", &typed)]);
        assert!(page.body.contains("name=\"password\""), "{typed}");
    }
    let wrong = client.post("/device", &[("user_code", "AAAA-AAAA")]);
    assert!(wrong.body.contains("No app waits with this code"));
    assert!(wrong.body.contains("value=\"AAAA-AAAA\""));
}

#[test]
fn whoever_signs_in_is_who_the_device_gets() {
    let (_practice, mut client) = open();
    let told = begun(&client);
    "desk@practice.example".clone_into(&mut client.username);
    decide(&client, &told.text("user_code"), "allow");
    let answer = poll(&client, &told.text("device_code")).granted();
    let (_, claims, _) = read(&client, &answer.text("id_token"));
    assert_eq!(claims["email"], "desk@practice.example");
}

#[test]
fn a_device_code_is_no_good_to_the_other_client_or_without_proof() {
    let (practice, client) = open();
    let code = begun(&client).text("device_code");
    poll(&public(&practice), &code).refused(400, "invalid_grant");
    poll(&client, "unknown").refused(400, "invalid_grant");
    let form = question(&client, &code);
    client
        .post("/token", &without(&form, "client_secret"))
        .refused(401, "invalid_client");
    client
        .post("/token", &without(&form, "device_code"))
        .refused(400, "invalid_request");
    poll(&client, &code).refused(400, "authorization_pending");
}

#[test]
fn a_device_needs_a_client_and_known_scopes() {
    let (_practice, client) = open();
    let form = proved(&client, &[("scope", EVERYTHING)]);
    let asked = |form: &[(&str, &str)]| client.post("/device_authorization", form);
    asked(&changed(&form, "client_secret", "wrong")).refused(401, "invalid_client");
    asked(&changed(&form, "scope", "trade")).refused(400, "invalid_scope");
    client
        .post_json("/device_authorization", "application/json", &object(&form))
        .refused(400, "invalid_request");
    assert_eq!(client.get("/device_authorization").status, 405);
}

#[test]
fn a_device_under_way_lasts_from_run_to_run() {
    let (practice, client) = open();
    let told = begun(&client);
    linked(&client, "openid");
    let practice = practice.reopen(Mode::Field);
    let client = practice.standard();
    decide(&client, &told.text("user_code"), "allow");
    poll(&client, &told.text("device_code")).granted();
}
