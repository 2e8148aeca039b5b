//! Heads of requests, good and otherwise.
//!
//! Knows no sockets.

use super::*;

const GOOD: &str = "GET /callback?code=c&state=s HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n";

fn expected() -> Expected {
    Expected {
        scheme: Scheme::Http,
        host: "127.0.0.1".to_owned(),
        port: 4711,
    }
}

fn is_path(path: &str) -> bool {
    path == "/callback"
}

/// What comes of a GET of `target` with these header lines.
fn get(target: &str, lines: &str) -> Option<(Stray, u16)> {
    outcome(format!("GET {target} HTTP/1.1\r\n{lines}\r\n").as_bytes())
}

fn outcome(bytes: &[u8]) -> Option<(Stray, u16)> {
    match read(bytes, &expected(), is_path) {
        Reading::Callback(..) => None,
        Reading::Refused(refusal) => Some((refusal.stray, refusal.status.unwrap_or(0))),
        Reading::Partial => panic!("more was expected after {bytes:?}"),
    }
}

#[test]
fn a_browsers_redirect_is_the_callback_with_its_query_untouched() {
    let head = "GET /callback?code=a%2Bb+c&state=%zz HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\
        Connection: keep-alive\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\
        Sec-Fetch-Dest: document\r\nAccept: text/html\r\n\r\n";
    assert_eq!(
        read(head.as_bytes(), &expected(), is_path),
        Reading::Callback("/callback", "code=a%2Bb+c&state=%zz")
    );
}

#[test]
fn every_beginning_of_a_good_request_asks_for_more() {
    for end in 0..GOOD.len() {
        let part = &GOOD.as_bytes()[..end];
        assert_eq!(read(part, &expected(), is_path), Reading::Partial, "{end}");
    }
    assert_eq!(outcome(GOOD.as_bytes()), None);
}

#[test]
fn only_get_is_taken() {
    for method in [
        "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "CONNECT", "PRI", "get",
    ] {
        let head = format!("{method} /callback HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n");
        assert_eq!(
            outcome(head.as_bytes()),
            Some((Stray::Method, 405)),
            "{method}"
        );
    }
}

#[test]
fn only_the_exact_path_is_taken() {
    let host = "Host: 127.0.0.1:4711\r\n";
    for target in [
        "/",
        "/favicon.ico",
        "/apple-touch-icon.png",
        "/callback/",
        "/Callback",
        "//callback",
        "/callback/../callback",
        "/%63allback",
        "/callback;a=b",
        "/call",
    ] {
        assert_eq!(get(target, host), Some((Stray::Path, 404)), "{target}");
    }
}

#[test]
fn whole_addresses_and_unclear_targets_are_malformed() {
    let host = "Host: 127.0.0.1:4711\r\n";
    for target in [
        "http://127.0.0.1:4711/callback?code=c",
        "*",
        "callback",
        "/callback#code",
        "/callback?code=\u{e9}",
        "/callback?code=\0",
    ] {
        assert_eq!(get(target, host), Some((Stray::Malformed, 400)), "{target}");
    }
}

#[test]
fn only_the_redirects_own_host_and_port_are_taken() {
    for host in [
        "evil.example:4711",
        "127.0.0.1",
        "127.0.0.1:4712",
        "localhost:4711",
        "[::1]:4711",
        "127.0.0.1:4711.evil.example",
        "127.0.0.1:04711",
        "",
        "2130706433:4711",
    ] {
        let lines = format!("Host: {host}\r\n");
        assert_eq!(get("/callback", &lines), Some((Stray::Host, 421)), "{host}");
    }
}

#[test]
fn a_missing_or_repeated_host_is_malformed() {
    let once = "Host: 127.0.0.1:4711\r\n";
    for lines in [
        String::new(),
        once.repeat(2),
        format!("{once}host: evil.example\r\n"),
    ] {
        assert_eq!(
            get("/callback", &lines),
            Some((Stray::Malformed, 400)),
            "{lines}"
        );
    }
}

#[test]
fn the_schemes_own_port_may_be_left_out_and_no_other() {
    let taken = |scheme, port, host: &str| {
        let expected = Expected {
            scheme,
            port,
            host: "localhost".to_owned(),
        };
        let head = format!("GET /callback HTTP/1.1\r\nHost: {host}\r\n\r\n");
        read(head.as_bytes(), &expected, is_path) == Reading::Callback("/callback", "")
    };
    for (scheme, port) in [(Scheme::Http, 80), (Scheme::Https, 443)] {
        assert!(taken(scheme, port, "localhost"));
        assert!(taken(scheme, port, &format!("LOCALHOST:{port}")));
    }
    assert!(!taken(Scheme::Https, 80, "localhost"));
    assert!(!taken(Scheme::Http, 443, "localhost"));
}

#[test]
fn what_a_page_embeds_or_a_browser_fetches_ahead_is_refused() {
    for line in [
        "Sec-Fetch-Dest: image",
        "Sec-Fetch-Dest: iframe",
        "sec-fetch-dest: empty",
        "Sec-Fetch-Dest: ",
        "Sec-Fetch-Dest: document\r\nSec-Fetch-Dest: image",
        "Sec-Purpose: prefetch;prerender",
        "Purpose: prefetch",
    ] {
        let lines = format!("Host: 127.0.0.1:4711\r\n{line}\r\n");
        assert_eq!(
            get("/callback", &lines),
            Some((Stray::Embedded, 403)),
            "{line}"
        );
    }
}

#[test]
fn a_get_with_a_body_is_malformed() {
    for line in [
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "Content-Length: +0",
    ] {
        let lines = format!("Host: 127.0.0.1:4711\r\n{line}\r\n");
        assert_eq!(
            get("/callback", &lines),
            Some((Stray::Malformed, 400)),
            "{line}"
        );
    }
    assert_eq!(
        get("/callback", "Host: 127.0.0.1:4711\r\nContent-Length: 0\r\n"),
        None
    );
}

#[test]
fn long_targets_and_heads_are_refused_at_their_limits() {
    let host = "Host: 127.0.0.1:4711\r\n";
    let target = |length: usize| format!("/callback?{}", "a".repeat(length - 10));
    assert_eq!(get(&target(LONGEST_TARGET), host), None);
    assert_eq!(
        get(&target(LONGEST_TARGET + 1), host),
        Some((Stray::TooLong, 414))
    );
    let endless_target = format!("GET /{}", "a".repeat(LONGEST_REQUEST));
    assert_eq!(
        outcome(endless_target.as_bytes()),
        Some((Stray::TooLong, 414))
    );
    let endless_line = format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(LONGEST_REQUEST));
    assert_eq!(
        outcome(endless_line.as_bytes()),
        Some((Stray::TooLong, 431))
    );
    let many_lines = format!("{host}{}", "X: y\r\n".repeat(MOST_HEADERS));
    assert_eq!(get("/callback", &many_lines), Some((Stray::TooLong, 431)));
}

#[test]
fn other_protocols_are_known_by_their_first_bytes() {
    assert_eq!(outcome(&[0x16, 0x03, 0x01]), Some((Stray::Tls, 0)));
    assert_eq!(outcome(&[0x16]), Some((Stray::Tls, 0)));
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    assert_eq!(outcome(preface), Some((Stray::Http2, 0)));
}

#[test]
fn bytes_that_are_not_http_are_malformed() {
    for bytes in [
        &[0_u8; 8][..],
        b"\xff\xfe",
        b"SSH-2.0-x\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/3.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    ] {
        assert_eq!(outcome(bytes), Some((Stray::Malformed, 400)), "{bytes:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        read(&bytes, &expected(), is_path);
    }

    #[test]
    fn no_head_with_a_foreign_line_makes_it_panic(line in "\\PC{0,80}", target in "/[!-~]{0,40}") {
        let head = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n{line}\r\n\r\n");
        read(head.as_bytes(), &expected(), is_path);
    }
}
