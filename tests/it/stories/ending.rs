//! Links that are ended, and what is left.

use jiff::SignedDuration;
use linkdesk::bridge::Command;
use linkdesk::sandbox::{Fault, Mode, RequestKind};

use super::{MODES, PROVIDERS};
use crate::desk::Desk;

#[test]
fn unlinking_revokes_where_the_provider_can_and_forgets_everywhere() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            let account = desk.link(provider).id;
            let finished = desk.run(Command::UnlinkAccount {
                account: account.clone(),
            });
            assert_eq!(finished.problem, None, "{provider} {mode}");
            assert!(desk.face.snapshot().account(&account).is_none());
        }
        let revocations = |provider| desk.practice.counters(provider).unwrap().revocations;
        if mode == Mode::Field {
            assert!(revocations("tradecloud") > 0);
            assert!(revocations("rest-api-v1") > 0);
        }
    }
}

#[test]
fn a_refused_revocation_still_forgets_and_says_so() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("tradecloud").id;
    desk.fault("tradecloud", RequestKind::Revoke, Fault::ServerError);
    let finished = desk.run(Command::UnlinkAccount {
        account: account.clone(),
    });
    assert_eq!(finished.problem.unwrap().kind.code(), "not_revoked");
    assert!(desk.face.snapshot().account(&account).is_none());
    assert_eq!(desk.face.snapshot().problems.len(), 1, "it stays on screen");
}

#[test]
fn what_was_linked_is_there_after_a_restart() {
    let desk = Desk::lasting(Mode::Documented);
    let before = desk.link("biggerplate");
    desk.clock.advance(SignedDuration::from_secs(1));
    let desk = desk.reopen();
    let after = desk.account(&before.id);
    assert_eq!(after.access, before.access);
    let (finished, _) = desk.refresh(&before.id);
    assert_eq!(finished.problem, None);
}

#[test]
fn accounts_of_a_past_session_stay_on_the_list_and_ask_for_a_sign_in() {
    let desk = Desk::new(Mode::Documented);
    let before = desk.link("biggerplate");
    let desk = desk.reopen();
    let (finished, card) = desk.refresh(&before.id);
    assert_eq!(finished.problem.unwrap().kind.code(), "needs_sign_in");
    assert!(card.needs_sign_in.is_some());
}
