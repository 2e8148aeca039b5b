//! What an issuer's metadata says, shown before any of it is used.
//!
//! Holds addresses and names only; nothing here has been written or sent anywhere yet.

use super::Problem;
use crate::ids::ProviderId;

/// What was asked of an issuer, and what it answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryCard {
    /// The issuer as it was asked.
    pub issuer: String,
    /// How far it is.
    pub state: DiscoveryState,
}

/// How far a discovery is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryState {
    /// It is being asked.
    Asking,
    /// It answered.
    Found(FoundProvider),
    /// The file is written, and the provider in the list.
    Added(ProviderId),
    /// It can't be used.
    Failed(Problem),
}

/// A provider as its metadata describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundProvider {
    /// The id to propose.
    pub id: ProviderId,
    /// The name to propose.
    pub name: String,
    /// Where the metadata was found.
    pub metadata_url: String,
    /// Every host that people, secrets or tokens would be sent to, in ASCII form.
    pub hosts: Vec<String>,
    /// What it offers, as pairs of a plain name and a value.
    pub facts: Vec<(String, String)>,
    /// What a person should know before using it, one sentence each.
    pub warnings: Vec<String>,
    /// The provider file as it would be written.
    pub file: String,
}
