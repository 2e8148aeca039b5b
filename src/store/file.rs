//! The data folder and the file in it, looked at before SQLite is let near: whose they are, what they are, who may read them.
//!
//! Knows nothing of what is in the file.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
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
    if let Some(found) = look(&path)?
        && !found.is_file()
    {
        return Err(not_ours(&path, what(&found)));
    }
    let file = private(OpenOptions::new().write(true).create(true).truncate(false))
        .open(&path)
        .map_err(Error::io(&path))?;
    file.lock().map_err(Error::io(&path))?;
    // A file just made belongs to whoever runs this program; that is how to tell without asking the system who that is.
    let probe = folder.join("linkdesk.probe");
    if look(&probe)?.is_some() {
        fs::remove_file(&probe).map_err(Error::io(&probe))?;
    }
    let made = private(OpenOptions::new().write(true).create_new(true))
        .open(&probe)
        .and_then(|file| file.metadata())
        .map_err(Error::io(&probe))?;
    fs::remove_file(&probe).map_err(Error::io(&probe))?;
    Ok(Held {
        _lock: file,
        owner: owner(&made),
    })
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
        if owner(&found) != self.owner {
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

    /// Renames a damaged file, and what SQLite kept beside it, to the first free name, which it gives.
    #[expect(
        clippy::unused_self,
        reason = "whoever calls this must hold the folder"
    )]
    pub(super) fn keep_aside(&self, path: &Path) -> Result<PathBuf, Error> {
        let mut number = 1_u32;
        let aside = loop {
            let aside = beside(path, &format!(".damaged-{number}"));
            if look(&aside)?.is_none() {
                break aside;
            }
            number = number.saturating_add(1);
        };
        for companion in COMPANIONS {
            let from = beside(path, companion);
            if look(&from)?.is_some() {
                fs::rename(&from, beside(&aside, companion)).map_err(Error::io(&from))?;
            }
        }
        sync_folder(path).map_err(Error::io(path))?;
        Ok(aside)
    }
}

/// How long a file is, without opening it: closing it again would end SQLite's locks on it.
pub(super) fn length(path: &Path) -> Result<u64, Error> {
    Ok(fs::symlink_metadata(path).map_err(Error::io(path))?.len())
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn look(path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

fn what(found: &Metadata) -> &'static str {
    if found.is_symlink() {
        "a symbolic link"
    } else if found.is_dir() {
        "a folder"
    } else {
        "something that is no file"
    }
}

fn not_ours(path: &Path, what: &'static str) -> Error {
    let path = path.to_owned();
    Error::NotOurs { what, path }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems have no such number"
)]
fn owner(of: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::uid(of))
}

#[cfg(not(unix))]
fn owner(_of: &Metadata) -> Option<u32> {
    None
}

/// Makes a rename durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows has no such call, and needs none: renames are journaled there.
    if cfg!(windows) {
        return Ok(());
    }
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
