//! The rest of the person's machine: what is in the clipboard, and that nobody else is on a port.
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
    #[expect(dead_code, reason = "no story copies anything yet")]
    pub(crate) fn copy(&self, text: &str) {
        *self.0.lock().unwrap() = Some(text.to_owned());
    }
}

impl Clipboard for Copied {
    fn text(&self) -> Option<Zeroizing<String>> {
        self.0.lock().unwrap().clone().map(Zeroizing::new)
    }
}

/// A machine whose programs are nobody's business.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Neighbors for Nobody {
    fn listener_on(&self, _port: u16) -> Option<Neighbor> {
        None
    }
}
