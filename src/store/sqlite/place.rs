//! The connection to the file that has the name now, and what a failure of SQLite's was about.
//!
//! Knows nothing of rows.

use std::sync::{MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode};

use super::SqliteStore;
use crate::store::{Error, OfFile, database, file};

impl SqliteStore {
    /// The connection, to the file that has the name now.
    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let now = file::identity(&self.path);
        // A file of the same installation was restored, or begun with what could be saved of this one. Of another installation
        // the key is another one too: then writing fails, and whoever opens the house again opens all of it.
        if now.is_some()
            && now != place.0
            && self.barrier.is_none()
            && let Ok(database) = database::reopen(&self.path)
            && database.installation() == self.installation
        {
            *connection = database.connection;
            *place = (now, place.1 + 1);
        }
        connection
    }

    /// Says which file it was about, and why, where SQLite doesn't.
    pub(super) fn explain(&self, error: Error) -> Error {
        match error.at(&self.path) {
            // SQLite keeps what it was told by the system to itself.
            Error::Failed(of) if is_cannot_open(&of) => match file::try_writing(&self.folder) {
                Err(told) => told,
                Ok(()) => Error::Failed(of),
            },
            error => error,
        }
    }
}

fn is_cannot_open(of: &OfFile) -> bool {
    of.source.sqlite_error_code() == Some(ErrorCode::CannotOpen)
}
