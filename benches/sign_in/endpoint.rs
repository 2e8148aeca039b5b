//! The redirection endpoint in a process of its own, so that its memory and its descriptors are nobody else's.
//!
//! This executable, started again with [`ARGUMENT`]: it says on standard output where it listens, and how it is with
//! every line that comes in; it ends with its standard input. Knows nothing of who knocks.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use linkdesk::loopback::{Address, Certificate, Loopback, Scheme, Stray, Verdict};
use serde::{Deserialize, Serialize};

/// What the executable is called with to be this.
pub(crate) const ARGUMENT: &str = "--endpoint";

/// The state of the one answer that counts.
pub(crate) const RIGHT: &str = "state=right";

/// Where it is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Its port on 127.0.0.1.
    pub(crate) port: u16,
    /// What its certificate is known by, where TLS is spoken.
    pub(crate) fingerprint: Option<String>,
}

/// How it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Memory in use, in KiB.
    pub(crate) memory: u64,
    /// The most that ever was.
    pub(crate) most_memory: u64,
    /// Open descriptors.
    pub(crate) descriptors: usize,
    /// Queries that came before the judge.
    pub(crate) judged: u64,
    /// Whether the right one was among them.
    pub(crate) is_answered: bool,
    /// Everything else, by its kind.
    pub(crate) strays: BTreeMap<String, u64>,
}

type Seen = Arc<Mutex<Report>>;

/// Serves until standard input ends.
pub(crate) fn serve(scheme: &str) -> ExitCode {
    let seen = Seen::default();
    let (tell, told) = sync_channel(1);
    let listener = Arc::clone(&seen);
    let scheme = if scheme == "https" {
        Scheme::Https
    } else {
        Scheme::Http
    };
    std::thread::spawn(move || listen(scheme, &listener, &tell));
    say(&told.recv().unwrap());
    for line in std::io::stdin().lock().lines() {
        line.unwrap();
        say(&measured(&seen.lock().unwrap()));
    }
    ExitCode::SUCCESS
}

fn listen(scheme: Scheme, seen: &Seen, tell: &SyncSender<Place>) {
    let certificate = Certificate::make(Timestamp::now()).unwrap();
    let is_tls = scheme == Scheme::Https;
    let address = Address {
        scheme,
        host: "127.0.0.1".to_owned(),
        port: None,
        path: "/callback".to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let loopback = Loopback::default();
        let mut seat = loopback.open(&address, Some(&certificate)).await.unwrap();
        seat.self_test().await.unwrap();
        let place = Place {
            port: seat.local_port(),
            fingerprint: is_tls.then(|| certificate.fingerprint()),
        };
        tell.send(place).unwrap();
        let (judging, counting) = (Arc::clone(seen), Arc::clone(seen));
        let judge = move |query: &str| judged(&judging, query);
        let on_stray = move |stray| counted(&counting, stray);
        seat.wait(judge, on_stray).await;
        seen.lock().unwrap().is_answered = true;
        // The port stays as long as the process, to be looked at.
        std::future::pending::<()>().await;
    });
}

fn judged(seen: &Seen, query: &str) -> Verdict {
    seen.lock().unwrap().judged += 1;
    if query.split('&').any(|pair| pair == RIGHT) {
        Verdict::Accept
    } else {
        Verdict::KeepWaiting
    }
}

fn counted(seen: &Seen, stray: Stray) {
    let kind = format!("{stray:?}");
    *seen.lock().unwrap().strays.entry(kind).or_default() += 1;
}

/// With what the system says about this process.
fn measured(seen: &Report) -> Report {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kibibytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        number.unwrap().parse().unwrap()
    };
    Report {
        memory: kibibytes("VmRSS:"),
        most_memory: kibibytes("VmHWM:"),
        descriptors: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        ..seen.clone()
    }
}

fn say(words: &impl Serialize) {
    let line = serde_json::to_string(words).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
