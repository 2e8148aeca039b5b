//! Trouble that is no sign-out: whatever comes instead of an answer, the tokens stay, to the byte, and are tried again.
//!
//! One table for each dialect; only a refusal in the provider's own words ends a link, which is told in `why_ended`.

use linkdesk::bridge::{AccountCard, ClientChange, RefreshOutcome};
use linkdesk::cli::exit_code;
use linkdesk::platform::http::Error;
use linkdesk::sandbox::Mode;
use linkdesk::text;
use linkdesk::vault::Kind;

use crate::desk::person::Decision;
use crate::desk::scripted::{OWN, Scripted, TOKENS};
use crate::desk::{Desk, Room};

const HOST: &str = "auth.example";
const PAGE: &str = "<!doctype html><title>Welcome to our network</title>";
const HTML: &str = "Content-Type: text/html\r\n";
const JSON: &str = "Content-Type: application/json\r\n";

/// What becomes of a refresh in this row: the kind of the problem and the exit code.
type Told = (&'static str, u8);

const BUSY: Told = ("temporarily_failing", 4);
const PAGE_INSTEAD: Told = ("page_instead", 4);
const REDIRECTED: Told = ("redirect_refused", 1);
const CLIENT: Told = ("client_rejected", 7);
const ERROR: Told = ("provider_error", 1);

/// Refreshes once and looks at everything that must not have changed; gives what is shown.
fn survives(desk: &Desk, account: &AccountCard, row: &str, (kind, code): Told) -> AccountCard {
    let before = desk.sealed();
    let (finished, card) = desk.refresh(&account.id);
    let problem = finished
        .problem
        .unwrap_or_else(|| panic!("{row}: refreshed"));
    assert_eq!(problem.kind.code(), kind, "{row}: {problem:?}");
    assert_eq!(exit_code(&problem.kind), code, "{row}");
    assert_eq!(
        desk.sealed(),
        before,
        "{row}: the tokens are not as they were"
    );
    assert_eq!(card.needs_sign_in, None, "{row}");
    assert!(!card.outcome_unknown, "{row}");
    assert_eq!(card.access, account.access, "{row}");
    let next = card
        .next_refresh_at
        .unwrap_or_else(|| panic!("{row}: never tried again"));
    assert!(next > desk.clock.now(), "{row}");
    if code == 4 {
        let outcome = card.last_refresh.as_ref().unwrap().outcome;
        assert_eq!(outcome, RefreshOutcome::Unreachable, "{row}");
        let zone = jiff::tz::TimeZone::UTC;
        let words = text::trouble(desk.clock.now(), &zone, &card).unwrap().words;
        assert!(words.contains(" since 18:00"), "{row}: {words}");
        assert!(words.ends_with(", good until 19:00"), "{row}: {words}");
    }
    card
}

/// A link at a provider of one's own whose refresh tokens work once.
fn own(lines: &str) -> (Desk, Scripted, AccountCard) {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let server = Scripted::new();
    desk.add_scripted(&server, lines);
    server.say_json(200, TOKENS);
    let account = desk.link_by_hand(OWN);
    (desk, server, account)
}

fn works(desk: &Desk, server: &Scripted, account: &AccountCard) {
    server.say_json(200, &TOKENS.replace("-0", "-1"));
    let (finished, card) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
    assert_ne!(card.access.fingerprint, account.access.fingerprint);
    assert_eq!(card.trouble_since, None);
}

fn error(code: &str) -> String {
    format!(r#"{{"error":"{code}"}}"#)
}

#[test]
fn statuses_and_pages() {
    let (desk, server, account) = own("");
    let elsewhere = "Location: https://login.example/\r\n";
    for (status, headers, body, told) in [
        (408, "", "", BUSY),
        (425, "", "", BUSY),
        (429, "", "", BUSY),
        (429, "Retry-After: 120\r\n", "", BUSY),
        (429, "Retry-After: soon\r\n", PAGE, BUSY),
        (500, "", "", BUSY),
        (500, HTML, PAGE, BUSY),
        (501, "", "", BUSY),
        (502, HTML, PAGE, BUSY),
        (503, "Retry-After: 60\r\n", "", BUSY),
        (504, HTML, PAGE, BUSY),
        (511, HTML, PAGE, PAGE_INSTEAD),
        (511, "", "", PAGE_INSTEAD),
        (200, HTML, PAGE, PAGE_INSTEAD),
        (200, JSON, PAGE, PAGE_INSTEAD),
        (400, HTML, PAGE, PAGE_INSTEAD),
        (401, HTML, PAGE, PAGE_INSTEAD),
        (402, HTML, PAGE, PAGE_INSTEAD),
        (403, HTML, PAGE, PAGE_INSTEAD),
        (407, HTML, PAGE, PAGE_INSTEAD),
        (301, elsewhere, "", REDIRECTED),
        (302, elsewhere, PAGE, REDIRECTED),
        (303, elsewhere, "", REDIRECTED),
        (307, elsewhere, "", REDIRECTED),
        (308, elsewhere, "", REDIRECTED),
        (400, "", "", ERROR),
        (400, JSON, r#"{"oops":1}"#, ERROR),
        (400, JSON, r#"{"error":"#, ERROR),
        (401, "", "", CLIENT),
        (403, "", "", ERROR),
        (404, HTML, PAGE, ERROR),
        (404, "", "", ERROR),
        (405, "", "", ERROR),
        (410, "", "", ERROR),
        (413, "", "", ERROR),
        (415, "", "", ERROR),
        (418, "", "", ERROR),
    ] {
        server.say(status, headers, body);
        survives(&desk, &account, &format!("{status} {headers} {body}"), told);
    }
    works(&desk, &server, &account);
}

#[test]
fn error_codes() {
    let (desk, server, account) = own("");
    for (status, code, told) in [
        (400, "invalid_client", CLIENT),
        (401, "invalid_client", CLIENT),
        (400, "unauthorized_client", CLIENT),
        (400, "unsupported_grant_type", CLIENT),
        (501, "unsupported_grant_type", CLIENT),
        (400, "invalid_scope", CLIENT),
        (400, "invalid_request", ERROR),
        (400, "server_error", BUSY),
        (500, "server_error", BUSY),
        (400, "temporarily_unavailable", BUSY),
        (503, "temporarily_unavailable", BUSY),
        (400, "slow_down", ERROR),
        (429, "slow_down", BUSY),
        (400, "something_new", ERROR),
        (403, "access_denied", ("denied", 6)),
        (500, "invalid_grant", BUSY),
        (503, "invalid_grant", BUSY),
        (429, "invalid_grant", BUSY),
        (200, "temporarily_unavailable", BUSY),
    ] {
        server.say_json(status, &error(code));
        survives(&desk, &account, &format!("{status} {code}"), told);
    }
    works(&desk, &server, &account);
}

fn not_connected(why: &str) -> Error {
    Error::NotConnected {
        host: HOST.to_owned(),
        source: why.to_owned().into(),
    }
}

fn certificate(why: &str) -> Error {
    Error::Certificate {
        host: HOST.to_owned(),
        source: why.to_owned().into(),
    }
}

fn certificate_time(why: &str) -> Error {
    Error::CertificateTime {
        host: HOST.to_owned(),
        source: why.to_owned().into(),
    }
}

fn proxy(asks: bool, why: &str) -> Error {
    Error::Proxy {
        host: HOST.to_owned(),
        asks,
        source: why.to_owned().into(),
    }
}

#[test]
fn a_wire_that_does_not_hold() {
    let (desk, server, account) = own("");
    let unreachable = ("unreachable", "Can’t reach auth.example since");
    let untrusted = (
        "certificate_untrusted",
        "Can’t trust who answers for auth.example since",
    );
    let clock = (
        "clock_wrong",
        "Can’t ask auth.example with a wrong clock since",
    );
    let refused = (
        "proxy_refused",
        "The proxy keeps us from auth.example since",
    );
    for (row, error, (kind, words)) in [
        ("DNS", not_connected("dns error"), unreachable),
        ("refused", not_connected("connection refused"), unreachable),
        ("self-signed", certificate("unknown issuer"), untrusted),
        ("wrong host", certificate("not valid for name"), untrusted),
        ("expired certificate", certificate_time("expired"), clock),
        ("proxy 407", proxy(true, "407"), refused),
        ("CONNECT refused", proxy(false, "403"), refused),
    ] {
        let asked = server.asked();
        desk.tap.fail_once(error);
        let card = survives(&desk, &account, row, (kind, 4));
        let zone = jiff::tz::TimeZone::UTC;
        let shown = text::trouble(desk.clock.now(), &zone, &card).unwrap().words;
        assert!(shown.starts_with(words), "{row}: {shown}");
        assert_eq!(server.asked(), asked, "{row}");
    }
    works(&desk, &server, &account);
}

#[test]
fn a_network_that_answers_for_everybody_ends_no_link_of_any_dialect() {
    for (provider, dead) in [
        ("tradecloud", 401),
        ("just2trade", 401),
        ("trading-parrot", 400),
    ] {
        let desk = Desk::with(Mode::Documented, Decision::CloseTab);
        let server = Scripted::new();
        let change = ClientChange {
            base_url: Some(server.url.clone()),
            ..ClientChange::default()
        };
        desk.set_up(provider, change);
        let tokens = "Set-Authorization: a-0\r\nSet-Refresh-Token: r-0\r\n";
        server.say(200, &format!("{JSON}{tokens}"), TOKENS);
        let account = if provider == "tradecloud" {
            let flow = desk.sign_in_with_password();
            desk.linked(flow)
        } else {
            desk.link_by_hand(provider)
        };
        let before = desk.sealed();
        for (status, headers, body) in [
            (dead, HTML, PAGE),
            (dead, "", "\u{feff} <html>"),
            (200, HTML, PAGE),
            (511, HTML, PAGE),
        ] {
            server.say(status, headers, body);
            let row = format!("{provider} {status} {body}");
            let (finished, card) = desk.refresh(&account.id);
            let problem = finished.problem.unwrap_or_else(|| panic!("{row}"));
            assert_eq!(problem.kind.code(), "page_instead", "{row}: {problem:?}");
            assert_eq!(card.needs_sign_in, None, "{row}");
            assert!(!card.outcome_unknown, "{row}");
            assert_eq!(desk.sealed(), before, "{row}");
        }
        server.say(dead, "Content-Type: text/plain\r\n", "Not authenticated");
        let (_, card) = desk.refresh(&account.id);
        let ends = provider != "trading-parrot";
        assert_eq!(
            card.needs_sign_in.is_some(),
            ends,
            "{provider} itself says no"
        );
    }
}

#[test]
fn trouble_that_goes_on_keeps_its_beginning_through_kinds_attempts_and_restarts() {
    let room = Room::new(Mode::Documented, Kind::Passphrase);
    let desk = Desk::open(room, Decision::CloseTab);
    let server = Scripted::new();
    desk.add_scripted(&server, "");
    server.say_json(200, TOKENS);
    let account = desk.link_by_hand(OWN);
    let began = desk.clock.now();
    let zone = jiff::tz::TimeZone::UTC;
    let lines = |card: &AccountCard| card.history.len();
    server.say(503, "", "");
    let first = desk.refresh(&account.id).1;
    desk.clock.advance(jiff::SignedDuration::from_mins(10));
    let second = desk.refresh(&account.id).1;
    assert_eq!(
        lines(&second),
        lines(&first),
        "the same is not written twice"
    );
    server.say(200, HTML, PAGE);
    let third = desk.refresh(&account.id).1;
    assert_eq!(lines(&third), lines(&first) + 1);
    assert_eq!(third.trouble_since, Some(began));
    let words = text::trouble(desk.clock.now(), &zone, &third)
        .unwrap()
        .words;
    let host = server.url.trim_start_matches("http://");
    let begin = format!("A web page answers instead of {host} since 18:00");
    assert_eq!(words, format!("{begin}, good until 19:00"));
    desk.clock.advance(jiff::SignedDuration::from_mins(55));
    let words = text::trouble(desk.clock.now(), &zone, &third)
        .unwrap()
        .words;
    assert_eq!(words, format!("{begin}, expired at 19:00, trying again"));
    let desk = desk.reopen();
    assert_eq!(desk.account(&account.id).trouble_since, Some(began));
}
