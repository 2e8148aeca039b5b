//! The whole weight at once, and with nothing left to stand on: ten thousand pieces of garbage, no descriptors.
//!
//! Each runs in a process of its own, because it counts what the process has.

use std::io::{Read as _, Write as _};
use std::net;

use tokio::time::Instant;

use super::garbage::{OTHERS, addressed};
use super::*;

const REQUESTS: usize = 10_000;
const THREADS: usize = 32;
const IDLE: usize = 1_000;

/// How much more memory may be in use afterwards, in KiB.
const MOST_GROWTH: usize = 8 * 1024;

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn kibibytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

/// Sends its share of garbage, and whole heads of nonsense in between.
fn pester(port: u16, thread: usize) {
    for round in 0..REQUESTS / THREADS {
        let (request, ..) = OTHERS[(thread + round) % OTHERS.len()];
        let mut stream = net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        // Some are closed before they have been read: that is as good.
        drop(stream.write_all(addressed(request, port).as_bytes()));
        drop(stream.read_to_end(&mut Vec::new()));
    }
}

#[test]
fn ten_thousand_pieces_of_garbage_and_a_thousand_idle_sockets_do_no_harm() {
    alone::run("soak::soaking", "ulimit -n 4096");
}

#[tokio::test]
async fn soaking() {
    if !alone::is_alone() {
        return; // The test above runs it.
    }
    let waiting = Waiting::start().await;
    // Whatever is set up only once is set up now.
    waiting.send("\0\0\0\0").await;
    let before = (descriptors(), kibibytes());
    let mut idle = Vec::new();
    for _ in 0..IDLE {
        idle.push(waiting.connect().await);
    }
    let mut pests = JoinSet::new();
    for thread in 0..THREADS {
        let port = waiting.port;
        pests.spawn_blocking(move || pester(port, thread));
    }
    pests.join_all().await;
    let growth = kibibytes().saturating_sub(before.1);
    assert!(growth <= MOST_GROWTH, "{growth} KiB more");
    let port = waiting.port;
    let start = Instant::now();
    let strays = waiting.finish().await;
    assert!(start.elapsed() <= Duration::from_secs(1));
    assert!(strays.len() >= IDLE, "{}", strays.len());
    drop(idle);
    let back_to_the_start = async {
        while descriptors() > before.0 {
            tokio::task::yield_now().await;
        }
    };
    let back = timeout(PATIENCE, back_to_the_start).await;
    assert!(back.is_ok(), "{} of {}", descriptors(), before.0);
    assert!(net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_wait_outlives_the_time_without_descriptors() {
    alone::run("soak::starving", "ulimit -n 24");
}

#[tokio::test]
async fn starving() {
    if !alone::is_alone() {
        return; // The test above runs it.
    }
    let waiting = Waiting::start().await;
    let mut taken = Vec::new();
    let exhausted = loop {
        match std::fs::File::open("/dev/null") {
            Ok(file) => taken.push(file),
            Err(error) => break error,
        }
    };
    assert_eq!(exhausted.raw_os_error(), Some(24), "{exhausted}");
    let refused = Loopback::default().open(&anywhere(), None).await;
    assert!(matches!(refused, Err(Error::NotBound(_))), "{refused:?}");
    // One descriptor for the browser, none for us to let it in with.
    taken.pop();
    let mut browser = waiting.connect().await;
    let request = waiting.redirect(RIGHT);
    browser.write_all(request.as_bytes()).await.unwrap();
    let unanswered = timeout(Duration::from_millis(50), browser.readable()).await;
    assert!(unanswered.is_err(), "there was a descriptor left");
    taken.clear();
    assert_eq!(read_all(&mut browser).await, page_of(Verdict::Accept));
    waiting.answered().await;
}
