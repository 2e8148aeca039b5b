//! Every kind of problem: it reads well, has an exit code, and its JSON says enough.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::exit::code;
use super::*;
use crate::bridge::{
    Brought, EndReason, Face, Holder, KeyStoreTrouble, Missing, ProblemKind as K, Salvage,
    StoreTrouble,
};

const URI: &str = "http://127.0.0.1:8080/a";

fn text() -> String {
    "example".to_owned()
}

fn of_the_set_up() -> Vec<K> {
    vec![
        K::ClientIncomplete {
            missing: vec![Missing::ClientId],
        },
        K::ClientInvalid {
            field: text(),
            expected: text(),
        },
        K::ClientRejected { code: text() },
        K::RedirectMismatch {
            redirect_uri: URI.into(),
            registered: "http://127.0.0.1/b".into(),
        },
        K::PortInUse {
            port: 8080,
            holder: Some(text()),
        },
        K::PortReserved { port: 80 },
        K::LoopbackUnreachable { address: text() },
        K::BrowserMissing { name: text() },
        K::ProviderChanged { bound_to: text() },
        K::ProviderGone { provider: text() },
        K::DiscoveryFailed {
            issuer: text(),
            why: text(),
        },
        K::ProviderFile {
            file: text(),
            line: Some(3),
            key: text(),
            expected: text(),
        },
    ]
}

fn of_the_sign_in() -> Vec<K> {
    vec![
        K::Denied { code: text() },
        K::Canceled,
        K::TimedOut,
        K::CodeRejected { code: text() },
        K::WrongPassword,
        K::UnusableUsername,
        K::CertificateRefused {
            fingerprint: text(),
        },
        K::IdTokenRefused { check: text() },
        K::DeviceCodeExpired,
        K::BrowserNotOpened,
        K::IssuerMismatch { expected: text() },
        K::WrongAddress,
        K::NeedsSignIn {
            reason: EndReason::Revoked,
        },
        K::CannotRefresh,
        K::NotRevoked { host: text() },
        K::IdentityUnread,
        K::TradingAccountsUnread,
    ]
}

fn of_the_world() -> Vec<K> {
    vec![
        K::ClockWrong {
            host: text(),
            offset_seconds: Some(-300),
        },
        K::ClockSet {
            by: SignedDuration::from_hours(-1),
        },
        K::ProviderClockWrong {
            host: text(),
            offset_seconds: 180,
        },
        K::CertificateUntrusted { host: text() },
        K::NotATokenResponse {
            status: 200,
            content_type: text(),
            length: 9,
        },
        K::ProviderError { code: text() },
        K::Unreachable {
            host: text(),
            since: now(),
        },
        K::ProxyRefused {
            host: text(),
            asks: true,
        },
        K::PageInstead {
            host: text(),
            status: 200,
        },
        K::TemporarilyFailing {
            host: text(),
            status: 503,
            retry_at: None,
        },
        K::RedirectRefused {
            host: text(),
            target: text(),
        },
    ]
}

fn of_this_computer() -> Vec<K> {
    vec![
        K::KeyStore {
            trouble: KeyStoreTrouble::Locked,
        },
        K::KeyNotMoved {
            trouble: KeyStoreTrouble::Absent,
        },
        K::Store {
            trouble: StoreTrouble::Full,
            place: text(),
        },
        K::StoreDamaged {
            kept_as: text(),
            salvage: Salvage::default(),
        },
        K::AccountUnreadable { account: text() },
        K::BackupExists { place: text() },
        K::NotABackup { place: text() },
        K::StoreNewer { found: 9 },
        K::NotSaved {
            brought: Brought::SignIn,
            cause: Box::new(K::Store {
                trouble: StoreTrouble::Full,
                place: text(),
            }),
        },
        K::OutcomeUnknown { since: now() },
        K::HeldByAnother {
            holder: Some(Holder {
                process: 4711,
                face: Face::CommandLine,
                computer: Some(text()),
                since: now(),
            }),
            waited: 12,
        },
        K::PracticeUnavailable,
        K::WorkerStopped,
        K::Bug,
    ]
}

fn all() -> Vec<K> {
    [
        of_the_set_up(),
        of_the_sign_in(),
        of_the_world(),
        of_this_computer(),
    ]
    .concat()
}

/// The names the bridge gives to kinds, as its source says them.
fn names_there_are() -> BTreeSet<&'static str> {
    let source = include_str!("../../bridge/problem_code.rs");
    let (_, rest) = source.split_once("impl ProblemKind").unwrap();
    let (arms, _) = rest.split_once("\nimpl ").unwrap();
    arms.split('"').skip(1).step_by(2).collect()
}

#[test]
fn no_kind_is_left_out_and_no_two_share_a_name() {
    let all = all();
    let names: BTreeSet<&str> = all.iter().map(K::code).collect();
    assert_eq!(names, names_there_are());
    assert_eq!(names.len(), all.len());
}

#[test]
fn every_kind_stops_a_command_with_words_and_a_code() {
    for kind in all() {
        let told = problem(kind.clone());
        let played = play("token Mine --json")
            .on(desk(
                vec![provider("parrot")],
                vec![account("a1", "parrot", "Mine")],
            ))
            .with(move |stage, id, _| stage.finish(id, Some(told.clone())));
        assert_eq!(played.code, code(&kind), "{kind:?}");
        assert!((1..=7).contains(&played.code), "{kind:?}");
        let shown = played.json();
        let message = shown["problem"]["message"].as_str().unwrap();
        assert_eq!(shown["problem"]["kind"], kind.code());
        assert!(message.ends_with('.'), "{message}");
        for slip in ["..", "  ", " .", "“”", "()", " ,"] {
            assert!(!message.contains(slip), "{message}");
        }
        assert!(
            played.err.starts_with(&format!("error: {message}\n")),
            "{}",
            played.err
        );
    }
}

/// What the JSON of a kind tells beside `kind`, `message` and `remedy`.
fn told_beside(kind: &K) -> Value {
    match kind {
        K::RedirectMismatch { .. } => {
            json!({"redirect_uri": URI, "registered": "http://127.0.0.1/b"})
        }
        K::KeyStore { trouble } | K::KeyNotMoved { trouble } => json!({"trouble": trouble.code()}),
        K::NeedsSignIn { reason } => json!({"reason": reason.code()}),
        _ => json!({}),
    }
}

#[test]
fn a_redirect_that_does_not_match_names_both_addresses_and_nothing_else_does() {
    for kind in all() {
        let told = problem(kind.clone());
        let played = play("token Mine --json")
            .on(desk(vec![], vec![account("a1", "parrot", "Mine")]))
            .with(move |stage, id, _| stage.finish(id, Some(told.clone())));
        let mut shown = played.json()["problem"].clone();
        let fields = shown.as_object_mut().unwrap();
        for everywhere in ["kind", "message", "remedy"] {
            assert!(fields.remove(everywhere).is_some(), "{kind:?}");
        }
        assert_eq!(shown, told_beside(&kind), "{kind:?}");
    }
}
