//! How soon a sign-in that is given up frees its port.
//!
//! Knows nothing of answers.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use linkdesk::bridge::Command;
use url::Url;

use crate::desk::{Attempt, Desk};
use crate::figures::Figures;
use crate::states::parameter;

const ROUNDS: usize = 50;

/// What is aimed at, in the worst case.
const AIM: Duration = Duration::from_millis(100);

/// When something is broken.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn measure(figures: &mut Figures) {
    figures.title(&format!(
        "cancel: {ROUNDS} sign-ins given up, each with a silent and a speaking connection open"
    ));
    let desk = Desk::anywhere();
    let mut series: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let attempt = desk.begin(0);
            cancel(&desk, &attempt)
        })
        .collect();
    series.sort();
    let median = series.get(ROUNDS / 2).copied().unwrap();
    let worst = series.last().copied().unwrap();
    figures.at_most("the port is free, median", median, AIM);
    figures.at_most("the port is free, worst", worst, AIM);
}

/// From the command until somebody else has the port.
fn cancel(desk: &Desk, attempt: &Attempt) -> Duration {
    let redirect_uri = Url::parse(&parameter(&attempt.address, "redirect_uri")).unwrap();
    let address = (Ipv4Addr::LOCALHOST, redirect_uri.port().unwrap());
    let silent = TcpStream::connect(address).unwrap();
    let mut speaking = TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut speaking, b"GET /callback?code=").unwrap();
    let begun = Instant::now();
    desk.send(Command::CancelLink { flow: attempt.flow });
    while TcpListener::bind(address).is_err() {
        assert!(begun.elapsed() < PATIENCE, "the port stays taken");
        std::thread::sleep(Duration::from_micros(200));
    }
    let took = begun.elapsed();
    assert!(TcpStream::connect(address).is_err(), "somebody answers");
    drop((silent, speaking));
    took
}
