//! What a person can ask for, one variant per visible control or subcommand.
//!
//! Knows nothing of how it is done. Secrets travel down only, wrapped.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::ids::{AccountId, FlowId, ProblemId, ProviderId};
use crate::secret::Secret;

/// What a person wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Keep what the provider gave out at registration.
    SaveClient {
        /// Whose registration.
        provider: ProviderId,
        /// What to change in it.
        change: ClientChange,
    },
    /// Start a sign-in in the browser.
    LinkAccount {
        /// Where to sign in.
        provider: ProviderId,
        /// The account to repair, or a new one.
        account: Option<AccountId>,
        /// What to call the new account.
        label: Option<String>,
    },
    /// Sign in with a name and a password typed into the app, where the provider has no page of its own.
    SignInWithPassword {
        /// Where to sign in.
        provider: ProviderId,
        /// The account to repair, or a new one.
        account: Option<AccountId>,
        /// What to call the new account.
        label: Option<String>,
        /// The e-mail or user name, byte for byte.
        username: String,
        /// The password, byte for byte; used once and not kept.
        password: Secret,
    },
    /// Give up an attempt and free its port.
    CancelLink {
        /// Which attempt.
        flow: FlowId,
    },
    /// Open the same address once more.
    OpenBrowserAgain {
        /// Which attempt.
        flow: FlowId,
    },
    /// Hand the authorization address to the person: clipboard or standard output.
    CopyAddress {
        /// Which attempt.
        flow: FlowId,
    },
    /// Complete an attempt with the redirect address as the browser shows it.
    PasteAddress {
        /// Which attempt.
        flow: FlowId,
        /// The whole address; it carries the authorization code.
        address: Secret,
    },
    /// Remove an ended attempt from the screen.
    DismissLink {
        /// Which attempt.
        flow: FlowId,
    },
    /// Get a new access token, or renew by use.
    RefreshAccount {
        /// Which account.
        account: AccountId,
    },
    /// Refresh every account that can be refreshed.
    RefreshAll,
    /// Ask the provider for the trading accounts anew.
    AskTradingAccounts {
        /// Which account.
        account: AccountId,
    },
    /// Call an account something else.
    RenameAccount {
        /// Which account.
        account: AccountId,
        /// Its new label.
        label: String,
    },
    /// Revoke where the provider can, then forget.
    UnlinkAccount {
        /// Which account.
        account: AccountId,
    },
    /// Hand the access token to the person or a program, refreshing first where it ends too soon.
    HandOutToken {
        /// Which account.
        account: AccountId,
        /// How long it has to be good for at least.
        min_validity: SignedDuration,
    },
    /// Open the key store with a passphrase.
    UnlockKeyStore {
        /// What the person typed.
        passphrase: Secret,
    },
    /// Try the key store and the data folder once more.
    RetryKeyStore,
    /// Take a problem off the screen.
    DismissProblem {
        /// Which problem.
        problem: ProblemId,
    },
}

/// Changes to a registered client; `None` keeps what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientChange {
    /// The client identifier (RFC 6749 §2.2).
    pub client_id: Option<String>,
    /// The client secret.
    pub client_secret: SecretChange,
    /// The redirect URI as registered; an empty text returns to the provider's own.
    pub redirect_uri: Option<String>,
    /// Replaces every host of the provider.
    pub base_url: Option<String>,
    /// Addresses of single hosts, by the host's id in the provider file; an empty text returns to the file's own.
    pub hosts: BTreeMap<String, String>,
    /// Switches, by the option's id in the provider file.
    pub options: BTreeMap<String, bool>,
}

/// What to do with a kept client secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SecretChange {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Replace it.
    Set(Secret),
    /// Forget it.
    Remove,
}
