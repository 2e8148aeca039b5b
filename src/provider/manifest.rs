//! The shape of a provider file, key by key, with the place of every value.
//!
//! Knows TOML and nothing of what is sensible: that is `check`'s. Every key is explained in `assets/providers/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::ends::EndWord;

/// A text and where it stands.
pub(super) type Text = Spanned<String>;

/// A whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own in the file"
)]
pub(super) struct Manifest {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) color: Option<Text>,
    pub(super) mark: Option<Text>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    #[serde(default)]
    pub(super) sign_in: WayIn,
    pub(super) issuer: Option<Text>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    pub(super) authorization_endpoint: Option<Text>,
    pub(super) token_endpoint: Option<Text>,
    pub(super) revocation_endpoint: Option<Text>,
    pub(super) userinfo_endpoint: Option<Text>,
    pub(super) device_authorization_endpoint: Option<Text>,
    pub(super) jwks_uri: Option<Text>,
    pub(super) id_token_signing_alg_values_supported: Option<Vec<Text>>,
    #[serde(default)]
    pub(super) scopes: Vec<Text>,
    pub(super) grant_types: Option<Vec<GrantType>>,
    pub(super) token_endpoint_auth_method: Option<AuthMethod>,
    #[serde(default)]
    pub(super) code_challenge_methods_supported: Vec<ChallengeMethod>,
    pub(super) redirect_uri: Option<Text>,
    pub(super) redirect_uris: Option<Spanned<Vec<Text>>>,
    #[serde(default)]
    pub(super) redirect_uri_must_be_https: bool,
    #[serde(default)]
    pub(super) out_of_band_redirect_supported: bool,
    #[serde(default)]
    pub(super) authorization: Authorization,
    #[serde(default)]
    pub(super) hosts: Vec<HostEntry>,
    #[serde(default)]
    pub(super) options: Vec<OptionEntry>,
    #[serde(default)]
    pub(super) exchange: Vec<CallEntry>,
    #[serde(default)]
    pub(super) password: Vec<CallEntry>,
    #[serde(default)]
    pub(super) refresh: Vec<CallEntry>,
    #[serde(default)]
    pub(super) profile: Vec<CallEntry>,
    #[serde(default)]
    pub(super) revocation: Vec<CallEntry>,
    #[serde(default)]
    pub(super) token_response: TokenResponseKeys,
    pub(super) identity: Option<Identity>,
    pub(super) trading_accounts: Option<TradingAccounts>,
    #[serde(default)]
    pub(super) errors: Errors,
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WayIn {
    #[default]
    AuthorizationCode,
    Password,
    Device,
}

/// RFC 7591 §2, `grant_types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GrantType {
    AuthorizationCode,
    RefreshToken,
    /// RFC 8628 §3.4.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
}

/// RFC 7591 §2, `token_endpoint_auth_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AuthMethod {
    None,
    ClientSecretBasic,
    ClientSecretPost,
}

/// RFC 8414 §2, `code_challenge_methods_supported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum ChallengeMethod {
    S256,
    #[serde(rename = "plain")]
    Plain,
}

/// What is particular about the authorization request and its response.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authorization {
    #[serde(default)]
    pub(super) state_may_be_missing: bool,
    #[serde(default)]
    pub(super) empty_scope: bool,
    #[serde(default)]
    pub(super) extra_params: Vec<Text>,
    #[serde(default)]
    pub(super) account_chooser: Vec<Text>,
}

/// A host a person may move.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostEntry {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) address: Option<Text>,
    #[serde(default)]
    pub(super) choices: Vec<ChoiceEntry>,
}

/// A known address of a host.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceEntry {
    pub(super) name: Text,
    pub(super) address: Text,
}

/// A switch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionEntry {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) explanation: Text,
    pub(super) default: bool,
    pub(super) effect: Effect,
    pub(super) note: Option<String>,
}

/// What a switch changes while it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Effect {
    /// The client secret goes into the authorization request.
    ClientSecretInAuthorizationRequest,
    /// People sign in with user name and password.
    PasswordSignIn,
}

/// One request, written out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallEntry {
    pub(super) method: Option<Method>,
    pub(super) endpoint: Option<Text>,
    #[serde(default)]
    pub(super) query: Vec<Text>,
    pub(super) form: Option<Vec<Text>>,
    pub(super) json: Option<Vec<Text>>,
    #[serde(default)]
    pub(super) headers: Vec<Text>,
    pub(super) authentication: Option<Authentication>,
}

/// The methods calls are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Method {
    Get,
    Post,
}

/// What an `Authorization` header carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Authentication {
    /// There is none.
    None,
    /// The access token (RFC 6750 §2.1).
    Bearer,
    /// The client's credentials (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// The person's user name and password (RFC 7617).
    Basic,
}

/// Where tokens are in an answer and what is known of them beforehand.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenResponseKeys {
    pub(super) access_token_header: Option<Text>,
    pub(super) refresh_token_header: Option<Text>,
    pub(super) candidate_refresh_token: Option<Text>,
    #[serde(default)]
    pub(super) keep: Vec<Text>,
    #[serde(default)]
    pub(super) keep_claims: BTreeMap<String, Text>,
    pub(super) access_token_lifetime: Option<Spanned<u64>>,
    pub(super) refresh_token_lifetime: Option<Spanned<u64>>,
    pub(super) renews_on_use: Option<Spanned<u64>>,
    #[serde(default)]
    pub(super) keeps_previous_refresh_token: bool,
    pub(super) refresh_token_grace: Option<Spanned<u64>>,
}

/// Where a profile says who it is about; the first pointer that finds something counts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    #[serde(default)]
    pub(super) subject: Vec<Text>,
    #[serde(default)]
    pub(super) login: Vec<Text>,
    #[serde(default)]
    pub(super) email: Vec<Text>,
    #[serde(default)]
    pub(super) name: Vec<Text>,
}

/// Where a profile lists trading accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TradingAccounts {
    pub(super) list: Text,
    pub(super) account_number: Text,
    pub(super) trade_platform: Text,
    pub(super) domestic: Option<Text>,
    #[serde(default)]
    pub(super) application_status: Vec<Text>,
}

/// What answers mean where they mean something else than RFC 6749 §5.2 and RFC 6750 §3.1 say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Errors {
    pub(super) access_token_rejected: Option<Vec<Spanned<u16>>>,
    #[serde(default)]
    pub(super) refresh_token_rejected: Vec<Text>,
    #[serde(default)]
    pub(super) second_link_ends_first: bool,
    #[serde(default)]
    pub(super) ends: Vec<EndEntry>,
}

/// An answer that says why a link has ended.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndEntry {
    pub(super) error: Text,
    pub(super) description: Option<Text>,
    pub(super) reason: EndWord,
}
