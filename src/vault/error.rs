//! Why the key, or something sealed with it, can't be had.
//!
//! A variant for each thing a person can do about it; knows nothing of how it is told.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

/// Why the key, or something sealed with it, can't be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No key store runs here.
    #[error("no key store answers on this machine")]
    Absent(#[source] Option<Box<dyn StdError + Send + Sync>>),
    /// A key store runs, but has no default collection to put an entry in.
    #[error("the key store has no default collection")]
    NoCollection(#[source] Box<dyn StdError + Send + Sync>),
    /// The key store is locked and was not unlocked.
    #[error("the key store is locked")]
    Locked(#[source] Box<dyn StdError + Send + Sync>),
    /// The key store did not answer in time.
    #[error("the key store does not answer")]
    NotAnswering,
    /// The key that rows are sealed with is no longer there.
    #[error("the key is no longer there")]
    KeyMissing,
    /// There is something in the key's place, and it is not a key we can read; it was left alone.
    #[error("what is kept in place of the key is damaged")]
    Damaged,
    /// What is there was written by a newer version of the program; it was left alone.
    #[error("what is kept in place of the key is of a newer version")]
    Newer,
    /// Several different keys are there, and nothing tells which one is meant; none was taken.
    #[error("several different keys are kept, and none is the expected one")]
    Ambiguous,
    /// The key store takes what it is given, and has nothing afterwards.
    #[error("the key store forgets what it is given")]
    Forgetful,
    /// The key store gives back something else than it was given.
    #[error("the key store alters what it is given")]
    Altering,
    /// Nothing has opened the vault yet.
    #[error("the vault has not been opened")]
    Closed,
    /// A passphrase opens the vault, and none was given yet.
    #[error("a passphrase is needed")]
    PassphraseNeeded,
    /// The passphrase is not the one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The key is another one than the rows were sealed with.
    #[error("it was sealed with another key")]
    OtherKey,
    /// The bytes were changed, or belong elsewhere.
    #[error("the sealed bytes are not genuine here")]
    NotSealedHere,
    /// The operating system gave no random numbers.
    #[error("could not draw random numbers")]
    Random(#[source] Box<dyn StdError + Send + Sync>),
    /// A file of the vault could not be read or written.
    #[error("could not read or write {path}")]
    Io {
        /// Why.
        #[source]
        source: io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// Something else.
    #[error("the key store failed")]
    Failed(#[source] Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// Wraps a failure of a file.
    pub(super) fn io(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { source, path }
    }

    /// Wraps what nobody decides anything by.
    pub(super) fn failed(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Failed(source.into())
    }
}
