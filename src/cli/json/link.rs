//! The lines of JSON a sign-in prints on its way, field names and all.
//!
//! Knows nothing of when they are printed.

use serde::Serialize;

use super::{Account, Problem};
use crate::bridge::{LinkAnswer, LinkQuestion, QuestionKind};

/// How a link goes, line by line.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(in crate::cli) enum LinkEvent<'a> {
    AuthorizationUrl {
        url: &'a str,
        redirect_uri: &'a str,
        /// The fingerprint of our own certificate, where the redirect is received over https.
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate_sha256: Option<&'a str>,
    },
    DeviceCode {
        verification_uri: &'a str,
        user_code: &'a str,
        expires_at: String,
    },
    Question(Question<'a>),
    Linked {
        account: Box<Account<'a>>,
    },
    Failed {
        problem: Problem,
    },
}

/// Whom the tokens turned out to belong to, and what was done about it.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Question<'a> {
    kind: &'static str,
    account: &'a str,
    label: &'a str,
    theirs: &'a str,
    signed_in: &'a str,
    answer: &'static str,
}

/// The line for a question that has been answered.
pub(in crate::cli) fn question(question: &LinkQuestion, answer: LinkAnswer) -> LinkEvent<'_> {
    LinkEvent::Question(Question {
        kind: match question.kind {
            QuestionKind::SamePerson => "same_person",
            QuestionKind::OtherPerson => "other_person",
        },
        account: question.account.as_str(),
        label: &question.label,
        theirs: &question.theirs,
        signed_in: &question.signed_in,
        answer: match answer {
            LinkAnswer::KeepBoth => "keep_both",
            LinkAnswer::Replace => "replace",
            LinkAnswer::Discard => "discard",
        },
    })
}
