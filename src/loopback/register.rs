//! Who is expected at one endpoint, and what a query means to them: the first whose judge knows it gets it, once.
//!
//! Keeps digests of what has been settled, never a query: that holds a code. Knows nothing of sockets and pages.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};
use tokio::sync::{Notify, oneshot};
use zeroize::Zeroizing;

use super::{Answered, Stray, Verdict};

/// The most strays that are remembered for somebody who doesn't listen yet.
const MOST_EARLY: usize = 256;

/// What is asked about an authorization response.
type Judge = Box<dyn Fn(&str) -> Verdict + Send + Sync>;

/// Who hears of connections that brought nothing.
type OnStray = Arc<dyn Fn(Stray) + Send + Sync>;

/// Everybody who is expected at one endpoint, or was.
#[derive(Default)]
pub(super) struct Register {
    book: Mutex<Book>,
    changed: Notify,
}

#[derive(Default)]
struct Book {
    places: Vec<Place>,
    next: u64,
    /// The paths of all who have been here: who comes back too late is told so, whatever else is asked gets a 404.
    paths: BTreeSet<String>,
    settled: Vec<([u8; 32], Verdict)>,
    /// Our own knocks, by the address they come from.
    knocks: Vec<(SocketAddr, oneshot::Sender<()>)>,
}

impl Book {
    /// Remembers what was settled, and that the page has taken the query out of its address: a reload asks for the bare path.
    fn settle(&mut self, path: &str, whole: [u8; 32], verdict: Verdict) {
        let bare = digest(path, "");
        self.settled.retain(|(settled, _)| *settled != bare);
        self.settled.extend([(whole, verdict), (bare, verdict)]);
    }
}

struct Place {
    id: u64,
    path: String,
    early: Vec<Stray>,
    attendant: Option<Attendant>,
}

struct Attendant {
    judge: Judge,
    on_stray: OnStray,
    answer: oneshot::Sender<Answered>,
}

/// What a query comes to.
pub(super) enum Decision {
    /// It settles somebody's matter; the answer goes off when this is dropped, after the page or without it.
    Settles(Verdict, Delivery),
    /// It has settled a matter before.
    Again(Verdict),
    /// Nobody knows it.
    Unknown,
}

/// An answer on its way; it arrives even where the connection that brought it is cut.
pub(super) struct Delivery(Option<(oneshot::Sender<Answered>, Answered)>);

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some((to, answered)) = self.0.take() {
            // Whoever gave up in this very moment doesn't want it any more.
            drop(to.send(answered));
        }
    }
}

impl Register {
    /// Expects somebody at a path.
    pub(super) fn enter(&self, path: &str) -> u64 {
        let mut book = self.book();
        let id = book.next;
        book.next += 1;
        book.paths.insert(path.to_owned());
        book.places.push(Place {
            id,
            path: path.to_owned(),
            early: Vec::new(),
            attendant: None,
        });
        id
    }

    /// Forgets somebody: judge, listener and all that they hold.
    pub(super) fn leave(&self, id: u64) {
        let gone: Vec<Place> = {
            let mut book = self.book();
            book.places.extract_if(.., |place| place.id == id).collect()
        };
        // Outside of the lock, because dropping a closure runs whatever it holds.
        drop(gone);
        self.changed.notify_waiters();
    }

    /// From now on queries are judged; what comes of it arrives here. Strays that came earlier are told at once.
    pub(super) fn attend(
        &self,
        id: u64,
        judge: impl Fn(&str) -> Verdict + Send + Sync + 'static,
        on_stray: impl Fn(Stray) + Send + Sync + 'static,
    ) -> oneshot::Receiver<Answered> {
        let (answer, answered) = oneshot::channel();
        let on_stray: OnStray = Arc::new(on_stray);
        let attendant = Attendant {
            judge: Box::new(judge),
            on_stray: Arc::clone(&on_stray),
            answer,
        };
        let mut early = Vec::new();
        if let Some(place) = self.book().places.iter_mut().find(|place| place.id == id) {
            place.attendant = Some(attendant);
            early = std::mem::take(&mut place.early);
        }
        for stray in early {
            on_stray(stray);
        }
        self.changed.notify_waiters();
        answered
    }

    /// Whether anybody is or was expected at a path.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.book().paths.contains(path)
    }

    /// Tells everybody who is expected of a connection that brought nothing.
    pub(super) fn count(&self, stray: Stray) {
        let mut listeners = Vec::new();
        for place in &mut self.book().places {
            match &place.attendant {
                Some(attendant) => listeners.push(Arc::clone(&attendant.on_stray)),
                None if place.early.len() < MOST_EARLY => place.early.push(stray),
                None => {}
            }
        }
        for on_stray in listeners {
            on_stray(stray);
        }
    }

    /// Has a query judged; one that may be for somebody who doesn't judge yet waits for that.
    pub(super) async fn decide(&self, path: &str, query: &Zeroizing<String>) -> Decision {
        let digest = digest(path, query);
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // From here on, so that nothing changes unnoticed between asking and waiting.
            changed.as_mut().enable();
            match self.offer(path, query, digest) {
                Some(decision) => return decision,
                None => changed.await,
            }
        }
    }

    /// One round; `None` where somebody at this path doesn't judge yet.
    ///
    /// Judges are asked under the lock, so that of fifty copies exactly one settles the matter.
    fn offer(&self, path: &str, query: &Zeroizing<String>, digest: [u8; 32]) -> Option<Decision> {
        let mut book = self.book();
        let mut before = book.settled.iter();
        if let Some((_, verdict)) = before.find(|(settled, _)| *settled == digest) {
            return Some(Decision::Again(*verdict));
        }
        let mut is_early = false;
        let mut taken = None;
        let here = |(_, place): &(usize, &Place)| place.path == path;
        for (index, place) in book.places.iter().enumerate().filter(here) {
            let Some(attendant) = &place.attendant else {
                is_early = true;
                continue;
            };
            let verdict = (attendant.judge)(query);
            if verdict != Verdict::KeepWaiting {
                taken = Some((index, verdict));
                break;
            }
        }
        let Some((index, verdict)) = taken else {
            return (!is_early).then_some(Decision::Unknown);
        };
        book.settle(path, digest, verdict);
        let place = book.places.remove(index);
        drop(book);
        self.changed.notify_waiters();
        let query = query.clone();
        let delivery = Delivery(
            place
                .attendant
                .map(|attendant| (attendant.answer, Answered { verdict, query })),
        );
        Some(Decision::Settles(verdict, delivery))
    }

    /// Announces a knock of our own from an address; what is returned hears when it has been let in.
    pub(super) fn announce(&self, from: SocketAddr) -> oneshot::Receiver<()> {
        let (heard, hears) = oneshot::channel();
        let mut book = self.book();
        // Whoever has given up listening knocks no more.
        book.knocks.retain(|(_, heard)| !heard.is_closed());
        book.knocks.push((from, heard));
        hears
    }

    /// Whether a connection from this address is a knock of our own; if so, it is told that it has been let in.
    pub(super) fn is_knock(&self, from: SocketAddr) -> bool {
        let mut book = self.book();
        let Some(index) = book.knocks.iter().position(|(knock, _)| *knock == from) else {
            return false;
        };
        let (_, heard) = book.knocks.swap_remove(index);
        heard.send(()).is_ok()
    }

    /// Nothing in the book can be left half changed, even where a judge panics.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Register {
    /// Leaves the closures out: they hold what answers are compared with.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.book();
        formatter
            .debug_struct("Register")
            .field("places", &book.places.len())
            .field("paths", &book.paths)
            .field("settled", &book.settled.len())
            .finish_non_exhaustive()
    }
}

fn digest(path: &str, query: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(path)
        // No path contains a question mark, so that the two can't run into each other.
        .chain_update("?")
        .chain_update(query)
        .finalize()
        .into()
}
