//! Why an open data file may be read and not written.
//!
//! Knows nothing of what is in the file, and of how it is told.

use std::io;
use std::path::PathBuf;

use super::Error;

/// Why nothing may be written, until the file is opened again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// A newer program wrote the file, and knows of rules that this one doesn't.
    Newer {
        /// The version of its layout.
        found: i64,
    },
    /// The folder or a file in it can't be written to.
    Unwritable {
        /// Which one.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
    },
}

impl Barrier {
    /// The barrier behind a failure, where the file may be read all the same.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Io { source, path } if forbids_writing(source.kind()) => {
                Some(Self::Unwritable {
                    path: path.clone(),
                    kind: source.kind(),
                })
            }
            Error::ReadOnly(of) => Some(Self::Unwritable {
                path: of.path.clone(),
                kind: io::ErrorKind::ReadOnlyFilesystem,
            }),
            Error::Full(of) => Some(Self::Unwritable {
                path: of.path.clone(),
                kind: io::ErrorKind::StorageFull,
            }),
            _ => None,
        }
    }

    /// What whoever wants to write is told.
    pub fn error(&self) -> Error {
        match self {
            Self::Newer { found } => Error::Newer { found: *found },
            Self::Unwritable { path, kind } => Error::Io {
                source: (*kind).into(),
                path: path.clone(),
            },
        }
    }
}

/// Whether a folder that answers so can still be read from.
fn forbids_writing(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
    )
}
