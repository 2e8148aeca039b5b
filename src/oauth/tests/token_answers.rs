//! Token answers of all kinds, in one table of outcomes for each field.
//!
//! Knows nothing of statuses or headers.

use std::time::Duration;

use proptest::prelude::*;

use crate::oauth::{NotTokens, Scopes, TokenNames, TokenResponse};
use crate::secret::Secret;

fn read(body: &str) -> Result<TokenResponse, NotTokens> {
    TokenResponse::from_json(body.as_bytes(), &TokenNames::default())
}

/// An answer with an access token and one more field.
fn with(field: &str) -> Result<TokenResponse, NotTokens> {
    read(&format!(r#"{{"access_token":"a",{field}}}"#))
}

#[test]
fn the_example_of_section_5_1_holds_with_a_type_that_is_known() {
    let response = read(
        r#"{
            "access_token":"2YotnFZFEjr1zCsicMWpAA",
            "token_type":"bearer",
            "expires_in":3600,
            "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA",
            "example_parameter":"example_value"
        }"#,
    )
    .unwrap();
    assert_eq!(response.access_token, Secret::new("2YotnFZFEjr1zCsicMWpAA"));
    assert_eq!(response.token_type, "bearer");
    assert_eq!(response.expires_in, Some(Duration::from_hours(1)));
    assert_eq!(
        response.refresh_token,
        Some(Secret::new("tGzv3JOkF0XG5Qx2TlKWIA"))
    );
    assert_eq!(response.scopes, None);
    assert!(response.extras.is_empty());
    assert_eq!(
        response.field_names,
        [
            "access_token",
            "token_type",
            "expires_in",
            "refresh_token",
            "example_parameter"
        ]
    );
}

#[test]
fn a_lifetime_is_whole_seconds_or_unknown() {
    let rows = [
        ("3600", Some(3600)),
        ("3600.0", Some(3600)),
        ("3600.9", Some(3600)),
        ("3.6e3", Some(3600)),
        ("\"3600\"", Some(3600)),
        ("\" 3600 \"", Some(3600)),
        ("\"3600.0\"", Some(3600)),
        ("0", None),
        ("\"0\"", None),
        ("-0", None),
        ("null", None),
        ("-1", None),
        ("-0.5", None),
        ("\"-1\"", None),
        ("1e308", None),
        ("18446744073709551615", None),
        ("1441738946", None),
        ("\"inf\"", None),
        ("\"NaN\"", None),
        ("\"\"", None),
        ("\"1 hour\"", None),
        ("true", None),
        ("[3600]", None),
        ("{}", None),
    ];
    for (value, seconds) in rows {
        let response = with(&format!(r#""expires_in":{value}"#)).unwrap();
        assert_eq!(
            response.expires_in,
            seconds.map(Duration::from_secs),
            "{value}"
        );
    }
    assert_eq!(with(r#""other":1"#).unwrap().expires_in, None);
}

#[test]
fn an_end_is_seconds_since_1970_or_unknown() {
    let rows = [
        ("1441738946", Some(1_441_738_946)),
        ("1441738946.5", Some(1_441_738_946)),
        ("\"1441738946\"", Some(1_441_738_946)),
        ("0", None),
        ("-1", None),
        ("1e300", None),
        ("null", None),
        ("\"tomorrow\"", None),
    ];
    for (value, second) in rows {
        let response = with(&format!(r#""expires":{value}"#)).unwrap();
        assert_eq!(response.expires_at_unix, second, "{value}");
    }
}

#[test]
fn a_token_type_is_kept_as_written() {
    let malformed = || Err(NotTokens::Malformed("token_type"));
    let rows = [
        ("\"Bearer\"", Ok("Bearer")),
        ("\"bearer\"", Ok("bearer")),
        ("\"BEARER\"", Ok("BEARER")),
        ("\"mac\"", malformed()),
        ("null", Ok("Bearer")),
        ("\"\"", Ok("Bearer")),
        ("1", malformed()),
        ("\"two words\"", malformed()),
        ("\"Bearer\\n\"", malformed()),
    ];
    for (value, expected) in rows {
        let token_type =
            with(&format!(r#""token_type":{value}"#)).map(|response| response.token_type);
        assert_eq!(token_type, expected.map(str::to_owned), "{value}");
    }
    assert_eq!(with(r#""other":1"#).unwrap().token_type, "Bearer");
}

#[test]
fn an_access_token_is_printable_or_there_is_none() {
    let missing = || Some(NotTokens::Missing("access_token"));
    let malformed = || Some(NotTokens::Malformed("access_token"));
    let rows = [
        (r#"{"access_token":"a~!.-_+/="}"#, None),
        ("\u{feff}{\"access_token\":\"a\"}", None),
        (" \r\n{\"access_token\":\"a\"}\n ", None),
        (r#"{"access_token":"\u0061"}"#, None),
        (r#"{"error":null,"access_token":"a"}"#, None),
        (r#"{"error":false,"access_token":"a"}"#, None),
        (r#"{"error":"","access_token":"a"}"#, None),
        (r#"{"other":1,"other":2,"access_token":"a"}"#, None),
        ("{}", missing()),
        (r#"{"access_token":null}"#, missing()),
        (r#"{"access_token":""}"#, missing()),
        (r#"{"Access_Token":"a"}"#, missing()),
        (r#"{"token":"a"}"#, missing()),
        (r#"{"data":{"access_token":"a"}}"#, missing()),
        (r#"{"access_token":1}"#, malformed()),
        (r#"{"access_token":["a"]}"#, malformed()),
        (r#"{"access_token":"a b"}"#, malformed()),
        (r#"{"access_token":" "}"#, malformed()),
        (r#"{"access_token":"a\n"}"#, malformed()),
        (r#"{"access_token":"a\u0000"}"#, malformed()),
        (r#"{"access_token":"a\u007f"}"#, malformed()),
        (r#"{"access_token":"é"}"#, malformed()),
        (r#"{"access_token":"a","access_token":"b"}"#, malformed()),
        (r#"{"access_token":"a","access_token":"a"}"#, malformed()),
        (
            r#"{"access_token":"a","access_\u0074oken":"b"}"#,
            malformed(),
        ),
        (
            r#"{"access_token":"a","expires_in":1,"expires_in":2}"#,
            Some(NotTokens::Malformed("expires_in")),
        ),
    ];
    for (body, refused) in rows {
        assert_eq!(read(body).err(), refused, "{body}");
    }
}

#[test]
fn what_is_not_one_json_object_is_refused() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!(r#"{{"access_token":"a","x":{deep}}}"#);
    let rows = [
        "",
        " ",
        "null",
        "\"access_token\"",
        "[]",
        r#"[{"access_token":"a"}]"#,
        "<!doctype html><title>Sign in</title>",
        r#"{"access_token":"a""#,
        r#"{"access_token":"a"} trailing"#,
        r#"{"access_token":"a"}{"access_token":"a"}"#,
        r#"{"access_token":"a",}"#,
        r"{'access_token':'a'}",
        r#"{"access_token":"\ud800"}"#,
        "access_token=a&token_type=bearer",
        "\u{feff}\u{feff}{}",
        &deep,
        &nested,
    ];
    for body in rows {
        assert_eq!(read(body), Err(NotTokens::NotJson), "{body:.60}");
    }
    let latin = TokenResponse::from_json(b"{\"access_token\":\"\xe9\"}", &TokenNames::default());
    assert_eq!(latin, Err(NotTokens::NotJson));
}

#[test]
fn an_error_is_an_error_whatever_else_is_there() {
    let rows = [
        (r#"{"error":"invalid_grant"}"#, "invalid_grant", None),
        (r#"{"error":"a","access_token":"a"}"#, "a", None),
        (r#"{"error":{"code":"a","message":"b"}}"#, "a", Some("b")),
        (r#"{"error":"a","error_description":"b"}"#, "a", Some("b")),
        ("error=a&error_description=b+c", "a", Some("b c")),
    ];
    for (body, code, description) in rows {
        let Err(NotTokens::Error(error)) = read(body) else {
            panic!("not read as an error: {body}");
        };
        assert_eq!(
            (error.code.as_str(), error.description.as_deref()),
            (code, description)
        );
    }
}

#[test]
fn a_refresh_token_that_is_missing_or_broken_refuses_no_access_token() {
    let rows = [
        (r#""refresh_token":"r""#, Some("r")),
        (r#""refresh_token":null"#, None),
        (r#""refresh_token":"""#, None),
        (r#""other":1"#, None),
        (r#""refresh_token":"a b""#, None),
        (r#""refresh_token":false"#, None),
        (r#""refresh_token":"a","refresh_token":"b""#, None),
    ];
    for (field, expected) in rows {
        let response = with(field).unwrap();
        assert_eq!(response.refresh_token, expected.map(Secret::new), "{field}");
        let names = response.field_names;
        let is_told = names.contains(&"refresh_token".to_owned());
        assert_eq!(is_told, field.contains("refresh_token"), "{field}");
    }
}

#[test]
fn a_candidate_is_read_only_under_its_name() {
    let names = TokenNames {
        candidate_refresh_token: Some("request_token"),
        keep: &[],
    };
    let body = br#"{"access_token":"a","request_token":"c"}"#;
    let response = TokenResponse::from_json(body, &names).unwrap();
    assert_eq!(response.candidate_refresh_token, Some(Secret::new("c")));
    assert_eq!(response.refresh_token, None);
    assert_eq!(
        with(r#""request_token":"c""#)
            .unwrap()
            .candidate_refresh_token,
        None
    );
}

#[test]
fn scopes_come_as_text_or_list() {
    let rows = [
        (r#""scope":"a b""#, Some("a b")),
        (r#""scope":"a,b""#, Some("a b")),
        (r#""scope":["a","b",1]"#, Some("a b")),
        (r#""scope":"""#, None),
        (r#""scope":null"#, None),
        (r#""scope":7"#, None),
    ];
    for (field, expected) in rows {
        let scopes = with(field).unwrap().scopes;
        assert_eq!(scopes, expected.map(Scopes::parse), "{field}");
    }
}

#[test]
fn only_the_fields_asked_for_are_kept() {
    let keep = ["user_id", "login", "missing", "list"].map(str::to_owned);
    let names = TokenNames {
        candidate_refresh_token: None,
        keep: &keep,
    };
    let body = br#"{"access_token":"a","user_id":17,"login":"me","list":[1],"other":"x"}"#;
    let extras = TokenResponse::from_json(body, &names).unwrap().extras;
    let kept: Vec<_> = extras
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(kept, [("login", "me"), ("user_id", "17")]);
}

#[test]
fn neither_debug_nor_errors_show_a_token() {
    let names = TokenNames {
        candidate_refresh_token: Some("request_token"),
        keep: &[],
    };
    let bodies = [
        r#"{"access_token":"canary","refresh_token":"canary","request_token":"canary"}"#,
        r#"{"access_token":"canary","refresh_token":"canary canary"}"#,
        r#"{"access_token":"canary canary"}"#,
        r#""canary""#,
        r#"{"access_token":"canary" canary"#,
    ];
    for body in bodies {
        let read = TokenResponse::from_json(body.as_bytes(), &names);
        assert!(!format!("{read:?}").contains("canary"), "{body}");
        if let Err(error) = read {
            assert!(!error.to_string().contains("canary"), "{body}");
        }
    }
}

proptest! {
    #[test]
    fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(TokenResponse::from_json(&body, &TokenNames::default()).is_err());
    }

    #[test]
    fn a_token_that_is_read_is_printable(token in any::<String>(), lifetime in any::<f64>()) {
        let body = serde_json::json!({ "access_token": token, "refresh_token": token, "expires_in": lifetime });
        if let Ok(response) = read(&body.to_string()) {
            let text = response.access_token.expose();
            prop_assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(response.refresh_token.as_ref(), Some(&response.access_token));
            prop_assert!(response.expires_in.is_none_or(|lifetime| lifetime <= Duration::from_hours(3660 * 24)));
        }
    }
}
