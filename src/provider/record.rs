//! A provider's record after it has been checked, and what it says without any request.
//!
//! Holds no secret; sends nothing, reads no clock.

use std::time::Duration;

use url::Url;

use super::address::Endpoint;
use super::call::{CallKind, CallRecord};
use super::ends::NamedEnd;
use super::manifest::Effect;
use super::profile::ProfileKeys;
use super::settings::ClientSettings;
use super::ways::Redirection;
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
    pub(super) issuer: IssuerRule,
    pub(super) id_tokens: IdTokens,
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
    /// On the provider's page, with a code that is shown here (RFC 8628).
    Device,
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

/// Whether a refresh token may be sent once more after the answer to it was lost (RFC 9700 §4.14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// A second use may end the link.
    Never,
    /// For so long after its first use.
    Within(Duration),
    /// Until what it was exchanged for has been used.
    Always,
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
    pub(super) account_chooser: Vec<(String, String)>,
    pub(super) uses_pkce: bool,
    pub(super) state_may_be_missing: bool,
}

/// What is known of `iss` (RFC 9207 §2.4).
#[derive(Clone, Debug, Default)]
pub(super) struct IssuerRule {
    pub(super) issuer: Option<String>,
    pub(super) is_required: bool,
}

/// What is known of ID tokens (OpenID Connect Core §2).
#[derive(Clone, Debug, Default)]
pub(super) struct IdTokens {
    /// Whether the scope `openid` is asked for.
    pub(super) is_asked_for: bool,
    pub(super) algorithms: Vec<String>,
}

/// All calls, the documented way first.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    pub(super) exchange: Vec<CallRecord>,
    pub(super) password: Vec<CallRecord>,
    pub(super) refresh: Vec<CallRecord>,
    pub(super) profile: Vec<CallRecord>,
    pub(super) revocation: Vec<CallRecord>,
    pub(super) device_authorization: Vec<CallRecord>,
    pub(super) device_token: Vec<CallRecord>,
    pub(super) keys: Vec<CallRecord>,
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
    pub(super) grace: Option<Duration>,
}

/// What answers mean beside the RFCs.
#[derive(Clone, Debug, Default)]
pub(super) struct ErrorKeys {
    pub(super) access_token_rejected: Vec<u16>,
    pub(super) refresh_token_rejected: Vec<String>,
    pub(super) ends: Vec<NamedEnd>,
    pub(super) second_link_ends_first: bool,
}

impl Calls {
    pub(super) fn of(&self, kind: CallKind) -> &[CallRecord] {
        match kind {
            CallKind::Exchange => &self.exchange,
            CallKind::Password => &self.password,
            CallKind::Refresh => &self.refresh,
            CallKind::Profile => &self.profile,
            CallKind::Revoke => &self.revocation,
            CallKind::DeviceAuthorization => &self.device_authorization,
            CallKind::DeviceToken => &self.device_token,
            CallKind::Keys => &self.keys,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &CallRecord> {
        self.with_secrets().chain(&self.keys)
    }

    /// The calls that carry a token, a code, a password or the client's secret.
    pub(super) fn with_secrets(&self) -> impl Iterator<Item = &CallRecord> {
        let lists = [
            &self.exchange,
            &self.password,
            &self.refresh,
            &self.profile,
            &self.revocation,
            &self.device_authorization,
            &self.device_token,
        ];
        lists.into_iter().flatten()
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

    /// What `iss` of an authorization response or an ID token is compared with.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.issuer.as_deref()
    }

    /// Whether an authorization response without `iss` is refused.
    pub const fn issuer_required(&self) -> bool {
        self.issuer.is_required
    }

    /// Whether a sign-in brings an ID token that can be checked (OpenID Connect Core §3.1.3.7): then a nonce is sent.
    pub const fn expects_id_token(&self) -> bool {
        self.id_tokens.is_asked_for && self.issuer.issuer.is_some() && !self.calls.keys.is_empty()
    }

    /// The algorithms its ID tokens may be signed with.
    pub fn id_token_algorithms(&self) -> &[String] {
        &self.id_tokens.algorithms
    }

    /// Whether people can be asked which of their accounts is meant.
    pub fn offers_account_chooser(&self) -> bool {
        self.authorization
            .as_ref()
            .is_some_and(|record| !record.account_chooser.is_empty())
    }

    /// Whether people can sign in on another device (RFC 8628).
    pub const fn offers_device(&self) -> bool {
        !self.calls.device_authorization.is_empty()
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

    /// Whether a refresh token may be sent once more after the answer to it was lost.
    pub const fn refresh_token_reuse(&self) -> Reuse {
        match self.tokens.grace {
            // Its successor was never used, for it never arrived.
            _ if self.tokens.keeps_previous => Reuse::Always,
            Some(grace) => Reuse::Within(grace),
            None => Reuse::Never,
        }
    }

    /// The grant's name as the inspector shows it.
    pub fn grant_name(&self, kind: CallKind, _settings: &ClientSettings) -> &str {
        match kind {
            CallKind::Exchange => "authorization_code",
            CallKind::Password if self.tokens.headers.is_some() => "Basic sign-in",
            CallKind::Password => "password",
            CallKind::Refresh => "refresh_token",
            CallKind::DeviceAuthorization | CallKind::DeviceToken => "device_code",
            CallKind::Profile | CallKind::Revoke | CallKind::Keys => "",
        }
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
