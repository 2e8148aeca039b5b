//! Unlinking, with and without a person to ask.

use serde_json::json;

use super::*;

fn one() -> Snapshot {
    desk(vec![], vec![account("a1", "parrot", "Mine")])
}

fn forget(stage: &mut Stage, id: CommandId, _: &Command) {
    stage.snapshot.accounts.clear();
    stage.finish(id, None);
}

#[test]
fn yes_on_the_command_line_asks_nobody() {
    let played = play("unlink Mine --yes --json").on(one()).with(forget);
    assert_eq!(played.code, 0);
    assert_eq!(
        played.json(),
        json!({"account": "a1", "outcome": "unlinked", "problem": null})
    );
    assert_eq!(
        played.commands,
        [Command::UnlinkAccount {
            account: account_id("a1")
        }]
    );
}

#[test]
fn a_person_is_asked_by_the_accounts_name() {
    for answer in ["y\n", "Yes\n"] {
        let played = play("unlink Mine")
            .person(&[])
            .input(answer)
            .on(one())
            .with(forget);
        assert_eq!((played.code, played.out.as_str()), (0, "Unlinked Mine\n"));
        assert_eq!(played.err, "Unlink Mine? [y/N] ");
    }
}

#[test]
fn anything_else_changes_nothing() {
    for answer in ["", "\n", "n\n", "yup\n"] {
        let played = play("unlink Mine")
            .person(&[])
            .input(answer)
            .on(one())
            .alone();
        assert_eq!((played.code, played.out.as_str()), (6, ""));
        assert!(played.err.contains("Nothing was changed"));
    }
}

#[test]
fn nobody_to_ask_is_a_usage_error() {
    let played = play("unlink Mine").input("y\n").on(one()).alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("--yes"));
}

#[test]
fn a_revocation_nobody_confirmed_is_told_beside_the_success() {
    let played = play("unlink Mine --yes --json")
        .on(one())
        .with(|stage, id, _| {
            stage.snapshot.accounts.clear();
            let kind = ProblemKind::NotRevoked {
                host: "auth.example.com".into(),
            };
            stage.finish(id, Some(problem(kind)));
        });
    assert_eq!(played.code, 0);
    assert_eq!(played.json()["problem"]["kind"], "not_revoked");
    assert!(played.err.starts_with("warning: "));
}

#[test]
fn an_account_that_stays_is_a_failure() {
    let played = play("unlink Mine --yes").on(one()).with(|stage, id, _| {
        let kind = ProblemKind::Store {
            trouble: crate::bridge::StoreTrouble::Full,
            place: "/data/linkdesk.db".into(),
        };
        stage.finish(id, Some(problem(kind)));
    });
    assert_eq!((played.code, played.out.as_str()), (5, ""));
}
