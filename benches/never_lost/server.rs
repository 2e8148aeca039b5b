//! A provider that answers at once and keeps no files, so that what is measured is not the provider.
//!
//! It speaks as Tradecloud does. Knows nothing of what is measured.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// It serves until the program ends.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    port: u16,
    next: Arc<AtomicUsize>,
    presented: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            next: Arc::default(),
            presented: Arc::default(),
        };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.answer(stream));
            }
        });
        server
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many refresh tokens were presented.
    pub(crate) fn refreshes(&self) -> usize {
        self.presented.lock().unwrap().values().sum()
    }

    /// How many of them more than once.
    pub(crate) fn twice(&self) -> usize {
        let presented = self.presented.lock().unwrap();
        presented.values().filter(|times| **times > 1).count()
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut head = Vec::new();
        let mut piece = [0; 4096];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut piece) {
                Ok(length @ 1..) => head.extend(&piece[..length]),
                _ => break,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let presented = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("refresh-token")
                .then(|| value.to_owned())
        });
        if let Some(token) = presented {
            *self.presented.lock().unwrap().entry(token).or_default() += 1;
        }
        let (headers, body) = if head.contains("/v2/user") {
            (String::new(), person(&head))
        } else {
            (self.pair(), String::new())
        };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        drop(stream.write_all(answer.as_bytes()));
        drop(stream.shutdown(Shutdown::Both));
    }

    fn pair(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("Set-Authorization: access{number}\r\nSet-Refresh-Token: refresh{number}\r\n")
    }
}

/// Whoever is asked for, each somebody else.
fn person(head: &str) -> String {
    let email = head.split("email=").nth(1).unwrap_or_default();
    let email = email.split(' ').next().unwrap_or_default();
    let email = email.replace("%40", "@");
    format!(r#"{{"id":"{email}","email":"{email}","firstName":"","lastName":""}}"#)
}
