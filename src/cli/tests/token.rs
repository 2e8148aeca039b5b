//! The access token, handed out.

use serde_json::json;

use super::*;

fn one() -> Snapshot {
    desk(vec![], vec![account("a1", "parrot", "Mine")])
}

#[test]
fn the_token_is_printed_alone() {
    let played = play("token Mine --min-validity 90")
        .on(one())
        .with(|stage, id, command| {
            let Command::HandOutToken {
                account,
                min_validity,
            } = command
            else {
                panic!("{command:?}");
            };
            assert_eq!(account.as_str(), "a1");
            assert_eq!(*min_validity, SignedDuration::from_secs(90));
            stage.handover.hand_out("t0ken/+=");
            stage.finish(id, None);
        });
    assert_eq!(
        (played.code, played.out.as_str(), played.err.as_str()),
        (0, "t0ken/+=\n", "")
    );
}

#[test]
fn with_json_its_end_and_type_stand_beside_it() {
    let played = play("token Mine --json").on(one()).with(|stage, id, _| {
        stage.handover.hand_out("t0ken");
        stage.finish(id, None);
    });
    assert_eq!(
        played.json(),
        json!({
            "access_token": "t0ken",
            "expires_at": "2026-11-20T19:02:44+01:00",
            "token_type": "Bearer",
        })
    );
}

#[test]
fn no_token_leaves_standard_output_empty_and_tells_why() {
    let played = play("token Mine")
        .on(one())
        .with(|stage, id, _| stage.finish(id, Some(unreachable())));
    assert_eq!((played.code, played.out.as_str()), (4, ""));
    assert!(played.err.starts_with("error: "));
}
