//! What follows from every kind of refusal, and which answers let the next alternative be tried.
//!
//! The rule behind the second: never after an answer that may have spent a code or a refresh token.

use std::time::Duration;

use super::{answer, built_in};
use crate::provider::{AnswerError, CallKind, Meaning};

use CallKind::{Exchange, Password, Profile, Refresh, Revoke};

/// What an answer means, in short.
fn meaning(id: &str, kind: CallKind, status: u16, body: &str) -> String {
    told(id, kind, &answer(status, &[], body))
}

fn told(id: &str, kind: CallKind, response: &http::Response<Vec<u8>>) -> String {
    let provider = built_in(id);
    let error = match kind {
        Profile => provider.read_profile(response).unwrap_err(),
        _ => provider.read_tokens(response, kind).unwrap_err(),
    };
    match provider.meaning(&error, kind) {
        Meaning::Transitory { retry_after: None } => "later".to_owned(),
        Meaning::Transitory {
            retry_after: Some(wait),
        } => format!("later {}", wait.as_secs()),
        Meaning::GrantRejected => "grant".to_owned(),
        Meaning::TokenRejected => "token".to_owned(),
        Meaning::ClientRejected { code } => format!("client {code}"),
        Meaning::RedirectMismatch => "redirect uri".to_owned(),
        Meaning::Denied { code } => format!("denied {code}"),
        Meaning::WrongPassword => "password".to_owned(),
        Meaning::Redirected { target } => format!("elsewhere {target}"),
        Meaning::NotTokens => "nothing".to_owned(),
        Meaning::Page => "page".to_owned(),
        Meaning::Pending => "not yet".to_owned(),
        Meaning::SlowDown => "not so often".to_owned(),
        Meaning::Other { code } => format!("other {code}"),
    }
}

fn error(code: &str) -> String {
    format!(r#"{{"error":"{code}"}}"#)
}

#[test]
#[rustfmt::skip]
fn the_code_decides_before_a_status_that_does_not_pass() {
    for (kind, status, code, expected) in [
        (Refresh, 400, "unsupported_grant_type", "client unsupported_grant_type"),
        (Refresh, 400, "unauthorized_client", "client unauthorized_client"),
        (Refresh, 400, "invalid_scope", "client invalid_scope"),
        (Refresh, 408, "invalid_grant", "later"),
        (Refresh, 425, "invalid_grant", "later"),
        (Refresh, 501, "invalid_grant", "later"),
        (Profile, 500, "invalid_token", "later"),
        (Profile, 503, "access_denied", "later"),
        (Exchange, 400, "interaction_required", "other interaction_required"),
        (Exchange, 400, "invalid_grant", "grant"),
        (Exchange, 401, "invalid_grant", "grant"),
        (Exchange, 200, "invalid_grant", "grant"),
        (Exchange, 403, "invalid_grant", "grant"),
        (Exchange, 400, "invalid_client", "client invalid_client"),
        (Exchange, 401, "invalid_client", "client invalid_client"),
        (Exchange, 400, "unauthorized_client", "client unauthorized_client"),
        (Exchange, 400, "unsupported_grant_type", "client unsupported_grant_type"),
        (Exchange, 501, "unsupported_grant_type", "client unsupported_grant_type"),
        (Exchange, 400, "invalid_scope", "client invalid_scope"),
        (Exchange, 400, "redirect_uri_mismatch", "redirect uri"),
        (Exchange, 400, "access_denied", "denied access_denied"),
        (Exchange, 401, "access_denied", "denied access_denied"),
        (Exchange, 400, "invalid_request", "other invalid_request"),
        (Exchange, 400, "temporarily_unavailable", "later"),
        (Exchange, 503, "invalid_grant", "later"),
        (Exchange, 500, "invalid_client", "later"),
        (Exchange, 429, "invalid_grant", "later"),
        (Refresh, 400, "invalid_grant", "grant"),
        (Refresh, 401, "invalid_grant", "grant"),
        (Refresh, 500, "invalid_grant", "later"),
        (Refresh, 400, "invalid_client", "client invalid_client"),
        (Refresh, 401, "invalid_client", "client invalid_client"),
        (Refresh, 400, "invalid_token", "grant"),
        (Refresh, 400, "interaction_required", "grant"),
        (Profile, 401, "invalid_token", "token"),
        (Profile, 400, "invalid_token", "token"),
        (Profile, 401, "access_denied", "token"),
        (Profile, 403, "insufficient_scope", "other insufficient_scope"),
        (Password, 400, "invalid_grant", "password"),
        (Password, 401, "invalid_grant", "password"),
    ] {
        assert_eq!(meaning("rest-api-v1", kind, status, &error(code)), expected, "{kind:?} {status} {code}");
    }
}

#[test]
#[rustfmt::skip]
fn without_a_code_the_status_decides() {
    for (kind, status, expected) in [
        (Exchange, 400, "other 400"),
        (Exchange, 401, "client 401"),
        (Exchange, 403, "other 403"),
        (Exchange, 404, "other 404"),
        (Refresh, 401, "client 401"),
        (Refresh, 400, "other 400"),
        (Profile, 401, "token"),
        (Profile, 403, "other 403"),
        (Profile, 404, "other 404"),
        (Revoke, 401, "token"),
        (Exchange, 408, "later"),
        (Refresh, 425, "later"),
        (Refresh, 429, "later"),
        (Refresh, 500, "later"),
        (Profile, 502, "later"),
        (Refresh, 503, "later"),
        (Refresh, 504, "later"),
        (Refresh, 599, "later"),
        (Exchange, 200, "nothing"),
        (Refresh, 204, "nothing"),
    ] {
        assert_eq!(meaning("rest-api-v1", kind, status, ""), expected, "{kind:?} {status}");
    }
}

#[test]
#[rustfmt::skip]
fn each_file_names_what_means_something_else_there() {
    for (id, kind, status, body, expected) in [
        ("trading-parrot", Profile, 400, error("invalid_request"), "token"),
        ("trading-parrot", Profile, 400, String::new(), "token"),
        ("trading-parrot", Exchange, 400, error("invalid_request"), "other invalid_request"),
        ("trading-parrot", Exchange, 400, error("invalid_client"), "client invalid_client"),
        ("trading-parrot", Refresh, 400, error("invalid_request"), "other invalid_request"),
        ("just2trade", Profile, 401, String::new(), "token"),
        ("just2trade", Profile, 401, r#"{"code":"api_error","message":"revoked"}"#.to_owned(), "token"),
        ("just2trade", Profile, 403, String::new(), "other 403"),
        ("just2trade", Profile, 403, r#"{"code":"api_error","message":"OPRA"}"#.to_owned(), "other api_error"),
        ("just2trade", Profile, 404, r#"{"code":"not_found","message":"?"}"#.to_owned(), "other 404"),
        ("tradecloud", Password, 401, "Not authenticated".to_owned(), "password"),
        ("tradecloud", Refresh, 401, "Not authenticated".to_owned(), "grant"),
        ("tradecloud", Profile, 401, "The supplied authentication is invalid".to_owned(), "token"),
        ("tradecloud", Refresh, 200, "OK".to_owned(), "nothing"),
        ("tradecloud", Refresh, 500, "Not authenticated".to_owned(), "later"),
        ("tradecloud", Password, 429, String::new(), "later"),
        ("biggerplate", Refresh, 400, error("invalid_request"), "grant"),
        ("biggerplate", Refresh, 500, error("invalid_request"), "later"),
        ("biggerplate", Refresh, 501, error("unsupported_grant_type"), "client unsupported_grant_type"),
        ("biggerplate", Refresh, 501, String::new(), "later"),
        ("tradecloud", Revoke, 401, "Not authenticated".to_owned(), "token"),
        ("biggerplate", Refresh, 401, error("invalid_client"), "client invalid_client"),
        ("biggerplate", Exchange, 400, error("invalid_request"), "other invalid_request"),
        ("biggerplate", Profile, 400, error("invalid_request"), "other invalid_request"),
        ("biggerplate", Profile, 401, error("access_denied"), "token"),
        ("rest-api-v1", Profile, 401, String::new(), "token"),
    ] {
        assert_eq!(meaning(id, kind, status, &body), expected, "{id} {kind:?} {status} {body}");
    }
}

#[test]
fn the_reason_is_found_in_the_header_when_the_body_is_empty() {
    let challenge = r#"Bearer realm="Doorkeeper", error="invalid_token", error_description="The access token expired""#;
    let response = answer(401, &[("www-authenticate", challenge)], "");
    assert_eq!(told("rest-api-v1", Profile, &response), "token");
    let refused = built_in("rest-api-v1").read_profile(&response).unwrap_err();
    assert_eq!(refused.code(), "invalid_token");
}

#[test]
#[rustfmt::skip]
fn a_provider_may_ask_for_a_pause_of_an_hour_at_most() {
    let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
    for (asked, expected) in [
        ("120", "later 120"),
        (" 5 ", "later 5"),
        ("0", "later 0"),
        ("999999", "later 3600"),
        ("-1", "later"),
        ("soon", "later"),
        ("99999999999999999999999", "later"),
        ("Wed, 21 Oct 2015 07:30:00 GMT", "later 120"),
        ("Wed, 21 Oct 2015 07:20:00 GMT", "later 0"),
    ] {
        let response = answer(429, &[("retry-after", asked), date], "");
        assert_eq!(told("just2trade", Exchange, &response), expected, "{asked}");
    }
    let response = answer(503, &[("retry-after", "7")], &error("temporarily_unavailable"));
    assert_eq!(told("biggerplate", Refresh, &response), "later 7");
    let error = AnswerError::Status { status: 503, is_page: false, retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(error.status(), Some(503));
}

#[test]
fn a_redirect_is_never_followed() {
    let response = answer(307, &[("location", "https://evil.example/steal")], "");
    for kind in [Exchange, Refresh, Profile] {
        assert_eq!(
            told("biggerplate", kind, &response),
            "elsewhere evil.example"
        );
        assert!(!built_in("biggerplate").is_not_understood(&response, kind, 0));
    }
}

#[test]
#[rustfmt::skip]
fn the_next_alternative_is_tried_only_when_the_first_was_not_understood() {
    let html: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];
    let page = "<!doctype html><title>Not found</title>";
    for (id, kind, status, headers, body, expected) in [
        ("trading-parrot", Refresh, 404, html, page, true),
        ("trading-parrot", Refresh, 200, html, page, true),
        ("trading-parrot", Refresh, 200, &[][..], "  <html>", true),
        ("trading-parrot", Refresh, 400, html, page, true),
        ("trading-parrot", Refresh, 405, &[], r#"{"error":"invalid_request"}"#, true),
        ("trading-parrot", Refresh, 415, &[], "", true),
        ("trading-parrot", Refresh, 501, &[], "", true),
        ("trading-parrot", Refresh, 400, &[], r#"{"error":"invalid_grant"}"#, false),
        ("trading-parrot", Refresh, 404, &[], r#"{"error":"invalid_grant"}"#, false),
        ("trading-parrot", Refresh, 400, &[], r#"{"error":"invalid_request"}"#, false),
        ("trading-parrot", Refresh, 200, &[], r#"{"access_token":"a"}"#, false),
        ("trading-parrot", Refresh, 200, &[], "{}", false),
        ("trading-parrot", Refresh, 200, &[], "", false),
        ("trading-parrot", Refresh, 401, html, page, false),
        ("trading-parrot", Refresh, 403, html, page, false),
        ("trading-parrot", Refresh, 429, html, page, false),
        ("trading-parrot", Refresh, 500, html, page, false),
        ("trading-parrot", Refresh, 502, html, page, false),
        ("trading-parrot", Refresh, 503, &[], "", false),
        ("trading-parrot", Exchange, 200, html, page, false),
        ("trading-parrot", Exchange, 404, html, page, true),
        ("trading-parrot", Profile, 200, html, page, true),
        ("trading-parrot", Profile, 404, html, page, true),
        ("trading-parrot", Profile, 400, &[], r#"{"error":"invalid_request"}"#, false),
        ("just2trade", Profile, 404, &[], r#"{"code":"not_found","message":"?"}"#, true),
        ("just2trade", Profile, 401, &[], "", false),
        ("just2trade", Profile, 403, &[], "", false),
        ("biggerplate", Refresh, 200, html, page, false),
        ("biggerplate", Exchange, 501, &[], r#"{"error":"unsupported_grant_type"}"#, false),
        ("tradecloud", Refresh, 200, &[], "OK", true),
        ("tradecloud", Refresh, 200, &[("set-authorization", "a")], "OK", false),
        ("tradecloud", Refresh, 200, &[("set-refresh-token", "")], "OK", false),
        ("tradecloud", Refresh, 200, &[("set-authorization", "a"), ("set-refresh-token", "b")], "OK", false),
        ("tradecloud", Refresh, 401, &[], "Not authenticated", false),
        ("tradecloud", Profile, 404, &[], "Not found", true),
        ("rest-api-v1", Revoke, 404, html, page, true),
        ("rest-api-v1", Revoke, 200, html, page, false),
        ("rest-api-v1", Revoke, 401, &[], r#"{"error":"invalid_client"}"#, false),
    ] {
        let response = answer(status, headers, body);
        let found = built_in(id).is_not_understood(&response, kind, 0);
        assert_eq!(found, expected, "{id} {kind:?} {status} {body}");
    }
}
