//! Which ports the practice providers listen on.
//!
//! Doesn't know what is served there.

use std::{io, net::Ipv4Addr, time::Duration};

use tokio::net::TcpListener;

use super::{Error, provider::SERVED, ready::Ready};

/// Where the first provider listens if nothing else is said or remembered.
const FIRST: u16 = 47_310;

/// How the ports are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// This one and the next ones, or an error.
    From(u16),
    /// The ones of the last run, or the usual ones; any other where one is taken.
    Remembered,
    /// The ones of the last run, or an error.
    Same,
}

/// Listens on one port per provider.
pub(super) async fn bind(choice: Choice, last: Option<&Ready>) -> Result<Vec<TcpListener>, Error> {
    let mut sockets = Vec::new();
    for (provider, offset) in SERVED.into_iter().zip(0..) {
        let remembered = last.and_then(|ready| port(ready.base_url(provider.id)?));
        let port = match choice {
            Choice::From(port) => port
                .checked_add(offset)
                .ok_or(Error::PortTooHigh { port })?,
            Choice::Remembered | Choice::Same => remembered.unwrap_or(FIRST + offset),
        };
        // A remembered port may still belong to a process that is just ending.
        let attempts = if remembered == Some(port) { 25 } else { 1 };
        let socket = match patiently(port, attempts).await {
            Err(_) if choice == Choice::Remembered => patiently(0, 1).await,
            bound => bound,
        };
        sockets.push(socket.map_err(|source| Error::Port {
            port,
            provider: provider.id,
            source,
        })?);
    }
    Ok(sockets)
}

/// The port at the end of `http://127.0.0.1:PORT`.
pub(super) fn port(base_url: &str) -> Option<u16> {
    base_url
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
}

async fn patiently(port: u16, attempts: u32) -> io::Result<TcpListener> {
    let mut bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    for _ in 1..attempts {
        if bound.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    }
    bound
}
