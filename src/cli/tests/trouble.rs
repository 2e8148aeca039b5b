//! Trouble and ends, as the command line tells them.

use super::*;
use crate::bridge::{EndReason, ProblemKind as K};

fn with_problem(kind: K) -> AccountCard {
    let mut card = account("a1", "parrot", "Mine");
    card.problem = Some(problem(kind));
    card.trouble_since = Some(in_seconds(-600));
    card
}

fn shown(card: AccountCard) -> String {
    play("show Mine").on(desk(vec![], vec![card])).alone().out
}

#[test]
fn show_tells_whom_we_can_not_ask_since_when_and_until_when_the_token_is_good() {
    let host = || "auth.example".to_owned();
    for (kind, words) in [
        (
            K::Unreachable {
                host: host(),
                since: in_seconds(-600),
            },
            "Can’t reach auth.example since 17:52, good until 19:02",
        ),
        (
            K::ProxyRefused {
                host: host(),
                asks: true,
            },
            "The proxy keeps us from auth.example since 17:52, good until 19:02",
        ),
        (
            K::PageInstead {
                host: host(),
                status: 200,
            },
            "A web page answers instead of auth.example since 17:52, good until 19:02",
        ),
        (
            K::TemporarilyFailing {
                host: host(),
                status: 503,
                retry_at: Some(in_seconds(300)),
            },
            "auth.example can’t answer (503) since 17:52, next try at 18:07, good until 19:02",
        ),
        (
            K::CertificateUntrusted { host: host() },
            "Can’t trust who answers for auth.example since 17:52, good until 19:02",
        ),
    ] {
        let out = shown(with_problem(kind));
        assert!(out.contains(words), "{words}\n{out}");
        assert!(!out.contains("ended "), "{out}");
    }
}

#[test]
fn a_token_that_has_run_out_meanwhile_is_tried_again_and_not_signed_out() {
    let mut card = with_problem(K::Unreachable {
        host: "auth.example".into(),
        since: in_seconds(-90_000),
    });
    card.trouble_since = Some(in_seconds(-90_000));
    card.access.expires_at = Some(in_seconds(-60));
    let out = shown(card.clone());
    let words = "Can’t reach auth.example since 19 Nov, 17:02, expired at 18:01, trying again";
    assert!(out.contains(words), "{out}");
    assert!(!out.to_lowercase().contains("sign in again"), "{out}");
    // Whoever starts the program anew knows no more than the time.
    card.problem = None;
    let out = shown(card.clone());
    assert!(out.contains("Not refreshed since 19 Nov, 17:02"), "{out}");
    let list = play("accounts").on(desk(vec![], vec![card])).alone().out;
    assert!(
        list.contains("expired, not refreshed since 19 Nov, 17:02"),
        "{list}"
    );
}

#[test]
fn an_ended_link_tells_why_and_when_in_words_and_in_json() {
    for (reason, words) in [
        (EndReason::Expired, "sign-in has run out"),
        (
            EndReason::RefreshedElsewhere,
            "refreshed by another program",
        ),
        (EndReason::Revoked, "revoked at the provider"),
        (EndReason::SignedInElsewhere, "signed in elsewhere"),
        (EndReason::PasswordChanged, "password changed"),
        (EndReason::ProviderReset, "ended by the provider for many"),
        (EndReason::Unknown, "ended, cause unknown"),
        (EndReason::SessionOnly, "kept for one session"),
        (EndReason::Unreadable, "tokens can’t be opened"),
    ] {
        let mut card = account("a1", "parrot", "Mine");
        card.needs_sign_in = Some(reason);
        card.ended_at = Some(in_seconds(-120));
        let out = shown(card.clone());
        assert!(out.contains(&format!("{words}, noticed at 18:00")), "{out}");
        let list = play("accounts")
            .on(desk(vec![], vec![card.clone()]))
            .alone();
        assert!(
            list.out.contains(&format!("needs sign-in: {words}")),
            "{}",
            list.out
        );
        let json = play("accounts --json")
            .on(desk(vec![], vec![card]))
            .alone()
            .json();
        assert_eq!(json[0]["ended"]["reason"], reason.code());
        assert_eq!(json[0]["ended"]["at"], "2026-11-20T18:00:44+01:00");
        assert_eq!(json[0]["problem"]["kind"], "needs_sign_in");
        assert_eq!(json[0]["problem"]["reason"], reason.code());
        assert_eq!(json[0]["problem"]["remedy"], "sign_in_again");
        let message = json[0]["problem"]["message"].as_str().unwrap();
        assert!(message.contains("ign in again"), "{message}");
    }
}
