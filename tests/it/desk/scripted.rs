//! A provider of the person's own whose every answer a story writes, byte for byte, and links that are made there.
//!
//! Understands nothing of what it is asked; the wire may be told to fail instead.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use linkdesk::bridge::{AccountCard, ClientChange, SecretChange};
use linkdesk::secret::Secret;

use super::Desk;
use super::stand_in::{request, serve};

/// What stories call it.
pub(crate) const OWN: &str = "own";

/// What a link begins with.
pub(crate) const TOKENS: &str =
    r#"{"access_token":"a-0","token_type":"Bearer","expires_in":3600,"refresh_token":"r-0"}"#;

/// A server that answers what it was last told to.
pub(crate) struct Scripted {
    pub url: String,
    answer: Arc<Mutex<Vec<u8>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer: Arc<Mutex<Vec<u8>>> = Arc::default();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (told, count) = (Arc::clone(&answer), Arc::clone(&asked));
        serve(listener, move |mut stream| {
            let request = request(&mut stream);
            count.lock().unwrap().push(request);
            let answer: Vec<u8> = told.lock().unwrap().clone();
            // Whoever has gone doesn't want the answer.
            drop(stream.write_all(&answer));
        });
        Self { url, answer, asked }
    }

    /// From now on these bytes.
    pub(crate) fn raw(&self, bytes: &[u8]) {
        *self.answer.lock().unwrap() = bytes.to_vec();
    }

    /// From now on this status, these further header lines, this body.
    pub(crate) fn say(&self, status: u16, headers: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status} As told\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        self.raw(&[head.as_bytes(), body].concat());
    }

    /// From now on this JSON.
    pub(crate) fn say_json(&self, status: u16, json: &str) {
        self.say(status, "Content-Type: application/json\r\n", json);
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// What it was asked last.
    pub(crate) fn last(&self) -> String {
        self.asked.lock().unwrap().last().cloned().unwrap()
    }
}

impl Desk {
    /// Adds a provider that is this server, with these further lines in its file.
    pub(crate) fn add_scripted(&self, server: &Scripted, lines: &str) {
        let url = &server.url;
        let file = format!(
            "id = \"{OWN}\"\nname = \"Own\"\nauthorization_endpoint = \"{url}/authorize\"\n\
             token_endpoint = \"{url}/token\"\ntoken_endpoint_auth_method = \"client_secret_post\"\n\
             redirect_uri = \"http://127.0.0.1/callback\"\n{lines}\n"
        );
        assert_eq!(self.drop_in("own.toml", &file).problem, None);
        let change = ClientChange {
            client_id: Some("somebody".to_owned()),
            client_secret: SecretChange::Set(Secret::new("a-secret")),
            ..ClientChange::default()
        };
        self.set_up(OWN, change);
    }

    /// Links at a provider whose sign-in page is mute: the person comes back by hand.
    pub(crate) fn link_by_hand(&self, provider: &str) -> AccountCard {
        let flow = self.start_link(provider);
        self.wait_for_redirect(flow);
        let address = self.person.opened().pop().unwrap();
        let address = url::Url::parse(&address).unwrap();
        let sent = |name: &str| {
            let mut pairs = address.query_pairs();
            pairs.find(|(own, _)| own == name).unwrap().1.into_owned()
        };
        let back = format!("{}?code=c&state={}", sent("redirect_uri"), sent("state"));
        self.person.load(&back).unwrap();
        self.linked(flow)
    }

    /// Every sealed record as it lies in the file.
    pub(crate) fn sealed(&self) -> Vec<(String, i64, Vec<u8>)> {
        let file = rusqlite::Connection::open(self.data().join("linkdesk.db")).unwrap();
        let mut rows = file
            .prepare("SELECT what, serial, bytes FROM sealed ORDER BY what")
            .unwrap();
        let rows = rows
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    }
}
