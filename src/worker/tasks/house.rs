//! Opens the house: reads provider files and the data folder.
//!
//! Runs beside the first frame; knows nothing of what is in the house.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{browsers, keys};
use crate::bridge::ProblemKind;
use crate::platform::Browser;
use crate::worker::failure::chain;
use crate::worker::input::Input;
use crate::worker::world::{OpenHouse, Unopened};

/// Opens the house and tells the core, which browsers there are before everything else: then whoever sees the house sees them.
pub(in crate::worker) async fn open(
    open: OpenHouse,
    browser: Arc<dyn Browser>,
    inputs: mpsc::Sender<Input>,
) {
    let work = tokio::task::spawn_blocking(move || {
        let house = open()?;
        let contents = house.store.load()?;
        let facts = keys::facts(house.store.as_ref(), house.vault.as_ref())?;
        Ok((house, contents, facts))
    });
    let (opened, browsers) = tokio::join!(work, browsers::list(browser));
    // Nobody listens any more when the program is ending.
    drop(inputs.send(Input::BrowsersListed(browsers)).await);
    let opened = opened.unwrap_or_else(|broken| {
        Err(Unopened {
            kind: ProblemKind::Bug,
            detail: chain(&broken),
        })
    });
    let opened = match opened {
        Ok((house, contents, facts)) => {
            drop(inputs.send(Input::KeyStoreLooked(facts)).await);
            Ok((house, contents))
        }
        Err(unopened) => Err(unopened),
    };
    drop(inputs.send(Input::Opened(Box::new(opened))).await);
}
