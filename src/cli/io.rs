//! What a command needs of the world: three streams, a hidden prompt, the time and the zone.
//!
//! Opens none of them; `main` hands in the real ones, tests their own.

use std::fmt;
use std::io::{BufRead, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Handover;
use crate::secret::Secret;

/// What a command needs of the world.
pub struct Io<'a> {
    /// Results: words for people, or JSON.
    pub out: &'a mut dyn Write,
    /// Everything else that is said.
    pub err: &'a mut dyn Write,
    /// Answers, pasted addresses, and secrets from `-`; taken by the thread that reads pasted addresses.
    pub input: Option<Box<dyn BufRead + Send>>,
    /// Whether a person sits at `input`.
    pub input_is_terminal: bool,
    /// Asks for a secret without showing what is typed.
    pub ask_hidden: &'a dyn Fn(&str) -> std::io::Result<Secret>,
    /// What time it is.
    pub now: &'a dyn Fn() -> Timestamp,
    /// The zone times are told in.
    pub zone: TimeZone,
    /// Where the worker's outlet leaves addresses and tokens.
    pub handover: Handover,
}

/// Asks on the controlling terminal without showing what is typed; the real [`Io::ask_hidden`].
pub fn ask_hidden(words: &str) -> std::io::Result<Secret> {
    rpassword::prompt_password(words).map(Secret::new)
}

impl fmt::Debug for Io<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Io").finish_non_exhaustive()
    }
}
