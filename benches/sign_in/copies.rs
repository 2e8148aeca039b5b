//! The valid callback fifty times at once, as reloading, looking ahead and link scanners make it.
//!
//! Knows nothing of other callbacks.

use std::sync::Barrier;

use crate::desk::Desk;
use crate::figures::Figures;
use crate::pages::ask_at;

const COPIES: usize = 50;

pub(crate) fn measure(figures: &mut Figures) {
    figures.title(&format!(
        "copies: the valid callback {COPIES} times at once"
    ));
    let desk = Desk::anywhere();
    let attempt = desk.begin(0);
    let callback = desk.allow(&attempt);
    let barrier = Barrier::new(COPIES);
    // All are connected before the first one speaks.
    let visit = || {
        ask_at("GET", &callback, "", || {
            barrier.wait();
        })
    };
    let pages: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..COPIES).map(|_| scope.spawn(visit)).collect();
        let pages = threads.into_iter().map(|thread| thread.join().unwrap());
        pages.collect()
    });
    let first = pages.first().unwrap();
    let is_page = first.starts_with("HTTP/1.1 200 ") && first.contains("<h1>Received</h1>");
    let same = pages
        .iter()
        .filter(|page| is_page && *page == first)
        .count();
    figures.exactly("the same page", same, COPIES);
    figures.holds("the sign-in completes", desk.completes(&attempt));
    figures.exactly("token requests", desk.counters().exchanges, 1);
}
