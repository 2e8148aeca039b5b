//! Answers to a refresh as no server should give them: for each one written row, what becomes of the link.
//!
//! No row ends a link that was good. What can't be read is never called fresh, and its content is kept nowhere.

mod bodies;
mod fields;

use linkdesk::bridge::AccountCard;
use linkdesk::sandbox::Mode;

use crate::desk::Desk;
use crate::desk::person::Decision;
use crate::desk::scripted::{OWN, Scripted, TOKENS};

/// In every answer; nowhere afterwards.
const CANARY: &str = "canary7f3a";

const JSON: &str = "application/json";

/// What becomes of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// New tokens; the access token lives so many seconds, where that is known.
    Refreshed(Option<i64>),
    /// The new refresh token is kept, the access token stays as it was.
    Rest,
    /// Whoever answered may have spent the refresh token: that is said, and nothing is called fresh.
    Lost,
    /// Nothing was spent; the kind of the problem.
    Not(&'static str),
}

use Outcome::{Lost, Not, Refreshed, Rest};

/// One answer.
struct Row {
    name: String,
    status: u16,
    content_type: &'static str,
    body: Vec<u8>,
    outcome: Outcome,
}

fn row(name: &str, body: impl Into<Vec<u8>>, outcome: Outcome) -> Row {
    Row {
        name: name.to_owned(),
        status: 200,
        content_type: JSON,
        body: body.into(),
        outcome,
    }
}

impl Row {
    fn with(self, status: u16, content_type: &'static str) -> Self {
        Self {
            status,
            content_type,
            ..self
        }
    }
}

/// Lets a link live through one answer.
fn play(row: &Row) {
    let name = &row.name;
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let server = Scripted::new();
    desk.add_scripted(&server, "");
    server.say_json(200, TOKENS);
    let before = desk.link_by_hand(OWN);
    let sealed = desk.sealed();
    let content_type = match row.content_type {
        "" => String::new(),
        told => format!("Content-Type: {told}\r\n"),
    };
    server.say(row.status, &content_type, &row.body);
    let (finished, card) = desk.refresh(&before.id);
    assert_eq!(card.needs_sign_in, None, "{name}: {finished:?}");
    let is_lost = row.outcome == Lost;
    assert_eq!(card.outcome_unknown, is_lost, "{name}: {finished:?}");
    let problem = finished.problem.as_ref().map(|it| it.kind.code());
    match row.outcome {
        Refreshed(seconds) => {
            assert_eq!(problem, None, "{name}: {finished:?}");
            lives_for(seconds, &before, &card, name);
        }
        Rest => {
            assert_eq!(problem, Some("not_a_token_response"), "{name}");
            has_a_new_refresh_token_alone(&before, &card, name);
        }
        Lost => {
            assert!(problem.is_some(), "{name}");
            assert_eq!(desk.sealed(), sealed, "{name}");
        }
        Not(kind) => {
            assert_eq!(problem, Some(kind), "{name}: {finished:?}");
            assert_eq!(desk.sealed(), sealed, "{name}");
            assert!(card.next_refresh_at.is_some(), "{name}");
        }
    }
    tells_no_content(&desk, &card, name);
}

/// The access token is a new one, with so many seconds to live.
fn lives_for(seconds: Option<i64>, before: &AccountCard, card: &AccountCard, name: &str) {
    let lifetime = card.access.expires_at.map(|end| {
        let lifetime = end.duration_since(card.access.issued_at);
        lifetime.as_secs()
    });
    assert_ne!(card.access.fingerprint, before.access.fingerprint, "{name}");
    assert_eq!(lifetime, seconds, "{name}");
}

/// The access token is the old one, the refresh token is not, and it will be used.
fn has_a_new_refresh_token_alone(before: &AccountCard, card: &AccountCard, name: &str) {
    let (new, old) = (&card.refresh.fingerprint, &before.refresh.fingerprint);
    assert_eq!(card.access, before.access, "{name}");
    assert_ne!(new, old, "{name}");
    assert!(card.next_refresh_at.is_some(), "{name}");
}

/// The answer's shape may be told; its content is in no snapshot and in no file.
fn tells_no_content(desk: &Desk, card: &AccountCard, name: &str) {
    let shown = format!("{:?}", desk.face.snapshot());
    assert!(!shown.contains(CANARY), "{name}: {:?}", card.history);
    for entry in std::fs::read_dir(desk.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let canary = CANARY.as_bytes();
            let mut windows = bytes.windows(canary.len());
            assert!(
                windows.all(|part| part != canary),
                "{name}: {}",
                path.display()
            );
        }
    }
}

/// Plays every third row, so that three tests share a table.
fn play_third(rows: &[Row], first: usize) {
    assert!(rows.len() >= 60, "{}", rows.len());
    for row in rows.iter().skip(first).step_by(3) {
        play(row);
    }
}

/// A good answer, in which every text is a canary.
fn good() -> String {
    format!(
        r#"{{"access_token":"a-{CANARY}","token_type":"Bearer","expires_in":600,"refresh_token":"r-{CANARY}"}}"#
    )
}

#[test]
fn no_body_however_broken_ends_a_link_or_passes_for_new_tokens_the_first_third() {
    play_third(&bodies::rows(), 0);
}

#[test]
fn no_field_however_odd_ends_a_link_the_first_third() {
    play_third(&fields::rows(), 0);
}

#[test]
fn no_body_however_broken_ends_a_link_or_passes_for_new_tokens_the_second_third() {
    play_third(&bodies::rows(), 1);
}

#[test]
fn no_field_however_odd_ends_a_link_the_second_third() {
    play_third(&fields::rows(), 1);
}

#[test]
fn no_body_however_broken_ends_a_link_or_passes_for_new_tokens_the_third_third() {
    play_third(&bodies::rows(), 2);
}

#[test]
fn no_field_however_odd_ends_a_link_the_third_third() {
    play_third(&fields::rows(), 2);
}

#[test]
fn what_was_odd_is_in_the_history_by_name_and_type() {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let server = Scripted::new();
    desk.add_scripted(&server, "");
    server.say_json(200, TOKENS);
    let account = desk.link_by_hand(OWN);
    server.say_json(
        200,
        r#"{"access_token":"b","expires_in":"60","scope":["s"],"refresh_token":"r-1"}"#,
    );
    let (_, card) = desk.refresh(&account.id);
    assert_eq!(
        card.history[0].what,
        "Refreshed; odd in the answer: expires_in text, scope list"
    );
    server.say_json(
        200,
        r#"{"access_token":null,"mine":1,"token_type":"mac","refresh_token":"r-2"}"#,
    );
    let (_, card) = desk.refresh(&account.id);
    assert_eq!(
        card.history[0].what,
        "Not refreshed, but a new refresh token was kept: the answer is 200 with 71 bytes of application/json (JSON, 4 fields: \
         access_token null, token_type text, refresh_token text, 1 other), and not what was asked for"
    );
    server.say_json(200, "[]");
    let (_, card) = desk.refresh(&account.id);
    assert_eq!(
        card.history[0].what,
        "A refresh was sent and its answer lost: the answer is 200 with 2 bytes of application/json (JSON, no object), and not \
         what was asked for"
    );
}

#[test]
fn a_link_whose_refresh_token_alone_came_through_is_refreshed_with_that_one() {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let server = Scripted::new();
    desk.add_scripted(&server, "");
    server.say_json(200, TOKENS);
    let account = desk.link_by_hand(OWN);
    server.say_json(
        200,
        r#"{"token_type":"mac","access_token":"b","refresh_token":"r-1"}"#,
    );
    desk.refresh(&account.id);
    server.say_json(200, &TOKENS.replace("-0", "-2"));
    let (finished, card) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
    assert_ne!(card.access.fingerprint, account.access.fingerprint);
    assert!(
        server.last().contains("refresh_token=r-1"),
        "{}",
        server.last()
    );
}
