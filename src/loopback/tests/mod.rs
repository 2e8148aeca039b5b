//! The redirection endpoint over real sockets: what ends the wait, and how much does not.
//!
//! Knows no browser; requests are written byte by byte as one would send them.

mod ports;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::*;

/// Long enough for a slow machine, short enough to notice what never comes.
const PATIENCE: Duration = Duration::from_secs(10);

const RIGHT: &str = "code=c&state=right";

/// A sign-in that waits.
struct Waiting {
    port: u16,
    end: JoinHandle<Answered>,
    judged: Arc<AtomicUsize>,
    strays: Arc<Mutex<Vec<Stray>>>,
}

impl Waiting {
    async fn start() -> Self {
        Self::with(Listener::bind("127.0.0.1", None).await.unwrap())
    }

    fn with(listener: Listener) -> Self {
        let port = listener.local_port();
        let judged = Arc::new(AtomicUsize::new(0));
        let strays = Arc::new(Mutex::new(Vec::new()));
        let (counter, list) = (Arc::clone(&judged), Arc::clone(&strays));
        let judge = move |query: &str| {
            counter.fetch_add(1, Ordering::Relaxed);
            match query {
                RIGHT => Verdict::Accept,
                "error=access_denied&state=right" => Verdict::End,
                _ => Verdict::KeepWaiting,
            }
        };
        let on_stray = move |stray| list.lock().unwrap().push(stray);
        let end = tokio::spawn(async move { listener.wait("/callback", judge, on_stray).await });
        Self {
            port,
            end,
            judged,
            strays,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    fn redirect(&self, query: &str) -> String {
        let port = self.port;
        format!(
            "GET /callback?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Dest: document\r\n\r\n"
        )
    }

    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        read_all(&mut stream).await
    }

    /// The right redirect comes last and is taken, whatever came before.
    async fn finish(self) -> Vec<Stray> {
        let page = self.send(self.redirect(RIGHT)).await;
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        let answered = timeout(PATIENCE, self.end).await.unwrap().unwrap();
        assert_eq!(answered.verdict, Verdict::Accept);
        assert_eq!(answered.query(), RIGHT);
        std::mem::take(&mut self.strays.lock().unwrap())
    }
}

/// Everything until the other side closes; a reset after the answer is an end too.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    drop(
        timeout(PATIENCE, stream.read_to_end(&mut bytes))
            .await
            .expect("the connection stays open"),
    );
    String::from_utf8(bytes).unwrap()
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or("none")
}

#[tokio::test]
async fn the_right_redirect_ends_the_wait_with_its_query_and_a_page() {
    let strays = Waiting::start().await.finish().await;
    assert_eq!(strays, []);
}

#[tokio::test]
async fn a_denial_that_belongs_to_us_ends_the_wait_calmly() {
    let waiting = Waiting::start().await;
    let query = "error=access_denied&state=right";
    let page = waiting.send(waiting.redirect(query)).await;
    assert!(page.contains("Nothing was linked"), "{page}");
    let answered = timeout(PATIENCE, waiting.end).await.unwrap().unwrap();
    assert_eq!((answered.verdict, answered.query()), (Verdict::End, query));
}

#[tokio::test]
async fn a_thousand_wrong_states_and_forged_errors_keep_it_waiting() {
    let waiting = Waiting::start().await;
    let late = String::from_utf8(response::page(Verdict::KeepWaiting)).unwrap();
    for number in 0..500 {
        for query in [
            format!("code=c&state={number}"),
            "error=access_denied".to_owned(),
        ] {
            assert_eq!(waiting.send(waiting.redirect(&query)).await, late);
        }
    }
    let strays = waiting.finish().await;
    assert_eq!(strays, vec![Stray::Unknown; 1_000]);
}

#[tokio::test]
async fn nothing_of_the_request_is_in_the_answer() {
    let waiting = Waiting::start().await;
    let late = String::from_utf8(response::page(Verdict::KeepWaiting)).unwrap();
    for payload in [
        "<script>alert(1)</script>",
        "error_description=%3Cimg%20src=x%3E",
        "error=a&error_uri=javascript:alert(1)",
        "state='\"%0d%0aX-Evil:1",
        "{{7*7}}",
    ] {
        assert_eq!(waiting.send(waiting.redirect(payload)).await, late);
    }
    waiting.finish().await;
}

/// What others send, with `HOST` for the line that belongs there and `PORT` for the port, and how it is answered and counted.
#[rustfmt::skip]
const OTHERS: [(&str, &str, Stray); 16] = [
    ("GET /favicon.ico HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET / HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("HEAD /callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("OPTIONS /callback HTTP/1.1\r\nHOSTAccess-Control-Request-Private-Network: true\r\n\r\n", "405", Stray::Method),
    ("POST /callback HTTP/1.1\r\nHOSTContent-Length: 18\r\n\r\ncode=c&state=right", "405", Stray::Method),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHost: rebound.example\r\n\r\n", "421", Stray::Host),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTHOST\r\n", "400", Stray::Malformed),
    ("GET /callback?code=c&state=right HTTP/1.1\r\n\r\n", "400", Stray::Malformed),
    ("GET http://127.0.0.1:PORT/callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "400", Stray::Malformed),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: image\r\n\r\n", "403", Stray::Embedded),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: iframe\r\n\r\n", "403", Stray::Embedded),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Purpose: prefetch\r\n\r\n", "403", Stray::Embedded),
    ("\0\0\0\0\0\0\0\0", "400", Stray::Malformed),
    ("GET /callback HTTP/1.1\r\nHOSTHost : 127.0.0.1\r\n\r\n", "400", Stray::Malformed),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "none", Stray::Http2),
    ("\u{16}\u{3}\u{1}\u{2}", "none", Stray::Tls),
];

#[tokio::test]
async fn other_requests_are_answered_and_change_nothing() {
    let waiting = Waiting::start().await;
    let port = waiting.port.to_string();
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    for (request, wanted, _) in OTHERS {
        let request = request.replace("HOST", &host).replace("PORT", &port);
        let answer = waiting.send(&request).await;
        assert_eq!(status(&answer), wanted, "{request:?}");
        assert!(!answer.contains("Access-Control"), "{answer}");
    }
    let judged = waiting.judged.load(Ordering::Relaxed);
    assert_eq!(judged, 0, "the judge was asked");
    assert_eq!(waiting.finish().await, OTHERS.map(|(_, _, stray)| stray));
}

#[tokio::test]
async fn a_body_nobody_reads_does_not_cost_the_answer() {
    let waiting = Waiting::start().await;
    let mut stream = waiting.connect().await;
    let head = format!("POST / HTTP/1.1\r\n\r\n{}", "x".repeat(32 * 1024));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.unwrap().expect("the connection was reset");
    assert_eq!(answer, response::refusal(405, false));
    waiting.finish().await;
}

#[tokio::test]
async fn an_endless_header_is_cut_off() {
    let waiting = Waiting::start().await;
    let mut stream = waiting.connect().await;
    let head = format!("GET /callback HTTP/1.1\r\nX: {}", "a".repeat(16 * 1024));
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read_all(&mut stream).await;
    assert_eq!(status(&answer), "431");
    assert_eq!(waiting.finish().await, [Stray::TooLong]);
}

#[tokio::test]
async fn a_request_that_only_drips_is_cut_off_at_the_deadline() {
    let mut listener = Listener::bind("127.0.0.1", None).await.unwrap();
    listener.header_deadline = Duration::from_millis(40);
    let waiting = Waiting::with(listener);
    let (mut reading, mut writing) = waiting.connect().await.into_split();
    let drip = tokio::spawn(async move {
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        for byte in b"GET /callback?x=".iter().chain(std::iter::repeat(&b'a')) {
            tick.tick().await;
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    });
    let mut answer = vec![0; 12];
    timeout(PATIENCE, reading.read_exact(&mut answer))
        .await
        .expect("the dripping goes on")
        .unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    drip.abort();
    assert_eq!(waiting.finish().await, [Stray::Silent]);
}

#[tokio::test]
async fn a_silent_connection_is_closed_at_the_deadline() {
    let mut listener = Listener::bind("127.0.0.1", None).await.unwrap();
    listener.header_deadline = Duration::from_millis(20);
    let waiting = Waiting::with(listener);
    let mut silent = waiting.connect().await;
    assert_eq!(read_all(&mut silent).await, "");
    assert_eq!(waiting.finish().await, [Stray::Silent]);
}

#[tokio::test]
async fn a_crowd_of_silent_connections_does_not_shut_the_redirect_out() {
    let waiting = Waiting::start().await;
    let mut crowd = Vec::new();
    for _ in 0..crowd_size() {
        crowd.push(waiting.connect().await);
    }
    let crowded = crowd.len() - 63;
    let strays = waiting.finish().await;
    let given_up = strays.iter().filter(|stray| **stray == Stray::Crowded);
    assert_eq!(given_up.count(), crowded);
}

/// A thousand where this process may have that many, else what leaves room for the other tests.
fn crowd_size() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open_files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let most = open_files
        .and_then(|line| line.split_whitespace().nth(3))
        .and_then(|number| number.parse::<usize>().ok());
    if most.is_some_and(|most| most >= 4_096) {
        1_000
    } else {
        200
    }
}

#[tokio::test]
async fn a_crowd_of_unfinished_requests_does_not_shut_the_redirect_out() {
    let waiting = Waiting::start().await;
    let mut crowd = Vec::new();
    for _ in 0..200 {
        let mut stream = waiting.connect().await;
        stream.write_all(b"GET /callback?").await.unwrap();
        crowd.push(stream);
    }
    assert_eq!(waiting.finish().await, [Stray::Crowded; 137]);
}

#[tokio::test]
async fn fifty_copies_of_the_right_redirect_count_once_and_see_the_same_page() {
    let waiting = Waiting::start().await;
    let mut streams = Vec::new();
    for _ in 0..50 {
        streams.push(waiting.connect().await);
    }
    let mut pages = JoinSet::new();
    for mut stream in streams {
        let request = waiting.redirect(RIGHT);
        pages.spawn(async move {
            stream.write_all(request.as_bytes()).await.unwrap();
            read_all(&mut stream).await
        });
    }
    let answered = timeout(PATIENCE, waiting.end).await.unwrap().unwrap();
    let ((), pages) = tokio::join!(answered.farewell.say(), pages.join_all());
    let page = String::from_utf8(response::page(Verdict::Accept)).unwrap();
    assert_eq!(pages, vec![page; 50]);
    assert_eq!(waiting.judged.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_second_response_with_another_code_is_not_the_one_that_counts() {
    let waiting = Waiting::start().await;
    let mut second = waiting.connect().await;
    let mut first = waiting.connect().await;
    first
        .write_all(waiting.redirect(RIGHT).as_bytes())
        .await
        .unwrap();
    let request = waiting.redirect("error=access_denied&state=right");
    let answered = timeout(PATIENCE, waiting.end).await.unwrap().unwrap();
    second.write_all(request.as_bytes()).await.unwrap();
    let (page, ()) = tokio::join!(read_all(&mut second), answered.farewell.say());
    assert_eq!(status(&page), "400");
}

#[tokio::test]
async fn the_result_does_not_wait_for_the_browser_to_take_its_page() {
    let waiting = Waiting::start().await;
    let mut stream = waiting.connect().await;
    stream
        .write_all(waiting.redirect(RIGHT).as_bytes())
        .await
        .unwrap();
    // The stream is neither read nor closed.
    let answered = timeout(Duration::from_millis(500), waiting.end)
        .await
        .expect("the result waits for the browser")
        .unwrap();
    drop(answered);
    let page = read_all(&mut stream).await;
    assert!(page.ends_with("</html>\n"), "{page}");
}

#[tokio::test]
async fn the_code_is_not_in_what_debug_shows() {
    let waiting = Waiting::start().await;
    waiting.send(waiting.redirect(RIGHT)).await;
    let answered = timeout(PATIENCE, waiting.end).await.unwrap().unwrap();
    assert!(!format!("{answered:?}").contains("code="));
}
