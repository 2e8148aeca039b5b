//! A whole desk for stories: the real worker, sockets and database against the practice providers, with a person in place of the browser.
//!
//! Knows no window and no terminal. Nothing here sleeps: waiting is a condition variable fed by the bridge's waker.

pub(crate) mod clock;
pub(crate) mod person;
pub(crate) mod surroundings;

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use linkdesk::bridge::{
    AccountCard, ClientChange, Command, Finished, LinkCard, LinkOutcome, Problem, SignInWay,
    Snapshot, UiEnd, connect,
};
use linkdesk::compose::{Plan, opener};
use linkdesk::ids::{AccountId, CommandId, FlowId, ProviderId};
use linkdesk::platform::Outlet;
use linkdesk::platform::Random as _;
use linkdesk::platform::http::ReqwestHttp;
use linkdesk::platform::paths::Folders;
use linkdesk::platform::random::SystemRandom;
use linkdesk::sandbox::{self, Fault, Mode, RequestKind, Times};
use linkdesk::secret::Secret;
use linkdesk::store::{Database, SqliteStore};
use linkdesk::vault::{Kind, Random, Session};
use linkdesk::worker::{self, Settings, World};

use self::clock::TestClock;
use self::person::{Decision, Person};
use self::surroundings::{Copied, Nobody};

/// Longer than any step takes on a busy machine; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often something that rings no bell is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Everything a story needs.
pub(crate) struct Desk {
    pub face: UiEnd,
    pub clock: TestClock,
    pub person: Person,
    pub outlet: Arc<Recorder>,
    #[expect(dead_code, reason = "no story copies anything yet")]
    pub clipboard: Arc<Copied>,
    pub practice: sandbox::Running,
    pub folder: tempfile::TempDir,
    woken: Arc<(Mutex<u64>, Condvar)>,
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
        Self::in_folder(tempfile::tempdir().unwrap(), mode, decision, Kind::Session)
    }

    /// A desk on an existing folder.
    pub(crate) fn in_folder(
        folder: tempfile::TempDir,
        mode: Mode,
        decision: Decision,
        kind: Kind,
    ) -> Self {
        let clock = TestClock::new();
        let folders = Folders::within(folder.path());
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
            http: Arc::new(ReqwestHttp::new()),
            outlet: Arc::clone(&outlet) as _,
            clipboard: Arc::clone(&clipboard) as _,
            neighbors: Arc::new(Nobody),
        };
        let plan = Plan {
            folders: Some(folders),
            key_store: kind,
            passphrase: (kind == Kind::Passphrase).then(|| Secret::new("a long passphrase")),
            practice: Some(mode),
        };
        worker::start(world, Settings::default(), opener(plan), end).unwrap();
        let desk = Self {
            face,
            clock,
            person,
            outlet,
            clipboard,
            practice,
            folder,
            woken,
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
            ("biggerplate", "http://localhost/"),
        ] {
            let change = ClientChange {
                redirect_uri: Some(redirect_uri.to_owned()),
                ..ClientChange::default()
            };
            let provider = id(provider);
            let finished = self.run(Command::SaveClient { provider, change });
            assert_eq!(finished.problem, None);
        }
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
        self.folder.path().join("sandbox")
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

    /// Starts a link in the browser.
    pub(crate) fn start_link(&self, provider: &str) -> FlowId {
        self.start(Command::LinkAccount {
            provider: id(provider),
            account: None,
            label: None,
            way: SignInWay::Browser,
        })
    }

    fn start(&self, command: Command) -> FlowId {
        let links = &self.face.snapshot().links;
        let before: Vec<FlowId> = links.iter().map(|link| link.flow).collect();
        self.send(command);
        self.wait("an attempt under way", |snapshot| {
            let mut links = snapshot.links.iter().map(|link| link.flow);
            links.find(|flow| !before.contains(flow))
        })
    }

    /// Waits for the end of an attempt.
    pub(crate) fn outcome(&self, flow: FlowId) -> LinkOutcome {
        self.wait("the end of the attempt", |snapshot| {
            snapshot.link(flow)?.outcome.clone()
        })
    }

    /// The attempt as shown now.
    pub(crate) fn link_card(&self, flow: FlowId) -> LinkCard {
        self.face.snapshot().link(flow).unwrap().clone()
    }

    /// Links at a provider, whatever way it takes, and gives the account.
    pub(crate) fn link(&self, provider: &str) -> AccountCard {
        let flow = match provider {
            "tradecloud" => self.sign_in_with_password(),
            _ => self.start_link(provider),
        };
        if provider == "rest-api-v1" {
            let address = self.person.wait_for_landing();
            self.send(Command::PasteAddress {
                flow,
                address: Secret::new(address),
            });
        }
        match self.outcome(flow) {
            LinkOutcome::Linked { account } => self.account(&account),
            LinkOutcome::Failed { problem } => panic!("{provider} was not linked: {problem:?}"),
        }
    }

    /// Starts a sign-in with the practice e-mail and password.
    pub(crate) fn sign_in_with_password(&self) -> FlowId {
        let ready = self.practice.ready();
        self.sign_in_as(&ready.username, &ready.password)
    }

    /// Starts a sign-in with this e-mail and password.
    pub(crate) fn sign_in_as(&self, username: &str, password: &str) -> FlowId {
        self.start(Command::SignInWithPassword {
            provider: id("tradecloud"),
            account: None,
            label: None,
            username: username.to_owned(),
            password: Secret::new(password),
        })
    }

    /// The problem that ended an attempt.
    pub(crate) fn failure(&self, flow: FlowId) -> Problem {
        match self.outcome(flow) {
            LinkOutcome::Failed { problem } => problem,
            LinkOutcome::Linked { .. } => panic!("it was linked"),
        }
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
}

/// A provider's id.
pub(crate) fn id(provider: &str) -> ProviderId {
    ProviderId::new(provider).unwrap()
}
