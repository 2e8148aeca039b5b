//! Why the practice providers can't start or can't be told something.
//!
//! Knows nothing of how a provider refuses a request: that is an answer, not an error.

use std::{io, path::PathBuf};

/// What kept the practice providers from starting, or from taking an instruction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder, or a file in it, can't be made, read or replaced.
    #[error("could not use the practice folder: {path}")]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file in the folder isn't what was written there.
    #[error("could not understand a file in the practice folder: {path}")]
    State {
        /// The file.
        path: PathBuf,
        /// Where it stops making sense.
        source: serde_json::Error,
    },
    /// A port that was asked for belongs to another program.
    #[error("could not listen on port {port} for the practice provider {provider}")]
    Port {
        /// The port.
        port: u16,
        /// Whose port it would have been.
        provider: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Six ports don't fit above the one that was asked for.
    #[error("there are not six ports from {port} on")]
    PortTooHigh {
        /// The port that was asked for.
        port: u16,
    },
    /// Another process serves the folder but doesn't answer.
    #[error("another process holds the practice folder but does not answer: {path}")]
    HolderSilent {
        /// The folder.
        path: PathBuf,
    },
    /// The system gave no random numbers.
    #[error("could not draw random numbers for the practice clients")]
    Random(#[from] getrandom::Error),
    /// The thread or its runtime could not be made.
    #[error("could not start the practice providers' thread")]
    Thread(#[source] io::Error),
    /// The thread ended before it said whether it serves.
    #[error("the practice providers' thread ended early")]
    Ended,
    /// There is no practice provider of that name.
    #[error("there is no practice provider named {0:?}")]
    UnknownProvider(String),
    /// The provider didn't take the instruction, or couldn't be reached with it.
    #[error("could not instruct the practice provider {provider}")]
    Instruct {
        /// The provider.
        provider: String,
        /// What went wrong on the way, or what it answered.
        source: io::Error,
    },
}
