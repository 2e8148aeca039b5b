//! The steps of a link in words: what is done, what waits, what was done.
//!
//! Knows nothing of checkmarks and circles.

use super::foreign;
use crate::bridge::{LinkStep, StepState};

/// A step's words; they change as it is begun and done.
pub fn step(step: LinkStep, state: StepState, sign_in_host: &str) -> String {
    let (ahead, active, done) = match step {
        LinkStep::CheckKeyStore => (
            "Check the key store",
            "Asking the key store",
            "Key store ready",
        ),
        LinkStep::PrepareAddress => (
            "Prepare the address",
            "Preparing the address",
            "Address ready",
        ),
        LinkStep::RequestDeviceCode => ("Ask for a code", "Asking for a code", "Code received"),
        LinkStep::OpenBrowser => ("Open the browser", "Opening the browser", "Browser opened"),
        LinkStep::AwaitAuthorization => return await_authorization(state, sign_in_host),
        LinkStep::RequestTokens => (
            "Exchange for tokens",
            "Exchanging for tokens",
            "Tokens received",
        ),
        LinkStep::ReadIdentity => ("Read who this is", "Asking who this is", "Identity read"),
        LinkStep::Save => ("Save to the vault", "Saving to the vault", "Saved"),
        LinkStep::ReadTradingAccounts => (
            "Read your trading accounts",
            "Reading your trading accounts",
            "Trading accounts read",
        ),
    };
    match state {
        StepState::Active { .. } => active,
        StepState::Done { .. } => done,
        StepState::Ahead | StepState::Skipped | StepState::Failed => ahead,
    }
    .into()
}

fn await_authorization(state: StepState, sign_in_host: &str) -> String {
    let host = foreign(sign_in_host);
    match state {
        StepState::Active { .. } => format!("Waiting for you to sign in at {host}"),
        StepState::Done { .. } => format!("Signed in at {host}"),
        StepState::Ahead | StepState::Skipped | StepState::Failed => format!("Sign in at {host}"),
    }
}

/// How many requests did not belong to this attempt.
pub fn strays(count: u32) -> String {
    if count == 1 {
        "1 other request reached the redirect address; it was answered and ignored".into()
    } else {
        format!(
            "{count} other requests reached the redirect address; they were answered and ignored"
        )
    }
}

/// What to do when the browser went to `https` although `http` was asked for.
pub const UPGRADED: &str = "Your browser changed the address to https. Change it back to http:// in its address bar, or paste that address here";

/// What to do when the browser warns of our certificate.
pub fn certificate_warning(fingerprint: &str) -> String {
    format!(
        "Your browser warns of Linkdesk’s own certificate. Compare its SHA-256 fingerprint with {}, then go on to 127.0.0.1",
        foreign(fingerprint)
    )
}
