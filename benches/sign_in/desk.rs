//! The real worker at the practice providers, with nobody in place of the browser: addresses are handed to the bench.
//!
//! Knows nothing of what is done with them.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use linkdesk::bridge::{
    ClientChange, Command, LinkCard, LinkOutcome, SecretChange, SignInWay, Snapshot, UiEnd, connect,
};
use linkdesk::compose::{Plan, opener};
use linkdesk::ids::{BrowserChoice, FlowId, ProviderId};
use linkdesk::platform::clipboard::SystemClipboard;
use linkdesk::platform::clock::SystemClock;
use linkdesk::platform::http::ReqwestHttp;
use linkdesk::platform::neighbors::SystemNeighbors;
use linkdesk::platform::paths::Folders;
use linkdesk::platform::random::SystemRandom;
use linkdesk::platform::{Browser, Outlet, browser};
use linkdesk::sandbox::{self, Counters, Mode};
use linkdesk::secret::Secret;
use linkdesk::vault::Kind;
use linkdesk::worker::{self, Settings, World};
use tempfile::TempDir;
use url::Url;

use crate::pages;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often something that rings no bell is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The server that all provider files here lead to: it wants PKCE, sends `state` back and names itself.
const SERVER: &str = "standard";

/// The worker, seen from a face.
pub(crate) struct Desk {
    face: UiEnd,
    rung: Receiver<()>,
    addresses: Receiver<Url>,
    practice: sandbox::Running,
    _folder: TempDir,
}

/// One sign-in that waits for its browser.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) flow: FlowId,
    /// What the browser was to open.
    pub(crate) address: Url,
}

/// A launcher that starts nothing.
#[derive(Debug)]
struct Launcher(SyncSender<Url>);

impl Browser for Launcher {
    fn open(&self, address: &Url, _: Option<&BrowserChoice>) -> Result<(), browser::Error> {
        self.0.send(address.clone()).unwrap();
        Ok(())
    }

    fn installed(&self) -> Vec<browser::InstalledBrowser> {
        Vec::new()
    }
}

/// Nobody asks for secrets here.
#[derive(Debug)]
struct Nowhere;

impl Outlet for Nowhere {
    fn address_ready(&self, _: &Url, _: &str) {}
    fn copy_address(&self, _: &Url) {}
    fn hand_out(&self, _: &str) {}
}

impl Desk {
    /// A desk with one provider file for each redirect URI; they are called `p0`, `p1` and so on.
    pub(crate) fn new(redirect_uris: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::within(folder.path());
        folders.sandbox().prepare().unwrap();
        let practice = sandbox::start(sandbox::Options {
            mode: Mode::Documented,
            ..sandbox::Options::new(folders.sandbox().data)
        })
        .unwrap();
        fs::create_dir_all(&folders.config_providers).unwrap();
        for (number, redirect_uri) in redirect_uris.iter().enumerate() {
            let path = folders.config_providers.join(format!("p{number}.toml"));
            let file = provider_file(number, redirect_uri, &practice.ready().standard.issuer);
            fs::write(path, file).unwrap();
        }
        let (launch, addresses) = sync_channel(1);
        let (ring, rung) = sync_channel(1);
        // A bell that is ringing already need not be rung again.
        let (face, end) = connect(Arc::new(move || ring.try_send(()).unwrap_or_default()));
        let world = World {
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom),
            browser: Arc::new(Launcher(launch)),
            http: Arc::new(ReqwestHttp::new()),
            outlet: Arc::new(Nowhere),
            clipboard: Arc::new(SystemClipboard),
            neighbors: Arc::new(SystemNeighbors::new()),
        };
        let plan = Plan {
            folders: Some(folders),
            key_store: Some(Kind::Session),
            passphrase: None,
            practice: Some(Mode::Documented),
        };
        worker::start(world, Settings::default(), opener(plan), end).unwrap();
        let desk = Self {
            face,
            rung,
            addresses,
            practice,
            _folder: folder,
        };
        desk.set_up(redirect_uris.len());
        desk
    }

    /// A desk with one provider that comes back to any port.
    pub(crate) fn anywhere() -> Self {
        Self::new(&["http://127.0.0.1/callback".to_owned()])
    }

    fn set_up(&self, providers: usize) {
        self.wait("the data folder", |snapshot| snapshot.loaded.then_some(()));
        let standard = &self.practice.ready().standard;
        for number in 0..providers {
            let saving = self.send(Command::SaveClient {
                provider: provider(number),
                change: ClientChange {
                    client_id: Some(standard.client_id.clone()),
                    client_secret: SecretChange::Set(Secret::new(&*standard.client_secret)),
                    ..ClientChange::default()
                },
            });
            let saved = |snapshot: &Snapshot| Some(snapshot.finished(saving)?.problem.clone());
            assert_eq!(self.wait("a client", saved), None);
        }
    }

    pub(crate) fn send(&self, command: Command) -> linkdesk::ids::CommandId {
        self.face.send(command).unwrap()
    }

    fn wait<T>(&self, what: &str, look: impl Fn(&Snapshot) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            let snapshot = self.face.snapshot();
            if let Some(found) = look(&snapshot) {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{what}: {snapshot:#?}");
            self.rung.recv_timeout(LOOK_EVERY).unwrap_or_default();
        }
    }

    /// Starts a sign-in at the provider of this number, and waits until the browser would be there.
    pub(crate) fn begin(&self, number: usize) -> Attempt {
        self.send(Command::LinkAccount {
            provider: provider(number),
            account: None,
            label: None,
            way: SignInWay::Browser,
        });
        let address = self.addresses.recv_timeout(PATIENCE);
        let address = address.unwrap_or_else(|_| panic!("{:#?}", self.face.snapshot()));
        let (links, id) = (&self.face.snapshot().links, provider(number));
        let link = links
            .iter()
            .rev()
            .find(|link| link.provider == id && link.outcome.is_none());
        let flow = link.unwrap().flow;
        Attempt { flow, address }
    }

    /// Signs in and allows as a person does; the address that the browser is sent to is not opened yet.
    pub(crate) fn allow(&self, attempt: &Attempt) -> Url {
        let ready = self.practice.ready();
        pages::sign_in(&attempt.address, &ready.username, &ready.password)
    }

    /// The attempt as it is shown now.
    pub(crate) fn card(&self, attempt: &Attempt) -> LinkCard {
        self.face.snapshot().link(attempt.flow).unwrap().clone()
    }

    /// The strays that are counted, as soon as they are so many, or after this long all the same.
    pub(crate) fn strays_once(&self, attempt: &Attempt, least: u32, patience: Duration) -> u32 {
        let begun = Instant::now();
        loop {
            let strays = self.card(attempt).strays;
            if strays >= least || begun.elapsed() > patience {
                return strays;
            }
            self.rung.recv_timeout(LOOK_EVERY).unwrap_or_default();
        }
    }

    /// Whether the attempt still waits.
    pub(crate) fn is_waiting(&self, attempt: &Attempt) -> bool {
        self.card(attempt).outcome.is_none()
    }

    /// Whether the attempt ends with a linked account.
    pub(crate) fn completes(&self, attempt: &Attempt) -> bool {
        let outcome = self.wait("the end of the attempt", |snapshot| {
            snapshot.link(attempt.flow)?.outcome.clone()
        });
        matches!(outcome, LinkOutcome::Linked { .. })
    }

    /// What the server has received.
    pub(crate) fn counters(&self) -> Counters {
        self.practice.counters(SERVER).unwrap()
    }
}

fn provider(number: usize) -> ProviderId {
    ProviderId::new(format!("p{number}")).unwrap()
}

fn provider_file(number: usize, redirect_uri: &str, issuer: &str) -> String {
    format!(
        r#"id = "p{number}"
name = "Practice {number}"
issuer = "{issuer}"
authorization_response_iss_parameter_supported = true
authorization_endpoint = "{issuer}/authorize"
token_endpoint = "{issuer}/token"
scopes = ["profile"]
token_endpoint_auth_method = "client_secret_basic"
code_challenge_methods_supported = ["S256"]
redirect_uri = "{redirect_uri}"
"#
    )
}
