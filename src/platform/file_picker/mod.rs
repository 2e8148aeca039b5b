//! Asks for one file by the system's own dialog and reads it, if it is short text.
//!
//! Knows nothing of what the file is for. On Linux and the BSDs the dialog is the desktop portal's.

#[cfg(all(unix, not(target_os = "macos")))]
mod portal;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::FilePicker;

/// The longest file that is read.
const LONGEST: usize = 1024 * 1024;

/// A file that the person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Its name without its folder.
    pub name: String,
    /// What is in it: perhaps a secret.
    pub text: Zeroizing<String>,
}

/// Why there is no file, although the person wanted one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There was no dialog to choose in.
    #[error("the desktop's file dialog could not be opened")]
    NotOpened(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What was chosen is not what is asked for.
    #[error("{name} is not {expected}")]
    Unfit {
        /// The file's name.
        name: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The disk said no.
    #[error("could not read {name}")]
    Unreadable {
        /// The file's name.
        name: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The dialog of this system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemFilePicker;

impl FilePicker for SystemFilePicker {
    fn pick(&self, title: &str, extensions: &[&str]) -> Option<Result<Picked, Error>> {
        match chosen(title, extensions) {
            Ok(path) => Some(read(&path?)),
            Err(error) => Some(Err(error)),
        }
    }
}

fn chosen(title: &str, extensions: &[&str]) -> Result<Option<PathBuf>, Error> {
    check()?;
    let dialog = rfd::FileDialog::new().set_title(title);
    Ok(dialog
        .add_filter(extensions.join(", "), extensions)
        .pick_file())
}

/// Fails where no dialog could be opened, which `rfd` would tell as a change of mind.
#[cfg(all(unix, not(target_os = "macos")))]
fn check() -> Result<(), Error> {
    let bus = zbus::blocking::connection::Builder::session;
    portal::check(bus, portal::patience()).map_err(|error| Error::NotOpened(Box::new(error)))
}

/// The dialog is a part of the system and always opens.
#[cfg(any(target_os = "macos", windows))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may not open")]
fn check() -> Result<(), Error> {
    Ok(())
}

/// Reads one regular file; looks before opening, because opening a pipe would wait for whoever writes to it.
fn read(path: &Path) -> Result<Picked, Error> {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let unreadable = |source| Error::Unreadable {
        name: name.clone(),
        source,
    };
    let unfit = |expected| Error::Unfit {
        name: name.clone(),
        expected,
    };
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(unfit("a regular file"));
    }
    let file = File::open(path).map_err(unreadable)?;
    // One reservation, so that no copy of a secret is left behind by a growing buffer.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    file.take(LONGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > LONGEST {
        return Err(unfit("at most 1 MiB long"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_not_utf8| unfit("text in UTF-8"))?;
    Ok(Picked {
        text: Zeroizing::new(text.to_owned()),
        name,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_short_text_is_read_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.json");
        for text in ["", "{\"id\": \"ä\"}", &"x".repeat(1024 * 1024)] {
            fs::write(&path, text).unwrap();
            let picked = read(&path).unwrap();
            assert_eq!(
                (picked.name.as_str(), picked.text.as_str()),
                ("client.json", text)
            );
        }
    }

    #[test]
    fn what_is_too_long_or_no_text_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odd");
        for (bytes, reason) in [
            (vec![b'x'; 1024 * 1024 + 1], "odd is not at most 1 MiB long"),
            (b"canary\xff".to_vec(), "odd is not text in UTF-8"),
        ] {
            fs::write(&path, bytes).unwrap();
            let error = read(&path).unwrap_err();
            assert_eq!(error.to_string(), reason);
            assert!(!format!("{error:?}").contains("canary"));
        }
        let error = read(&folder.path().join("gone")).unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_a_pipe_and_a_device_are_refused_without_being_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for path in [folder.path(), &pipe, &link, Path::new("/dev/zero")] {
            let error = read(path).unwrap_err();
            let text = error.to_string();
            assert!(text.ends_with("is not a regular file"), "{text}");
        }
    }
}
