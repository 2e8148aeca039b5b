//! The data folder and the file in it, looked at before SQLite is let near: whose they are, what they are, who may read them.
//!
//! Knows nothing of what is in the file.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Error;

/// Files that SQLite may keep beside the one it was given.
const COMPANIONS: [&str; 4] = ["", "-journal", "-wal", "-shm"];

/// What is at the path of the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    File,
}

/// Makes the folder where there is none, for nobody but its owner, and gives its path without symbolic links.
///
/// SQLite is told to follow none, and a home folder may well be behind one.
pub(super) fn folder(path: &Path) -> Result<PathBuf, Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::io(folder))?;
    folder.canonicalize().map_err(Error::io(folder))
}

/// Lets one program at a time open the data file; held until dropped.
///
/// Without it, two that find it damaged would both keep it aside: the second one the first one's new file.
pub(super) fn hold(folder: &Path) -> Result<Held, Error> {
    let path = folder.join("linkdesk.lock");
    let file = lock(&path)?;
    // A file just made belongs to whoever runs this program; that is how to tell without asking the system who that is.
    let made = make_and_remove(folder)?;
    let owner = owner_of(&made);
    let of_lock = file.metadata().map_err(Error::io(&path))?;
    if owner_of(&of_lock) != owner {
        return Err(not_ours(&path, "somebody else's file"));
    }
    Ok(Held { _lock: file, owner })
}

/// Makes sure that files can be made in a folder, or says why not.
pub(super) fn try_writing(folder: &Path) -> Result<(), Error> {
    let probe = folder.join("linkdesk.try");
    let made = private(OpenOptions::new().write(true).create_new(true)).open(&probe);
    match made.map(drop) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(Error::io(folder)(error));
        }
        // What is there is of somebody who tries at the same time, or was killed at it.
        Ok(()) | Err(_) => {}
    }
    match fs::remove_file(&probe) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io(folder)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The file itself is nobody's business: it is the folder that can't be written to.
fn make_and_remove(folder: &Path) -> Result<Metadata, Error> {
    let probe = folder.join("linkdesk.probe");
    if look(&probe)?.is_some() {
        fs::remove_file(&probe).map_err(Error::io(&probe))?;
    }
    let made = private(OpenOptions::new().write(true).create_new(true))
        .open(&probe)
        .and_then(|file| file.metadata())
        .map_err(Error::io(folder))?;
    fs::remove_file(&probe).map_err(Error::io(&probe))?;
    Ok(made)
}

/// Opens the file at `path`, made where there is none, and waits until nobody else holds it; a link is not followed.
pub(super) fn lock(path: &Path) -> Result<File, Error> {
    // Opening a pipe would wait for whoever reads it, so it is looked at first.
    if let Some(found) = look(path)?
        && !found.is_file()
    {
        return Err(not_ours(path, what(&found)));
    }
    let file = private(OpenOptions::new().write(true).create(true).truncate(false))
        .open(path)
        .map_err(Error::io(path))?;
    let opened = file.metadata().map_err(Error::io(path))?;
    let is_there = look(path)?.is_some_and(|found| found.is_file());
    if !is_there || identity(path) != Identity::of(&opened) {
        return Err(not_ours(path, "a symbolic link"));
    }
    file.lock().map_err(Error::io(path))?;
    Ok(file)
}

/// The right to open, make and rename the data file.
#[derive(Debug)]
pub(super) struct Held {
    _lock: File,
    owner: Option<u32>,
}

impl Held {
    /// Refuses all but a plain file of our own, and takes other people's access from that.
    pub(super) fn check(&self, path: &Path) -> Result<Found, Error> {
        let Some(found) = look(path)? else {
            return Ok(Found::Nothing);
        };
        if !found.is_file() {
            return Err(not_ours(path, what(&found)));
        }
        if owner_of(&found) != self.owner {
            return Err(not_ours(path, "somebody else's file"));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if found.permissions().mode() & 0o777 != 0o600 {
                fs::set_permissions(path, fs::Permissions::from_mode(0o600))
                    .map_err(Error::io(path))?;
            }
        }
        Ok(Found::File)
    }

    /// Makes an empty file beside `path` to build a new data file in, and gives its path.
    ///
    /// The data file gets its name only when it is whole: an empty one is always damage.
    #[expect(
        clippy::unused_self,
        reason = "whoever calls this must hold the folder"
    )]
    pub(super) fn begin(&self, path: &Path) -> Result<PathBuf, Error> {
        let new = beside(path, ".new");
        for companion in COMPANIONS {
            let left_over = beside(&new, companion);
            if look(&left_over)?.is_some() {
                fs::remove_file(&left_over).map_err(Error::io(&left_over))?;
            }
        }
        private(OpenOptions::new().write(true).create_new(true))
            .open(&new)
            .map_err(Error::io(&new))?;
        Ok(new)
    }

    /// Gives the new file its name, durably.
    #[expect(
        clippy::unused_self,
        reason = "whoever calls this must hold the folder"
    )]
    pub(super) fn finish(&self, new: &Path, path: &Path) -> Result<(), Error> {
        fs::rename(new, path).map_err(Error::io(path))?;
        sync_folder(path).map_err(Error::io(path))
    }

    /// Puts a whole new file in the place of another one, which keeps living under the first free name, given back.
    ///
    /// The old file has its second name before the new one takes the first: whoever is killed between leaves the old one in place.
    pub(super) fn replace(&self, new: &Path, path: &Path, why: &str) -> Result<PathBuf, Error> {
        let aside = second_name(path, why)?;
        // A journal beside the new file would be taken for its own, and played back into it.
        for companion in COMPANIONS.iter().filter(|name| !name.is_empty()) {
            let from = beside(path, companion);
            if look(&from)?.is_some() {
                fs::rename(&from, beside(&aside, companion)).map_err(Error::io(&from))?;
            }
        }
        self.finish(new, path)?;
        Ok(aside)
    }
}

/// Gives a file a second name, `why` and a number added to its own.
pub(super) fn second_name(path: &Path, why: &str) -> Result<PathBuf, Error> {
    let mut number = 1_u32;
    loop {
        let aside = beside(path, &format!(".{why}-{number}"));
        match look(&aside)? {
            // A kill left it: it is this file already.
            Some(_) if identity(path).is_some() && identity(&aside) == identity(path) => {
                return Ok(aside);
            }
            Some(_) => number = number.saturating_add(1),
            None => {
                // Where a disk knows no second names, a copy has to do.
                fs::hard_link(path, &aside)
                    .or_else(|_unknown| copy(path, &aside))
                    .map_err(Error::io(&aside))?;
                return Ok(aside);
            }
        }
    }
}

/// Gives a new file its name, durably, unless there is a file of that name.
pub(super) fn name_new(new: &Path, path: &Path) -> Result<(), Error> {
    let taken = || Error::BackupExists {
        path: path.to_owned(),
    };
    match fs::hard_link(new, path) {
        Ok(()) => fs::remove_file(new).map_err(Error::io(new))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(taken()),
        // A disk that knows no second names: the name is taken first, then filled.
        Err(_) => {
            let claimed = private(OpenOptions::new().write(true).create_new(true)).open(path);
            match claimed.map(drop) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(taken()),
                claimed => claimed.map_err(Error::io(path))?,
            }
            fs::rename(new, path).map_err(Error::io(path))?;
        }
    }
    sync_folder(path).map_err(Error::io(path))
}

/// Writes a file that only its owner may read in the place of another one, whole or not at all.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = beside(path, ".new");
    if look(&new)?.is_some() {
        fs::remove_file(&new).map_err(Error::io(&new))?;
    }
    private(OpenOptions::new().write(true).create_new(true))
        .open(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path))
        .and_then(|()| sync_folder(path))
        .map_err(Error::io(path))
}

/// Makes an empty file that only its owner may read, where there is none.
pub(super) fn make(path: &Path) -> Result<(), Error> {
    let made = private(OpenOptions::new().write(true).create_new(true)).open(path);
    made.map(drop).map_err(Error::io(path))
}

/// Copies a file into one of ours that is empty, durably.
pub(super) fn copy_over(from: &Path, to: &Path) -> Result<(), Error> {
    let mut source = File::open(from).map_err(Error::io(from))?;
    OpenOptions::new()
        .write(true)
        .open(to)
        .and_then(|mut copy| io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()))
        .map_err(Error::io(to))
}

/// Copies a file to a new one that only its owner may read, durably.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = private(OpenOptions::new().write(true).create_new(true)).open(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

/// Which file it is, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self(found.dev(), found.ino()))
    }

    #[cfg(not(unix))]
    const fn of(_found: &Metadata) -> Option<Self> {
        None
    }
}

/// Which file is at a path; nothing where there is none, or where the system doesn't tell.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    // That it can't be told is all that anybody wants to know here.
    Identity::of(&fs::symlink_metadata(path).ok()?)
}

/// How long a file is, without opening it: closing it again would end SQLite's locks on it.
pub(super) fn length(path: &Path) -> Result<u64, Error> {
    Ok(fs::symlink_metadata(path).map_err(Error::io(path))?.len())
}

pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

pub(super) fn look(path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

pub(super) fn what(found: &Metadata) -> &'static str {
    if found.is_symlink() {
        "a symbolic link"
    } else if found.is_dir() {
        "a folder"
    } else {
        "something that is no file"
    }
}

pub(super) fn not_ours(path: &Path, what: &'static str) -> Error {
    let path = path.to_owned();
    Error::NotOurs { what, path }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems have no such number"
)]
fn owner_of(of: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::uid(of))
}

#[cfg(not(unix))]
fn owner_of(_of: &Metadata) -> Option<u32> {
    None
}

/// Makes a rename durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows has no such call, and needs none: renames are journaled there.
    if cfg!(windows) {
        return Ok(());
    }
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
