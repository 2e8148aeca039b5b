//! Stories told to the practice providers over real sockets, one file per provider and one per thing they share.
//!
//! Knows nothing of the linker: the client is a few lines here, and the clock only moves when a story says so.

mod biggerplate;
mod counting;
mod faults;
mod folder;
mod just2trade;
mod loopback;
mod pages;
mod people;
mod planning;
mod rest_api_v1;
mod standard_authorize;
mod standard_client;
mod standard_device;
mod standard_faults;
mod standard_metadata;
mod standard_refresh;
mod standard_token;
mod tradecloud;
mod trading_parrot;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use url::{Url, form_urlencoded};

use super::{
    Counters, Fault, Mode, Options, ReadyProvider, RequestKind, Running, Times,
    ask::{Told, ask},
    ports::port,
    start,
};

/// Running practice providers and a clock.
pub(super) struct Practice {
    pub(super) running: Running,
    pub(super) folder: TempDir,
    now: Arc<AtomicI64>,
}

/// One practice provider, as its registered client sees it.
pub(super) struct Client {
    pub(super) provider: ReadyProvider,
    pub(super) username: String,
    pub(super) password: String,
}

/// The query of the address the browser was sent back to; a name that came twice is there once.
pub(super) type Callback = BTreeMap<String, String>;

impl Practice {
    pub(super) fn open(mode: Mode) -> Self {
        Self::open_with(mode, |_| {})
    }

    pub(super) fn open_with(mode: Mode, change: impl FnOnce(&mut Options)) -> Self {
        let folder = TempDir::new().unwrap();
        let now = Arc::new(AtomicI64::new(1_700_000_000_000));
        let mut options = options(&folder, mode, &now);
        change(&mut options);
        Self {
            running: start(options).unwrap(),
            folder,
            now,
        }
    }

    /// Ends the providers and starts them again in the same folder.
    pub(super) fn reopen(self, mode: Mode) -> Self {
        let Self {
            running,
            folder,
            now,
        } = self;
        drop(running);
        Self {
            running: start(options(&folder, mode, &now)).unwrap(),
            folder,
            now,
        }
    }

    pub(super) fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub(super) fn at(&self, id: &str) -> Client {
        let ready = self.running.ready();
        Client {
            provider: ready.provider(id).unwrap().clone(),
            username: ready.username.clone(),
            password: ready.password.clone(),
        }
    }

    /// Practice Identity, as the client with the secret sees it.
    pub(super) fn standard(&self) -> Client {
        let ready = self.running.ready();
        let standard = ready.standard.clone();
        Client {
            provider: ReadyProvider {
                id: standard.id,
                base_url: standard.base_url,
                client_id: standard.client_id,
                client_secret: standard.client_secret,
                redirect_uri: Some(standard.redirect_uri),
            },
            username: ready.username.clone(),
            password: ready.password.clone(),
        }
    }

    pub(super) fn fault(&self, id: &str, kind: RequestKind, fault: Fault) {
        self.running
            .set_fault(id, kind, Some(fault), Times::Once)
            .unwrap();
    }

    pub(super) fn counters(&self, id: &str) -> Counters {
        self.running.counters(id).unwrap()
    }
}

fn options(folder: &TempDir, mode: Mode, now: &Arc<AtomicI64>) -> Options {
    let now = Arc::clone(now);
    let clock = Arc::new(move || Timestamp::from_millisecond(now.load(Ordering::Relaxed)).unwrap());
    Options {
        mode,
        clock,
        ..Options::new(folder.path().join("practice"))
    }
}

impl Client {
    pub(super) fn client_id(&self) -> &str {
        &self.provider.client_id
    }

    pub(super) fn client_secret(&self) -> &str {
        &self.provider.client_secret
    }

    pub(super) fn redirect_uri(&self) -> &str {
        self.provider.redirect_uri.as_deref().unwrap()
    }

    pub(super) fn try_send(
        &self,
        request_line: &str,
        headers: &[&str],
        body: &str,
    ) -> std::io::Result<Told> {
        let headers: Vec<_> = headers.iter().map(|&line| line.to_owned()).collect();
        ask(
            port(&self.provider.base_url).unwrap(),
            request_line,
            &headers,
            body,
        )
    }

    pub(super) fn send(&self, request_line: &str, headers: &[&str], body: &str) -> Told {
        self.try_send(request_line, headers, body).unwrap()
    }

    pub(super) fn get(&self, target: &str) -> Told {
        self.send(&format!("GET {target}"), &[], "")
    }

    pub(super) fn get_as(&self, target: &str, bearer: &str) -> Told {
        self.send(
            &format!("GET {target}"),
            &[&format!("Authorization: Bearer {bearer}")],
            "",
        )
    }

    pub(super) fn post(&self, target: &str, form: &[(&str, &str)]) -> Told {
        let headers = ["Content-Type: application/x-www-form-urlencoded"];
        self.send(&format!("POST {target}"), &headers, &encoded(form))
    }

    pub(super) fn post_json(&self, target: &str, content_type: &str, body: &Value) -> Told {
        self.send(
            &format!("POST {target}"),
            &[&format!("Content-Type: {content_type}")],
            &body.to_string(),
        )
    }

    /// Opens the authorization address, signs in and presses a button.
    pub(super) fn decide(&self, path: &str, query: &[(&str, &str)], decision: &str) -> Told {
        let page = self.get(&format!("{path}?{}", encoded(query)));
        assert_eq!(page.status, 200, "no sign-in page: {}", page.body);
        let form = [
            ("ticket", ticket(&page)),
            ("username", &self.username),
            ("password", &self.password),
        ];
        let page = self.post("/sign-in", &form);
        assert!(
            page.body.contains("Allow access?"),
            "not signed in: {}",
            page.body
        );
        self.post(
            "/consent",
            &[("ticket", ticket(&page)), ("decision", decision)],
        )
    }

    pub(super) fn allow(&self, path: &str, query: &[(&str, &str)]) -> Callback {
        self.decide(path, query, "allow")
            .callback(self.redirect_uri())
    }
}

impl Told {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields
            .into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}: {}", self.head, self.body))
    }

    /// A text member of the JSON answer.
    pub(super) fn text(&self, name: &str) -> String {
        self.json()[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {}", self.body))
            .to_owned()
    }

    /// A 200 with JSON in it.
    pub(super) fn granted(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.header("cache-control"), Some("no-store"));
        self
    }

    #[track_caller]
    pub(super) fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.text("error").as_str()), (status, code));
    }

    /// The parameters of a redirect to exactly this address.
    #[track_caller]
    pub(super) fn callback(&self, redirect_uri: &str) -> Callback {
        assert_eq!(self.status, 302, "{}", self.body);
        let location = self.header("location").unwrap();
        assert!(location.starts_with(redirect_uri), "{location}");
        Url::parse(location)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect()
    }
}

pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The hidden field of a page.
pub(super) fn ticket(page: &Told) -> &str {
    let (_, rest) = page
        .body
        .split_once("name=\"ticket\" value=\"")
        .expect("a ticket on the page");
    rest.split_once('"').unwrap().0
}

/// The pairs without the one of this name.
pub(super) fn without<'a>(pairs: &[(&'a str, &'a str)], name: &str) -> Vec<(&'a str, &'a str)> {
    pairs
        .iter()
        .copied()
        .filter(|(key, _)| *key != name)
        .collect()
}

/// The pairs with another value for this name.
pub(super) fn changed<'a>(
    pairs: &[(&'a str, &'a str)],
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    pairs
        .iter()
        .map(|&(key, old)| (key, if key == name { value } else { old }))
        .collect()
}

/// The pairs and one more.
pub(super) fn and<'a>(
    pairs: &[(&'a str, &'a str)],
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    [pairs, &[(name, value)]].concat()
}

/// The pairs as a JSON object.
pub(super) fn object(pairs: &[(&str, &str)]) -> Value {
    let members = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), json!(value)));
    Value::Object(members.collect::<Map<_, _>>())
}
