//! What a person meets in the browser: pages, wrong passwords, tickets that have ended.
//!
//! Doesn't know what becomes of a code.

use super::{Client, Mode, Practice, encoded, ticket};

fn open() -> (Practice, Client, String) {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at("biggerplate");
    let query = [
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let target = format!("/oauth/auth?{}", encoded(&query));
    (practice, client, target)
}

#[test]
fn the_sign_in_page_says_what_it_is_and_is_filled_in_already() {
    let (_practice, client, target) = open();
    let page = client.get(&target).body;
    for expected in [
        "Biggerplate",
        "Practice provider – nothing leaves this computer",
        "Sign in",
        &client.username,
        &client.password,
    ] {
        assert!(page.contains(expected), "{expected} is not on the page");
    }
    assert!(page.contains("name=\"username\"") && page.contains("name=\"password\""));
}

#[test]
fn a_page_is_not_stored_not_framed_and_tells_no_address() {
    let (_practice, client, target) = open();
    let page = client.get(&target);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    // It would apply to the redirect after the form as well, and browsers would not go back to the app.
    assert!(!policy.contains("form-action"), "{policy}");
}

#[test]
fn a_wrong_password_shows_the_form_again_and_the_right_one_still_works() {
    let (_practice, client, target) = open();
    let page = client.get(&target);
    let again = client.post(
        "/sign-in",
        &[
            ("ticket", ticket(&page)),
            ("username", &client.username),
            ("password", "wrong"),
        ],
    );
    assert!(again.body.contains("Wrong user name or password"));
    let right = [
        ("ticket", ticket(&again)),
        ("username", &client.username),
        ("password", &client.password),
    ];
    assert!(
        client
            .post("/sign-in", &right)
            .body
            .contains("Allow access?")
    );
}

#[test]
fn the_second_practice_user_signs_in_with_the_same_password() {
    let (_practice, client, target) = open();
    let page = client.get(&target);
    let form = [
        ("ticket", ticket(&page)),
        ("username", "desk@practice.example"),
        ("password", &client.password),
    ];
    assert!(
        client
            .post("/sign-in", &form)
            .body
            .contains("desk@practice.example")
    );
}

#[test]
fn nobody_consents_before_signing_in_or_twice_or_with_a_guessed_ticket() {
    let (_practice, client, target) = open();
    let page = client.get(&target);
    assert_eq!(
        client
            .post(
                "/consent",
                &[("ticket", ticket(&page)), ("decision", "allow")]
            )
            .status,
        400
    );
    assert_eq!(
        client
            .post("/consent", &[("ticket", "guessed"), ("decision", "allow")])
            .status,
        400
    );
    let page = client.get(&target);
    let form = [
        ("ticket", ticket(&page)),
        ("username", &client.username),
        ("password", &client.password),
    ];
    client.post("/sign-in", &form);
    assert_eq!(
        client
            .post(
                "/consent",
                &[("ticket", ticket(&page)), ("decision", "allow")]
            )
            .status,
        302
    );
    assert_eq!(
        client
            .post(
                "/consent",
                &[("ticket", ticket(&page)), ("decision", "allow")]
            )
            .status,
        400
    );
}

#[test]
fn a_sign_in_ends_after_ten_minutes() {
    let (practice, client, target) = open();
    let page = client.get(&target);
    practice.advance(600);
    let form = [
        ("ticket", ticket(&page)),
        ("username", &client.username),
        ("password", &client.password),
    ];
    assert_eq!(client.post("/sign-in", &form).status, 400);
}

#[test]
fn the_provider_without_a_browser_has_no_pages() {
    let practice = Practice::open(Mode::Documented);
    assert_eq!(practice.at("tradecloud").post("/sign-in", &[]).status, 404);
}
