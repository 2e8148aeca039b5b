//! Checks what a provider file says about the authorization request, its response, and where that response goes.
//!
//! Knows nothing of requests to endpoints.

use url::Url;

use super::check::Checker;
use super::manifest::{ChallengeMethod, Manifest, Text};
use super::mistake::Mistake;
use super::record::{AuthorizationRecord, IdTokens, IssuerRule};
use super::redirect::{OUT_OF_BAND, Rules};
use super::ways::Redirection;

/// Names the authorization request gives a meaning to; a file must not say them a second time.
const RESERVED: [&str; 15] = [
    "response_type",
    "response_mode",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "code",
    "iss",
    "error",
];

/// What an ID token is signed with where nothing else was agreed on (OpenID Connect Core §3.1.3.7).
const DEFAULT_ALGORITHM: &str = "RS256";

impl Checker {
    pub(super) fn authorization(
        &mut self,
        manifest: &Manifest,
        scopes: &[String],
    ) -> Option<AuthorizationRecord> {
        let text = manifest.authorization_endpoint.as_ref()?;
        let endpoint = self.endpoint(text, "authorization_endpoint")?;
        let mut names = self.own_parameters(text);
        let keys = &manifest.authorization;
        let extra_params = self.params(&keys.extra_params, "extra_params", &mut names);
        let account_chooser = self.params(&keys.account_chooser, "account_chooser", &mut names);
        Some(AuthorizationRecord {
            endpoint,
            scope: (keys.empty_scope || !scopes.is_empty()).then(|| scopes.join(" ")),
            extra_params,
            account_chooser,
            uses_pkce: manifest
                .code_challenge_methods_supported
                .contains(&ChallengeMethod::S256),
            state_may_be_missing: keys.state_may_be_missing,
        })
    }

    /// RFC 6749 §3.1 lets the endpoint have a query of its own, but no parameter may come twice.
    fn own_parameters(&mut self, text: &Text) -> Vec<String> {
        let Ok(url) = Url::parse(text.get_ref()) else {
            return Vec::new();
        };
        let pairs = url.query_pairs();
        let names: Vec<String> = pairs.map(|(name, _)| as_servers_read(&name)).collect();
        if names.iter().any(|name| RESERVED.contains(&name.as_str())) {
            self.refuse(
                text.span(),
                "authorization_endpoint",
                "an address without parameters of the authorization request itself",
            );
        }
        names
    }

    pub(super) fn scopes(&mut self, scopes: &[Text]) -> Vec<String> {
        // RFC 6749 §3.3: visible ASCII without quote and backslash.
        let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        for scope in scopes {
            let text = scope.get_ref();
            if text.is_empty() || !text.bytes().all(fits) {
                self.refuse(
                    scope.span(),
                    "scopes",
                    "one scope without space and quotation mark",
                );
            }
        }
        scopes.iter().map(|scope| scope.get_ref().clone()).collect()
    }

    /// Parameters that come after those of the request itself; `names` are taken already.
    fn params(
        &mut self,
        params: &[Text],
        key: &str,
        names: &mut Vec<String>,
    ) -> Vec<(String, String)> {
        let key = format!("authorization.{key}");
        let mut pairs = Vec::new();
        for param in params {
            let pair = param.get_ref().split_once('=');
            let Some((name, value)) = pair.filter(|(name, _)| is_param_name(name)) else {
                self.refuse(param.span(), &key, "\"name=value\"");
                continue;
            };
            let read = as_servers_read(name);
            if RESERVED.contains(&read.as_str()) {
                let expected = "no parameter of the authorization request itself";
                self.refuse(param.span(), &key, expected);
            } else if names.contains(&read) {
                self.refuse(param.span(), &key, "each name once");
            } else {
                names.push(read);
                pairs.push((name.to_owned(), value.to_owned()));
            }
        }
        pairs
    }

    /// RFC 8414 §2: an address with neither query nor fragment; compared as text ever after.
    pub(super) fn issuer(&mut self, manifest: &Manifest) -> IssuerRule {
        let text = manifest.issuer.as_ref();
        let is_lawful = text.is_none_or(|text| self.base(text, "issuer").is_some());
        IssuerRule {
            issuer: text
                .filter(|_| is_lawful)
                .map(|text| text.get_ref().clone()),
            is_required: manifest.authorization_response_iss_parameter_supported,
        }
    }

    pub(super) fn id_tokens(&mut self, manifest: &Manifest, scopes: &[String]) -> IdTokens {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let listed = manifest.id_token_signing_alg_values_supported.as_ref();
        for text in listed.into_iter().flatten() {
            let name = text.get_ref();
            // What is not signed proves nothing.
            let is_lawful = !name.is_empty() && name.bytes().all(is_name);
            if !is_lawful || name.eq_ignore_ascii_case("none") {
                self.refuse(
                    text.span(),
                    "id_token_signing_alg_values_supported",
                    "names of algorithms that sign, such as \"RS256\"",
                );
            }
        }
        let names = listed.map(|list| list.iter().map(|text| text.get_ref().clone()).collect());
        IdTokens {
            is_asked_for: scopes.iter().any(|scope| scope == "openid"),
            algorithms: names.unwrap_or_else(|| vec![DEFAULT_ALGORITHM.to_owned()]),
        }
    }

    pub(super) fn redirection(&mut self, manifest: &Manifest) -> Redirection {
        let must_be_https = manifest.redirect_uri_must_be_https;
        let texts: Vec<&Text> = match (&manifest.redirect_uri, &manifest.redirect_uris) {
            (Some(_), Some(list)) => {
                let expected = "redirect_uri or redirect_uris, not both";
                self.refuse(list.span(), "redirect_uris", expected);
                Vec::new()
            }
            (Some(one), None) => vec![one],
            (None, Some(list)) => list.get_ref().iter().collect(),
            (None, None) => Vec::new(),
        };
        if let Some(list) = &manifest.redirect_uris
            && list.get_ref().is_empty()
        {
            self.refuse(list.span(), "redirect_uris", "at least one address");
        }
        let uris: Vec<&str> = texts.iter().map(|text| text.get_ref().as_str()).collect();
        let rules = Rules {
            must_be_https,
            is_pasted: false,
        };
        if let Err((place, expected)) = rules.read_all(&uris) {
            let key = match manifest.redirect_uri {
                Some(_) => "redirect_uri",
                None => "redirect_uris",
            };
            self.mistakes.push(match texts.get(place) {
                Some(text) => Mistake::at(text.span(), key, expected),
                None => Mistake::of_file(key, expected),
            });
        }
        let is_out_of_band = uris.first().is_some_and(|uri| uri.starts_with(OUT_OF_BAND));
        Redirection {
            uris: uris.into_iter().map(str::to_owned).collect(),
            must_be_https,
            out_of_band: manifest.out_of_band_redirect_supported || is_out_of_band,
        }
    }
}

/// RFC 6749 §8.2, `param-name`.
fn is_param_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}

/// The name as the most lenient servers read it: some ignore case, and PHP ends it at a bracket and takes a point or a space
/// for an underscore.
fn as_servers_read(name: &str) -> String {
    let name = name.trim_start().split(['[', '\0']).next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    name.replace(['.', ' '], "_")
}
