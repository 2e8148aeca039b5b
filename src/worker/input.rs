//! Everything that can happen to the core, and everything it can ask for: two closed lists.
//!
//! Knows nothing of tasks, channels or time. Answers carry the id of the work they answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::clocks::Change;
use super::failure::Failure;
use super::world::{House, Unopened};
use crate::account::{Account, HistoryLine};
use crate::bridge::{
    BrowserCard, CertificateCard, ClientTestOutcome, Command, DeviceCard, KeyStoreKind,
    KeyStoreTrouble, LinkAnswer, LinkQuestion, LinkStep, RestoredCard, SecretChange,
};
use crate::ids::{AccountId, BrowserChoice, CommandId, FlowId, ProviderId};
use crate::loopback::Stray;
use crate::provider::discovery::Discovered;
use crate::provider::{ClientSettings, FileProblem, Provider, Registry};
use crate::secret::Secret;
use crate::store::Contents;

/// Something happened.
#[derive(Debug)]
pub(super) enum Input {
    /// A face asked for something.
    Command(CommandId, Command),
    /// The data folder was read, or could not be.
    Opened(Box<Result<(House, Contents), Unopened>>),
    /// What the store held when it was read again, and how often the core had changed when that was asked for.
    Reread(Box<Contents>, u64),
    /// The instant the core asked to be woken at has come.
    Tick,
    /// The machine slept, or its clock was set.
    Clocks(Change),
    /// A provider could be reached, or not.
    Reached(ProviderId, Result<(), Failure>),
    /// The key store answered, or did not.
    KeyStoreAnswered(Result<(), KeyStoreTrouble>),
    /// What is known of the key store without asking it.
    KeyStoreLooked(KeyStoreFacts),
    /// Everything was sealed with a key that is kept elsewhere, or nothing; the kind in use is in the facts that came before.
    KeyStoreMoved(CommandId, Result<(), Failure>),
    /// Something about the key store was changed, or could not be.
    KeyStoreChanged(CommandId, Result<(), Failure>),
    /// An attempt to link moved on.
    LinkMoved(FlowId, LinkEvent),
    /// An attempt to link ended.
    LinkEnded(FlowId, Result<Box<Linked>, Failure>),
    /// Work on an account goes on, and has to wait for something that a person may want to know.
    WorkWaits(FlowId, AccountId, Failure),
    /// Work on an account ended.
    WorkEnded(FlowId, AccountId, Box<WorkResult>),
    /// A client was saved, or could not be; with whether a secret is kept.
    ClientSaved(
        CommandId,
        ProviderId,
        Result<(ClientSettings, bool), Failure>,
    ),
    /// A changed label was saved, or could not be.
    AccountSaved(CommandId, Result<(), Failure>),
    /// A copy was made, or could not be.
    BackedUp(CommandId, Result<(), Failure>),
    /// A copy was put in the place of everything, or could not be.
    Restored(CommandId, Result<RestoredCard, Failure>),
    /// The test of a set-up ended.
    ClientTested(CommandId, ProviderId, ClientTestOutcome),
    /// An issuer answered, or did not.
    Discovered(CommandId, Result<Box<Found>, Failure>),
    /// The folder of provider files was read, perhaps after one was written there.
    ProvidersRead(CommandId, Result<(Registry, Vec<FileProblem>), Failure>),
    /// The browsers of this computer.
    BrowsersListed(Vec<BrowserCard>),
    /// The certificate for `https` redirects was looked for or made.
    CertificateMade(Option<CommandId>, Result<CertificateCard, Failure>),
    /// A token was handed out to everybody who had asked for it, or could not be.
    HandedOut(Vec<CommandId>, AccountId, Result<HistoryLine, Failure>),
}

/// What is known of the key store without asking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyStoreFacts {
    /// Which kind is in use.
    pub kind: KeyStoreKind,
    /// Whether the next passphrase would be a new one.
    pub wants_new_passphrase: bool,
    /// After how many minutes without a person it locks by itself.
    pub lock_after: Option<u32>,
}

/// How an attempt to link moves on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkEvent {
    /// A step began.
    Began(LinkStep),
    /// The step under way is done.
    Done {
        /// How long it took.
        took: Duration,
        /// A fact to show beside it.
        note: Option<String>,
    },
    /// The step under way is not needed.
    Skipped,
    /// The authorization address is ready.
    AddressReady {
        /// The redirect URI in use.
        redirect_uri: String,
        /// The certificate it is received with, where TLS is spoken.
        certificate: Option<CertificateCard>,
    },
    /// A code to enter on another device is ready.
    DeviceReady(DeviceCard),
    /// The browser could not be opened; the attempt goes on.
    BrowserFailed(Failure),
    /// A pasted text did not belong to this attempt; the attempt goes on.
    PasteRefused(Failure),
    /// What was received could not be saved; it is held, and the attempt goes on.
    NotSaved(Failure),
    /// Another program has the account to itself; the attempt goes on.
    Waits(Failure),
    /// The browser was opened once more.
    BrowserOpened,
    /// A request that did not belong to this attempt.
    Stray(Stray),
    /// Whether the clipboard holds the redirect address of this attempt.
    ClipboardOffers(bool),
    /// The tokens are saved, and somebody has to say what becomes of them.
    Asks(LinkQuestion),
    /// It was said.
    Answered,
}

/// What an issuer's metadata says.
#[derive(Debug)]
pub(super) struct Found {
    /// The metadata as a provider file wants it.
    pub discovered: Discovered,
}

/// A new or repaired account, saved.
#[derive(Debug)]
pub(super) struct Linked {
    /// The account as saved.
    pub account: Account,
    /// Its newest history lines, oldest first.
    pub lines: Vec<HistoryLine>,
    /// What was left undone beside it.
    pub beside: Option<Failure>,
    /// The account its tokens were first kept as, where it was another one.
    pub was: Option<AccountId>,
}

/// What came of work on an account.
#[derive(Debug)]
pub(super) enum WorkResult {
    /// New tokens, saved.
    Refreshed(Account, HistoryLine),
    /// The token was used and accepted; its clock restarted where it does.
    Used(Account, HistoryLine),
    /// It failed; the account as saved, if anything about it changed.
    Failed(Failure, Option<(Account, HistoryLine)>),
    /// New tokens are here and held, because they could not be saved; why.
    Unsaved(Failure),
    /// It is forgotten; the revocation may have been refused.
    Unlinked(Option<Failure>),
}

/// Something to be done outside the core.
#[derive(Debug)]
pub(super) enum Effect {
    /// Read the data folder.
    OpenHouse,
    /// Ask the key store for the key.
    OpenKeyStore,
    /// Open the key store with a passphrase.
    UnlockKeyStore(Secret),
    /// Seal everything with a key that is kept elsewhere.
    MoveKeyStore {
        /// The command that asked.
        command: CommandId,
        /// Where it is kept from now on.
        to: KeyStoreKind,
        /// The passphrase, where it is kept behind one.
        passphrase: Option<Secret>,
    },
    /// Wrap the key with another passphrase: the old one, then the new one.
    ChangePassphrase(CommandId, Secret, Secret),
    /// Forget the key in memory.
    LockKeyStore,
    /// Stop waiting for a person whom the key store asks something.
    StopAskingKeyStore,
    /// Keep after how many minutes without a person the key store locks by itself.
    LockKeyStoreAfter(CommandId, Option<u32>),
    /// Start an attempt to link.
    StartLink(Box<LinkPlan>),
    /// Tell an attempt something.
    TellLink(FlowId, LinkOrder),
    /// Stop an attempt and free its port.
    StopLink(FlowId),
    /// Work on an account.
    StartWork(Box<WorkPlan>),
    /// Forget an account whose record can't be read, and say which provider was not told.
    Forget(FlowId, AccountId, String),
    /// See whether the provider at this address can be reached, without sending it anything.
    Reach(ProviderId, String),
    /// Keep a registered client.
    SaveClient {
        /// The command that asked.
        command: CommandId,
        /// Whose.
        provider: ProviderId,
        /// Everything but the secret.
        settings: Box<ClientSettings>,
        /// What to do with the secret.
        secret: SecretChange,
    },
    /// Try a set-up without keeping it.
    TestClient {
        /// The command that asked.
        command: CommandId,
        /// Whose.
        provider: Arc<Provider>,
        /// Everything but the secret.
        settings: Box<ClientSettings>,
        /// The secret to try.
        secret: SecretChange,
    },
    /// Ask an issuer for its metadata.
    Discover(CommandId, String),
    /// Read the folder of provider files; a file may have to be written there first.
    ReadProviders(CommandId, Option<NewFile>),
    /// Make the certificate for `https` redirects where there is none, or a new one.
    MakeCertificate {
        /// The command that asked.
        command: CommandId,
        /// Whether one that is still good is replaced.
        renew: bool,
    },
    /// Copy everything into a new file.
    BackUp(CommandId, PathBuf),
    /// Put a copy in the place of everything.
    Restore(CommandId, PathBuf),
    /// Keep changed facts of an account.
    SaveAccount(CommandId, Box<Account>, HistoryLine),
    /// Read the store again.
    Reread,
    /// Hand the access token over.
    HandOut(Vec<CommandId>, Box<Account>),
}

/// A provider file to write.
#[derive(Debug)]
pub(super) struct NewFile {
    /// Its name in the folder.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// What an attempt under way can be told.
#[derive(Debug)]
pub(super) enum LinkOrder {
    /// Open the browser once more.
    OpenBrowser,
    /// Hand the address to the person.
    CopyAddress,
    /// Here is the redirect address.
    Paste(Secret),
    /// See whether the clipboard holds it.
    LookAtClipboard,
    /// Take it from the clipboard.
    PasteFromClipboard,
    /// Save what was received, once more.
    SaveAgain,
    /// Here is the answer to the question.
    Answer(LinkAnswer),
}

/// Everything an attempt to link needs to know.
#[derive(Debug)]
pub(super) struct LinkPlan {
    /// Its id.
    pub flow: FlowId,
    /// Where.
    pub provider: Arc<Provider>,
    /// With which client.
    pub settings: ClientSettings,
    /// Name and password, where the app asks for them.
    pub password: Option<(String, Secret)>,
    /// The account it repairs, or what a new one is called.
    pub target: LinkTarget,
    /// Where the person signs in.
    pub route: Route,
    /// The browser to sign in with; `None` for the system's own choice.
    pub browser: Option<BrowserChoice>,
    /// Whether the provider is asked to let the person choose among accounts.
    pub chooses_account: bool,
    /// When it is given up.
    pub deadline: Timestamp,
}

/// Where the person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// In a browser that is opened.
    Browser,
    /// In a browser that the person opens.
    CopiedAddress,
    /// On another device (RFC 8628).
    Device,
    /// Here, with name and password.
    Password,
}

/// What becomes of the tokens.
#[derive(Debug)]
pub(super) enum LinkTarget {
    /// They replace those of this account, if they belong to the same person; else they may be kept under this label.
    Repair(Box<Account>, String),
    /// A new account with this label.
    New(String),
}

/// Everything work on an account needs to know.
#[derive(Debug)]
pub(super) struct WorkPlan {
    /// Its id.
    pub flow: FlowId,
    /// What to do.
    pub work: Work,
    /// The account's provider.
    pub provider: Arc<Provider>,
    /// With which client.
    pub settings: ClientSettings,
    /// The account as known.
    pub account: Account,
}

/// What can be done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Get a new access token, or renew by use.
    Refresh,
    /// The same with a refresh token that may be used up.
    RefreshAnyway,
    /// Ask for the profile and the trading accounts.
    AskProfile,
    /// Revoke and forget.
    Unlink,
}

impl Work {
    /// Whether it ends with new tokens.
    pub(super) const fn is_refresh(self) -> bool {
        matches!(self, Self::Refresh | Self::RefreshAnyway)
    }

    /// Whether this also does what `other` is meant to do.
    pub(super) fn does(self, other: Self) -> bool {
        self == other || (self, other) == (Self::RefreshAnyway, Self::Refresh)
    }
}
