//! The rest of the person's machine: what is in the clipboard, and who else is on a port.
//!
//! Knows nothing of the real ones.

use std::sync::Mutex;

use linkdesk::platform::neighbors::Neighbor;
use linkdesk::platform::{Clipboard, Neighbors};
use zeroize::Zeroizing;

/// A clipboard that holds what a story puts there.
#[derive(Debug, Default)]
pub(crate) struct Copied(Mutex<Option<String>>);

impl Copied {
    /// The person copies something.
    pub(crate) fn copy(&self, text: &str) {
        *self.0.lock().unwrap() = Some(text.to_owned());
    }
}

impl Clipboard for Copied {
    fn text(&self) -> Option<Zeroizing<String>> {
        self.0.lock().unwrap().clone().map(Zeroizing::new)
    }
}

/// The programs of this machine; nobody, until a story says who.
#[derive(Debug, Default)]
pub(crate) struct Neighborhood(Mutex<Option<(u16, Neighbor)>>);

impl Neighborhood {
    /// A program listens on a port.
    pub(crate) fn move_in(&self, port: u16, name: &str, pid: u32) {
        let name = name.to_owned();
        *self.0.lock().unwrap() = Some((port, Neighbor { name, pid }));
    }
}

impl Neighbors for Neighborhood {
    fn listener_on(&self, port: u16) -> Option<Neighbor> {
        let holder = self.0.lock().unwrap().clone();
        holder.and_then(|(at, neighbor)| (at == port).then_some(neighbor))
    }
}
