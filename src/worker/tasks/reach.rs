//! Looks whether a provider can be reached, without sending it anything.
//!
//! Knows nothing of who waits for it.

use std::sync::Arc;

use super::Desk;
use crate::ids::ProviderId;
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Looks once and answers.
pub(in crate::worker) async fn run(desk: Arc<Desk>, provider: ProviderId, address: String) {
    let result = look(&desk, &address).await;
    desk.answer(Input::Reached(provider, result)).await;
}

async fn look(desk: &Desk, address: &str) -> Result<(), Failure> {
    // Without an address there is nothing to look at; the refresh itself will say what is missing.
    let Ok(address) = address.parse() else {
        return Ok(());
    };
    let reached = desk.world.http.reach(&address).await;
    reached.map_err(|error| Failure::unanswered(&error, desk.world.clock.now()))
}
