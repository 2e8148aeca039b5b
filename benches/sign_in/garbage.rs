//! Ten thousand requests of more than forty kinds and two thousand silent sockets, and then the one that counts.
//!
//! Knows nothing of the worker: it is the endpoint alone that is looked at, in a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::figures::Figures;
use crate::kinds::{KINDS, LONG};
use crate::outside::{Outside, Way};

/// What the executable is called with to hold sockets open.
pub(crate) const IDLE_ARGUMENT: &str = "--idle";

const REQUESTS: usize = 10_000;
const THREADS: usize = 32;

/// Silent sockets in each of two waves.
const IDLE: usize = 1_000;

/// So many a process, because a thousand descriptors are what a process may have by default.
const IDLE_EACH: usize = 500;

/// How soon the right callback has its page.
const AIM: Duration = Duration::from_secs(1);

/// How much memory the endpoint's process may take on meanwhile, in KiB.
const MOST_GROWTH: u64 = 8 * 1024;

/// How long the first few connections may take to be gone.
const SETTLING: Duration = Duration::from_millis(500);

/// How long closed connections may take to be gone.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn measure(figures: &mut Figures) {
    for scheme in ["http", "https"] {
        one(scheme, figures);
    }
}

fn one(scheme: &str, figures: &mut Figures) {
    figures.title(&format!(
        "garbage ({scheme}): {REQUESTS} requests of {} kinds from {THREADS} threads, twice {IDLE} silent sockets",
        KINDS.len()
    ));
    let mut outside = Outside::start(scheme);
    // Whatever is set up only once is set up now.
    outside.way.send(b"\0\0\0\0");
    outside.way.send_inside(b"GET / HTTP/1.1\r\n\r\n");
    std::thread::sleep(SETTLING);
    let before = outside.report();
    let begun = Instant::now();
    let early = Idle::open(outside.way.port);
    pester(&outside.way);
    let late = Idle::open(outside.way.port);
    figures.note(&format!("all sent within {:.1?}", begun.elapsed()));
    let is_waiting = !outside.report().is_answered;
    figures.holds("the wait goes on", is_waiting);
    let begun = Instant::now();
    let page = outside.way.come_back("code=c&state=right");
    let took = begun.elapsed();
    let is_page = page.starts_with("HTTP/1.1 200 ") && page.contains("<h1>Received</h1>");
    figures.holds("then the real callback gets its page", is_page);
    let after = outside.report_once(PATIENCE, |report| report.is_answered);
    figures.holds("and ends the wait", after.is_answered);
    figures.at_most("it took", took, AIM);
    drop((early, late));
    let growth = after.most_memory.saturating_sub(before.memory);
    figures.at_most("memory at its peak, more KiB", growth, MOST_GROWTH);
    let gone = outside.report_once(PATIENCE, |report| report.descriptors <= before.descriptors);
    figures.at_most(
        "descriptors afterwards",
        gone.descriptors,
        before.descriptors,
    );
    figures.note(&format!("counted meanwhile: {:?}", gone.strays));
}

/// Every thread sends its share, each beginning with another kind.
fn pester(way: &Way) {
    let requests: Arc<[String]> = KINDS
        .iter()
        .map(|kind| {
            let host = format!("Host: 127.0.0.1:{}\r\n", way.port);
            kind.replace("HOST", &host)
                .replace("PORT", &way.port.to_string())
                .replace("LONG", &"a".repeat(LONG))
        })
        .collect();
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (way, requests) = (way.clone(), Arc::clone(&requests));
            std::thread::spawn(move || {
                let share = requests.iter().cycle().skip(thread);
                for (round, request) in share.take(REQUESTS.div_ceil(THREADS)).enumerate() {
                    throw(&way, request, round);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// One in eight is gone before there is an answer; where TLS is spoken, every other one speaks it.
fn throw(way: &Way, request: &str, round: usize) {
    if round % 8 == 7 {
        // Half of it, and an answer nobody reads: the connection ends with a reset.
        let half = request.as_bytes().get(..request.len() / 2).unwrap();
        drop(way.connect().write_all(half));
    } else if way.is_tls() && round.is_multiple_of(2) {
        way.send_inside(request.as_bytes());
    } else {
        way.send(request.as_bytes());
    }
}

/// Sockets that say nothing, held open by processes of their own.
struct Idle(Vec<Child>);

impl Idle {
    fn open(port: u16) -> Self {
        let mut holders = Vec::new();
        for _ in 0..IDLE / IDLE_EACH {
            let mut holder = Command::new(std::env::current_exe().unwrap())
                .args([IDLE_ARGUMENT, &port.to_string()])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut ready = String::new();
            let out = holder.stdout.take().unwrap();
            BufReader::new(out).read_line(&mut ready).unwrap();
            assert_eq!(ready.trim(), IDLE_EACH.to_string());
            holders.push(holder);
        }
        Self(holders)
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        for holder in &mut self.0 {
            // It ends with its standard input.
            drop(holder.stdin.take());
            holder.wait().unwrap();
        }
    }
}

/// Holds sockets open until standard input ends.
pub(crate) fn hold(port: &str) -> ExitCode {
    let port: u16 = port.parse().unwrap();
    let sockets: Vec<_> = (0..IDLE_EACH)
        .map(|_| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap())
        .collect();
    println!("{}", sockets.len());
    std::io::stdin().read_line(&mut String::new()).unwrap();
    ExitCode::SUCCESS
}
