//! What one practice provider remembers: sign-ins under way, codes, tokens, counters, trading accounts.
//!
//! Doesn't know who asks, nor what the provider's rules are; times are Unix milliseconds handed in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// More live tokens than any practice needs; beyond, the ones that end first go.
const MOST_TOKENS: usize = 4_000;

/// Everything that one provider's file in the practice folder holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ledger {
    pub(super) tickets: BTreeMap<String, Ticket>,
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) access_tokens: BTreeMap<String, AccessToken>,
    pub(super) refresh_tokens: BTreeMap<String, RefreshToken>,
    pub(super) families: BTreeMap<String, Family>,
    pub(super) devices: BTreeMap<String, Device>,
    /// Why tokens have ended, by their short hashes.
    pub(super) endings: BTreeMap<String, Ending>,
    pub(super) counters: Counters,
    pub(super) trading_accounts: Vec<TradingAccount>,
}

/// A sign-in under way in a browser.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ticket {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) scope: Option<String>,
    /// Who has signed in, once somebody has.
    pub(super) username: Option<String>,
    /// When, in Unix milliseconds.
    #[serde(default)]
    pub(super) signed_in_at: i64,
    pub(super) expires_at: i64,
    /// Whose name the sign-in page suggests, where somebody was chosen.
    #[serde(default)]
    pub(super) suggested: Option<String>,
    #[serde(default)]
    pub(super) binding: Binding,
    /// The code of the device that waits for the decision, where no browser goes back to an app.
    #[serde(default)]
    pub(super) device_code: Option<String>,
}

/// What Practice Identity binds a code to beyond its client, address and person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Binding {
    pub(super) code_challenge: String,
    pub(super) nonce: Option<String>,
}

/// An authorization code and what it is bound to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) username: String,
    pub(super) scope: Option<String>,
    pub(super) expires_at: i64,
    pub(super) used: bool,
    /// When the person signed in, in Unix milliseconds.
    #[serde(default)]
    pub(super) signed_in_at: i64,
    #[serde(default)]
    pub(super) binding: Binding,
    /// The tokens it was exchanged for, which end if it comes again.
    #[serde(default)]
    pub(super) family: Option<String>,
}

/// An access token that was issued.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct AccessToken {
    pub(super) username: String,
    pub(super) scope: Option<String>,
    pub(super) expires_at: i64,
    pub(super) revoked: bool,
    /// The refresh token issued with it.
    pub(super) companion: Option<String>,
    /// The refresh token that dies when this one is first used.
    pub(super) supersedes: Option<String>,
    /// The sign-in it descends from, where the provider keeps track.
    #[serde(default)]
    pub(super) family: Option<String>,
}

/// A refresh token that is still good; one that isn't is forgotten.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RefreshToken {
    pub(super) username: String,
    pub(super) scope: Option<String>,
    pub(super) expires_at: Option<i64>,
    /// The sign-in it descends from, where the provider keeps track.
    #[serde(default)]
    pub(super) family: Option<String>,
}

/// All tokens that descend from one sign-in; they end together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Family {
    pub(super) client_id: String,
    pub(super) username: String,
    /// What the person allowed, which a refresh can narrow but not widen.
    pub(super) scope: String,
    /// When the person signed in, in Unix milliseconds.
    pub(super) signed_in_at: i64,
    /// The refresh tokens that have been rotated out, by their short hashes.
    pub(super) spent: BTreeSet<String>,
}

/// Why a token has ended before its time, or with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Expired,
    UsedBefore,
    Withdrawn,
    PasswordChanged,
    Replaced,
    Reset,
}

/// A device that waits for a person to decide elsewhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) client_id: String,
    pub(super) scope: String,
    pub(super) user_code: String,
    /// How long it has to wait between two questions, in milliseconds.
    pub(super) interval: i64,
    pub(super) polled_at: Option<i64>,
    pub(super) expires_at: i64,
    pub(super) decision: Decision,
}

/// What the person said to a device's request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Decision {
    Pending,
    Allowed { username: String, signed_in_at: i64 },
    Denied,
}

/// What a practice provider has received and done since its folder was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Requests of every kind, the sign-in pages' own included.
    pub requests: u64,
    /// Answers with a status of 400 or above.
    pub errors: u64,
    /// Requests for authorization.
    pub authorizations: u64,
    /// Codes handed out.
    pub codes: u64,
    /// Requests to exchange a code.
    pub exchanges: u64,
    /// Requests to refresh.
    pub refreshes: u64,
    /// Times an access token's life was extended by its use.
    pub renewals: u64,
    /// Requests to exchange user name and password for tokens.
    pub logins: u64,
    /// Requests for a profile.
    pub profiles: u64,
    /// Requests to revoke or log out.
    pub revocations: u64,
    /// Requests for the server's metadata.
    pub discoveries: u64,
    /// Requests for the keys that ID tokens are signed with.
    pub key_reads: u64,
    /// Requests of devices for a code to show.
    pub device_authorizations: u64,
    /// Requests of devices for the decision.
    pub device_polls: u64,
    /// Requests with a `client_secret` in their address.
    pub secrets_in_address: u64,
    /// How often each code and refresh token was presented, by the first 16 hexadecimal digits of its SHA-256.
    pub spends: BTreeMap<String, u64>,
}

/// One line of the trading-account list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradingAccount {
    /// Number and suffix.
    pub account_number: String,
    /// Shown in field mode only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// The platform it trades on.
    pub trade_platform: String,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            tickets: BTreeMap::new(),
            codes: BTreeMap::new(),
            access_tokens: BTreeMap::new(),
            refresh_tokens: BTreeMap::new(),
            families: BTreeMap::new(),
            devices: BTreeMap::new(),
            endings: BTreeMap::new(),
            counters: Counters::default(),
            trading_accounts: vec![
                TradingAccount::sample("12345678@vision", "Practice margin"),
                TradingAccount::sample("11111111@cor", "Practice cash"),
            ],
        }
    }
}

impl Ledger {
    /// Notes that a code or refresh token was presented.
    pub(super) fn note_spend(&mut self, token: &str) {
        *self.counters.spends.entry(short_hash(token)).or_default() += 1;
    }

    /// The refresh token of that name, if it is still good.
    pub(super) fn live_refresh_token(&self, token: &str, now: i64) -> Option<&RefreshToken> {
        self.refresh_tokens
            .get(token)
            .filter(|token| token.expires_at.is_none_or(|end| now < end))
    }

    /// The sign-in whose refresh token this was before it was rotated out.
    pub(super) fn family_that_spent(&self, token: &str) -> Option<(&String, &Family)> {
        let hash = short_hash(token);
        let mut families = self.families.iter();
        families.find(|(_, family)| family.spent.contains(&hash))
    }

    /// The sign-in that an access or refresh token descends from, whether or not it is still good.
    pub(super) fn family_of(&self, token: &str) -> Option<(&String, &Family)> {
        let refresh = self.refresh_tokens.get(token).map(|token| &token.family);
        let access = self.access_tokens.get(token).map(|token| &token.family);
        match refresh.or(access) {
            Some(family) => self.families.get_key_value(family.as_ref()?),
            None => self.family_that_spent(token),
        }
    }

    /// Ends every token that descends from a sign-in.
    pub(super) fn end_family(&mut self, id: &str) {
        self.families.remove(id);
        self.refresh_tokens
            .retain(|_, token| token.family.as_deref() != Some(id));
        for access in self.access_tokens.values_mut() {
            access.revoked |= access.family.as_deref() == Some(id);
        }
    }

    /// Whose token this is, as long as it is good.
    pub(super) fn owner_of(&self, token: &str) -> Option<String> {
        let refresh = self.refresh_tokens.get(token).map(|it| &it.username);
        let access = self.access_tokens.get(token).map(|it| &it.username);
        refresh.or(access).cloned()
    }

    /// Ends one token.
    pub(super) fn end_token(&mut self, token: &str, ending: Ending) {
        self.refresh_tokens.remove(token);
        if let Some(access) = self.access_tokens.get_mut(token) {
            access.revoked = true;
        }
        self.endings.insert(short_hash(token), ending);
    }

    /// Ends all tokens of a person, or of everybody.
    pub(super) fn end_tokens_of(&mut self, username: Option<&str>, ending: Ending) {
        let is_theirs = |own: &str| username.is_none_or(|username| username == own);
        let refresh = self.refresh_tokens.iter();
        let refresh = refresh.filter(|(_, it)| is_theirs(&it.username));
        let access = self.access_tokens.iter();
        let access = access.filter(|(_, it)| is_theirs(&it.username));
        let refresh = refresh.map(|(token, _)| token.clone());
        let access = access.map(|(token, _)| token.clone());
        for token in refresh.chain(access).collect::<Vec<_>>() {
            self.end_token(&token, ending);
        }
    }

    /// Why a token is good no longer, where that is known.
    pub(super) fn ending_of(&self, token: &str) -> Option<Ending> {
        self.endings.get(&short_hash(token)).copied()
    }

    /// Forgets what can't matter any more.
    pub(super) fn tidy(&mut self, now: i64) {
        const AN_HOUR: i64 = 3_600_000;
        self.tickets.retain(|_, ticket| now < ticket.expires_at);
        self.codes
            .retain(|_, code| now < code.expires_at.saturating_add(AN_HOUR));
        self.devices
            .retain(|_, device| now < device.expires_at.saturating_add(AN_HOUR));
        self.access_tokens
            .retain(|_, token| now < token.expires_at.saturating_add(AN_HOUR));
        self.refresh_tokens
            .retain(|_, token| token.expires_at.is_none_or(|end| now < end));
        while self.access_tokens.len() > MOST_TOKENS {
            let first = self
                .access_tokens
                .iter()
                .min_by_key(|(_, token)| token.expires_at)
                .map(|(name, _)| name.clone());
            self.access_tokens.remove(&first.unwrap_or_default());
        }
        let access = self.access_tokens.values().map(|token| &token.family);
        let refresh = self.refresh_tokens.values().map(|token| &token.family);
        let alive: BTreeSet<_> = access.chain(refresh).flatten().collect();
        self.families.retain(|id, _| alive.contains(id));
    }
}

impl TradingAccount {
    fn sample(number: &str, name: &str) -> Self {
        Self {
            account_number: number.to_owned(),
            account_name: Some(name.to_owned()),
            trade_platform: "ETNA".to_owned(),
        }
    }
}

/// Enough of a hash to tell tokens apart, and nothing of the token.
pub(super) fn short_hash(token: &str) -> String {
    let digest = Sha256::digest(token);
    let first = digest.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}
