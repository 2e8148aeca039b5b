//! One connection from its first byte to its last: read a request, have it judged, answer, close.
//!
//! Knows nothing of the other connections, but that one of them may have settled the matter already.

use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::request::{self, Expected, LONGEST_REQUEST, Reading, Refusal};
use super::{Stray, Verdict, response};

/// How long an answer may take to go; it fits the system's buffers, so it takes no time unless something is wrong.
const ANSWER_DEADLINE: Duration = Duration::from_secs(1);

/// How long to wait for the other side to close first: closing over its unread bytes could cost it the page.
const LINGER: Duration = Duration::from_secs(1);

/// The most bytes that are read and thrown away meanwhile.
const MOST_DISCARDED: u64 = 64 * 1024;

/// What is asked about an authorization response.
type Judge = Box<dyn Fn(&str) -> Verdict + Send + Sync>;

/// Who hears of connections that brought nothing.
type OnStray = Box<dyn Fn(Stray) + Send + Sync>;

/// How it ended, and the query it ended with.
type Outcome = (Verdict, Zeroizing<String>);

/// What all connections share.
pub(super) struct Endpoint {
    expected: Expected,
    judge: Judge,
    on_stray: OnStray,
    outcome: OnceLock<Outcome>,
    answered: Notify,
}

impl Endpoint {
    pub(super) fn new(
        expected: Expected,
        judge: impl Fn(&str) -> Verdict + Send + Sync + 'static,
        on_stray: impl Fn(Stray) + Send + Sync + 'static,
    ) -> Self {
        Self {
            expected,
            judge: Box::new(judge),
            on_stray: Box::new(on_stray),
            outcome: OnceLock::new(),
            answered: Notify::new(),
        }
    }

    /// Waits until one response counts and its page has been written.
    pub(super) async fn settled(&self) -> Outcome {
        loop {
            self.answered.notified().await;
            if let Some(outcome) = self.outcome.get() {
                return outcome.clone();
            }
        }
    }

    pub(super) fn count(&self, stray: Stray) {
        (self.on_stray)(stray);
    }

    /// What to show for a query, and whether it is the one that settles the matter.
    fn consider(&self, query: Zeroizing<String>) -> (Verdict, bool) {
        if let Some((verdict, counted)) = self.outcome.get() {
            // The same once more, from a reload or a scanner, sees the same page and changes nothing.
            let is_same = *counted == query;
            return (
                if is_same {
                    *verdict
                } else {
                    Verdict::KeepWaiting
                },
                false,
            );
        }
        let verdict = (self.judge)(&query);
        let settles = verdict != Verdict::KeepWaiting && self.outcome.set((verdict, query)).is_ok();
        (verdict, settles)
    }
}

impl fmt::Debug for Endpoint {
    /// Leaves the outcome out: it holds the code.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Endpoint")
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// How far a connection has come, for whoever must choose which one to end.
#[derive(Debug, Default)]
pub(super) struct Progress {
    has_spoken: AtomicBool,
    is_settling: AtomicBool,
}

impl Progress {
    pub(super) fn has_spoken(&self) -> bool {
        self.has_spoken.load(Ordering::Relaxed)
    }

    /// Whether it brought the response that counts and is being answered; ended now, nobody would learn of it.
    pub(super) fn is_settling(&self) -> bool {
        self.is_settling.load(Ordering::Relaxed)
    }
}

/// What came of reading.
enum Received {
    Query(Zeroizing<String>),
    Refused(Refusal),
    Nothing,
}

/// Serves one connection.
pub(super) async fn serve(mut stream: TcpStream, endpoint: Arc<Endpoint>, progress: Arc<Progress>) {
    let received = receive(&mut stream, &endpoint.expected, &progress);
    match timeout(endpoint.expected.deadline, received).await {
        Ok(Received::Query(query)) => answer(&mut stream, &endpoint, &progress, query).await,
        Ok(Received::Refused(refusal)) => {
            endpoint.count(refusal.stray);
            if let Some(status) = refusal.status {
                say(&mut stream, &response::refusal(status, refusal.is_head)).await;
            }
        }
        Ok(Received::Nothing) => endpoint.count(Stray::Silent),
        Err(_elapsed) => {
            endpoint.count(Stray::Silent);
            if progress.has_spoken() {
                say(&mut stream, &response::refusal(408, false)).await;
            }
        }
    }
    linger(stream).await;
}

async fn receive(stream: &mut TcpStream, expected: &Expected, progress: &Progress) -> Received {
    // Browsers open connections ahead and may never use them: those get no buffer.
    if stream.readable().await.is_err() {
        return Received::Nothing;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_REQUEST));
    loop {
        match stream.read_buf(&mut *bytes).await {
            Ok(1..) => progress.has_spoken.store(true, Ordering::Relaxed),
            Ok(0) | Err(_) => return Received::Nothing,
        }
        match request::read(&bytes, expected) {
            Reading::Partial => {}
            Reading::Callback(query) => return Received::Query(Zeroizing::new(query.to_owned())),
            Reading::Refused(refusal) => return Received::Refused(refusal),
        }
    }
}

async fn answer(
    stream: &mut TcpStream,
    endpoint: &Endpoint,
    progress: &Progress,
    query: Zeroizing<String>,
) {
    let (verdict, settles) = endpoint.consider(query);
    progress.is_settling.store(settles, Ordering::Relaxed);
    if verdict == Verdict::KeepWaiting {
        endpoint.count(Stray::Unknown);
    }
    say(stream, &response::page(verdict)).await;
    if settles {
        endpoint.answered.notify_one();
        progress.is_settling.store(false, Ordering::Relaxed);
    }
}

/// Writes a whole answer and says that nothing follows.
async fn say(stream: &mut TcpStream, bytes: &[u8]) {
    let written = async {
        stream.write_all(bytes).await?;
        stream.shutdown().await
    };
    // Whoever doesn't take the answer goes without it.
    drop(timeout(ANSWER_DEADLINE, written).await);
}

/// Reads until the other side has closed, so that our closing doesn't throw away what it hasn't read yet.
async fn linger(mut stream: TcpStream) {
    let end = async {
        stream.shutdown().await?;
        let mut rest = stream.take(MOST_DISCARDED);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    drop(timeout(LINGER, end).await);
}
