//! The practice folder: private, locked by whoever serves it, its files replaced whole.
//!
//! Doesn't know what the files mean.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use super::Error;

/// A folder that only its owner may look into.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
            builder.mode(0o700);
            builder
                .create(path)
                .map_err(|source| trouble(path, source))?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))
                .map_err(|source| trouble(path, source))?;
        }
        #[cfg(not(unix))]
        builder
            .create(path)
            .map_err(|source| trouble(path, source))?;
        Ok(Self(path.to_owned()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The file whose lock says who serves the folder.
    pub(super) fn lock_file(&self) -> Result<File, Error> {
        let path = self.0.join("lock");
        private()
            .truncate(false)
            .open(&path)
            .map_err(|source| trouble(&path, source))
    }

    /// A file's content, if there is such a file.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let path = self.0.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(trouble(&path, source)),
        };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| Error::State { path, source })
    }

    /// Puts a new file in the place of the old one, so that a reader sees either whole.
    ///
    /// It is not forced to the disk: practice tokens may be lost with the power.
    pub(super) fn replace<T: Serialize>(&self, name: &str, content: &T) -> Result<(), Error> {
        let path = self.0.join(name);
        let new = self.0.join(format!("{name}.new"));
        let bytes = serde_json::to_vec(content).map_err(|source| Error::State {
            path: path.clone(),
            source,
        })?;
        let written = private()
            .truncate(true)
            .open(&new)
            .and_then(|mut file| file.write_all(&bytes));
        written
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|source| trouble(&path, source))
    }
}

/// Opens for writing, creating a file that only its owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn trouble(path: &Path, source: io::Error) -> Error {
    Error::Folder {
        path: path.to_owned(),
        source,
    }
}
