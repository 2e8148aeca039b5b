//! Where the program keeps its files, and keeping them to one person.
//!
//! Knows nothing of what is in them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The longest provider file that is read.
const LONGEST_PROVIDER_FILE: u64 = 1024 * 1024;

/// The mode bit of folders that everybody shares.
#[cfg(unix)]
const STICKY: u32 = 0o1000;

/// Why a folder or file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The platform doesn't say where a person's files belong.
    #[error("this account has no home folder")]
    NoHome,
    /// A link could lead anybody's files here, or ours to anybody.
    #[error("a symbolic link is in the place of {}", path.display())]
    SymbolicLink {
        /// Which path.
        path: PathBuf,
    },
    /// Something else is where the folder or file should be.
    #[error("not a {expected}: {}", path.display())]
    WrongKind {
        /// What should be there.
        expected: &'static str,
        /// Which path.
        path: PathBuf,
    },
    /// Another account of this machine owns it.
    #[error("another user owns {}", path.display())]
    ForeignOwner {
        /// Which path.
        path: PathBuf,
    },
    /// The folder is meant for everybody's files.
    #[error("everybody may put files into {}", path.display())]
    Shared {
        /// Which path.
        path: PathBuf,
    },
    /// The disk said no.
    #[error("could not use {}", path.display())]
    Unusable {
        /// Which path.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// Which file or folder it is about, and what the system said; nothing where there is none to speak of.
    pub fn place(&self) -> (Option<&Path>, Option<io::ErrorKind>) {
        match self {
            Self::NoHome => (None, None),
            Self::SymbolicLink { path }
            | Self::WrongKind { path, .. }
            | Self::ForeignOwner { path }
            | Self::Shared { path } => (Some(path), None),
            Self::Unusable { path, source } => (Some(path), Some(source.kind())),
        }
    }

    /// Whether it may be read all the same.
    pub fn forbids_writing(&self) -> bool {
        use io::ErrorKind as K;
        let (_, kind) = self.place();
        let forbids = [
            K::PermissionDenied,
            K::ReadOnlyFilesystem,
            K::StorageFull,
            K::QuotaExceeded,
        ];
        kind.is_some_and(|kind| forbids.contains(&kind))
    }

    fn unusable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unusable { path, source }
    }
}

/// The folders of one run of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Everything the program writes.
    pub data: PathBuf,
    /// A user's own provider files; only read.
    pub config_providers: PathBuf,
}

impl Folders {
    /// The platform's own folders.
    pub fn of_platform() -> Result<Self, Error> {
        let ours = directories::ProjectDirs::from("", "", "linkdesk").ok_or(Error::NoHome)?;
        Ok(Self {
            data: ours.data_local_dir().to_owned(),
            config_providers: ours.config_dir().join("providers"),
        })
    }

    /// Everything in one folder.
    pub fn within(dir: impl AsRef<Path>) -> Self {
        // Collecting the components drops a slash at the end, with which a link would be followed before it is noticed.
        let data: PathBuf = dir.as_ref().components().collect();
        Self {
            config_providers: data.join("providers"),
            data,
        }
    }

    /// The practice providers' accounts, apart from the real ones; the user's provider files are the same.
    #[must_use]
    pub fn sandbox(&self) -> Self {
        Self {
            data: self.data.join("sandbox"),
            config_providers: self.config_providers.clone(),
        }
    }

    /// Makes the data folder where it is missing and refuses one that isn't ours alone.
    pub fn prepare(&self) -> Result<(), Error> {
        private_folder(&self.data)
    }
}

/// Makes a folder that only its owner may enter, or checks the one that is there.
pub fn private_folder(path: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    if let Err(source) = builder.create(path) {
        // A file or a dangling link in its place deserves its own words.
        check_folder(path)?;
        return Err(Error::unusable(path)(source));
    }
    check_folder(path)?;
    check_owner(path)
}

fn check_folder(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(Error::SymbolicLink {
            path: path.to_owned(),
        }),
        Ok(metadata) if !metadata.is_dir() => Err(Error::WrongKind {
            expected: "folder",
            path: path.to_owned(),
        }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::unusable(path)(error)),
    }
}

/// Compares the folder's owner with that of a file made in it, which also shows that the folder can be written to.
#[cfg(unix)]
fn check_owner(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt as _;

    let folder = fs::symlink_metadata(path).map_err(Error::unusable(path))?;
    let (probe_path, probe) = create_beside(&path.join("probe")).map_err(Error::unusable(path))?;
    let owner = probe.metadata().map(|metadata| metadata.uid());
    fs::remove_file(probe_path).map_err(Error::unusable(path))?;
    if owner.map_err(Error::unusable(path))? != folder.uid() {
        return Err(Error::ForeignOwner {
            path: path.to_owned(),
        });
    }
    shut_folder(path)
}

/// Takes everybody else's rights to a folder that was made for us; of one that already holds other things, only the right to write.
#[cfg(unix)]
fn shut_folder(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = fs::symlink_metadata(path).map_err(Error::unusable(path))?;
    // Where everybody may write, as in `/tmp`, taking that right away would break the machine for others.
    if metadata.permissions().mode() & STICKY != 0 {
        return Err(Error::Shared {
            path: path.to_owned(),
        });
    }
    let mut entries = fs::read_dir(path).map_err(Error::unusable(path))?;
    let most = if entries.next().is_none() {
        0o700
    } else {
        0o755
    };
    shut_to_others(path, most)
}

#[cfg(not(unix))]
fn check_owner(_path: &Path) -> Result<(), Error> {
    Ok(())
}

/// Takes everybody else's rights away from something that is ours.
#[cfg(unix)]
fn shut_to_others(path: &Path, most: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = fs::symlink_metadata(path).map_err(Error::unusable(path))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & !most == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode & most))
        .map_err(Error::unusable(path))
}

#[cfg(not(unix))]
fn shut_to_others(_path: &Path, _most: u32) -> Result<(), Error> {
    Ok(())
}

/// Makes an empty file that only its owner may read, or checks the one that is there.
pub fn private_file(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(Error::SymbolicLink {
            path: path.to_owned(),
        }),
        Ok(metadata) if !metadata.is_file() => Err(Error::WrongKind {
            expected: "file",
            path: path.to_owned(),
        }),
        Ok(_) => shut_to_others(path, 0o600),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map(drop).map_err(Error::unusable(path))
        }
        Err(error) => Err(Error::unusable(path)(error)),
    }
}

/// Writes a file that only its owner may read, whole or not at all; a link in its place is replaced, not followed.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let (beside, mut file) = create_beside(path).map_err(Error::unusable(path))?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path));
    if let Err(source) = written {
        // What is half written is of no use; that it couldn't be removed either adds nothing to the cause.
        drop(fs::remove_file(&beside));
        return Err(Error::unusable(path)(source));
    }
    Ok(())
}

/// Creates a file that wasn't there, with a name derived from `path`'s.
/// Writes a whole new file that only we may read, durably; one that is there already stays as it is.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let (beside, mut file) = create_beside(path).map_err(Error::unusable(path))?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        // Unlike renaming, this fails where somebody was faster.
        .and_then(|()| fs::hard_link(&beside, path));
    // Either it has its own name now, or it is of no use.
    drop(fs::remove_file(&beside));
    written.map_err(Error::unusable(path))
}

fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut attempt = 0_u32;
    loop {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}-{attempt}", std::process::id()));
        let beside = path.with_file_name(name);
        match create(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => {
                attempt += 1;
            }
            result => return result.map(|file| (beside, file)),
        }
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// One `*.toml` of a user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderFile {
    /// The file's name without its folder.
    pub name: String,
    /// What is in it, or why it wasn't read.
    pub text: Result<String, String>,
}

/// Reads a user's own provider files in the order of their names; a folder that isn't there holds none.
pub fn provider_files(folder: &Path) -> Result<Vec<ProviderFile>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::unusable(folder)(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::unusable(folder))?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(ProviderFile {
                name: name.to_string_lossy().into_owned(),
                text: read_text(&path),
            });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Reads one regular file; looks before opening, because opening a pipe would wait for whoever writes to it.
fn read_text(path: &Path) -> Result<String, String> {
    let unread = |error: io::Error| format!("could not be read: {error}");
    let metadata = fs::symlink_metadata(path).map_err(unread)?;
    if !metadata.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST_PROVIDER_FILE + 1).read_to_end(&mut bytes))
        .map_err(unread)?;
    if bytes.len() as u64 > LONGEST_PROVIDER_FILE {
        return Err("longer than 1 MiB".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| format!("not UTF-8: {error}"))
}

#[cfg(test)]
mod tests;
