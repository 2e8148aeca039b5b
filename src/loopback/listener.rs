//! Holds the port, lets everybody in one by one, and ends with the one authorization response that counts.
//!
//! Every connection is a task in a set that the waiting future owns: dropping the future drops listener and connections,
//! so a cancelled sign-in frees its port without anybody having to remember it. Knows nothing of HTTP.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::connection::{Endpoint, Progress, serve};
use super::request::Expected;
use super::{Answered, Error, Stray, Verdict};

/// The most connections at a time.
const MOST_CONNECTIONS: usize = 64;

/// How often another free port is tried where both address families must have the same.
const MOST_PORTS_TRIED: usize = 16;

/// How long to let connections end when the system has no descriptor for another one.
const PAUSE: Duration = Duration::from_millis(10);

/// How long a request may take to come.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);

/// How long browsers get to take their pages once the sign-in goes on.
const LONGEST_FAREWELL: Duration = Duration::from_secs(1);

/// What the system says where an address family doesn't exist at all: Linux, BSD and macOS, Windows.
const NO_SUCH_FAMILY: [i32; 3] = [97, 47, 10047];

/// A bound port on the loopback interface, and on no other.
#[derive(Debug)]
pub struct Listener {
    sockets: Sockets,
    host: String,
    port: u16,
    /// How long a request may take to come.
    pub(super) header_deadline: Duration,
}

impl Listener {
    /// Binds the redirect URI's host: `127.0.0.1`, `[::1]`, or `localhost` for both with one port.
    ///
    /// Without a port any free one is taken. Must be called inside the runtime that later waits.
    pub async fn bind(host: &str, port: Option<u16>) -> Result<Self, Error> {
        let families = families(host)?;
        let wanted = port.unwrap_or_default();
        let mut tries = if wanted == 0 { MOST_PORTS_TRIED } else { 1 };
        let sockets = loop {
            tries -= 1;
            match bind_all(&families, wanted).await {
                Err(error) if tries > 0 && error.kind() == io::ErrorKind::AddrInUse => {}
                result => break result.map_err(|source| sort(wanted, source))?,
            }
        };
        let bound = sockets.first().map(TcpListener::local_addr);
        let port = bound
            .transpose()
            .map_err(Error::NotBound)?
            .map(|address| address.port());
        Ok(Self {
            port: port.unwrap_or(wanted),
            host: host.to_owned(),
            header_deadline: HEADER_DEADLINE,
            sockets: Sockets {
                listeners: sockets,
                turn: 0,
            },
        })
    }

    /// The port that the redirect URI must name.
    pub fn local_port(&self) -> u16 {
        self.port
    }

    /// Waits until `judge` accepts or ends with the query of a request to `path`; everything else goes to `on_stray`.
    ///
    /// When it resolves, the browser's page has been written and the port is free. Dropping the future frees the port too.
    pub async fn wait(
        mut self,
        path: &str,
        judge: impl Fn(&str) -> Verdict + Send + Sync + 'static,
        on_stray: impl Fn(Stray) + Send + Sync + 'static,
    ) -> Answered {
        let expected = Expected {
            host: std::mem::take(&mut self.host),
            port: self.port,
            path: path.to_owned(),
            deadline: self.header_deadline,
        };
        let endpoint = Arc::new(Endpoint::new(expected, judge, on_stray));
        let mut connections = Connections::new(Arc::clone(&endpoint));
        let (verdict, query) = loop {
            tokio::select! {
                biased;
                outcome = endpoint.settled() => break outcome,
                accepted = self.sockets.accept() => connections.welcome(accepted).await,
            }
        };
        // Who knocked before the port closes may be the same browser once more: it gets the same page.
        while connections.has_room()
            && let Some(Ok(stream)) = self.sockets.accept_waiting().await
        {
            connections.add(stream);
        }
        Answered {
            verdict,
            farewell: Farewell(connections.tasks),
            query,
        }
    }
}

/// Connections that are still taking their pages.
#[derive(Debug)]
pub struct Farewell(JoinSet<()>);

impl Farewell {
    /// Lets them finish, for a second at most, then closes them.
    pub async fn say(mut self) {
        let all_gone = async { while self.0.join_next().await.is_some() {} };
        // Whoever needs longer is cut off by the end of the set.
        drop(tokio::time::timeout(LONGEST_FAREWELL, all_gone).await);
    }
}

/// The listening sockets, asked in turn so that a crowd at one doesn't shut the other.
#[derive(Debug)]
struct Sockets {
    listeners: Vec<TcpListener>,
    turn: usize,
}

impl Sockets {
    async fn accept(&mut self) -> io::Result<TcpStream> {
        poll_fn(|context| self.poll(context)).await
    }

    /// A connection that is already there, or `None`.
    async fn accept_waiting(&mut self) -> Option<io::Result<TcpStream>> {
        poll_fn(|context| match self.poll(context) {
            Poll::Ready(accepted) => Poll::Ready(Some(accepted)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        self.turn = self.turn.wrapping_add(1);
        let (after, before) = self
            .listeners
            .split_at(self.turn % self.listeners.len().max(1));
        for listener in before.iter().chain(after) {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(accepted.map(|(stream, _)| stream));
            }
        }
        Poll::Pending
    }
}

/// Everybody who has been let in, oldest first.
struct Connections {
    endpoint: Arc<Endpoint>,
    tasks: JoinSet<()>,
    places: VecDeque<Place>,
}

struct Place {
    task: AbortHandle,
    progress: Arc<Progress>,
}

impl Connections {
    fn new(endpoint: Arc<Endpoint>) -> Self {
        Self {
            endpoint,
            tasks: JoinSet::new(),
            places: VecDeque::new(),
        }
    }

    async fn welcome(&mut self, accepted: io::Result<TcpStream>) {
        self.forget_finished();
        if let Ok(stream) = accepted {
            if !self.has_room() {
                self.make_room();
            }
            self.add(stream);
        } else {
            // Most likely too many descriptors are open: close one, and don't ask again in the same instant.
            self.make_room();
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn has_room(&self) -> bool {
        self.places.len() < MOST_CONNECTIONS
    }

    fn add(&mut self, stream: TcpStream) {
        let progress = Arc::new(Progress::default());
        let task = self.tasks.spawn(serve(
            stream,
            Arc::clone(&self.endpoint),
            Arc::clone(&progress),
        ));
        self.places.push_back(Place { task, progress });
    }

    fn forget_finished(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        self.places.retain(|place| !place.task.is_finished());
    }

    /// Ends the oldest connection that has said nothing, or else the oldest that isn't just being answered.
    fn make_room(&mut self) {
        let silent = self
            .places
            .iter()
            .position(|place| !place.progress.has_spoken());
        let oldest = || {
            self.places
                .iter()
                .position(|place| !place.progress.is_settling())
        };
        if let Some(place) = silent
            .or_else(oldest)
            .and_then(|index| self.places.remove(index))
        {
            place.task.abort();
            self.endpoint.count(Stray::Crowded);
        }
    }
}

/// The addresses that a redirect URI's host stands for.
fn families(host: &str) -> Result<Vec<IpAddr>, Error> {
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

/// Binds every address that exists on this machine, all with the same port.
async fn bind_all(addresses: &[IpAddr], mut port: u16) -> io::Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    let mut missing = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpListener::bind((*address, port)).await {
            Ok(listener) => {
                port = listener.local_addr()?.port();
                listeners.push(listener);
            }
            Err(error) if is_family_missing(&error) => missing = error,
            Err(error) => return Err(error),
        }
    }
    if listeners.is_empty() {
        return Err(missing);
    }
    Ok(listeners)
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
