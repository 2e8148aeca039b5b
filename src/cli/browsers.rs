//! `browsers`: the browsers of this computer and their profiles, in the form `--browser` takes.
//!
//! Starts none of them.

use super::session::Session;
use super::stop::Stop;
use super::{exit, json, table};
use crate::bridge::{BrowserCard, Snapshot};
use crate::ids::BrowserChoice;
use crate::text::foreign;

pub(super) fn run(session: &mut Session<'_, '_>, snapshot: &Snapshot) -> Result<u8, Stop> {
    let browsers = snapshot.browsers.as_slice();
    if session.json {
        let all: Vec<json::Browser<'_>> = browsers.iter().map(json::Browser::new).collect();
        session.print_json(&all)?;
    } else if browsers.is_empty() {
        session.say(
            "No browser was found on this computer. A sign-in on another one: link with --no-browser.",
        );
    } else {
        session.print(&list(browsers))?;
    }
    Ok(exit::DONE)
}

/// The browsers and profiles under each other, each as it can be given.
pub(super) fn list<'a>(browsers: impl IntoIterator<Item = &'a BrowserCard>) -> String {
    let rows = browsers.into_iter().flat_map(|browser| {
        let name = foreign(&browser.name);
        let own = vec![foreign(&browser.id), name.clone()];
        let profiles = browser.profiles.iter().map(move |(id, profile)| {
            vec![
                foreign(&format!("{}/{id}", browser.id)),
                format!("{name}, {}", foreign(profile)),
            ]
        });
        std::iter::once(own).chain(profiles)
    });
    table::columns(&rows.collect::<Vec<_>>())
}

/// A browser that was chosen, as it can be given.
pub(super) fn chosen(choice: &BrowserChoice) -> String {
    match &choice.profile {
        Some(profile) => foreign(&format!("{}/{profile}", choice.browser)),
        None => foreign(&choice.browser),
    }
}
