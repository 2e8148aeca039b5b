//! The two ends of the bridge: a bounded channel down, the newest snapshot up.
//!
//! Knows nothing of who wakes whom: the waker is a closure handed in.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::{Command, Snapshot};
use crate::ids::CommandId;

/// Called after each new snapshot; the window asks for a repaint, the command line wakes its wait.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Commands waiting to be read: far more than a person or a script asks for at once.
const COMMANDS_AHEAD: usize = 4096;

/// The face's end.
#[derive(Debug)]
pub struct UiEnd {
    commands: mpsc::Sender<(CommandId, Command)>,
    newest: Arc<Mutex<Arc<Snapshot>>>,
    next: AtomicU64,
}

/// The worker's end.
pub struct WorkerEnd {
    /// Commands in the order they were sent; closed when the face is gone.
    pub commands: mpsc::Receiver<(CommandId, Command)>,
    newest: Arc<Mutex<Arc<Snapshot>>>,
    waker: Waker,
}

/// Makes the two ends.
pub fn connect(waker: Waker) -> (UiEnd, WorkerEnd) {
    let (sender, receiver) = mpsc::channel(COMMANDS_AHEAD);
    let newest = Arc::new(Mutex::new(Arc::new(Snapshot::default())));
    let ui = UiEnd {
        commands: sender,
        newest: Arc::clone(&newest),
        next: AtomicU64::new(1),
    };
    let worker = WorkerEnd {
        commands: receiver,
        newest,
        waker,
    };
    (ui, worker)
}

impl UiEnd {
    /// Sends a command; `None` when the worker has stopped or is hopelessly behind.
    pub fn send(&self, command: Command) -> Option<CommandId> {
        let id = CommandId(self.next.fetch_add(1, Ordering::Relaxed));
        self.commands.try_send((id, command)).ok().map(|()| id)
    }

    /// The newest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.newest.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the worker still reads commands.
    pub fn is_worker_alive(&self) -> bool {
        !self.commands.is_closed()
    }
}

impl WorkerEnd {
    /// Makes a snapshot the newest one and wakes the face; an equal one is dropped, so idle costs nothing.
    pub fn publish(&self, snapshot: Snapshot) {
        {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            if **newest == snapshot {
                return;
            }
            *newest = Arc::new(snapshot);
        }
        (self.waker)();
    }
}

impl std::fmt::Debug for WorkerEnd {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WorkerEnd").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn an_equal_snapshot_wakes_nobody() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let (ui, worker) = connect(Arc::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        }));
        worker.publish(Snapshot::default());
        assert_eq!(woken.load(Ordering::Relaxed), 0);
        worker.publish(Snapshot {
            loaded: true,
            ..Snapshot::default()
        });
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert!(ui.snapshot().loaded);
    }

    #[test]
    fn a_stopped_worker_is_noticed() {
        let (ui, worker) = connect(Arc::new(|| ()));
        assert!(ui.send(Command::RefreshAll).is_some());
        drop(worker);
        assert!(!ui.is_worker_alive());
        assert!(ui.send(Command::RefreshAll).is_none());
    }
}
