//! A whole desk for stories: the real worker, sockets and database against the practice providers, with a person in place of the browser.
//!
//! Knows no window and no terminal. Nothing here sleeps: waiting is a condition variable fed by the bridge's waker.

pub(crate) mod clock;
pub(crate) mod identity;
mod links;
mod many;
mod pages;
pub(crate) mod person;
pub(crate) mod scripted;
pub(crate) mod stand_in;
pub(crate) mod surroundings;
mod tap;
mod wary;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use linkdesk::bridge::{AccountCard, ClientChange, Command, Finished, Snapshot, UiEnd, connect};
use linkdesk::compose::{Plan, opener};
use linkdesk::ids::{AccountId, CommandId, ProviderId};
use linkdesk::platform::Outlet;
use linkdesk::platform::Random as _;
use linkdesk::platform::paths::Folders;
use linkdesk::platform::random::SystemRandom;
use linkdesk::sandbox::{self, Counters, Fault, Mode, RequestKind, Times};
use linkdesk::secret::Secret;
use linkdesk::store::{Database, SqliteStore};
use linkdesk::vault::{Kind, Random, Session};
use linkdesk::worker::{self, Settings, World};

use self::clock::TestClock;
use self::person::{Decision, Person};
use self::surroundings::{Copied, Neighborhood};
use self::tap::Tap;

/// Longer than any step takes on a busy machine; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// What opens the key of a desk that lasts.
pub(crate) const PASSPHRASE: &str = "a long passphrase";

/// How often something that rings no bell is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Everything a story needs.
pub(crate) struct Desk {
    pub face: UiEnd,
    pub clock: TestClock,
    pub person: Person,
    pub outlet: Arc<Recorder>,
    pub clipboard: Arc<Copied>,
    pub neighborhood: Arc<Neighborhood>,
    pub tap: Arc<Tap>,
    pub practice: sandbox::Running,
    pub room: Room,
    woken: Arc<(Mutex<u64>, Condvar)>,
    worker: JoinHandle<()>,
}

/// What a desk stands in, before it is opened and after.
#[derive(Clone)]
pub(crate) struct Room {
    pub folder: Arc<tempfile::TempDir>,
    pub mode: Mode,
    pub kind: Kind,
    pub clock: TestClock,
}

impl Room {
    /// An empty one.
    pub(crate) fn new(mode: Mode, kind: Kind) -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            mode,
            kind,
            clock: TestClock::new(),
        }
    }
}

/// Remembers what was handed over.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub addresses: Mutex<Vec<(String, String)>>,
    pub tokens: Mutex<Vec<String>>,
}

impl Outlet for Recorder {
    fn address_ready(&self, address: &url::Url, redirect_uri: &str) {
        let pair = (address.to_string(), redirect_uri.to_owned());
        self.addresses.lock().unwrap().push(pair);
    }

    fn copy_address(&self, address: &url::Url) {
        self.addresses
            .lock()
            .unwrap()
            .push((address.to_string(), String::new()));
    }

    fn hand_out(&self, token: &str) {
        self.tokens.lock().unwrap().push(token.to_owned());
    }
}

impl Desk {
    /// A desk with nothing linked.
    pub(crate) fn new(mode: Mode) -> Self {
        Self::with(mode, Decision::Allow)
    }

    /// A desk whose person decides so.
    pub(crate) fn with(mode: Mode, decision: Decision) -> Self {
        Self::open(Room::new(mode, Kind::Session), decision)
    }

    /// A desk whose key outlives the program.
    pub(crate) fn lasting(mode: Mode) -> Self {
        Self::open(Room::new(mode, Kind::Passphrase), Decision::Allow)
    }

    /// Ends the program; what is left is the room.
    pub(crate) fn close(self) -> Room {
        let Self {
            face,
            practice,
            room,
            worker,
            ..
        } = self;
        drop(face);
        worker.join().unwrap();
        drop(practice);
        room
    }

    /// Ends the program and starts it again.
    pub(crate) fn reopen(self) -> Self {
        Self::open(self.close(), Decision::Allow)
    }

    /// A second program on the same folder, at the same time.
    pub(crate) fn beside(&self) -> Self {
        Self::open(self.room.clone(), Decision::Allow)
    }

    /// A desk in a room.
    pub(crate) fn open(room: Room, decision: Decision) -> Self {
        let clock = room.clock.clone();
        let (mode, kind) = (room.mode, room.kind);
        let folders = Folders::within(room.folder.path());
        folders.prepare().unwrap();
        folders.sandbox().prepare().unwrap();
        let practice_clock = clock.clone();
        let practice = sandbox::start(sandbox::Options {
            mode,
            clock: Arc::new(move || practice_clock.now()),
            ..sandbox::Options::new(folders.sandbox().data)
        })
        .unwrap();
        let ready = practice.ready();
        let person = Person::new(&ready.username, &ready.password, decision);
        let outlet = Arc::new(Recorder::default());
        let clipboard = Arc::new(Copied::default());
        let neighborhood = Arc::new(Neighborhood::default());
        let tap = Arc::new(Tap::default());
        let woken = Arc::new((Mutex::new(0), Condvar::new()));
        let bell = Arc::clone(&woken);
        let (face, end) = connect(Arc::new(move || {
            *bell.0.lock().unwrap() += 1;
            bell.1.notify_all();
        }));
        let world = World {
            clock: Arc::new(clock.clone()),
            random: Arc::new(SystemRandom),
            browser: Arc::new(person.clone()),
            http: Arc::clone(&tap) as _,
            outlet: Arc::clone(&outlet) as _,
            clipboard: Arc::clone(&clipboard) as _,
            neighbors: Arc::clone(&neighborhood) as _,
        };
        let plan = Plan {
            folders: Some(folders),
            key_store: Some(kind),
            passphrase: (kind == Kind::Passphrase).then(|| Secret::new(PASSPHRASE)),
            practice: Some(mode),
        };
        let worker = worker::start(world, Settings::default(), opener(plan), end).unwrap();
        let desk = Self {
            face,
            clock,
            person,
            outlet,
            clipboard,
            neighborhood,
            tap,
            practice,
            room,
            woken,
            worker,
        };
        desk.wait("the data folder is read", |snapshot| {
            snapshot.loaded.then_some(())
        });
        desk.take_any_port();
        desk
    }

    /// Stories run side by side: each takes any free port instead of the registered one.
    fn take_any_port(&self) {
        for (provider, redirect_uri) in [
            ("trading-parrot", "http://127.0.0.1/callback"),
            ("just2trade", "http://127.0.0.1/callback"),
            ("rest-api-v1", "https://127.0.0.1/callback"),
            ("biggerplate", "http://localhost/"),
        ] {
            let change = ClientChange {
                redirect_uri: Some(redirect_uri.to_owned()),
                ..ClientChange::default()
            };
            self.set_up(provider, change);
        }
    }

    /// Changes a set-up.
    pub(crate) fn set_up(&self, provider: &str, change: ClientChange) {
        let provider = id(provider);
        let finished = self.run(Command::SaveClient { provider, change });
        assert_eq!(finished.problem, None);
    }

    /// The same data file, as another program has it open; it can't unseal.
    pub(crate) fn other_program(&self) -> SqliteStore {
        let random = Random::new(|bytes| Ok(SystemRandom.fill(bytes)?));
        let path = self.data().join("linkdesk.db");
        let (database, _) = Database::open(&path, &random).unwrap();
        SqliteStore::new(database, Arc::new(Session::new(random)))
    }

    /// Where everything is kept.
    pub(crate) fn data(&self) -> PathBuf {
        self.room.folder.path().join("sandbox")
    }

    /// Waits until `look` finds something in a snapshot; says what it waited for and what it saw when it never comes.
    pub(crate) fn wait<T>(&self, what: &str, look: impl Fn(&Snapshot) -> Option<T>) -> T {
        let (count, bell) = &*self.woken;
        let mut guard = count.lock().unwrap();
        let mut looks = 0;
        loop {
            let snapshot = self.face.snapshot();
            if let Some(found) = look(&snapshot) {
                return found;
            }
            // Some things a story waits for, such as a free port, ring no bell: they are looked at now and then.
            let (next, timeout) = bell.wait_timeout(guard, LOOK_EVERY).unwrap();
            guard = next;
            looks += u32::from(timeout.timed_out());
            assert!(
                LOOK_EVERY * looks < PATIENCE,
                "waited for: {what}\nlast seen: {snapshot:#?}"
            );
        }
    }

    /// Sends a command and waits for its end.
    pub(crate) fn run(&self, command: Command) -> Finished {
        let what = format!("the end of {command:?}");
        let id = self.face.send(command).unwrap();
        self.wait(&what, |snapshot| snapshot.finished(id).cloned())
    }

    /// Sends a command without waiting.
    pub(crate) fn send(&self, command: Command) -> CommandId {
        self.face.send(command).unwrap()
    }

    /// The account as shown now.
    pub(crate) fn account(&self, account: &AccountId) -> AccountCard {
        self.face.snapshot().account(account).unwrap().clone()
    }

    /// Refreshes an account and gives it afterwards.
    pub(crate) fn refresh(&self, account: &AccountId) -> (Finished, AccountCard) {
        let finished = self.run(Command::RefreshAccount {
            account: account.clone(),
        });
        (finished, self.account(account))
    }

    /// Lets a practice provider fail once.
    pub(crate) fn fault(&self, provider: &str, kind: RequestKind, fault: Fault) {
        self.practice
            .set_fault(provider, kind, Some(fault), Times::Once)
            .unwrap();
    }

    /// What a practice provider has received so far.
    pub(crate) fn counters(&self, provider: &str) -> Counters {
        self.practice.counters(provider).unwrap()
    }
}

/// A free port that nobody gets by chance: it is below those that systems hand out, and each process has its own few.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let own = u16::try_from(std::process::id() % 2_000).unwrap() * 10;
    let mut ports = std::iter::repeat_with(|| {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        10_000 + (own + next) % 20_000
    });
    ports
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

/// A provider's id.
pub(crate) fn id(provider: &str) -> ProviderId {
    ProviderId::new(provider).unwrap()
}
