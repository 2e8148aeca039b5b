//! Which ports are taken, from whom, and that they are given back.
//!
//! Knows nothing of what is asked there.

use std::net::Ipv6Addr;

use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn the_port_is_free_as_soon_as_the_wait_has_ended() {
    let waiting = Waiting::start().await;
    let port = waiting.port;
    let mut kept = waiting.connect().await;
    waiting.finish().await;
    let again = Listener::bind("127.0.0.1", Some(port)).await.unwrap();
    assert_eq!(again.local_port(), port);
    assert_eq!(
        read_all(&mut kept).await,
        "",
        "a connection outlived the wait"
    );
}

#[tokio::test]
async fn dropping_the_wait_frees_the_port_and_closes_every_connection() {
    let listener = Listener::bind("127.0.0.1", None).await.unwrap();
    let port = listener.local_port();
    let wait = listener.wait("/callback", |_| Verdict::Accept, |_| ());
    let mut wait = Box::pin(wait);
    let connecting = TcpStream::connect(("127.0.0.1", port));
    let mut kept = tokio::select! {
        stream = connecting => stream.unwrap(),
        answered = &mut wait => panic!("{answered:?}"),
    };
    kept.write_all(b"GET ").await.unwrap();
    // The wait goes on until the connection has surely been let in.
    assert!(timeout(Duration::from_millis(10), &mut wait).await.is_err());
    drop(wait);
    Listener::bind("127.0.0.1", Some(port)).await.unwrap();
    assert_eq!(read_all(&mut kept).await, "");
}

#[tokio::test]
async fn a_port_that_another_program_holds_is_named() {
    let squatter = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = squatter.local_addr().unwrap().port();
    for host in ["127.0.0.1", "localhost"] {
        let error = Listener::bind(host, Some(port)).await.unwrap_err();
        assert!(
            matches!(error, Error::PortInUse { port: named, .. } if named == port),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_redirect_to_the_name_needs_the_port_in_both_families() {
    let Ok(squatter) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
        return; // This machine has no IPv6, so nobody can squat there.
    };
    let port = squatter.local_addr().unwrap().port();
    let error = Listener::bind("localhost", Some(port)).await.unwrap_err();
    assert!(matches!(error, Error::PortInUse { .. }), "{error:?}");
    Listener::bind("127.0.0.1", Some(port)).await.unwrap();
}

#[tokio::test]
async fn a_redirect_to_the_name_is_taken_in_either_family() {
    for address in ["127.0.0.1", "::1"] {
        let waiting = Waiting::with(Listener::bind("localhost", None).await.unwrap());
        let Ok(mut stream) = TcpStream::connect((address, waiting.port)).await else {
            assert_eq!(address, "::1", "IPv4 is missing");
            continue;
        };
        let port = waiting.port;
        let head = format!("GET /callback?{RIGHT} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        assert_eq!(status(&read_all(&mut stream).await), "200");
        timeout(PATIENCE, waiting.end).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn only_this_machine_is_bound() {
    for host in [
        "0.0.0.0",
        "::",
        "[::]",
        "192.168.0.1",
        "example.com",
        "",
        "localhost.",
    ] {
        let error = Listener::bind(host, None).await.unwrap_err();
        assert!(matches!(error, Error::NotLoopback { .. }), "{host}");
    }
    // Another address of this very machine reaches a socket that is bound to all, but not ours.
    #[cfg(target_os = "linux")]
    {
        let listener = Listener::bind("127.0.0.1", None).await.unwrap();
        let refused = TcpStream::connect(("127.0.0.2", listener.local_port())).await;
        assert_eq!(
            refused.unwrap_err().kind(),
            io::ErrorKind::ConnectionRefused
        );
    }
}
