//! Opens the data file, or begins one. A damaged one is kept aside, never written over, and what can be read of it is taken along;
//! one that may not be written to is opened for reading.
//!
//! Knows little of accounts and nothing of the vault: the vault's entry is named after [`Database::installation`], so this comes first.

mod carve;
mod salvage;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::salvage::Salvage;
pub use self::salvage::Salvaged;
use super::file::{self, Found, Held};
use super::{Barrier, Error, backup, schema};
use crate::vault::{self, Random};

/// The smallest page there is, so no data file is shorter.
const SHORTEST: u64 = 512;

/// The open data file.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: Connection,
    /// Where the file is.
    pub(super) path: PathBuf,
    /// Why it is only read, if so.
    pub(super) barrier: Option<Barrier>,
    pub(super) installation: String,
}

/// Something a person should know about how the data file was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file was damaged; it is kept under another name, and a new one was begun with what could be read of it.
    DamagedKeptAside {
        /// Where it is now.
        kept_as: PathBuf,
        /// How much could be read.
        salvaged: Salvaged,
    },
    /// The file is read and not written.
    ReadOnly(Barrier),
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
        match open_to_write(&folder, &path, random) {
            Ok(opened) => Ok(opened),
            Err(Error::Newer { found }) => read_only(&path, Barrier::Newer { found }),
            Err(error) => match Barrier::of(&error) {
                Some(barrier) => read_only(&path, barrier),
                None => Err(error),
            },
        }
    }

    /// What this installation is called in the key store: random, and says nothing.
    pub fn installation(&self) -> &str {
        &self.installation
    }
}

fn open_to_write(
    folder: &Path,
    path: &Path,
    random: &Random,
) -> Result<(Database, Vec<Notice>), Error> {
    let held = file::hold(folder)?;
    if held.check(path)? == Found::Nothing {
        let new = build(&held, path, random, &Salvage::default())?.0;
        held.finish(&new, path)?;
        return Ok((reopen(path)?, Vec::new()));
    }
    match open_existing(path) {
        Ok(database) => Ok((database, Vec::new())),
        Err(Refused::Failed(error)) => Err(error.at(path)),
        Err(Refused::Damaged) => {
            let (new, salvaged) = build(&held, path, random, &salvage::read(path)?)?;
            let kept_as = held.replace(&new, path, "damaged")?;
            let notice = Notice::DamagedKeptAside { kept_as, salvaged };
            Ok((reopen(path)?, vec![notice]))
        }
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

/// Builds a new file beside the place it will have, with the rows that were saved from another one.
fn build(
    held: &Held,
    path: &Path,
    random: &Random,
    salvage: &Salvage,
) -> Result<(PathBuf, Salvaged), Error> {
    let installation = match &salvage.installation {
        Some(known) => known.clone(),
        None => draw_installation(random)?,
    };
    let new = held.begin(path)?;
    let told = fill(&new, &installation, salvage).map_err(|error| error.at(&new))?;
    Ok((new, told))
}

fn fill(new: &Path, installation: &str, salvage: &Salvage) -> Result<Salvaged, Error> {
    let mut connection = connect(new)?;
    schema::prepare(&connection)?;
    let told = schema::create(&mut connection, installation, |transaction| {
        salvage.write(transaction)
    })?;
    // SQLite goes by names: the file is closed before it gets another one.
    connection.close().map_err(|(_connection, error)| error)?;
    Ok(told)
}

/// Opens a file that is to be restored, and takes it to our layout; anything but a sound one of ours is refused.
pub(super) fn open_copy(copy: &Path, path: &Path) -> Result<Connection, Error> {
    let no_backup = || Error::NoBackup {
        path: path.to_owned(),
    };
    let refused = |refused| match refused {
        Refused::Damaged => no_backup(),
        Refused::Failed(error) => error.at(copy),
    };
    if file::length(copy)? < SHORTEST {
        return Err(no_backup());
    }
    let mut connection = connect(copy)?;
    let version = check(&mut connection, copy).map_err(refused)?;
    installation(&connection).map_err(refused)?;
    schema::prepare(&connection)?;
    schema::migrate(&mut connection, version)?;
    Ok(connection)
}

/// Opens a file that is known to be whole: it was just made, or another program of ours has put it there.
pub(super) fn reopen(path: &Path) -> Result<Database, Error> {
    open_existing(path).map_err(|refused| match refused {
        Refused::Failed(error) => error.at(path),
        Refused::Damaged => Error::damaged(path),
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
    backup::finish(&connection, path.parent().unwrap_or(path))?;
    let installation = installation(&connection)?;
    Ok(Database {
        connection,
        path: path.to_owned(),
        barrier: None,
        installation,
    })
}

fn installation(connection: &Connection) -> Result<String, Refused> {
    match schema::installation(connection) {
        Ok(Some(installation)) => Ok(installation),
        Ok(None) => Err(Refused::Damaged),
        // Somebody else's file of that version: SQLite doesn't know the table.
        Err(error) if error.code() == Some(ErrorCode::Unknown) => Err(Refused::Damaged),
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

/// Opens what is there for reading; where there is nothing to read, the barrier is all there is to tell.
fn read_only(path: &Path, barrier: Barrier) -> Result<(Database, Vec<Notice>), Error> {
    match file::look(path) {
        Ok(Some(found)) if found.is_file() => {}
        Ok(Some(found)) => return Err(file::not_ours(path, file::what(&found))),
        Ok(None) | Err(_) => return Err(barrier.error()),
    }
    let opened = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let opened = Connection::open_with_flags(path, opened).map_err(Error::from);
    let read = opened.and_then(|mut connection| {
        schema::wait_for_others(&connection)?;
        let version = version_if_sound(&mut connection, path)?;
        Ok((connection, version))
    });
    let (connection, version) = match read {
        Ok(read) => read,
        Err(error @ (Error::Damaged(_) | Error::Busy(_))) => return Err(error.at(path)),
        // Somebody was interrupted while writing, and that can't be undone without writing.
        Err(_) => return Err(barrier.error()),
    };
    let barrier = if version > schema::VERSION {
        Barrier::Newer { found: version }
    } else {
        barrier
    };
    let Ok(installation) = installation(&connection) else {
        return Err(barrier.error());
    };
    let database = Database {
        connection,
        path: path.to_owned(),
        barrier: Some(barrier.clone()),
        installation,
    };
    Ok((database, vec![Notice::ReadOnly(barrier)]))
}

fn version_if_sound(connection: &mut Connection, path: &Path) -> Result<i64, Error> {
    let transaction = connection.transaction()?;
    let version = schema::version(&transaction)?;
    if version > 0 && schema::is_sound(&transaction)? {
        Ok(version)
    } else {
        Err(Error::damaged(path))
    }
}

pub(super) fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
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
