//! Somebody else signs in where an account was to be repaired: its tokens are never replaced without a word.

use std::slice;

use jiff::SignedDuration;
use linkdesk::bridge::{AccountCard, LinkAnswer, ProblemKind, QuestionKind};
use linkdesk::ids::FlowId;
use linkdesk::sandbox::Mode;

use crate::desk::Desk;
use crate::desk::identity::{IDENTITY, STANDARD};

/// An account, and the question after somebody else has signed in to it.
fn asked(desk: &Desk) -> (AccountCard, FlowId) {
    desk.add_identity();
    let account = desk.link(IDENTITY);
    let other = desk.somebody_else();
    desk.person.become_somebody(&other);
    desk.clock.advance(SignedDuration::from_secs(10));
    let flow = desk.start_repair(&account);
    let question = desk.question(flow);
    assert_eq!(question.kind, QuestionKind::OtherPerson);
    assert_eq!(question.account, account.id);
    assert_eq!(Some(&question.theirs), account.identity.email.as_ref());
    assert_eq!(question.signed_in, other);
    (account, flow)
}

fn assert_usable(desk: &Desk, account: &AccountCard) -> AccountCard {
    let (finished, card) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
    card
}

#[test]
fn before_the_answer_the_account_is_as_it_was_and_usable() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_eq!(desk.account(&account.id).access, account.access);
    let card = assert_usable(&desk, &account);
    assert_eq!(card.identity, account.identity);
    assert_eq!(desk.link_card(flow).outcome, None);
}

#[test]
fn replacing_gives_the_account_to_the_other_person() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.answer(flow, LinkAnswer::Replace);
    let card = desk.linked(flow);
    assert_eq!((&card.id, &card.label), (&account.id, &account.label));
    assert_eq!(card.identity.email, Some(desk.somebody_else()));
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_usable(&desk, &card);
}

#[test]
fn keeping_both_makes_an_account_of_the_other_person_and_leaves_the_one_there_was() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.answer(flow, LinkAnswer::KeepBoth);
    let card = desk.linked(flow);
    assert_ne!(card.id, account.id);
    assert_ne!(card.label, account.label);
    assert_eq!(card.identity.email, Some(desk.somebody_else()));
    assert_usable(&desk, &card);
    assert_eq!(assert_usable(&desk, &account).identity, account.identity);
}

#[test]
fn discarding_revokes_the_other_persons_tokens_and_leaves_the_account() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.answer(flow, LinkAnswer::Discard);
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    assert!(desk.counters(STANDARD).revocations > 0);
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_eq!(assert_usable(&desk, &account).identity, account.identity);
}

#[test]
fn without_an_answer_both_are_kept() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.clock.advance(SignedDuration::from_mins(5));
    let card = desk.linked(flow);
    assert_ne!(card.id, account.id);
    assert_usable(&desk, &card);
    assert_usable(&desk, &account);
}

#[test]
fn the_same_person_is_not_asked_anything() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let account = desk.link(IDENTITY);
    let flow = desk.start_repair(&account);
    let card = desk.linked(flow);
    assert_eq!(card.id, account.id);
    assert_ne!(card.access.fingerprint, account.access.fingerprint);
    assert_eq!(card.history[0].what, "Linked again");
    assert_eq!(card.history.len(), 2);
    assert_usable(&desk, &card);
}

#[test]
fn a_profile_tells_people_apart_where_no_id_token_does() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("trading-parrot");
    desk.person.become_somebody(&desk.somebody_else());
    let flow = desk.start_repair(&account);
    assert_eq!(desk.question(flow).kind, QuestionKind::OtherPerson);
    desk.answer(flow, LinkAnswer::Discard);
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    assert_eq!(assert_usable(&desk, &account).identity, account.identity);
}
