//! What everybody at one endpoint shares: where it is, what is spoken there, and who is expected.
//!
//! Knows nothing of how long it lasts.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Address;
use super::register::Register;
use super::request::Expected;
use super::sockets::Sockets;
use super::tls::Tls;

/// One bound endpoint.
#[derive(Debug)]
pub(super) struct Door {
    /// What a request must be addressed to.
    pub(super) expected: Expected,
    /// Where connections come in.
    pub(super) sockets: Sockets,
    /// Who is expected.
    pub(super) register: Register,
    /// How long a request may take to come, TLS included.
    pub(super) header_deadline: Duration,
    tls: Mutex<Option<Tls>>,
}

impl Door {
    pub(super) fn new(
        address: &Address,
        tls: Option<Tls>,
        sockets: Sockets,
        header_deadline: Duration,
    ) -> Self {
        Self {
            expected: Expected {
                scheme: address.scheme,
                host: address.host.clone(),
                port: sockets.port(),
            },
            sockets,
            register: Register::default(),
            header_deadline,
            tls: Mutex::new(tls),
        }
    }

    /// Whether a browser that is sent to this address and port comes here.
    pub(super) fn serves(&self, address: &Address, port: u16) -> bool {
        let Expected {
            scheme,
            host,
            port: ours,
        } = &self.expected;
        (*scheme, host, *ours) == (address.scheme, &address.host, port)
    }

    /// The two sides of TLS; `None` where plain HTTP is spoken.
    pub(super) fn tls(&self) -> Option<Tls> {
        self.tls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// From now on this certificate is shown: it is the newest one.
    pub(super) fn renew(&self, tls: Option<Tls>) {
        *self.tls.lock().unwrap_or_else(PoisonError::into_inner) = tls;
    }
}
