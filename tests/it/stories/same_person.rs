//! A second sign-in of somebody who is linked already: nothing is doubled or replaced without a word.

use std::slice;

use jiff::SignedDuration;
use linkdesk::bridge::{
    AccountCard, Command, LinkAnswer, ProblemKind, QuestionKind, SignInWay, State, TradingChange,
};
use linkdesk::ids::{BrowserChoice, FlowId};
use linkdesk::sandbox::{Fault, Mode, RequestKind, TradingAccount};
use linkdesk::store::Store as _;

use crate::desk::Desk;
use crate::desk::identity::{IDENTITY, STANDARD};

/// Somebody who is linked, has called the account something, and has just signed in once more.
fn asked(desk: &Desk) -> (AccountCard, FlowId) {
    desk.add_identity();
    let account = desk.link(IDENTITY);
    let finished = desk.run(Command::RenameAccount {
        account: account.id.clone(),
        label: "Mine".to_owned(),
    });
    assert_eq!(finished.problem, None);
    desk.clock.advance(SignedDuration::from_secs(10));
    let flow = desk.start_identity();
    let question = desk.question(flow);
    assert_eq!(question.kind, QuestionKind::SamePerson);
    assert_eq!(
        (question.account, question.label),
        (account.id.clone(), "Mine".to_owned())
    );
    assert_eq!(question.theirs, question.signed_in);
    (account, flow)
}

fn assert_usable(desk: &Desk, accounts: usize) {
    let ids = desk.ids();
    assert_eq!(ids.len(), accounts);
    for id in ids {
        let (finished, _) = desk.refresh(&id);
        assert_eq!(finished.problem, None);
    }
}

#[test]
fn the_provider_lets_the_person_choose_among_accounts_only_where_one_is_linked() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    desk.link(IDENTITY);
    desk.person.become_somebody(&desk.somebody_else());
    desk.link(IDENTITY);
    let opened = desk.person.opened();
    let chooses = |address: &String| address.contains("prompt=select_account");
    let chosen: Vec<bool> = opened.iter().map(chooses).collect();
    assert_eq!(chosen, [false, true]);
    assert_eq!(desk.ids().len(), 2, "another person is no question");
}

#[test]
fn while_somebody_is_asked_the_list_is_as_it_was() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_eq!(desk.account(&account.id).access, account.access);
    let (finished, _) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None, "the old one can be used meanwhile");
    assert_eq!(desk.link_card(flow).outcome, None);
}

#[test]
fn a_look_into_the_store_meanwhile_shows_nothing_of_what_is_in_question() {
    let desk = Desk::lasting(Mode::Documented);
    let (account, flow) = asked(&desk);
    let store = desk.other_program();
    let accounts = store.load().unwrap().accounts;
    assert_eq!(accounts.len(), 2, "both are saved by now");
    let mut renamed = accounts.into_iter().find(|it| it.id == account.id).unwrap();
    renamed.label = "Theirs".to_owned();
    store.save_account(&renamed, None).unwrap();
    desk.wait("what the other program wrote", |snapshot| {
        let card = snapshot.account(&account.id)?;
        (card.label == "Theirs").then_some(())
    });
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_eq!(desk.link_card(flow).outcome, None);
}

#[test]
fn replacing_renews_the_account_which_keeps_its_name_and_history() {
    let desk = Desk::lasting(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.answer(flow, LinkAnswer::Replace);
    let renewed = desk.linked(flow);
    assert_eq!(renewed.id, account.id);
    assert_eq!(renewed.label, "Mine");
    assert_eq!(renewed.linked_at, account.linked_at);
    assert_ne!(renewed.access.fingerprint, account.access.fingerprint);
    let history = |card: &AccountCard| {
        let lines = card.history.iter().map(|line| line.what.clone());
        lines.collect::<Vec<String>>()
    };
    assert_eq!(history(&renewed), ["Linked again", "Renamed", "Linked"]);
    assert_usable(&desk, 1);
    let desk = desk.reopen();
    assert_eq!(desk.account(&account.id).label, "Mine");
    assert_usable(&desk, 1);
}

#[test]
fn replacing_keeps_the_browser_of_the_account_unless_another_was_chosen_this_time() {
    let choice = |browser: &str| {
        Some(BrowserChoice {
            browser: browser.to_owned(),
            profile: None,
        })
    };
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let flow = desk.start_link_by(IDENTITY, SignInWay::ThisBrowser(choice("firefox").unwrap()));
    desk.linked(flow);
    let flow = desk.start_identity();
    desk.question(flow);
    desk.answer(flow, LinkAnswer::Replace);
    assert_eq!(desk.linked(flow).browser, choice("firefox"));
    let flow = desk.start_link_by(IDENTITY, SignInWay::ThisBrowser(choice("chrome").unwrap()));
    desk.question(flow);
    desk.answer(flow, LinkAnswer::Replace);
    assert_eq!(desk.linked(flow).browser, choice("chrome"));
    assert_eq!(desk.ids().len(), 1);
}

#[test]
fn keeping_both_keeps_two_under_names_of_their_own() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.answer(flow, LinkAnswer::KeepBoth);
    let second = desk.linked(flow);
    assert_ne!(second.id, account.id);
    assert_ne!(second.label, "Mine");
    assert_usable(&desk, 2);
}

#[test]
fn discarding_revokes_what_was_received_and_nothing_else() {
    let desk = Desk::lasting(Mode::Documented);
    let (account, flow) = asked(&desk);
    assert_eq!(desk.counters(STANDARD).revocations, 0);
    desk.answer(flow, LinkAnswer::Discard);
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    assert!(desk.counters(STANDARD).revocations > 0);
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_usable(&desk, 1);
    let desk = desk.reopen();
    assert_usable(&desk, 1);
}

#[test]
fn canceling_while_asked_discards() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.run(Command::CancelLink { flow });
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    assert!(desk.counters(STANDARD).revocations > 0);
    assert_eq!(desk.ids(), slice::from_ref(&account.id));
    assert_usable(&desk, 1);
}

#[test]
fn without_an_answer_both_are_kept_after_five_minutes() {
    let desk = Desk::new(Mode::Documented);
    let (account, flow) = asked(&desk);
    desk.clock.advance(SignedDuration::from_secs(299));
    let (finished, _) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
    assert_eq!(
        desk.link_card(flow).outcome,
        None,
        "there is still a second"
    );
    desk.clock.advance(SignedDuration::from_secs(1));
    assert_ne!(desk.linked(flow).id, account.id);
    assert_usable(&desk, 2);
}

#[test]
fn both_are_there_and_usable_where_the_program_ends_while_it_asks() {
    let desk = Desk::lasting(Mode::Documented);
    asked(&desk);
    let desk = desk.reopen();
    assert_usable(&desk, 2);
}

#[test]
fn another_window_does_not_refresh_by_itself_what_is_in_question() {
    let desk = Desk::lasting(Mode::Documented);
    desk.add_identity();
    let account = desk.link(IDENTITY);
    let short = Fault::Lifetime { seconds: 60 };
    desk.fault(STANDARD, RequestKind::Refresh, short.clone());
    desk.refresh(&account.id);
    desk.fault(STANDARD, RequestKind::Exchange, short);
    let flow = desk.start_identity();
    desk.question(flow);
    let window = desk.beside();
    let stored = desk.other_program().load().unwrap().accounts;
    let in_question = stored.iter().find(|it| it.in_question_with.is_some());
    let in_question = in_question.unwrap();
    let before = window.account(&account.id);
    assert!(before.next_refresh_at.unwrap() <= in_question.access.expires_at.unwrap());
    window.clock.advance(SignedDuration::from_secs(60));
    // What is not in question is due at the same time, and is refreshed by whichever window is faster.
    window.wait("the refresh of the other one", |snapshot| {
        let card = snapshot.account(&account.id)?;
        (card.access.fingerprint != before.access.fingerprint && card.busy.is_none()).then_some(())
    });
    let card = window.account(&in_question.id);
    assert_eq!(card.busy, None);
    assert_eq!(card.access, in_question.access);
    let state = |card: &AccountCard| card.state(window.clock.now());
    assert_eq!(state(&card), State::InQuestion);
    desk.answer(flow, LinkAnswer::KeepBoth);
    let kept = window.wait("the answer", |snapshot| {
        let card = snapshot.account(&in_question.id)?;
        card.in_question_until.is_none().then(|| card.clone())
    });
    assert_ne!(state(&kept), State::InQuestion);
    assert!(card.next_refresh_at.unwrap() > window.clock.now() + SignedDuration::from_mins(10));
}

#[test]
fn what_another_window_refreshed_meanwhile_is_what_replaces() {
    let desk = Desk::lasting(Mode::Documented);
    let (account, flow) = asked(&desk);
    let window = desk.beside();
    for id in window.ids() {
        let (finished, _) = window.refresh(&id);
        assert_eq!(finished.problem, None);
    }
    desk.answer(flow, LinkAnswer::Replace);
    assert_eq!(desk.linked(flow).id, account.id);
    assert_usable(&desk, 1);
}

#[test]
fn a_list_of_trading_accounts_is_compared_with_the_one_there_was() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("just2trade");
    let line = TradingAccount {
        account_number: "22222222@vision".to_owned(),
        account_name: None,
        trade_platform: "ETNA".to_owned(),
    };
    desk.practice.set_trading_accounts(&[line]).unwrap();
    let flow = desk.start_link("just2trade");
    assert_eq!(desk.question(flow).account, account.id);
    desk.answer(flow, LinkAnswer::Replace);
    let trading = desk.linked(flow).trading.unwrap();
    let changes: Vec<TradingChange> = trading.accounts.iter().map(|line| line.change).collect();
    assert_eq!(
        changes,
        [TradingChange::New, TradingChange::Gone, TradingChange::Gone]
    );
}
