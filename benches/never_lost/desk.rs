//! The real worker on a data folder, seen from a face that misses nothing.
//!
//! Knows nothing of what is measured.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::{Duration, Instant};

use linkdesk::bridge::{ClientChange, Command, LinkOutcome, Problem, Snapshot, UiEnd, Waker};
use linkdesk::compose::{self, Plan};
use linkdesk::ids::{AccountId, CommandId, ProviderId};
use linkdesk::platform::Outlet;
use linkdesk::platform::paths::Folders;
use linkdesk::secret::Secret;
use linkdesk::vault::Kind;
use linkdesk::worker::Settings;
use url::Url;

use crate::practice::PROVIDER;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// How often something that rings no bell is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How commands ended.
type Ended = Arc<Mutex<BTreeMap<CommandId, Option<Problem>>>>;

/// The worker, seen from a face.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) face: Option<Arc<UiEnd>>,
    rung: Receiver<()>,
    ended: Ended,
    tokens: Arc<Counting>,
    worker: Option<compose::Worker>,
}

/// Counts the tokens that are handed out, and looks at none.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl Outlet for Counting {
    fn address_ready(&self, _: &Url, _: &str) {}
    fn copy_address(&self, _: &Url) {}

    fn hand_out(&self, _: &str) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Desk {
    /// Opens the folder and waits until it is read; nothing is refreshed unless asked for.
    pub(crate) fn open(data: &Path, key_store: Kind) -> Self {
        let plan = Plan {
            folders: Some(Folders::within(data)),
            key_store: Some(key_store),
            passphrase: None,
            practice: None,
        };
        let settings = Settings {
            refreshes_by_itself: false,
            ..Settings::default()
        };
        let seen: Arc<OnceLock<Weak<UiEnd>>> = Arc::default();
        let ended: Ended = Arc::default();
        let tokens: Arc<Counting> = Arc::default();
        let (ring, rung) = sync_channel(1);
        let waker: Waker = {
            let (seen, ended) = (Arc::clone(&seen), Arc::clone(&ended));
            Arc::new(move || {
                if let Some(face) = seen.get().and_then(Weak::upgrade) {
                    remember(&face.snapshot(), &ended);
                }
                // A bell that is ringing already need not be rung again.
                ring.try_send(()).unwrap_or_default();
            })
        };
        let outlet = Arc::clone(&tokens) as Arc<dyn Outlet>;
        let started = compose::start(plan, settings, outlet, Vec::new(), waker).unwrap();
        let face = Arc::new(started.face);
        seen.set(Arc::downgrade(&face)).unwrap();
        let desk = Self {
            face: Some(face),
            rung,
            ended,
            tokens,
            worker: Some(started.worker),
        };
        desk.wait("the data folder", |snapshot| snapshot.loaded.then_some(()));
        desk
    }

    pub(crate) fn face(&self) -> &UiEnd {
        self.face.as_ref().unwrap()
    }

    /// Sends a command, however many are before it.
    pub(crate) fn send(&self, command: &Command) -> CommandId {
        loop {
            if let Some(id) = self.face().send(command.clone()) {
                return id;
            }
            assert!(self.face().is_worker_alive(), "the worker has stopped");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Sends a command and says how it ended.
    pub(crate) fn carry_out(&self, command: &Command) -> Option<Problem> {
        let id = self.send(command);
        self.end_of(id)
    }

    /// Waits until a command has ended and says with which problem, if any.
    pub(crate) fn end_of(&self, command: CommandId) -> Option<Problem> {
        let ended = || self.ended.lock().unwrap().get(&command).cloned();
        self.wait("the end of a command", |_| ended())
    }

    /// How many tokens were handed out.
    pub(crate) fn tokens(&self) -> usize {
        self.tokens.0.load(Ordering::Relaxed)
    }

    /// Waits until the snapshot shows something.
    pub(crate) fn wait<T>(&self, what: &str, look: impl Fn(&Snapshot) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            let snapshot = self.face().snapshot();
            if let Some(found) = look(&snapshot) {
                return found;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{what}: {:#?}",
                snapshot.problems
            );
            self.rung.recv_timeout(LOOK_EVERY).unwrap_or_default();
        }
    }

    /// Says where the provider is.
    pub(crate) fn set_up(&self, address: &str) {
        let change = ClientChange {
            base_url: Some(address.to_owned()),
            ..ClientChange::default()
        };
        let provider = provider();
        let problem = self.carry_out(&Command::SaveClient { provider, change });
        assert_eq!(problem, None, "the client could not be saved");
    }

    /// Links an account.
    pub(crate) fn link(&self, username: &str, password: &str) -> AccountId {
        let command = self.send(&Command::SignInWithPassword {
            provider: provider(),
            account: None,
            label: None,
            username: username.to_owned(),
            password: Secret::new(password),
        });
        let outcome = self.wait("a linked account", |snapshot| {
            let flow = snapshot.finished(command)?.flow?;
            snapshot.link(flow)?.outcome.clone()
        });
        match outcome {
            LinkOutcome::Linked { account } => account,
            LinkOutcome::Failed { problem } => panic!("not linked: {problem:?}"),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.face.take());
        if let Some(worker) = self.worker.take() {
            worker.wait();
        }
    }
}

fn remember(snapshot: &Snapshot, ended: &Ended) {
    let mut ended = ended.lock().unwrap();
    for finished in &snapshot.finished {
        ended
            .entry(finished.command)
            .or_insert_with(|| finished.problem.clone());
    }
}

fn provider() -> ProviderId {
    ProviderId::new(PROVIDER).unwrap()
}
