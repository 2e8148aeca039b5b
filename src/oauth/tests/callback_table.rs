//! The table of what every odd callback comes to, each kind of provider by itself.
//!
//! Knows nothing of sockets; the listener has its own.

use crate::oauth::{AuthorizationResponse, Expected, Refused, State};

const LONGEST_CODE: usize = 8 * 1024;
const LONGEST_QUERY: usize = 32 * 1024;

const STATE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

struct Rules {
    state_may_be_missing: bool,
    issuer: Option<&'static str>,
    issuer_required: bool,
}

const STRICT: Rules = Rules {
    state_may_be_missing: false,
    issuer: None,
    issuer_required: false,
};
const STATELESS: Rules = Rules {
    state_may_be_missing: true,
    ..STRICT
};
const ISSUER: Rules = Rules {
    issuer: Some("https://server.example"),
    ..STRICT
};
const ISSUER_REQUIRED: Rules = Rules {
    issuer_required: true,
    ..ISSUER
};

/// What a query comes to, in short; `STATE` in it stands for our state.
fn outcome(rules: &Rules, query: &str) -> String {
    let state = State::from_random([7; 32]);
    assert_eq!(state.as_str(), STATE);
    let expected = Expected {
        state: &state,
        state_may_be_missing: rules.state_may_be_missing,
        issuer: rules.issuer,
        issuer_required: rules.issuer_required,
    };
    match AuthorizationResponse::accept(&query.replace("STATE", STATE), &expected) {
        Ok(accepted) if accepted.state_echoed => format!("code {}", accepted.code.expose()),
        Ok(accepted) => format!("code {} without state", accepted.code.expose()),
        Err(Refused::ForeignState) => "foreign".to_owned(),
        Err(Refused::Malformed(why)) => format!("malformed: {why}"),
        Err(Refused::IssuerMismatch { expected }) => format!("not from {expected}"),
        Err(Refused::Error(error)) => match &error.description {
            Some(description) => format!("error {error}: {description}"),
            None => format!("error {error}"),
        },
    }
}

fn check(rules: &Rules, rows: &[(&str, &str)]) {
    for (query, expected) in rows {
        assert_eq!(outcome(rules, query), *expected, "{query}");
    }
}

#[test]
#[rustfmt::skip]
fn only_an_answer_with_our_state_counts() {
    check(
        &STRICT,
        &[
            ("code=abc&state=STATE", "code abc"),
            ("state=STATE&code=abc", "code abc"),
            ("code=abc&state=STATE&scope=x&session_state=y", "code abc"),
            ("code=abc&%73tate=STATE", "code abc"),
            ("code=abc&state=STATE&iss=https%3A%2F%2Felsewhere", "code abc"),
            ("", "foreign"),
            ("code", "foreign"),
            ("code=abc", "foreign"),
            ("code=abc&state", "foreign"),
            ("code=abc&state=", "foreign"),
            ("code=abc&state=wrong", "foreign"),
            ("code=abc&state=STATEx", "foreign"),
            ("code=abc&State=STATE", "foreign"),
            ("code=abc&state=%00", "foreign"),
            ("code=abc;state=STATE", "foreign"),
            ("error=access_denied", "foreign"),
            ("error=access_denied&state=wrong", "foreign"),
            ("error=access_denied&state=", "foreign"),
            ("code=abc&state=STATE&state=STATE", "malformed: a repeated parameter"),
            ("code=abc&state=wrong&state=STATE", "malformed: a repeated parameter"),
            ("code=abc&state=STATE&%73tate=x", "malformed: a repeated parameter"),
            ("code=abc&state=%zz", "malformed: not form-encoded"),
        ],
    );
}

#[test]
#[rustfmt::skip]
fn a_damaged_answer_with_our_state_is_malformed() {
    let long = format!("code={}&state=STATE", "x".repeat(LONGEST_CODE + 1));
    let longest = format!("code={}&state=STATE", "x".repeat(LONGEST_CODE));
    let endless = format!("code=a&state=STATE&x={}", "x".repeat(LONGEST_QUERY));
    check(
        &STRICT,
        &[
            ("state=STATE", "malformed: neither a code nor an error"),
            ("state=STATE&access_token=x", "malformed: neither a code nor an error"),
            ("state=STATE&code=", "malformed: the code is not one"),
            ("state=STATE&code", "malformed: the code is not one"),
            ("state=STATE&error=", "malformed: the error is empty"),
            ("state=STATE&code=a&code=b", "malformed: a repeated parameter"),
            ("state=STATE&code=a&code=a", "malformed: a repeated parameter"),
            ("state=STATE&code=a&c%6fde=a", "malformed: a repeated parameter"),
            ("state=STATE&error=a&error=b", "malformed: a repeated parameter"),
            ("state=STATE&iss=a&iss=a&code=a", "malformed: a repeated parameter"),
            ("state=STATE&code=a&error=access_denied", "malformed: both a code and an error"),
            ("state=STATE&code=&error=access_denied", "malformed: both a code and an error"),
            ("state=STATE&code=a%0", "malformed: not form-encoded"),
            ("state=STATE&code=a%", "malformed: not form-encoded"),
            ("state=STATE&code=%G1", "malformed: not form-encoded"),
            ("state=STATE&code=%ff", "malformed: not form-encoded"),
            ("state=STATE&code=%c3%28", "malformed: not form-encoded"),
            ("state=STATE&code=a%0a", "malformed: the code is not one"),
            ("state=STATE&code=%00", "malformed: the code is not one"),
            ("state=STATE&code=%7f", "malformed: the code is not one"),
            ("state=STATE&code=%c3%bc", "malformed: the code is not one"),
            ("state=STATE&code=%ef%bf%bd", "malformed: the code is not one"),
            ("state=STATE&code=ü", "malformed: the code is not one"),
            (&long, "malformed: the code is not one"),
            (&endless, "malformed: too long"),
        ],
    );
    assert!(outcome(&STRICT, &longest).starts_with("code xxx"));
}

#[test]
#[rustfmt::skip]
fn lawful_codes_arrive_as_they_were_meant() {
    check(
        &STRICT,
        &[
            ("state=STATE&code=a%2Bb%2Fc%3D%3D", "code a+b/c=="),
            ("state=STATE&code=a=b==", "code a=b=="),
            ("state=STATE&code=a+b", "malformed: the code is not one"),
            ("state=STATE&code=%20", "malformed: the code is not one"),
            ("state=STATE&code=a/b?c", "code a/b?c"),
            ("state=STATE&code=4%2F0AY0e-g7", "code 4/0AY0e-g7"),
            ("&&state=STATE&&code=a&", "code a"),
            ("state=STATE&code=a&broken=%zz&x=%ff", "code a"),
        ],
    );
}

#[test]
#[rustfmt::skip]
fn an_error_with_our_state_ends_the_wait() {
    check(
        &STRICT,
        &[
            ("error=access_denied&state=STATE", "error access_denied"),
            ("error=access_denied&error_description=The+user+said+no&state=STATE", "error access_denied: The user said no"),
            ("error=access_denied&error_description=a&error_description=b&state=STATE", "error access_denied"),
            ("error=access_denied&error_description=%ff&state=STATE", "error access_denied"),
            ("error=%E2%80%AEx%22&state=STATE", "error x"),
            ("error=temporarily_unavailable&state=STATE&error_uri=javascript:0", "error temporarily_unavailable"),
        ],
    );
}

#[test]
#[rustfmt::skip]
fn without_state_counts_only_where_the_provider_returns_none() {
    check(
        &STATELESS,
        &[
            ("code=abc", "code abc without state"),
            ("code=abc&state=STATE", "code abc"),
            ("code=abc&state=wrong", "foreign"),
            ("code=abc&state=", "foreign"),
            ("error=access_denied", "error access_denied"),
            ("error=access_denied&state=wrong", "foreign"),
            ("code=abc&error=access_denied", "malformed: both a code and an error"),
            ("", "malformed: neither a code nor an error"),
        ],
    );
}

#[test]
#[rustfmt::skip]
fn the_issuer_is_checked_before_anything_is_taken() {
    let right = "iss=https%3A%2F%2Fserver.example";
    check(
        &ISSUER,
        &[
            ("code=abc&state=STATE", "code abc"),
            (&format!("code=abc&state=STATE&{right}"), "code abc"),
            ("code=abc&state=STATE&iss=https%3A%2F%2Fserver.example%2F", "not from https://server.example"),
            ("code=abc&state=STATE&iss=HTTPS%3A%2F%2Fserver.example", "not from https://server.example"),
            ("code=abc&state=STATE&iss=", "not from https://server.example"),
            ("code=abc&state=STATE&iss", "not from https://server.example"),
            ("code=abc&state=STATE&iss=https%3A%2F%2Fserver.example%3A443", "not from https://server.example"),
            ("code=abc&state=STATE&iss=https%3A%2F%2Fs%D0%B5rver.example", "not from https://server.example"),
            ("code=abc&state=STATE&iss=%ff", "malformed: not form-encoded"),
            (&format!("code=abc&state=STATE&{right}&%69ss=x"), "malformed: a repeated parameter"),
            ("error=access_denied&state=STATE&iss=x", "not from https://server.example"),
            ("code=abc&state=wrong&iss=x", "foreign"),
        ],
    );
    check(
        &ISSUER_REQUIRED,
        &[
            ("code=abc&state=STATE", "not from https://server.example"),
            ("error=access_denied&state=STATE", "not from https://server.example"),
            ("code=abc&state=STATE&ISS=https%3A%2F%2Fserver.example", "not from https://server.example"),
            (&format!("error=access_denied&state=STATE&{right}"), "error access_denied"),
            (&format!("code=abc&state=STATE&{right}"), "code abc"),
            (&format!("code=abc&state=STATE&{right}&{right}"), "malformed: a repeated parameter"),
        ],
    );
}

proptest::proptest! {
    #[test]
    #[rustfmt::skip]
    fn no_query_makes_the_reader_panic(query in ".{0,300}") {
        outcome(&STRICT, &query);
        outcome(&STATELESS, &query);
        outcome(&ISSUER_REQUIRED, &query);
    }

    #[test]
    #[rustfmt::skip]
    fn no_query_without_our_state_is_ever_taken(query in "(code|state|error|iss|[a-z%]{0,5}|=|&|%[0-9a-f]{2}){0,30}") {
        let outcome = outcome(&STRICT, &query);
        proptest::prop_assert!(outcome == "foreign" || outcome.starts_with("malformed"), "{}", outcome);
    }
}
