//! A person in place of the browser: opens the address, signs in, allows or denies, and comes back.
//!
//! Speaks HTTP to the practice providers' real pages; knows nothing of the linker.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use http::{Method, Request, Response, header};
use linkdesk::ids::BrowserChoice;
use linkdesk::platform::browser::{Error, InstalledBrowser};
use linkdesk::platform::http::ReqwestHttp;
use linkdesk::platform::{Browser, Http as _};
use url::Url;

/// What the person presses on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Closes the tab without a word.
    CloseTab,
}

/// The person; clones are the same person.
#[derive(Clone, Debug)]
pub(crate) struct Person(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    username: String,
    password: String,
    decision: Decision,
    /// Addresses the launcher was asked to open.
    opened: Mutex<Vec<String>>,
    /// Where the browser ended where nobody listens.
    landed: Mutex<Vec<String>>,
    /// What the provider's page said instead of going on.
    refused: Mutex<Vec<String>>,
    bell: Condvar,
}

impl Person {
    /// Somebody who signs in so.
    pub(crate) fn new(username: &str, password: &str, decision: Decision) -> Self {
        Self(Arc::new(Inner {
            username: username.to_owned(),
            password: password.to_owned(),
            decision,
            opened: Mutex::default(),
            landed: Mutex::default(),
            refused: Mutex::default(),
            bell: Condvar::new(),
        }))
    }

    /// Addresses the launcher was asked to open.
    pub(crate) fn opened(&self) -> Vec<String> {
        self.0.opened.lock().unwrap().clone()
    }

    /// What a provider's page said instead of going on, once it has.
    pub(crate) fn wait_for_refusal(&self) -> String {
        let refused = self.0.refused.lock().unwrap();
        let patience = Duration::from_secs(30);
        let (mut refused, timeout) = self
            .0
            .bell
            .wait_timeout_while(refused, patience, |refused| refused.is_empty())
            .unwrap();
        assert!(!timeout.timed_out(), "no page refused anything");
        refused.remove(0)
    }

    /// The redirect address in the browser's address bar, once it is there.
    pub(crate) fn wait_for_landing(&self) -> String {
        let landed = self.0.landed.lock().unwrap();
        let (mut landed, timeout) = self
            .0
            .bell
            .wait_timeout_while(landed, Duration::from_secs(30), |landed| landed.is_empty())
            .unwrap();
        assert!(
            !timeout.timed_out(),
            "nobody came back: {:?}",
            self.0.refused.lock().unwrap()
        );
        landed.remove(0)
    }

    /// Walks through the pages; runs on a thread of its own, as a browser would.
    fn walk(&self, address: &Url) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let page = get(address.as_str()).await;
            let Some(ticket) = hidden(&page, "ticket") else {
                self.refuse(&page);
                return;
            };
            if self.0.decision == Decision::CloseTab {
                return;
            }
            let origin = address.origin().ascii_serialization();
            let sign_in = [
                ("ticket", ticket.as_str()),
                ("username", &self.0.username),
                ("password", &self.0.password),
            ];
            let page = post(&format!("{origin}/sign-in"), &sign_in).await;
            let ticket = hidden(&page, "ticket").unwrap();
            let decision = match self.0.decision {
                Decision::Deny => "deny",
                _ => "allow",
            };
            let consent = [("ticket", ticket.as_str()), ("decision", decision)];
            let answer = post(&format!("{origin}/consent"), &consent).await;
            let Some(target) = answer.headers().get(header::LOCATION) else {
                self.refuse(&answer);
                return;
            };
            self.come_back(target.to_str().unwrap()).await;
        });
    }

    async fn come_back(&self, target: &str) {
        if target.starts_with("http://") {
            get(target).await;
        } else {
            self.0.landed.lock().unwrap().push(target.to_owned());
            self.0.bell.notify_all();
        }
    }

    fn refuse(&self, page: &Response<Vec<u8>>) {
        let text = String::from_utf8_lossy(page.body()).into_owned();
        self.0.refused.lock().unwrap().push(text);
        self.0.bell.notify_all();
    }
}

impl Browser for Person {
    fn open(&self, address: &Url, _choice: Option<&BrowserChoice>) -> Result<(), Error> {
        self.0.opened.lock().unwrap().push(address.to_string());
        let person = self.clone();
        let address = address.clone();
        std::thread::Builder::new()
            .name("person".to_owned())
            .spawn(move || person.walk(&address))
            .unwrap();
        Ok(())
    }

    fn installed(&self) -> Vec<InstalledBrowser> {
        Vec::new()
    }
}

async fn get(address: &str) -> Response<Vec<u8>> {
    let request = Request::get(address).body(Vec::new()).unwrap();
    ReqwestHttp::new().send(request).await.unwrap()
}

async fn post(address: &str, fields: &[(&str, &str)]) -> Response<Vec<u8>> {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .unwrap();
    ReqwestHttp::new().send(request).await.unwrap()
}

/// The value of a hidden field of a page.
fn hidden(page: &Response<Vec<u8>>, name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(page.body());
    let (_, after) = text.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(after.split('"').next()?.to_owned())
}
