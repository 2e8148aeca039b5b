//! The listening sockets of one endpoint: bound to the loopback interface and to nothing wider.
//!
//! Knows nothing of what is said over them.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::Error;

/// How often another free port is tried where both address families must have the same.
const MOST_PORTS_TRIED: usize = 16;

/// How many connections the system may keep for us until we let them in.
const BACKLOG: u32 = 1024;

/// What the system says where an address family doesn't exist at all: Linux, BSD and macOS, Windows.
const NO_SUCH_FAMILY: [i32; 3] = [97, 47, 10047];

/// A connection and where it comes from, or why the system couldn't let it in.
pub(super) type Accepted = io::Result<(TcpStream, SocketAddr)>;

/// The listening sockets, asked in turn so that a crowd at one doesn't shut the other.
#[derive(Debug)]
pub(super) struct Sockets {
    listeners: Mutex<Vec<TcpListener>>,
    turn: Mutex<usize>,
    addresses: Vec<SocketAddr>,
}

impl Sockets {
    /// Binds the hosts' addresses that exist on this machine, all with one port; no port or port 0 is any free one.
    pub(super) fn bind(hosts: &[IpAddr], port: Option<u16>) -> Result<Self, Error> {
        let wanted = port.unwrap_or_default();
        let mut tries = if wanted == 0 { MOST_PORTS_TRIED } else { 1 };
        loop {
            tries -= 1;
            match bind_all(hosts, wanted) {
                Err(error) if tries > 0 && error.kind() == io::ErrorKind::AddrInUse => {}
                result => return result.map_err(|source| sort(wanted, source)),
            }
        }
    }

    /// Where connections are let in.
    pub(super) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The one port of all the addresses.
    pub(super) fn port(&self) -> u16 {
        self.addresses.first().map_or(0, SocketAddr::port)
    }

    /// The next connection, and from where it comes; `None` once the port is closed.
    pub(super) async fn accept(&self) -> Option<Accepted> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Accepted>> {
        let listeners = lock(&self.listeners);
        if listeners.is_empty() {
            return Poll::Ready(None);
        }
        let mut turn = lock(&self.turn);
        *turn = turn.wrapping_add(1);
        let (after, before) = listeners.split_at(*turn % listeners.len());
        for listener in before.iter().chain(after) {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(Some(accepted));
            }
        }
        Poll::Pending
    }

    /// Frees the port at once, whoever still waits for connections.
    pub(super) fn close(&self) {
        lock(&self.listeners).clear();
    }
}

/// The addresses that a redirect URI's host stands for.
pub(super) fn hosts(host: &str) -> Result<Vec<IpAddr>, Error> {
    let v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    match host {
        "127.0.0.1" => Ok(vec![v4]),
        "[::1]" => Ok(vec![v6]),
        // A browser takes either, so whoever held the other one would get the code.
        "localhost" => Ok(vec![v4, v6]),
        _ => Err(Error::NotLoopback {
            host: host.to_owned(),
        }),
    }
}

fn bind_all(hosts: &[IpAddr], mut port: u16) -> io::Result<Sockets> {
    let mut listeners = Vec::new();
    let mut addresses = Vec::new();
    let mut missing = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for host in hosts {
        match bind_one(SocketAddr::new(*host, port)) {
            Ok(listener) => {
                let address = listener.local_addr()?;
                port = address.port();
                addresses.push(address);
                listeners.push(listener);
            }
            Err(error) if is_family_missing(&error) => missing = error,
            Err(error) => return Err(error),
        }
    }
    if listeners.is_empty() {
        return Err(missing);
    }
    Ok(Sockets {
        listeners: Mutex::new(listeners),
        turn: Mutex::new(0),
        addresses,
    })
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket_for(address)?;
    // Elsewhere it only lets a port be bound again while old connections fade; on Windows it would let others share it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// A socket of the address's family.
pub(super) fn socket_for(address: SocketAddr) -> io::Result<TcpSocket> {
    match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }
}

fn is_family_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable
        || error
            .raw_os_error()
            .is_some_and(|code| NO_SUCH_FAMILY.contains(&code))
}

fn sort(port: u16, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::AddrInUse => Error::PortInUse { port, source },
        io::ErrorKind::PermissionDenied => Error::PortForbidden { port, source },
        _ => Error::NotBound(source),
    }
}

/// Nothing that is kept behind these locks can be left half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Belongs to a range that no machine has (RFC 3849), as `::1` where IPv6 is off.
    const MISSING: &str = "2001:db8::1";

    #[tokio::test]
    async fn where_one_family_is_missing_the_other_is_enough() {
        let hosts = [MISSING.parse().unwrap(), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let sockets = Sockets::bind(&hosts, None).unwrap();
        let [address] = sockets.addresses() else {
            panic!("{:?}", sockets.addresses());
        };
        TcpStream::connect(address).await.unwrap();
        sockets.accept().await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn where_every_family_is_missing_nothing_is_bound() {
        let error = Sockets::bind(&[MISSING.parse().unwrap()], None).unwrap_err();
        assert!(matches!(error, Error::NotBound(_)), "{error:?}");
    }

    #[test]
    fn a_port_that_the_system_keeps_is_told_from_one_that_is_taken() {
        let kept = sort(80, io::ErrorKind::PermissionDenied.into());
        assert!(matches!(kept, Error::PortForbidden { port: 80, .. }));
        let taken = sort(80, io::ErrorKind::AddrInUse.into());
        assert!(matches!(taken, Error::PortInUse { port: 80, .. }));
    }
}
