//! The test of a set-up: what is sent, and what each refusal tells.
//!
//! Nobody signs in here.

use super::{EXAMPLE, answer, built_in, client, on, own, wires};
use crate::provider::{CallKind, Client, ClientTestOutcome, Error};

use ClientTestOutcome::{Recognized, RedirectMismatch};

fn outcome(id: &str, status: u16, body: &str) -> ClientTestOutcome {
    let provider = built_in(id);
    let response = answer(status, &[], body);
    let error = provider
        .read_tokens(&response, CallKind::Exchange)
        .unwrap_err();
    provider.client_test_meaning(&error)
}

fn error(code: &str) -> String {
    format!(r#"{{"error":"{code}"}}"#)
}

#[test]
fn a_code_that_cannot_exist_is_exchanged_with_the_first_redirect_uri() {
    let calls = built_in("trading-parrot").client_test_calls(&client(|_| {}));
    let sent = wires(&calls.unwrap());
    assert_eq!(sent.len(), 1);
    let body = "code=linkdesk-set-up-test&client_id=the+id&client_secret=s%26cret\
                &redirect_uri=http%3A%2F%2F127.0.0.1%3A53681%2Fcallback";
    assert!(sent[0].ends_with(body), "{}", sent[0]);
    let with_pkce = own(EXAMPLE).client_test_calls(&client(|_| {})).unwrap();
    assert!(wires(&with_pkce)[0].contains("&code_verifier="));
}

#[test]
fn nothing_is_sent_where_only_a_person_could_find_out() {
    let password = client(|settings| {
        settings.base_url = "https://api.example.com".parse().ok();
    });
    let mut by_password = on("password_grant", true);
    by_password.settings.base_url = password.settings.base_url.clone();
    assert!(
        built_in("tradecloud")
            .client_test_calls(&client(|_| {}))
            .unwrap()
            .is_empty()
    );
    assert!(
        built_in("rest-api-v1")
            .client_test_calls(&by_password)
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        built_in("rest-api-v1")
            .client_test_calls(&password)
            .unwrap()
            .len(),
        2
    );
    let incomplete = Client {
        secret: None,
        ..client(|_| {})
    };
    let calls = built_in("biggerplate").client_test_calls(&incomplete);
    assert!(matches!(calls, Err(Error::Missing { name }) if name == "client_secret"));
}

#[test]
fn each_refusal_tells_as_much_as_it_says() {
    let rejected = |code: &str| ClientTestOutcome::Rejected {
        code: code.to_owned(),
    };
    let not_told = |code: &str| ClientTestOutcome::NotTold {
        code: code.to_owned(),
    };
    for (status, body, expected) in [
        (400, error("invalid_grant"), Recognized),
        (401, error("invalid_grant"), Recognized),
        (400, error("invalid_client"), rejected("invalid_client")),
        (401, error("invalid_client"), rejected("invalid_client")),
        (
            400,
            error("unauthorized_client"),
            rejected("unauthorized_client"),
        ),
        (401, String::new(), rejected("401")),
        (400, error("redirect_uri_mismatch"), RedirectMismatch),
        (
            400,
            error("unsupported_grant_type"),
            not_told("unsupported_grant_type"),
        ),
        (400, error("invalid_scope"), not_told("invalid_scope")),
        (400, error("invalid_request"), not_told("invalid_request")),
        (500, error("invalid_client"), not_told("invalid_client")),
        (429, String::new(), not_told("429")),
        (404, "<html>".to_owned(), not_told("404")),
        (200, "<html>".to_owned(), not_told("200")),
        (302, String::new(), not_told("redirected")),
    ] {
        assert_eq!(
            outcome("biggerplate", status, &body),
            expected,
            "{status} {body}"
        );
    }
}
