//! What the worker is given: the world as traits, its settings, and the house once its doors are open.
//!
//! Knows nothing of which implementation stands behind a trait.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::bridge::{Face, Practice, Problem, ProblemKind, Remedy};
use crate::ids::{ProblemId, ProviderId};
use crate::platform::{Browser, Clipboard, Clock, Http, Neighbors, Outlet, Random};
use crate::provider::{ClientSettings, FileProblem, Registry, UserFile};
use crate::secret::Secret;
use crate::store::{self, Store};
use crate::vault::Vault;
use crate::worker::failure::Failure;

/// The world outside, as small traits.
#[derive(Clone, Debug)]
pub struct World {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Random numbers nobody can guess.
    pub random: Arc<dyn Random>,
    /// The external user-agent.
    pub browser: Arc<dyn Browser>,
    /// Requests to providers.
    pub http: Arc<dyn Http>,
    /// Where secrets a person asks for are handed over.
    pub outlet: Arc<dyn Outlet>,
    /// What a person may have copied elsewhere.
    pub clipboard: Arc<dyn Clipboard>,
    /// Who else is on this machine's ports.
    pub neighbors: Arc<dyn Neighbors>,
}

/// How a face wants the worker to behave.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long an attempt waits for the browser to come back.
    pub link_deadline: SignedDuration,
    /// How long an attempt waits for a code to be entered on another device, where the provider allows as long.
    pub device_deadline: SignedDuration,
    /// How it talks to people.
    pub face: Face,
    /// Whether the browser is opened, or the address only handed out.
    pub opens_browser: bool,
    /// Whether tokens are refreshed ahead of their end without being asked.
    pub refreshes_by_itself: bool,
}

/// What is read from disk while the window opens.
pub struct House {
    /// All provider records.
    pub registry: Registry,
    /// Provider files that could not be used.
    pub file_problems: Vec<FileProblem>,
    /// Where the key is.
    pub vault: Arc<dyn Vault>,
    /// Where accounts are.
    pub store: Arc<dyn Store>,
    /// What a person should know about how the data folder was opened, with the causes.
    pub notes: Vec<(ProblemKind, String)>,
    /// Whether nothing can be written to it, so that nothing may be sent whose answer would be lost.
    pub read_only: bool,
    /// Set when the providers are practice providers.
    pub practice: Option<Practice>,
    /// Where provider files of the user's own are.
    pub provider_files: Arc<dyn ProviderFiles>,
    /// Clients that are set up without anybody having typed them: those of practice providers.
    pub presets: BTreeMap<ProviderId, Preset>,
}

/// The folder of the user's own provider files.
pub trait ProviderFiles: fmt::Debug + Send + Sync {
    /// Where they are, as a person would look for it.
    fn place(&self) -> String;
    /// Reads all of them.
    fn read(&self) -> Result<Vec<UserFile>, Unopened>;
    /// Writes a new one; never over another.
    fn write(&self, name: &str, text: &str) -> Result<(), Unopened>;
}

/// A client set up in advance.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Everything but the secret.
    pub settings: ClientSettings,
    /// The secret.
    pub secret: Option<Secret>,
}

/// The doors could not be opened.
#[derive(Debug)]
pub struct Unopened {
    /// What to tell.
    pub kind: ProblemKind,
    /// Causes joined by ": ".
    pub detail: String,
}

/// Opens the house; called once on the blocking pool, and again when a person presses "Try again".
pub type OpenHouse = Arc<dyn Fn() -> Result<House, Unopened> + Send + Sync>;

impl Default for Settings {
    fn default() -> Self {
        Self {
            link_deadline: SignedDuration::from_mins(5),
            device_deadline: SignedDuration::from_mins(30),
            face: Face::Window,
            opens_browser: true,
            refreshes_by_itself: true,
        }
    }
}

impl From<store::Error> for Unopened {
    fn from(error: store::Error) -> Self {
        let failure = Failure::from(error);
        Self {
            kind: failure.kind,
            detail: failure.detail,
        }
    }
}

impl Unopened {
    /// The problem to show for it.
    pub(super) fn problem(self, id: ProblemId, at: jiff::Timestamp) -> Problem {
        Problem {
            id,
            kind: self.kind,
            account: None,
            provider: None,
            flow: None,
            remedy: Remedy::RetryNow,
            detail: self.detail,
            at,
        }
    }
}

impl fmt::Debug for House {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("House").finish_non_exhaustive()
    }
}
