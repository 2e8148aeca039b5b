//! Refreshing one account and all of them.

use serde_json::json;

use super::*;
use crate::bridge::{Brought, EndReason, RefreshOutcome, RefreshResult};

fn ended(card: &mut AccountCard, outcome: RefreshOutcome, problem: Option<Problem>) {
    card.last_refresh = Some(RefreshResult { at: now(), outcome });
    card.problem = problem;
}

fn one() -> Snapshot {
    desk(vec![], vec![account("a1", "parrot", "Mine")])
}

#[test]
fn a_refreshed_account_has_exactly_the_promised_shape() {
    let played = play("refresh Mine --json")
        .on(one())
        .with(|stage, id, command| {
            assert!(matches!(command, Command::RefreshAccount { .. }));
            stage.change_account(0, |card| {
                ended(card, RefreshOutcome::Refreshed, None);
                card.access.expires_at = Some(in_seconds(7_200));
            });
            stage.finish(id, None);
        });
    assert_eq!(played.code, 0);
    assert_eq!(
        played.json(),
        json!([{
            "account": "a1",
            "outcome": "refreshed",
            "expires_at": "2026-11-20T20:02:44+01:00",
            "problem": null,
        }])
    );
}

#[test]
fn each_outcome_has_its_name_and_code() {
    let needs = ProblemKind::NeedsSignIn {
        reason: EndReason::Revoked,
    };
    let not_saved = ProblemKind::NotSaved {
        brought: Brought::Refresh,
        cause: Box::new(ProblemKind::Bug),
    };
    let cases = [
        (RefreshOutcome::Renewed, None, "renewed", 0),
        (
            RefreshOutcome::NeedsSignIn,
            Some(problem(needs)),
            "needs_sign_in",
            3,
        ),
        (
            RefreshOutcome::Unreachable,
            Some(unreachable()),
            "unreachable",
            4,
        ),
        (
            RefreshOutcome::Failed,
            Some(problem(not_saved)),
            "failed",
            5,
        ),
        (
            RefreshOutcome::Failed,
            Some(problem(ProblemKind::Bug)),
            "failed",
            1,
        ),
    ];
    for (outcome, problem, name, code) in cases {
        let played = play("refresh Mine --json").on(one()).with(|stage, id, _| {
            stage.change_account(0, |card| ended(card, outcome, problem.clone()));
            stage.finish(id, problem.clone());
        });
        assert_eq!(played.code, code);
        let result = &played.json()[0];
        assert_eq!(result["outcome"], name);
        assert_eq!(result["problem"].is_null(), code == 0);
    }
}

#[test]
fn all_are_told_and_the_most_pressing_code_wins() {
    let snapshot = desk(
        vec![],
        vec![
            account("a1", "parrot", "One"),
            account("a2", "parrot", "Two"),
            account("a3", "parrot", "Three"),
        ],
    );
    let played = play("refresh --all --json")
        .on(snapshot)
        .with(|stage, id, command| {
            assert_eq!(*command, Command::RefreshAll);
            stage.change_account(0, |card| ended(card, RefreshOutcome::Refreshed, None));
            stage.change_account(1, |card| {
                ended(card, RefreshOutcome::Unreachable, Some(unreachable()));
            });
            let cannot = problem(ProblemKind::CannotRefresh);
            stage.change_account(2, |card| {
                ended(card, RefreshOutcome::NeedsSignIn, Some(cannot));
            });
            stage.finish(id, Some(unreachable()));
        });
    assert_eq!(played.code, 3);
    let all = played.json();
    let outcomes: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["refreshed", "unreachable", "needs_sign_in"]);
    assert_eq!(all[0]["problem"], json!(null));
}

#[test]
fn all_of_none_is_done() {
    let played = play("refresh --all --json")
        .on(desk(vec![], vec![]))
        .alone();
    assert_eq!((played.code, played.json()), (0, json!([])));
}

#[test]
fn people_read_a_line_for_each() {
    let played = play("refresh Mine").on(one()).with(|stage, id, _| {
        stage.change_account(0, |card| ended(card, RefreshOutcome::Refreshed, None));
        stage.finish(id, None);
    });
    assert_eq!(played.out, "Mine: Refreshed. Expires in 1 h\n");
}

#[test]
fn a_token_whose_answer_was_lost_is_sent_again_only_with_a_word_of_its_own() {
    let lost = problem(ProblemKind::OutcomeUnknown { since: now() });
    let played = play("refresh Mine")
        .on(one())
        .with(move |stage, id, command| {
            assert!(matches!(command, Command::RefreshAccount { .. }));
            stage.change_account(0, |card| {
                ended(card, RefreshOutcome::Failed, Some(lost.clone()));
            });
            stage.finish(id, Some(lost.clone()));
        });
    assert_eq!(played.code, 3);
    assert!(played.err.contains("was lost"), "{}", played.err);
    let played = play("refresh Mine --anyway")
        .on(one())
        .with(|stage, id, command| {
            assert!(matches!(command, Command::TryAnyway { .. }));
            stage.change_account(0, |card| ended(card, RefreshOutcome::Refreshed, None));
            stage.finish(id, None);
        });
    assert_eq!(played.code, 0);
}
