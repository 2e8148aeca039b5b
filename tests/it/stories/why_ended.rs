//! Links that end, and what is said of why: in the provider's own words, by what is known here, or not at all.
//!
//! The history holds the evidence and never more of an answer than the provider's file holds already.

use jiff::SignedDuration;
use linkdesk::bridge::{AccountCard, Command, EndReason, ProblemKind, RefreshOutcome, Remedy};
use linkdesk::cli::exit_code;
use linkdesk::sandbox::{Fault, Mode, RequestKind, Times};
use linkdesk::store::Store as _;
use linkdesk::text;

use super::MODES;
use crate::desk::Desk;
use crate::desk::identity::{IDENTITY, STANDARD};

/// What Practice Identity says of each end, as its provider file has it.
const WORDS: [(Fault, &str, &str, EndReason); 6] = [
    (
        Fault::TokenExpired,
        "The refresh token has expired",
        "expired",
        EndReason::Expired,
    ),
    (
        Fault::RefreshedElsewhere,
        "The refresh token has been used before",
        "refreshed_elsewhere",
        EndReason::RefreshedElsewhere,
    ),
    (
        Fault::AccessWithdrawn,
        "The access has been withdrawn",
        "revoked",
        EndReason::Revoked,
    ),
    (
        Fault::SignedInElsewhere,
        "Another sign-in has taken its place",
        "signed_in_elsewhere",
        EndReason::SignedInElsewhere,
    ),
    (
        Fault::PasswordChanged,
        "The password has been changed",
        "password_changed",
        EndReason::PasswordChanged,
    ),
    (
        Fault::ProviderReset,
        "All sign-ins have been ended",
        "provider_reset",
        EndReason::ProviderReset,
    ),
];

/// Ends a link with a fault and gives it afterwards, after looking at what every end has in common.
fn ended_by(desk: &Desk, account: &AccountCard, kind: RequestKind, fault: Fault) -> AccountCard {
    let provider = match account.provider.as_str() {
        IDENTITY => STANDARD,
        other => other,
    };
    desk.clock.advance(SignedDuration::from_secs(30));
    desk.fault(provider, kind, fault);
    ended(desk, account)
}

fn ended(desk: &Desk, account: &AccountCard) -> AccountCard {
    let (finished, card) = desk.refresh(&account.id);
    let problem = finished.problem.unwrap();
    let reason = card.needs_sign_in.unwrap_or_else(|| panic!("{problem:?}"));
    assert_eq!(problem.kind, ProblemKind::NeedsSignIn { reason });
    assert_eq!(problem.remedy, Remedy::SignInAgain);
    assert_eq!(exit_code(&problem.kind), 3);
    assert_eq!(card.ended_at, Some(desk.clock.now()));
    assert_eq!(
        card.last_refresh.as_ref().unwrap().outcome,
        RefreshOutcome::NeedsSignIn
    );
    let line = &card.history[0].what;
    assert!(line.starts_with("The link has ended: "), "{line}");
    assert!(line.contains("; the answer was "), "{line}");
    assert!(line.contains("; decided by "), "{line}");
    assert!(
        line.contains("; last proved good at 2026-11-20 18:"),
        "{line}"
    );
    // Nothing is asked of the provider any more, and nothing of it is lost on the way.
    assert_eq!(card.next_refresh_at, None);
    assert_eq!(card.access, account.access);
    card
}

#[test]
fn a_provider_that_says_why_is_believed_as_far_as_its_file_knows_the_words() {
    for (fault, said, word, reason) in WORDS {
        let desk = Desk::new(Mode::Documented);
        let entry = format!(
            "\n[[errors.ends]]\nerror = \"invalid_grant\"\ndescription = \"{said}\"\nreason = \"{word}\"\n"
        );
        desk.add_by_hand(&format!("{}{entry}", desk.identity_file()));
        let account = desk.link(IDENTITY);
        let card = ended_by(&desk, &account, RequestKind::Refresh, fault);
        assert_eq!(card.needs_sign_in, Some(reason));
        let line = &card.history[0].what;
        assert!(line.contains(&format!("own words: “{said}”")), "{line}");
        assert!(line.contains("400 invalid_grant"), "{line}");
        assert_eq!(reason.code(), word);
    }
}

#[test]
fn words_that_the_file_does_not_know_are_neither_believed_nor_kept() {
    for (fault, said, ..) in WORDS {
        let desk = Desk::new(Mode::Documented);
        desk.add_identity();
        let account = desk.link(IDENTITY);
        let card = ended_by(&desk, &account, RequestKind::Refresh, fault);
        assert_eq!(card.needs_sign_in, Some(EndReason::Unknown), "{said}");
        let shown = format!("{:?}", desk.face.snapshot());
        assert!(!shown.contains(said), "{said}");
        assert!(card.history[0].what.contains("the answer does not say why"));
    }
}

#[test]
fn a_refusal_that_says_nothing_is_called_unknown_at_every_provider() {
    for mode in MODES {
        for provider in ["trading-parrot", "tradecloud", "rest-api-v1", "biggerplate"] {
            for fault in [Fault::AccessWithdrawn, Fault::PasswordChanged] {
                let desk = Desk::new(mode);
                let account = desk.link(provider);
                let card = ended_by(&desk, &account, RequestKind::Refresh, fault);
                let reason = card.needs_sign_in;
                assert_eq!(reason, Some(EndReason::Unknown), "{provider} {mode}");
            }
        }
        let desk = Desk::new(mode);
        let account = desk.link("just2trade");
        let card = ended_by(
            &desk,
            &account,
            RequestKind::Profile,
            Fault::AccessWithdrawn,
        );
        assert_eq!(card.needs_sign_in, Some(EndReason::Unknown), "{mode}");
    }
}

#[test]
fn the_field_is_known_to_tell_one_case_apart() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("trading-parrot");
    let card = ended_by(&desk, &account, RequestKind::Refresh, Fault::TokenExpired);
    assert_eq!(card.needs_sign_in, Some(EndReason::Expired));
    let line = &card.history[0].what;
    assert!(line.contains("“Refresh token has expired”"), "{line}");
}

#[test]
fn a_token_past_its_known_end_has_expired_whatever_the_answer_says() {
    for (provider, mode, hours, kind) in [
        ("tradecloud", Mode::Documented, 25, RequestKind::Refresh),
        ("just2trade", Mode::Documented, 25, RequestKind::Profile),
        ("just2trade", Mode::Field, 25, RequestKind::Profile),
    ] {
        let desk = Desk::new(mode);
        let account = desk.link(provider);
        desk.practice
            .set_fault(provider, kind, Some(Fault::TokenExpired), Times::Always)
            .unwrap();
        desk.clock.advance(SignedDuration::from_hours(hours));
        let card = desk.wait("the end", |snapshot| {
            let card = snapshot.account(&account.id)?;
            if card.needs_sign_in.is_none() && card.busy.is_none() {
                desk.send(Command::RefreshAccount {
                    account: account.id.clone(),
                });
            }
            card.needs_sign_in.map(|_| card.clone())
        });
        assert_eq!(
            card.needs_sign_in,
            Some(EndReason::Expired),
            "{provider} {mode}"
        );
        let line = &card.history[0].what;
        assert!(line.contains("its end, which had passed"), "{line}");
        assert!(line.contains("known to end at 2026-11-2"), "{line}");
    }
}

#[test]
fn a_second_link_of_the_same_person_ends_the_first_where_the_file_says_so() {
    let desk = Desk::new(Mode::Field);
    let first = desk.link("biggerplate");
    desk.clock.advance(SignedDuration::from_mins(5));
    let second = desk.link("biggerplate");
    assert_ne!(first.id, second.id);
    let card = ended(&desk, &first);
    assert_eq!(card.needs_sign_in, Some(EndReason::SignedInElsewhere));
    let line = &card.history[0].what;
    assert!(
        line.contains("newer link of 2026-11-20 18:05:00 UTC"),
        "{line}"
    );
    let (finished, _) = desk.refresh(&second.id);
    assert_eq!(finished.problem, None);
}

#[test]
fn links_of_several_people_that_end_together_were_ended_by_the_provider() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let first = desk.link(IDENTITY);
    desk.person.become_somebody(&desk.somebody_else());
    let second = desk.link(IDENTITY);
    let card = ended_by(&desk, &first, RequestKind::Refresh, Fault::ProviderReset);
    assert_eq!(card.needs_sign_in, Some(EndReason::Unknown));
    desk.clock.advance(SignedDuration::from_secs(20));
    let card = ended(&desk, &second);
    assert_eq!(card.needs_sign_in, Some(EndReason::ProviderReset));
    // What could not be known of the first is known now.
    let first = desk.wait("the first one's reason", |snapshot| {
        let card = snapshot.account(&first.id)?;
        (card.needs_sign_in == Some(EndReason::ProviderReset)).then(|| card.clone())
    });
    assert!(first.history[0].what.contains("provider reset"));
    assert!(first.history[1].what.contains("cause unknown"));
    let stored = desk.other_program().load().unwrap().accounts;
    assert!(
        stored
            .iter()
            .all(|it| it.ended == Some(EndReason::ProviderReset))
    );
}

#[test]
fn links_that_end_far_apart_have_each_a_cause_of_their_own() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let first = desk.link(IDENTITY);
    desk.person.become_somebody(&desk.somebody_else());
    let second = desk.link(IDENTITY);
    ended_by(&desk, &first, RequestKind::Refresh, Fault::ProviderReset);
    desk.clock.advance(SignedDuration::from_mins(2));
    let card = ended(&desk, &second);
    assert_eq!(card.needs_sign_in, Some(EndReason::Unknown));
}

#[test]
fn tokens_from_a_backup_that_are_refused_were_refreshed_by_another_program() {
    for provider in ["tradecloud", "biggerplate"] {
        let desk = Desk::lasting(Mode::Documented);
        let account = desk.link(provider);
        let store = desk.other_program();
        let mut stored = store.load().unwrap().accounts.remove(0);
        stored.restored_at = Some(desk.clock.now());
        store.save_account(&stored, None).unwrap();
        let desk = desk.reopen();
        let fault = Fault::RefreshedElsewhere;
        let card = ended_by(&desk, &account, RequestKind::Refresh, fault);
        assert_eq!(
            card.needs_sign_in,
            Some(EndReason::RefreshedElsewhere),
            "{provider}"
        );
        let line = &card.history[0].what;
        assert!(line.contains("the backup its tokens came from"), "{line}");
    }
}

#[test]
fn every_face_tells_why_and_when_and_what_to_press() {
    let zone = jiff::tz::TimeZone::UTC;
    let desk = Desk::new(Mode::Field);
    let account = desk.link("trading-parrot");
    let card = ended_by(&desk, &account, RequestKind::Refresh, Fault::TokenExpired);
    let now = desk.clock.now();
    assert_eq!(
        text::account::next(now, &zone, &card),
        "sign-in has run out"
    );
    assert_eq!(
        text::account::ended_when(now, &zone, &card).unwrap(),
        "sign-in has run out, noticed at 18:00"
    );
    let problem = card.problem.unwrap();
    assert_eq!(text::problem::remedy(problem.remedy), Some("Sign in again"));
    // After a restart nobody has asked yet, and the reason is still there.
    let desk = desk.reopen();
    let card = desk.account(&account.id);
    assert_eq!(card.problem, None);
    assert_eq!(card.needs_sign_in, Some(EndReason::Expired));
    assert!(card.ended_at.is_some());
}
