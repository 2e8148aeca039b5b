//! The JSON a provider hands out at registration, read from a file or standard input.
//!
//! What its fields are called is the business of `credentials`; what becomes of them that of `client`.

use std::path::Path;

use super::secret_file;
use super::session::Session;
use super::stop::Stop;
use crate::credentials::Credentials;
use crate::text::foreign;

/// Reads the file whole; the error says which field is wrong, never what was in it.
pub(super) fn read(session: &mut Session<'_, '_>, path: &Path) -> Result<Credentials, Stop> {
    let text = secret_file::read_whole(path, session.input())?;
    Credentials::read(&text).map_err(|error| {
        Stop::usage(format!(
            "{} can’t be used: {}",
            secret_file::shown(path),
            foreign(&error.to_string())
        ))
    })
}
