//! Problems in words: what happened, what to press, and the label of the button that does it.
//!
//! Knows neither colors nor exit codes. Every match is exhaustive, so a new kind can't go without words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Ticking, time};
use crate::bridge::{Missing, Problem, ProblemKind, Remedy};

pub use super::problem_hint::{hint, hint_beside_addresses};
pub use super::problem_title::title;

/// What happened and what to do, in one line for logs and scripts.
pub fn message(kind: &ProblemKind) -> String {
    let (title, hint) = (title(kind), hint(kind));
    if hint.is_empty() {
        title
    } else {
        format!("{title}. {hint}")
    }
}

/// The label of the button that mends it; `None` where there is nothing to press.
pub const fn remedy(remedy: Remedy) -> Option<&'static str> {
    match remedy {
        Remedy::RetryNow => Some("Try again"),
        Remedy::TryAnyway => Some("Try anyway"),
        Remedy::SignInAgain => Some("Sign in again"),
        Remedy::LinkAgain => Some("Link again"),
        Remedy::UnlockKeyStore => Some("Unlock"),
        Remedy::OpenClientSetUp => Some("Open set-up"),
        Remedy::CopyAddress => Some("Copy the address"),
        Remedy::CopyDetails => Some("Copy details"),
        Remedy::None => None,
    }
}

/// When it began or when the next attempt is due, where the problem knows.
pub fn timing(problem: &Problem, now: Timestamp, zone: &TimeZone) -> Option<Ticking> {
    match &problem.kind {
        ProblemKind::TemporarilyFailing { retry_at, .. } => {
            let retry_at = (*retry_at).filter(|at| *at > now)?;
            let left = time::left(now, retry_at);
            Some(Ticking {
                words: format!("Next try in {}", left.words),
                ..left
            })
        }
        ProblemKind::Unreachable { since, .. } => {
            let age = time::ago(now, *since);
            Some(Ticking {
                words: format!("Since {}", age.words).replace("Since just now", "Just now"),
                ..age
            })
        }
        ProblemKind::ClockSet { .. } => {
            let words = format!("At {}", time::short_day(now, problem.at, zone));
            let changes_at = time::next_midnight(now, zone);
            Some(Ticking { words, changes_at })
        }
        _ => None,
    }
}

/// What a set-up lacks, as a list in words.
pub fn missing(missing: &[Missing]) -> String {
    let words: Vec<&str> = missing.iter().copied().map(missing_one).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

const fn missing_one(missing: Missing) -> &'static str {
    match missing {
        Missing::ClientId => "a client id",
        Missing::ClientSecret => "a client secret",
        Missing::BaseUrl => "an API address",
        Missing::RedirectUri => "a redirect URI",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_reads_as_a_list() {
        assert_eq!(missing(&[Missing::ClientId]), "a client id");
        assert_eq!(
            missing(&[Missing::BaseUrl, Missing::ClientId, Missing::ClientSecret]),
            "an API address, a client id and a client secret"
        );
    }

    #[test]
    fn a_message_is_title_and_hint() {
        let words = message(&ProblemKind::WrongPassword);
        assert!(
            words.starts_with(&title(&ProblemKind::WrongPassword)),
            "{words}"
        );
        assert!(
            words.ends_with(&hint(&ProblemKind::WrongPassword)),
            "{words}"
        );
    }

    #[test]
    fn a_provider_cannot_smuggle_characters_into_a_title() {
        let kind = ProblemKind::ProviderError {
            code: "bad\u{202E}\nthing".into(),
        };
        assert!(
            title(&kind)
                .chars()
                .all(|c| !c.is_control() && c != '\u{202E}')
        );
    }

    #[test]
    fn a_provider_file_without_a_key_to_name_still_reads_as_a_sentence() {
        let kind = ProblemKind::ProviderFile {
            file: "mine.toml".into(),
            line: None,
            key: String::new(),
            expected: "a file that can be read".into(),
        };
        assert!(
            hint(&kind).starts_with("It should be a file"),
            "{}",
            hint(&kind)
        );
    }
}
