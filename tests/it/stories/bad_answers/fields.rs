//! Fields as they should not be, in an answer that is good otherwise.
//!
//! Knows nothing of what a link is.

use super::{CANARY, Lost, Outcome, Refreshed, Rest, Row, good, row};

/// A refresh that lives as long as the good one.
const LIVES: Outcome = Refreshed(Some(600));

/// 2026-11-20 18:00:00 UTC, when every row is played.
const NOW: i64 = 1_795_197_600;

/// All of them.
pub(super) fn rows() -> Vec<Row> {
    [lifetimes(), ends(), types(), tokens(), others()]
        .into_iter()
        .flatten()
        .collect()
}

fn with(old: &str, new: &str) -> String {
    let good = good();
    assert!(good.contains(old), "{old}");
    good.replace(old, new)
}

fn more(lines: &str, outcome: Outcome) -> Row {
    let body = with("\"token_type\"", &format!("{lines},\"token_type\""));
    row(lines, body, outcome)
}

fn lifetimes() -> Vec<Row> {
    let expires_in = |value: &str, seconds: Option<i64>| {
        let body = with("\"expires_in\":600", &format!("\"expires_in\":{value}"));
        row(&format!("expires_in {value}"), body, Refreshed(seconds))
    };
    vec![
        expires_in("\"600\"", Some(600)),
        expires_in("\" 600 \"", Some(600)),
        expires_in("600.0", Some(600)),
        expires_in("600.9", Some(600)),
        expires_in("6e2", Some(600)),
        expires_in("1", Some(1)),
        expires_in("null", None),
        expires_in("0", None),
        expires_in("-1", None),
        expires_in("0.5", None),
        expires_in("1e308", None),
        expires_in("9223372036854775808", None),
        expires_in("\"\"", None),
        expires_in("\"soon\"", None),
        expires_in("\"NaN\"", None),
        expires_in("\"inf\"", None),
        expires_in("\"0x258\"", None),
        expires_in("true", None),
        expires_in("[600]", None),
        expires_in("{\"seconds\":600}", None),
        row(
            "expires_in absent",
            with(",\"expires_in\":600", ""),
            Refreshed(None),
        ),
        more("\"expires_in\":60", Rest),
    ]
}

/// The same as an instant.
fn ends() -> Vec<Row> {
    vec![
        more(&format!("\"expires\":{}", NOW + 300), Refreshed(Some(300))),
        more(
            &format!("\"expires\":\"{}\"", NOW + 300),
            Refreshed(Some(300)),
        ),
        more(&format!("\"expires\":{}", NOW + 900), LIVES),
        more(&format!("\"expires\":{}", NOW - 900), LIVES),
        more("\"expires\":\"tomorrow\"", LIVES),
        row(
            "expires alone",
            with("\"expires_in\":600", &format!("\"expires\":{}", NOW + 60)),
            Refreshed(Some(60)),
        ),
    ]
}

fn types() -> Vec<Row> {
    let token_type = |value: &str, outcome: Outcome| {
        let body = with("\"Bearer\"", value);
        row(&format!("token_type {value}"), body, outcome)
    };
    vec![
        token_type("\"bearer\"", LIVES),
        token_type("\"BEARER\"", LIVES),
        token_type("\"\"", LIVES),
        token_type("null", LIVES),
        token_type("\"mac\"", Rest),
        token_type("\"Bearer \"", Rest),
        token_type("7", Rest),
        token_type("[\"Bearer\"]", Rest),
        row(
            "token_type absent",
            with("\"token_type\":\"Bearer\",", ""),
            LIVES,
        ),
    ]
}

fn tokens() -> Vec<Row> {
    let access_token = |value: &str, outcome: Outcome| {
        let body = with(&format!("\"a-{CANARY}\""), value);
        row(&format!("access_token {value:.40}"), body, outcome)
    };
    let refresh_token = |value: &str| {
        let body = with(&format!("\"r-{CANARY}\""), value);
        row(&format!("refresh_token {value:.40}"), body, LIVES)
    };
    let long = |length: usize| format!("\"{}\"", "x".repeat(length));
    vec![
        access_token("null", Rest),
        access_token("\"\"", Rest),
        access_token("\"   \"", Rest),
        access_token("\"a b\"", Rest),
        access_token("\"a\\u0000b\"", Rest),
        access_token("\"a\\nb\"", Rest),
        access_token("\"\\u00e9\"", Rest),
        access_token("7", Rest),
        access_token("[\"a\"]", Rest),
        access_token("{\"token\":\"a\"}", Rest),
        access_token(&long(64 * 1024), LIVES),
        access_token(&long(64 * 1024 + 1), Rest),
        more("\"access_token\":\"b\"", Rest),
        refresh_token("null"),
        refresh_token("\"\""),
        refresh_token("\"r r\""),
        refresh_token("\"r\\u0007\""),
        refresh_token("7"),
        refresh_token("[\"r\"]"),
        refresh_token("{}"),
        more("\"refresh_token\":\"s\"", LIVES),
    ]
}

fn others() -> Vec<Row> {
    vec![
        more("\"scope\":[\"a\",\"b\"]", LIVES),
        more("\"scope\":7", LIVES),
        more("\"scope\":null", LIVES),
        more("\"id_token\":7", LIVES),
        more("\"error\":null", LIVES),
        more("\"error\":\"\"", LIVES),
        row(
            "neither token",
            r#"{"access_token":null,"refresh_token":null,"expires_in":600}"#,
            Lost,
        ),
        row(
            "no token at all",
            r#"{"token_type":"Bearer","expires_in":600}"#,
            Lost,
        ),
    ]
}
