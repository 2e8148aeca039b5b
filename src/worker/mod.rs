//! The only place where things happen: links, refreshes, unlinking, saving.
//!
//! A pure core decides, an engine carries out; see `ARCHITECTURE.md` for the road of one sign-in.
//! Knows nothing of windows or terminals.

mod clocks;
mod core;
mod engine;
mod failure;
mod input;
mod publish;
mod reuse;
mod schedule;
mod tasks;
mod verdict;
mod world;

use std::io;
use std::thread::JoinHandle;

use crate::bridge::WorkerEnd;
pub use failure::{chain, of_disk};
pub use world::{House, OpenHouse, Preset, ProviderFiles, Settings, Unopened, World};

/// Starts the worker's thread; it ends when the face's end of the bridge is dropped.
pub fn start(
    world: World,
    settings: Settings,
    open: OpenHouse,
    face: WorkerEnd,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .thread_name("worker-blocking")
        .build()?;
    std::thread::Builder::new()
        .name("worker".to_owned())
        .spawn(move || {
            runtime.block_on(engine::run(world, settings, open, face));
            // A key store that never answers must not keep the program from ending.
            runtime.shutdown_background();
        })
}
