//! One attempt to link as the faces show it: steps, times, the step that waits.
//!
//! Carries neither the authorization address nor its parts: one of the five providers wants a secret in it.

use jiff::{SignedDuration, Timestamp};

use super::Problem;
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
    /// Whether the redirect can't come home by itself and has to be pasted.
    pub needs_paste: bool,
    /// Requests at the redirect address that did not belong to this attempt.
    pub strays: u32,
    /// Plain warnings, such as a secret in the address.
    pub notes: Vec<String>,
    /// A problem that did not end the attempt, such as a browser that could not be opened.
    pub trouble: Option<Problem>,
    /// How it ended.
    pub outcome: Option<LinkOutcome>,
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
    /// The redirect address is bound and the authorization address built.
    PrepareAddress,
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
