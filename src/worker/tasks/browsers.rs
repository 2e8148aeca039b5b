//! The browsers of this computer: which there are, and starting one.
//!
//! Knows nothing of what an address means.

use std::sync::Arc;

use url::Url;

use super::Desk;
use crate::bridge::{BrowserCard, ProblemKind};
use crate::ids::BrowserChoice;
use crate::platform::Browser;
use crate::platform::browser::InstalledBrowser;
use crate::worker::failure::Failure;

/// Lists them; looking for them touches the disk.
pub(super) async fn list(browser: Arc<dyn Browser>) -> Vec<BrowserCard> {
    let listed = tokio::task::spawn_blocking(move || browser.installed()).await;
    let card = |found: InstalledBrowser| BrowserCard {
        id: found.id,
        name: found.name,
        profiles: found
            .profiles
            .into_iter()
            .map(|profile| (profile.id, profile.name))
            .collect(),
    };
    // A list that can't be had is an empty one: the system's own browser is always there to choose.
    listed.unwrap_or_default().into_iter().map(card).collect()
}

/// Opens an address in the chosen browser, or the system's.
pub(super) async fn start(
    desk: &Desk,
    address: &Url,
    choice: Option<&BrowserChoice>,
) -> Result<(), Failure> {
    let browser = Arc::clone(&desk.world.browser);
    let (address, choice) = (address.clone(), choice.cloned());
    let opened = tokio::task::spawn_blocking(move || browser.open(&address, choice.as_ref())).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::from(error)),
        Err(broken) => Err(Failure::caused(ProblemKind::BrowserNotOpened, &broken)),
    }
}
