//! Why the store could not do what was asked.
//!
//! A variant for each thing a person can do about it; knows nothing of how it is told.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::account::UnreadableTokenSet;
use crate::vault;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The vault could not seal or unseal.
    #[error("could not seal or unseal")]
    Vault(#[from] vault::Error),
    /// It was sealed for one session, and that session has ended.
    #[error("it was kept for one session only")]
    SessionOver,
    /// There is no such account, or nothing sealed for it.
    #[error("nothing is stored under that name")]
    Missing,
    /// It was unsealed and is not a record we know.
    #[error("a stored record can't be read")]
    Unreadable(#[source] Option<UnreadableTokenSet>),
    /// The store holds a later generation of the account's tokens, or has forgotten it; nothing was written.
    #[error("another program has changed this account meanwhile")]
    Overtaken,
    /// Another program has moved the key to another key store; nothing was written.
    #[error("the key was moved to another key store meanwhile")]
    Moved,
    /// A newer version of the program wrote the file; nothing was written.
    #[error("the data file is of version {found}, which a newer program wrote")]
    Newer {
        /// The version of its layout.
        found: i64,
    },
    /// What is at the path is not a plain file of ours; it was left alone.
    #[error("found {what} in place of {}", path.display())]
    NotOurs {
        /// Such as "a symbolic link".
        what: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// A file that was to be restored is no sound backup; nothing was changed.
    #[error("{} is no sound backup", path.display())]
    NoBackup {
        /// Where.
        path: PathBuf,
    },
    /// A backup would be written over another file; nothing was written.
    #[error("{} is there already", path.display())]
    BackupExists {
        /// Where.
        path: PathBuf,
    },
    /// A file or folder can't be read or written.
    #[error("could not read or write {}", path.display())]
    Io {
        /// Why.
        #[source]
        source: io::Error,
        /// Where.
        path: PathBuf,
    },
    /// No room is left on the disk.
    #[error("the disk is full")]
    Full(#[source] OfFile),
    /// Another program kept the file locked for too long.
    #[error("another program is using the data file")]
    Busy(#[source] OfFile),
    /// The file can't be written to.
    #[error("the data file can't be written to")]
    ReadOnly(#[source] OfFile),
    /// Another file has its name now, restored or begun by another program.
    #[error("another file is in the place of the data file")]
    Replaced(#[source] OfFile),
    /// The disk, or whatever is below the file, could not do what it was told.
    #[error("the disk failed")]
    Disk(#[source] OfFile),
    /// The file got damaged while it was in use; opening it again keeps it aside.
    #[error("the data file is damaged")]
    Damaged(#[source] OfFile),
    /// Something else.
    #[error("the data file could not be used")]
    Failed(#[source] OfFile),
}

/// What SQLite said, and of which file.
#[derive(Debug, thiserror::Error)]
#[error("SQLite could not use {}", path.display())]
pub struct OfFile {
    /// What it said.
    #[source]
    pub source: rusqlite::Error,
    /// The file; empty until somebody who knows it has said so.
    pub path: PathBuf,
}

/// SQLite's extended code for a file whose name another one has taken.
const MOVED: i32 = rusqlite::ffi::SQLITE_READONLY_DBMOVED;

impl Error {
    /// Wraps a failure of a file or folder.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { source, path }
    }

    /// Says which file SQLite spoke of.
    pub(super) fn at(mut self, file: &Path) -> Self {
        match &mut self {
            Self::Full(of)
            | Self::Busy(of)
            | Self::ReadOnly(of)
            | Self::Replaced(of)
            | Self::Disk(of)
            | Self::Damaged(of)
            | Self::Failed(of)
                if of.path.as_os_str().is_empty() =>
            {
                file.clone_into(&mut of.path);
            }
            _ => {}
        }
        self
    }

    /// What SQLite said, where it was SQLite.
    pub(super) fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Full(of)
            | Self::Busy(of)
            | Self::ReadOnly(of)
            | Self::Replaced(of)
            | Self::Disk(of)
            | Self::Damaged(of)
            | Self::Failed(of) => of.source.sqlite_error_code(),
            _ => None,
        }
    }

    /// A file whose layout is not the one its version promises.
    pub(super) fn damaged(path: &Path) -> Self {
        Self::Damaged(OfFile {
            source: rusqlite::Error::InvalidQuery,
            path: path.to_owned(),
        })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        let code = source.sqlite_error_code();
        let has_moved = source
            .sqlite_error()
            .is_some_and(|error| error.extended_code == MOVED);
        let path = PathBuf::new();
        let of = OfFile { source, path };
        match code {
            Some(ErrorCode::DiskFull) => Self::Full(of),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(of),
            Some(ErrorCode::ReadOnly) if has_moved => Self::Replaced(of),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(of),
            Some(ErrorCode::SystemIoFailure) => Self::Disk(of),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(of),
            _ => Self::Failed(of),
        }
    }
}
