//! Small servers beside the endpoint that keep the head of everything they receive: one that answers, one that passes on.
//!
//! Knows nothing of what is asked for.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use url::Url;

/// A server on a port of its own, until the process ends.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    pub(crate) port: u16,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// Answers every request with what `answer` makes of its target.
    pub(crate) fn answering(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::serve(move |head, near| {
            let target = head.split(' ').nth(1).unwrap_or_default();
            near.write_all(answer(target).as_bytes())
                .unwrap_or_default();
        })
    }

    /// Passes every request on to a port, addressed to it.
    pub(crate) fn before(port: u16) -> Self {
        Self::serve(move |head, near| {
            let ours = near.local_addr().unwrap().port();
            let head = head.replace(
                &format!("Host: 127.0.0.1:{ours}\r\n"),
                &format!("Host: 127.0.0.1:{port}\r\n"),
            );
            let mut far = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            far.write_all(head.as_bytes()).unwrap();
            drop(std::io::copy(&mut far, near));
        })
    }

    fn serve(take: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let recorder = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            received: Arc::default(),
        };
        let (received, take) = (Arc::clone(&recorder.received), Arc::new(take));
        let connections = Arc::clone(&recorder.connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::Relaxed);
                let (received, take) = (Arc::clone(&received), Arc::clone(&take));
                std::thread::spawn(move || visited(stream.unwrap(), &received, &*take));
            }
        });
        recorder
    }

    /// How many have connected so far, those included that say nothing.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The heads of all requests so far.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    /// An address here.
    pub(crate) fn at(&self, target: &str) -> Url {
        let port = self.port;
        Url::parse(&format!("http://127.0.0.1:{port}{target}")).unwrap()
    }
}

fn visited(
    mut stream: TcpStream,
    received: &Mutex<Vec<String>>,
    take: &dyn Fn(&str, &mut TcpStream),
) {
    let head = head(&mut stream);
    if !head.is_empty() {
        received.lock().unwrap().push(head.clone());
        take(&head, &mut stream);
    }
    drop(stream.shutdown(Shutdown::Both));
}

/// One request without a body; whoever goes before its end has said that much.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1..)) {
        head.extend(byte);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A whole page.
pub(crate) fn page(body: &str) -> String {
    let body = format!("<!doctype html><link rel=icon href=\"data:,\">{body}");
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// A redirect.
pub(crate) fn redirect(to: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}
