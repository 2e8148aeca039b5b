//! Eight sign-ins at once, whose answers come in another order and at each other's addresses.
//!
//! Half of them share one fixed port and one path, so that only `state` tells them apart. Knows nothing of browsers.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};

use url::Url;

use crate::desk::{Attempt, Desk};
use crate::figures::Figures;
use crate::pages::ask;
use crate::states::parameter;

const ATTEMPTS: usize = 8;

/// How many of them share a port.
const SHARING: usize = 4;

pub(crate) fn measure(figures: &mut Figures) {
    figures.title(&format!(
        "crossed: {ATTEMPTS} sign-ins at once, {SHARING} of them at one port, every answer at every address"
    ));
    let desk = Desk::new(&redirect_uris());
    let attempts: Vec<Attempt> = (0..ATTEMPTS).map(|number| desk.begin(number)).collect();
    let callbacks: Vec<Url> = attempts.iter().map(|attempt| desk.allow(attempt)).collect();
    let landing =
        |attempt: &Attempt| Url::parse(&parameter(&attempt.address, "redirect_uri")).unwrap();
    let landings: BTreeSet<Url> = attempts.iter().map(landing).collect();
    figures.exactly("addresses", landings.len(), ATTEMPTS - SHARING + 1);
    let (mut crossed, mut refused) = (0, 0);
    for callback in shuffled(&callbacks) {
        for landing in landings.iter().filter(|landing| !is_at(callback, landing)) {
            let mut elsewhere = landing.clone();
            elsewhere.set_query(callback.query());
            crossed += 1;
            refused += usize::from(ask("GET", &elsewhere, "").starts_with("HTTP/1.1 400 "));
        }
    }
    figures.exactly("answers refused at other addresses", refused, crossed);
    let is_waiting = |attempt: &&Attempt| desk.is_waiting(attempt);
    let waiting = attempts.iter().filter(is_waiting).count();
    figures.exactly("sign-ins that still wait", waiting, ATTEMPTS);
    // All at once, each at the address it is for.
    std::thread::scope(|scope| {
        for callback in shuffled(&callbacks) {
            scope.spawn(move || ask("GET", callback, ""));
        }
    });
    let completes = |attempt: &&Attempt| desk.completes(attempt);
    let completed = attempts.iter().filter(completes).count();
    figures.exactly("sign-ins that complete", completed, ATTEMPTS);
    let counters = desk.counters();
    figures.exactly("codes handed out", counters.codes, ATTEMPTS as u64);
    figures.exactly("token requests", counters.exchanges, ATTEMPTS as u64);
    let once = counters
        .spends
        .values()
        .filter(|count| **count == 1)
        .count();
    figures.exactly("codes that were presented once", once, ATTEMPTS);
    figures.exactly("requests that the server refused", counters.errors, 0);
}

/// One address for the first ones, and any port for each of the others.
fn redirect_uris() -> Vec<String> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    (0..ATTEMPTS)
        .map(|number| match number {
            0..SHARING => format!("http://127.0.0.1:{port}/callback"),
            _ => "http://127.0.0.1/callback".to_owned(),
        })
        .collect()
}

fn is_at(callback: &Url, landing: &Url) -> bool {
    callback.port() == landing.port() && callback.path() == landing.path()
}

/// Far from the order in which they began; 3 and 8 have no common divisor, so none is left out.
fn shuffled(callbacks: &[Url]) -> impl Iterator<Item = &Url> {
    (0..callbacks.len()).filter_map(|place| callbacks.get((place * 3 + 5) % callbacks.len()))
}
