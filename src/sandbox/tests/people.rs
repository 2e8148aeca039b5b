//! Two people at each of the five providers: whoever signs in is whose profile is shown.
//!
//! Doesn't know the providers' rules beyond one sign-in and one profile.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Client, Mode, Practice, Told};

const PEOPLE: [(&str, &str, &str, u32); 2] = [
    (
        "trader@practice.example",
        "trader",
        "8f1e7eba-0000-4000-8000-000000000001",
        1,
    ),
    (
        "desk@practice.example",
        "desk",
        "8f1e7eba-0000-4000-8000-000000000002",
        2,
    ),
];

/// An access token of the code flow, for whoever the client has at the keyboard.
fn token(client: &Client, authorize: &str, token: &str) -> String {
    let query = [
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let code = client.allow(authorize, &query)["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", client.client_id()),
        ("client_secret", client.client_secret()),
        ("redirect_uri", client.redirect_uri()),
    ];
    client.post(token, &form).text("access_token")
}

/// Everybody in turn signs in at the provider and reads a profile.
fn each(mode: Mode, id: &str, check: impl Fn(&Client, (&str, &str, &str, u32))) {
    let practice = Practice::open(mode);
    for person in PEOPLE {
        let mut client = practice.at(id);
        person.0.clone_into(&mut client.username);
        check(&client, person);
    }
}

fn members(told: &Told, names: &[&str]) -> Vec<Value> {
    let profile = told.json();
    names.iter().map(|name| profile[name].clone()).collect()
}

#[test]
fn the_trading_parrot_knows_two_people() {
    each(
        Mode::Field,
        "trading-parrot",
        |client, (email, login, _, number)| {
            let token = token(client, "/oauth/authorize", "/oauth/token");
            let told = client.get_as("/oauth/me", &token);
            assert_eq!(
                members(&told, &["ID", "user_login", "user_email"]),
                [json!(number.to_string()), json!(login), json!(email)]
            );
        },
    );
}

#[test]
fn just2trade_knows_two_people_in_both_modes() {
    for (mode, profile) in [(Mode::Documented, "/auth"), (Mode::Field, "/userinfo")] {
        each(mode, "just2trade", |client, (email, login, uuid, _)| {
            let token = token(client, "/connect/authorize", "/connect/token");
            let told = client.get_as(profile, &token);
            assert_eq!(
                members(&told, &["id", "login", "email"]),
                [uuid, login, email]
            );
        });
    }
}

#[test]
fn tradecloud_knows_two_people_in_both_modes() {
    for mode in [Mode::Documented, Mode::Field] {
        each(mode, "tradecloud", |client, (email, _, uuid, _)| {
            let basic = STANDARD.encode(format!("{email}:{}", client.password));
            let basic = format!("Authorization: Basic {basic}");
            let told = client.send("GET /v2/authentication/login", &[&basic], "");
            let token = told.header("set-authorization").unwrap().to_owned();
            let profile = match mode {
                Mode::Documented => format!("/v2/user?email={email}"),
                Mode::Field => format!("/v2/user/{uuid}"),
            };
            let told = client.get_as(&profile, &token);
            assert_eq!(members(&told, &["id", "email"]), [uuid, email]);
        });
    }
}

#[test]
fn rest_api_v1_knows_two_people() {
    each(
        Mode::Field,
        "rest-api-v1",
        |client, (email, _, _, number)| {
            let token = token(client, "/oauth/authorize", "/oauth/token");
            let told = client.get_as(&format!("/api/v1/users/{number}"), &token);
            assert_eq!(
                members(&told, &["id", "email"]),
                [json!(number), json!(email)]
            );
        },
    );
}

#[test]
fn biggerplate_knows_two_people() {
    each(Mode::Field, "biggerplate", |client, (_, login, _, _)| {
        let token = token(client, "/oauth/auth", "/oauth/token");
        let told = client.get_as("/users/me", &token);
        assert_eq!(members(&told, &["UserName"]), [login]);
    });
}
