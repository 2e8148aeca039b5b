//! What we hold about one linked account: facts for everybody, tokens for the few who must send them.
//!
//! Pure. Knows nothing of HTTP, disk, or how either half is kept.

mod facts;
mod holder;
mod partial;
mod token_set;
mod trading;

use std::collections::BTreeMap;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use facts::{
    AccessFacts, EndReason, Exchange, ExpirySource, HistoryLine, Identity, Obtained, RefreshFacts,
};
pub use holder::{Face, Holder};
pub use token_set::{TokenSet, UnreadableTokenSet};
pub use trading::{TradingAccount, TradingAccounts, TradingChange};

use crate::ids::{AccountId, BrowserChoice, ProviderId};

/// After this long nobody is being asked any more: the program that asked has ended.
const LONGEST_QUESTION: SignedDuration = SignedDuration::from_mins(15);

/// Exchanges remembered per account.
const EXCHANGES_KEPT: usize = 20;

/// One linked account, without its tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its name in scripts and in the store.
    pub id: AccountId,
    /// Whose it is.
    pub provider: ProviderId,
    /// What the person calls it.
    pub label: String,
    /// Who signed in.
    pub identity: Identity,
    /// The access token's facts.
    pub access: AccessFacts,
    /// The refresh token's facts.
    pub refresh: RefreshFacts,
    /// Set when the link has ended.
    pub ended: Option<EndReason>,
    /// When that was noticed; unknown in records from before it was kept.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// What has kept the provider from being asked, until it is asked again.
    #[serde(default)]
    pub trouble: Option<Trouble>,
    /// Set while, or since, a refresh was sent whose answer is not saved.
    pub outcome_unknown_since: Option<Timestamp>,
    /// A keyed hash of the refresh token that was sent then; nothing in records from before it was kept.
    #[serde(default)]
    pub presented: Option<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When its tokens were last refreshed or renewed.
    pub last_refreshed_at: Option<Timestamp>,
    /// When the provider last accepted the access token.
    pub last_proved_at: Option<Timestamp>,
    /// Counts the token sets this account has had.
    pub generation: u64,
    /// The browser it is signed in with; `None` for the system's own choice.
    #[serde(default)]
    pub browser: Option<BrowserChoice>,
    /// Set while a person has not yet said whether these tokens may replace those of that account.
    #[serde(default)]
    pub in_question_with: Option<AccountId>,
    /// Set since its tokens came back from a backup, until new ones are saved: they may have been spent after it was made.
    #[serde(default)]
    pub restored_at: Option<Timestamp>,
    /// The host and client its tokens belong to; they are sent nowhere else.
    pub bound_to: Binding,
    /// How the tokens were obtained.
    pub obtained: Obtained,
    /// Which of the provider file's alternatives worked, by kind of call.
    pub worked: BTreeMap<String, usize>,
    /// The trading accounts as last told.
    pub trading: Option<TradingAccounts>,
    /// The last exchanges, newest first.
    pub exchanges: Vec<Exchange>,
}

/// What keeps a provider from being asked, over any number of attempts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// How the last attempt ended, as the history tells it.
    pub what: String,
}

/// Whom a token set belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The origin of the token endpoint.
    pub token_origin: String,
    /// Every origin that a token or the client secret is sent to, sorted; empty in records from before they were kept.
    #[serde(default)]
    pub origins: Vec<String>,
    /// The client identifier, where there is one.
    pub client_id: Option<String>,
}

impl Binding {
    /// Whether tokens bound so may be sent with a set-up that would bind them anew as `now`.
    ///
    /// A record from before all origins were kept vouches for the token endpoint alone, as it always has.
    pub fn admits(&self, now: &Self) -> bool {
        let all = self.origins.is_empty() || self.origins == now.origins;
        all && self.token_origin == now.token_origin && self.client_id == now.client_id
    }
}

impl fmt::Display for Binding {
    /// The hosts, and the client where there is one; nothing of it is secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origins.is_empty() {
            formatter.write_str(&self.token_origin)?;
        } else {
            formatter.write_str(&self.origins.join(", "))?;
        }
        match &self.client_id {
            Some(client_id) => write!(formatter, " (client {client_id})"),
            None => Ok(()),
        }
    }
}

/// Before a refresh token: what its keyed hash in a mark is made of, so that it is none of the fingerprints people compare.
pub const PRESENTED: &str = "linkdesk/1/presented ";

impl Account {
    /// Notes that a refresh token of this keyed hash is about to be sent; one that is sent again keeps the time of the first.
    pub fn mark_sent(&mut self, at: Timestamp, presented: String) {
        let is_again = self.presented.as_ref() == Some(&presented);
        let first = self.outcome_unknown_since.filter(|_| is_again);
        self.outcome_unknown_since = Some(first.unwrap_or(at));
        self.presented = Some(presented);
    }

    /// Notes that nothing that was sent is waiting for its answer.
    pub fn clear_mark(&mut self) {
        self.outcome_unknown_since = None;
        self.presented = None;
    }

    /// Since when it is not known what became of the refresh token of this keyed hash.
    ///
    /// A mark from before hashes were kept speaks of whatever is stored.
    pub fn in_doubt_since(&self, presented: &str) -> Option<Timestamp> {
        let is_it = self.presented.as_deref().is_none_or(|it| it == presented);
        self.outcome_unknown_since.filter(|_| is_it)
    }

    /// Until when somebody may still be asked what becomes of its tokens; after that they are simply its own.
    pub fn in_question_until(&self) -> Option<Timestamp> {
        self.in_question_with.as_ref()?;
        self.linked_at.checked_add(LONGEST_QUESTION).ok()
    }

    /// Whether its refresh token came back from a backup and may have been replaced since: a provider that sees such a one may end
    /// the link for whoever holds the newer one.
    pub fn may_be_spent(&self) -> bool {
        self.restored_at.is_some() && self.refresh.present && self.refresh.rotates != Some(false)
    }

    /// Notes that the provider has accepted a token of this link.
    pub fn prove(&mut self, at: Timestamp) {
        self.last_proved_at = Some(at);
        self.trouble = None;
    }

    /// Puts an exchange on top of the remembered ones.
    pub fn remember_exchange(&mut self, exchange: Exchange) {
        self.exchanges.insert(0, exchange);
        self.exchanges.truncate(EXCHANGES_KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_nobody_asks_any_more_is_over() {
        let text = r#"{"id":"a","provider":"p","label":"","identity":{},"access":{"issued_at":"2026-01-01T00:00:00Z",
            "expires_at":null,"expiry_source":"none","renews_on_use":false,"token_type":"","scopes":[],"fingerprint":"","form":""},
            "refresh":{"present":false,"expires_at":null,"rotates":null,"fingerprint":null},"linked_at":"2026-01-01T00:00:00Z",
            "generation":1,"bound_to":{"token_origin":""},"obtained":{"grant":"","pkce":"","secret_in_address":false,"exchange":""},
            "worked":{},"exchanges":[]}"#;
        let mut account: Account = serde_json::from_str(text).unwrap();
        assert_eq!(account.in_question_until(), None);
        account.in_question_with = Some(AccountId::new("b").unwrap());
        let until = "2026-01-01T00:15:00Z".parse().ok();
        assert_eq!(account.in_question_until(), until);
    }

    fn binding(origins: &[&str]) -> Binding {
        Binding {
            token_origin: "https://a.example".to_owned(),
            origins: origins.iter().map(|&origin| origin.to_owned()).collect(),
            client_id: Some("id".to_owned()),
        }
    }

    #[test]
    fn tokens_stay_with_every_origin_they_were_bound_to() {
        let one = binding(&["https://a.example"]);
        let two = binding(&["https://a.example", "https://b.example"]);
        assert!(one.admits(&one) && two.admits(&two));
        assert!(!one.admits(&two) && !two.admits(&one));
        let other_client = Binding {
            client_id: None,
            ..one.clone()
        };
        assert!(!one.admits(&other_client));
    }

    #[test]
    fn a_record_from_before_vouches_for_the_token_endpoint_alone() {
        let text = r#"{"token_origin":"https://a.example","client_id":"id"}"#;
        let before: Binding = serde_json::from_str(text).unwrap();
        assert!(before.admits(&binding(&["https://a.example", "https://b.example"])));
        let elsewhere = Binding {
            token_origin: "https://b.example".to_owned(),
            ..binding(&["https://b.example"])
        };
        assert!(!before.admits(&elsewhere));
    }
}
