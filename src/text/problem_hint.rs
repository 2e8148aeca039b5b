//! What to do about it, in one or two sentences per kind of problem.
//!
//! Says nothing of what happened; that is `problem_title`.

use super::{foreign, problem::missing};
use crate::bridge::{EndReason, KeyStoreTrouble, ProblemKind};

/// What to do, or why there is nothing to do.
#[expect(
    clippy::too_many_lines,
    reason = "one arm per kind, so that a new kind can't go without words"
)]
pub fn hint(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::ClientIncomplete { missing: lacking } => {
            format!("Open the set-up and enter {}.", missing(lacking))
        }
        ProblemKind::ClientInvalid { expected, .. } => {
            format!("Expected: {}.", foreign(expected).trim_end_matches('.'))
        }
        ProblemKind::ClientRejected { code } => format!(
            "Compare the client id and the secret with what the provider gave you ({}).",
            foreign(code)
        ),
        ProblemKind::RedirectMismatch {
            redirect_uri,
            registered,
        } => redirect_mismatch(redirect_uri, registered),
        ProblemKind::Denied { code } => format!(
            "Either you or the provider said no ({}). Link again when you are ready.",
            foreign(code)
        ),
        ProblemKind::Canceled => "Nothing was linked and nothing was kept.".into(),
        ProblemKind::TimedOut => {
            "Link again, and finish in the browser before the time is up. If the provider’s page spoke of the client or the redirect address, compare them in the set-up."
                .into()
        },
        ProblemKind::CodeRejected { code } => format!(
            "It was too old or used before ({}). Link again to get a new one.",
            foreign(code)
        ),
        ProblemKind::WrongPassword => "Check both and sign in again. The password is not kept.".into(),
        ProblemKind::UnusableUsername => {
            "It contains a colon, and the provider’s way of signing in can’t carry one.".into()
        }
        ProblemKind::PortInUse { port, .. } => format!(
            "Close the program that listens on port {port}, or register another redirect URI in the set-up. Linkdesk has sent nothing to it."
        ),
        ProblemKind::PortReserved { .. } => {
            "No program of yours may listen there. Register a redirect URI with another port, above 1023, in the set-up.".into()
        }
        ProblemKind::LoopbackUnreachable { .. } => {
            "A firewall or security program may be in the way. Allow Linkdesk to receive connections from this computer, or choose to paste the address in the set-up.".into()
        }
        ProblemKind::CertificateRefused { fingerprint } => format!(
            "Link again, and where the browser warns, compare the fingerprint with {} and go on to 127.0.0.1. Or choose to paste the address in the set-up.",
            foreign(fingerprint)
        ),
        ProblemKind::ClockWrong { host, offset_seconds } => clock_wrong(host, *offset_seconds),
        ProblemKind::ClockSet { .. } => {
            "No sign-in is lost by it: what is left of each is counted by a clock that nobody sets. If the time you see now is wrong, set date, time and zone.".into()
        }
        ProblemKind::ProviderClockWrong { .. } => {
            "Others agree with yours, so there is nothing to set here. What is left of a sign-in is counted from when it came.".into()
        }
        ProblemKind::CertificateUntrusted { .. } => {
            "Nothing was sent. A program that inspects TLS traffic, or somebody between you and the provider, may answer in its place. There is no switch to ignore this.".into()
        }
        ProblemKind::IdTokenRefused { check } => format!(
            "Its ID token did not pass the check of “{}”, so nothing was kept. Link again, and tell support if it happens twice.",
            foreign(check)
        ),
        ProblemKind::BrowserMissing { .. } => {
            "Choose another browser, or copy the address and open it anywhere.".into()
        }
        ProblemKind::DeviceCodeExpired => "Link again to get a new code, and enter it before the time is up.".into(),
        ProblemKind::ProviderChanged { bound_to } => format!(
            "The tokens belong to {} and were not sent anywhere else. Sign in again if the change is right, or undo it.",
            foreign(bound_to)
        ),
        ProblemKind::ProviderGone { .. } => {
            "Put it back where provider files are kept, and read them again. The account is still saved.".into()
        }
        ProblemKind::DiscoveryFailed { why, .. } => {
            format!("The reason: {}. Nothing was added.", foreign(why).trim_end_matches('.'))
        }
        ProblemKind::BrowserNotOpened => {
            "Copy the address and open it in any browser. The sign-in is still waiting.".into()
        }
        ProblemKind::IssuerMismatch { expected } => format!(
            "Only {} may answer here, so nothing was linked. Link again, and tell support if it happens twice.",
            foreign(expected)
        ),
        ProblemKind::WrongAddress => {
            "Paste the whole address your browser shows after you have signed in.".into()
        }
        ProblemKind::NotATokenResponse { status, content_type, length } => format!(
            "It answered {status} with {length} bytes of {}. Check the provider’s addresses in the set-up.",
            media_type(content_type)
        ),
        ProblemKind::ProviderError { .. } => {
            "Try again. If it stays, the details are what support needs.".into()
        }
        ProblemKind::Unreachable { .. } => {
            "Check the network, then try again. Your account stays linked.".into()
        }
        ProblemKind::ProxyRefused { asks: true, .. } => {
            "Put the user name and password into the proxy’s address in the system’s settings. Your account stays linked.".into()
        }
        ProblemKind::ProxyRefused { asks: false, .. } => {
            "Nothing was sent. Check the proxy in the system’s settings, or ask who runs it. Your account stays linked.".into()
        }
        ProblemKind::PageInstead { status, .. } => format!(
            "It came with status {status}. Your network may want you to sign in first: open any page in a browser, then try again. Your account stays linked."
        ),
        ProblemKind::TemporarilyFailing { status, .. } => format!(
            "It answered {status}. Try again later; your account stays linked."
        ),
        ProblemKind::RedirectRefused { target, .. } => format!(
            "It pointed at {}. Nothing was sent there. Check the provider’s addresses in the set-up.",
            foreign(target)
        ),
        ProblemKind::NeedsSignIn { reason } => sign_in_again(*reason).into(),
        ProblemKind::CannotRefresh => {
            "The provider gave no refresh token. Sign in again before the access token ends.".into()
        }
        ProblemKind::KeyStore { trouble } | ProblemKind::KeyNotMoved { trouble } => {
            key_store(*trouble)
        }
        ProblemKind::Store { trouble, .. } => super::store_problem::hint(*trouble).into(),
        ProblemKind::StoreDamaged { kept_as, salvage } => {
            super::store_problem::salvaged(kept_as, *salvage)
        }
        ProblemKind::StoreNewer { found } => format!(
            "It is in format {found}. Accounts are shown as far as this version can read them, and nothing is changed or sent. Start the newer version to use them."
        ),
        ProblemKind::NotSaved { .. } => {
            "The new tokens are held in memory, and saving them is tried again and again while Linkdesk runs. If it ends before, you may have to sign in again.".into()
        }
        ProblemKind::OutcomeUnknown { .. } => {
            "The provider may have replaced the refresh token, and may end the link when it sees the old one again. The access token may be good until its end. Try anyway, or sign in again to be sure.".into()
        }
        ProblemKind::HeldByAnother { .. } => {
            "Nothing was sent meanwhile, and the account stays as it is. If that program hangs, end it, then try again.".into()
        }
        ProblemKind::AccountUnreadable { .. } => {
            "Its tokens are not used. Link it again to repair it, or unlink it to forget it.".into()
        }
        ProblemKind::BackupExists { .. } => {
            "A backup is never written over another file. Give it another name.".into()
        }
        ProblemKind::NotABackup { .. } => {
            "It is no backup of Linkdesk’s, or it is damaged. Nothing was changed.".into()
        }
        ProblemKind::NotRevoked { .. } => {
            "The tokens are gone from this computer. End the access on the provider’s own pages too.".into()
        }
        ProblemKind::IdentityUnread => {
            "The account works. Refresh it to ask the provider again who you are.".into()
        }
        ProblemKind::TradingAccountsUnread => {
            "What is shown is from last time. Ask again in a moment.".into()
        }
        ProblemKind::ProviderFile { key, expected, .. } => format!(
            "{} should be {}. Mend the file and start Linkdesk again.",
            // A file that can't be read at all has no key to name.
            if key.is_empty() { "It".to_owned() } else { foreign(key) },
            foreign(expected).trim_end_matches('.')
        ),
        ProblemKind::PracticeUnavailable => {
            "They need a free port on this computer. Try again.".into()
        }
        ProblemKind::WorkerStopped => {
            "What you see is the last that is known. Close Linkdesk and start it again; your accounts are saved.".into()
        }
        ProblemKind::Bug => "Nothing was lost. Please send the details to support.".into(),
    }
}

/// What to do, where the addresses in question are shown beside it.
pub fn hint_beside_addresses(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::RedirectMismatch {
            redirect_uri,
            registered,
        } if redirect_uri == registered => {
            "Register exactly this address with the provider, letter by letter, or enter the registered one in the set-up.".into()
        }
        ProblemKind::RedirectMismatch { .. } => {
            "Register the one that was used, or enter the registered one in the set-up.".into()
        }
        other => hint(other),
    }
}

fn redirect_mismatch(used: &str, registered: &str) -> String {
    if used == registered {
        return format!(
            "Register exactly {} with the provider, or enter the registered one in the set-up.",
            foreign(used)
        );
    }
    format!(
        "Used: {}. Set up as registered: {}. Register the one that was used, or enter the registered one in the set-up.",
        foreign(used),
        foreign(registered)
    )
}

fn clock_wrong(host: &str, offset_seconds: Option<i64>) -> String {
    let host = foreign(host);
    let compared = match offset_seconds {
        Some(ahead) if ahead > 0 => {
            format!("It is {} ahead of that of {host}. ", seconds(ahead))
        }
        Some(behind) if behind < 0 => {
            format!("It is {} behind that of {host}. ", seconds(behind))
        }
        _ => format!("What {host} sent is not valid at the time it shows. "),
    };
    format!("{compared}Set date, time and zone of this computer.")
}

fn seconds(count: i64) -> String {
    super::time::span(jiff::SignedDuration::from_secs(count).abs())
}

fn media_type(content_type: &str) -> String {
    if content_type.is_empty() {
        "no stated type".into()
    } else {
        foreign(content_type)
    }
}

const fn sign_in_again(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "Sign in again: name, order and history stay as they are.",
        EndReason::RefreshedElsewhere => {
            "Its tokens are in use there now, perhaps because this data folder is a copy or was restored. Sign in again here: name, order and history stay."
        }
        EndReason::Revoked => {
            "Somebody withdrew the access on the provider’s own pages. Sign in again to allow it anew: name, order and history stay."
        }
        EndReason::SignedInElsewhere => {
            "This provider keeps one link per person: the newest. Sign in again to make it this one: name, order and history stay."
        }
        EndReason::PasswordChanged => {
            "Sign in again with the new password: name, order and history stay. If you didn’t change it, ask the provider."
        }
        EndReason::ProviderReset => {
            "Others of this provider ended at the same time, so it is none of your doing. Sign in again: name, order and history stay."
        }
        EndReason::Unknown => {
            "It did not say why: the sign-in may have run out, been revoked, or been replaced by another one. Sign in again: name, order and history stay."
        }
        EndReason::SessionOnly => {
            "They were never written to disk. Sign in again, or choose another place for the keys."
        }
        EndReason::Unreadable => {
            "The key in the key store is not the one they were sealed with. Sign in again to replace them."
        }
    }
}

fn key_store(trouble: KeyStoreTrouble) -> String {
    let words = match trouble {
        KeyStoreTrouble::Absent => {
            "Start GNOME Keyring, KWallet or another Secret Service and try again. Or keep the key behind a passphrase, or in memory until you quit. Tokens are never kept unsealed."
        }
        KeyStoreTrouble::NoCollection => {
            "Create a default keyring in your system’s password app, then try again. Or keep the key behind a passphrase, or in memory until you quit."
        }
        KeyStoreTrouble::Locked => {
            "Unlock it in your system’s prompt, then try again. Accounts stay visible meanwhile."
        }
        KeyStoreTrouble::NotAnswering => {
            "Look for a prompt behind other windows, then try again. Accounts stay visible meanwhile."
        }
        KeyStoreTrouble::KeyMissing { accounts } => return key_missing(accounts),
        KeyStoreTrouble::SealedElsewhere => {
            "Start Linkdesk with the key store that was used before, or sign in or enter the secret again."
        }
        KeyStoreTrouble::Damaged => {
            "Something else has written there; it was left alone. Restore the key store, or sign in to every account again."
        }
        KeyStoreTrouble::Newer => {
            "It was left alone. Use that version, or keep the key behind a passphrase in this one."
        }
        KeyStoreTrouble::Ambiguous => {
            "None was taken, because nothing tells which one is meant. Remove the entries of Linkdesk that you don’t need in your system’s password app, then try again."
        }
        KeyStoreTrouble::Forgetful | KeyStoreTrouble::Altering => {
            "Tokens sealed with a key it keeps could never be opened again. Keep the key behind a passphrase, or try again with another key store."
        }
        KeyStoreTrouble::PassphraseNeeded => "Enter it to use your accounts in this session.",
        KeyStoreTrouble::WrongPassphrase => {
            "Check the keyboard layout and caps lock, and try again."
        }
        KeyStoreTrouble::Failed => "Try again. The details say what it answered.",
    };
    words.into()
}

/// A key store that was reset: whose sign-ins are concerned, and that they are still here.
fn key_missing(accounts: usize) -> String {
    let whose = match accounts {
        0 => "What is sealed with it".to_owned(),
        1 => "The sign-in of 1 account".to_owned(),
        many => format!("The sign-ins of {many} accounts"),
    };
    format!(
        "{whose} can’t be opened without it. Restore your key store from a backup and try again, or sign in again: names, order and history stay."
    )
}
