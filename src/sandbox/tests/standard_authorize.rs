//! The authorization endpoint of Practice Identity, rule by rule.
//!
//! Doesn't know what a code is exchanged for.

use super::{
    Callback, Client, Told, and, changed, encoded,
    standard_client::{CHALLENGE, EVERYTHING, ID, VERIFIER, code, open, public, query},
    ticket, without,
};

fn asked(client: &Client, query: &[(&str, &str)]) -> Told {
    client.get(&format!("/authorize?{}", encoded(query)))
}

/// What goes back to the client at once, without a page.
#[track_caller]
fn back(client: &Client, query: &[(&str, &str)]) -> Callback {
    asked(client, query).callback(client.redirect_uri())
}

#[test]
fn the_callback_has_code_state_and_issuer_and_nothing_else() {
    let (practice, client) = open();
    let callback = client.allow("/authorize", &query(&client, EVERYTHING));
    assert_eq!(
        callback.keys().collect::<Vec<_>>(),
        ["code", "iss", "state"]
    );
    assert_eq!(callback["state"], "s t&te");
    assert_eq!(callback["iss"], client.provider.base_url);
    assert_eq!(practice.counters(ID).authorizations, 1);
}

#[test]
fn a_denial_goes_back_with_state_and_issuer() {
    let (_practice, client) = open();
    let denied = client
        .decide("/authorize", &query(&client, EVERYTHING), "deny")
        .callback(client.redirect_uri());
    assert_eq!(
        (denied["error"].as_str(), denied["state"].as_str()),
        ("access_denied", "s t&te")
    );
    assert_eq!(denied["iss"], client.provider.base_url);
}

#[test]
fn pkce_with_s256_is_required_of_both_clients() {
    let (practice, client) = open();
    for client in [client, public(&practice)] {
        let query = query(&client, EVERYTHING);
        for wrong in [
            without(&query, "code_challenge"),
            without(&query, "code_challenge_method"),
            changed(&query, "code_challenge_method", "plain"),
            changed(&query, "code_challenge", CHALLENGE.trim_start_matches('E')),
            changed(&query, "code_challenge", &CHALLENGE.replace('9', "+")),
            changed(&query, "code_challenge", &format!("{VERIFIER}A")),
        ] {
            let told = back(&client, &wrong);
            assert_eq!(told["error"], "invalid_request", "{wrong:?}");
            assert_eq!(told["state"], "s t&te");
            assert_eq!(told["iss"], client.provider.base_url);
        }
        code(&client, EVERYTHING);
    }
}

#[test]
fn an_unknown_scope_goes_back_as_such() {
    let (_practice, client) = open();
    let told = back(&client, &query(&client, "openid trade"));
    assert_eq!(told["error"], "invalid_scope");
    let none = without(&query(&client, ""), "scope");
    client.allow("/authorize", &none);
}

#[test]
fn other_mistakes_go_back_with_an_error() {
    let (_practice, client) = open();
    let query = query(&client, EVERYTHING);
    for (wrong, error) in [
        (
            changed(&query, "response_type", "token"),
            "unsupported_response_type",
        ),
        (without(&query, "response_type"), "invalid_request"),
        (and(&query, "state", "again"), "invalid_request"),
    ] {
        let told = back(&client, &wrong);
        assert_eq!(told["error"], error);
        assert_eq!(told["iss"], client.provider.base_url);
    }
}

#[test]
fn only_the_port_of_a_registered_address_is_free() {
    let (_practice, client) = open();
    let query = query(&client, EVERYTHING);
    for good in [
        "http://127.0.0.1:49152/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:49152/callback",
        "http://localhost:49152/callback",
        "https://127.0.0.1:49152/callback",
        "https://[::1]:49152/callback",
        "https://localhost/callback",
    ] {
        let told = client.decide(
            "/authorize",
            &changed(&query, "redirect_uri", good),
            "allow",
        );
        told.callback(&format!("{good}?code="));
    }
    for stranger in [
        "http://127.0.0.1:49152/callback/",
        "http://127.0.0.1:49152/Callback",
        "http://127.0.0.1:49152/callback?x=1",
        "http://127.0.0.1:49152/",
        "http://127.0.0.1:494949/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.2/callback",
        "http://localhost.practice.example/callback",
        "https://desk.practice.example/callback",
        "ftp://127.0.0.1/callback",
    ] {
        let told = asked(&client, &changed(&query, "redirect_uri", stranger));
        assert_eq!(
            (told.status, told.header("location")),
            (400, None),
            "{stranger}"
        );
    }
}

#[test]
fn strangers_are_never_redirected() {
    let (_practice, client) = open();
    let query = query(&client, EVERYTHING);
    for wrong in [
        changed(&query, "client_id", "someone-else"),
        without(&query, "client_id"),
        without(&query, "redirect_uri"),
    ] {
        let told = asked(&client, &wrong);
        assert_eq!((told.status, told.header("location")), (400, None));
    }
}

#[test]
fn nobody_is_signed_in_without_a_page() {
    let (_practice, client) = open();
    let query = query(&client, EVERYTHING);
    let prompted = |prompt| back(&client, &and(&query, "prompt", prompt))["error"].clone();
    assert_eq!(prompted("none"), "login_required");
    assert_eq!(prompted("none login"), "invalid_request");
    assert_eq!(prompted("sleep"), "invalid_request");
    for prompt in ["login", "consent", "login consent"] {
        client.allow("/authorize", &and(&query, "prompt", prompt));
    }
}

#[test]
fn an_account_can_be_chosen_and_the_form_is_filled_in_for_it() {
    let (practice, client) = open();
    let query = query(&client, EVERYTHING);
    let page = asked(&client, &and(&query, "prompt", "select_account"));
    for user in &practice.running.ready().standard.users {
        assert!(page.body.contains(&format!("value=\"{user}\"")), "{user}");
        let form = [("ticket", ticket(&page)), ("username", user)];
        let sign_in = client.post("/select", &form).body;
        assert!(sign_in.contains(&format!("type=\"text\" value=\"{user}\"")));
        assert!(sign_in.contains("Sign in"));
    }
    let nobody = [("ticket", ticket(&page)), ("username", "nobody")];
    assert_eq!(client.post("/select", &nobody).status, 400);
    practice.advance(600);
    let late = [
        ("ticket", ticket(&page)),
        ("username", "desk@practice.example"),
    ];
    assert_eq!(client.post("/select", &late).status, 400);
}

#[test]
fn choosing_is_not_signing_in() {
    let (_practice, client) = open();
    let page = asked(
        &client,
        &and(&query(&client, EVERYTHING), "prompt", "select_account"),
    );
    client.post(
        "/select",
        &[("ticket", ticket(&page)), ("username", &client.username)],
    );
    let consent = [("ticket", ticket(&page)), ("decision", "allow")];
    assert_eq!(client.post("/consent", &consent).status, 400);
}

#[test]
fn a_login_hint_fills_in_the_form_and_a_wrong_password_leaves_it() {
    let (_practice, client) = open();
    let desk = "type=\"text\" value=\"desk@practice.example\"";
    let hinted = and(
        &query(&client, EVERYTHING),
        "login_hint",
        "desk@practice.example",
    );
    let page = asked(&client, &hinted);
    assert!(page.body.contains(desk));
    let wrong = [
        ("ticket", ticket(&page)),
        ("username", "desk@practice.example"),
        ("password", "wrong"),
    ];
    let again = client.post("/sign-in", &wrong).body;
    assert!(again.contains(desk) && again.contains("Wrong user name or password"));
}
