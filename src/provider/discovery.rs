//! From an issuer's metadata ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414)) to a provider file of the user's own.
//!
//! Fetches nothing and checks nothing: the file that is written is read and checked like any other.

use std::net::IpAddr;

use serde::Serialize;
use url::Url;

use crate::ids::ProviderId;
use crate::oauth::Metadata;

/// What an issuer says about itself, and where.
#[derive(Clone, Debug)]
pub struct Discovered {
    /// Where it was read.
    pub read_at: Url,
    /// What was read there.
    pub metadata: Metadata,
}

/// The scopes worth asking for, as far as they are offered.
const SCOPES: [&str; 4] = ["openid", "offline_access", "profile", "email"];

/// The methods we know, the best first (RFC 6749 §2.3.1).
const AUTH_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// Labels that say what a host does and not whose it is.
const COMMON: [&str; 15] = [
    "account", "accounts", "api", "auth", "connect", "id", "identity", "idp", "login", "oauth",
    "oauth2", "openid", "secure", "sso", "www",
];

/// Second labels under which names are handed out.
const SHARED: [&str; 6] = ["ac", "co", "com", "gov", "net", "org"];

/// The longest id that leaves room for a number.
const LONGEST_ID: usize = 60;

/// The longest name of a provider file.
const LONGEST_NAME: usize = 64;

/// The file, in the order people read it; keys that say nothing are left out.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_in: Option<&'static str>,
    issuer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_endpoint: Option<&'a Url>,
    token_endpoint: &'a Url,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation_endpoint: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_endpoint: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_authorization_endpoint: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<&'a Url>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    id_token_signing_alg_values_supported: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<&'static str>,
    token_endpoint_auth_method: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_challenge_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_response_iss_parameter_supported: Option<bool>,
    // TOML has its tables last.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<WrittenAuthorization>,
}

#[derive(Serialize)]
struct WrittenAuthorization {
    account_chooser: [&'static str; 1],
}

impl Discovered {
    /// Whether people can only sign in on another device.
    fn is_device_only(&self) -> bool {
        let device = "urn:ietf:params:oauth:grant-type:device_code";
        let grants = &self.metadata.grant_types_supported;
        let by_code = grants.is_empty() || offers(grants, "authorization_code");
        let by_device = grants.is_empty() || offers(grants, device);
        let has_no_page = self.metadata.authorization_endpoint.is_none() || !by_code;
        has_no_page && by_device && self.metadata.device_authorization_endpoint.is_some()
    }

    fn scopes(&self) -> Vec<&'static str> {
        // `scopes_supported` is optional, but whoever issues ID tokens knows `openid` (OpenID Connect Discovery §3).
        let is_openid = !self
            .metadata
            .id_token_signing_alg_values_supported
            .is_empty();
        let is_offered = |scope: &&str| {
            offers(&self.metadata.scopes_supported, scope) || (is_openid && *scope == "openid")
        };
        SCOPES.into_iter().filter(is_offered).collect()
    }

    fn auth_method(&self) -> &'static str {
        let offered = &self.metadata.token_endpoint_auth_methods_supported;
        let mut known = AUTH_METHODS.into_iter();
        let best = known.find(|method| offers(offered, method));
        // RFC 8414 §2: the method of a server that names none.
        best.unwrap_or("client_secret_basic")
    }

    fn written<'a>(&'a self, id: &'a ProviderId, name: &'a str) -> Written<'a> {
        let is_device_only = self.is_device_only();
        let by_browser = |_: &_| !is_device_only;
        let scopes = self.scopes();
        let jwks_uri = self.metadata.jwks_uri.as_ref();
        let jwks_uri = jwks_uri.filter(|_| scopes.contains(&"openid"));
        let algorithms = self.metadata.id_token_signing_alg_values_supported.iter();
        let algorithms = algorithms
            .map(String::as_str)
            .filter(|name| jwks_uri.is_some() && !name.eq_ignore_ascii_case("none"));
        let has_pkce = offers(&self.metadata.code_challenge_methods_supported, "S256");
        let chooses = offers(&self.metadata.prompt_values_supported, "select_account");
        let chooser = WrittenAuthorization {
            account_chooser: ["prompt=select_account"],
        };
        Written {
            id: id.as_str(),
            name,
            sign_in: is_device_only.then_some("device"),
            issuer: &self.metadata.issuer,
            authorization_endpoint: self
                .metadata
                .authorization_endpoint
                .as_ref()
                .filter(by_browser),
            token_endpoint: &self.metadata.token_endpoint,
            revocation_endpoint: self.metadata.revocation_endpoint.as_ref(),
            userinfo_endpoint: self.metadata.userinfo_endpoint.as_ref(),
            device_authorization_endpoint: self.metadata.device_authorization_endpoint.as_ref(),
            jwks_uri,
            id_token_signing_alg_values_supported: algorithms.collect(),
            scopes,
            token_endpoint_auth_method: self.auth_method(),
            code_challenge_methods_supported: has_pkce.then_some("S256").into_iter().collect(),
            redirect_uri: (!is_device_only).then_some("http://127.0.0.1/callback"),
            authorization_response_iss_parameter_supported: self
                .metadata
                .authorization_response_iss_parameter_supported
                .then_some(true),
            authorization: (chooses && !is_device_only).then_some(chooser),
        }
    }
}

/// The provider file that says what was found.
pub fn file(found: &Discovered, id: &ProviderId, name: &str) -> String {
    // Texts, lists of texts and truth values always have a TOML form.
    let keys = toml::to_string(&found.written(id, name)).unwrap_or_default();
    format!(
        "# Read from the metadata of the issuer, at {}\n\n{keys}",
        found.read_at
    )
}

/// An id that nobody has yet, made of the issuer's host.
pub fn propose_id(issuer_host: &str, existing: &[ProviderId]) -> Option<ProviderId> {
    let lawful = |char: char| match char.to_ascii_lowercase() {
        char @ ('a'..='z' | '0'..='9') => char,
        _ => '-',
    };
    let base: String = words(issuer_host)
        .join("-")
        .chars()
        .map(lawful)
        .take(LONGEST_ID)
        .collect();
    let base = match base.trim_matches('-') {
        "" => "provider",
        base => base,
    };
    let numbered = (2..1000).map(|number| format!("{base}-{number}"));
    std::iter::once(base.to_owned())
        .chain(numbered)
        .filter_map(|id| ProviderId::new(id).ok())
        .find(|id| !existing.contains(id))
}

/// A name for people, made of the issuer's host; in ASCII, so that no letter looks like another.
pub fn propose_name(issuer_host: &str) -> String {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let is_word = |word: &&str| !word.starts_with("xn--");
    let words = words(issuer_host);
    let name = if is_address(issuer_host) || !words.iter().all(is_word) {
        issuer_host.to_owned()
    } else {
        let words: Vec<String> = words.into_iter().map(capitalized).collect();
        words.join(" ")
    };
    name.chars().take(LONGEST_NAME).collect()
}

/// The labels of a host that say whose it is.
fn words(host: &str) -> Vec<&str> {
    if is_address(host) {
        return host
            .split(['.', ':', '[', ']'])
            .filter(|it| !it.is_empty())
            .collect();
    }
    let mut labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    if labels.len() > 1 {
        labels.truncate(labels.len() - 1);
    }
    if labels.len() > 1 && labels.last().is_some_and(|label| SHARED.contains(label)) {
        labels.truncate(labels.len() - 1);
    }
    while labels.len() > 1 && labels.first().is_some_and(|label| COMMON.contains(label)) {
        labels.remove(0);
    }
    labels
}

fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

fn offers(list: &[String], value: &str) -> bool {
    list.iter().any(|offered| offered == value)
}
