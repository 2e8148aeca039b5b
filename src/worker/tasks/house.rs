//! Opens the house: reads provider files and the data folder.
//!
//! Runs beside the first frame; knows nothing of what is in the house.

use tokio::sync::mpsc;

use crate::bridge::ProblemKind;
use crate::worker::failure::chain;
use crate::worker::input::Input;
use crate::worker::world::{OpenHouse, Unopened};

/// Opens the house and tells the core.
pub(in crate::worker) async fn open(open: OpenHouse, inputs: mpsc::Sender<Input>) {
    let work = tokio::task::spawn_blocking(move || {
        let house = open()?;
        let contents = house.store.load()?;
        Ok((house, contents))
    });
    let opened = work.await.unwrap_or_else(|broken| {
        Err(Unopened {
            kind: ProblemKind::Bug,
            detail: chain(&broken),
        })
    });
    // Nobody listens any more when the program is ending.
    drop(inputs.send(Input::Opened(Box::new(opened))).await);
}
