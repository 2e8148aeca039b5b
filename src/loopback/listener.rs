//! Lets everybody in at one endpoint, and sees that a crowd doesn't shut the one out who counts.
//!
//! Every connection is a task in a set that the listening future owns: when it is dropped, all of them end.
//! Knows nothing of HTTP.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};

use super::Stray;
use super::connection::{Progress, Stage, Visit, serve};
use super::door::Door;
use super::sockets::Accepted;

/// The most connections at a time.
pub(super) const MOST_CONNECTIONS: usize = 64;

/// How long to let connections end when the system has no descriptor for another one.
const PAUSE: Duration = Duration::from_millis(10);

/// Lets connections in until the port is closed or it is dropped.
pub(super) async fn listen(door: Arc<Door>) {
    let mut connections = Connections {
        door: Arc::clone(&door),
        tasks: JoinSet::new(),
        places: VecDeque::new(),
    };
    while let Some(accepted) = door.sockets.accept().await {
        connections.welcome(accepted).await;
    }
}

/// Everybody who has been let in, oldest first.
struct Connections {
    door: Arc<Door>,
    tasks: JoinSet<()>,
    places: VecDeque<Place>,
}

struct Place {
    task: AbortHandle,
    progress: Arc<Progress>,
}

impl Connections {
    async fn welcome(&mut self, accepted: Accepted) {
        self.forget_finished();
        let Ok((stream, from)) = accepted else {
            // Most likely too many descriptors are open: close one, and don't ask again in the same instant.
            self.make_room();
            tokio::time::sleep(PAUSE).await;
            return;
        };
        if self.places.len() < MOST_CONNECTIONS || self.make_room() {
            self.add(stream, from);
        } else {
            self.door.register.count(Stray::Crowded);
        }
    }

    fn add(&mut self, stream: TcpStream, from: SocketAddr) {
        // Answers are short: gathering them would only make a TLS handshake wait. Without it they come all the same.
        drop(stream.set_nodelay(true));
        let progress = Arc::new(Progress::default());
        let visit = Visit {
            door: Arc::clone(&self.door),
            progress: Arc::clone(&progress),
            is_knock: self.door.register.is_knock(from),
        };
        let task = self.tasks.spawn(serve(stream, visit));
        self.places.push_back(Place { task, progress });
    }

    fn forget_finished(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        self.places.retain(|place| !place.task.is_finished());
    }

    /// Ends the oldest of those that have come least far; never one that has brought a query and waits for its page.
    fn make_room(&mut self) -> bool {
        let least = self
            .places
            .iter()
            .enumerate()
            .min_by_key(|(_, place)| place.progress.stage())
            .filter(|(_, place)| place.progress.stage() < Stage::Heard as u8)
            .map(|(index, _)| index);
        let Some(place) = least.and_then(|index| self.places.remove(index)) else {
            return false;
        };
        place.task.abort();
        self.door.register.count(Stray::Crowded);
        true
    }
}
