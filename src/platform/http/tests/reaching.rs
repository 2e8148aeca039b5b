//! Whether a server can be reached, asked without sending it anything.

use super::*;

/// A server that tells what its first connection sent before it was closed.
async fn listener() -> (u16, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.unwrap();
        received
    });
    (port, received)
}

fn address(scheme: &str, port: u16) -> url::Url {
    format!("{scheme}://127.0.0.1:{port}/token")
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_server_that_is_reached_receives_nothing() {
    let (port, received) = listener().await;
    impatient().reach(&address("http", port)).await.unwrap();
    assert_eq!(received.await.unwrap(), b"");
}

#[tokio::test]
async fn a_closed_port_is_not_reached() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let refused = impatient().reach(&address("http", port)).await.unwrap_err();
    assert!(matches!(refused, Error::NotConnected { .. }), "{refused:?}");
    assert_eq!(refused.host(), "127.0.0.1");
}

#[tokio::test]
async fn a_server_that_never_speaks_tls_is_not_reached_within_the_limit() {
    let (port, _silent) = listener().await;
    let silent = impatient()
        .reach(&address("https", port))
        .await
        .unwrap_err();
    assert!(matches!(silent, Error::NotConnected { .. }), "{silent:?}");
}
