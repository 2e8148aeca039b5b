//! What one reading of the store gives.
//!
//! Holds no secret and nothing sealed; knows nothing of how it was read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{Account, HistoryLine};
use crate::ids::{AccountId, ProviderId};
use crate::vault::{KeyId, Kind};

/// Everything in the store that can be read without the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The accounts, in the order they were linked.
    pub accounts: Vec<Account>,
    /// What happened to each, newest first.
    pub history: BTreeMap<AccountId, Vec<HistoryLine>>,
    /// Accounts with a refresh that was sent and whose answer somebody still waits for.
    pub claimed: BTreeSet<AccountId>,
    /// What the providers gave at registration.
    pub clients: Vec<StoredClient>,
    /// The certificate for `https` redirects, where one was made; its key is sealed.
    pub certificate: Option<StoredCertificate>,
    /// The keys that sealed rows name, each once, the one used last first; session keys are not among them.
    pub sealed_with: Vec<KeyId>,
    /// Which key each account's tokens are sealed with.
    pub sealed_accounts: BTreeMap<AccountId, KeyId>,
    /// Which kind of vault sealed each account's tokens.
    pub sealed_in: BTreeMap<AccountId, Kind>,
    /// The key that each kind of vault sealed with last, to be expected when it is opened.
    pub expected: BTreeMap<Kind, KeyId>,
    /// Accounts whose rows can't be read, as far as they are known; they stay as they are until linked again or forgotten.
    pub unreadable: Vec<Account>,
}

/// What may be known of the certificate for `https` redirects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCertificate {
    /// SHA-256 of the certificate, in pairs of hexadecimal digits.
    pub fingerprint: String,
    /// When it ends.
    pub not_after: Timestamp,
}

/// What one provider gave at registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredClient {
    /// The provider.
    pub provider: ProviderId,
    /// Everything but the secret, in the worker's own JSON.
    pub settings_json: String,
    /// Whether there is a secret.
    pub has_secret: bool,
}

impl Contents {
    /// The accounts with a refresh that was sent and whose answer is not saved.
    pub(super) fn marked(&self) -> impl Iterator<Item = &AccountId> {
        let accounts = self.accounts.iter();
        let marked = accounts.filter(|account| account.outcome_unknown_since.is_some());
        marked.map(|account| &account.id)
    }

    /// How many accounts' tokens a vault of this kind has sealed.
    pub fn sealed_in_kind(&self, kind: Kind) -> usize {
        let kinds = self.sealed_in.values();
        kinds.filter(|sealed_in| **sealed_in == kind).count()
    }

    /// Whether anything is sealed with this key.
    pub fn names(&self, key: &KeyId) -> bool {
        self.sealed_with.contains(key)
    }

    /// The key to expect when a vault of this kind is opened: the one it sealed with last; none for one session's.
    pub fn expected_by(&self, kind: Kind) -> Option<&KeyId> {
        self.expected.get(&kind)
    }

    /// Whether an account's tokens were sealed for one session only.
    pub fn is_for_one_session(&self, account: &AccountId) -> bool {
        self.sealed_in.get(account) == Some(&Kind::Session)
    }
}
