//! A thousand callers in one process want the same account's token at the same time.
//!
//! Knows nothing of other processes.

use std::sync::Barrier;

use jiff::SignedDuration;
use linkdesk::bridge::Command;
use linkdesk::ids::{AccountId, CommandId};
use linkdesk::sandbox::Mode;
use linkdesk::vault::Kind;

use crate::desk::Desk;
use crate::figures::{Figures, title};
use crate::practice::{PROVIDER, Practice, spends};

const CALLERS: usize = 1_000;

/// How many at once; each of them speaks for several callers, one after the other without waiting for an answer.
const THREADS: usize = 100;

/// How long the provider takes over its answer, so that everybody has asked before it is there.
const ANSWERS_AFTER: u64 = 5;

pub(crate) fn measure(figures: &mut Figures) {
    title(&format!(
        "callers: {CALLERS} at once in one process, half want a token, half a refresh"
    ));
    let practice = Practice::start(Mode::Documented);
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), Kind::Session);
    desk.set_up(&practice.address(PROVIDER));
    let account = desk.link(practice.username(), practice.password());
    let before = practice.counters(PROVIDER);
    practice.slow_refresh(ANSWERS_AFTER);
    let commands = ask_at_once(&desk, &account);
    let served = commands
        .iter()
        .filter(|command| desk.end_of(**command).is_none())
        .count();
    let after = practice.counters(PROVIDER);
    figures.exactly("callers served", served, CALLERS);
    figures.exactly("tokens handed out", desk.tokens(), CALLERS / 2);
    figures.exactly("refresh requests", after.refreshes - before.refreshes, 1);
    figures.exactly("refused by the provider", after.errors, 0);
    figures.exactly(
        "refresh tokens presented more than once",
        spends(&after).0.saturating_sub(1),
        0,
    );
}

fn ask_at_once(desk: &Desk, account: &AccountId) -> Vec<CommandId> {
    let barrier = Barrier::new(THREADS);
    let ask = |number: usize| {
        let account = account.clone();
        if number.is_multiple_of(2) {
            Command::RefreshAccount { account }
        } else {
            // Longer than any token lives, so that it has to be refreshed first.
            let min_validity = SignedDuration::from_hours(24);
            Command::HandOutToken {
                account,
                min_validity,
            }
        }
    };
    let face = desk.face();
    let call = |thread: usize| {
        barrier.wait();
        let mine = (0..CALLERS).filter(|number| number % THREADS == thread);
        let sent = mine.map(|number| {
            loop {
                if let Some(id) = face.send(ask(number)) {
                    break id;
                }
                std::thread::yield_now();
            }
        });
        sent.collect::<Vec<CommandId>>()
    };
    std::thread::scope(|scope| {
        let call = &call;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || call(thread)))
            .collect();
        let sent = threads.into_iter().flat_map(|it| it.join().unwrap());
        sent.collect()
    })
}
