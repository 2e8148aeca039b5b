//! Exit codes: one for every kind of problem, and the most pressing of several.
//!
//! Every match is exhaustive, so a new kind can't go without a code.

use crate::bridge::ProblemKind;

pub(super) const DONE: u8 = 0;
pub(super) const UNEXPECTED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const NEEDS_SIGN_IN: u8 = 3;
pub(super) const UNREACHABLE: u8 = 4;
pub(super) const KEYS_OR_DATA: u8 = 5;
pub(super) const DECLINED: u8 = 6;
pub(super) const CLIENT: u8 = 7;

/// The exit code of a command that ended with a problem of this kind.
pub const fn code(kind: &ProblemKind) -> u8 {
    use ProblemKind as K;
    match kind {
        K::UnusableUsername | K::BackupExists { .. } => USAGE,
        K::NeedsSignIn { .. } | K::CannotRefresh | K::OutcomeUnknown { .. } => NEEDS_SIGN_IN,
        K::Unreachable { .. }
        | K::ProxyRefused { .. }
        | K::PageInstead { .. }
        | K::TemporarilyFailing { .. }
        | K::CertificateUntrusted { .. }
        | K::ClockWrong { .. }
        | K::ClockSet { .. }
        | K::ProviderClockWrong { .. } => UNREACHABLE,
        K::KeyStore { .. }
        | K::KeyNotMoved { .. }
        | K::Store { .. }
        | K::StoreDamaged { .. }
        | K::StoreNewer { .. }
        | K::HeldByAnother { .. }
        | K::AccountUnreadable { .. }
        | K::NotABackup { .. }
        | K::NotSaved { .. } => KEYS_OR_DATA,
        K::Denied { .. }
        | K::Canceled
        | K::TimedOut
        | K::CodeRejected { .. }
        | K::WrongPassword
        | K::CertificateRefused { .. }
        | K::DeviceCodeExpired
        | K::WrongAddress => DECLINED,
        K::ClientIncomplete { .. }
        | K::ClientInvalid { .. }
        | K::ClientRejected { .. }
        | K::RedirectMismatch { .. }
        | K::PortInUse { .. }
        | K::PortReserved { .. }
        | K::LoopbackUnreachable { .. }
        | K::BrowserMissing { .. }
        | K::ProviderChanged { .. }
        | K::ProviderGone { .. }
        | K::DiscoveryFailed { .. } => CLIENT,
        K::BrowserNotOpened
        | K::IssuerMismatch { .. }
        | K::IdTokenRefused { .. }
        | K::NotATokenResponse { .. }
        | K::ProviderError { .. }
        | K::RedirectRefused { .. }
        | K::NotRevoked { .. }
        | K::IdentityUnread
        | K::TradingAccountsUnread
        | K::ProviderFile { .. }
        | K::PracticeUnavailable
        | K::WorkerStopped
        | K::Bug => UNEXPECTED,
    }
}

/// The most pressing of several codes: what only a person can mend goes before what time mends.
pub(super) fn worst(codes: &[u8]) -> u8 {
    const ORDER: [u8; 5] = [NEEDS_SIGN_IN, KEYS_OR_DATA, CLIENT, UNREACHABLE, UNEXPECTED];
    let pressing = ORDER.into_iter().find(|code| codes.contains(code));
    pressing
        .or_else(|| codes.iter().copied().max())
        .unwrap_or(DONE)
}
