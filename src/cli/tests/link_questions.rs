//! Tokens of an unexpected person: decided beforehand, by a person, or so that nothing is lost.

use serde_json::json;

use super::link::{begin, set_up, succeed};
use super::*;
use crate::bridge::{LinkAnswer, LinkQuestion, QuestionKind};

fn question(kind: QuestionKind) -> LinkQuestion {
    LinkQuestion {
        kind,
        account: account_id("a1"),
        label: "Mine".into(),
        theirs: "me@x".into(),
        signed_in: "you@x".into(),
    }
}

/// A sign-in that comes to a question; the card is published twice before the answer is taken.
fn asked(play: Play, kind: QuestionKind) -> Played {
    let mut linked_by = None;
    play.on(set_up())
        .with(move |stage, id, command| match command {
            Command::LinkAccount { .. } => {
                linked_by = Some(id);
                begin(stage, |_| ());
                stage.snapshot.links[0].question = Some(question(kind));
                stage.publish();
                stage.snapshot.links[0].strays += 1;
                stage.publish();
            }
            Command::AnswerLink { flow, .. } => {
                assert_eq!(*flow, FlowId(1));
                stage.finish(id, None);
                stage.snapshot.links[0].question = None;
                succeed(stage, linked_by.unwrap(), None);
            }
            other => panic!("{other:?}"),
        })
}

/// The one answer that was given.
fn answer(played: &Played) -> LinkAnswer {
    assert_eq!(played.code, 0, "{played:?}");
    match played.commands.as_slice() {
        [_, Command::AnswerLink { answer, .. }] => *answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_given_beforehand_asks_nobody() {
    for (word, expected) in [
        ("keep-both", LinkAnswer::KeepBoth),
        ("replace", LinkAnswer::Replace),
        ("discard", LinkAnswer::Discard),
    ] {
        for (option, kind) in [
            ("--if-other-person", QuestionKind::OtherPerson),
            ("--if-same-person", QuestionKind::SamePerson),
        ] {
            let args = format!("link parrot {option} {word}");
            let played = asked(play(&args).person(&[]), kind);
            assert_eq!(answer(&played), expected, "{args}");
            assert!(!played.err.contains("[K/r/d]"), "{}", played.err);
        }
    }
}

#[test]
fn an_answer_to_the_other_question_is_none_to_this_one() {
    let args = "link parrot --if-same-person replace";
    let played = asked(play(args), QuestionKind::OtherPerson);
    assert_eq!(answer(&played), LinkAnswer::KeepBoth);
}

#[test]
fn where_nobody_can_be_asked_both_are_kept_and_it_is_said() {
    let played = asked(play("link parrot").input("r\n"), QuestionKind::OtherPerson);
    assert_eq!(answer(&played), LinkAnswer::KeepBoth);
    let said = "Mine belongs to me@x, and you@x has signed in.\n\
                Nobody is here to ask what to do; --if-other-person says it beforehand.\n\
                Both are kept.\n";
    assert!(played.err.contains(said), "{}", played.err);
    let played = asked(play("link parrot"), QuestionKind::SamePerson);
    assert!(played.err.contains("you@x is linked already, as Mine."));
    assert!(played.err.contains("--if-same-person"));
}

#[test]
fn a_person_is_asked_once_and_enter_keeps_both() {
    for (typed, expected) in [
        ("\n", LinkAnswer::KeepBoth),
        ("k\n", LinkAnswer::KeepBoth),
        ("R\n", LinkAnswer::Replace),
        ("discard\n", LinkAnswer::Discard),
        ("what?\nr\n", LinkAnswer::Replace),
        // The end of the input is no answer.
        ("", LinkAnswer::KeepBoth),
    ] {
        let person = play("link parrot").person(&[]).input(typed);
        let played = asked(person, QuestionKind::OtherPerson);
        assert_eq!(answer(&played), expected, "{typed:?}");
        assert_eq!(played.err.matches("  r  replace the tokens").count(), 1);
    }
}

#[test]
fn the_question_and_its_answer_are_one_line_of_json() {
    let args = "link parrot --json --if-other-person discard";
    let lines = asked(play(args), QuestionKind::OtherPerson).json_lines();
    assert_eq!(
        lines[1],
        json!({
            "event": "question",
            "kind": "other_person",
            "account": "a1",
            "label": "Mine",
            "theirs": "me@x",
            "signed_in": "you@x",
            "answer": "discard",
        })
    );
    assert_eq!(lines.len(), 3);
    let lines = asked(play("link parrot --json"), QuestionKind::SamePerson).json_lines();
    assert_eq!(lines[1]["kind"], "same_person", "{lines:?}");
    assert_eq!(lines[1]["answer"], "keep_both");
}

#[test]
fn a_question_that_ends_unanswered_does_not_hold_up_the_end() {
    let (sender, typed) = std::sync::mpsc::sync_channel::<()>(0);
    let played = play("link parrot")
        .person(&[])
        .reader(io::BufReader::new(Silent(typed)))
        .on(set_up())
        .with(|stage, id, _| {
            begin(stage, |card| {
                card.question = Some(question(QuestionKind::OtherPerson));
            });
            stage.snapshot.links[0].question = None;
            succeed(stage, id, None);
        });
    // Only now the person goes: nobody has waited for them.
    drop(sender);
    assert_eq!(played.code, 0);
    assert_eq!(played.commands.len(), 1);
}

/// A person who types nothing as long as the other end is held.
struct Silent(std::sync::mpsc::Receiver<()>);

impl io::Read for Silent {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        // A sender that goes away is the end of the input.
        self.0.recv().or(Ok(())).map(|()| 0)
    }
}

#[test]
fn foreign_names_in_a_question_can_not_steer_a_terminal() {
    let played = play("link parrot").on(set_up()).with(|stage, id, command| {
        if let Command::LinkAccount { .. } = command {
            begin(stage, |card| {
                let hostile = "x\u{1b}[2J".to_owned();
                card.question = Some(LinkQuestion {
                    label: hostile.clone(),
                    theirs: hostile.clone(),
                    signed_in: hostile,
                    ..question(QuestionKind::OtherPerson)
                });
            });
            succeed(stage, id, None);
        }
    });
    assert!(!played.err.contains('\u{1b}'));
}
