//! A set-up that is tested and not saved.

use serde_json::json;

use super::*;
use crate::bridge::{ClientTest, ClientTestOutcome as Outcome};

/// Tests with these arguments; the worker shows this.
fn tested(args: &str, outcome: Outcome, problem: Option<Problem>) -> Played {
    play(args)
        .on(desk(vec![provider("parrot")], vec![]))
        .with(move |stage, id, _| {
            let card = Arc::make_mut(&mut stage.snapshot.providers[0]);
            card.client.test = Some(ClientTest {
                at: Some(now()),
                outcome: outcome.clone(),
            });
            stage.finish(id, problem.clone());
        })
}

#[test]
fn a_test_sends_what_would_be_saved_and_saves_nothing() {
    let args = "client parrot --test --client-id desk-2 --redirect-uri http://127.0.0.1/x";
    let played = tested(args, Outcome::Recognized, None);
    assert_eq!(played.code, 0);
    assert!(played.out.contains("The parrot knows this client"));
    assert_eq!(played.err, "Nothing was saved.\n");
    let [Command::TestClient { provider, change }] = played.commands.as_slice() else {
        panic!("{played:?}");
    };
    assert_eq!(provider.as_str(), "parrot");
    assert_eq!(change.client_id.as_deref(), Some("desk-2"));
    assert_eq!(change.redirect_uri.as_deref(), Some("http://127.0.0.1/x"));
}

#[test]
fn the_saved_set_up_can_be_tested_as_it_is() {
    let played = tested("client parrot --test", Outcome::NotTold, None);
    assert_eq!(played.code, 0);
    assert!(played.out.contains("doesn’t tell before somebody signs in"));
}

#[test]
fn outcomes_for_scripts_have_exactly_this_shape() {
    for (outcome, word) in [
        (Outcome::Recognized, "recognized"),
        (Outcome::NotTold, "not_told"),
    ] {
        let played = tested("client parrot --test --json", outcome, None);
        assert_eq!(
            played.json(),
            json!({"provider": "parrot", "outcome": word, "problem": null})
        );
    }
}

fn rejected() -> ProblemKind {
    ProblemKind::ClientRejected {
        code: "invalid_client".into(),
    }
}

#[test]
fn a_failed_test_has_the_problem_and_its_exit_code() {
    let unreachable = unreachable().kind;
    for (kind, code) in [(rejected(), 7), (unreachable, 4)] {
        // The worker may tell it on the card alone, or as the end of the command too.
        for problem in [None, Some(problem(kind.clone()))] {
            let args = "client parrot --test --json";
            let played = tested(args, Outcome::Failed(kind.clone()), problem);
            assert_eq!(played.code, code);
            let shown = played.json();
            assert_eq!(keys(&shown), ["outcome", "problem", "provider"]);
            assert_eq!(shown["outcome"], "failed");
            assert_eq!(shown["problem"]["kind"], kind.code());
        }
    }
    let played = tested("client parrot --test", Outcome::Failed(rejected()), None);
    assert_eq!((played.code, played.out.as_str()), (7, ""));
    assert!(played.err.contains("linkdesk client parrot"));
    assert!(played.err.ends_with("Nothing was saved.\n"));
}

#[test]
fn a_test_under_way_is_waited_for() {
    let played = play("client parrot --test --json")
        .on(desk(vec![provider("parrot")], vec![]))
        .with(|stage, id, _| {
            for (at, outcome) in [(None, Outcome::Testing), (Some(now()), Outcome::NotTold)] {
                let card = Arc::make_mut(&mut stage.snapshot.providers[0]);
                card.client.test = Some(ClientTest { at, outcome });
                stage.finish(id, None);
            }
        });
    assert_eq!(played.json()["outcome"], "not_told");
}
