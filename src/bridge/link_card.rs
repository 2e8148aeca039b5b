//! One attempt to link as the faces show it: steps, times, the step that waits.
//!
//! Carries neither the authorization address nor its parts: one of the five providers wants a secret in it.

use jiff::{SignedDuration, Timestamp};

use super::{Problem, ProblemKind};
use crate::ids::{AccountId, FlowId, ProviderId};

/// One attempt to link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCard {
    /// Which attempt.
    pub flow: FlowId,
    /// Where.
    pub provider: ProviderId,
    /// The provider's name on screen.
    pub provider_name: String,
    /// The account being repaired.
    pub repairs: Option<AccountId>,
    /// The host people sign in at.
    pub sign_in_host: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it is given up.
    pub deadline: Timestamp,
    /// The steps in order.
    pub steps: Vec<StepCard>,
    /// The redirect URI in use, once the address is ready.
    pub redirect_uri: Option<String>,
    /// Whether the authorization address can be copied and opened again.
    pub has_address: bool,
    /// How the answer comes home.
    pub way_home: WayHome,
    /// The code to enter on another device, once the provider has given it.
    pub device: Option<DeviceCard>,
    /// Whether the clipboard holds the redirect address of this attempt.
    pub clipboard_offers: bool,
    /// Requests at the redirect address that did not belong to this attempt, those below aside.
    pub strays: u32,
    /// Others that spoke TLS at a plain `http` address: the browser changed it to `https`.
    pub upgrades: u32,
    /// Others in which a browser refused our certificate.
    pub certificate_refusals: u32,
    /// What has to be answered before the attempt can end.
    pub question: Option<LinkQuestion>,
    /// Plain warnings, such as a secret in the address.
    pub notes: Vec<String>,
    /// A problem that did not end the attempt, such as a browser that could not be opened.
    pub trouble: Option<Problem>,
    /// How it ended.
    pub outcome: Option<LinkOutcome>,
}

impl LinkCard {
    /// Whether tokens were received that could not be saved yet.
    pub fn is_unsaved(&self) -> bool {
        let kind = self.trouble.as_ref().map(|trouble| &trouble.kind);
        self.outcome.is_none() && matches!(kind, Some(ProblemKind::NotSaved { .. }))
    }

    /// Whether the redirect can't come home by itself and has to be pasted.
    pub const fn needs_paste(&self) -> bool {
        matches!(self.way_home, WayHome::Pasted | WayHome::OutOfBand)
    }
}

/// How the answer to an authorization request comes home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayHome {
    /// The browser brings it to this computer.
    Loopback,
    /// The same over TLS, with the certificate of this installation.
    LoopbackTls {
        /// Its fingerprint, once the address is ready.
        certificate: Option<CertificateCard>,
    },
    /// The person pastes the address the browser ends at.
    Pasted,
    /// The person pastes the code the provider shows.
    OutOfBand,
    /// The provider tells it when asked (RFC 8628, or a password).
    Asked,
}

/// The certificate with which this installation receives `https` redirects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateCard {
    /// SHA-256 of the certificate, in pairs of hexadecimal digits, as browsers show it.
    pub fingerprint: String,
    /// When it ends; it is renewed in time.
    pub not_after: Timestamp,
}

/// What a person enters on another device (RFC 8628 §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCard {
    /// The code to enter; meant to be seen.
    pub user_code: String,
    /// Where to enter it.
    pub verification_uri: String,
    /// When the code ends.
    pub expires_at: Timestamp,
}

/// Tokens came for somebody else than was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkQuestion {
    /// Which case it is.
    pub kind: QuestionKind,
    /// The account in question.
    pub account: AccountId,
    /// Its label.
    pub label: String,
    /// Who it belongs to.
    pub theirs: String,
    /// Who has just signed in.
    pub signed_in: String,
}

/// In which way the signed-in person is unexpected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// A new account was wanted, and this person's is linked already.
    SamePerson,
    /// An account was to be signed in to again, and this is another person's.
    OtherPerson,
}

/// One step of the road.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepCard {
    /// Which step.
    pub step: LinkStep,
    /// How far it is.
    pub state: StepState,
    /// A fact beside it, such as the address we listen on.
    pub note: Option<String>,
}

/// The steps of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkStep {
    /// The key store answered.
    CheckKeyStore,
    /// The redirect address is bound and tested, and the authorization address built.
    PrepareAddress,
    /// The provider gave a code to enter on another device (RFC 8628 §3.1).
    RequestDeviceCode,
    /// The browser was started.
    OpenBrowser,
    /// The person signs in at the provider.
    AwaitAuthorization,
    /// The code, or the password, is exchanged for tokens.
    RequestTokens,
    /// The provider says who this is.
    ReadIdentity,
    /// Tokens are sealed and saved.
    Save,
    /// The trading accounts are read.
    ReadTradingAccounts,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Ahead,
    /// Under way since.
    Active {
        /// When it began.
        since: Timestamp,
    },
    /// Done.
    Done {
        /// How long it took.
        took: SignedDuration,
    },
    /// Not done, but not needed.
    Skipped,
    /// The attempt ended here.
    Failed,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The account is linked and saved.
    Linked {
        /// Which account.
        account: AccountId,
    },
    /// It is not.
    Failed {
        /// Why.
        problem: Problem,
    },
}
