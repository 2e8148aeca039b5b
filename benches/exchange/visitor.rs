//! A person in place of the browser, who signs in, allows, and notes the instant of coming back.
//!
//! Knows nothing of what comes after.

use std::time::Instant;

use linkdesk::ids::BrowserChoice;
use linkdesk::platform::{Browser, browser};
use url::Url;

use crate::Shared;
use crate::pages::{ask_at, sign_in};

/// A person who signs in and allows, and whose browser says when it comes back.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) instants: Shared,
}

impl Browser for Visitor {
    fn open(&self, address: &Url, _: Option<&BrowserChoice>) -> Result<(), browser::Error> {
        let (visitor, address) = (self.clone(), address.clone());
        std::thread::spawn(move || visitor.visit(&address));
        Ok(())
    }

    fn installed(&self) -> Vec<browser::InstalledBrowser> {
        Vec::new()
    }
}

impl Visitor {
    fn visit(&self, address: &Url) {
        let target = sign_in(address, &self.username, &self.password);
        ask_at("GET", &target, "", || {
            self.instants.lock().unwrap().called_back = Some(Instant::now());
        });
    }
}
