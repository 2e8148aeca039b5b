//! The written table of what comes of every odd token response.
//!
//! Knows nothing of expiry; that is tabled in its own file.

use crate::oauth::{IdToken, NotTokens, TokenNames, TokenResponse};
use crate::secret::Secret;

const LONGEST_TOKEN: usize = 64 * 1024;

/// What a body comes to, in short.
fn outcome(body: &str) -> String {
    outcome_of_bytes(body.as_bytes())
}

fn outcome_of_bytes(body: &[u8]) -> String {
    let kept = ["user_id".to_owned()];
    let names = TokenNames {
        candidate_refresh_token: Some("request_token"),
        keep: &kept,
    };
    match TokenResponse::from_json(body, &names) {
        Err(NotTokens::NotJson) => "no object".to_owned(),
        Err(NotTokens::Error(error)) => match &error.description {
            Some(description) => format!("error {error}: {description}"),
            None => format!("error {error}"),
        },
        Err(NotTokens::Missing(name) | NotTokens::Malformed(name)) => format!("bad {name}"),
        Ok(tokens) => {
            let mut told = vec![tokens.access_token.expose().to_owned(), tokens.token_type];
            told.extend(tokens.expires_in.map(|it| format!("in {}", it.as_secs())));
            told.extend(tokens.expires_at_unix.map(|it| format!("at {it}")));
            told.extend(
                tokens
                    .refresh_token
                    .map(|it| format!("refresh {}", it.expose())),
            );
            told.extend(
                tokens
                    .candidate_refresh_token
                    .map(|it| format!("candidate {}", it.expose())),
            );
            told.extend(
                tokens
                    .scopes
                    .map(|it| format!("scopes {}", it.to_string().replace(' ', "+"))),
            );
            told.extend(
                tokens
                    .extras
                    .into_iter()
                    .map(|(name, text)| format!("{name} {text}")),
            );
            told.join(", ")
        }
    }
}

#[test]
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table")]
fn odd_fields_come_to_what_the_table_says() {
    // Each row is put after `{"access_token":"a","token_type":"Bearer"`.
    for (fields, expected) in [
        ("", "a, Bearer"),
        (r#","expires_in":3600"#, "a, Bearer, in 3600"),
        (r#","expires_in":3600.0"#, "a, Bearer, in 3600"),
        (r#","expires_in":3600.9"#, "a, Bearer, in 3600"),
        (r#","expires_in":"3600""#, "a, Bearer, in 3600"),
        (r#","expires_in":" 3600 ""#, "a, Bearer, in 3600"),
        (r#","expires_in":"3600.0""#, "a, Bearer, in 3600"),
        (r#","expires_in":1"#, "a, Bearer, in 1"),
        (r#","expires_in":315360000"#, "a, Bearer, in 315360000"),
        (r#","expires_in":null"#, "a, Bearer"),
        (r#","expires_in":0"#, "a, Bearer"),
        (r#","expires_in":0.5"#, "a, Bearer"),
        (r#","expires_in":-1"#, "a, Bearer"),
        (r#","expires_in":1e308"#, "a, Bearer"),
        (r#","expires_in":18446744073709551615"#, "a, Bearer"),
        (r#","expires_in":"""#, "a, Bearer"),
        (r#","expires_in":"soon""#, "a, Bearer"),
        (r#","expires_in":"inf""#, "a, Bearer"),
        (r#","expires_in":"-3600""#, "a, Bearer"),
        (r#","expires_in":true"#, "a, Bearer"),
        (r#","expires_in":[3600]"#, "a, Bearer"),
        (r#","expires_in":{}"#, "a, Bearer"),
        (r#","expires":1441738946"#, "a, Bearer, at 1441738946"),
        (r#","expires":"1441738946""#, "a, Bearer, at 1441738946"),
        (r#","expires":1441738946.7"#, "a, Bearer, at 1441738946"),
        (r#","expires":null,"expires_in":60"#, "a, Bearer, in 60"),
        (r#","expires":-1"#, "a, Bearer"),
        (r#","expires":1441738946000000"#, "a, Bearer"),
        (r#","expires":1441738946,"expires_in":3600"#, "a, Bearer, in 3600, at 1441738946"),
        (r#","refresh_token":"r""#, "a, Bearer, refresh r"),
        (r#","refresh_token":null"#, "a, Bearer"),
        (r#","refresh_token":"""#, "a, Bearer"),
        (r#","refresh_token":"r r""#, "a, Bearer"),
        (r#","refresh_token":"r\u0000""#, "a, Bearer"),
        (r#","refresh_token":"r\n""#, "a, Bearer"),
        (r#","refresh_token":"ü""#, "a, Bearer"),
        (r#","refresh_token":17"#, "a, Bearer"),
        (r#","refresh_token":"r","refresh_token":"r""#, "a, Bearer"),
        (r#","request_token":"c","request_token":"d""#, "a, Bearer"),
        (r#","request_token":["c"]"#, "a, Bearer"),
        (r#","request_token":"c""#, "a, Bearer, candidate c"),
        (r#","request_token":"c c""#, "a, Bearer"),
        (r#","request_token":"c","refresh_token":"r""#, "a, Bearer, refresh r, candidate c"),
        (r#","scope":"email profile""#, "a, Bearer, scopes email+profile"),
        (r#","scope":"email,profile""#, "a, Bearer, scopes email+profile"),
        (r#","scope":["email","profile"]"#, "a, Bearer, scopes email+profile"),
        (r#","scope":"""#, "a, Bearer"),
        (r#","scope":" ""#, "a, Bearer"),
        (r#","scope":[]"#, "a, Bearer"),
        (r#","scope":null"#, "a, Bearer"),
        (r#","scope":7"#, "a, Bearer"),
        (r#","user_id":42"#, "a, Bearer, user_id 42"),
        (r#","user_id":"42\u202e""#, "a, Bearer, user_id 42"),
        (r#","user_id":null"#, "a, Bearer"),
        (r#","user_id":{"a":1},"other":"x""#, "a, Bearer"),
        (r#","error":null"#, "a, Bearer"),
        (r#","error":"""#, "a, Bearer"),
        (r#","error":"invalid_grant""#, "error invalid_grant"),
        (r#","code":"x","message":"y""#, "a, Bearer"),
        (r#","access_token":"b""#, "bad access_token"),
        (r#","id_token":"x.y.z","nested":{"access_token":"b"}"#, "a, Bearer"),
    ] {
        let body = format!(r#"{{"access_token":"a","token_type":"Bearer"{fields}}}"#);
        assert_eq!(outcome(&body), expected, "{fields}");
    }
}

#[test]
#[rustfmt::skip]
fn odd_bodies_come_to_what_the_table_says() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(LONGEST_TOKEN + 1));
    let long_refresh = format!(r#"{{"access_token":"a","refresh_token":"{}"}}"#, "x".repeat(LONGEST_TOKEN + 1));
    for (body, expected) in [
        (r#"{"access_token":"a"}"#, "a, Bearer"),
        (r#"{"access_token":"a","token_type":null}"#, "a, Bearer"),
        (r#"{"access_token":"a","token_type":""}"#, "a, Bearer"),
        (r#"{"access_token":"a","token_type":"bearer"}"#, "a, bearer"),
        (r#"{"access_token":"a","token_type":"BEARER"}"#, "a, BEARER"),
        (r#"{"access_token":"a","token_type":"mac"}"#, "bad token_type"),
        (r#"{"access_token":"a","token_type":"DPoP"}"#, "bad token_type"),
        (r#"{"access_token":"a","token_type":1}"#, "bad token_type"),
        (r#"{"token_type":"Bearer"}"#, "bad access_token"),
        (r#"{"access_token":null}"#, "bad access_token"),
        (r#"{"access_token":""}"#, "bad access_token"),
        (r#"{"access_token":"a b"}"#, "bad access_token"),
        (r#"{"access_token":" a"}"#, "bad access_token"),
        (r#"{"access_token":"a\u0007"}"#, "bad access_token"),
        (r#"{"access_token":"a\u007f"}"#, "bad access_token"),
        (r#"{"access_token":12}"#, "bad access_token"),
        (r#"{"access_token":["a"]}"#, "bad access_token"),
        (&long, "bad access_token"),
        (&long_refresh, "a, Bearer"),
        ("\u{feff}{\"access_token\":\"a\"}", "a, Bearer"),
        (" \n{\"access_token\":\"a\"}\r\n ", "a, Bearer"),
        (r#"{"access_token":"a"}x"#, "no object"),
        (r#"{"access_token":"a"}{}"#, "no object"),
        (r#"{"access_token":"a""#, "no object"),
        (r#"{"access_token":"\ud800"}"#, "no object"),
        ("{'access_token':'a'}", "no object"),
        (r#"["access_token","a"]"#, "no object"),
        (r#""a""#, "no object"),
        ("null", "no object"),
        ("", "no object"),
        ("<!doctype html><title>Sign in</title>", "no object"),
        ("access_token=a&token_type=bearer", "no object"),
        (&deep, "no object"),
        (r#"{"error":"invalid_grant","error_description":"used"}"#, "error invalid_grant: used"),
        (r#"{"error":{"code":"invalid_grant","message":"used"}}"#, "error invalid_grant: used"),
        (r#"{"code":"api_error","message":"no"}"#, "error api_error: no"),
        (r#"{"errors":[{"code":"api_error","message":"no"}],"access_token":null}"#, "error api_error: no"),
        (r#"{"errors":[],"access_token":"a"}"#, "a, Bearer"),
    ] {
        let shown: String = body.chars().take(60).collect();
        assert_eq!(outcome(body), expected, "{shown}");
    }
    assert_eq!(outcome_of_bytes(b"{\"access_token\":\"\xff\"}"), "no object");
    assert_eq!(outcome_of_bytes(b"\xff\xfe{\0}\0"), "no object");
}

#[test]
fn an_id_token_is_there_or_absent_or_odd_and_the_answer_good_all_the_same() {
    let keep = ["id_token".to_owned()];
    let names = TokenNames {
        candidate_refresh_token: None,
        keep: &keep,
    };
    for (fields, expected) in [
        (
            r#","id_token":"x.y.z""#,
            IdToken::Present(Secret::new("x.y.z")),
        ),
        ("", IdToken::Absent),
        (r#","id_token":null"#, IdToken::Absent),
        (r#","id_token":"""#, IdToken::Absent),
        (r#","id_token":7"#, IdToken::Odd),
        (r#","id_token":["x.y.z"]"#, IdToken::Odd),
        (r#","id_token":"x y""#, IdToken::Odd),
        (r#","id_token":"é""#, IdToken::Odd),
        (r#","id_token":"x","id_token":"x""#, IdToken::Odd),
        (r#","id_token":null,"id_token":"x""#, IdToken::Odd),
    ] {
        let body = format!(r#"{{"access_token":"a"{fields}}}"#);
        let tokens = TokenResponse::from_json(body.as_bytes(), &names).unwrap();
        assert_eq!(tokens.access_token.expose(), "a", "{fields}");
        assert_eq!(tokens.id_token, expected, "{fields}");
        assert!(tokens.extras.is_empty(), "{fields}");
    }
}

#[test]
fn the_names_of_all_fields_are_told_and_none_of_their_values() {
    let body = br#"{"access_token":"secret-a","refresh_token":"secret-r","id_token":"secret-i"}"#;
    let tokens = TokenResponse::from_json(body, &TokenNames::default()).unwrap();
    let mut names = tokens.field_names.clone();
    names.sort();
    assert_eq!(names, ["access_token", "id_token", "refresh_token"]);
    assert!(!format!("{tokens:?}").contains("secret-"));
}

proptest::proptest! {
    #[test]
    fn no_body_makes_the_reader_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        drop(TokenResponse::from_json(&body, &TokenNames::default()));
    }

    #[test]
    fn no_figure_makes_the_reader_panic(figure in "-?[0-9]{1,40}(\\.[0-9]{1,9})?(e-?[0-9]{1,3})?") {
        let body = format!(r#"{{"access_token":"a","expires_in":{figure},"expires":"{figure}"}}"#);
        drop(TokenResponse::from_json(body.as_bytes(), &TokenNames::default()));
    }
}
