//! Everything a face may show, at one moment, immutable.
//!
//! Carries cards, not domain objects: what a row shows plus the ids needed to speak about it. Times are absolute.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    AccountCard, CertificateCard, DiscoveryCard, KeyStoreTrouble, LinkCard, Problem, ProviderCard,
};
use crate::ids::{AccountId, CommandId, FlowId, ProviderId};

/// Everything a face may show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether the data folder has been read; before that the lists are empty because nothing is known yet.
    pub loaded: bool,
    /// Set when the providers are practice providers.
    pub practice: Option<Practice>,
    /// Where the keys are.
    pub key_store: KeyStoreCard,
    /// The certificate of this installation, where one was made.
    pub certificate: Option<CertificateCard>,
    /// The browsers of this computer and their profiles, once somebody can choose.
    pub browsers: Arc<Vec<BrowserCard>>,
    /// What was asked of an issuer.
    pub discovery: Option<DiscoveryCard>,
    /// The folder a person's own provider files are read from; empty before it is known.
    pub provider_folder: String,
    /// All providers, in order.
    pub providers: Vec<Arc<ProviderCard>>,
    /// All accounts, by provider and label.
    pub accounts: Vec<Arc<AccountCard>>,
    /// What the last restoring in this run came to.
    pub restored: Option<RestoredCard>,
    /// Attempts to link: under way, and ended ones not yet dismissed.
    pub links: Vec<LinkCard>,
    /// Problems that belong to no account.
    pub problems: Vec<Problem>,
    /// Commands that have come to an end, newest last; those of the last minute, and a few hundred before.
    pub finished: Vec<Finished>,
}

/// What a restoring came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredCard {
    /// Accounts that came from the copy.
    pub accounts: usize,
    /// Accounts that stayed as they were, because they are newer here or here only.
    pub kept: usize,
    /// Where what was here before is now; nothing where there was nothing.
    pub kept_as: Option<String>,
}

/// One browser of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserCard {
    /// Its name in settings.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// Its profiles, as settings name and as people see them.
    pub profiles: Vec<(String, String)>,
}

/// The practice providers in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Practice {
    /// They do what the documents say.
    Documented,
    /// They behave like the products in the field.
    Field,
}

/// Where the keys are, and whether they can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyStoreCard {
    /// Which kind of place.
    pub kind: KeyStoreKind,
    /// Whether it is open.
    pub state: KeyStoreState,
    /// Since when it is being asked, if it is.
    pub asked_at: Option<Timestamp>,
    /// Whether the next passphrase would be a new one, to be asked for twice.
    pub wants_new_passphrase: bool,
    /// After how many minutes without a person it locks by itself; `None` for never.
    pub lock_after: Option<u32>,
}

/// The places a key can be kept in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyStoreKind {
    /// The operating system's key store.
    #[default]
    Keychain,
    /// In the data folder, wrapped by a passphrase.
    Passphrase,
    /// In memory, for this session only.
    Session,
}

impl KeyStoreKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keychain, Self::Passphrase, Self::Session];

    /// The name on the command line and in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Session => "session",
        }
    }
}

/// Whether the key store can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyStoreState {
    /// Nothing has needed it yet.
    #[default]
    NotAsked,
    /// It is being asked.
    Opening,
    /// The key is at hand.
    Open,
    /// It can't be used.
    Unavailable(KeyStoreTrouble),
}

/// A command that has come to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Which command.
    pub command: CommandId,
    /// The attempt it started.
    pub flow: Option<FlowId>,
    /// Why it was not done, or what was left undone beside it.
    pub problem: Option<Problem>,
}

impl Snapshot {
    /// The provider of this name.
    pub fn provider(&self, id: &ProviderId) -> Option<&ProviderCard> {
        self.providers
            .iter()
            .find(|card| card.id == *id)
            .map(AsRef::as_ref)
    }

    /// The account of this name.
    pub fn account(&self, id: &AccountId) -> Option<&AccountCard> {
        self.accounts
            .iter()
            .find(|card| card.id == *id)
            .map(AsRef::as_ref)
    }

    /// The attempt of this name.
    pub fn link(&self, flow: FlowId) -> Option<&LinkCard> {
        self.links.iter().find(|card| card.flow == flow)
    }

    /// Whether tokens are held in memory because they can't be saved: ending the program would lose them.
    pub fn has_unsaved(&self) -> bool {
        self.accounts.iter().any(|card| card.is_unsaved)
            || self.links.iter().any(LinkCard::is_unsaved)
    }

    /// How the command of this name ended, if it has.
    pub fn finished(&self, command: CommandId) -> Option<&Finished> {
        self.finished.iter().find(|entry| entry.command == command)
    }
}
