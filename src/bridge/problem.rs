//! Something a person should know, as data: what happened, to whom, and what to press.
//!
//! Knows no words; `text` turns it into sentences, in the window and on the command line alike.

use jiff::{SignedDuration, Timestamp};

use super::{Brought, KeyStoreTrouble, Missing, Salvage, StoreTrouble};
use crate::account::{EndReason, Holder};
use crate::ids::{AccountId, FlowId, ProblemId, ProviderId};

/// One problem, shown until it is dismissed or mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name in this run.
    pub id: ProblemId,
    /// What happened.
    pub kind: ProblemKind,
    /// The account it is about.
    pub account: Option<AccountId>,
    /// The provider it is about.
    pub provider: Option<ProviderId>,
    /// The attempt it ended.
    pub flow: Option<FlowId>,
    /// What to press.
    pub remedy: Remedy,
    /// Causes joined by ": ", for support; no secret, no answer's body.
    pub detail: String,
    /// When it happened.
    pub at: Timestamp,
}

/// What happened; a variant exists because its words or its exit code differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The client set-up lacks something.
    ClientIncomplete {
        /// What is lacking.
        missing: Vec<Missing>,
    },
    /// The set-up that was to be saved can't be: a host, address or redirect URI is unusable.
    ClientInvalid {
        /// The field.
        field: String,
        /// What was expected there.
        expected: String,
    },
    /// The provider doesn't know the client id or refuses the secret.
    ClientRejected {
        /// The provider's error code, such as `invalid_client`.
        code: String,
    },
    /// The provider refuses the redirect URI.
    RedirectMismatch {
        /// The address that was used.
        redirect_uri: String,
        /// The one that is set up as registered.
        registered: String,
    },
    /// The person, or the provider for them, declined.
    Denied {
        /// The provider's error code.
        code: String,
    },
    /// The person gave up the attempt.
    Canceled,
    /// Nobody came back from the browser in time.
    TimedOut,
    /// The authorization code was refused: too late or used before.
    CodeRejected {
        /// The provider's error code.
        code: String,
    },
    /// The e-mail or the password is wrong.
    WrongPassword,
    /// The user name can't be sent: it contains a colon (RFC 7617 §2).
    UnusableUsername,
    /// The redirect's port is taken.
    PortInUse {
        /// Which port.
        port: u16,
        /// By which program, where the system tells.
        holder: Option<String>,
    },
    /// The system gives the redirect's port to no program, or not to this one.
    PortReserved {
        /// Which port.
        port: u16,
    },
    /// The redirect address is bound, yet this computer can't reach it.
    LoopbackUnreachable {
        /// The address that does not answer.
        address: String,
    },
    /// The time is up, and the browser had refused our certificate.
    CertificateRefused {
        /// Its fingerprint.
        fingerprint: String,
    },
    /// A certificate or an ID token is not valid at the time our clock shows.
    ClockWrong {
        /// Whose answer it was.
        host: String,
        /// Our clock against the provider's, where its answers told.
        offset_seconds: Option<i64>,
    },
    /// The wall clock of this computer was set while we ran.
    ClockSet {
        /// By how much; forward is positive.
        by: SignedDuration,
    },
    /// A provider's clock differs from ours, and from others that agree with ours.
    ProviderClockWrong {
        /// Whose.
        host: String,
        /// Its clock against ours.
        offset_seconds: i64,
    },
    /// The host's certificate is not trusted.
    CertificateUntrusted {
        /// Which host.
        host: String,
    },
    /// The ID token doesn't prove who signed in (OpenID Connect Core §3.1.3.7); nothing was kept.
    IdTokenRefused {
        /// Which check it failed, such as "nonce".
        check: String,
    },
    /// The chosen browser or profile is no longer there.
    BrowserMissing {
        /// Which one.
        name: String,
    },
    /// The code for another device was not entered in time.
    DeviceCodeExpired,
    /// The provider's file or set-up names other hosts or another client than the tokens belong to; they were not sent.
    ProviderChanged {
        /// Where they belong.
        bound_to: String,
    },
    /// The provider's file is no longer there.
    ProviderGone {
        /// Its id.
        provider: String,
    },
    /// An issuer's metadata can't be used.
    DiscoveryFailed {
        /// The issuer that was asked.
        issuer: String,
        /// What is wrong, as the end of a sentence.
        why: String,
    },
    /// No browser could be opened; the attempt goes on with the address copied.
    BrowserNotOpened,
    /// The answer names another issuer than the provider's (RFC 9207).
    IssuerMismatch {
        /// Whom we expected.
        expected: String,
    },
    /// The pasted text is not the redirect address of this attempt.
    WrongAddress,
    /// The answer was not a token response.
    NotATokenResponse {
        /// The HTTP status.
        status: u16,
        /// The media type it claimed.
        content_type: String,
        /// Its length in bytes.
        length: usize,
    },
    /// The provider answered with an error of its own that has no words here.
    ProviderError {
        /// The provider's error code or the HTTP status.
        code: String,
    },
    /// No connection to the host.
    Unreachable {
        /// Which host.
        host: String,
        /// Since when.
        since: Timestamp,
    },
    /// The proxy in front of the host refused to connect us.
    ProxyRefused {
        /// Which host.
        host: String,
        /// Whether it wants to know who we are (407).
        asks: bool,
    },
    /// A web page came instead of the host's answer, as from a network that wants a sign-in first.
    PageInstead {
        /// Which host.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The host answers, but not now: 408, 425, 429, 5xx.
    TemporarilyFailing {
        /// Which host.
        host: String,
        /// The HTTP status.
        status: u16,
        /// When the next attempt is due.
        retry_at: Option<Timestamp>,
    },
    /// The host wants to send a secret elsewhere; not followed.
    RedirectRefused {
        /// Which host asked for it.
        host: String,
        /// Where to.
        target: String,
    },
    /// The link has ended; a full sign-in is due.
    NeedsSignIn {
        /// Why.
        reason: EndReason,
    },
    /// This provider can't refresh and the token has ended or will end by itself.
    CannotRefresh,
    /// The key store can't be used.
    KeyStore {
        /// What is wrong with it.
        trouble: KeyStoreTrouble,
    },
    /// The key could not be moved; it stays where it is, and everything with it.
    KeyNotMoved {
        /// What stood in the way.
        trouble: KeyStoreTrouble,
    },
    /// The data folder or the data file can't be used.
    Store {
        /// What is wrong with it.
        trouble: StoreTrouble,
        /// Which file or folder.
        place: String,
    },
    /// The data file was damaged; it was kept aside, and what could be read of it is in a new one.
    StoreDamaged {
        /// Where the damaged file is now.
        kept_as: String,
        /// How much was read from it.
        salvage: Salvage,
    },
    /// The record of an account can't be read.
    AccountUnreadable {
        /// Its id.
        account: String,
    },
    /// The data file was written by a newer version; it is shown and not written to.
    StoreNewer {
        /// Its schema version.
        found: u32,
    },
    /// A backup would be written over another file.
    BackupExists {
        /// Which one.
        place: String,
    },
    /// A file that was to be restored is no sound backup.
    NotABackup {
        /// Which one.
        place: String,
    },
    /// New tokens are held in memory because they could not be saved.
    NotSaved {
        /// What brought them.
        brought: Brought,
        /// Why they could not be saved.
        cause: Box<Self>,
    },
    /// The answer to a refresh was lost, and the provider's refresh tokens can't be used twice.
    OutcomeUnknown {
        /// When it was sent.
        since: Timestamp,
    },
    /// Another program of ours is refreshing the account, and takes long.
    HeldByAnother {
        /// Which one, where it left a word.
        holder: Option<Holder>,
        /// How long it has been waited for, in seconds.
        waited: i64,
    },
    /// The account is forgotten here, but the provider did not confirm the revocation.
    NotRevoked {
        /// The provider's host.
        host: String,
    },
    /// The link works, but the provider's profile could not be read.
    IdentityUnread,
    /// The trading accounts could not be read.
    TradingAccountsUnread,
    /// A provider file can't be used.
    ProviderFile {
        /// The file.
        file: String,
        /// Its line, counted from 1.
        line: Option<usize>,
        /// The key.
        key: String,
        /// What was expected.
        expected: String,
    },
    /// The practice providers could not be started.
    PracticeUnavailable,
    /// The part that does the work has stopped.
    WorkerStopped,
    /// Something that should be impossible.
    Bug,
}

/// What to press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try the same once more.
    RetryNow,
    /// Send a refresh token once more although it may have been used.
    TryAnyway,
    /// Sign in again, repairing the same account.
    SignInAgain,
    /// Start the sign-in anew.
    LinkAgain,
    /// Unlock the key store.
    UnlockKeyStore,
    /// Open the client set-up.
    OpenClientSetUp,
    /// Copy the address and open it in any browser.
    CopyAddress,
    /// Copy the details for support.
    CopyDetails,
    /// Nothing to do.
    None,
}

impl ProblemKind {
    /// The wall clock was set by `by`: the instants it speaks of are told by the new one.
    pub fn clock_set(&mut self, by: SignedDuration) {
        let at = match self {
            Self::Unreachable { since, .. } => Some(since),
            Self::TemporarilyFailing { retry_at, .. } => retry_at.as_mut(),
            _ => None,
        };
        if let Some(at) = at {
            *at = at.checked_add(by).unwrap_or(*at);
        }
    }
}
