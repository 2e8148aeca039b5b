//! A person in place of the browser: opens the address, signs in, allows or denies, and comes back.
//!
//! Walks on a thread of its own, as a browser would; knows nothing of the linker. What the pages are like is `pages`' to know.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use linkdesk::ids::BrowserChoice;
use linkdesk::platform::Browser;
use linkdesk::platform::browser::{BrowserProfile, Error, InstalledBrowser};
use url::Url;

use super::pages::{self, Outcome, Visitor};
use super::wary::{self, Visited};

/// Longer than any page takes on a busy machine; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the person presses on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Closes the tab without a word.
    CloseTab,
    /// Allows, and stays at the redirect address: something in the browser keeps it from being loaded.
    StayThere,
}

/// Why no browser opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Launch {
    /// There is none that could be started.
    Fails,
    /// The chosen one is gone.
    IsMissing,
}

/// The person; clones are the same person.
#[derive(Clone, Debug)]
pub(crate) struct Person(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    password: String,
    mind: Mutex<Mind>,
    bell: Condvar,
}

/// What the person wants and has seen.
#[derive(Debug)]
struct Mind {
    username: String,
    decision: Decision,
    launch: Option<Launch>,
    /// The fingerprint of the one certificate the browser was told to trust.
    trusted: Option<String>,
    /// Addresses the launcher was asked to open, and in which browser.
    opened: Vec<(String, Option<BrowserChoice>)>,
    /// Where the browser ended where nobody listens, or the code a page showed.
    landed: Vec<String>,
    /// What the provider's page said instead of going on.
    refused: Vec<String>,
    /// Fingerprints the browser warned of.
    warned: Vec<String>,
}

impl Person {
    /// Somebody who signs in so.
    pub(crate) fn new(username: &str, password: &str, decision: Decision) -> Self {
        Self(Arc::new(Inner {
            password: password.to_owned(),
            mind: Mutex::new(Mind {
                username: username.to_owned(),
                decision,
                launch: None,
                trusted: None,
                opened: Vec::new(),
                landed: Vec::new(),
                refused: Vec::new(),
                warned: Vec::new(),
            }),
            bell: Condvar::new(),
        }))
    }

    /// Presses something else from now on.
    pub(crate) fn decide(&self, decision: Decision) {
        self.mind().decision = decision;
    }

    /// Signs in under another name from now on.
    pub(crate) fn become_somebody(&self, username: &str) {
        username.clone_into(&mut self.mind().username);
    }

    /// Has a browser that doesn't open, or one that does again.
    pub(crate) fn let_launch(&self, launch: Option<Launch>) {
        self.mind().launch = launch;
    }

    /// Tells the browser to trust the certificate of this fingerprint and no other.
    pub(crate) fn trust(&self, fingerprint: &str) {
        self.mind().trusted = Some(fingerprint.to_owned());
        self.0.bell.notify_all();
    }

    /// Addresses the launcher was asked to open.
    pub(crate) fn opened(&self) -> Vec<String> {
        let mind = self.mind();
        mind.opened.iter().map(|(address, _)| address.clone()).collect()
    }

    /// The browsers that were asked for, one for each address.
    pub(crate) fn browsers(&self) -> Vec<Option<BrowserChoice>> {
        let mind = self.mind();
        mind.opened.iter().map(|(_, choice)| choice.clone()).collect()
    }

    /// The fingerprints the browser has warned of.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.mind().warned.clone()
    }

    /// What a provider's page said instead of going on, once it has.
    pub(crate) fn wait_for_refusal(&self) -> String {
        self.wait("a page that refuses", |mind| &mut mind.refused)
    }

    /// The redirect address in the browser's address bar, or the code on the page, once it is there.
    pub(crate) fn wait_for_landing(&self) -> String {
        self.wait("the end of the road", |mind| &mut mind.landed)
    }

    /// The fingerprint the browser warns of, once it does.
    pub(crate) fn wait_for_warning(&self) -> String {
        self.wait("a warning", |mind| &mut mind.warned)
    }

    fn wait(&self, what: &str, list: impl Fn(&mut Mind) -> &mut Vec<String>) -> String {
        let bell = &self.0.bell;
        let (mut mind, timeout) = bell
            .wait_timeout_while(self.mind(), PATIENCE, |mind| list(mind).is_empty())
            .unwrap();
        assert!(!timeout.timed_out(), "waited for {what}: {mind:?}");
        list(&mut mind).remove(0)
    }

    /// Types an address into a browser that nobody launched.
    pub(crate) fn visit(&self, address: &str) {
        let address = Url::parse(address).unwrap();
        let person = self.clone();
        std::thread::Builder::new()
            .name("person".to_owned())
            .spawn(move || person.walk(&address))
            .unwrap();
    }

    /// Loads the redirect address and reads the page; none where nobody listens.
    pub(crate) fn load(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).unwrap();
        if url.scheme() == "http" {
            return pages::load(address);
        }
        let trusted = self.mind().trusted.clone();
        match wary::visit(&url, trusted.as_deref()) {
            Visited::Page(page) => Some(page),
            Visited::Refused(_) | Visited::Nobody => None,
        }
    }

    /// Enters a code on another device, signs in there and decides; gives the page at the end.
    pub(crate) fn enter(&self, verification_uri: &str, user_code: &str) -> String {
        pages::enter(verification_uri, user_code, &self.visitor())
    }

    /// Walks through the pages.
    fn walk(&self, address: &Url) {
        let visitor = self.visitor();
        match pages::walk(address, &visitor) {
            Outcome::Gone => {}
            Outcome::Refused(page) => self.note(|mind| mind.refused.push(page)),
            Outcome::Code(code) => self.note(|mind| mind.landed.push(code)),
            Outcome::Back(target) if visitor.decision == Decision::StayThere => {
                self.note(|mind| mind.landed.push(target));
            }
            Outcome::Back(target) => self.come_back(&target),
        }
    }

    fn come_back(&self, target: &str) {
        let url = Url::parse(target).unwrap();
        loop {
            let trusted = self.mind().trusted.clone();
            let visited = match url.scheme() {
                "http" => pages::load(target).map_or(Visited::Nobody, Visited::Page),
                _ => wary::visit(&url, trusted.as_deref()),
            };
            match visited {
                Visited::Page(_) => return,
                Visited::Nobody => return self.note(|mind| mind.landed.push(target.to_owned())),
                Visited::Refused(shown) => {
                    self.note(|mind| mind.warned.push(shown));
                    if !self.changes_mind(trusted.as_deref()) {
                        return;
                    }
                }
            }
        }
    }

    /// Sits in front of the warning until the browser is told to trust something else; not forever.
    fn changes_mind(&self, trusted: Option<&str>) -> bool {
        let bell = &self.0.bell;
        let is_same = |mind: &mut Mind| mind.trusted.as_deref() == trusted;
        let (mind, timeout) = bell
            .wait_timeout_while(self.mind(), PATIENCE, is_same)
            .unwrap();
        drop(mind);
        !timeout.timed_out()
    }

    fn visitor(&self) -> Visitor {
        let mind = self.mind();
        Visitor {
            username: mind.username.clone(),
            password: self.0.password.clone(),
            decision: mind.decision,
        }
    }

    fn note(&self, change: impl FnOnce(&mut Mind)) {
        change(&mut self.mind());
        self.0.bell.notify_all();
    }

    fn mind(&self) -> MutexGuard<'_, Mind> {
        self.0.mind.lock().unwrap()
    }
}

impl Browser for Person {
    fn open(&self, address: &Url, choice: Option<&BrowserChoice>) -> Result<(), Error> {
        let launch = self.mind().launch;
        match launch {
            Some(Launch::Fails) => {
                return Err(Error::NotStarted(io::Error::other("no launcher")));
            }
            Some(Launch::IsMissing) => {
                let name = choice.map(|choice| choice.browser.clone());
                let name = name.unwrap_or_default();
                return Err(Error::ChoiceMissing { name });
            }
            None => {}
        }
        self.note(|mind| mind.opened.push((address.to_string(), choice.cloned())));
        self.visit(address.as_str());
        Ok(())
    }

    fn installed(&self) -> Vec<InstalledBrowser> {
        vec![InstalledBrowser {
            id: "firefox".to_owned(),
            name: "Firefox".to_owned(),
            profiles: vec![BrowserProfile {
                id: "work".to_owned(),
                name: "Work".to_owned(),
            }],
        }]
    }
}
