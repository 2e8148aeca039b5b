//! What every kind of refusal means, in one table.
//!
//! Knows nothing of requests.

use std::time::Duration;

use super::{answer, built_in};
use crate::provider::{CallKind, Meaning};

use CallKind::{Exchange, Password, Profile, Refresh};

const WAIT: (&str, &str) = ("retry-after", "120");

fn meaning(id: &str, kind: CallKind, status: u16, header: (&str, &str), body: &str) -> Meaning {
    let provider = built_in(id);
    let answer = answer(status, &[header], body);
    let error = match kind {
        Profile => provider.read_profile(&answer).unwrap_err(),
        _ => provider.read_tokens(&answer, kind).unwrap_err(),
    };
    provider.meaning(&error, kind)
}

fn other(code: &str) -> Meaning {
    Meaning::Other {
        code: code.to_owned(),
    }
}

const fn later(seconds: Option<u64>) -> Meaning {
    Meaning::Transitory {
        retry_after: match seconds {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => None,
        },
    }
}

#[test]
fn error_codes_count_before_statuses_that_do_not_pass() {
    let client = |code: &str| Meaning::ClientRejected {
        code: code.to_owned(),
    };
    let denied = Meaning::Denied {
        code: "access_denied".to_owned(),
    };
    for (kind, status, code, expected) in [
        (Exchange, 400, "invalid_grant", Meaning::GrantRejected),
        (Refresh, 401, "invalid_grant", Meaning::GrantRejected),
        (Refresh, 500, "invalid_grant", later(None)),
        (Password, 400, "invalid_grant", Meaning::WrongPassword),
        (Exchange, 400, "invalid_client", client("invalid_client")),
        (
            Refresh,
            401,
            "unauthorized_client",
            client("unauthorized_client"),
        ),
        (
            Exchange,
            400,
            "redirect_uri_mismatch",
            Meaning::RedirectMismatch,
        ),
        (Exchange, 403, "access_denied", denied),
        (Exchange, 400, "invalid_request", other("invalid_request")),
        (Refresh, 400, "invalid_request", other("invalid_request")),
        (
            Refresh,
            501,
            "unsupported_grant_type",
            client("unsupported_grant_type"),
        ),
        (Refresh, 400, "temporarily_unavailable", later(None)),
        (Refresh, 500, "server_error", later(None)),
        (Refresh, 503, "something_new", later(None)),
        (Refresh, 400, "something_new", other("something_new")),
    ] {
        let body = format!(r#"{{"error":"{code}"}}"#);
        let found = meaning("rest-api-v1", kind, status, ("x", "y"), &body);
        assert_eq!(found, expected, "{kind:?} {status} {code}");
    }
}

#[test]
fn an_error_under_a_200_is_an_error() {
    let body = r#"{"error":"invalid_grant"}"#;
    let found = meaning("biggerplate", Refresh, 200, ("x", "y"), body);
    assert_eq!(found, Meaning::GrantRejected);
}

#[test]
fn statuses_that_pass_are_transitory_and_say_for_how_long() {
    for status in [408, 425, 429, 500, 502, 503, 504, 599] {
        assert_eq!(
            meaning("biggerplate", Refresh, status, WAIT, ""),
            later(Some(120)),
            "{status}"
        );
        assert_eq!(
            meaning("just2trade", Profile, status, WAIT, "<html>"),
            later(Some(120)),
            "{status}"
        );
    }
    // Of a date nothing follows without the answer's own.
    for unusable in ["Fri, 31 Dec 1999 23:59:59 GMT", "-1", "soon", ""] {
        let header = ("retry-after", unusable);
        assert_eq!(
            meaning("biggerplate", Refresh, 429, header, ""),
            later(None),
            "{unusable}"
        );
    }
}

#[test]
fn a_plain_status_is_told_as_text() {
    for status in [403, 404, 405, 410, 418] {
        let found = meaning("trading-parrot", Profile, status, ("x", "y"), "");
        assert_eq!(found, other(&status.to_string()));
    }
    let framework = r#"{"status":404,"error":"Not Found"}"#;
    assert_eq!(
        meaning("trading-parrot", Profile, 404, ("x", "y"), framework),
        other("404")
    );
}

#[test]
fn a_bad_access_token_is_told_as_each_provider_tells_it() {
    let challenge = (
        "www-authenticate",
        r#"Bearer realm="Doorkeeper", error="invalid_token""#,
    );
    let nothing = ("x", "y");
    let bad_request = r#"{"error":"invalid_request"}"#;
    for (id, status, header, body, expected) in [
        (
            "trading-parrot",
            400,
            nothing,
            bad_request,
            Meaning::TokenRejected,
        ),
        ("trading-parrot", 401, nothing, "", Meaning::TokenRejected),
        ("just2trade", 401, nothing, "", Meaning::TokenRejected),
        (
            "just2trade",
            401,
            nothing,
            r#"{"code":"api_error","message":"x"}"#,
            Meaning::TokenRejected,
        ),
        ("just2trade", 403, nothing, "", other("403")),
        (
            "tradecloud",
            401,
            nothing,
            "Not authenticated",
            Meaning::TokenRejected,
        ),
        ("rest-api-v1", 401, challenge, "", Meaning::TokenRejected),
        (
            "biggerplate",
            401,
            nothing,
            r#"{"error":"access_denied"}"#,
            Meaning::TokenRejected,
        ),
        (
            "biggerplate",
            403,
            nothing,
            r#"{"error":"insufficient_scope"}"#,
            other("insufficient_scope"),
        ),
        (
            "biggerplate",
            400,
            nothing,
            bad_request,
            other("invalid_request"),
        ),
    ] {
        assert_eq!(
            meaning(id, Profile, status, header, body),
            expected,
            "{id} {status}"
        );
    }
}

#[test]
fn a_dead_refresh_token_is_told_as_each_provider_tells_it() {
    let bad_request = r#"{"error":"invalid_request","message":"x"}"#;
    for (id, status, body) in [
        ("biggerplate", 400, bad_request),
        ("biggerplate", 400, r#"{"error":"invalid_grant"}"#),
        ("tradecloud", 401, "Not authenticated"),
        ("rest-api-v1", 401, r#"{"error":"invalid_grant"}"#),
        ("trading-parrot", 400, r#"{"error":"invalid_grant"}"#),
    ] {
        assert_eq!(
            meaning(id, Refresh, status, ("x", "y"), body),
            Meaning::GrantRejected,
            "{id}"
        );
    }
    assert_eq!(
        meaning("biggerplate", Exchange, 400, ("x", "y"), bad_request),
        other("invalid_request")
    );
    assert_eq!(
        meaning("tradecloud", Password, 401, ("x", "y"), ""),
        Meaning::WrongPassword
    );
    let nameless = Meaning::ClientRejected {
        code: "401".to_owned(),
    };
    assert_eq!(
        meaning("biggerplate", Refresh, 401, ("x", "y"), ""),
        nameless
    );
}

#[test]
fn successes_without_tokens_and_redirects_are_neither_yes_nor_no() {
    assert_eq!(
        meaning("biggerplate", Exchange, 200, ("x", "y"), "{}"),
        Meaning::NotTokens
    );
    let elsewhere = ("location", "https://elsewhere.example/");
    let expected = Meaning::Redirected {
        target: "elsewhere.example".to_owned(),
    };
    assert_eq!(
        meaning("biggerplate", Exchange, 302, elsewhere, ""),
        expected
    );
}
