//! The HTTP client against small servers of this machine that misbehave.
//!
//! Certificates are in `certificates`.

mod certificates;
mod proxies;
mod reaching;

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A server that answers every connection with the same bytes and counts them.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Closes after the answer, or never says anything more.
    async fn start(answer: impl Into<Vec<u8>>, then_closes: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let answer = answer.into();
        tokio::spawn(async move {
            let mut open = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                counter.fetch_add(1, Ordering::Relaxed);
                let mut head = [0; 4096];
                assert!(stream.read(&mut head).await.unwrap() > 0);
                // A client that cuts a long answer off is what some tests are about.
                drop(stream.write_all(&answer).await);
                if !then_closes {
                    open.push(stream);
                }
            }
        });
        Self { port, connections }
    }

    async fn asked(&self) -> Result<::http::Response<Vec<u8>>, Error> {
        ask(&format!("http://127.0.0.1:{}/token", self.port)).await
    }
}

fn impatient() -> ReqwestHttp {
    ReqwestHttp::with_limits(Limits {
        connect: Duration::from_millis(100),
        total: Duration::from_millis(200),
    })
}

async fn ask(address: &str) -> Result<::http::Response<Vec<u8>>, Error> {
    let request = ::http::Request::post(address)
        .header("refresh-token", "canary-r1")
        .body(b"grant_type=refresh_token".to_vec())
        .unwrap();
    impatient().send(request).await
}

/// An error with everything that led to it, as a log would show it.
fn chain(error: &Error) -> String {
    let mut links = vec![format!("{error} {error:?}")];
    let mut cause = error.source();
    while let Some(source) = cause {
        links.push(format!("{source} {source:?}"));
        cause = source.source();
    }
    links.join(": ")
}

#[tokio::test]
async fn an_answer_comes_back_whole_whatever_its_status() {
    let server = Server::start(
        "HTTP/1.1 418 Odd\r\nX-Dialect: yes\r\nContent-Length: 5\r\n\r\nhello",
        true,
    )
    .await;
    let answer = server.asked().await.unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.headers().get("x-dialect").unwrap(), "yes");
    assert_eq!(answer.body(), b"hello");
}

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_it_was_not_told_to() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!(
        "http://127.0.0.1:{}/a",
        listener.local_addr().unwrap().port()
    );
    let seen = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = vec![0; 4096];
        let length = stream.read(&mut head).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 204 No\r\nSet-Cookie: a=b\r\n\r\n")
            .await
            .unwrap();
        head.truncate(length);
        String::from_utf8(head).unwrap().to_lowercase()
    };
    let (answer, head) = tokio::join!(ask(&address), seen);
    assert_eq!(answer.unwrap().status(), 204);
    assert!(head.starts_with("post /a http/1.1\r\n"), "{head}");
    assert!(head.contains(concat!("user-agent: linkdesk/", env!("CARGO_PKG_VERSION"))));
    for unwanted in ["referer", "cookie", "accept-encoding"] {
        assert!(!head.contains(unwanted), "{head}");
    }
}

#[tokio::test]
async fn a_redirect_is_handed_back_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let second = Server::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true).await;
        let location = format!("http://localhost:{}/steal", second.port);
        let first = Server::start(
            format!("HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"),
            true,
        )
        .await;
        let answer = first.asked().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers().get("location").unwrap(), &location);
        assert_eq!(second.connections.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn an_answer_of_two_mebibytes_is_cut_off() {
    let body = "x".repeat(2 * 1024 * 1024);
    for length in [format!("Content-Length: {}\r\n", body.len()), String::new()] {
        let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{length}\r\n{body}");
        let error = Server::start(answer, true).await.asked().await.unwrap_err();
        assert!(matches!(error, Error::TooLong { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_announces_two_mebibytes_is_not_waited_for() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n";
    let server = Server::start(answer, false).await;
    let error = server.asked().await.unwrap_err();
    assert!(matches!(error, Error::TooLong { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_of_exactly_one_mebibyte_is_read() {
    let body = "x".repeat(LONGEST_BODY);
    let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}");
    let whole = Server::start(answer, true).await.asked().await.unwrap();
    assert_eq!(whole.body().len(), LONGEST_BODY);
}

#[tokio::test]
async fn long_headers_are_refused() {
    let line = format!("X-Long: {}\r\n", "x".repeat(7_000)).repeat(10);
    let answer = format!("HTTP/1.1 200 OK\r\n{line}Content-Length: 0\r\n\r\n");
    let error = Server::start(answer, true).await.asked().await.unwrap_err();
    assert!(matches!(error, Error::TooLong { .. }), "{error:?}");
}

#[tokio::test]
async fn a_packed_answer_stays_packed() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc";
    let whole = Server::start(answer, true).await.asked().await.unwrap();
    assert_eq!(whole.body(), b"abc");
}

#[tokio::test]
async fn a_server_that_says_nothing_or_never_ends_gave_no_answer() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let error = Server::start(answer, false).await.asked().await;
        assert!(matches!(error, Err(Error::NoAnswer { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn a_connection_closed_after_sending_gave_no_answer_and_is_not_tried_again() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "nonsense\r\n\r\n",
    ] {
        let server = Server::start(answer, true).await;
        let error = server.asked().await;
        assert!(matches!(error, Err(Error::NoAnswer { .. })), "{error:?}");
        assert_eq!(server.connections.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = ask(&format!("http://127.0.0.1:{port}/token")).await;
    assert!(
        matches!(error, Err(Error::NotConnected { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn tls_that_is_not_agreed_on_sent_nothing() {
    let silent = Server::start("", false).await;
    let plain = Server::start("HTTP/1.1 400 Bad\r\n\r\n", true).await;
    for port in [silent.port, plain.port] {
        let error = ask(&format!("https://127.0.0.1:{port}/token")).await;
        assert!(
            matches!(error, Err(Error::NotConnected { .. })),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn plain_http_to_another_machine_is_not_even_tried() {
    let error = ask("http://192.0.2.1/token").await;
    let Err(Error::NotConnected { source, .. }) = error else {
        panic!("{error:?}")
    };
    let cause = source.downcast::<reqwest::Error>().unwrap();
    assert!(cause.is_builder(), "{cause:?}");
}

#[tokio::test]
async fn the_name_localhost_is_this_machine() {
    let server = Server::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true).await;
    let answer = ask(&format!("http://localhost:{}/", server.port)).await;
    assert_eq!(answer.unwrap().status(), 200);
}

#[tokio::test]
async fn no_error_shows_the_query_or_a_header() {
    let hanging = Server::start("", false).await;
    let closing = Server::start("", true).await;
    for port in [hanging.port, closing.port, 1] {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://127.0.0.1:{port}/token?code=canary-q1");
            let text = chain(&ask(&address).await.unwrap_err());
            assert!(text.contains("127.0.0.1"), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }
}

#[test]
fn only_this_machine_goes_without_the_proxy() {
    let route = |address: &str| Route::of(&address.parse().unwrap());
    for near in [
        "http://127.0.0.1:1/",
        "http://127.8.9.1/",
        "http://[::1]/",
        "http://LOCALHOST/",
    ] {
        assert_eq!(route(near), Route::LoopbackPlain, "{near}");
    }
    assert_eq!(route("https://localhost/"), Route::LoopbackTls);
    for far in [
        "https://a.example/",
        "https://localhost.a.example/",
        "https://127.0.0.1.a.example/",
        "https://0.0.0.0/",
        "https://[::ffff:192.0.2.1]/",
        "http://a.example/",
    ] {
        assert_eq!(route(far), Route::Wide, "{far}");
    }
}
