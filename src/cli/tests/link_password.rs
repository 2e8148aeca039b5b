//! A sign-in with a name and a password.

use super::*;
use crate::bridge::LinkOutcome;

fn set_up() -> Snapshot {
    desk(vec![password_provider("cloud"), provider("parrot")], vec![])
}

fn succeed(stage: &mut Stage, command: CommandId, _: &Command) {
    let linked = account("a1", "cloud", "Mine");
    let mut card = link(1, "cloud");
    card.outcome = Some(LinkOutcome::Linked {
        account: linked.id.clone(),
    });
    stage.snapshot.links = vec![card];
    stage.snapshot.accounts = vec![Arc::new(linked)];
    stage.finish_link(command, Some(FlowId(1)), None);
}

fn signed_in(played: &Played) -> (&str, &str) {
    assert_eq!(played.code, 0, "{played:?}");
    match played.commands.as_slice() {
        [
            Command::SignInWithPassword {
                username, password, ..
            },
        ] => (username, password.expose()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn name_and_password_go_down_byte_for_byte() {
    let played = play("link cloud --username me@x --password-file - --json")
        .input(" pass word\u{e9} \n")
        .on(set_up())
        .with(succeed);
    assert_eq!(signed_in(&played), ("me@x", " pass word\u{e9} "));
    assert_eq!(played.json_lines().len(), 1);
    assert_eq!(played.json()["event"], "linked");
}

#[test]
fn a_person_is_asked_for_what_is_lacking() {
    let played = play("link cloud")
        .person(&["hush"])
        .input("me@x\n")
        .on(set_up())
        .with(succeed);
    assert_eq!(signed_in(&played), ("me@x", "hush"));
    assert!(
        played
            .err
            .contains("E-mail or user name at auth.example.com: ")
    );
    assert!(!played.err.contains("hush") && !played.out.contains("hush"));
}

#[test]
fn without_a_person_what_is_lacking_is_named() {
    for (args, words) in [
        ("link cloud", "--username"),
        ("link cloud --username me", "--password-file"),
    ] {
        let played = play(args).on(set_up()).alone();
        assert_eq!((played.code, played.out.as_str()), (2, ""));
        assert!(played.err.contains(words), "{}", played.err);
    }
}

#[test]
fn nothing_typed_is_nothing_sent() {
    let played = play("link cloud --username me")
        .person(&[""])
        .on(set_up())
        .alone();
    assert_eq!(played.code, 2);
    let played = play("link cloud")
        .person(&["hush"])
        .input("\n")
        .on(set_up())
        .alone();
    assert_eq!(played.code, 2);
}

#[test]
fn a_provider_with_a_page_of_its_own_takes_no_password() {
    for args in ["link parrot --username me", "link parrot --password-file -"] {
        let played = play(args).on(set_up()).alone();
        assert_eq!(played.code, 2);
    }
}

#[test]
fn a_wrong_password_and_an_unusable_name_have_their_codes() {
    for (kind, code) in [
        (ProblemKind::WrongPassword, 6),
        (ProblemKind::UnusableUsername, 2),
    ] {
        let played = play("link cloud --username m:e --password-file - --json")
            .input("hush\n")
            .on(set_up())
            .with(|stage, id, _| stage.finish(id, Some(problem(kind.clone()))));
        assert_eq!(played.code, code);
        assert_eq!(played.json()["problem"]["kind"], kind.code());
    }
}
