//! What a person can ask for, one variant per visible control or subcommand.
//!
//! Knows nothing of how it is done. Secrets travel down only, wrapped.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::SignedDuration;

use super::KeyStoreKind;
use crate::ids::{AccountId, BrowserChoice, FlowId, ProblemId, ProviderId};
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
    /// Ask the provider, as far as it can tell, whether a set-up would work; nothing is saved.
    TestClient {
        /// Whose registration.
        provider: ProviderId,
        /// What would be changed in it.
        change: ClientChange,
    },
    /// Start a sign-in.
    LinkAccount {
        /// Where to sign in.
        provider: ProviderId,
        /// The account to repair, or a new one.
        account: Option<AccountId>,
        /// What to call the new account.
        label: Option<String>,
        /// Where the person signs in.
        way: SignInWay,
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
    /// Answer the question an attempt has come to.
    AnswerLink {
        /// Which attempt.
        flow: FlowId,
        /// What to do with what was received.
        answer: LinkAnswer,
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
    /// See whether the clipboard holds the redirect address of this attempt, to offer it; nothing is taken.
    LookAtClipboard {
        /// Which attempt.
        flow: FlowId,
    },
    /// Complete an attempt with the address in the clipboard.
    PasteFromClipboard {
        /// Which attempt.
        flow: FlowId,
    },
    /// Try once more to save what an attempt received.
    SaveAgain {
        /// Which attempt.
        flow: FlowId,
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
    /// Refresh although the refresh token may be used up: a person knows what that may cost.
    TryAnyway {
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
    /// Sign in to this account with another browser or profile from now on.
    ChooseBrowser {
        /// Which account.
        account: AccountId,
        /// Which browser; `None` for the system's own choice.
        browser: Option<BrowserChoice>,
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
    /// Copy everything that is kept into a new file.
    BackUp {
        /// The file; there must be none of that name.
        to: PathBuf,
    },
    /// Put a copy in the place of everything that is kept.
    Restore {
        /// The file.
        from: PathBuf,
    },
    /// Open the key store with a passphrase.
    UnlockKeyStore {
        /// What the person typed.
        passphrase: Secret,
    },
    /// Seal everything with a key that is kept elsewhere, all of it or nothing.
    MoveKeyStore {
        /// Where the key is kept from now on.
        to: KeyStoreKind,
        /// The passphrase, where it is kept behind one.
        passphrase: Option<Secret>,
    },
    /// Wrap the key with another passphrase.
    ChangePassphrase {
        /// The one that opens it now.
        old: Secret,
        /// The one that opens it from now on.
        new: Secret,
    },
    /// Forget the key in memory until the passphrase is typed again.
    LockKeyStore,
    /// Lock by itself after a while without a person, or never.
    LockKeyStoreAfter {
        /// How many minutes; `None` for never.
        minutes: Option<u32>,
    },
    /// Stop waiting for a person whom the key store asks something.
    StopAskingKeyStore,
    /// Try the key store and the data folder once more.
    RetryKeyStore,
    /// Take a problem off the screen.
    DismissProblem {
        /// Which problem.
        problem: ProblemId,
    },
    /// Ask an issuer for its metadata, to make a provider file of it (RFC 8414, OpenID Connect Discovery 1.0).
    Discover {
        /// The issuer's address as the person typed it.
        issuer: String,
    },
    /// Write the provider file that was made, and use it from now on.
    AddProvider {
        /// The file's name and the provider's.
        id: ProviderId,
        /// What it is called on screen.
        name: String,
    },
    /// Take what was discovered off the screen.
    DismissDiscovery,
    /// Read the folder of provider files once more.
    RereadProviders,
    /// Make the certificate of this installation, or a new one in place of it.
    MakeCertificate {
        /// Whether one that is still good is replaced.
        renew: bool,
    },
}

/// Where a person signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SignInWay {
    /// In the browser chosen for the account or the provider, else the system's.
    #[default]
    Browser,
    /// In this browser, which is remembered for the account.
    ThisBrowser(BrowserChoice),
    /// Wherever the person opens the address; no browser is started.
    CopiedAddress,
    /// On another device, with a code (RFC 8628).
    Device,
}

/// What becomes of tokens that belong to somebody else than was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkAnswer {
    /// They replace those of the account in question, which keeps its label and history.
    Replace,
    /// They make a new account beside it.
    KeepBoth,
    /// They are revoked where the provider can, and forgotten.
    Discard,
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
    /// Further registered ones, tried in this order where the port of the one before is taken.
    pub other_redirect_uris: Option<Vec<String>>,
    /// Whether an `https` loopback redirect is pasted by the person instead of received.
    pub pastes_redirect: Option<bool>,
    /// The browser new accounts are signed in with.
    pub browser: BrowserChange,
    /// Replaces every host of the provider.
    pub base_url: Option<String>,
    /// Addresses of single hosts, by the host's id in the provider file; an empty text returns to the file's own.
    pub hosts: BTreeMap<String, String>,
    /// Switches, by the option's id in the provider file.
    pub options: BTreeMap<String, bool>,
}

/// What to do with the choice of a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BrowserChange {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Return to the system's own choice.
    System,
    /// Take this one.
    Take(BrowserChoice),
}

impl From<Option<BrowserChoice>> for BrowserChange {
    /// `None` is the system's own choice.
    fn from(chosen: Option<BrowserChoice>) -> Self {
        chosen.map_or(Self::System, Self::Take)
    }
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
