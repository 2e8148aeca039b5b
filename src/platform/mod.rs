//! The rest of the world as small traits: clock, random numbers, browser, HTTP, clipboard, file dialog, neighbors on a
//! port, and what is handed to a person.
//!
//! Knows nothing of ours but names. The real implementations live here; tests bring their own.

pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod computer;
mod environment;
pub mod file_picker;
pub mod http;
pub mod neighbors;
pub mod paths;
pub mod random;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use zeroize::Zeroizing;

use crate::ids::BrowserChoice;

/// A future that can be stored and sent: the price of keeping the world an ordinary struct of trait objects.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

/// What time it is, and waiting until then.
pub trait Clock: Debug + Send + Sync {
    /// The wall clock.
    fn now(&self) -> jiff::Timestamp;
    /// Completes once as much time has passed as lies between now and `at`, also while the machine sleeps.
    ///
    /// Setting the wall clock meanwhile neither shortens nor lengthens the wait; waking up is noticed within 30 s.
    fn sleep_until(&self, at: jiff::Timestamp) -> BoxFuture<()>;
    /// Time since some fixed point, for measuring how long something took: nobody can set it, and it stands still while
    /// the machine sleeps.
    fn elapsed(&self) -> std::time::Duration;
    /// The same, going on while the machine sleeps; its fixed point may be another.
    fn since_boot(&self) -> std::time::Duration;
}

/// Random numbers that nobody can guess.
pub trait Random: Debug + Send + Sync {
    /// Fills `bytes`; the operating system's failure to do so is an error.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), random::Error>;
}

/// The external user-agent (RFC 8252 §1): the system browser, or one that a person chose.
pub trait Browser: Debug + Send + Sync {
    /// Opens an address and returns once the launcher has been started; blocks for 3 s at most.
    ///
    /// A choice is kept to: where it can't be opened, nothing is.
    fn open(
        &self,
        address: &url::Url,
        choice: Option<&BrowserChoice>,
    ) -> Result<(), browser::Error>;
    /// The browsers there are to choose from; reads files, so it belongs on the blocking pool.
    fn installed(&self) -> Vec<browser::InstalledBrowser>;
}

/// What this machine tells of its other programs.
pub trait Neighbors: Debug + Send + Sync {
    /// The program that listens on this TCP port where we would, if the system tells; reads many small files.
    fn listener_on(&self, port: u16) -> Option<neighbors::Neighbor>;
}

/// The system's clipboard, read only.
pub trait Clipboard: Debug + Send + Sync {
    /// The text in it now, up to 32 KiB, if any; blocks for some seconds where its owner doesn't answer.
    fn text(&self) -> Option<Zeroizing<String>>;
}

/// The system's own dialog that asks for a file.
pub trait FilePicker: Debug + Send + Sync {
    /// Asks the person for one file and reads it; `None` when they changed their mind.
    ///
    /// Blocks for as long as the person takes, so it needs a thread of its own.
    fn pick(
        &self,
        title: &str,
        extensions: &[&str],
    ) -> Option<Result<file_picker::Picked, file_picker::Error>>;
}

/// One HTTP request, one answer; never a redirect followed, never more than 1 MiB read.
pub trait Http: Debug + Send + Sync {
    /// Sends and reads the whole answer, within 30 s.
    fn send(
        &self,
        request: ::http::Request<Vec<u8>>,
    ) -> BoxFuture<Result<::http::Response<Vec<u8>>, http::Error>>;
    /// Connects as [`Http::send`] would, name, proxy and TLS included, and hangs up before a byte of HTTP reaches the
    /// server; within 10 s.
    fn reach(&self, address: &url::Url) -> BoxFuture<Result<(), http::Error>>;
}

/// What is handed to a person or a program outside of snapshots, because it holds a secret.
///
/// The window's outlet is the clipboard, the command line's is standard output.
pub trait Outlet: Debug + Send + Sync {
    /// The authorization address of an attempt is ready.
    fn address_ready(&self, address: &url::Url, redirect_uri: &str);
    /// The person asked for the authorization address.
    fn copy_address(&self, address: &url::Url);
    /// The person, or a program, asked for an access token.
    fn hand_out(&self, token: &str);
}
