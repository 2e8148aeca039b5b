//! Redirects that come back from the browser, held against one attempt.
//!
//! Knows nothing of how they were received.

use proptest::prelude::*;

use crate::oauth::{Accepted, AuthorizationResponse, Expected, Refused, State};

const ISSUER: &str = "https://server.example.com";

fn state() -> State {
    State::from_random([7; 32])
}

/// What an answer comes to, in a word that fits into a table.
fn outcome(result: &Result<Accepted, Refused>) -> String {
    match result {
        Ok(accepted) => {
            let echoed = if accepted.state_echoed {
                ""
            } else {
                " without state"
            };
            format!("code {}{echoed}", accepted.code.expose())
        }
        Err(Refused::ForeignState) => "foreign".to_owned(),
        Err(Refused::Malformed(why)) => format!("malformed: {why}"),
        Err(Refused::IssuerMismatch { expected }) => format!("not {expected}"),
        Err(Refused::Error(response)) => match &response.description {
            Some(description) => format!("error {response}: {description}"),
            None => format!("error {response}"),
        },
    }
}

/// `STATE` in a row stands for the attempt's own state.
#[track_caller]
fn check(rows: &[(&str, &str)], adjust: fn(&mut Expected<'_>)) {
    let state = state();
    for (row, expected_outcome) in rows {
        let mut expected = Expected {
            state: &state,
            state_may_be_missing: false,
            issuer: None,
            issuer_required: false,
        };
        adjust(&mut expected);
        let query = row.replace("STATE", state.as_str());
        let result = AuthorizationResponse::accept(&query, &expected);
        assert_eq!(outcome(&result), *expected_outcome, "{row}");
    }
}

const REPEATED: &str = "malformed: a repeated parameter";
const ENCODING: &str = "malformed: not form-encoded";
const NO_CODE: &str = "malformed: the code is not one";
const NO_ERROR: &str = "malformed: the error is empty";
const NEITHER: &str = "malformed: neither a code nor an error";
const BOTH: &str = "malformed: both a code and an error";

#[test]
fn an_answer_has_to_carry_our_state() {
    check(
        &[
            (
                "code=SplxlOBeZQQYbYS6WxSbIA&state=STATE",
                "code SplxlOBeZQQYbYS6WxSbIA",
            ),
            ("state=STATE&code=a", "code a"),
            ("code=a&state=STATE&session_state=x&scope=a+b", "code a"),
            ("&code=a&&state=STATE&", "code a"),
            ("%63ode=a&st%61te=STATE", "code a"),
            ("code=4%2FP7q%2BW%3D&state=STATE", "code 4/P7q+W="),
            ("code=a=b&state=STATE", "code a=b"),
            ("code=a", "foreign"),
            ("code=a&state=", "foreign"),
            ("code=a&state", "foreign"),
            ("code=a&state=xyz", "foreign"),
            ("code=a&state=STATEx", "foreign"),
            ("code=a&state=+STATE", "foreign"),
            ("code=a&State=STATE", "foreign"),
            ("error=access_denied", "foreign"),
            ("error=access_denied&state=xyz", "foreign"),
            ("code=a&error=access_denied&state=xyz", "foreign"),
            ("", "foreign"),
            ("state=STATE", NEITHER),
        ],
        |_| {},
    );
}

#[test]
fn an_answer_has_to_be_well_formed() {
    check(
        &[
            ("code=a&code=a&state=STATE", REPEATED),
            ("code=a&code=&state=STATE", REPEATED),
            ("code=&code=a&state=STATE", REPEATED),
            ("code=a&state=STATE&state=STATE", REPEATED),
            ("code=a&state=xyz&state=STATE", REPEATED),
            ("code=a&iss=b&iss=b&state=STATE", REPEATED),
            ("error=a&error=b&state=STATE", REPEATED),
            (
                "error=a&error_description=b&error_description=c&state=STATE",
                "error a",
            ),
            ("code=a&x=1&x=2&state=STATE", "code a"),
            ("code=%&state=STATE", ENCODING),
            ("code=%zz&state=STATE", ENCODING),
            ("code=a%2&state=STATE", ENCODING),
            ("code=%ff&state=STATE", ENCODING),
            ("code=a&x=%&%=x&y=%ff&state=STATE", "code a"),
            ("code=a&error=b&state=STATE", BOTH),
            ("code=&state=STATE", NO_CODE),
            ("code&state=STATE", NO_CODE),
            ("code=a+b&state=STATE", NO_CODE),
            ("code=a%20b&state=STATE", NO_CODE),
            ("code=a%00&state=STATE", NO_CODE),
            ("code=a%0d%0a&state=STATE", NO_CODE),
            ("code=%7f&state=STATE", NO_CODE),
            ("code=%C3%A9&state=STATE", NO_CODE),
            ("code=é&state=STATE", NO_CODE),
        ],
        |_| {},
    );
}

#[test]
fn an_error_of_ours_ends_the_attempt() {
    check(
        &[
            ("error=access_denied&state=STATE", "error access_denied"),
            (
                "error=access_denied&error_description=You+said%20no&state=STATE",
                "error access_denied: You said no",
            ),
            ("error=a&error_description=%ff&state=STATE", "error a"),
            ("error=a&code=&state=STATE", BOTH),
            ("error=%3Cb%3E%00%E2%80%AE&state=STATE", "error <b>"),
            ("error=%E2%80%AE&state=STATE", "error unnamed_error"),
            ("error=&code=a&state=STATE", BOTH),
            ("error=&state=STATE", NO_ERROR),
        ],
        |_| {},
    );
}

#[test]
fn a_provider_known_to_drop_the_state_may_leave_it_out_but_not_change_it() {
    check(
        &[
            ("code=a", "code a without state"),
            ("code=a&state=", "foreign"),
            ("code=a&state=STATE", "code a"),
            ("code=a&state=xyz", "foreign"),
            ("error=access_denied", "error access_denied"),
            ("error=access_denied&state=xyz", "foreign"),
            ("code=a&error=b", BOTH),
            ("", NEITHER),
        ],
        |expected| expected.state_may_be_missing = true,
    );
}

#[test]
fn an_issuer_that_is_named_has_to_be_ours() {
    let not_ours = format!("not {ISSUER}");
    let rows = [
        (
            "code=a&state=STATE&iss=https%3A%2F%2Fserver.example.com",
            "code a",
        ),
        ("code=a&state=STATE", "code a"),
        (
            "code=a&state=STATE&iss=https%3A%2F%2Fserver.example.com%2F",
            &not_ours,
        ),
        (
            "code=a&state=STATE&iss=https%3A%2F%2FServer.example.com",
            &not_ours,
        ),
        (
            "code=a&state=STATE&iss=https%3A%2F%2Fevil.example",
            &not_ours,
        ),
        (
            "error=access_denied&state=STATE&iss=https%3A%2F%2Fevil.example",
            &not_ours,
        ),
        ("code=a&state=xyz&iss=https%3A%2F%2Fevil.example", "foreign"),
    ];
    check(&rows, |expected| expected.issuer = Some(ISSUER));
}

#[test]
fn an_issuer_that_was_promised_has_to_be_named() {
    let not_ours = format!("not {ISSUER}");
    let rows = [
        (
            "code=a&state=STATE&iss=https%3A%2F%2Fserver.example.com",
            "code a",
        ),
        ("code=a&state=STATE", &not_ours),
        ("code=a&state=STATE&iss=", &not_ours),
        ("error=access_denied&state=STATE", &not_ours),
    ];
    check(&rows, |expected| {
        expected.issuer = Some(ISSUER);
        expected.issuer_required = true;
    });
}

#[test]
fn an_unknown_issuer_is_not_compared() {
    check(&[("code=a&state=STATE&iss=anyone", "code a")], |_| {});
}

#[test]
fn sizes_have_limits() {
    let longest = "a".repeat(8 * 1024);
    let accepted = format!("code {longest}");
    let fits = format!("code={longest}&state=STATE");
    let too_long = format!("code={longest}a&state=STATE");
    let endless = format!("code={}&state=STATE", "a".repeat(100 * 1024));
    let many = format!("{}code=a&state=STATE", "x=1&".repeat(100));
    let rows = [
        (fits.as_str(), accepted.as_str()),
        (&too_long, NO_CODE),
        (&endless, "malformed: too long"),
        (&many, "malformed: too many parameters"),
    ];
    check(&rows, |_| {});
}

#[test]
fn debug_shows_no_code() {
    let state = state();
    let expected = Expected {
        state: &state,
        state_may_be_missing: true,
        issuer: None,
        issuer_required: false,
    };
    let accepted = AuthorizationResponse::accept("code=canary-1", &expected);
    assert!(accepted.is_ok());
    assert!(!format!("{accepted:?}").contains("canary"));
}

proptest! {
    #[test]
    fn no_query_panics_and_no_guess_is_accepted(query in any::<String>(), guess in "[A-Za-z0-9_%=&+-]{0,80}") {
        let state = state();
        let expected = Expected { state: &state, state_may_be_missing: false, issuer: None, issuer_required: false };
        for query in [query, guess.clone(), format!("code=a&state={guess}")] {
            prop_assert!(AuthorizationResponse::accept(&query, &expected).is_err());
        }
    }

    #[test]
    fn an_accepted_code_is_printable(code in any::<String>()) {
        let state = state();
        let expected = Expected { state: &state, state_may_be_missing: true, issuer: None, issuer_required: false };
        let query = crate::oauth::form_urlencoded(&[("code", &code)]);
        let is_printable = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_graphic());
        let accepted = AuthorizationResponse::accept(&query, &expected);
        prop_assert_eq!(accepted.is_ok(), is_printable);
    }
}
