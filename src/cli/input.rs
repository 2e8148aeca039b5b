//! Lines from standard input: bounded, and on a thread of their own where a command must not wait for them.
//!
//! Knows nothing of what the lines mean.

use std::io::{self, BufRead, Read as _};
use std::sync::mpsc::{Receiver, sync_channel};

use zeroize::Zeroizing;

use super::Wait;
use crate::secret::Secret;

/// The longest line taken, and the longest secret file.
pub(super) const LONGEST: u64 = 64 * 1024;

/// Lines read ahead; the reader waits when nobody takes them.
const LINES_AHEAD: usize = 4;

/// One line with its newline, cut one byte after [`LONGEST`]; `None` at the end.
pub(super) fn line(input: &mut dyn BufRead) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    // Room for the newline, and one more byte that tells "too long" from "just long enough".
    input.take(LONGEST + 3).read_until(b'\n', &mut bytes)?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// The text without one newline at its end.
pub(super) fn without_newline(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Reads lines on a thread until the input ends; overlong ones and ones that are not text are passed over, blank ones are empty.
pub(super) fn pasted(
    mut input: Box<dyn BufRead + Send>,
    wait: Wait,
) -> io::Result<Receiver<Secret>> {
    let (sender, receiver) = sync_channel(LINES_AHEAD);
    let read = move || {
        while let Ok(Some(bytes)) = line(input.as_mut()) {
            let Ok(text) = std::str::from_utf8(&bytes) else {
                continue;
            };
            if sender.send(Secret::new(text.trim())).is_err() {
                break;
            }
            wait.wake();
        }
        drop(sender);
        // Whoever asked a question has to hear that nobody answers any more.
        wait.wake();
    };
    let reader = std::thread::Builder::new().name("pasted addresses".to_owned());
    // Not joined: it may wait for a person, and ends with the process.
    drop(reader.spawn(read)?);
    Ok(receiver)
}
