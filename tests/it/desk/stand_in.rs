//! A server that answers whatever is asked with one fixed answer, for what no practice provider would say.
//!
//! Counts who comes and keeps what they bring; understands nothing of it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server with one answer.
pub(crate) struct StandIn {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    /// Answers with this status and this JSON.
    pub(crate) fn new(status: u16, json: &str) -> Self {
        Self::answering(status, json, |_| ())
    }

    /// Answers with this JSON, what is posted only once that is told.
    pub(crate) fn told_when(json: &str) -> (Self, SyncSender<()>) {
        let (go, told) = sync_channel(1);
        let hold = move |request: &str| {
            if request.starts_with("POST ") {
                // A story that has failed tells nothing any more.
                told.recv().unwrap_or(());
            }
        };
        (Self::answering(200, json, hold), go)
    }

    fn answering(status: u16, json: &str, mut hold: impl FnMut(&str) + Send + 'static) -> Self {
        let answer = format!(
            "HTTP/1.1 {status} As told\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{json}",
            json.len()
        );
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&requests);
        serve(listener, move |mut stream| {
            let request = request(&mut stream);
            kept.lock().unwrap().push(request.clone());
            hold(&request);
            // Whoever has gone doesn't want the answer.
            drop(stream.write_all(answer.as_bytes()));
        });
        Self { url, requests }
    }

    /// Speaks TLS with a certificate that nobody has a reason to trust.
    pub(crate) fn untrusted() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&requests);
        let config = Arc::new(self_signed());
        serve(listener, move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut first = [0; 1];
            if stream.read(&mut first).is_ok_and(|read| read > 0) {
                kept.lock().unwrap().push("a request".to_owned());
            }
        });
        Self { url, requests }
    }

    /// What was asked so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

pub(super) fn serve(listener: TcpListener, mut answer: impl FnMut(TcpStream) + Send + 'static) {
    std::thread::Builder::new()
        .name("stand-in".to_owned())
        .spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream);
            }
        })
        .unwrap();
}

/// As much of a request as there is: its head, and as many bytes as it announces.
pub(super) fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1);
        let length = length.and_then(|it| it.lines().next()?.parse().ok());
        if body.len() >= length.unwrap_or(0_usize) {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn self_signed() -> ServerConfig {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap()
}
