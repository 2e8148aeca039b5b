//! Puts the house together: which ports, which folders, which face.
//!
//! The only room that knows them all; it decides nothing that a person could notice.

mod house;
mod outlet;
mod practice;
mod terminal;
mod window;

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

pub use house::{Plan, folders_in_use, opener};
pub use outlet::{TerminalOutlet, WindowOutlet};
pub use practice::serve_practice;
pub use terminal::run_command;
pub use window::open_window;

use crate::bridge::{UiEnd, Waker, connect};
use crate::platform::Outlet;
use crate::platform::browser::SystemBrowser;
use crate::platform::clipboard::SystemClipboard;
use crate::platform::clock::SystemClock;
use crate::platform::http::ReqwestHttp;
use crate::platform::neighbors::SystemNeighbors;
use crate::platform::random::SystemRandom;
use crate::worker::{self, Settings, World};

/// How long the worker may take to finish its writes when the face is gone.
const LAST_WRITES: Duration = Duration::from_secs(6);

/// The running worker and the face's end of the bridge.
#[derive(Debug)]
pub struct Desk {
    /// Commands down, snapshots up.
    pub face: UiEnd,
    /// Ends after `face` is dropped.
    pub worker: Worker,
}

/// The worker's thread.
#[derive(Debug)]
pub struct Worker(JoinHandle<()>);

/// The variables of the environment, as they were when the program started.
pub type Environment = Vec<(OsString, OsString)>;

/// Starts the worker on the real world.
pub fn start(
    plan: Plan,
    settings: Settings,
    outlet: Arc<dyn Outlet>,
    environment: Environment,
    waker: Waker,
) -> io::Result<Desk> {
    let world = World {
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandom),
        browser: Arc::new(SystemBrowser::new(environment)),
        http: Arc::new(ReqwestHttp::new()),
        outlet,
        clipboard: Arc::new(SystemClipboard),
        neighbors: Arc::new(SystemNeighbors::new()),
    };
    let (face, end) = connect(waker);
    let thread = worker::start(world, settings, opener(plan), end)?;
    Ok(Desk {
        face,
        worker: Worker(thread),
    })
}

impl Worker {
    /// Waits until the worker has finished its writes; the face must be gone.
    ///
    /// A worker that hangs in a key store or a disk is left behind after a few seconds.
    pub fn wait(self) {
        let (done, finished) = std::sync::mpsc::sync_channel(1);
        let waiting = std::thread::Builder::new()
            .name("farewell".to_owned())
            .spawn(move || {
                // A worker that panicked has said so already; there is nothing left to wait for.
                drop(self.0.join());
                done.send(()).ok();
            });
        if waiting.is_ok() {
            // Whether it ended or took too long, the program ends now.
            finished.recv_timeout(LAST_WRITES).ok();
        }
    }
}
