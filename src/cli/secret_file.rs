//! Reads one secret from a file or from a line of standard input, byte for byte; or all of either.
//!
//! Opens regular files only, so that a pipe or a device can't hold the program up. Knows nothing of what the secret is for.

use std::fs::{self, File};
use std::io::{BufRead, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::input;
use crate::secret::Secret;
use crate::text::foreign;

/// A secret could not be read; says where from, never what was there.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("{} can’t be read: {reason}", named(.path))]
    Unreadable {
        path: String,
        reason: std::io::Error,
    },
    #[error("{} is not a regular file; to hand a secret over without one, use - and standard input", named(.path))]
    NotAFile { path: String },
    #[error("{} is longer than 64 KiB", named(.path))]
    TooLong { path: String },
    #[error("{} is empty", named(.path))]
    Empty { path: String },
    #[error("{} has more than one line, or a character that can’t be part of a secret", named(.path))]
    NotOneLine { path: String },
    #[error("{} is not UTF-8 text", named(.path))]
    NotText { path: String },
    #[error("standard input is in use")]
    InputInUse,
}

/// What people call it.
pub(super) fn shown(path: &Path) -> String {
    named(&path.display().to_string())
}

fn named(path: &str) -> String {
    if path == "-" {
        "standard input".to_owned()
    } else {
        foreign(path)
    }
}

/// Whether this names standard input.
pub(super) fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The secret; one newline at the end is not part of it.
pub(super) fn read(
    path: &Path,
    standard: Option<&mut (dyn BufRead + Send + 'static)>,
) -> Result<Secret, Error> {
    let name = || path.display().to_string();
    let bytes = if is_input(path) {
        let input = standard.ok_or(Error::InputInUse)?;
        input::line(input)
            .map(Option::unwrap_or_default)
            .map_err(|reason| Error::Unreadable {
                path: name(),
                reason,
            })?
    } else {
        read_file(path)?
    };
    let bytes = input::without_newline(&bytes);
    if u64::try_from(bytes.len()).is_ok_and(|length| length > input::LONGEST) {
        return Err(Error::TooLong { path: name() });
    }
    if bytes.is_empty() {
        return Err(Error::Empty { path: name() });
    }
    if bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
        return Err(Error::NotOneLine { path: name() });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Secret::new(text)),
        // The error would say at which byte, which is more than anybody should know of a secret.
        Err(_) => Err(Error::NotText { path: name() }),
    }
}

/// Everything in the file, or in standard input until its end.
pub(super) fn read_whole(
    path: &Path,
    standard: Option<&mut (dyn BufRead + Send + 'static)>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let name = || path.display().to_string();
    let bytes = if is_input(path) {
        let mut bytes = Zeroizing::new(Vec::new());
        let input = standard.ok_or(Error::InputInUse)?;
        let read = input.take(input::LONGEST + 1).read_to_end(&mut bytes);
        read.map_err(|reason| Error::Unreadable {
            path: name(),
            reason,
        })?;
        bytes
    } else {
        read_file(path)?
    };
    if u64::try_from(bytes.len()).is_ok_and(|length| length > input::LONGEST) {
        return Err(Error::TooLong { path: name() });
    }
    Ok(bytes)
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let name = || path.display().to_string();
    let unreadable = |reason| Error::Unreadable {
        path: name(),
        reason,
    };
    // Asked before opening, because opening a pipe waits for its writer; and after, because the file may have been replaced.
    let is_file = fs::metadata(path).map_err(unreadable)?.is_file();
    if !is_file {
        return Err(Error::NotAFile { path: name() });
    }
    let file = File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(Error::NotAFile { path: name() });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(input::LONGEST + 3)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::io::Write as _;

    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn from_file(bytes: &[u8]) -> Result<Secret, Error> {
        read(file(bytes).path(), None)
    }

    #[test]
    fn one_newline_at_the_end_is_not_part_of_it_and_everything_else_is() {
        for (bytes, secret) in [
            (&b"hush"[..], "hush"),
            (b"hush\n", "hush"),
            (b"hush\r\n", "hush"),
            (b" hu sh \t\n", " hu sh \t"),
            ("pässwörd€\n".as_bytes(), "pässwörd€"),
        ] {
            assert_eq!(from_file(bytes).unwrap().expose(), secret);
        }
    }

    #[test]
    fn several_lines_nothing_and_what_is_not_text_are_refused() {
        assert!(matches!(
            from_file(b"a\nb\n"),
            Err(Error::NotOneLine { .. })
        ));
        assert!(matches!(from_file(b"a\n\n"), Err(Error::NotOneLine { .. })));
        assert!(matches!(from_file(b"a\0b"), Err(Error::NotOneLine { .. })));
        assert!(matches!(from_file(b"\n"), Err(Error::Empty { .. })));
        assert!(matches!(from_file(b"\xff\xfe"), Err(Error::NotText { .. })));
    }

    #[test]
    fn sixty_four_kibibytes_pass_and_one_more_does_not() {
        let mut bytes = vec![b'x'; 64 * 1024];
        bytes.push(b'\n');
        assert!(from_file(&bytes).is_ok());
        bytes.insert(0, b'x');
        assert!(matches!(from_file(&bytes), Err(Error::TooLong { .. })));
        assert!(matches!(
            from_file(&vec![b'x'; 1 << 20]),
            Err(Error::TooLong { .. })
        ));
    }

    #[test]
    fn folders_and_devices_are_refused_by_name() {
        for path in ["/dev/zero", "/dev", "/dev/null"] {
            let error = read(Path::new(path), None).unwrap_err();
            assert!(matches!(error, Error::NotAFile { .. }), "{path}");
            assert!(error.to_string().contains(path));
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_without_a_writer_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap();
        assert!(made.success());
        assert!(matches!(read(&path, None), Err(Error::NotAFile { .. })));
    }

    #[test]
    fn a_missing_file_is_named_and_made_harmless() {
        let error = read(Path::new("/no/such\u{1b}[2J"), None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("/no/such\u{FFFD}[2J can’t be read")
        );
    }

    #[test]
    fn standard_input_gives_its_first_line_and_keeps_the_rest() {
        let mut input = Cursor::new(b"first \r\nsecond\n".to_vec());
        let secret = read(Path::new("-"), Some(&mut input)).unwrap();
        assert_eq!(secret.expose(), "first ");
        let mut rest = String::new();
        input.read_line(&mut rest).unwrap();
        assert_eq!(rest, "second\n");
    }

    #[test]
    fn a_whole_file_keeps_its_lines_and_may_be_no_longer_than_a_secret() {
        let written = file(b"{\n}\n");
        let whole = read_whole(written.path(), None).unwrap();
        assert_eq!(whole.as_slice(), b"{\n}\n");
        let mut input = Cursor::new(b"a\nb\n".to_vec());
        let whole = read_whole(Path::new("-"), Some(&mut input)).unwrap();
        assert_eq!(whole.as_slice(), b"a\nb\n");
        let mut endless = std::io::BufReader::new(std::io::repeat(b'x'));
        let error = read_whole(Path::new("-"), Some(&mut endless)).unwrap_err();
        assert!(matches!(error, Error::TooLong { .. }));
        assert!(matches!(
            read_whole(Path::new("/dev/zero"), None),
            Err(Error::NotAFile { .. })
        ));
    }

    #[test]
    fn an_endless_line_is_cut_off_and_refused() {
        let mut input = std::io::BufReader::new(std::io::repeat(b'x'));
        let error = read(Path::new("-"), Some(&mut input)).unwrap_err();
        assert_eq!(error.to_string(), "standard input is longer than 64 KiB");
    }
}
