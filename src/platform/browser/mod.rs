//! Opens the system browser.
//!
//! Knows nothing of what the address means. No shell is involved, and the address is always one whole argument.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use url::Url;

use super::Browser;
use super::http::is_loopback;

/// A launcher that is still there after this long has not failed: many stay for as long as the browser does.
const PATIENCE: Duration = Duration::from_millis(600);

/// With [`PATIENCE`] for each, the answer comes within three seconds.
const MOST_STARTED: usize = 5;

/// What programs add to the environment for themselves and a browser must not inherit.
const NOT_INHERITED: [&str; 8] = [
    "APPDIR",
    "APPIMAGE",
    "ARGV0",
    "BROWSER",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "OWD",
];

/// Our own variables; some name places of secrets.
const OUR_PREFIX: &str = "LINKDESK_";

/// What the loader of macOS reads.
const MACOS_LOADER_PREFIX: &str = "DYLD_";

/// Why no browser was opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is neither https nor http on a loopback address.
    #[error("the address is not one a browser may be sent to")]
    UnfitAddress,
    /// No launcher could be started.
    #[error("no browser could be started")]
    NotStarted(#[source] io::Error),
}

/// Whether a browser may be sent there: `https`, or `http` to this machine, with neither user information nor a fragment.
pub fn check_address(address: &Url) -> Result<(), Error> {
    let fit_scheme = match address.scheme() {
        "https" => address.host().is_some(),
        "http" => is_loopback(address),
        _ => false,
    };
    let plain = address.username().is_empty()
        && address.password().is_none()
        && address.fragment().is_none();
    if fit_scheme && plain {
        Ok(())
    } else {
        Err(Error::UnfitAddress)
    }
}

/// The launchers of this machine: those of `BROWSER` first, then the desktop's.
#[derive(Clone)]
pub struct SystemBrowser {
    browser: OsString,
    environment: Vec<(OsString, OsString)>,
}

impl SystemBrowser {
    /// Takes the program's environment, because only `main` reads it; launchers get it without what is ours alone.
    pub fn new(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let given: Vec<_> = environment.into_iter().collect();
        let value_of = |wanted: &str| {
            given
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.clone())
        };
        let bundle = value_of("APPDIR").filter(|folder| !folder.is_empty());
        Self {
            browser: value_of("BROWSER").unwrap_or_default(),
            environment: given
                .into_iter()
                .filter(|(name, _)| is_inherited(name))
                .filter_map(|(name, value)| Some((name, without(value, bundle.as_deref())?)))
                .collect(),
        }
    }

    fn start(&self, mut command: Command) -> io::Result<()> {
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Ctrl-C in the terminal that Linkdesk runs in is not meant for the browser.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let program = command.get_program().to_string_lossy().into_owned();
        match observe(command.spawn()?)? {
            Some(status) if !counts_as_started(status) => {
                Err(io::Error::other(format!("{program} ended with {status}")))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for SystemBrowser {
    /// Leaves the environment out: other programs keep secrets there.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SystemBrowser")
            .field("browser", &self.browser)
            .finish_non_exhaustive()
    }
}

impl Browser for SystemBrowser {
    fn open(&self, address: &Url) -> Result<(), Error> {
        check_address(address)?;
        let mut commands = chosen(&self.browser, address);
        commands.extend(open::commands(address.as_str()));
        let mut cause = io::Error::new(io::ErrorKind::NotFound, "no launcher is installed");
        let mut started = 0;
        for command in commands {
            match self.start(command) {
                Ok(()) => return Ok(()),
                // That a later launcher is missing must not hide how an earlier one failed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    if started == 0 {
                        cause = error;
                    }
                    started += 1;
                }
            }
            if started == MOST_STARTED {
                break;
            }
        }
        Err(Error::NotStarted(cause))
    }
}

/// Waits for the child in a thread of its own, which reaps it however long it stays, and reports an early end.
fn observe(mut child: Child) -> io::Result<Option<ExitStatus>> {
    let (ended, end) = sync_channel(1);
    std::thread::Builder::new()
        .name("browser".to_owned())
        .spawn(move || {
            // Nobody listens any more once the launcher counts as started.
            drop(ended.send(child.wait()));
        })?;
    match end.recv_timeout(PATIENCE) {
        Ok(status) => status.map(Some),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(None),
    }
}

/// On Windows the launcher's exit code says nothing: Explorer ends with 1 after opening the address.
fn counts_as_started(status: ExitStatus) -> bool {
    status.success() || cfg!(windows)
}

/// The commands that `BROWSER` names: a list with colons, in each `%s` for the address, which otherwise comes last.
fn chosen(browser: &OsStr, address: &Url) -> Vec<Command> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    let Some(browser) = browser.to_str() else {
        return Vec::new();
    };
    browser
        .split(separator)
        .filter_map(|entry| command_of(entry, address))
        .collect()
}

fn command_of(entry: &str, address: &Url) -> Option<Command> {
    let mut words = entry.split_whitespace();
    let mut command = Command::new(words.next()?);
    let mut placed = false;
    for word in words {
        if word.contains("%s") && !placed {
            command.arg(word.replacen("%s", address.as_str(), 1));
            placed = true;
        } else {
            command.arg(word);
        }
    }
    if !placed {
        command.arg(address.as_str());
    }
    Some(command)
}

fn is_inherited(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    !NOT_INHERITED.contains(&&*name)
        && !name.starts_with(OUR_PREFIX)
        && !name.starts_with(MACOS_LOADER_PREFIX)
}

/// Takes out of a list of paths those inside our own bundle; `None` if nothing else was in it.
fn without(value: OsString, bundle: Option<&OsStr>) -> Option<OsString> {
    let Some(bundle) = bundle else {
        return Some(value);
    };
    let is_ours = |path: &std::path::PathBuf| path.starts_with(bundle);
    if !std::env::split_paths(&value).any(|path| is_ours(&path)) {
        return Some(value);
    }
    let others = std::env::split_paths(&value).filter(|path| !is_ours(path));
    std::env::join_paths(others)
        .ok()
        .filter(|kept| !kept.is_empty())
}

#[cfg(test)]
mod tests;
