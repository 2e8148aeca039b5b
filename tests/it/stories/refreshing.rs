//! Links that are kept alive.

use jiff::SignedDuration;
use linkdesk::bridge::{Command, Face, Holder, RefreshOutcome, SignInWay, State};
use linkdesk::sandbox::{Fault, Mode, RequestKind};
use linkdesk::store::Store as _;

use super::{MODES, PROVIDERS};
use crate::desk::Desk;

#[test]
fn every_provider_refreshes_on_request_in_both_modes() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            let before = desk.link(provider);
            desk.clock.advance(SignedDuration::from_secs(5));
            let (finished, after) = desk.refresh(&before.id);
            assert_eq!(finished.problem, None, "{provider} {mode}");
            let outcome = after.last_refresh.unwrap().outcome;
            let renews = provider == "just2trade";
            let expected = if renews {
                RefreshOutcome::Renewed
            } else {
                RefreshOutcome::Refreshed
            };
            assert_eq!(outcome, expected, "{provider} {mode}");
            assert!(
                after.access.expires_at > before.access.expires_at,
                "{provider} {mode}"
            );
            let is_same = after.access.fingerprint == before.access.fingerprint;
            assert_eq!(is_same, renews, "{provider} {mode}");
        }
    }
}

#[test]
fn a_link_survives_three_refreshes_in_a_row_everywhere() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            let account = desk.link(provider).id;
            for round in 1..=3 {
                desk.clock.advance(SignedDuration::from_secs(1));
                let (finished, _) = desk.refresh(&account);
                assert_eq!(finished.problem, None, "{provider} {mode} round {round}");
            }
        }
    }
}

#[test]
fn the_way_that_worked_is_remembered_and_taken_first() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("trading-parrot").id;
    desk.refresh(&account);
    let first = desk.practice.counters("trading-parrot").unwrap().requests;
    let (_, card) = desk.refresh(&account);
    let second = desk.practice.counters("trading-parrot").unwrap().requests;
    assert_eq!(second - first, 1, "one request, no detour");
    assert_eq!(
        card.obtained.refresh.as_deref(),
        Some("POST /oauth/token, form")
    );
}

#[test]
fn a_token_is_refreshed_by_itself_ahead_of_its_end() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("biggerplate");
    desk.clock.advance(SignedDuration::from_secs(3600 - 80));
    let refreshed = desk.wait("a refresh by itself", |snapshot| {
        let card = snapshot.account(&account.id)?;
        (card.access.fingerprint != account.access.fingerprint).then(|| card.clone())
    });
    assert_eq!(refreshed.state(desk.clock.now()), State::Fresh);
    assert_eq!(desk.practice.counters("biggerplate").unwrap().refreshes, 1);
}

#[test]
fn refresh_all_refreshes_every_account() {
    let desk = Desk::new(Mode::Documented);
    for provider in PROVIDERS {
        desk.link(provider);
    }
    let finished = desk.run(Command::RefreshAll);
    assert_eq!(finished.problem, None);
    for card in &desk.face.snapshot().accounts {
        assert!(card.last_refresh.is_some(), "{}", card.label);
    }
}

#[test]
fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("biggerplate");
    let (_, after) = desk.refresh(&account.id);
    assert!(after.refresh.present);
    assert_eq!(after.refresh.fingerprint, account.refresh.fingerprint);
    assert_eq!(after.refresh.rotates, Some(false));
}

#[test]
fn a_temporary_fault_keeps_the_link_and_the_next_refresh_works() {
    let faults = [
        Fault::TooManyRequests { retry_after: 30 },
        Fault::ServerError,
        Fault::Unavailable,
    ];
    for fault in faults {
        let desk = Desk::new(Mode::Documented);
        let account = desk.link("biggerplate");
        desk.fault("biggerplate", RequestKind::Refresh, fault.clone());
        let (_, card) = desk.refresh(&account.id);
        assert_eq!(
            card.last_refresh.unwrap().outcome,
            RefreshOutcome::Unreachable,
            "{fault:?}"
        );
        assert_eq!(card.needs_sign_in, None, "{fault:?}");
        assert_eq!(card.access.fingerprint, account.access.fingerprint);
        let (finished, _) = desk.refresh(&account.id);
        assert_eq!(finished.problem, None, "{fault:?}");
    }
}

#[test]
fn a_revoked_refresh_token_ends_the_link_and_says_so() {
    for (provider, mode) in [
        ("biggerplate", Mode::Documented),
        ("biggerplate", Mode::Field),
        ("tradecloud", Mode::Documented),
        ("rest-api-v1", Mode::Field),
        ("trading-parrot", Mode::Field),
    ] {
        let desk = Desk::new(mode);
        let account = desk.link(provider);
        desk.fault(provider, RequestKind::Refresh, Fault::RefreshRevoked);
        let (_, card) = desk.refresh(&account.id);
        assert_eq!(
            card.state(desk.clock.now()),
            State::NeedsSignIn,
            "{provider} {mode}"
        );
        let outcome = card.last_refresh.unwrap().outcome;
        assert_eq!(outcome, RefreshOutcome::NeedsSignIn, "{provider} {mode}");
    }
}

#[test]
fn the_second_deadline_is_known_where_the_document_states_it() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud");
    let left = account
        .refresh
        .expires_at
        .unwrap()
        .duration_since(desk.clock.now());
    assert_eq!(left, SignedDuration::from_hours(24));
}

#[test]
fn an_ended_link_is_repaired_and_keeps_its_name_and_history() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("biggerplate");
    desk.run(Command::RenameAccount {
        account: account.id.clone(),
        label: "Mind maps".to_owned(),
    });
    desk.fault("biggerplate", RequestKind::Refresh, Fault::RefreshRevoked);
    desk.refresh(&account.id);
    desk.send(Command::LinkAccount {
        provider: account.provider.clone(),
        account: Some(account.id.clone()),
        label: None,
        way: SignInWay::Browser,
    });
    let repaired = desk.wait("the repair", |snapshot| {
        let card = snapshot.account(&account.id)?;
        card.needs_sign_in.is_none().then(|| card.clone())
    });
    assert_eq!(repaired.label, "Mind maps");
    assert_eq!(repaired.history[0].what, "Linked again");
    assert!(repaired.history.len() > 2);
}

/// How another program names itself.
fn another_program() -> Holder {
    Holder {
        process: 4711,
        face: Face::CommandLine,
        computer: None,
        since: "2026-11-20T18:00:00Z".parse().unwrap(),
    }
}

#[test]
fn a_second_program_that_refreshes_at_the_same_time_spends_nothing() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud");
    let store = desk.other_program();
    // The other program is refreshing; ours waits for it and then finds what it saved.
    let claim = store.claim(&account.id, &another_program()).unwrap();
    let refresh = desk.send(Command::RefreshAccount {
        account: account.id.clone(),
    });
    desk.wait("the refresh under way", |snapshot| {
        snapshot.account(&account.id)?.busy.map(|_| ())
    });
    let mut newer = store.load().unwrap().accounts.remove(0);
    newer.generation += 1;
    newer.access.fingerprint = "theirs".to_owned();
    store.save_account(&newer, None).unwrap();
    drop(claim);
    let finished = desk.wait("the end of the refresh", |snapshot| {
        snapshot.finished(refresh).cloned()
    });
    assert_eq!(finished.problem, None);
    assert_eq!(desk.account(&account.id).access.fingerprint, "theirs");
    assert_eq!(desk.practice.counters("tradecloud").unwrap().refreshes, 0);
}
