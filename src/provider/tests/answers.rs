//! Answers: which hold tokens or a profile, and which say that nobody understood the question.
//!
//! What errors mean is told in `meanings`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{answer, built_in};
use crate::provider::{AnswerError, CallKind, Instead, Profile, TradingAccount};
use crate::secret::Secret;

const JSON: (&str, &str) = ("content-type", "application/json");
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

fn text(text: impl Into<Option<&'static str>>) -> Option<String> {
    text.into().map(str::to_owned)
}

#[test]
fn a_candidate_is_read_only_where_the_file_names_it() {
    let body = r#"{"access_token":"a","expires_in":86400,"request_token":"c"}"#;
    let answer = answer(200, &[JSON], body);
    let tokens = built_in("trading-parrot")
        .read_tokens(&answer, CallKind::Refresh)
        .unwrap();
    assert_eq!(tokens.candidate_refresh_token, Some(Secret::new("c")));
    assert_eq!(tokens.refresh_token, None);
    let tokens = built_in("biggerplate")
        .read_tokens(&answer, CallKind::Refresh)
        .unwrap();
    assert_eq!(tokens.candidate_refresh_token, None);
}

#[test]
fn fields_that_later_calls_need_are_kept() {
    let body = r#"{"access_token":"a","user_id":7,"created_at":1}"#;
    let tokens =
        built_in("rest-api-v1").read_tokens(&answer(200, &[JSON], body), CallKind::Exchange);
    assert_eq!(tokens.unwrap().extras, super::hints(&[("user_id", "7")]));
}

#[test]
fn a_claim_of_the_access_token_helps_where_the_answer_is_silent() {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let jwt = format!(
        "{}.{}.x",
        part(r#"{"alg":"RS256"}"#),
        part(r#"{"user":{"id":7}}"#)
    );
    for (rest, user_id) in [
        ("", "7"),
        (r#","user_id":null"#, "7"),
        (r#","user_id":8"#, "8"),
    ] {
        let body = format!(r#"{{"access_token":"{jwt}"{rest}}}"#);
        let answer = answer(200, &[JSON], &body);
        let tokens = built_in("rest-api-v1").read_tokens(&answer, CallKind::Exchange);
        assert_eq!(
            tokens.unwrap().extras,
            super::hints(&[("user_id", user_id)]),
            "{rest}"
        );
    }
}

#[test]
fn tokens_in_headers_are_a_pair_or_nothing() {
    let provider = built_in("tradecloud");
    let claims = URL_SAFE_NO_PAD.encode(r#"{"data":{"userId":"8f1e"}}"#);
    let jwt = format!(
        "{}.{claims}.x",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#)
    );
    let pair = [
        ("Set-Authorization", jwt.as_str()),
        ("Set-Refresh-Token", "R:T"),
    ];
    for kind in [CallKind::Password, CallKind::Refresh] {
        let good = answer(200, &pair, "OK");
        let tokens = provider.read_tokens(&good, kind).unwrap();
        assert_eq!(tokens.access_token, Secret::new(jwt.as_str()));
        assert_eq!(tokens.refresh_token, Some(Secret::new("R:T")));
        assert_eq!(tokens.extras, super::hints(&[("user_id", "8f1e")]));
        assert!(!provider.is_not_understood(&good, kind, 0));
        for headers in [
            vec![],
            vec![pair[0]],
            vec![pair[1]],
            vec![pair[0], ("Set-Refresh-Token", "")],
        ] {
            let bare = answer(200, &headers, "OK");
            let error = provider.read_tokens(&bare, kind).unwrap_err();
            assert_eq!(
                error,
                AnswerError::NotTokens {
                    status: 200,
                    content_type: "nothing".to_owned(),
                    length: 2,
                    instead: if headers.is_empty() {
                        Instead::Nothing
                    } else {
                        Instead::Garbled
                    },
                    shape: "not JSON".to_owned(),
                }
            );
            let is_unknown = provider.is_not_understood(&bare, kind, 0);
            assert_eq!(
                is_unknown,
                headers.is_empty(),
                "with one of them, something was spent"
            );
        }
        let refused = answer(401, &pair, "Not authenticated");
        assert_eq!(
            provider.read_tokens(&refused, kind).unwrap_err().code(),
            "401"
        );
        assert!(!provider.is_not_understood(&refused, kind, 0));
    }
}

#[test]
fn only_answers_that_say_so_are_not_understood() {
    let provider = built_in("trading-parrot");
    let error = r#"{"error":"invalid_grant"}"#;
    for (status, header, body, is_not_understood) in [
        (404, HTML, "<html>", true),
        (404, JSON, r#"{"error":"Not Found","status":404}"#, true),
        (404, JSON, error, false),
        (405, JSON, "", true),
        (405, JSON, r#"{"error":"invalid_request"}"#, true),
        (415, JSON, "", true),
        (501, JSON, "", true),
        (501, JSON, r#"{"error":"unsupported_grant_type"}"#, false),
        (501, JSON, r#"{"error":"invalid_request"}"#, false),
        (200, JSON, r#"{"access_token":"a"}"#, false),
        (200, JSON, "{", false),
        (400, HTML, "<html>", true),
        (400, JSON, error, false),
        (400, HTML, error, false),
        (400, JSON, "", false),
        (401, JSON, "", false),
        (401, HTML, "<html>", false),
        (403, HTML, "<html>", false),
        (429, HTML, "<html>", false),
        (500, HTML, "<html>", false),
        (503, HTML, "<html>", false),
        (302, HTML, "<html>", false),
    ] {
        let answer = answer(status, &[header], body);
        for kind in [CallKind::Exchange, CallKind::Refresh, CallKind::Profile] {
            let found = provider.is_not_understood(&answer, kind, 0);
            assert_eq!(found, is_not_understood, "{status} {header:?} {body}");
        }
    }
    let challenge = ("www-authenticate", r#"Bearer error="invalid_token""#);
    assert!(!provider.is_not_understood(&answer(404, &[challenge], ""), CallKind::Profile, 0));
}

#[test]
fn a_page_under_a_success_lets_a_second_way_be_tried_only_where_nothing_can_be_spent() {
    let provider = built_in("trading-parrot");
    let pages = [
        answer(200, &[HTML], "Welcome"),
        answer(202, &[("content-type", "Application/XHTML+xml")], ""),
        answer(200, &[JSON], " <!doctype html>"),
        answer(200, &[], "\u{feff}<html>"),
    ];
    for page in pages {
        let found = |kind, alternative| provider.is_not_understood(&page, kind, alternative);
        assert!(found(CallKind::Profile, 0));
        assert!(found(CallKind::Refresh, 0), "a GET shows pages");
        assert!(
            !found(CallKind::Refresh, 1),
            "a POST may have spent the token"
        );
        assert!(
            !found(CallKind::Exchange, 0),
            "a POST may have spent the code"
        );
        assert!(!found(CallKind::Revoke, 0));
    }
}

#[test]
fn a_redirect_is_never_followed_and_only_its_host_is_told() {
    let provider = built_in("biggerplate");
    for (location, target) in [
        (
            "https://elsewhere.example:8443/x?token=canary",
            "elsewhere.example:8443",
        ),
        ("/login?token=canary", "the same host"),
        ("//elsewhere.example/canary", "an unknown host"),
        ("mailto:canary", "an unknown host"),
    ] {
        let answer = answer(307, &[("location", location)], r#"{"access_token":"a"}"#);
        let error = provider
            .read_tokens(&answer, CallKind::Exchange)
            .unwrap_err();
        assert_eq!(
            error,
            AnswerError::Redirected {
                target: target.to_owned()
            }
        );
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[test]
fn errors_repeat_nothing_of_a_body() {
    let provider = built_in("biggerplate");
    for (status, body) in [
        (200, "canary"),
        (200, r#"{"access_token":["canary"]}"#),
        (400, "canary"),
        (500, "canary"),
    ] {
        let answer = answer(status, &[("content-type", "text/plain; canary")], body);
        let error = provider
            .read_tokens(&answer, CallKind::Exchange)
            .unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
        assert_eq!(error.status(), Some(status));
    }
}

#[test]
fn profiles_are_read_in_every_shape_known() {
    let read = |id: &str, body: &str| {
        built_in(id)
            .read_profile(&answer(200, &[JSON], body))
            .unwrap()
    };
    let parrot =
        r#"{"ID":"1","user_login":"polly","user_email":"p@example.com","display_name":"Polly P"}"#;
    assert_eq!(
        read("trading-parrot", parrot),
        Profile {
            subject: text("1"),
            login: text("polly"),
            email: text("p@example.com"),
            name: text("Polly P"),
            ..Profile::default()
        }
    );
    let flat = r#"{"id":"u","email":"a@example.com","firstName":"A","lastName":"B"}"#;
    let nested = r#"{"id":"u","email":"a@example.com","profile":{"firstName":"A","lastName":"B"}}"#;
    for body in [flat, nested] {
        let profile = read("tradecloud", body);
        assert_eq!((profile.subject, profile.name), (text("u"), text("A B")));
    }
    assert_eq!(
        read("rest-api-v1", r#"{"id":7,"email":"a@example.com"}"#).subject,
        text("7")
    );
    assert_eq!(
        read("biggerplate", r#"{"UserName":"me"}"#).login,
        text("me")
    );
}

#[test]
fn trading_accounts_come_with_the_profile() {
    let read = |body: &str| built_in("just2trade").read_profile(&answer(200, &[JSON], body));
    let documented = r#"{"id":"8f","login":"l","email":"l@example.com","domestic":true,"accounts":[
        {"account_number":"12345678@vision","trade_platform":"ETNA"}],"application":{"status":"process"}}"#;
    let field = r#"{"id":"8f","login":"l","first_name":"A","last_name":"B","email":"l@example.com","domestic":true,
        "accounts":[{"account_number":"12345678@vision","account_name":"x","trade_platform":"ETNA"}],
        "applications":[{"account_number":"1","status":"process"}]}"#;
    let line = TradingAccount {
        account_number: "12345678@vision".to_owned(),
        trade_platform: "ETNA".to_owned(),
    };
    for body in [documented, field] {
        let profile = read(body).unwrap();
        assert_eq!(profile.trading_accounts, Some(vec![line.clone()]));
        assert_eq!(profile.domestic, Some(true));
        assert_eq!(profile.application_status, text("process"));
    }
    assert_eq!(read(field).unwrap().name, text("A B"));
    let none = read(r#"{"id":"8f","accounts":[]}"#).unwrap();
    assert_eq!(none.trading_accounts, Some(Vec::new()));
    for bad in [
        r#"{"id":"8f"}"#,
        r#"{"id":"8f","accounts":{}}"#,
        r#"{"id":"8f","accounts":[{"account_number":"1"}]}"#,
        r#"{"accounts":[]}"#,
        "[]",
        "{",
        "<html>",
    ] {
        assert!(
            matches!(read(bad), Err(AnswerError::NotTokens { .. })),
            "{bad}"
        );
    }
}

#[test]
fn names_that_would_change_the_text_around_them_are_cleaned() {
    let body = "{\"UserName\":\" a\\u202eb\\nc \"}";
    let profile = built_in("biggerplate")
        .read_profile(&answer(200, &[JSON], body))
        .unwrap();
    assert_eq!(profile.login, text("abc"));
}
