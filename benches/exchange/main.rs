//! How soon after the callback the authorization code is on its way to the token endpoint.
//!
//! ```text
//! cargo bench --bench exchange
//! ```
//!
//! The real worker links fifty times at the practice providers. A relay before each provider sees the instant the
//! token request arrives; it is held against the instant before the browser writes the callback, so that each figure
//! holds more than the aim asks about: both ways through the system, reading and judging the callback, the browser's page.
//! The floor is the least that any program could need: the same two requests in a bare loop.
//!
//! Ends with an error when one in ten took longer than the aim. Knows no window.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people: it looks at the clock, prints, and stops where it can't go on"
)]

#[path = "../practice/pages.rs"]
mod pages;
mod servers;
mod visitor;

use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::{Request, Response};
use linkdesk::bridge::{
    ClientChange, Command, LinkAnswer, LinkOutcome, SignInWay, Snapshot, UiEnd, connect,
};
use linkdesk::compose::{Plan, opener};
use linkdesk::ids::{FlowId, ProviderId};
use linkdesk::platform::clipboard::SystemClipboard;
use linkdesk::platform::clock::SystemClock;
use linkdesk::platform::http::{self as platform_http, ReqwestHttp};
use linkdesk::platform::neighbors::SystemNeighbors;
use linkdesk::platform::paths::Folders;
use linkdesk::platform::random::SystemRandom;
use linkdesk::platform::{BoxFuture, Http, Outlet};
use linkdesk::sandbox::{self, Mode};
use linkdesk::vault::Kind;
use linkdesk::worker::{self, OpenHouse, Settings, World};
use url::Url;

use crate::servers::{Bare, relay};
use crate::visitor::Visitor;

/// Linked in turn, each with a redirect URI that leaves the port open.
const PROVIDERS: [(&str, &str); 3] = [
    ("trading-parrot", "http://127.0.0.1/callback"),
    ("just2trade", "http://127.0.0.1/callback"),
    ("biggerplate", "http://localhost/"),
];

/// How often.
const LINKS: usize = 50;

/// What is aimed at.
const AIM: Duration = Duration::from_millis(10);

/// Longer than a link takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The instants of one link.
#[derive(Debug, Default)]
struct Instants {
    /// Before the browser writes the callback.
    called_back: Option<Instant>,
    /// When the worker hands its next request to the HTTP client.
    leaving: Option<Instant>,
    /// When that has arrived.
    arrived: Option<Instant>,
}

type Shared = Arc<Mutex<Instants>>;

/// The HTTP client, with an eye on when it is used.
#[derive(Debug)]
struct Watched(ReqwestHttp, Shared);

impl Http for Watched {
    fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> BoxFuture<Result<Response<Vec<u8>>, platform_http::Error>> {
        let mut instants = self.1.lock().unwrap();
        if instants.called_back.is_some() {
            instants.leaving.get_or_insert_with(Instant::now);
        }
        self.0.send(request)
    }

    fn reach(&self, address: &Url) -> BoxFuture<Result<(), platform_http::Error>> {
        self.0.reach(address)
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

/// The worker, seen from a face.
struct Desk {
    face: UiEnd,
    rung: Receiver<()>,
}

impl Desk {
    fn new(folders: Folders, practice: &sandbox::Running, instants: &Shared) -> Self {
        let ready = practice.ready();
        let relays: Vec<(String, Url)> = ready
            .providers
            .iter()
            .map(|one| {
                (
                    one.id.clone(),
                    relay(&Url::parse(&one.base_url).unwrap(), instants),
                )
            })
            .collect();
        let open = opener(Plan {
            folders: Some(folders),
            key_store: Some(Kind::Session),
            passphrase: None,
            practice: Some(ready.mode),
        });
        let open: OpenHouse = Arc::new(move || {
            let mut house = open()?;
            for (id, relay) in &relays {
                let preset = house.presets.get_mut(&provider(id)).unwrap();
                preset.settings.base_url = Some(relay.clone());
            }
            Ok(house)
        });
        let world = World {
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom),
            browser: Arc::new(Visitor {
                username: ready.username.clone(),
                password: ready.password.clone(),
                instants: Arc::clone(instants),
            }),
            http: Arc::new(Watched(ReqwestHttp::new(), Arc::clone(instants))),
            outlet: Arc::new(Nowhere),
            clipboard: Arc::new(SystemClipboard),
            neighbors: Arc::new(SystemNeighbors::new()),
        };
        let (ring, rung) = sync_channel(1);
        // A bell that is ringing already need not be rung again.
        let (face, end) = connect(Arc::new(move || ring.try_send(()).unwrap_or_default()));
        worker::start(world, Settings::default(), open, end).unwrap();
        Self { face, rung }
    }

    fn wait<T>(&self, look: impl Fn(&Snapshot) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            let snapshot = self.face.snapshot();
            if let Some(found) = look(&snapshot) {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain: {snapshot:#?}");
            self.rung.recv_timeout(PATIENCE).unwrap_or_default();
        }
    }

    fn take_any_port(&self) {
        self.wait(|snapshot| snapshot.loaded.then_some(()));
        for (id, redirect_uri) in PROVIDERS {
            let change = ClientChange {
                redirect_uri: Some(redirect_uri.to_owned()),
                ..ClientChange::default()
            };
            let provider = provider(id);
            let saving = self
                .face
                .send(Command::SaveClient { provider, change })
                .unwrap();
            self.wait(|snapshot| snapshot.finished(saving).map(drop));
        }
    }

    fn link(&self, id: &str) {
        let linking = Command::LinkAccount {
            provider: provider(id),
            account: None,
            label: None,
            way: SignInWay::Browser,
        };
        self.face.send(linking).unwrap();
        let (flow, outcome) = self.wait(|snapshot| {
            let link = snapshot.links.first()?;
            let is_asked = link.question.is_some();
            (is_asked || link.outcome.is_some()).then(|| (link.flow, link.outcome.clone()))
        });
        // The same person again: that is asked only after everything that is measured.
        let outcome = outcome.unwrap_or_else(|| self.keep_both(flow));
        assert!(
            matches!(outcome, LinkOutcome::Linked { .. }),
            "{id}: {outcome:?}"
        );
        self.face.send(Command::DismissLink { flow }).unwrap();
        self.wait(|snapshot| snapshot.links.is_empty().then_some(()));
    }

    fn keep_both(&self, flow: FlowId) -> LinkOutcome {
        let answer = LinkAnswer::KeepBoth;
        self.face
            .send(Command::AnswerLink { flow, answer })
            .unwrap();
        self.wait(|snapshot| snapshot.link(flow)?.outcome.clone())
    }
}

fn provider(id: &str) -> ProviderId {
    ProviderId::new(id).unwrap()
}

/// From the callback to the instant that `end` gives.
fn took(instants: &Shared, end: impl Fn(&Instants) -> Option<Instant>) -> Duration {
    let instants = instants.lock().unwrap();
    end(&instants)
        .unwrap()
        .duration_since(instants.called_back.unwrap())
}

fn line(name: &str, series: &mut [Duration]) -> (Duration, Duration) {
    series.sort();
    let place = |tenths: usize| {
        series
            .get((series.len() - 1) * tenths / 10)
            .copied()
            .unwrap()
    };
    let (median, nine_in_ten, worst) = (place(5), place(9), place(10));
    println!("{name:<38}{median:>12.2?}{nine_in_ten:>14.2?}{worst:>12.2?}");
    (median, nine_in_ten)
}

fn main() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders::within(folder.path());
    folders.sandbox().prepare().unwrap();
    let practice = sandbox::start(sandbox::Options {
        mode: Mode::Documented,
        ..sandbox::Options::new(folders.sandbox().data)
    })
    .unwrap();
    let instants = Shared::default();
    let desk = Desk::new(folders, &practice, &instants);
    desk.take_any_port();
    let bare = Bare::new(&instants);
    let (mut leaving, mut arrived, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for (id, _) in PROVIDERS.into_iter().cycle().take(LINKS) {
        *instants.lock().unwrap() = Instants::default();
        bare.run(&instants);
        floor.push(took(&instants, |instants| instants.arrived));
        *instants.lock().unwrap() = Instants::default();
        desk.link(id);
        leaving.push(took(&instants, |instants| instants.leaving));
        arrived.push(took(&instants, |instants| instants.arrived));
    }
    println!(
        "{:<38}{:>12}{:>14}{:>12}",
        format!("From the callback, {LINKS} links"),
        "median",
        "nine in ten",
        "worst"
    );
    line("handed to the HTTP client", &mut leaving);
    let (median, nine_in_ten) = line("arrived at the token endpoint", &mut arrived);
    let (floor, _) = line("floor: two requests in a bare loop", &mut floor);
    println!(
        "ratio of the medians to the floor {:.1}",
        median.as_secs_f64() / floor.as_secs_f64()
    );
    let is_met = nine_in_ten <= AIM;
    println!(
        "{} aim: at most {AIM:?}, nine times in ten",
        if is_met { "ok    " } else { "missed" }
    );
    if is_met {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
