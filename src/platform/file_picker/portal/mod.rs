//! The file dialog of the [desktop portal][portal], over the session bus.
//!
//! Knows nothing of what is in the file. A dialog that can't be opened is an error here, and never a change of mind.
//!
//! [portal]: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.FileChooser.html

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use url::Url;
use zbus::blocking::{Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// How long the desktop may take to say that the dialog is open; the person may take as long as they like.
const PATIENCE: Duration = Duration::from_secs(10);

/// The portal's name on the bus.
const PORTAL: &str = "org.freedesktop.portal.Desktop";

/// Where it takes requests.
const PLACE: &str = "/org/freedesktop/portal/desktop";

/// Our name for a request; each has a connection, and so a namespace, of its own.
const TOKEN: &str = "linkdesk";

/// The answer to a request that succeeded, and to one that the person ended.
const SUCCESS: u32 = 0;
const CANCELED: u32 = 1;

/// Why there is no dialog.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No session bus, no portal on it, or one without a file dialog.
    #[error("the desktop portal offers no file dialog")]
    Refused(#[from] zbus::Error),
    /// It didn't even say no.
    #[error("the desktop portal does not answer")]
    Silent,
    /// It ended the request by itself.
    #[error("the desktop portal ended the file dialog with {0}")]
    Ended(u32),
    /// Its answer names no file of this machine.
    #[error("the desktop portal's answer names no file")]
    Unclear,
    /// No thread to wait in.
    #[error("could not wait for the desktop portal")]
    NoThread(#[source] io::Error),
}

/// How far a request has come.
enum News {
    Open,
    Ended(Result<Option<PathBuf>, Error>),
}

/// Asks for a file; `None` when the person changed their mind.
pub(super) fn pick(
    bus: impl FnOnce() -> zbus::Result<connection::Builder<'static>> + Send + 'static,
    title: &str,
    extensions: &[&str],
) -> Result<Option<PathBuf>, Error> {
    pick_within(PATIENCE, bus, title, extensions)
}

fn pick_within(
    patience: Duration,
    bus: impl FnOnce() -> zbus::Result<connection::Builder<'static>> + Send + 'static,
    title: &str,
    extensions: &[&str],
) -> Result<Option<PathBuf>, Error> {
    let title = title.to_owned();
    let globs = extensions.iter().map(|it| format!("*.{it}")).collect();
    let (tell, news) = sync_channel(2);
    std::thread::Builder::new()
        .name("file dialog".to_owned())
        .spawn(move || {
            let opened = || tell.send(News::Open).is_ok();
            let ended = ask(bus, &title, globs, opened);
            // Nobody listens any more where it came too late.
            drop(tell.send(News::Ended(ended)));
        })
        .map_err(Error::NoThread)?;
    match news.recv_timeout(patience) {
        Ok(News::Ended(ended)) => ended,
        Err(_) => Err(Error::Silent),
        Ok(News::Open) => match news.recv() {
            Ok(News::Ended(ended)) => ended,
            Ok(News::Open) | Err(_) => Err(Error::Unclear),
        },
    }
}

/// One request; `opened` says whether anybody still waits for it.
fn ask(
    bus: impl FnOnce() -> zbus::Result<connection::Builder<'static>>,
    title: &str,
    globs: Vec<String>,
    opened: impl FnOnce() -> bool,
) -> Result<Option<PathBuf>, Error> {
    let connection = bus()?.build()?;
    let own_name = connection.unique_name().map(|name| name.as_str());
    let own_name = own_name.unwrap_or_default().trim_start_matches(':');
    let request = format!("{PLACE}/request/{}/{TOKEN}", own_name.replace('.', "_"));
    let request = Proxy::new(
        &connection,
        PORTAL,
        request,
        "org.freedesktop.portal.Request",
    )?;
    // Listening begins before asking, because the answer may be there at once.
    let mut answers = request.receive_signal("Response")?;
    let chooser = Proxy::new(
        &connection,
        PORTAL,
        PLACE,
        "org.freedesktop.portal.FileChooser",
    )?;
    let globs: Vec<(u32, String)> = globs.into_iter().map(|glob| (0, glob)).collect();
    let label: Vec<&str> = globs.iter().map(|(_, glob)| glob.as_str()).collect();
    let filters = vec![(label.join(", "), globs.clone())];
    let mut options = HashMap::from([("handle_token", Value::from(TOKEN))]);
    if !globs.is_empty() {
        options.insert("filters", Value::from(filters));
    }
    let _request: OwnedObjectPath = chooser.call("OpenFile", &("", title, options))?;
    if !opened() {
        request.call::<_, _, ()>("Close", &())?;
        return Err(Error::Silent);
    }
    let answer = answers.next().ok_or(Error::Unclear)?;
    let (code, results): (u32, HashMap<String, OwnedValue>) = answer.body().deserialize()?;
    match code {
        SUCCESS => file(results).map(Some).ok_or(Error::Unclear),
        CANCELED => Ok(None),
        other => Err(Error::Ended(other)),
    }
}

/// The one file of an answer.
fn file(mut results: HashMap<String, OwnedValue>) -> Option<PathBuf> {
    let uris = Vec::<String>::try_from(results.remove("uris")?).ok()?;
    let uri = Url::parse(uris.first()?).ok()?;
    // Fails for an address of another scheme or of another host.
    uri.to_file_path().ok()
}

#[cfg(test)]
mod tests;
