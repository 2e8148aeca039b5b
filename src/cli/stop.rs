//! Why a command stopped before it was done.
//!
//! Knows the exit code of each reason; says nothing itself.

use super::exit;
use super::secret_file;
use crate::bridge::{Problem, ProblemKind, Remedy};
use crate::ids::ProviderId;

/// Why a command stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// It was asked for in a way that can't be done; the words say what would.
    Usage(String),
    /// The person was asked and said no.
    Declined,
    /// It could not be done.
    Trouble(Box<Trouble>),
    /// What it had to say could not be written.
    Output(std::io::Error),
}

/// A problem with what is needed to tell it.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) kind: ProblemKind,
    pub(super) remedy: Remedy,
    pub(super) detail: String,
    pub(super) provider: Option<ProviderId>,
}

impl Stop {
    pub(super) fn usage(words: impl Into<String>) -> Self {
        Self::Usage(words.into())
    }

    /// A problem found here, not by the worker.
    pub(super) fn found(kind: ProblemKind, remedy: Remedy) -> Self {
        Self::Trouble(Box::new(Trouble {
            kind,
            remedy,
            detail: String::new(),
            provider: None,
        }))
    }

    pub(super) fn worker_stopped() -> Self {
        Self::found(ProblemKind::WorkerStopped, Remedy::None)
    }

    pub(super) fn bug(detail: impl Into<String>) -> Self {
        Self::Trouble(Box::new(Trouble {
            kind: ProblemKind::Bug,
            remedy: Remedy::CopyDetails,
            detail: detail.into(),
            provider: None,
        }))
    }

    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => exit::USAGE,
            Self::Declined => exit::DECLINED,
            Self::Trouble(trouble) => exit::code(&trouble.kind),
            // A reader that has seen enough is not a failure: `linkdesk accounts | head -1`.
            Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => exit::DONE,
            Self::Output(_) => exit::UNEXPECTED,
        }
    }
}

impl From<&Problem> for Trouble {
    fn from(problem: &Problem) -> Self {
        Self {
            kind: problem.kind.clone(),
            remedy: problem.remedy,
            detail: problem.detail.clone(),
            provider: problem.provider.clone(),
        }
    }
}

impl From<&Problem> for Stop {
    fn from(problem: &Problem) -> Self {
        Self::Trouble(Box::new(problem.into()))
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<secret_file::Error> for Stop {
    fn from(error: secret_file::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
