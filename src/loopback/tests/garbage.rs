//! What else may come to the port, from browsers, scanners and hostile pages, and what it is told.
//!
//! Knows nothing of crowds; everything comes one by one.

use super::*;

/// What others send, with `HOST` for the line that belongs there and `PORT` for the port, and how it is answered and counted.
#[rustfmt::skip]
pub(super) const OTHERS: [(&str, &str, Stray); 46] = [
    // What browsers ask for by themselves.
    ("GET /favicon.ico HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /favicon.ico HTTP/1.1\r\nHOSTSec-Fetch-Dest: image\r\n\r\n", "404", Stray::Path),
    ("GET / HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /apple-touch-icon.png HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /robots.txt HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /.well-known/appspecific/com.chrome.devtools.json HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Purpose: prefetch\r\n\r\n", "403", Stray::Embedded),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTPurpose: prefetch\r\n\r\n", "403", Stray::Embedded),
    // Nearly the path.
    ("GET /callback/ HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET //callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /%63allback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    ("GET /../callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "404", Stray::Path),
    // Other methods.
    ("HEAD /callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("OPTIONS /callback HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("OPTIONS /callback HTTP/1.1\r\nHOSTOrigin: https://evil.example\r\nAccess-Control-Request-Private-Network: true\r\n\r\n", "405", Stray::Method),
    ("OPTIONS /callback HTTP/1.1\r\nHOSTOrigin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n\r\n", "405", Stray::Method),
    ("OPTIONS * HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("POST /callback HTTP/1.1\r\nHOSTContent-Length: 18\r\n\r\ncode=c&state=right", "405", Stray::Method),
    ("POST /callback HTTP/1.1\r\nHOSTContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "405", Stray::Method),
    ("PUT /callback HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("TRACE /callback HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    ("get /callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "405", Stray::Method),
    // Meant for another host, or for none, or for two.
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHost: rebound.example\r\n\r\n", "421", Stray::Host),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHost: rebound.example:PORT\r\n\r\n", "421", Stray::Host),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", "421", Stray::Host),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "421", Stray::Host),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTHOST\r\n", "400", Stray::Malformed),
    ("GET /callback?code=c&state=right HTTP/1.1\r\n\r\n", "400", Stray::Malformed),
    ("GET http://127.0.0.1:PORT/callback?code=c&state=right HTTP/1.1\r\nHOST\r\n", "400", Stray::Malformed),
    // From inside a page.
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: image\r\n\r\n", "403", Stray::Embedded),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: iframe\r\n\r\n", "403", Stray::Embedded),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: empty\r\nSec-Fetch-Mode: no-cors\r\n\r\n", "403", Stray::Embedded),
    // Two readings of one request.
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTContent-Length: 3\r\n\r\nGET", "400", Stray::Malformed),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", Stray::Malformed),
    ("GET /callback?code=c&state=right HTTP/1.1\r\nHOSTContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", "400", Stray::Malformed),
    ("GET /callback HTTP/1.1\r\nHOSTHost : 127.0.0.1\r\n\r\n", "400", Stray::Malformed),
    ("GET /callback HTTP/1.1\r\nHOSTX: a\r\n folded\r\n\r\n", "400", Stray::Malformed),
    // No HTTP at all.
    ("\0\0\0\0\0\0\0\0", "400", Stray::Malformed),
    ("\u{7f}\u{45}\u{4c}\u{46}", "400", Stray::Malformed),
    ("SSH-2.0-OpenSSH_9.2\r\n", "400", Stray::Malformed),
    ("GET /callback\r\n\r\n", "400", Stray::Malformed),
    ("GET /callback HTTP/9.9\r\nHOST\r\n", "400", Stray::Malformed),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "none", Stray::Http2),
    ("\u{16}\u{3}\u{1}\u{2}", "none", Stray::Tls),
    ("\u{16}\u{3}\u{1}\0\u{5}GET / HTTP/1.1\r\n\r\n", "none", Stray::Tls),
];

/// One of the above as it is sent to this port.
pub(super) fn addressed(request: &str, port: u16) -> String {
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    request
        .replace("HOST", &host)
        .replace("PORT", &port.to_string())
}

#[tokio::test]
async fn other_requests_are_answered_and_change_nothing() {
    let waiting = Waiting::start().await;
    for (request, wanted, _) in OTHERS {
        let request = addressed(request, waiting.port);
        let answer = waiting.send(&request).await;
        assert_eq!(status(&answer), wanted, "{request:?}");
        assert!(!answer.contains("Access-Control"), "{answer}");
    }
    let judged = waiting.judged.load(Ordering::Relaxed);
    assert_eq!(judged, 0, "the judge was asked");
    assert_eq!(waiting.finish().await, OTHERS.map(|(_, _, stray)| stray));
}

#[tokio::test]
async fn what_is_smuggled_behind_a_request_is_not_a_second_one() {
    let waiting = Waiting::start().await;
    let second = waiting.redirect(RIGHT);
    for first in [
        "GET / HTTP/1.1\r\nHOST\r\n",
        "POST / HTTP/1.1\r\nHOSTContent-Length: 0\r\n\r\n",
    ] {
        let both = format!("{}{second}", addressed(first, waiting.port));
        let answer = waiting.send(both).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
    assert_eq!(waiting.judged.load(Ordering::Relaxed), 0);
    assert_eq!(waiting.finish().await, [Stray::Path, Stray::Method]);
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
    let head = format!("GET /callback HTTP/1.1\r\nX: {}", "a".repeat(16 * 1024));
    let answer = waiting.send(head).await;
    assert_eq!(status(&answer), "431");
    assert_eq!(waiting.finish().await, [Stray::TooLong]);
}

#[tokio::test]
async fn a_connection_that_is_reset_in_the_middle_counts_as_silent() {
    let waiting = Waiting::start().await;
    for part in ["", "G", "GET /callback?code=c&state=right HTTP/1.1\r\nHo"] {
        let mut stream = waiting.connect().await;
        stream.write_all(part.as_bytes()).await.unwrap();
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    let strays = Arc::clone(&waiting.strays);
    let all_are_counted = async {
        while strays.lock().unwrap().len() < 3 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, all_are_counted).await.unwrap();
    assert_eq!(waiting.finish().await, [Stray::Silent; 3]);
}

#[tokio::test]
async fn a_request_that_only_drips_is_cut_off_at_the_deadline() {
    let waiting = Waiting::at(&impatient(40), &anywhere()).await;
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
    let waiting = Waiting::at(&impatient(20), &anywhere()).await;
    let mut silent = waiting.connect().await;
    assert_eq!(read_all(&mut silent).await, "");
    assert_eq!(waiting.finish().await, [Stray::Silent]);
}
