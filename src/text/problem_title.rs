//! What happened, in one short line per kind of problem.
//!
//! Says nothing of what to do; that is `problem_hint`.

use super::{foreign, problem::missing, time};
use crate::bridge::{Brought, EndReason, KeyStoreTrouble, ProblemKind};

/// What happened, without a full stop.
#[expect(
    clippy::too_many_lines,
    reason = "one arm per kind, so that a new kind can't go without words"
)]
pub fn title(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::ClientIncomplete { missing: lacking } => {
            format!("The set-up still needs {}", missing(lacking))
        }
        ProblemKind::ClientInvalid { field, .. } => {
            format!("{} can’t be used as it is", foreign(field))
        }
        ProblemKind::ClientRejected { .. } => {
            "The provider doesn’t accept the client id or its secret".into()
        }
        ProblemKind::RedirectMismatch { .. } => {
            "The provider doesn’t accept the redirect URI".into()
        }
        ProblemKind::Denied { .. } => "The sign-in was declined".into(),
        ProblemKind::Canceled => "The sign-in was canceled".into(),
        ProblemKind::TimedOut => "Nobody came back from the browser in time".into(),
        ProblemKind::CodeRejected { .. } => "The provider refused the sign-in code".into(),
        ProblemKind::WrongPassword => "The e-mail or the password is wrong".into(),
        ProblemKind::UnusableUsername => "This user name can’t be sent".into(),
        ProblemKind::PortInUse { port, holder } => match holder {
            Some(holder) => format!("Port {port} is in use by {}", foreign(holder)),
            None => format!("Port {port} is in use by another program"),
        },
        ProblemKind::PortReserved { port } => {
            format!("Port {port} is reserved by the system")
        }
        ProblemKind::LoopbackUnreachable { address } => {
            format!("This computer can’t reach itself at {}", foreign(address))
        }
        ProblemKind::CertificateRefused { .. } => {
            "The browser did not accept Linkdesk’s certificate".into()
        }
        ProblemKind::ClockWrong { .. } => "The clock of this computer seems to be wrong".into(),
        ProblemKind::ClockSet { by } => {
            let way = if by.is_negative() { "back" } else { "forward" };
            format!("Your clock was set {way} by {}", time::roughly(*by))
        }
        ProblemKind::ProviderClockWrong {
            host,
            offset_seconds,
        } => format!(
            "The clock of {} is {}",
            foreign(host),
            time::against_ours(*offset_seconds)
        ),
        ProblemKind::CertificateUntrusted { host } => {
            format!("The certificate of {} is not trusted", foreign(host))
        }
        ProblemKind::IdTokenRefused { .. } => {
            "The provider’s answer doesn’t prove who signed in".into()
        }
        ProblemKind::BrowserMissing { name } => {
            format!("{} is no longer on this computer", foreign(name))
        }
        ProblemKind::DeviceCodeExpired => "The code was not entered in time".into(),
        ProblemKind::ProviderChanged { .. } => {
            "The provider’s addresses or client have changed".into()
        }
        ProblemKind::ProviderGone { provider } => {
            format!("The provider file of {} is gone", foreign(provider))
        }
        ProblemKind::DiscoveryFailed { issuer, .. } => {
            format!("{} can’t be added as it is", foreign(issuer))
        }
        ProblemKind::BrowserNotOpened => "No browser could be opened".into(),
        ProblemKind::IssuerMismatch { .. } => "The answer names another provider".into(),
        ProblemKind::WrongAddress => "This is not the redirect address of this sign-in".into(),
        ProblemKind::NotATokenResponse { .. } => {
            "The provider’s answer does not hold the tokens".into()
        }
        ProblemKind::ProviderError { code } => {
            format!("The provider answered with an error: {}", foreign(code))
        }
        ProblemKind::Unreachable { host, .. } => format!("{} can’t be reached", foreign(host)),
        ProblemKind::ProxyRefused { host, asks } => {
            let asks = if *asks {
                "wants a user name and password"
            } else {
                "refuses"
            };
            format!(
                "The proxy of this computer {asks}, so {} can’t be reached",
                foreign(host)
            )
        }
        ProblemKind::PageInstead { host, .. } => {
            format!("A web page came instead of the answer of {}", foreign(host))
        }
        ProblemKind::TemporarilyFailing { host, .. } => {
            format!("{} can’t answer right now", foreign(host))
        }
        ProblemKind::RedirectRefused { host, .. } => {
            format!("{} wanted to send a secret elsewhere", foreign(host))
        }
        ProblemKind::NeedsSignIn { reason } => ended(*reason).into(),
        ProblemKind::CannotRefresh => "There is nothing to refresh this account with".into(),
        ProblemKind::KeyNotMoved { trouble } => {
            format!("The key stays where it is: {}", lower(key_store(*trouble)))
        }
        ProblemKind::KeyStore { trouble } => key_store(*trouble).into(),
        ProblemKind::Store { trouble, place } => super::store_problem::title(*trouble, place),
        ProblemKind::StoreDamaged { .. } => "The list of accounts was damaged".into(),
        ProblemKind::StoreNewer { .. } => {
            "A newer version of Linkdesk has used this data folder".into()
        }
        ProblemKind::NotSaved { brought, cause } => not_saved(*brought, cause),
        ProblemKind::OutcomeUnknown { .. } => "The answer to a refresh was lost".into(),
        ProblemKind::HeldByAnother { holder, waited } => format!(
            "{} has been refreshing this account for {}",
            super::account::holder(holder.as_ref()),
            time::span(jiff::SignedDuration::from_secs(*waited))
        ),
        ProblemKind::AccountUnreadable { account } => {
            format!("The record of account {} can’t be read", foreign(account))
        }
        ProblemKind::BackupExists { place } => format!("{} is there already", foreign(place)),
        ProblemKind::NotABackup { place } => {
            format!("{} can’t be restored", foreign(place))
        }
        ProblemKind::NotRevoked { host } => {
            format!("Unlinked here, but {} did not confirm", foreign(host))
        }
        ProblemKind::IdentityUnread => "Linked, but the profile could not be read".into(),
        ProblemKind::TradingAccountsUnread => "The trading accounts could not be read".into(),
        ProblemKind::ProviderFile { file, line, .. } => match line {
            Some(line) => format!("{}, line {line}, can’t be used", foreign(file)),
            None => format!("{} can’t be used", foreign(file)),
        },
        ProblemKind::PracticeUnavailable => "The practice providers could not be started".into(),
        ProblemKind::WorkerStopped => "Linkdesk has stopped working in the background".into(),
        ProblemKind::Bug => "Something happened that should be impossible".into(),
    }
}

fn not_saved(brought: Brought, cause: &ProblemKind) -> String {
    let why = lower(&title(cause));
    match brought {
        Brought::Refresh => format!("Refreshed, but not saved: {why}"),
        Brought::SignIn => format!("Signed in, but not saved: {why}"),
    }
}

/// A sentence as the end of another one.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Why a link ended, as a title.
const fn ended(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "The sign-in has run out",
        EndReason::RefreshedElsewhere => "Another program has refreshed this link",
        EndReason::Revoked => "The link was revoked at the provider",
        EndReason::SignedInElsewhere => "A later sign-in elsewhere has ended this link",
        EndReason::PasswordChanged => "The password was changed, and that ended the link",
        EndReason::ProviderReset => "The provider has ended the links of many accounts",
        EndReason::Unknown => "The provider no longer accepts this link",
        EndReason::SessionOnly => "The tokens were kept for one session only",
        EndReason::Unreadable => "The saved tokens can’t be opened",
    }
}

const fn key_store(trouble: KeyStoreTrouble) -> &'static str {
    match trouble {
        KeyStoreTrouble::Absent => "No key store is running",
        KeyStoreTrouble::NoCollection => "The key store has no place for new keys",
        KeyStoreTrouble::Locked => "The key store is locked",
        KeyStoreTrouble::NotAnswering => "The key store does not answer",
        KeyStoreTrouble::KeyMissing { .. } => "The key is no longer in the key store",
        KeyStoreTrouble::SealedElsewhere => "This is sealed with a key of another key store",
        KeyStoreTrouble::Damaged => "The key store holds something that is not our key",
        KeyStoreTrouble::Newer => "A newer version of Linkdesk has written the key",
        KeyStoreTrouble::Ambiguous => "The key store holds several different keys",
        KeyStoreTrouble::Forgetful => "The key store forgets what it is given",
        KeyStoreTrouble::Altering => "The key store alters what it is given",
        KeyStoreTrouble::PassphraseNeeded => "Your passphrase is needed",
        KeyStoreTrouble::WrongPassphrase => "This passphrase is not the right one",
        KeyStoreTrouble::Failed => "The key store could not be used",
    }
}
