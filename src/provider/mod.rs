//! Providers as data: TOML files become validated records that say which requests to send and what answers mean.
//!
//! Endpoints and client metadata carry the names of [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414) and
//! [RFC 7591](https://www.rfc-editor.org/rfc/rfc7591). Sends nothing, reads no clock, and no line here knows a provider by name:
//! a new behavior is a new key in the files under `assets/providers`.

mod address;
mod answer;
mod build;
mod call;
mod check;
mod check_answers;
mod check_authorization;
mod check_calls;
mod check_mark;
mod check_standard;
mod client_test;
pub mod discovery;
mod ends;
mod error;
mod hosts;
mod manifest;
mod meaning;
mod mistake;
mod profile;
mod record;
mod redirect;
mod registry;
mod requests;
mod settings;
#[cfg(test)]
mod tests;
mod ways;

pub use answer::{AnswerError, Instead};
pub use call::{Call, CallKind};
pub use client_test::ClientTestOutcome;
pub use ends::{EndWord, NamedEnd};
pub use error::{Error, SettingsError};
pub use hosts::AsciiHost;
pub use meaning::Meaning;
pub use mistake::FileProblem;
pub use profile::{Profile, TradingAccount};
pub use record::{Choice, Host, Origin, Provider, RefreshWay, Reuse, SignIn, Switch};
pub use redirect::{LoopbackScheme, Redirect, RedirectKind};
pub use registry::{Registry, UserFile};
pub use requests::AuthorizationInputs;
pub use settings::{Client, ClientSettings, Need};
pub use ways::RedirectWay;
