//! What can be typed after `link`: where to sign in, and what to do with tokens of an unexpected person.
//!
//! Doesn't know which ways the provider offers.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use crate::bridge::LinkAnswer;

/// How to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct LinkArgs {
    /// The provider's id, as listed by: linkdesk providers
    pub provider: String,
    /// What to call the new account
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub label: Option<String>,
    /// Sign in again to this account instead of making a new one
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "label")]
    pub account: Option<String>,
    /// Sign in with this browser, as listed by: linkdesk browsers; it is remembered for the account
    #[arg(long, value_name = "ID[/PROFILE]", conflicts_with_all = ["no_browser", "device"], value_parser = NonEmptyStringValueParser::new())]
    pub browser: Option<String>,
    /// Print the address instead of opening it, and read a pasted redirect address from standard input
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in on another device: prints an address and a code to enter there
    #[arg(long, conflicts_with = "no_browser")]
    pub device: bool,
    /// The e-mail or user name, where the provider has no sign-in page
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub username: Option<String>,
    /// Read the password from a file, or from standard input with -
    #[arg(long, value_name = "F|-")]
    pub password_file: Option<PathBuf>,
    /// What to do where somebody else signs in than --account belongs to
    #[arg(long, value_name = "ANSWER", value_enum)]
    pub if_other_person: Option<AnswerChoice>,
    /// What to do where the person who signs in is linked already
    #[arg(long, value_name = "ANSWER", value_enum)]
    pub if_same_person: Option<AnswerChoice>,
    /// Give up after this long; five minutes if left out
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: Option<u32>,
}

/// What becomes of tokens of an unexpected person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnswerChoice {
    /// Make a new account beside the one there is; also done where nobody can be asked
    KeepBoth,
    /// Replace the tokens of the account there is
    Replace,
    /// Revoke where the provider can, and forget
    Discard,
}

impl From<AnswerChoice> for LinkAnswer {
    fn from(choice: AnswerChoice) -> Self {
        match choice {
            AnswerChoice::KeepBoth => Self::KeepBoth,
            AnswerChoice::Replace => Self::Replace,
            AnswerChoice::Discard => Self::Discard,
        }
    }
}
