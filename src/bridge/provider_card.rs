//! One provider as the faces show it: what it is, what it still needs, how it is set up.
//!
//! Knows no secret: only whether one is kept.

use jiff::Timestamp;

use super::{Missing, ProblemKind};
use crate::ids::{BrowserChoice, ProviderId};

/// One provider, linked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCard {
    /// Its name in files and scripts.
    pub id: ProviderId,
    /// Its name on screen.
    pub name: String,
    /// Its mark's color as `0xRRGGBB`.
    pub color: u32,
    /// The one letter or digit on its mark.
    pub mark: String,
    /// Where its record came from.
    pub origin: ProviderOrigin,
    /// How a person signs in.
    pub sign_in: SignInKind,
    /// The host people sign in at, in ASCII form.
    pub sign_in_host: String,
    /// Every host that people, secrets or tokens are sent to, in ASCII form; a name in another script shows as `xn--…`.
    pub all_hosts: Vec<String>,
    /// Whether people can also sign in on another device, with a code (RFC 8628).
    pub offers_device: bool,
    /// What the set-up still lacks; empty when it can link.
    pub missing: Vec<Missing>,
    /// Whether there is anything to set up at all: a client, hosts or options.
    pub can_be_set_up: bool,
    /// The registration as it is kept.
    pub client: ClientCard,
    /// Plain facts a person should know before linking, one sentence each, from the record.
    pub notes: Vec<String>,
}

/// Where a provider record came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderOrigin {
    /// Shipped with the program.
    BuiltIn,
    /// A file of the user's own.
    AddedByYou {
        /// Which file.
        file: String,
    },
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInKind {
    /// On the provider's page, in the browser.
    Browser,
    /// With e-mail and password typed into the app.
    Password,
    /// On another device, with a code, and no other way (RFC 8628).
    Device,
}

/// The registered client without its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a form: which fields it has, and which of them is filled"
)]
pub struct ClientCard {
    /// Whether this provider hands out client ids at all.
    pub wants_client_id: bool,
    /// Whether it hands out client secrets.
    pub wants_client_secret: bool,
    /// Whether a redirect URI has to be registered.
    pub wants_redirect_uri: bool,
    /// The client identifier.
    pub client_id: Option<String>,
    /// Whether a client secret is kept.
    pub has_client_secret: bool,
    /// The redirect URI to register with the provider.
    pub redirect_uri: String,
    /// The redirect URI the record proposes.
    pub proposed_redirect_uri: String,
    /// Further registered ones, in order.
    pub other_redirect_uris: Vec<String>,
    /// How the answer comes home with this set-up.
    pub way_home: RedirectWay,
    /// The ways this provider allows.
    pub ways: Vec<WayCard>,
    /// The browser new accounts are signed in with; `None` for the system's own choice.
    pub browser: Option<BrowserChoice>,
    /// What the last test of a set-up showed, saved or not.
    pub test: Option<ClientTest>,
    /// The hosts, with what can be chosen.
    pub hosts: Vec<HostCard>,
    /// The switches.
    pub options: Vec<OptionCard>,
}

/// One host of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCard {
    /// Its id in the provider file.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// The address in use; empty where the person has to give one.
    pub address: String,
    /// The record's own address; empty where there is none.
    pub proposed: String,
    /// Known addresses to choose from.
    pub choices: Vec<HostChoice>,
}

/// One known address of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostChoice {
    /// Its name on screen.
    pub name: String,
    /// The address.
    pub address: String,
}

/// One switch of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionCard {
    /// Its id in the provider file.
    pub id: String,
    /// The switch's label.
    pub name: String,
    /// What it means, in one or two sentences.
    pub explanation: String,
    /// Whether it is on.
    pub enabled: bool,
}

/// A way for a redirect to come home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RedirectWay {
    /// To this computer, over plain HTTP (RFC 8252 §7.3).
    #[default]
    Loopback,
    /// To this computer, over TLS with the certificate of this installation.
    LoopbackTls,
    /// To any address; the person pastes it.
    Pasted,
    /// Nowhere: the provider shows the code, and the person pastes it.
    OutOfBand,
}

/// A way for a redirect to come home that a provider allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayCard {
    /// Which way.
    pub way: RedirectWay,
    /// The redirect URI to propose; empty where it is the person's to say.
    pub proposed: String,
}

/// What the test of a set-up showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientTest {
    /// When it ended; `None` while it is under way.
    pub at: Option<Timestamp>,
    /// What it showed.
    pub outcome: ClientTestOutcome,
}

/// What can be told of a set-up without a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientTestOutcome {
    /// It is under way.
    Testing,
    /// The provider knows the client, and the redirect address can be listened at.
    Recognized,
    /// The provider doesn't say before somebody signs in; nothing spoke against it.
    NotTold,
    /// It would not work, or could not be tested.
    Failed(ProblemKind),
}
