//! Proxies that refuse, from servers of this machine: it is the proxy that is named, and nothing was sent.
//!
//! The environment's proxy can't be set by one test without the others, so the client is given one.

use super::*;

/// Asks through a proxy at this port.
async fn through(port: u16) -> Error {
    drop(rustls::crypto::ring::default_provider().install_default());
    let proxy = reqwest::Proxy::https(format!("http://person:canary-p1@127.0.0.1:{port}"));
    let client = reqwest::Client::builder()
        .proxy(proxy.unwrap())
        .tls_backend_preconfigured(trust_nobody())
        .build()
        .unwrap();
    let http = ReqwestHttp::new();
    assert!(http.clients.wide.set(client).is_ok());
    let request = ::http::Request::post("https://provider.example/token?code=canary-q1")
        .body(b"refresh_token=canary-r1".to_vec())
        .unwrap();
    let error = http.send(request).await.unwrap_err();
    let text = chain(&error);
    assert!(!text.contains("canary"), "{text}");
    assert_eq!(error.host(), "provider.example");
    error
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_apart_from_one_that_asks_who_we_are() {
    for (answer, asks) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", true),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", false),
        (
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
            false,
        ),
        ("<html>", false),
        ("", false),
    ] {
        let proxy = Server::start(answer, true).await;
        let error = through(proxy.port).await;
        let Error::Proxy { asks: told, .. } = &error else {
            panic!("{answer}: {error:?}");
        };
        assert_eq!(*told, asks, "{answer}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_the_one_that_is_named() {
    let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let error = through(port).await;
    assert!(
        matches!(error, Error::Proxy { asks: false, .. }),
        "{error:?}"
    );
}
