//! Which ports are taken, from whom, that they lead to us, and that they are given back.
//!
//! Knows nothing of what is asked there.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};

use super::*;

/// Whether somebody else could have the port at this very moment.
fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A program that has a port, and what it has been told.
fn squatter(port: u16) -> (u16, impl Fn() -> usize) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let bytes_told = move || {
        let mut bytes = Vec::new();
        while let Ok((mut stream, _)) = listener.accept() {
            io::Read::read_to_end(&mut stream, &mut bytes).unwrap();
        }
        bytes.len()
    };
    (port, bytes_told)
}

fn by_name(port: Option<u16>) -> Address {
    Address {
        host: "localhost".to_owned(),
        ..at(port)
    }
}

#[tokio::test]
async fn giving_up_frees_the_port_at_once_and_closes_every_connection() {
    let loopback = Loopback::default();
    let mut seat = loopback.open(&anywhere(), None).await.unwrap();
    let port = seat.local_port();
    let mut kept = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    kept.write_all(b"GET ").await.unwrap();
    let wait = seat.wait(|_| Verdict::Accept, |_| ());
    let mut wait = Box::pin(wait);
    // The wait goes on until the connection has surely been let in.
    assert!(timeout(Duration::from_millis(10), &mut wait).await.is_err());
    drop(wait);
    drop(seat);
    assert!(is_free(port));
    assert_eq!(read_all(&mut kept).await, "");
}

#[tokio::test]
async fn the_last_to_go_frees_the_port_and_nobody_before() {
    let loopback = Loopback::default();
    let first = loopback.open(&anywhere(), None).await.unwrap();
    let port = first.local_port();
    let second = loopback.open(&at(Some(port)), None).await.unwrap();
    drop(first);
    assert!(!is_free(port));
    drop(loopback);
    second.self_test().await.unwrap();
    drop(second);
    assert!(is_free(port));
}

#[tokio::test]
async fn giving_up_frees_a_port_that_stayed_for_an_earlier_answer() {
    let loopback = Loopback::default();
    let first = Waiting::at(&loopback, &anywhere()).await;
    let port = first.port;
    first.finish().await;
    assert!(!is_free(port), "the page can't be reloaded");
    drop(loopback.open(&at(Some(port)), None).await.unwrap());
    assert!(is_free(port));
}

#[tokio::test]
async fn after_an_answer_or_a_retirement_the_port_is_free_in_the_end() {
    let loopback = Loopback::with(Limits {
        grace: Duration::from_millis(20),
        ..Limits::default()
    });
    let answered = Waiting::at(&loopback, &anywhere()).await;
    let retired = loopback.open(&anywhere(), None).await.unwrap();
    let ports = [answered.port, retired.local_port()];
    answered.finish().await;
    retired.retire(Duration::from_millis(20));
    for port in ports {
        let freed = async {
            while !is_free(port) {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, freed).await.expect("the port is kept");
    }
}

#[tokio::test]
async fn the_end_of_the_loopback_ends_what_only_stayed() {
    let loopback = Loopback::default();
    let seat = loopback.open(&anywhere(), None).await.unwrap();
    let port = seat.local_port();
    seat.retire(PATIENCE);
    assert!(!is_free(port));
    drop(loopback);
    assert!(is_free(port));
}

/// Takes every port as soon as it is free, as somebody would who hopes that it is chosen first and bound later.
#[tokio::test]
async fn a_thief_of_every_port_that_is_freed_never_stands_where_we_wait() {
    let loopback = Loopback::default();
    let mut stolen = VecDeque::new();
    for _ in 0..1_000 {
        let seat = loopback.open(&anywhere(), None).await.unwrap();
        let port = seat.local_port();
        assert!(!is_free(port), "told before it is bound");
        seat.self_test().await.unwrap();
        drop(seat);
        stolen.extend(TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
        if stolen.len() > 50 {
            stolen.pop_front();
        }
    }
    assert!(!stolen.is_empty());
}

#[tokio::test]
async fn a_port_that_another_program_holds_is_named_and_told_nothing() {
    let (port, bytes_told) = squatter(0);
    for address in [at(Some(port)), by_name(Some(port))] {
        let error = Loopback::default().open(&address, None).await.unwrap_err();
        assert!(
            matches!(error, Error::PortInUse { port: named, .. } if named == port),
            "{error:?}"
        );
    }
    assert_eq!(bytes_told(), 0);
}

#[tokio::test]
async fn a_redirect_to_the_name_needs_the_port_in_both_families() {
    let Ok(squatter) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        return; // This machine has no IPv6, so nobody can squat there.
    };
    let port = squatter.local_addr().unwrap().port();
    let loopback = Loopback::default();
    let error = loopback.open(&by_name(Some(port)), None).await.unwrap_err();
    assert!(matches!(error, Error::PortInUse { .. }), "{error:?}");
    loopback.open(&at(Some(port)), None).await.unwrap();
}

#[tokio::test]
async fn a_redirect_to_the_name_is_taken_in_either_family() {
    for address in ["127.0.0.1", "::1"] {
        let waiting = Waiting::at(&Loopback::default(), &by_name(None)).await;
        let Ok(mut stream) = TcpStream::connect((address, waiting.port)).await else {
            assert_eq!(address, "::1", "IPv4 is missing");
            continue;
        };
        let port = waiting.port;
        let head = format!("GET /callback?{RIGHT} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        assert_eq!(status(&read_all(&mut stream).await), "200");
        waiting.answered().await;
    }
}

#[tokio::test]
async fn the_self_test_finds_us_at_every_address_and_counts_for_nothing() {
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let loopback = Loopback::default();
        let address = Address {
            host: host.to_owned(),
            path: "/".to_owned(),
            ..anywhere()
        };
        let seat = match loopback.open(&address, None).await {
            Ok(seat) => seat,
            Err(error) => {
                assert_eq!(host, "[::1]", "{error:?}");
                continue; // This machine has no IPv6.
            }
        };
        seat.self_test().await.unwrap();
        seat.self_test().await.unwrap();
        assert_eq!(strays_before_the_wait(seat).await, [], "{host}");
    }
}

#[tokio::test]
async fn the_self_test_says_where_another_program_answers_and_tells_it_nothing() {
    let loopback = impatient(100);
    let seat = loopback.open(&anywhere(), None).await.unwrap();
    // As where a system lets another program take over a port that is in use.
    seat.take_port_away();
    let (port, bytes_told) = squatter(seat.local_port());
    let error = seat.self_test().await.unwrap_err();
    assert!(
        matches!(error, Error::Unanswered { address, .. } if address.port() == port),
        "{error:?}"
    );
    assert_eq!(bytes_told(), 0);
}

#[tokio::test]
async fn the_self_test_says_where_nobody_answers() {
    let loopback = Loopback::default();
    let seat = loopback.open(&anywhere(), None).await.unwrap();
    seat.take_port_away();
    let error = seat.self_test().await.unwrap_err();
    assert!(matches!(error, Error::Unanswered { .. }), "{error:?}");
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
        let address = Address {
            host: host.to_owned(),
            ..anywhere()
        };
        let error = Loopback::default().open(&address, None).await.unwrap_err();
        assert!(matches!(error, Error::NotLoopback { .. }), "{host}");
    }
}

/// Another address of this very machine reaches a socket that is bound to all, but not ours.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_machines_other_addresses_do_not_lead_to_us() {
    let loopback = Loopback::default();
    let seat = loopback.open(&by_name(None), None).await.unwrap();
    let mut others = vec!["127.0.0.2".parse().unwrap()];
    // The address that packets to the world would come from; connecting UDP sends none.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    if socket.connect("192.0.2.1:9").is_ok() {
        others.push(socket.local_addr().unwrap().ip());
    }
    for address in others {
        let refused = TcpStream::connect((address, seat.local_port())).await;
        let kind = refused.unwrap_err().kind();
        assert_eq!(kind, io::ErrorKind::ConnectionRefused, "{address}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_machine_has_no_ipv6_the_name_is_taken_in_ipv4() {
    let namespace = "unshare --user --map-root-user --net";
    let is_allowed = std::process::Command::new("sh")
        .args(["-c", &format!("{namespace} true")])
        .status();
    if !is_allowed.unwrap().success() {
        return; // Not everybody may make networks of their own, least of all in a container.
    }
    let inside = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && ip link set lo up";
    let shell = format!(r#"exec {namespace} sh -c '{inside} && exec "$0" "$@"' "$0" "$@""#);
    alone::run("ports::without_ipv6", &shell);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_ipv6() {
    if !alone::is_alone() {
        return; // The test above runs it.
    }
    assert!(TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err());
    let loopback = Loopback::default();
    let seat = loopback.open(&by_name(None), None).await.unwrap();
    seat.self_test().await.unwrap();
    let numeric = Address {
        host: "[::1]".to_owned(),
        ..anywhere()
    };
    let error = loopback.open(&numeric, None).await.unwrap_err();
    assert!(matches!(error, Error::NotBound(_)), "{error:?}");
}
