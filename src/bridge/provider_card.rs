//! One provider as the faces show it: what it is, what it still needs, how it is set up.
//!
//! Knows no secret: only whether one is kept.

use super::Missing;
use crate::ids::ProviderId;

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
