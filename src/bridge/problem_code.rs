//! The names scripts know problems and remedies by.
//!
//! Promises: a name never changes. Knows nothing of words for people.

use super::{ProblemKind, Remedy};

impl ProblemKind {
    /// The name scripts know it by: the `kind` of the JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ClientIncomplete { .. } => "client_incomplete",
            Self::ClientInvalid { .. } => "client_invalid",
            Self::ClientRejected { .. } => "client_rejected",
            Self::RedirectMismatch { .. } => "redirect_mismatch",
            Self::Denied { .. } => "denied",
            Self::Canceled => "canceled",
            Self::TimedOut => "timed_out",
            Self::CodeRejected { .. } => "code_rejected",
            Self::WrongPassword => "wrong_password",
            Self::UnusableUsername => "unusable_username",
            Self::PortInUse { .. } => "port_in_use",
            Self::PortReserved { .. } => "port_reserved",
            Self::LoopbackUnreachable { .. } => "loopback_unreachable",
            Self::CertificateRefused { .. } => "certificate_refused",
            Self::ClockWrong { .. } => "clock_wrong",
            Self::ClockSet { .. } => "clock_set",
            Self::ProviderClockWrong { .. } => "provider_clock_wrong",
            Self::CertificateUntrusted { .. } => "certificate_untrusted",
            Self::IdTokenRefused { .. } => "id_token_refused",
            Self::BrowserMissing { .. } => "browser_missing",
            Self::DeviceCodeExpired => "device_code_expired",
            Self::ProviderChanged { .. } => "provider_changed",
            Self::ProviderGone { .. } => "provider_gone",
            Self::DiscoveryFailed { .. } => "discovery_failed",
            Self::BrowserNotOpened => "browser_not_opened",
            Self::IssuerMismatch { .. } => "issuer_mismatch",
            Self::WrongAddress => "wrong_address",
            Self::NotATokenResponse { .. } => "not_a_token_response",
            Self::ProviderError { .. } => "provider_error",
            Self::Unreachable { .. } => "unreachable",
            Self::ProxyRefused { .. } => "proxy_refused",
            Self::PageInstead { .. } => "page_instead",
            Self::TemporarilyFailing { .. } => "temporarily_failing",
            Self::RedirectRefused { .. } => "redirect_refused",
            Self::NeedsSignIn { .. } => "needs_sign_in",
            Self::CannotRefresh => "cannot_refresh",
            Self::KeyStore { .. } => "key_store",
            Self::KeyNotMoved { .. } => "key_not_moved",
            Self::Store { .. } => "store",
            Self::StoreDamaged { .. } => "store_damaged",
            Self::StoreNewer { .. } => "store_newer",
            Self::AccountUnreadable { .. } => "account_unreadable",
            Self::BackupExists { .. } => "backup_exists",
            Self::NotABackup { .. } => "not_a_backup",
            Self::NotSaved { .. } => "not_saved",
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::HeldByAnother { .. } => "held_by_another",
            Self::NotRevoked { .. } => "not_revoked",
            Self::IdentityUnread => "identity_unread",
            Self::TradingAccountsUnread => "trading_accounts_unread",
            Self::ProviderFile { .. } => "provider_file",
            Self::PracticeUnavailable => "practice_unavailable",
            Self::WorkerStopped => "worker_stopped",
            Self::Bug => "bug",
        }
    }
}

impl Remedy {
    /// The name scripts know it by: the `remedy` of the JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RetryNow => "retry_now",
            Self::TryAnyway => "try_anyway",
            Self::SignInAgain => "sign_in_again",
            Self::LinkAgain => "link_again",
            Self::UnlockKeyStore => "unlock_key_store",
            Self::OpenClientSetUp => "open_client_set_up",
            Self::CopyAddress => "copy_address",
            Self::CopyDetails => "copy_details",
            Self::None => "none",
        }
    }
}
