//! A refresh token is spent once, whoever asks for it and whatever becomes of the answer.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use linkdesk::bridge::{
    AccountCard, Busy, Command, Face, Finished, Holder, ProblemKind, Remedy, Snapshot, State,
};
use linkdesk::ids::{AccountId, CommandId};
use linkdesk::sandbox::{Fault, Mode, RequestKind};
use linkdesk::store::{Claim, Claiming, Store as _};

use crate::desk::Desk;

fn another_program(desk: &Desk) -> Holder {
    Holder {
        process: 4711,
        face: Face::CommandLine,
        computer: None,
        since: desk.clock.now(),
    }
}

/// The account as another program has it to itself.
fn held_elsewhere(desk: &Desk, account: &AccountId) -> Claim {
    let store = desk.other_program();
    match store.claim(account, &another_program(desk)).unwrap() {
        Claiming::Held(claim) => claim,
        Claiming::Taken(holder) => panic!("taken by {holder:?}"),
    }
}

fn refresh(account: &AccountId) -> Command {
    let account = account.clone();
    Command::RefreshAccount { account }
}

fn ended(desk: &Desk, command: CommandId) -> Finished {
    desk.wait("the end of a command", |snapshot| {
        snapshot.finished(command).cloned()
    })
}

fn wait_until_busy(desk: &Desk, account: &AccountId) {
    desk.wait("work under way", |snapshot| {
        snapshot.account(account)?.busy.map(|_| ())
    });
}

/// Looks again and again while the clock goes on.
fn while_time_passes<T>(desk: &Desk, what: &str, look: impl Fn(&Snapshot) -> Option<T>) -> T {
    desk.wait(what, |snapshot| {
        let found = look(snapshot);
        if found.is_none() {
            desk.clock.advance(SignedDuration::from_secs(5));
        }
        found
    })
}

fn refreshes(desk: &Desk, provider: &str) -> u64 {
    desk.counters(provider).refreshes
}

#[test]
fn another_program_that_takes_long_is_named_and_then_waited_for() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud").id;
    let claim = held_elsewhere(&desk, &account);
    let command = desk.send(refresh(&account));
    wait_until_busy(&desk, &account);
    assert_eq!(
        desk.account(&account).problem,
        None,
        "nothing is said at first"
    );
    let told = while_time_passes(&desk, "a name", |snapshot| {
        let problem = snapshot.account(&account)?.problem.as_ref()?;
        Some(problem.kind.clone())
    });
    let ProblemKind::HeldByAnother { holder, waited } = told else {
        panic!("{told:?}");
    };
    assert_eq!(holder.unwrap().process, 4711);
    assert!(waited >= 10, "{waited}");
    drop(claim);
    assert_eq!(ended(&desk, command).problem, None);
    assert_eq!(desk.account(&account).problem, None);
    assert_eq!(refreshes(&desk, "tradecloud"), 1);
}

#[test]
fn another_program_that_hangs_costs_a_refresh_and_not_the_link() {
    let desk = Desk::new(Mode::Documented);
    let before = desk.link("tradecloud");
    let _claim = held_elsewhere(&desk, &before.id);
    let command = desk.send(refresh(&before.id));
    wait_until_busy(&desk, &before.id);
    let problem = while_time_passes(&desk, "the end of the patience", |snapshot| {
        snapshot.finished(command)?.problem.clone()
    });
    assert!(
        matches!(problem.kind, ProblemKind::HeldByAnother { .. }),
        "{problem:?}"
    );
    assert_eq!(problem.remedy, Remedy::RetryNow);
    let after = desk.account(&before.id);
    assert_eq!(after.access, before.access);
    assert!(!after.outcome_unknown);
    assert_eq!(refreshes(&desk, "tradecloud"), 0);
}

#[test]
fn another_program_that_hangs_keeps_nobody_from_unlinking() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud").id;
    let _claim = held_elsewhere(&desk, &account);
    let command = desk.send(Command::UnlinkAccount {
        account: account.clone(),
    });
    wait_until_busy(&desk, &account);
    while_time_passes(&desk, "the end of the link", |snapshot| {
        snapshot.finished(command).cloned()
    });
    assert_eq!(desk.ids(), Vec::new());
}

#[test]
fn a_thousand_callers_are_served_by_one_refresh() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud");
    desk.fault(
        "tradecloud",
        RequestKind::Refresh,
        Fault::Slow { seconds: 1 },
    );
    let longer_than_it_lives = SignedDuration::from_hours(2);
    let commands: Vec<CommandId> = (0..1000)
        .map(|number| {
            desk.send(if number % 2 == 0 {
                refresh(&account.id)
            } else {
                Command::HandOutToken {
                    account: account.id.clone(),
                    min_validity: longer_than_it_lives,
                }
            })
        })
        .collect();
    for command in commands {
        assert_eq!(ended(&desk, command).problem, None);
    }
    assert_eq!(refreshes(&desk, "tradecloud"), 1);
    let tokens = desk.outlet.tokens.lock().unwrap();
    assert_eq!(tokens.len(), 500);
    let different: BTreeSet<&String> = tokens.iter().collect();
    assert_eq!(different.len(), 1);
}

#[test]
fn a_refusal_is_not_believed_where_somebody_else_has_saved_newer_tokens_meanwhile() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud").id;
    let store = desk.other_program();
    // A program that our lock does not keep out, such as one behind a network folder without locks.
    desk.tap.meanwhile(move || {
        let mut newer = store.load().unwrap().accounts.remove(0);
        newer.generation += 1;
        newer.clear_mark();
        newer.access.fingerprint = "theirs".to_owned();
        store.save_account(&newer, None).unwrap();
    });
    desk.fault("tradecloud", RequestKind::Refresh, Fault::RefreshRevoked);
    let (finished, card) = desk.refresh(&account);
    assert_eq!(finished.problem, None);
    assert_eq!(card.needs_sign_in, None);
    assert_eq!(card.access.fingerprint, "theirs");
}

/// An account whose refresh was sent and whose answer was lost.
fn lost(desk: &Desk, provider: &str) -> AccountCard {
    let account = desk.link(provider).id;
    desk.fault(provider, RequestKind::Refresh, Fault::AnswerLost);
    desk.refresh(&account).1
}

#[test]
fn a_token_whose_answer_was_lost_is_sent_again_only_when_a_person_says_so() {
    let desk = Desk::new(Mode::Field);
    let card = lost(&desk, "biggerplate");
    assert_eq!(card.state(desk.clock.now()), State::OutcomeUnknown);
    let problem = card.problem.unwrap();
    assert!(
        matches!(problem.kind, ProblemKind::OutcomeUnknown { .. }),
        "{problem:?}"
    );
    assert_eq!(problem.remedy, Remedy::TryAnyway);
    let long = Command::HandOutToken {
        account: card.id.clone(),
        min_validity: SignedDuration::from_hours(9),
    };
    for command in [refresh(&card.id), Command::RefreshAll, long] {
        let refused = desk.run(command).problem.unwrap();
        assert_eq!(refused.kind, problem.kind);
    }
    assert_eq!(refreshes(&desk, "biggerplate"), 1);
    let account = card.id.clone();
    let finished = desk.run(Command::TryAnyway { account });
    assert_eq!(finished.problem, None);
    let after = desk.account(&card.id);
    assert_eq!(after.state(desk.clock.now()), State::Fresh);
    assert_eq!(after.problem, None);
    assert_eq!(refreshes(&desk, "biggerplate"), 2);
}

#[test]
fn a_token_that_was_lost_on_the_way_back_is_sent_again_at_once_where_that_does_no_harm() {
    for (provider, learns) in [("rest-api-v1", false), ("biggerplate", true)] {
        let desk = Desk::new(Mode::Field);
        let account = desk.link(provider).id;
        if learns {
            // It gives no new refresh token: the old one can be used as often as one likes.
            desk.refresh(&account);
        }
        let before = refreshes(&desk, provider);
        desk.fault(provider, RequestKind::Refresh, Fault::AnswerLost);
        let (finished, card) = desk.refresh(&account);
        assert_eq!(finished.problem, None, "{provider}");
        assert_eq!(card.state(desk.clock.now()), State::Fresh, "{provider}");
        assert_eq!(refreshes(&desk, provider) - before, 2, "{provider}");
    }
}

#[test]
fn a_lost_answer_is_still_known_after_a_restart_and_its_end_is_a_new_sign_in() {
    let desk = Desk::lasting(Mode::Documented);
    let card = lost(&desk, "tradecloud");
    let desk = desk.reopen();
    let account = desk.account(&card.id);
    assert_eq!(account.state(desk.clock.now()), State::OutcomeUnknown);
    assert_eq!(account.next_refresh_at, None);
    let problem = account.problem.unwrap();
    assert_eq!(problem.kind, card.problem.unwrap().kind);
    // The access token is good until its end.
    let finished = desk.run(Command::HandOutToken {
        account: card.id,
        min_validity: SignedDuration::from_secs(1),
    });
    assert_eq!(finished.problem, None);
    assert_eq!(
        refreshes(&desk, "tradecloud"),
        1,
        "not sent again by itself"
    );
}

#[test]
fn a_refresh_of_another_program_is_shown_as_one_until_it_ends() {
    let desk = Desk::new(Mode::Documented);
    let account = desk.link("tradecloud").id;
    let store = desk.other_program();
    let claim = held_elsewhere(&desk, &account);
    let mut marked = store.load().unwrap().accounts.remove(0);
    marked.mark_sent(desk.clock.now(), "hash".to_owned());
    store.save_account(&marked, None).unwrap();
    desk.wait("the other one's refresh", |snapshot| {
        (snapshot.account(&account)?.busy == Some(Busy::Refreshing)).then_some(())
    });
    assert!(!desk.account(&account).outcome_unknown);
    // It dies without a word.
    drop(claim);
    desk.wait("that its answer is lost", |snapshot| {
        snapshot.account(&account)?.outcome_unknown.then_some(())
    });
}
