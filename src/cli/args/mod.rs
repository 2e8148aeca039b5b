//! What can be typed: the subcommands, their arguments and the switches they share.
//!
//! Reading never acts. There is deliberately no argument that takes a secret: secrets come from files, standard input or a prompt.

mod client;
mod key_store;
mod link;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, ValueEnum};
use jiff::SignedDuration;

pub use client::{ClientArgs, RedirectChoice};
pub use key_store::{ChangePassphraseArgs, KeyStoreArgs, KeyStoreCommand, MoveArgs};
pub use link::{AnswerChoice, LinkArgs};

use crate::ids::{NotAName, ProviderId};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  unexpected
  2  usage
  3  needs sign-in
  4  provider unreachable or temporarily failing
  5  key store or data folder
  6  denied, canceled or timed out
  7  client set-up: unknown client, wrong secret, missing client id, redirect mismatch";

const REFRESH_CODES: &str = "\
With several accounts the exit code tells the most pressing trouble, in this order: \
3 needs sign-in, 5 key store or data folder, 7 client set-up, 4 unreachable, 1 unexpected.";

const ACCOUNT_HELP: &str = "Its id, or its label or provider id where only one account has it";

/// Links API accounts through the system browser and keeps their tokens alive and safe
///
/// Without a subcommand the window opens.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "linkdesk", bin_name = "linkdesk", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Invocation {
    /// The switches every subcommand takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do; nothing opens the window.
    #[command(subcommand)]
    pub command: Option<Subcommand>,
}

/// The switches every subcommand takes, before or after its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// Print JSON on standard output and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Keep everything the program writes in this one folder (also: `LINKDESK_DATA_DIR`)
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Use practice providers, with clients set up and a data folder of their own
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// How the practice providers behave: as their documents say, or as the products in the field
    #[arg(long, global = true, value_name = "MODE", value_enum)]
    pub mode: Option<Mode>,
    /// Where the key that seals the tokens is kept; where it was moved to last if left out
    #[arg(long, global = true, value_name = "PLACE", value_enum)]
    pub key_store: Option<KeyStoreChoice>,
    /// Read the passphrase of the key store from a file, or from standard input with -
    #[arg(long, global = true, value_name = "F|-")]
    pub passphrase_file: Option<PathBuf>,
}

/// How the practice providers behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// As their documents say
    #[default]
    Documented,
    /// As the products in the field
    Field,
}

/// Where the key that seals the tokens is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyStoreChoice {
    /// In the operating system's key store
    Keychain,
    /// In the data folder, wrapped by a passphrase
    Passphrase,
    /// In memory only, until the program ends
    Session,
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq, clap::Subcommand)]
pub enum Subcommand {
    /// Run only the practice providers on 127.0.0.1 until ended
    ///
    /// Prints one JSON line when they are ready: for every provider its id, base address, client id and client secret,
    /// plus one user name and password to sign in with.
    Sandbox(SandboxArgs),
    /// List the providers, what each still needs before it can link, and the redirect URI to register
    Providers,
    /// Store what a provider gave you when you registered, or test it
    Client(ClientArgs),
    /// Ask an issuer for its metadata and make a provider file of it
    ///
    /// Shows what was found: hosts, what is offered, warnings, and the file. Nothing is written without --add.
    Discover(DiscoverArgs),
    /// List the browsers of this computer and their profiles, as --browser takes them
    Browsers,
    /// Show the certificate with which https redirects are received, and make it where there is none
    Certificate(CertificateArgs),
    /// Link an account: one whole sign-in
    ///
    /// With --json, lines of JSON: first the address to open, or the code to enter, then how it ended.
    Link(LinkArgs),
    /// List the linked accounts with their token state
    Accounts,
    /// Show everything support may know about one account, no secret
    Show(AccountArgs),
    /// Refresh one account, or all of them
    #[command(after_help = REFRESH_CODES)]
    Refresh(RefreshArgs),
    /// Print an access token, refreshing first where needed
    ///
    /// Prints the token alone, for use in scripts. Whoever sees it can use the account until it ends.
    Token(TokenArgs),
    /// Ask for the trading accounts of a linked account anew and list them
    TradingAccounts(AccountArgs),
    /// Tell where the key that seals the tokens is kept, move it, or change its passphrase
    KeyStore(KeyStoreArgs),
    /// Unlink an account: revoke where the provider can, then forget
    Unlink(UnlinkArgs),
    /// Copy everything the program keeps into one new file
    ///
    /// A key in the system’s key store is not in it: the tokens then open only here, for the same user. A key behind a
    /// passphrase is. Nothing is ever written over.
    Backup(FileArgs),
    /// Put a backup in the place of what is here, which is kept aside
    ///
    /// Accounts that are newer here, or here only, stay as they are. Nothing is sent to a provider.
    Restore(FileArgs),
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AccountArgs {
    #[arg(value_name = "ACCOUNT", help = ACCOUNT_HELP)]
    /// Its id, label or provider id.
    pub account: String,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct FileArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// How the practice providers run by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct SandboxArgs {
    /// The port to listen on; any free one if left out
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// How long access tokens live, instead of what each document says
    #[arg(long, value_name = "SECONDS")]
    pub lifetime: Option<u32>,
    /// How long authorization codes live, instead of what each document says
    #[arg(long, value_name = "SECONDS")]
    pub code_lifetime: Option<u32>,
}

/// Whom to ask, and whether to use the answer.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct DiscoverArgs {
    /// The issuer's address, such as `https://auth.example.com`
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub issuer: String,
    /// The id of the new provider, instead of the proposed one
    #[arg(long, value_name = "ID", requires = "add", value_parser = provider_id)]
    pub id: Option<ProviderId>,
    /// The name of the new provider, instead of the proposed one
    #[arg(long, value_name = "NAME", requires = "add", value_parser = NonEmptyStringValueParser::new())]
    pub name: Option<String>,
    /// Write the provider file and use it from now on
    #[arg(long)]
    pub add: bool,
}

/// Whether the certificate is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub struct CertificateArgs {
    /// Make a new one in its place; browsers warn of it once more
    #[arg(long)]
    pub renew: bool,
}

/// What to refresh.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RefreshArgs {
    #[arg(value_name = "ACCOUNT", help = ACCOUNT_HELP, required_unless_present = "all")]
    /// Its id, label or provider id.
    pub account: Option<String>,
    /// Refresh every linked account
    #[arg(long, conflicts_with = "account")]
    pub all: bool,
    /// Send the refresh token once more although the answer to it was lost: the provider may end the link
    #[arg(long, conflicts_with = "all")]
    pub anyway: bool,
}

/// Which token, and how long it has to be good for.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct TokenArgs {
    #[arg(value_name = "ACCOUNT", help = ACCOUNT_HELP)]
    /// Its id, label or provider id.
    pub account: String,
    /// Refresh first where the token ends sooner than this
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub min_validity: u32,
}

/// What to unlink.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct UnlinkArgs {
    #[arg(value_name = "ACCOUNT", help = ACCOUNT_HELP)]
    /// Its id, label or provider id.
    pub account: String,
    /// Don't ask
    #[arg(long)]
    pub yes: bool,
}

impl Invocation {
    /// Whether the browser is to be opened for a sign-in.
    pub const fn opens_browser(&self) -> bool {
        !matches!(&self.command, Some(Subcommand::Link(link)) if link.no_browser)
    }

    /// How long a sign-in may take, where that was said.
    pub fn link_deadline(&self) -> Option<SignedDuration> {
        match &self.command {
            Some(Subcommand::Link(link)) => link
                .timeout
                .map(|seconds| SignedDuration::from_secs(seconds.into())),
            _ => None,
        }
    }

    /// Where the key is to be kept, where that was said; a passphrase file says it too.
    pub fn key_store(&self) -> Option<KeyStoreChoice> {
        let is_move =
            matches!(&self.command, Some(Subcommand::KeyStore(key_store)) if key_store.is_move());
        let passphrase = || self.global.passphrase_file.as_ref().filter(|_| !is_move);
        self.global
            .key_store
            .or_else(|| passphrase().map(|_| KeyStoreChoice::Passphrase))
    }

    /// The files a secret is read from.
    pub(super) fn secret_files(&self) -> impl Iterator<Item = &PathBuf> {
        let own = match &self.command {
            Some(Subcommand::Client(client)) => client.secret_file(),
            Some(Subcommand::Link(link)) => link.password_file.as_ref(),
            Some(Subcommand::KeyStore(key_store)) => key_store.secret_file(),
            _ => None,
        };
        self.global.passphrase_file.iter().chain(own)
    }
}

fn provider_id(text: &str) -> Result<ProviderId, NotAName> {
    ProviderId::new(text)
}
