//! The steps of a link in words: what is done, what waits, what was done.
//!
//! Knows nothing of checkmarks and circles.

use super::foreign;
use crate::bridge::{LinkCard, LinkStep, StepState, WayHome};

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

/// What the person does while an attempt waits for them.
pub const fn awaiting(link: &LinkCard) -> &'static str {
    match link.way_home {
        WayHome::Pasted => "Sign in, then paste the address your browser shows at the end below",
        WayHome::OutOfBand => "Sign in, then paste the code the provider’s page shows below",
        WayHome::Asked if link.device.is_some() => {
            "Enter the code on any device. Linkdesk goes on by itself once you have signed in."
        }
        WayHome::Loopback | WayHome::LoopbackTls { .. } | WayHome::Asked => {
            "The sign-in page is in your browser. Nothing you type there passes through Linkdesk."
        }
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

/// What the browser will do when it comes home to an `https` address of this computer.
pub const CERTIFICATE_AHEAD: &str = "Your browser will warn once, because nobody else vouches for the certificate of 127.0.0.1. Open the certificate there, compare its SHA-256 fingerprint with this one, and where they are the same, go on to 127.0.0.1.";

/// That the browser refused our certificate, where its fingerprint is shown below.
pub const CERTIFICATE_REFUSED: &str = "Your browser came back and refused Linkdesk’s certificate. In its warning, compare the SHA-256 fingerprint with the one below, then go on to 127.0.0.1";

/// That the clipboard holds what the attempt waits for.
pub const CLIPBOARD_OFFERS: &str = "The clipboard holds the address of this sign-in";
