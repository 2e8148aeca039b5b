//! Whether the [desktop portal][portal] offers a file dialog at all.
//!
//! Opens none. The dialog's library tells one that can't be opened as one that was canceled, so this is asked before.
//!
//! [portal]: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.FileChooser.html

use std::io;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use zbus::blocking::{Proxy, connection};

/// How long the desktop may take to say so.
const PATIENCE: Duration = Duration::from_secs(10);

/// The portal's name on the bus.
const PORTAL: &str = "org.freedesktop.portal.Desktop";

/// Where it is found there.
const PLACE: &str = "/org/freedesktop/portal/desktop";

/// What of it shows file dialogs; where no program on the desktop does, the portal leaves it out.
const CHOOSER: &str = "org.freedesktop.portal.FileChooser";

/// Why there is no dialog.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No session bus, no portal on it, or one without a file dialog.
    #[error("the desktop portal offers no file dialog")]
    Absent(#[from] zbus::Error),
    /// It didn't even say no.
    #[error("the desktop portal does not answer")]
    Silent,
    /// No thread to wait in.
    #[error("could not wait for the desktop portal")]
    NoThread(#[source] io::Error),
}

/// Fails where no dialog could be opened.
pub(super) fn check(
    bus: impl FnOnce() -> zbus::Result<connection::Builder<'static>> + Send + 'static,
    patience: Duration,
) -> Result<(), Error> {
    let (tell, told) = sync_channel(1);
    std::thread::Builder::new()
        .name("file dialog".to_owned())
        // Nobody listens any more where the answer comes too late.
        .spawn(move || drop(tell.send(version(bus))))
        .map_err(Error::NoThread)?;
    match told.recv_timeout(patience) {
        Ok(version) => Ok(version.map(drop)?),
        Err(_late) => Err(Error::Silent),
    }
}

/// The usual patience.
pub(super) const fn patience() -> Duration {
    PATIENCE
}

fn version(bus: impl FnOnce() -> zbus::Result<connection::Builder<'static>>) -> zbus::Result<u32> {
    let connection = bus()?.build()?;
    Proxy::new(&connection, PORTAL, PLACE, CHOOSER)?.get_property("version")
}

#[cfg(test)]
mod tests;
