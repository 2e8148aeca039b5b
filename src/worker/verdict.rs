//! Why a link has ended, judged from the evidence.
//!
//! Pure: asks nobody, reads no clock. What can't be told is called unknown: `invalid_grant` alone means invalid, expired or
//! revoked, all in one (RFC 6749 §5.2).

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::account::EndReason;

/// Refusals that lie so close together have one cause.
const TOGETHER: SignedDuration = SignedDuration::from_mins(1);

/// So many different people's links, refused together, are no coincidence.
const MANY: usize = 2;

/// A refusal, and everything that is known beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// When the refusal came.
    pub at: Timestamp,
    /// Its status and error code, such as "400 `invalid_grant`".
    pub answer: String,
    /// The reason the provider gave, in words of its file.
    pub named: Option<Named>,
    /// When what was refused was known to end.
    pub known_end: Option<Timestamp>,
    /// When the tokens came back from a backup, if they have not been replaced since.
    pub restored_at: Option<Timestamp>,
    /// Since when it was not known whether the refused token had been spent already.
    pub in_doubt_since: Option<Timestamp>,
    /// When the same person was linked again, at a provider where that ends the link before.
    pub linked_again_at: Option<Timestamp>,
    /// When the links of other people at the same provider ended for a reason unknown.
    pub others: Vec<Timestamp>,
    /// When the provider last accepted a token of this link.
    pub proved_at: Option<Timestamp>,
}

/// A reason in the words of a provider's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// What it means.
    pub reason: EndReason,
    /// The file's own text that the answer began with, where it has one.
    pub text: Option<String>,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The provider gave the reason, in words of its file.
    Named(Option<String>),
    /// Its known end had passed.
    KnownEnd,
    /// The tokens were from a backup.
    Restored(Timestamp),
    /// The same person was linked again.
    LinkedAgain(Timestamp),
    /// So many other people's links ended at the same time.
    Together(usize),
    /// It had been sent before, and the answer lost.
    AnswerLost(Timestamp),
    /// Nothing did.
    Nothing,
}

impl Evidence {
    /// The reason, and what decided; the more certain goes first.
    pub(super) fn judge(&self) -> (EndReason, Rule) {
        if let Some(named) = &self.named {
            return (named.reason, Rule::Named(named.text.clone()));
        }
        if self.known_end.is_some_and(|end| end <= self.at) {
            return (EndReason::Expired, Rule::KnownEnd);
        }
        if let Some(at) = self.restored_at {
            return (EndReason::RefreshedElsewhere, Rule::Restored(at));
        }
        if let Some(at) = self.linked_again_at {
            return (EndReason::SignedInElsewhere, Rule::LinkedAgain(at));
        }
        // Our own sending explains a refusal; only what nothing of ours explains counts as the provider's doing.
        if let Some(since) = self.in_doubt_since {
            return (EndReason::Unknown, Rule::AnswerLost(since));
        }
        let together = self.together();
        if together + 1 >= MANY {
            return (EndReason::ProviderReset, Rule::Together(together));
        }
        (EndReason::Unknown, Rule::Nothing)
    }

    fn together(&self) -> usize {
        let is_close = |at: &&Timestamp| Self::is_together(self.at, **at);
        self.others.iter().filter(is_close).count()
    }

    /// Whether two refusals at one provider lie so close that they have one cause.
    pub(super) fn is_together(one: Timestamp, other: Timestamp) -> bool {
        one.duration_since(other).abs() <= TOGETHER
    }

    /// The line of history: the reason and everything that speaks for it, nothing of the answer's content.
    pub(super) fn line(&self) -> String {
        let (reason, rule) = self.judge();
        let mut parts = vec![format!("The link has ended: {}", words(reason))];
        parts.push(format!("the answer was {}", self.answer));
        parts.push(format!("decided by {rule}"));
        parts.push(match self.known_end {
            Some(end) => format!("known to end at {}", stamp(end)),
            None => "no end was known".to_owned(),
        });
        parts.push(match self.proved_at {
            Some(at) => format!("last proved good at {}", stamp(at)),
            None => "never proved good".to_owned(),
        });
        parts.join("; ")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(Some(text)) => write!(formatter, "the provider’s own words: “{text}”"),
            Self::Named(None) => formatter.write_str("the provider’s own error code"),
            Self::KnownEnd => formatter.write_str("its end, which had passed"),
            Self::Restored(at) => write!(
                formatter,
                "the backup its tokens came from, put back at {}",
                stamp(*at)
            ),
            Self::LinkedAgain(at) => write!(
                formatter,
                "the same person’s newer link of {}, which ends the one before at this provider",
                stamp(*at)
            ),
            Self::Together(others) => write!(
                formatter,
                "{others} other link{} of this provider that ended within a minute",
                if *others == 1 { "" } else { "s" }
            ),
            Self::AnswerLost(since) => write!(
                formatter,
                "nothing for certain: it was sent at {} already and the answer lost",
                stamp(*since)
            ),
            Self::Nothing => formatter.write_str("nothing: the answer does not say why"),
        }
    }
}

/// The reason in a few words of the history's own, which stay as they were written.
const fn words(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "expired",
        EndReason::RefreshedElsewhere => "refreshed by another program",
        EndReason::Revoked => "revoked at the provider",
        EndReason::SignedInElsewhere => "signed in elsewhere",
        EndReason::PasswordChanged => "password changed",
        EndReason::ProviderReset => "provider reset",
        EndReason::Unknown => "cause unknown",
        EndReason::SessionOnly => "kept for one session",
        EndReason::Unreadable => "its tokens can’t be opened",
    }
}

/// An instant to the second, in UTC: a line of history is read in any zone.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn refused() -> Evidence {
        Evidence {
            at: at(1000),
            answer: "400 invalid_grant".to_owned(),
            proved_at: Some(at(0)),
            ..Evidence::default()
        }
    }

    fn named(reason: EndReason) -> Evidence {
        let text = Some("Password was changed".to_owned());
        Evidence {
            named: Some(Named { reason, text }),
            ..refused()
        }
    }

    #[test]
    fn the_more_certain_goes_first() {
        use EndReason as R;
        let mut left = Evidence {
            known_end: Some(at(900)),
            restored_at: Some(at(10)),
            linked_again_at: Some(at(500)),
            in_doubt_since: Some(at(800)),
            others: vec![at(990)],
            ..named(R::PasswordChanged)
        };
        let mut reasons = vec![left.judge().0];
        left.named = None;
        reasons.push(left.judge().0);
        left.known_end = Some(at(1001));
        reasons.push(left.judge().0);
        left.restored_at = None;
        reasons.push(left.judge().0);
        left.linked_again_at = None;
        reasons.push(left.judge().0);
        left.in_doubt_since = None;
        reasons.push(left.judge().0);
        left.others.clear();
        reasons.push(left.judge().0);
        assert_eq!(
            reasons,
            [
                R::PasswordChanged,
                R::Expired,
                R::RefreshedElsewhere,
                R::SignedInElsewhere,
                R::Unknown,
                R::ProviderReset,
                R::Unknown,
            ]
        );
    }

    #[test]
    fn each_piece_of_evidence_alone_has_one_reason() {
        use EndReason as R;
        type Adds = fn(&mut Evidence);
        let rows: [(&str, Adds, R); 11] = [
            ("nothing", |_| (), R::Unknown),
            ("end passed", |it| it.known_end = Some(at(999)), R::Expired),
            ("end now", |it| it.known_end = Some(at(1000)), R::Expired),
            ("end ahead", |it| it.known_end = Some(at(1001)), R::Unknown),
            (
                "restored",
                |it| it.restored_at = Some(at(10)),
                R::RefreshedElsewhere,
            ),
            (
                "linked again",
                |it| it.linked_again_at = Some(at(10)),
                R::SignedInElsewhere,
            ),
            (
                "answer lost",
                |it| it.in_doubt_since = Some(at(10)),
                R::Unknown,
            ),
            (
                "another at once",
                |it| it.others.push(at(1000)),
                R::ProviderReset,
            ),
            (
                "another 60 s before",
                |it| it.others.push(at(940)),
                R::ProviderReset,
            ),
            (
                "another 61 s before",
                |it| it.others.push(at(939)),
                R::Unknown,
            ),
            (
                "another an hour before",
                |it| it.others.push(at(-2600)),
                R::Unknown,
            ),
        ];
        for (name, add, reason) in rows {
            let mut evidence = refused();
            add(&mut evidence);
            assert_eq!(evidence.judge().0, reason, "{name}");
        }
    }

    #[test]
    fn a_reason_that_the_provider_names_is_the_reason() {
        use EndReason as R;
        for reason in [
            R::Expired,
            R::Revoked,
            R::ProviderReset,
            R::SignedInElsewhere,
        ] {
            assert_eq!(named(reason).judge().0, reason);
        }
    }

    #[test]
    fn the_history_holds_answer_rule_known_end_and_since_when_it_was_good() {
        let evidence = Evidence {
            known_end: Some(at(2000)),
            ..refused()
        };
        assert_eq!(
            evidence.line(),
            "The link has ended: cause unknown; the answer was 400 invalid_grant; decided by nothing: the answer does not say \
             why; known to end at 2027-01-15 08:33:20 UTC; last proved good at 2027-01-15 08:00:00 UTC"
        );
        let line = named(EndReason::PasswordChanged).line();
        assert!(
            line.contains(
                "decided by the provider’s own words: “Password was changed”; no end was known"
            ),
            "{line}"
        );
    }
}
