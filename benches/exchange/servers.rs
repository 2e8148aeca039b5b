//! A relay before each provider that notes when the token request arrives, and the bare loop it is compared with.
//!
//! Knows nothing of the worker.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use url::Url;

use crate::Shared;
use crate::pages::{ask, ask_at};

/// Listens before a provider, notes when the awaited request arrives, and passes everything on.
pub(crate) fn relay(to: &Url, instants: &Shared) -> Url {
    let provider = (to.host_str().unwrap().to_owned(), to.port().unwrap());
    let instants = Arc::clone(instants);
    serve(move |stream| {
        let (provider, instants) = (provider.clone(), Arc::clone(&instants));
        std::thread::spawn(move || pass_on(stream, &provider, &instants));
    })
}

fn pass_on(mut near: TcpStream, provider: &(String, u16), instants: &Shared) {
    let mut first = [0; 4096];
    let length = near.read(&mut first).unwrap();
    let now = Instant::now();
    let mut noted = instants.lock().unwrap();
    if noted.leaving.is_some() {
        noted.arrived.get_or_insert(now);
    }
    drop(noted);
    let mut far = TcpStream::connect((&*provider.0, provider.1)).unwrap();
    far.write_all(first.get(..length).unwrap()).unwrap();
    let (mut from_near, mut to_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let there = std::thread::spawn(move || {
        drop(std::io::copy(&mut from_near, &mut to_far));
        drop(to_far.shutdown(Shutdown::Write));
    });
    drop(std::io::copy(&mut far, &mut near));
    drop(near.shutdown(Shutdown::Both));
    there.join().unwrap();
}

/// The same two requests and nothing else, on threads that wait as the worker does.
pub(crate) struct Bare {
    callback: Url,
    finished: Receiver<()>,
}

impl Bare {
    pub(crate) fn new(instants: &Shared) -> Self {
        let noted = Arc::clone(instants);
        let endpoint = serve(move |mut stream| {
            read_once(&mut stream);
            noted.lock().unwrap().arrived = Some(Instant::now());
        });
        let (finish, finished) = sync_channel(1);
        let callback = serve(move |mut stream| {
            read_once(&mut stream);
            let page = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(page).unwrap();
            drop(stream);
            ask("POST", &endpoint, "grant_type=authorization_code");
            finish.send(()).unwrap();
        });
        Self { callback, finished }
    }

    pub(crate) fn run(&self, instants: &Shared) {
        ask_at("GET", &self.callback, "", || {
            instants.lock().unwrap().called_back = Some(Instant::now());
        });
        self.finished.recv().unwrap();
    }
}

/// Takes connections one after the other.
fn serve(mut take: impl FnMut(TcpStream) + Send + 'static) -> Url {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            take(stream.unwrap());
        }
    });
    Url::parse(&address).unwrap()
}

fn read_once(stream: &mut TcpStream) {
    assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
}
