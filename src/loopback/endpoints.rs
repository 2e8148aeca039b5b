//! All redirection endpoints of this process: which attempts share one, and how long each lasts.
//!
//! An endpoint lives as long as somebody has a seat at it. After an answer, or an attempt that timed out, it stays for a
//! while and tells whoever comes that it is over; any new attempt that wants the port gets it. The last to go decides:
//! one that is given up frees the port at once. Knows nothing of HTTP and TLS.

use std::fmt;
use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::door::Door;
use super::listener;
use super::self_test;
use super::sockets::{Sockets, hosts};
use super::tls::Tls;
use super::{Address, Answered, Certificate, Error, Scheme, Stray, Verdict};

/// How long a request may take to come.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);

/// How long an endpoint stays after its last answer: a reload of the page sees the page again.
const GRACE: Duration = Duration::from_secs(30);

/// All redirection endpoints of this process; clones share them, and the last clone or seat to go ends them.
#[derive(Clone, Debug, Default)]
pub struct Loopback(Arc<House>);

/// How long things may take; the same everywhere but in tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) header_deadline: Duration,
    pub(super) grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_deadline: HEADER_DEADLINE,
            grace: GRACE,
        }
    }
}

#[derive(Debug, Default)]
struct House {
    endpoints: Mutex<Vec<Endpoint>>,
    limits: Limits,
}

/// A bound port with its tasks; dropping it closes the port at once, and the connections with the tasks.
#[derive(Debug)]
struct Endpoint {
    door: Arc<Door>,
    seats: usize,
    listener: AbortHandle,
    runtime: Handle,
    /// Ends it when nobody needs it any more.
    farewell: Option<AbortHandle>,
}

impl Loopback {
    /// Other limits, for tests that can't wait.
    #[cfg(test)]
    pub(super) fn with(limits: Limits) -> Self {
        Self(Arc::new(House {
            limits,
            ..House::default()
        }))
    }

    /// Opens an endpoint, or joins the one that is open at a fixed port already. Browsers are let in from now on.
    ///
    /// Must be called inside the runtime that later waits.
    #[expect(
        clippy::unused_async,
        reason = "what it starts needs a runtime, and a future is only ever polled inside one"
    )]
    pub async fn open(
        &self,
        address: &Address,
        certificate: Option<&Certificate>,
    ) -> Result<Seat, Error> {
        let hosts = hosts(&address.host)?;
        let tls = match (address.scheme, certificate) {
            (Scheme::Http, _) => None,
            (Scheme::Https, Some(certificate)) => Some(certificate.tls().clone()),
            (Scheme::Https, None) => return Err(Error::NoCertificate),
        };
        let mut endpoints = self.0.endpoints();
        if let Some(port) = address.port {
            if let Some(endpoint) = endpoints
                .iter_mut()
                .find(|endpoint| endpoint.door.serves(address, port))
            {
                return Ok(self.join(endpoint, address, tls));
            }
            // What only says that something is over makes room for what begins.
            endpoints.retain(|endpoint| endpoint.is_in_use() || endpoint.port() != port);
        }
        let sockets = Sockets::bind(&hosts, address.port)
            .map_err(|error| own_up(error, endpoints.as_slice()))?;
        let limit = self.0.limits.header_deadline;
        let door = Arc::new(Door::new(address, tls.clone(), sockets, limit));
        let runtime = Handle::current();
        let mut endpoint = Endpoint {
            listener: runtime
                .spawn(listener::listen(Arc::clone(&door)))
                .abort_handle(),
            door,
            seats: 0,
            runtime,
            farewell: None,
        };
        let seat = self.join(&mut endpoint, address, tls);
        endpoints.push(endpoint);
        Ok(seat)
    }

    fn join(&self, endpoint: &mut Endpoint, address: &Address, tls: Option<Tls>) -> Seat {
        endpoint.stay(None);
        endpoint.seats += 1;
        endpoint.door.renew(tls);
        Seat {
            id: endpoint.door.register.enter(&address.path),
            door: Arc::clone(&endpoint.door),
            house: Arc::clone(&self.0),
            staying: None,
        }
    }
}

/// Says so where it is ourselves who hold the port.
fn own_up(error: Error, endpoints: &[Endpoint]) -> Error {
    match error {
        Error::PortInUse { port, .. }
            if endpoints.iter().any(|endpoint| endpoint.port() == port) =>
        {
            let ours = "another sign-in that is under way comes back to it";
            Error::PortInUse {
                port,
                source: io::Error::new(io::ErrorKind::AddrInUse, ours),
            }
        }
        error => error,
    }
}

impl House {
    /// Nothing in the list can be left half changed.
    fn endpoints(&self) -> MutexGuard<'_, Vec<Endpoint>> {
        self.endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes somebody off an endpoint; if it was the last one, the endpoint stays for so long, or not at all.
    fn leave(self: &Arc<Self>, door: &Arc<Door>, id: u64, staying: Option<Duration>) {
        door.register.leave(id);
        let mut endpoints = self.endpoints();
        let is_here = |endpoint: &&mut Endpoint| Arc::ptr_eq(&endpoint.door, door);
        let Some(endpoint) = endpoints.iter_mut().find(is_here) else {
            return;
        };
        endpoint.seats = endpoint.seats.saturating_sub(1);
        if endpoint.is_in_use() {
            return;
        }
        let Some(how_long) = staying else {
            endpoints.retain(|endpoint| !Arc::ptr_eq(&endpoint.door, door));
            return;
        };
        let house = Arc::downgrade(self);
        let door = Arc::clone(door);
        let end = endpoint.runtime.spawn(async move {
            tokio::time::sleep(how_long).await;
            if let Some(house) = house.upgrade() {
                house
                    .endpoints()
                    .retain(|endpoint| endpoint.is_in_use() || !Arc::ptr_eq(&endpoint.door, &door));
            }
        });
        endpoint.stay(Some(end.abort_handle()));
    }
}

impl Endpoint {
    fn port(&self) -> u16 {
        self.door.sockets.port()
    }

    fn is_in_use(&self) -> bool {
        self.seats > 0
    }

    fn stay(&mut self, farewell: Option<AbortHandle>) {
        if let Some(earlier) = std::mem::replace(&mut self.farewell, farewell) {
            earlier.abort();
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.door.sockets.close();
        self.listener.abort();
        self.stay(None);
    }
}

/// One attempt's place at an endpoint; dropping it forgets the attempt, and the last one to go frees the port.
pub struct Seat {
    id: u64,
    door: Arc<Door>,
    house: Arc<House>,
    /// How long the endpoint stays after this seat, if it is the last one.
    staying: Option<Duration>,
}

impl Seat {
    /// The port that the redirect URI must name.
    pub fn local_port(&self) -> u16 {
        self.door.sockets.port()
    }

    /// Knocks at every address that a browser may use, and sees that this very endpoint answers, over TLS with our certificate.
    ///
    /// Whoever else answers there doesn't receive a byte.
    pub async fn self_test(&self) -> Result<(), Error> {
        self_test::run(&self.door).await
    }

    /// Waits until `judge` accepts or ends with the query of a request to the path; everything else goes to `on_stray`.
    ///
    /// When it resolves, the browser's page has been written. The judge must not come back here: it is asked while the
    /// endpoint stands still.
    pub async fn wait(
        &mut self,
        judge: impl Fn(&str) -> Verdict + Send + Sync + 'static,
        on_stray: impl Fn(Stray) + Send + Sync + 'static,
    ) -> Answered {
        match self.door.register.attend(self.id, judge, on_stray).await {
            Ok(answered) => {
                self.staying = Some(self.house.limits.grace);
                answered
            }
            // The register gives a place up only with its answer, or when this seat is dropped.
            Err(_dropped) => pending().await,
        }
    }

    /// Closes the port under the seat, as a system would that lets others have it.
    #[cfg(test)]
    pub(super) fn take_port_away(&self) {
        self.door.sockets.close();
    }

    /// Leaves after a time-out: whoever comes late is told so for a while, until a new attempt wants the port.
    pub fn retire(mut self, for_how_long: Duration) {
        self.staying = Some(for_how_long);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.house.leave(&self.door, self.id, self.staying);
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Seat")
            .field("id", &self.id)
            .field("door", &self.door)
            .finish_non_exhaustive()
    }
}
