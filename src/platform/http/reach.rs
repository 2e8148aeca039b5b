//! Connecting as a request would, and hanging up before it is written: it shows whether a server can be reached.
//!
//! Knows neither names nor proxies nor TLS: it stands around the client's own connector, which does.

use std::error::Error as StdError;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use crate::platform::BoxFuture;

type AnyError = Box<dyn StdError + Send + Sync>;

/// Makes a connector hang up as soon as it has connected.
#[derive(Debug, Clone, Copy)]
pub(super) struct HangUp;

/// A connector that does.
#[derive(Debug, Clone)]
pub(super) struct HangingUp<S>(S);

/// The connection was there: told as an error, because a connector has no other way to end a request early.
#[derive(Debug, thiserror::Error)]
#[error("the connection was made and closed again")]
struct Reached;

impl<S> Layer<S> for HangUp {
    type Service = HangingUp<S>;

    fn layer(&self, connector: S) -> Self::Service {
        HangingUp(connector)
    }
}

impl<S, Address> Service<Address> for HangingUp<S>
where
    S: Service<Address, Error = AnyError>,
    S::Future: Send + 'static,
    S::Response: Send,
{
    type Response = S::Response;
    type Error = AnyError;
    type Future = BoxFuture<Result<S::Response, AnyError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), AnyError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, address: Address) -> Self::Future {
        let connecting = self.0.call(address);
        Box::pin(async move {
            drop(connecting.await?);
            Err(Reached.into())
        })
    }
}

/// Whether a request ended because the connection had been made.
pub(super) fn was_reached(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<Reached>() {
            return true;
        }
        cause = error.source();
    }
    false
}
