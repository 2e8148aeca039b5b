//! What somebody must know to use the practice providers: addresses, clients, and the practice sign-in.
//!
//! Doesn't know how they are served.

use serde::{Deserialize, Serialize};

use super::options::Mode;

/// The practice providers as they can be reached now; as JSON, the line that `linkdesk sandbox` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The mode they are served in.
    pub mode: Mode,
    /// One entry per built-in provider, always in the same order.
    pub providers: Vec<ReadyProvider>,
    /// The server that follows the standards and stands for no product.
    pub standard: ReadyStandard,
    /// Who signs in.
    pub username: String,
    /// With which password; every practice user has the same.
    pub password: String,
}

/// One practice provider and the client registered with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyProvider {
    /// The provider's id.
    pub id: String,
    /// Scheme, host and port that stand in for every host of the provider.
    pub base_url: String,
    /// The registered client's id; Tradecloud has one too, although it never asks for it.
    pub client_id: String,
    /// The registered client's secret.
    pub client_secret: String,
    /// The redirect URI registered for the client; none where no browser comes back.
    pub redirect_uri: Option<String>,
}

/// Practice Identity, the clients registered with it and who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyStandard {
    /// The name it goes by in faults and counters.
    pub id: String,
    /// What its metadata, its ID tokens and the `iss` of its redirects say, byte for byte.
    pub issuer: String,
    /// Scheme, host and port.
    pub base_url: String,
    /// The id of the client that has a secret.
    pub client_id: String,
    /// That secret; in a Basic header it has to be form-encoded, or it is another one.
    pub client_secret: String,
    /// The id of the client that has none.
    pub public_client_id: String,
    /// A redirect URI registered for both, on any port.
    pub redirect_uri: String,
    /// The user names that can sign in, all with the same password.
    pub users: Vec<String>,
}

impl Ready {
    /// The built-in provider of that id.
    pub fn provider(&self, id: &str) -> Option<&ReadyProvider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// Scheme, host and port of whoever goes by that id, Practice Identity included.
    pub fn base_url(&self, id: &str) -> Option<&str> {
        let provider = self.provider(id).map(|provider| &provider.base_url);
        let standard = Some(&self.standard).filter(|standard| standard.id == id);
        provider
            .or_else(|| standard.map(|standard| &standard.base_url))
            .map(String::as_str)
    }
}
