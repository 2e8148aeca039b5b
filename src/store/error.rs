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
    #[error("found {what} in place of {path}")]
    NotOurs {
        /// Such as "a symbolic link".
        what: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// The file or its folder can't be read or written.
    #[error("could not read or write {path}")]
    Io {
        /// Why.
        #[source]
        source: io::Error,
        /// Where.
        path: PathBuf,
    },
    /// No room is left on the disk.
    #[error("the disk is full")]
    Full(#[source] rusqlite::Error),
    /// Another program kept the file locked for too long.
    #[error("another program is using the data file")]
    Busy(#[source] rusqlite::Error),
    /// The file can't be written to.
    #[error("the data file can't be written to")]
    ReadOnly(#[source] rusqlite::Error),
    /// The file got damaged while it was in use; starting again keeps it aside.
    #[error("the data file is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// Something else.
    #[error("the data file could not be used")]
    Failed(#[source] rusqlite::Error),
}

impl Error {
    /// Wraps a failure of a file or folder.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { source, path }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(source),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(source),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(source),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(source),
            _ => Self::Failed(source),
        }
    }
}
