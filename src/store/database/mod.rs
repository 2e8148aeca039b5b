//! Opens the data file, or begins one; a damaged one is kept aside, never written over.
//!
//! Knows nothing of accounts and of the vault: the vault's entry is named after [`Database::installation`], so this comes first.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::file::{self, Found, Held};
use super::{Error, schema};
use crate::vault::{self, Random};

/// The smallest page there is, so no data file is shorter.
const SHORTEST: u64 = 512;

/// The open data file.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: Connection,
    /// Where the file is.
    pub(super) folder: PathBuf,
    installation: String,
}

/// Something a person should know about how the data file was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file was damaged; it is kept under another name, and a new one was begun.
    DamagedKeptAside {
        /// Where it is now.
        kept_as: PathBuf,
    },
}

/// Why an existing file is not used as it is.
enum Refused {
    /// It is not a data file of ours, or a broken one.
    Damaged,
    /// Something that keeping it aside would not help.
    Failed(Error),
}

impl Database {
    /// Opens the file at `path`, or begins one, in a folder that only its owner may enter if it had to be made.
    pub fn open(path: &Path, random: &Random) -> Result<(Self, Vec<Notice>), Error> {
        let folder = file::folder(path)?;
        let path = folder.join(path.file_name().unwrap_or_default());
        let held = file::hold(&folder)?;
        let found = held.check(&path)?;
        if found == Found::Nothing {
            return Ok((begin(&held, &path, random)?, Vec::new()));
        }
        match open_existing(&path) {
            Ok(database) => Ok((database, Vec::new())),
            Err(Refused::Failed(error)) => Err(error),
            Err(Refused::Damaged) => {
                let kept_as = held.keep_aside(&path)?;
                let notice = Notice::DamagedKeptAside { kept_as };
                Ok((begin(&held, &path, random)?, vec![notice]))
            }
        }
    }

    /// What this installation is called in the key store: random, and says nothing.
    pub fn installation(&self) -> &str {
        &self.installation
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Damaged(_) => Self::Damaged,
            error => Self::Failed(error),
        }
    }
}

fn begin(held: &Held, path: &Path, random: &Random) -> Result<Database, Error> {
    let installation = draw_installation(random)?;
    let new = held.begin(path)?;
    let mut connection = connect(&new)?;
    schema::prepare(&connection)?;
    schema::create(&mut connection, &installation)?;
    // SQLite goes by names: the file is closed before it gets another one.
    connection.close().map_err(|(_connection, error)| error)?;
    held.finish(&new, path)?;
    open_existing(path).map_err(|refused| match refused {
        Refused::Failed(error) => error,
        Refused::Damaged => Error::Damaged(rusqlite::Error::InvalidQuery),
    })
}

fn open_existing(path: &Path) -> Result<Database, Refused> {
    // For SQLite a file this short is as good as empty, and it throws away the log beside it.
    if file::length(path)? < SHORTEST {
        return Err(Refused::Damaged);
    }
    let mut connection = connect(path).map_err(Error::from)?;
    let version = check(&mut connection, path)?;
    schema::prepare(&connection)?;
    schema::migrate(&mut connection, version)?;
    match schema::installation(&connection) {
        Ok(Some(installation)) => Ok(Database {
            connection,
            folder: path.parent().unwrap_or(path).to_owned(),
            installation,
        }),
        Ok(None) => Err(Refused::Damaged),
        // Somebody else's file of that version: SQLite doesn't know the table.
        Err(Error::Failed(error)) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            Err(Refused::Damaged)
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks at every page, and gives the version. In one transaction, so that no other program writes meanwhile.
fn check(connection: &mut Connection, path: &Path) -> Result<i64, Refused> {
    schema::wait_for_others(connection)?;
    let transaction = connection.transaction().map_err(Error::from)?;
    let version = schema::version(&transaction)?;
    if version > schema::VERSION {
        return Err(Refused::Failed(Error::Newer { found: version }));
    }
    // No file of ours is of version 0: it gets its name only once its layout is in it.
    // SQLite takes what is missing from the last page for zeros.
    let is_whole = version > 0
        && schema::is_sound(&transaction)?
        && file::length(path)?.is_multiple_of(schema::page_size(&transaction)?);
    if is_whole {
        Ok(version)
    } else {
        Err(Refused::Damaged)
    }
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    Connection::open_with_flags(path, flags)
}

fn draw_installation(random: &Random) -> Result<String, vault::Error> {
    let bytes = random.bytes::<16>()?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    }))
}

#[cfg(test)]
mod tests;
