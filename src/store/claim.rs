//! The right to spend and replace one account's tokens, across programs.
//!
//! A refresh token that is used once only must not be sent by two programs at the same time: the slower one would be told
//! that the link has ended. The right is a lock of the system's on a file, so it ends with the program that holds it, however
//! that ends; what is written in the file is for people. Knows nothing of what is done meanwhile, and waits for nobody.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Error, file};
use crate::account::{Account, Holder};
use crate::ids::AccountId;

/// Where the files are that are held, beside the data file.
const FOLDER: &str = "claims";

/// The longest word of a holder that is read.
const LONGEST_WORD: u64 = 1024;

/// How often a file may be taken away between its opening and its locking.
const ATTEMPTS: usize = 64;

/// The right to spend and replace one account's tokens; ends when dropped, also by being killed.
#[derive(Debug)]
pub struct Claim {
    held: File,
    stored: Stored,
}

/// What is stored of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It was forgotten.
    Nothing,
    /// Its record can't be read.
    Unreadable,
    /// All of it but the tokens.
    Account(Box<Account>),
}

/// What became of the wish to have an account to oneself.
#[derive(Debug)]
pub enum Claiming {
    /// It was granted.
    Held(Claim),
    /// Another program, or somebody in this one, has it; who, where that can be read.
    Taken(Option<Holder>),
}

impl Claim {
    /// The account as it is stored now.
    pub const fn stored(&self) -> &Stored {
        &self.stored
    }

    pub(super) const fn new(held: File, stored: Stored) -> Self {
        Self { held, stored }
    }
}

impl Stored {
    /// The account, where it can be read.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Account(account) => Some(account),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Whoever holds it next writes a word of its own over one that stays.
        drop(self.held.set_len(0));
    }
}

/// Holds the file of this account, or says who does.
pub(super) fn hold(
    data: &Path,
    account: &AccountId,
    holder: &Holder,
) -> Result<Result<File, Option<Holder>>, Error> {
    let path = folder(data)?.join(account.as_str());
    for _ in 0..ATTEMPTS {
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(Error::io(&path)(io::Error::other("not a plain file")));
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(Error::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Err(word_in(&file))),
            Err(TryLockError::Error(error)) => return Err(Error::io(&path)(error)),
        }
        if is_at(&file, &path) {
            leave_word(&file, holder);
            return Ok(Ok(file));
        }
    }
    Err(Error::io(&path)(io::Error::other(
        "it is replaced again and again",
    )))
}

/// Whether anybody holds the file of this account; changes nothing.
pub(super) fn is_held(data: &Path, account: &AccountId) -> bool {
    let path = data.join(FOLDER).join(account.as_str());
    if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
        return false;
    }
    // Shared, so that two who look are not in each other's way.
    File::open(&path)
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Makes sure that accounts can be held.
pub(super) fn probe(data: &Path) -> Result<(), Error> {
    file::try_writing(&folder(data)?)
}

/// Takes the file of a forgotten account away; its id never comes back.
pub(super) fn remove(data: &Path, account: &AccountId) {
    // An empty file that stays behind says nothing and is in nobody's way.
    drop(fs::remove_file(data.join(FOLDER).join(account.as_str())));
}

/// The folder of the files that are held, made where there is none; what is in its place is not followed.
fn folder(data: &Path) -> Result<PathBuf, Error> {
    let folder = data.join(FOLDER);
    if let Some(found) = file::look(&folder)?
        && !found.is_dir()
    {
        return Err(file::not_ours(&folder, file::what(&found)));
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(Error::io(&folder))?;
    Ok(folder)
}

/// Whether the name still leads to this very file, and not through a link.
///
/// Whoever forgets an account takes its file away while others wait for it: a lock on what is left keeps nobody out.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(held), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        (held.dev(), held.ino()) == (named.dev(), named.ino())
    }
    #[cfg(not(unix))]
    {
        held.is_file() && named.is_file()
    }
}

/// The lock is what counts: where the word can't be written, such as on a full disk, others wait for somebody without a name.
fn leave_word(mut file: &File, holder: &Holder) {
    let word = serde_json::to_vec(holder).unwrap_or_default();
    drop(file.set_len(0).and_then(|()| file.write_all(&word)));
}

/// What the holder wrote; nothing where it is not done writing, or where the system lets nobody read what is locked.
fn word_in(file: &File) -> Option<Holder> {
    let mut word = Vec::new();
    file.take(LONGEST_WORD).read_to_end(&mut word).ok()?;
    serde_json::from_slice(&word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_taken_away_while_others_waited_for_it_is_not_the_one_they_need() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claim");
        let waited_for = File::create(&path).unwrap();
        assert!(is_at(&waited_for, &path));
        fs::remove_file(&path).unwrap();
        assert!(!is_at(&waited_for, &path));
        let new = File::create(&path).unwrap();
        assert!(!is_at(&waited_for, &path) && is_at(&new, &path));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(!is_at(&new, &link));
    }
}
