//! What went wrong, translated from a room's own error into what a person is told and what happens next.
//!
//! One exhaustive `match` per room error. Knows no words; holds no secret and no answer's body.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::bridge::{
    Brought, EndReason, KeyStoreTrouble, Problem, ProblemKind, Remedy, StoreTrouble,
};
use crate::ids::ProblemId;
use crate::worker::verdict::Named;
use crate::{loopback, platform, store, vault};

/// Something that could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// What happened; it decides words, exit code and what happens next.
    pub kind: ProblemKind,
    /// How long the provider asked us to wait.
    pub retry_after: Option<SignedDuration>,
    /// Causes joined by ": ".
    pub detail: String,
    /// What the provider said, where it refused a token of a link.
    pub refusal: Option<Box<Refusal>>,
}

/// A provider's refusal of a token, as far as it helps to say why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Status and error code.
    pub answer: String,
    /// The reason, where the provider's file knows the words.
    pub named: Option<Named>,
    /// Whether it was the refresh token that was refused.
    pub is_of_refresh: bool,
    /// Whether a second link of the same person ends the first one there.
    pub second_link_ends_first: bool,
    /// Since when it was not known whether the token had been spent already.
    pub in_doubt_since: Option<Timestamp>,
}

impl Failure {
    /// A failure without a cause worth telling.
    pub(super) fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            retry_after: None,
            detail: String::new(),
            refusal: None,
        }
    }

    /// A failure with the chain of its causes.
    pub(super) fn caused(kind: ProblemKind, error: &dyn Error) -> Self {
        Self {
            kind,
            retry_after: None,
            detail: chain(error),
            refusal: None,
        }
    }

    /// Something that should be impossible.
    pub(super) fn bug(detail: &str) -> Self {
        Self {
            kind: ProblemKind::Bug,
            retry_after: None,
            detail: detail.to_owned(),
            refusal: None,
        }
    }

    /// The key store can't be used.
    pub(super) fn key_store(trouble: KeyStoreTrouble) -> Self {
        Self::new(ProblemKind::KeyStore { trouble })
    }

    /// No connection, or no answer.
    pub(super) fn unanswered(error: &platform::http::Error, now: Timestamp) -> Self {
        use platform::http::Error as E;
        let host = error.host().to_owned();
        let kind = match error {
            E::NotConnected { .. } | E::NoAnswer { .. } | E::TooLong { .. } => {
                ProblemKind::Unreachable { host, since: now }
            }
            E::Proxy { asks, .. } => ProblemKind::ProxyRefused { host, asks: *asks },
            E::CertificateTime { .. } => ProblemKind::ClockWrong {
                host,
                offset_seconds: None,
            },
            E::Certificate { .. } => ProblemKind::CertificateUntrusted { host },
        };
        Self::caused(kind, error)
    }

    /// What is told while new tokens can't be saved because of this.
    pub(super) fn not_saved(self, brought: Brought) -> Self {
        let cause = Box::new(self.kind);
        Self {
            kind: ProblemKind::NotSaved { brought, cause },
            ..self
        }
    }

    /// Whether trying again later may help, with nothing changed.
    pub(super) const fn is_transitory(&self) -> bool {
        matches!(
            self.kind,
            ProblemKind::Unreachable { .. }
                | ProblemKind::ProxyRefused { .. }
                | ProblemKind::PageInstead { .. }
                | ProblemKind::TemporarilyFailing { .. }
                | ProblemKind::CertificateUntrusted { .. }
                | ProblemKind::ClockWrong { .. }
        )
    }

    /// Whether the data file that is open is of no more use, and another one has to be opened.
    pub(super) const fn wants_reopening(&self) -> bool {
        matches!(
            self.kind,
            ProblemKind::Store {
                trouble: StoreTrouble::Replaced | StoreTrouble::Damaged,
                ..
            }
        )
    }

    /// The same, of a token that was sent before without an answer.
    pub(super) fn in_doubt(mut self, since: Option<Timestamp>) -> Self {
        if let Some(refusal) = &mut self.refusal {
            refusal.in_doubt_since = since;
        }
        self
    }

    /// Why the link has ended, if this ended it.
    pub(super) const fn ends_link(&self) -> Option<EndReason> {
        match self.kind {
            ProblemKind::NeedsSignIn { reason } => Some(reason),
            _ => None,
        }
    }

    /// The problem to show for it.
    pub(super) fn problem(self, id: ProblemId, at: Timestamp) -> Problem {
        let remedy = remedy(&self.kind);
        Problem {
            id,
            kind: self.kind,
            account: None,
            provider: None,
            flow: None,
            remedy,
            detail: self.detail,
            at,
        }
    }
}

/// The causes of an error, outermost first, joined by ": ".
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// What to press.
pub(super) const fn remedy(kind: &ProblemKind) -> Remedy {
    use ProblemKind as K;
    match kind {
        K::ClientIncomplete { .. }
        | K::ClientInvalid { .. }
        | K::ClientRejected { .. }
        | K::RedirectMismatch { .. }
        | K::PortReserved { .. }
        | K::LoopbackUnreachable { .. } => Remedy::OpenClientSetUp,
        K::Denied { .. }
        | K::Canceled
        | K::TimedOut
        | K::CodeRejected { .. }
        | K::WrongPassword
        | K::UnusableUsername
        | K::PortInUse { .. }
        | K::CertificateRefused { .. }
        | K::DeviceCodeExpired
        | K::IdTokenRefused { .. }
        | K::IssuerMismatch { .. } => Remedy::LinkAgain,
        K::BrowserNotOpened | K::BrowserMissing { .. } => Remedy::CopyAddress,
        K::NeedsSignIn { .. }
        | K::CannotRefresh
        | K::ProviderChanged { .. }
        | K::AccountUnreadable { .. }
        | K::KeyStore {
            trouble: KeyStoreTrouble::SealedElsewhere,
        } => Remedy::SignInAgain,
        K::Unreachable { .. }
        | K::ProxyRefused { .. }
        | K::PageInstead { .. }
        | K::TemporarilyFailing { .. }
        | K::CertificateUntrusted { .. }
        | K::ClockWrong { .. }
        | K::DiscoveryFailed { .. }
        | K::Store { .. }
        | K::StoreNewer { .. }
        | K::NotSaved { .. }
        | K::HeldByAnother { .. }
        | K::IdentityUnread
        | K::TradingAccountsUnread
        | K::PracticeUnavailable
        | K::WorkerStopped => Remedy::RetryNow,
        K::OutcomeUnknown { .. } => Remedy::TryAnyway,
        K::KeyStore { .. } => Remedy::UnlockKeyStore,
        K::NotATokenResponse { .. }
        | K::ProviderError { .. }
        | K::RedirectRefused { .. }
        | K::ProviderFile { .. }
        | K::Bug => Remedy::CopyDetails,
        K::WrongAddress
        | K::KeyNotMoved { .. }
        | K::ProviderGone { .. }
        | K::ClockSet { .. }
        | K::ProviderClockWrong { .. }
        | K::StoreDamaged { .. }
        | K::BackupExists { .. }
        | K::NotABackup { .. }
        | K::NotRevoked { .. } => Remedy::None,
    }
}

/// What a vault's error means for the key store as a whole.
pub(super) fn trouble(error: &vault::Error) -> KeyStoreTrouble {
    use vault::Error as E;
    match error {
        E::Absent(_) => KeyStoreTrouble::Absent,
        E::NoCollection(_) => KeyStoreTrouble::NoCollection,
        E::Locked(_) | E::Closed => KeyStoreTrouble::Locked,
        E::NotAnswering => KeyStoreTrouble::NotAnswering,
        E::KeyMissing => KeyStoreTrouble::KeyMissing { accounts: 0 },
        E::OtherKey => KeyStoreTrouble::SealedElsewhere,
        E::Damaged | E::NotSealedHere => KeyStoreTrouble::Damaged,
        E::Newer => KeyStoreTrouble::Newer,
        E::Ambiguous => KeyStoreTrouble::Ambiguous,
        E::Forgetful => KeyStoreTrouble::Forgetful,
        E::Altering => KeyStoreTrouble::Altering,
        E::PassphraseNeeded => KeyStoreTrouble::PassphraseNeeded,
        E::WrongPassphrase => KeyStoreTrouble::WrongPassphrase,
        E::Random(_) | E::Io { .. } | E::Failed(_) => KeyStoreTrouble::Failed,
    }
}

impl From<vault::Error> for Failure {
    fn from(error: vault::Error) -> Self {
        let trouble = trouble(&error);
        Self::caused(ProblemKind::KeyStore { trouble }, &error)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        use store::Error as E;
        let kind = match &error {
            E::SessionOver => ProblemKind::NeedsSignIn {
                reason: EndReason::SessionOnly,
            },
            E::Vault(vault::Error::NotSealedHere) | E::Missing | E::Unreadable(_) => {
                ProblemKind::NeedsSignIn {
                    reason: EndReason::Unreadable,
                }
            }
            E::Vault(vault) => ProblemKind::KeyStore {
                trouble: trouble(vault),
            },
            E::Moved => ProblemKind::KeyStore {
                trouble: KeyStoreTrouble::SealedElsewhere,
            },
            E::Newer { found } => ProblemKind::StoreNewer {
                found: u32::try_from(*found).unwrap_or(u32::MAX),
            },
            E::NotOurs { path, .. } => of_store(StoreTrouble::NotOurs, path),
            E::NoBackup { path } => ProblemKind::NotABackup {
                place: path.display().to_string(),
            },
            E::BackupExists { path } => ProblemKind::BackupExists {
                place: path.display().to_string(),
            },
            E::Io { source, path } => of_store(of_disk(source.kind()), path),
            E::Full(of) => of_store(StoreTrouble::Full, &of.path),
            E::Busy(of) => of_store(StoreTrouble::Busy, &of.path),
            E::ReadOnly(of) => of_store(StoreTrouble::ReadOnly, &of.path),
            E::Replaced(of) => of_store(StoreTrouble::Replaced, &of.path),
            E::Disk(of) => of_store(StoreTrouble::Disk, &of.path),
            E::Damaged(of) => of_store(StoreTrouble::Damaged, &of.path),
            E::Failed(of) => of_store(StoreTrouble::Failed, &of.path),
            E::Overtaken => of_store(StoreTrouble::Overtaken, Path::new("")),
        };
        Self::caused(kind, &error)
    }
}

fn of_store(trouble: StoreTrouble, place: &Path) -> ProblemKind {
    let place = place.display().to_string();
    ProblemKind::Store { trouble, place }
}

/// What a failure of a file or folder means for the store as a whole.
pub fn of_disk(kind: io::ErrorKind) -> StoreTrouble {
    use io::ErrorKind as K;
    match kind {
        K::StorageFull | K::QuotaExceeded | K::FileTooLarge => StoreTrouble::Full,
        K::PermissionDenied | K::ReadOnlyFilesystem => StoreTrouble::ReadOnly,
        K::AlreadyExists | K::NotADirectory | K::IsADirectory => StoreTrouble::NotOurs,
        _ => StoreTrouble::Disk,
    }
}

impl From<platform::browser::Error> for Failure {
    fn from(error: platform::browser::Error) -> Self {
        use platform::browser::Error as E;
        let kind = match &error {
            E::ChoiceMissing { name } => ProblemKind::BrowserMissing { name: name.clone() },
            E::UnfitAddress | E::NotStarted(_) => ProblemKind::BrowserNotOpened,
        };
        Self::caused(kind, &error)
    }
}

impl From<platform::random::Error> for Failure {
    fn from(error: platform::random::Error) -> Self {
        Self::caused(ProblemKind::Bug, &error)
    }
}

impl From<loopback::Error> for Failure {
    fn from(error: loopback::Error) -> Self {
        use loopback::Error as E;
        let kind = match &error {
            E::PortInUse { port, .. } => ProblemKind::PortInUse {
                port: *port,
                holder: None,
            },
            E::PortForbidden { port, .. } => ProblemKind::PortReserved { port: *port },
            E::NotLoopback { host } => ProblemKind::ClientInvalid {
                field: "Redirect URI".to_owned(),
                expected: format!("127.0.0.1 or localhost instead of {host}"),
            },
            E::Unanswered { address, .. } => ProblemKind::LoopbackUnreachable {
                address: address.to_string(),
            },
            E::NotBound(_) => ProblemKind::LoopbackUnreachable {
                address: "127.0.0.1".to_owned(),
            },
            E::NoCertificate => ProblemKind::Bug,
        };
        Self::caused(kind, &error)
    }
}

/// A provider's pause as the schedule counts it.
pub(super) fn pause(retry_after: Option<Duration>) -> Option<SignedDuration> {
    SignedDuration::try_from(retry_after?).ok()
}
