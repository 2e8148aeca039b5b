//! How the practice providers are to be run.
//!
//! Doesn't know where the caller got its choices from.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the practice providers take for the present moment.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Whether a practice provider follows its document or the product known to stand behind it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Requires all that the document requires and offers nothing else.
    #[default]
    Documented,
    /// Behaves like the product in the field.
    Field,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Field => "field",
        })
    }
}

/// Everything [`start`](super::start) wants to know.
#[derive(Clone)]
pub struct Options {
    /// Where clients, codes and tokens are kept from one run to the next.
    pub folder: PathBuf,
    /// Document or product.
    pub mode: Mode,
    /// The first of six ports; without it, the ports of the last run where they are free.
    pub port: Option<u16>,
    /// How long an access token is good for, instead of what the provider says.
    pub lifetime: Option<Duration>,
    /// How long an authorization code is good for, instead of what the provider says.
    pub code_lifetime: Option<Duration>,
    /// How long a device has to wait between two questions, instead of five seconds.
    pub device_interval: Option<Duration>,
    /// The present moment.
    pub clock: Clock,
}

impl Options {
    /// Documented mode in this folder, on remembered ports, with the providers' own lifetimes and the system's clock.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            mode: Mode::default(),
            port: None,
            lifetime: None,
            code_lifetime: None,
            device_interval: None,
            clock: Arc::new(system_clock),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("folder", &self.folder)
            .field("mode", &self.mode)
            .field("port", &self.port)
            .field("lifetime", &self.lifetime)
            .field("code_lifetime", &self.code_lifetime)
            .field("device_interval", &self.device_interval)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the practice providers import nothing of ours, so their one look at the clock is here"
)]
fn system_clock() -> Timestamp {
    Timestamp::now()
}
