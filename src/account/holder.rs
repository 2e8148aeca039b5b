//! Who is spending or replacing an account's tokens just now, by its own word.
//!
//! A hint for people: what keeps others away is a lock of the system's, of which this knows nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A running program of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its number at the system.
    pub process: u32,
    /// How it talks to people.
    pub face: Face,
    /// The computer it runs on, where that could be told.
    pub computer: Option<String>,
    /// Since when it has had the account to itself.
    pub since: Timestamp,
}

/// How a program of ours talks to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// In a window, for as long as that is open.
    #[default]
    Window,
    /// On a command line, for one command.
    CommandLine,
}
