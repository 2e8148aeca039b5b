//! Opens the system browser, or the one that a person chose, and finds those there are to choose from.
//!
//! Knows nothing of what the address means. No shell is involved, and the address is always one whole argument.

mod desktop_entry;
mod elsewhere;
mod found;
mod freedesktop;
mod known;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use url::Url;

use self::found::Found;
use super::Browser;
use super::environment::{Environment, value_of};
use super::http::is_loopback;
use crate::ids::BrowserChoice;

/// A launcher that is still there after this long has not failed: many stay for as long as the browser does.
const PATIENCE: Duration = Duration::from_millis(600);

/// With [`PATIENCE`] for each, the answer comes within three seconds.
const MOST_STARTED: usize = 5;

/// Why no browser was opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is neither https nor http on a loopback address.
    #[error("the address is not one a browser may be sent to")]
    UnfitAddress,
    /// No launcher could be started.
    #[error("no browser could be started")]
    NotStarted(#[source] io::Error),
    /// The browser that was chosen, or its profile, is not on this machine; nothing else was opened in its place.
    #[error("the chosen browser or profile is not on this machine: {name}")]
    ChoiceMissing {
        /// What is missing, by the name it was chosen by.
        name: String,
    },
}

/// A browser that a person may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledBrowser {
    /// The machine's name for it, for a [`BrowserChoice`].
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its profiles; empty where it has none, or we don't know how to choose one.
    pub profiles: Vec<BrowserProfile>,
}

/// One of a browser's profiles: a set of cookies and sign-ins kept apart from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserProfile {
    /// The browser's name for it, for a [`BrowserChoice`].
    pub id: String,
    /// What the person called it.
    pub name: String,
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

/// The launchers of this machine: those of `BROWSER` first, then the desktop's; and the browsers by themselves.
#[derive(Clone)]
pub struct SystemBrowser {
    browser: OsString,
    environment: Environment,
}

impl SystemBrowser {
    /// Takes the program's environment, because only `main` reads it; launchers get it without what is ours alone.
    pub fn new(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let given: Vec<_> = environment.into_iter().collect();
        Self {
            browser: value_of(&given, "BROWSER").unwrap_or_default().to_owned(),
            environment: Environment::inherited(given),
        }
    }

    fn found(&self) -> Vec<Found> {
        if cfg!(target_os = "macos") {
            elsewhere::browsers_of_macos(&self.environment, Path::new("/Applications"))
        } else if cfg!(windows) {
            elsewhere::browsers_of_windows(&self.environment)
        } else {
            freedesktop::browsers(&self.environment)
        }
    }

    fn open_in(&self, choice: &BrowserChoice, address: &Url) -> Result<(), Error> {
        let missing = |name: &str| Error::ChoiceMissing {
            name: name.to_owned(),
        };
        let mut browsers = self.found().into_iter();
        let found = browsers.find(|found| found.browser.id == choice.browser);
        let found = found.ok_or_else(|| missing(&choice.browser))?;
        let mut profiles = found.browser.profiles.iter();
        let profile = match choice.profile.as_deref() {
            None => None,
            Some(id) => Some(profiles.find(|it| it.id == id).ok_or_else(|| missing(id))?),
        };
        let command = found.command(address, profile);
        let command = command.ok_or_else(|| missing(&choice.browser))?;
        self.start(command).map_err(Error::NotStarted)
    }

    fn open_default(&self, address: &Url) -> Result<(), Error> {
        let mut commands = named(&self.browser, address);
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

    fn start(&self, mut command: Command) -> io::Result<()> {
        command
            .env_clear()
            .envs(self.environment.variables())
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
    fn open(&self, address: &Url, choice: Option<&BrowserChoice>) -> Result<(), Error> {
        check_address(address)?;
        match choice {
            Some(choice) => self.open_in(choice, address),
            None => self.open_default(address),
        }
    }

    fn installed(&self) -> Vec<InstalledBrowser> {
        self.found()
            .into_iter()
            .map(|found| found.browser)
            .collect()
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
fn named(browser: &OsStr, address: &Url) -> Vec<Command> {
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

#[cfg(test)]
mod tests;
