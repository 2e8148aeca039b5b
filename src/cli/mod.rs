//! The other face: every subcommand, as words for people and as JSON for scripts.
//!
//! Sends the same commands and reads the same snapshots as the window. Knows nothing of HTTP, disk, keys or the clock:
//! what it needs of the world is handed in with [`Io`]. One file per family of subcommands.
//!
//! Three things tie it to a worker: [`Wait`] makes the waker, [`Handover`] is what the worker's outlet calls, [`run()`] does the rest.

mod accounts;
mod args;
mod backup;
mod browsers;
mod certificate;
mod client;
mod client_redirect;
mod client_test;
mod credentials_file;
mod discover;
mod exit;
mod handover;
mod input;
mod io;
mod json;
mod key_store;
mod link;
mod link_answers;
mod link_events;
mod link_told;
mod providers;
mod refresh;
mod resolve;
mod run;
mod secret_file;
mod session;
mod show;
mod stop;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod trading_accounts;
mod unlink;
mod unlock;
mod wait;

pub use args::{
    AccountArgs, AnswerChoice, CertificateArgs, ChangePassphraseArgs, ClientArgs, DiscoverArgs,
    FileArgs, GlobalArgs, Invocation, KeyStoreArgs, KeyStoreChoice, KeyStoreCommand, LinkArgs,
    Mode, MoveArgs, RedirectChoice, RefreshArgs, SandboxArgs, Subcommand, TokenArgs, UnlinkArgs,
};
pub use exit::code as exit_code;
pub use handover::Handover;
pub use io::{Io, ask_hidden};
pub use run::run;
pub use wait::Wait;

/// The passphrase that a window is started with; a sentence where it can't be read.
pub fn passphrase(file: &std::path::Path) -> Result<crate::secret::Secret, String> {
    let mut input = std::io::BufReader::new(std::io::stdin());
    secret_file::read(file, Some(&mut input)).map_err(|error| error.to_string())
}
