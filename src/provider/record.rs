//! A provider's record after it has been checked, and what it says without any request.
//!
//! Holds no secret; sends nothing, reads no clock.

use std::time::Duration;

use url::Url;

use super::address::{Endpoint, host_and_port};
use super::call::{CallKind, CallRecord};
use super::manifest::Effect;
use super::profile::ProfileKeys;
use super::settings::ClientSettings;
use crate::ids::ProviderId;

/// One provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name in files and scripts.
    pub id: ProviderId,
    /// Its name on screen.
    pub name: String,
    /// Its mark's color as `0xRRGGBB`.
    pub color: u32,
    /// The one letter or digit on its mark.
    pub mark: String,
    /// Where its record came from.
    pub origin: Origin,
    pub(super) notes: Vec<String>,
    pub(super) sign_in: SignIn,
    pub(super) authorization: Option<AuthorizationRecord>,
    pub(super) redirection: Redirection,
    pub(super) hosts: Vec<Host>,
    pub(super) options: Vec<Switch>,
    pub(super) calls: Calls,
    pub(super) tokens: TokenKeys,
    pub(super) profile: ProfileKeys,
    pub(super) errors: ErrorKeys,
}

/// Where a record came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Shipped with the program.
    BuiltIn,
    /// A file of the user's own.
    User {
        /// Which file.
        file: String,
    },
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// On the provider's page (RFC 6749 §4.1).
    AuthorizationCode,
    /// With user name and password, typed here.
    Password,
}

/// How an access token is kept alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshWay {
    /// With a refresh token (RFC 6749 §6).
    Grant,
    /// Every use of the token starts its lifetime again.
    RenewByUse,
    /// Not at all.
    None,
}

/// A host of a provider that the set-up may move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its id in the provider file.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// The file's own address; absent where everybody has their own.
    pub address: Option<Url>,
    /// Known addresses to choose from.
    pub choices: Vec<Choice>,
}

/// One known address of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name on screen.
    pub name: String,
    /// The address.
    pub address: Url,
}

/// One switch of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its id in the provider file.
    pub id: String,
    /// Its label.
    pub name: String,
    /// What it means, in one or two sentences.
    pub explanation: String,
    /// Whether it is on when nobody has touched it.
    pub default: bool,
    pub(super) effect: Effect,
    /// What a person should know while it is on.
    pub(super) note: Option<String>,
}

/// Everything about the authorization request and its response.
#[derive(Clone, Debug)]
pub(super) struct AuthorizationRecord {
    pub(super) endpoint: Endpoint,
    pub(super) scope: Option<String>,
    pub(super) extra_params: Vec<(String, String)>,
    pub(super) uses_pkce: bool,
    pub(super) state_may_be_missing: bool,
    pub(super) issuer: IssuerRule,
}

/// What is known of `iss` (RFC 9207 §2.4).
#[derive(Clone, Debug, Default)]
pub(super) struct IssuerRule {
    pub(super) issuer: Option<String>,
    pub(super) is_required: bool,
}

/// The file's redirect URI, and whether plain `http` is out of the question.
#[derive(Clone, Debug)]
pub(super) struct Redirection {
    pub(super) uri: Option<String>,
    pub(super) must_be_https: bool,
}

/// All calls, the documented way first.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    pub(super) exchange: Vec<CallRecord>,
    pub(super) password: Vec<CallRecord>,
    pub(super) refresh: Vec<CallRecord>,
    pub(super) profile: Vec<CallRecord>,
    pub(super) revocation: Vec<CallRecord>,
}

/// Where tokens are in an answer and what is known of them beforehand.
#[derive(Clone, Debug, Default)]
pub(super) struct TokenKeys {
    /// The two headers, where tokens don't come in a JSON body.
    pub(super) headers: Option<(String, String)>,
    pub(super) candidate_refresh_token: Option<String>,
    pub(super) keep: Vec<String>,
    /// Names and JSON pointers into the access token's claims.
    pub(super) keep_claims: Vec<(String, String)>,
    pub(super) access_lifetime: Option<Duration>,
    pub(super) refresh_lifetime: Option<Duration>,
    pub(super) renews_on_use: Option<Duration>,
    pub(super) keeps_previous: bool,
}

/// What answers mean beside the RFCs.
#[derive(Clone, Debug, Default)]
pub(super) struct ErrorKeys {
    pub(super) access_token_rejected: Vec<u16>,
    pub(super) refresh_token_rejected: Vec<String>,
}

impl Calls {
    pub(super) fn of(&self, kind: CallKind) -> &[CallRecord] {
        match kind {
            CallKind::Exchange => &self.exchange,
            CallKind::Password => &self.password,
            CallKind::Refresh => &self.refresh,
            CallKind::Profile => &self.profile,
            CallKind::Revoke => &self.revocation,
        }
    }

    fn all(&self) -> impl Iterator<Item = &CallRecord> {
        let tokens = self
            .exchange
            .iter()
            .chain(&self.password)
            .chain(&self.refresh);
        tokens.chain(&self.profile).chain(&self.revocation)
    }
}

impl Provider {
    /// How a person signs in with this set-up.
    pub fn sign_in(&self, settings: &ClientSettings) -> SignIn {
        if self.is_on(Effect::PasswordSignIn, settings) {
            SignIn::Password
        } else {
            self.sign_in
        }
    }

    /// Whether a switch of this effect is on.
    pub(super) fn is_on(&self, effect: Effect, settings: &ClientSettings) -> bool {
        let mut options = self.options.iter().filter(|option| option.effect == effect);
        options.any(|option| option.is_on(settings))
    }

    /// The host people sign in at, in ASCII form; empty where nobody has given it yet.
    pub fn sign_in_host(&self, settings: &ClientSettings) -> String {
        match (self.sign_in(settings), &self.authorization) {
            (SignIn::AuthorizationCode, Some(record)) => host(&record.endpoint, settings),
            _ => self.host_of(CallKind::Password, settings),
        }
    }

    /// The host a kind of call goes to; empty where there is none.
    pub fn host_of(&self, kind: CallKind, settings: &ClientSettings) -> String {
        let first = self.calls.of(kind).first();
        first.map_or_else(String::new, |record| host(&record.endpoint, settings))
    }

    /// Where a host is now; empty where the person has to say so.
    #[expect(
        clippy::unused_self,
        reason = "asked of the provider like everything that depends on the set-up"
    )]
    pub fn host_address(&self, host: &Host, settings: &ClientSettings) -> String {
        let set = settings.hosts.get(&host.id).or(settings.base_url.as_ref());
        let address = set.or(host.address.as_ref());
        address.map_or_else(String::new, Url::to_string)
    }

    /// The hosts the set-up may move.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The switches.
    pub fn options(&self) -> &[Switch] {
        &self.options
    }

    /// Plain facts a person should know before linking with this set-up.
    pub fn notes(&self, settings: &ClientSettings) -> Vec<String> {
        let options = self.options.iter().filter(|option| option.is_on(settings));
        let of_options = options.filter_map(|option| option.note.clone());
        self.notes.iter().cloned().chain(of_options).collect()
    }

    /// Whether the provider hands out client ids.
    pub fn wants_client_id(&self) -> bool {
        self.authorization.is_some() || self.calls.all().any(|call| call.asks_for("client_id"))
    }

    /// Whether it hands out client secrets.
    pub fn wants_client_secret(&self) -> bool {
        let by_option = Effect::ClientSecretInAuthorizationRequest;
        self.calls.all().any(|call| call.asks_for("client_secret"))
            || self.options.iter().any(|option| option.effect == by_option)
    }

    /// Whether a redirect URI has to be registered.
    pub const fn wants_redirect_uri(&self) -> bool {
        self.authorization.is_some()
    }

    /// Whether the profile lists trading accounts.
    pub const fn has_trading_accounts(&self) -> bool {
        self.profile.trading_accounts.is_some()
    }

    /// Whether it may tell who an account belongs to.
    pub const fn has_profile(&self) -> bool {
        !self.calls.profile.is_empty()
    }

    /// Whether it may be told that a token is to end.
    pub const fn can_revoke(&self) -> bool {
        !self.calls.revocation.is_empty()
    }

    /// Whether the code is protected by PKCE (RFC 7636).
    pub fn uses_pkce(&self) -> bool {
        self.authorization
            .as_ref()
            .is_some_and(|record| record.uses_pkce)
    }

    /// Whether an authorization response without `state` can be a true one.
    pub fn state_may_be_missing(&self) -> bool {
        self.authorization
            .as_ref()
            .is_some_and(|record| record.state_may_be_missing)
    }

    /// What `iss` of an authorization response is compared with.
    pub fn issuer(&self) -> Option<&str> {
        self.authorization.as_ref()?.issuer.issuer.as_deref()
    }

    /// Whether an authorization response without `iss` is refused.
    pub fn issuer_required(&self) -> bool {
        self.authorization
            .as_ref()
            .is_some_and(|record| record.issuer.is_required)
    }

    /// How an access token is kept alive.
    pub const fn refresh_way(&self) -> RefreshWay {
        if self.tokens.renews_on_use.is_some() {
            return RefreshWay::RenewByUse;
        }
        if self.calls.refresh.is_empty() {
            RefreshWay::None
        } else {
            RefreshWay::Grant
        }
    }

    /// How long an access token lives where its answer doesn't say.
    pub const fn stated_access_lifetime(&self) -> Option<Duration> {
        self.tokens.access_lifetime
    }

    /// How long a refresh token lives.
    pub const fn stated_refresh_lifetime(&self) -> Option<Duration> {
        self.tokens.refresh_lifetime
    }

    /// How long an access token lives from each use on, where a use renews it.
    pub const fn renews_on_use(&self) -> Option<Duration> {
        self.tokens.renews_on_use
    }

    /// Whether a refresh token stays good until the one that replaced it has worked.
    pub const fn keeps_previous_refresh_token(&self) -> bool {
        self.tokens.keeps_previous
    }

    /// The grant's name as the inspector shows it.
    pub fn grant_name(&self, kind: CallKind, _settings: &ClientSettings) -> &str {
        match kind {
            CallKind::Exchange => "authorization_code",
            CallKind::Password if self.tokens.headers.is_some() => "Basic sign-in",
            CallKind::Password => "password",
            CallKind::Refresh => "refresh_token",
            CallKind::Profile | CallKind::Revoke => "",
        }
    }

    /// The origin tokens come from and are bound to; empty where nobody has given it yet.
    pub fn token_origin(&self, settings: &ClientSettings) -> String {
        let first = self
            .calls
            .exchange
            .iter()
            .chain(&self.calls.password)
            .next();
        let url = first.and_then(|record| record.endpoint.at(settings).ok());
        url.map_or_else(String::new, |url| url.origin().ascii_serialization())
    }

    pub(super) fn lacks_address(&self, settings: &ClientSettings) -> bool {
        let endpoints = self.calls.all().map(|call| &call.endpoint);
        let authorization = self.authorization.iter().map(|record| &record.endpoint);
        endpoints
            .chain(authorization)
            .any(|endpoint| endpoint.lacks_base(settings))
    }
}

impl Switch {
    fn is_on(&self, settings: &ClientSettings) -> bool {
        settings
            .options
            .get(&self.id)
            .copied()
            .unwrap_or(self.default)
    }
}

fn host(endpoint: &Endpoint, settings: &ClientSettings) -> String {
    endpoint
        .at(settings)
        .map_or_else(|_| String::new(), |url| host_and_port(&url))
}
