//! The right to spend and replace one account's tokens, across programs.
//!
//! A refresh token that is used once only must not be sent by two programs at the same time: the slower one would be told
//! that the link has ended. Knows nothing of what is done meanwhile.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

use super::{Error, file};
use crate::ids::AccountId;

/// Where the files are that are held, beside the data file.
const FOLDER: &str = "claims";

/// The right to spend and replace one account's tokens; ends when dropped, also by being killed.
#[derive(Debug)]
pub struct Claim {
    _held: File,
    generation: Option<u64>,
}

impl Claim {
    /// The generation of the tokens that are stored now; none where the account was forgotten.
    pub const fn generation(&self) -> Option<u64> {
        self.generation
    }

    pub(super) const fn new(held: File, generation: Option<u64>) -> Self {
        Self {
            _held: held,
            generation,
        }
    }
}

/// Waits for the file of this account, and holds it.
pub(super) fn hold(data: &Path, account: &AccountId) -> Result<File, Error> {
    let folder = data.join(FOLDER);
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(Error::io(&folder))?;
    let path = folder.join(account.as_str());
    if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
        return Err(Error::io(&path)(io::Error::other("not a plain file")));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(Error::io(&path))?;
    file.lock().map_err(Error::io(&path))?;
    Ok(file)
}

/// Makes sure that accounts can be held.
pub(super) fn probe(data: &Path) -> Result<(), Error> {
    // No account is called so: a name has no dot.
    let name = data.join(FOLDER);
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&name).map_err(Error::io(&name))?;
    file::try_writing(&name)
}

/// Takes the file of a forgotten account away; its id never comes back.
pub(super) fn remove(data: &Path, account: &AccountId) {
    // An empty file that stays behind says nothing and is in nobody's way.
    drop(fs::remove_file(data.join(FOLDER).join(account.as_str())));
}
