//! Whose tokens came, and what to do with them: as was said beforehand, as a person says now, or so that nothing is lost.
//!
//! Does none of it; the answer goes to the worker.

use std::sync::mpsc::{Receiver, TryRecvError};

use super::args::LinkArgs;
use super::json;
use super::session::Session;
use super::stop::Stop;
use crate::bridge::{LinkAnswer, LinkQuestion, QuestionKind};
use crate::secret::Secret;
use crate::text::foreign;

/// What was said beforehand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers {
    same_person: Option<LinkAnswer>,
    other_person: Option<LinkAnswer>,
}

impl Answers {
    pub(super) fn said(args: &LinkArgs) -> Self {
        Self {
            same_person: args.if_same_person.map(Into::into),
            other_person: args.if_other_person.map(Into::into),
        }
    }

    pub(super) const fn to(self, kind: QuestionKind) -> Option<LinkAnswer> {
        match kind {
            QuestionKind::SamePerson => self.same_person,
            QuestionKind::OtherPerson => self.other_person,
        }
    }
}

/// Says whose tokens came.
pub(super) fn introduce(session: &mut Session<'_, '_>, question: &LinkQuestion) {
    let (label, signed_in) = (foreign(&question.label), foreign(&question.signed_in));
    session.say(&match question.kind {
        QuestionKind::SamePerson => format!("{signed_in} is linked already, as {label}."),
        QuestionKind::OtherPerson => format!(
            "{label} belongs to {}, and {signed_in} has signed in.",
            foreign(&question.theirs)
        ),
    });
}

/// Says what can be answered.
pub(super) fn ask(session: &mut Session<'_, '_>, question: &LinkQuestion) {
    let label = foreign(&question.label);
    session.say(&format!(
        "  k  keep both: make a new account beside {label}"
    ));
    session.say(&format!("  r  replace the tokens of {label}"));
    session.say("  d  discard what has just been received");
    session.say(PROMPT);
}

/// What the person says, once they have; the end of the input is no answer, so both are kept.
pub(super) fn heard(
    session: &mut Session<'_, '_>,
    lines: Option<&Receiver<Secret>>,
) -> Option<LinkAnswer> {
    let Some(lines) = lines else {
        return Some(LinkAnswer::KeepBoth);
    };
    loop {
        match lines.try_recv() {
            Ok(line) => match understood(line.expose()) {
                Some(answer) => return Some(answer),
                None => session.say(PROMPT),
            },
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => return Some(LinkAnswer::KeepBoth),
        }
    }
}

/// Says that nobody can be asked, and what to give next time.
pub(super) fn nobody(session: &mut Session<'_, '_>, kind: QuestionKind) -> LinkAnswer {
    let option = match kind {
        QuestionKind::SamePerson => "--if-same-person",
        QuestionKind::OtherPerson => "--if-other-person",
    };
    session.say(&format!(
        "Nobody is here to ask what to do; {option} says it beforehand."
    ));
    LinkAnswer::KeepBoth
}

/// Says what was decided.
pub(super) fn conclude(
    session: &mut Session<'_, '_>,
    question: &LinkQuestion,
    answer: LinkAnswer,
) -> Result<(), Stop> {
    session.say(match answer {
        LinkAnswer::KeepBoth => "Both are kept.",
        LinkAnswer::Replace => "The tokens are replaced.",
        LinkAnswer::Discard => "What was received is discarded.",
    });
    if session.json {
        return session.print_json(&json::question(question, answer));
    }
    Ok(())
}

const PROMPT: &str = "Keep both, replace or discard? [K/r/d]";

fn understood(line: &str) -> Option<LinkAnswer> {
    match line.to_lowercase().as_str() {
        "" | "k" | "keep" | "keep both" | "keep-both" => Some(LinkAnswer::KeepBoth),
        "r" | "replace" => Some(LinkAnswer::Replace),
        "d" | "discard" => Some(LinkAnswer::Discard),
        _ => None,
    }
}
