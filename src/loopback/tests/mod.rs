//! The redirection endpoint over real sockets: what ends a wait, and how much does not.
//!
//! Knows no browser; requests are written byte by byte as one would send them.

#[cfg(target_os = "linux")]
mod alone;
mod crowds;
mod garbage;
mod ports;
mod secure;
mod shared;
#[cfg(target_os = "linux")]
mod soak;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::endpoints::Limits;
use super::*;

/// Long enough for a slow machine, short enough to notice what never comes.
const PATIENCE: Duration = Duration::from_secs(30);

const RIGHT: &str = "code=c&state=right";
const DENIED: &str = "error=access_denied&state=right";

/// The usual place, at any port.
fn anywhere() -> Address {
    at(None)
}

fn at(port: Option<u16>) -> Address {
    Address {
        scheme: Scheme::Http,
        host: "127.0.0.1".to_owned(),
        port,
        path: "/callback".to_owned(),
    }
}

/// A loopback that loses patience with slow requests after so many milliseconds.
fn impatient(milliseconds: u64) -> Loopback {
    Loopback::with(Limits {
        header_deadline: Duration::from_millis(milliseconds),
        ..Limits::default()
    })
}

/// A sign-in that waits.
struct Waiting {
    port: u16,
    end: JoinHandle<Answered>,
    judged: Arc<AtomicUsize>,
    strays: Arc<Mutex<Vec<Stray>>>,
    /// Keeps the endpoint for a while after the answer, as the worker does.
    #[expect(dead_code, reason = "it is kept, not used")]
    loopback: Loopback,
}

impl Waiting {
    async fn start() -> Self {
        Self::at(&Loopback::default(), &anywhere()).await
    }

    async fn at(loopback: &Loopback, address: &Address) -> Self {
        let seat = loopback.open(address, None).await.unwrap();
        Self::with(loopback, seat, "right")
    }

    /// Waits for an answer with this `state`.
    fn with(loopback: &Loopback, mut seat: Seat, state: &'static str) -> Self {
        let port = seat.local_port();
        let judged = Arc::new(AtomicUsize::new(0));
        let strays = Arc::new(Mutex::new(Vec::new()));
        let (counter, list) = (Arc::clone(&judged), Arc::clone(&strays));
        let judge = move |query: &str| {
            counter.fetch_add(1, Ordering::Relaxed);
            match query.strip_suffix(state) {
                Some("code=c&state=") => Verdict::Accept,
                Some("error=access_denied&state=") => Verdict::End,
                _ => Verdict::KeepWaiting,
            }
        };
        let on_stray = move |stray| list.lock().unwrap().push(stray);
        Self {
            port,
            end: tokio::spawn(async move { seat.wait(judge, on_stray).await }),
            judged,
            strays,
            loopback: loopback.clone(),
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        send(self.port, bytes).await
    }

    fn redirect(&self, query: &str) -> String {
        redirect(self.port, query)
    }

    async fn answered(self) -> Answered {
        timeout(PATIENCE, self.end).await.unwrap().unwrap()
    }

    /// The right redirect comes last and is taken, whatever came before.
    async fn finish(self) -> Vec<Stray> {
        let page = self.send(self.redirect(RIGHT)).await;
        assert_eq!(page, page_of(Verdict::Accept));
        let strays = Arc::clone(&self.strays);
        let answered = self.answered().await;
        assert_eq!(answered.verdict, Verdict::Accept);
        assert_eq!(answered.query(), RIGHT);
        std::mem::take(&mut strays.lock().unwrap())
    }
}

/// What a seat has been told of before anybody waits.
async fn strays_before_the_wait(mut seat: Seat) -> Vec<Stray> {
    let strays = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&strays);
    let judge = |query: &str| panic!("the judge was asked about {query}");
    let wait = seat.wait(judge, move |stray| list.lock().unwrap().push(stray));
    assert!(timeout(Duration::from_millis(10), wait).await.is_err());
    std::mem::take(&mut strays.lock().unwrap())
}

/// A browser's request for the redirect URI.
fn redirect(port: u16, query: &str) -> String {
    format!(
        "GET /callback?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Dest: document\r\n\r\n"
    )
}

async fn send(port: u16, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    read_all(&mut stream).await
}

/// Everything until the other side closes; a reset after the answer is an end too.
async fn read_all(stream: &mut (impl AsyncRead + Unpin)) -> String {
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

fn page_of(verdict: Verdict) -> String {
    String::from_utf8(response::page(verdict)).unwrap()
}

#[tokio::test]
async fn the_right_redirect_ends_the_wait_with_its_query_and_a_page() {
    let strays = Waiting::start().await.finish().await;
    assert_eq!(strays, []);
}

#[tokio::test]
async fn a_denial_that_belongs_to_us_ends_the_wait_calmly() {
    let waiting = Waiting::start().await;
    let page = waiting.send(waiting.redirect(DENIED)).await;
    assert!(page.contains("Nothing was linked"), "{page}");
    let answered = waiting.answered().await;
    assert_eq!((answered.verdict, answered.query()), (Verdict::End, DENIED));
}

#[tokio::test]
async fn a_thousand_wrong_states_and_forged_errors_keep_it_waiting() {
    let waiting = Waiting::start().await;
    let late = page_of(Verdict::KeepWaiting);
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
    let late = page_of(Verdict::KeepWaiting);
    for payload in [
        "<script>alert(1)</script>",
        "error_description=%3Cimg%20src=x%3E",
        "error=a&error_uri=javascript:alert(1)",
        "state='\"%0d%0aX-Evil:1",
        "{{7*7}}",
        "",
    ] {
        let page = waiting.send(waiting.redirect(payload)).await;
        assert_eq!(page, late, "{payload}");
        assert_eq!(status(&page), "400");
    }
    waiting.finish().await;
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
    let loopback = Loopback::default();
    let waiting = Waiting::at(&loopback, &anywhere()).await;
    waiting.send(waiting.redirect(RIGHT)).await;
    let answered = waiting.answered().await;
    assert!(!format!("{answered:?}").contains("code="));
    assert!(!format!("{loopback:?}").contains("code="));
}
