//! One connection from its first byte to its last: read a request, have it judged, answer, close.
//!
//! Knows nothing of the other connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroizing;

use super::door::Door;
use super::register::Decision;
use super::request::{self, LONGEST_REQUEST, Reading, Refusal};
use super::tls::{self, HANDSHAKE};
use super::{Stray, Verdict, response};

/// How long an answer may take to go; it fits the system's buffers, so it takes no time unless something is wrong.
const ANSWER_DEADLINE: Duration = Duration::from_secs(1);

/// How long to wait for the other side to close first: closing over its unread bytes could cost it the page.
const LINGER: Duration = Duration::from_secs(1);

/// The most bytes that are read and thrown away meanwhile.
const MOST_DISCARDED: u64 = 64 * 1024;

/// How far a connection has come; where one must go, the first in this order goes first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// Has said nothing.
    Silent,
    /// Is saying something.
    Speaking,
    /// Has its answer.
    Answered,
    /// Has brought a query, and waits for its page.
    Heard,
}

/// A connection's stage, for whoever must choose which one to end.
#[derive(Debug)]
pub(super) struct Progress(AtomicU8);

impl Default for Progress {
    fn default() -> Self {
        Self(AtomicU8::new(Stage::Silent as u8))
    }
}

impl Progress {
    pub(super) fn stage(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    fn reach(&self, stage: Stage) {
        self.0.store(stage as u8, Ordering::Relaxed);
    }
}

/// One connection's errand.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) door: Arc<Door>,
    pub(super) progress: Arc<Progress>,
    /// It is our own self-test, which is answered like everybody but counts for nothing.
    pub(super) is_knock: bool,
}

impl Visit {
    fn count(&self, stray: Stray) {
        if !self.is_knock {
            self.door.register.count(stray);
        }
    }
}

/// What came of reading.
enum Received {
    Callback(String, Zeroizing<String>),
    Refused(Refusal),
    Stopped(Stray),
}

/// Serves one connection.
pub(super) async fn serve(stream: TcpStream, visit: Visit) {
    let by = Instant::now() + visit.door.header_deadline;
    let mut first = [0];
    // Browsers open connections ahead and may never use them: those get no buffer and no handshake.
    let Ok(Ok(1..)) = timeout_at(by, stream.peek(&mut first)).await else {
        visit.count(Stray::Silent);
        return;
    };
    visit.progress.reach(Stage::Speaking);
    match visit.door.tls() {
        Some(tls) if first == [HANDSHAKE] => {
            match timeout_at(by, tls::greet(stream, tls.server)).await {
                Ok(Ok(stream)) => {
                    // A handshake is nothing said: browsers shake hands ahead as well.
                    visit.progress.reach(Stage::Silent);
                    Box::pin(converse(stream, by, &visit, false)).await;
                }
                Ok(Err((stray, stream))) => {
                    visit.count(stray);
                    linger(stream).await;
                }
                Err(_elapsed) => visit.count(Stray::Silent),
            }
        }
        tls => Box::pin(converse(stream, by, &visit, tls.is_some())).await,
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    by: Instant,
    visit: &Visit,
    wants_tls: bool,
) {
    match timeout_at(by, receive(&mut stream, visit)).await {
        Ok(received) if wants_tls && received.is_http() => {
            visit.count(Stray::PlainHttp);
            say(&mut stream, &response::over_tls_only()).await;
        }
        Ok(Received::Callback(path, query)) => answer(&mut stream, visit, &path, query).await,
        Ok(Received::Refused(refusal)) => {
            visit.count(refusal.stray);
            if let Some(status) = refusal.status {
                say(&mut stream, &response::refusal(status, refusal.is_head)).await;
            }
        }
        Ok(Received::Stopped(stray)) => visit.count(stray),
        Err(_elapsed) => {
            visit.count(Stray::Silent);
            if visit.progress.stage() != Stage::Silent as u8 {
                say(&mut stream, &response::refusal(408, false)).await;
            }
        }
    }
    visit.progress.reach(Stage::Answered);
    linger(stream).await;
}

impl Received {
    /// Whether it was a request that could be read, though perhaps not one for us.
    fn is_http(&self) -> bool {
        match self {
            Self::Callback(..) => true,
            Self::Refused(refusal) => !matches!(refusal.stray, Stray::Malformed | Stray::Http2),
            Self::Stopped(_) => false,
        }
    }
}

async fn receive(stream: &mut (impl AsyncRead + Unpin), visit: &Visit) -> Received {
    let register = &visit.door.register;
    // As much as may come at once: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_REQUEST));
    loop {
        match stream.read_buf(&mut *bytes).await {
            Ok(1..) => visit.progress.reach(Stage::Speaking),
            // A browser that finds fault with our certificate may say so only now.
            Err(error) if tls::refuses_certificate(&error) => {
                return Received::Stopped(Stray::CertificateRefused);
            }
            Ok(0) | Err(_) => return Received::Stopped(Stray::Silent),
        }
        match request::read(&bytes, &visit.door.expected, |path| register.knows(path)) {
            Reading::Partial => {}
            Reading::Callback(path, query) => {
                return Received::Callback(path.to_owned(), Zeroizing::new(query.to_owned()));
            }
            Reading::Refused(refusal) => return Received::Refused(refusal),
        }
    }
}

async fn answer(
    stream: &mut (impl AsyncWrite + Unpin),
    visit: &Visit,
    path: &str,
    query: Zeroizing<String>,
) {
    visit.progress.reach(Stage::Heard);
    let (verdict, delivery) = match visit.door.register.decide(path, &query).await {
        Decision::Settles(verdict, delivery) => (verdict, Some(delivery)),
        Decision::Again(verdict) => (verdict, None),
        Decision::Unknown => {
            visit.count(Stray::Unknown);
            (Verdict::KeepWaiting, None)
        }
    };
    say(stream, &response::page(verdict)).await;
    // The page first, then the news: what follows may end the program.
    drop(delivery);
}

/// Writes a whole answer and says that nothing follows.
async fn say(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
    let written = async {
        stream.write_all(bytes).await?;
        stream.shutdown().await
    };
    // Whoever doesn't take the answer goes without it.
    drop(timeout(ANSWER_DEADLINE, written).await);
}

/// Reads until the other side has closed, so that our closing doesn't throw away what it hasn't read yet.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let end = async {
        stream.shutdown().await?;
        let mut rest = stream.take(MOST_DISCARDED);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    drop(timeout(LINGER, end).await);
}
