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
    /// One entry per provider, always in the same order.
    pub providers: Vec<ReadyProvider>,
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

impl Ready {
    /// The provider of that id.
    pub fn provider(&self, id: &str) -> Option<&ReadyProvider> {
        self.providers.iter().find(|provider| provider.id == id)
    }
}
