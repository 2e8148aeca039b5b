//! What can be typed after `client`: what a provider gave out, and how its answer comes home.
//!
//! Doesn't know what the provider allows.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use crate::bridge::RedirectWay;

/// What a provider gave out at registration.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ClientArgs {
    /// The provider's id, as listed by: linkdesk providers
    pub provider: String,
    /// The client id
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub client_id: Option<String>,
    /// Read the client secret from a file, or from standard input with -
    #[arg(long, value_name = "F|-")]
    pub client_secret_file: Option<PathBuf>,
    /// Forget the client secret that is kept
    #[arg(long, conflicts_with = "client_secret_file")]
    pub forget_client_secret: bool,
    /// Read client id, secret and redirect URIs from the JSON the provider gave you
    #[arg(long, value_name = "F|-", conflicts_with_all = ["client_id", "client_secret_file", "forget_client_secret"])]
    pub credentials_file: Option<PathBuf>,
    /// A redirect URI as registered; several in the order to try them; an empty one returns to the provider's own
    #[arg(long, value_name = "URI")]
    pub redirect_uri: Vec<String>,
    /// How the provider's answer comes home, as listed by: linkdesk providers
    #[arg(long, value_name = "WAY", value_enum)]
    pub redirect: Option<RedirectChoice>,
    /// Sign new accounts in with this browser, as listed by: linkdesk browsers; `system` for the system's choice
    #[arg(long, value_name = "ID[/PROFILE]|system", value_parser = NonEmptyStringValueParser::new())]
    pub browser: Option<String>,
    /// Replace every host of the provider; an empty one returns to the provider's own
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Replace one host, by its id; an empty address returns to the provider's own
    #[arg(long, value_name = "ID=URL", value_parser = host)]
    pub host: Vec<(String, String)>,
    /// Turn a switch of the provider on or off, by its id
    #[arg(long, value_name = "ID=on|off", value_parser = switch)]
    pub option: Vec<(String, bool)>,
    /// Ask the provider whether this would work, without saving anything
    #[arg(long)]
    pub test: bool,
}

/// A way for the provider's answer to come home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RedirectChoice {
    /// To this computer, over http
    Loopback,
    /// To this computer, over https, with the certificate shown by: linkdesk certificate
    LoopbackTls,
    /// To any address; you paste the one the browser ends at
    Paste,
    /// The provider shows a code; you paste it
    OutOfBand,
}

impl From<RedirectChoice> for RedirectWay {
    fn from(choice: RedirectChoice) -> Self {
        match choice {
            RedirectChoice::Loopback => Self::Loopback,
            RedirectChoice::LoopbackTls => Self::LoopbackTls,
            RedirectChoice::Paste => Self::Pasted,
            RedirectChoice::OutOfBand => Self::OutOfBand,
        }
    }
}

impl ClientArgs {
    /// The file a secret is read from; the parser lets only one of the two through.
    pub(super) fn secret_file(&self) -> Option<&PathBuf> {
        let secret = self.client_secret_file.as_ref();
        secret.or(self.credentials_file.as_ref())
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((id, value)) if !id.is_empty() => Ok((id.to_owned(), value.to_owned())),
        _ => Err("expected an id, = and a value".to_owned()),
    }
}

fn host(text: &str) -> Result<(String, String), String> {
    pair(text)
}

fn switch(text: &str) -> Result<(String, bool), String> {
    let (id, value) = pair(text)?;
    match value.as_str() {
        "on" => Ok((id, true)),
        "off" => Ok((id, false)),
        _ => Err("expected an id, = and on or off".to_owned()),
    }
}
