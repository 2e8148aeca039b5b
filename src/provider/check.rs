//! Makes a checked record of a provider file, or lists every mistake in it.
//!
//! Knows what is lawful and what belongs together; single requests are checked in `check_calls`.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use url::Url;

use super::address::{self, Endpoint, SECURE};
use super::check_calls::{self, Defaults};
use super::manifest::{
    ChallengeMethod, Effect, Errors, GrantType, HostEntry, Identity, Manifest, OptionEntry, Text,
    TokenResponseKeys, TradingAccounts, WayIn,
};
use super::mistake::Mistake;
use super::profile::{Pointers, ProfileKeys, TradingKeys};
use super::record::{
    AuthorizationRecord, Calls, Choice, ErrorKeys, Host, IssuerRule, Origin, Provider,
    Redirection, SignIn, Switch, TokenKeys,
};
use super::redirect;
use crate::ids::ProviderId;

/// The mark of a provider whose file gives none.
const DEFAULT_COLOR: u32 = 0x0064_748b;

/// Names the authorization request gives a meaning to; a file must not say them a second time.
const RESERVED: [&str; 14] = [
    "response_type",
    "response_mode",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "code",
    "iss",
    "error",
];

/// The longest lifetime a file may state: ten years.
const LONGEST_LIFETIME: u64 = 10 * 366 * 24 * 60 * 60;

/// The stand-in for an origin that the person gives.
const GIVEN_LATER: &str = "https://address.invalid";

/// Collects mistakes, and knows the hosts endpoints are at.
#[derive(Debug, Default)]
pub(super) struct Checker {
    pub(super) mistakes: Vec<Mistake>,
    hosts: Vec<Host>,
}

/// Reads a file; the range is where its id stands.
pub(super) fn read(
    text: &str,
    origin: Origin,
) -> Result<(Provider, Range<usize>), Vec<Mistake>> {
    let manifest: Manifest =
        toml::from_str(text).map_err(|error| vec![Mistake::of_toml(&error, text)])?;
    let mut checker = Checker::default();
    let id_at = manifest.id.span();
    match checker.provider(&manifest, origin) {
        Some(provider) if checker.mistakes.is_empty() => Ok((provider, id_at)),
        _ => Err(checker.mistakes),
    }
}

impl Checker {
    pub(super) fn refuse(&mut self, at: Range<usize>, key: &str, expected: impl Into<String>) {
        self.mistakes.push(Mistake::at(at, key, expected));
    }

    fn provider(&mut self, manifest: &Manifest, origin: Origin) -> Option<Provider> {
        let id = ProviderId::new(manifest.id.get_ref().clone()).ok();
        if id.is_none() {
            self.refuse(
                manifest.id.span(),
                "id",
                "1 to 64 of the characters a-z, 0-9 and -",
            );
        }
        let hosts = manifest.hosts.iter().filter_map(|entry| self.host(entry));
        self.hosts = hosts.collect::<Vec<_>>();
        let color = self.color(manifest.color.as_ref());
        let name = self.label(&manifest.name, "name");
        let options = manifest.options.iter().map(|entry| self.option(entry)).collect();
        let tokens = self.tokens(&manifest.token_response);
        let authorization = self.authorization(manifest);
        let calls = self.calls(manifest, &tokens);
        self.belonging(manifest, &calls);
        Some(Provider {
            id: id?,
            name,
            color,
            origin,
            notes: manifest.notes.clone(),
            sign_in: match manifest.sign_in {
                WayIn::AuthorizationCode => SignIn::AuthorizationCode,
                WayIn::Password => SignIn::Password,
            },
            authorization,
            redirection: self.redirection(manifest),
            hosts: std::mem::take(&mut self.hosts),
            options,
            calls,
            tokens,
            profile: self.profile(manifest),
            errors: self.errors(&manifest.errors),
        })
    }

    /// One line that a person can read.
    fn label(&mut self, text: &Text, key: &str) -> String {
        let label = text.get_ref().trim();
        let is_lawful = (1..=64).contains(&label.chars().count()) && !label.contains(char::is_control);
        if !is_lawful {
            self.refuse(text.span(), key, "one line of 1 to 64 characters");
        }
        label.to_owned()
    }

    fn color(&mut self, color: Option<&Text>) -> u32 {
        let Some(text) = color else {
            return DEFAULT_COLOR;
        };
        let digits = text.get_ref();
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16) {
            Ok(color) if is_hex => color,
            _ => {
                self.refuse(text.span(), "color", "six hexadecimal digits, such as \"0f766e\"");
                DEFAULT_COLOR
            }
        }
    }

    fn host(&mut self, entry: &HostEntry) -> Option<Host> {
        let id = self.name(&entry.id, "hosts.id");
        let choices = entry.choices.iter().filter_map(|choice| {
            Some(Choice {
                name: self.label(&choice.name, "hosts.choices.name"),
                address: self.base(&choice.address, "hosts.choices.address")?,
            })
        });
        let choices = choices.collect();
        let address = match &entry.address {
            Some(text) => Some(self.base(text, "hosts.address")?),
            None => None,
        };
        Some(Host {
            id: id?,
            name: self.label(&entry.name, "hosts.name"),
            address,
            choices,
        })
    }

    fn option(&mut self, entry: &OptionEntry) -> Switch {
        Switch {
            id: self.name(&entry.id, "options.id").unwrap_or_default(),
            name: self.label(&entry.name, "options.name"),
            explanation: entry.explanation.get_ref().trim().to_owned(),
            default: entry.default,
            effect: entry.effect,
            note: entry.note.clone(),
        }
    }

    /// A name by which scripts and settings speak of something.
    pub(super) fn name(&mut self, text: &Text, key: &str) -> Option<String> {
        let name = text.get_ref();
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        if (1..=64).contains(&name.len()) && name.bytes().all(fits) {
            return Some(name.clone());
        }
        self.refuse(text.span(), key, "1 to 64 of the characters a-z, 0-9, _ and -");
        None
    }

    fn base(&mut self, text: &Text, key: &str) -> Option<Url> {
        let checked = match Url::parse(text.get_ref()) {
            Ok(url) => address::check_base(&url).map(|()| url),
            Err(_) => Err(SECURE),
        };
        checked
            .map_err(|expected| self.refuse(text.span(), key, expected))
            .ok()
    }

    /// An endpoint; one that begins with a slash is at the host whose address the person gives.
    pub(super) fn endpoint(&mut self, text: &Text, key: &str) -> Option<Endpoint> {
        let written = text.get_ref();
        let is_path = written.starts_with('/') && !written.starts_with("//");
        if is_path && self.open_host().is_none() {
            let expected = format!("{SECURE}; a path alone needs one [[hosts]] entry without address");
            self.refuse(text.span(), key, expected);
            return None;
        }
        let before = if is_path { GIVEN_LATER } else { "" };
        let checked = match Url::parse(&format!("{before}{written}")) {
            Ok(url) => address::check(&url).map(|()| url),
            Err(_) => Err(SECURE),
        };
        match checked {
            Ok(url) if is_path => Some(Endpoint::new(url, self.open_host(), true)),
            Ok(url) => {
                let host = self.host_of(&url);
                Some(Endpoint::new(url, host, false))
            }
            Err(expected) => {
                self.refuse(text.span(), key, expected);
                None
            }
        }
    }

    fn open_host(&self) -> Option<String> {
        let mut open = self.hosts.iter().filter(|host| host.address.is_none());
        match (open.next(), open.next()) {
            (Some(host), None) => Some(host.id.clone()),
            _ => None,
        }
    }

    fn host_of(&self, url: &Url) -> Option<String> {
        let is_there = |host: &&Host| {
            let address = host.address.as_ref();
            address.is_some_and(|address| address.origin() == url.origin())
        };
        self.hosts.iter().find(is_there).map(|host| host.id.clone())
    }

    fn authorization(&mut self, manifest: &Manifest) -> Option<AuthorizationRecord> {
        let text = manifest.authorization_endpoint.as_ref()?;
        let endpoint = self.endpoint(text, "authorization_endpoint")?;
        self.refuse_reserved_query(text);
        let scopes = self.scopes(&manifest.scopes);
        let keys = &manifest.authorization;
        let extra_params = self.extra_params(&keys.extra_params);
        let issuer = manifest.issuer.as_ref().and_then(|text| self.issuer(text));
        Some(AuthorizationRecord {
            endpoint,
            scope: (keys.empty_scope || !scopes.is_empty()).then(|| scopes.join(" ")),
            extra_params,
            uses_pkce: manifest
                .code_challenge_methods_supported
                .contains(&ChallengeMethod::S256),
            state_may_be_missing: keys.state_may_be_missing,
            issuer: IssuerRule {
                issuer,
                is_required: manifest.authorization_response_iss_parameter_supported,
            },
        })
    }

    /// RFC 6749 §3.1 lets the endpoint have a query of its own, but no parameter may come twice.
    fn refuse_reserved_query(&mut self, text: &Text) {
        let Ok(url) = Url::parse(text.get_ref()) else {
            return;
        };
        if url.query_pairs().any(|(name, _)| is_reserved(&name)) {
            self.refuse(
                text.span(),
                "authorization_endpoint",
                "an address without parameters of the authorization request itself",
            );
        }
    }

    fn scopes(&mut self, scopes: &[Text]) -> Vec<String> {
        // RFC 6749 §3.3: visible ASCII without quote and backslash.
        let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        for scope in scopes {
            let text = scope.get_ref();
            if text.is_empty() || !text.bytes().all(fits) {
                self.refuse(scope.span(), "scopes", "one scope without space and quotation mark");
            }
        }
        scopes.iter().map(|scope| scope.get_ref().clone()).collect()
    }

    fn extra_params(&mut self, params: &[Text]) -> Vec<(String, String)> {
        let key = "authorization.extra_params";
        let mut pairs: Vec<(String, String)> = Vec::new();
        for param in params {
            let Some((name, value)) = param.get_ref().split_once('=') else {
                self.refuse(param.span(), key, "\"name=value\"");
                continue;
            };
            if is_reserved(name) {
                let expected = "no parameter of the authorization request itself";
                self.refuse(param.span(), key, expected);
            } else if name.is_empty() || pairs.iter().any(|(known, _)| known == name) {
                self.refuse(param.span(), key, "each name once");
            } else {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        }
        pairs
    }

    /// RFC 8414 §2: an address with neither query nor fragment; compared as text ever after.
    fn issuer(&mut self, text: &Text) -> Option<String> {
        self.base(text, "issuer").map(|_| text.get_ref().clone())
    }

    fn redirection(&mut self, manifest: &Manifest) -> Redirection {
        let must_be_https = manifest.redirect_uri_must_be_https;
        if let Some(text) = &manifest.redirect_uri
            && let Err(expected) = redirect::read(text.get_ref(), must_be_https)
        {
            self.refuse(text.span(), "redirect_uri", expected);
        }
        Redirection {
            uri: manifest.redirect_uri.as_ref().map(|text| text.get_ref().clone()),
            must_be_https,
        }
    }

    fn tokens(&mut self, keys: &TokenResponseKeys) -> TokenKeys {
        let text = |text: &Text| text.get_ref().clone();
        let headers = match (&keys.access_token_header, &keys.refresh_token_header) {
            (Some(access), Some(refresh)) => Some((text(access), text(refresh))),
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => {
                let expected = "both access_token_header and refresh_token_header, or neither";
                self.refuse(one.span(), "token_response", expected);
                None
            }
        };
        let claims = keys.keep_claims.iter().map(|(name, pointer)| {
            self.pointer(pointer, "token_response.keep_claims");
            (name.clone(), text(pointer))
        });
        TokenKeys {
            keep_claims: claims.collect(),
            headers,
            candidate_refresh_token: keys.candidate_refresh_token.as_ref().map(text),
            keep: keys.keep.iter().map(text).collect(),
            access_lifetime: self.lifetime(keys.access_token_lifetime.as_ref()),
            refresh_lifetime: self.lifetime(keys.refresh_token_lifetime.as_ref()),
            renews_on_use: self.lifetime(keys.renews_on_use.as_ref()),
            keeps_previous: keys.keeps_previous_refresh_token,
        }
    }

    fn lifetime(&mut self, seconds: Option<&Spanned<u64>>) -> Option<Duration> {
        let seconds = seconds?;
        if !(1..=LONGEST_LIFETIME).contains(seconds.get_ref()) {
            self.refuse(seconds.span(), "token_response", "seconds, from 1 to ten years");
        }
        Some(Duration::from_secs(*seconds.get_ref()))
    }

    fn calls(&mut self, manifest: &Manifest, tokens: &TokenKeys) -> Calls {
        let may_refresh = manifest
            .grant_types
            .as_ref()
            .is_none_or(|types| types.contains(&GrantType::RefreshToken));
        let defaults = Defaults {
            by_code: manifest.sign_in == WayIn::AuthorizationCode,
            refreshes: may_refresh && tokens.renews_on_use.is_none(),
        };
        check_calls::calls(self, manifest, tokens, &defaults)
    }

    /// What one key makes another one necessary.
    fn belonging(&mut self, manifest: &Manifest, calls: &Calls) {
        let by_option = |entry: &OptionEntry| entry.effect == Effect::PasswordSignIn;
        let by_password =
            manifest.sign_in == WayIn::Password || manifest.options.iter().any(by_option);
        let lacks = [
            (
                manifest.sign_in == WayIn::AuthorizationCode && manifest.authorization_endpoint.is_none(),
                "authorization_endpoint",
            ),
            (
                manifest.authorization_endpoint.is_some()
                    && manifest.token_endpoint.is_none()
                    && manifest.exchange.is_empty(),
                "token_endpoint",
            ),
            (by_password && calls.password.is_empty() && manifest.password.is_empty(), "password"),
            (
                manifest.authorization_response_iss_parameter_supported && manifest.issuer.is_none(),
                "issuer",
            ),
        ];
        for (lacks, key) in lacks {
            if lacks {
                let expected = "this key, because of what else the file says";
                self.mistakes.push(Mistake::of_file(key, expected));
            }
        }
    }

    fn profile(&mut self, manifest: &Manifest) -> ProfileKeys {
        let standard = |pointer: &str| vec![vec![pointer.to_owned()]];
        let trading_accounts = manifest.trading_accounts.as_ref();
        let trading_accounts = trading_accounts.map(|keys| self.trading(keys));
        let Some(keys) = &manifest.identity else {
            // OpenID Connect Core §5.1.
            return ProfileKeys {
                subject: standard("/sub"),
                login: standard("/preferred_username"),
                email: standard("/email"),
                name: standard("/name"),
                trading_accounts,
            };
        };
        let Identity {
            subject,
            login,
            email,
            name,
        } = keys;
        ProfileKeys {
            subject: self.pointers(subject, "identity.subject"),
            login: self.pointers(login, "identity.login"),
            email: self.pointers(email, "identity.email"),
            name: self.pointers(name, "identity.name"),
            trading_accounts,
        }
    }

    fn trading(&mut self, keys: &TradingAccounts) -> TradingKeys {
        let mut pointer = |text: &Text, key: &str| {
            self.pointer(text, key);
            text.get_ref().clone()
        };
        TradingKeys {
            list: pointer(&keys.list, "trading_accounts.list"),
            account_number: pointer(&keys.account_number, "trading_accounts.account_number"),
            trade_platform: pointer(&keys.trade_platform, "trading_accounts.trade_platform"),
            domestic: keys
                .domestic
                .as_ref()
                .map(|text| pointer(text, "trading_accounts.domestic")),
            application_status: self.pointers(
                &keys.application_status,
                "trading_accounts.application_status",
            ),
        }
    }

    fn pointers(&mut self, texts: &[Text], key: &str) -> Vec<Pointers> {
        for text in texts {
            self.pointer(text, key);
        }
        let split = |text: &Text| text.get_ref().split_whitespace().map(str::to_owned).collect();
        texts.iter().map(split).collect()
    }

    fn pointer(&mut self, text: &Text, key: &str) {
        let mut parts = text.get_ref().split_whitespace().peekable();
        if parts.peek().is_none() || !parts.all(|part| part.starts_with('/')) {
            self.refuse(text.span(), key, "a JSON pointer, such as \"/data/id\"");
        }
    }

    fn errors(&mut self, keys: &Errors) -> ErrorKeys {
        let rejected = keys.access_token_rejected.as_deref();
        for status in rejected.unwrap_or_default() {
            if !(400..500).contains(status.get_ref()) {
                self.refuse(status.span(), "errors.access_token_rejected", "statuses from 400 to 499");
            }
        }
        let statuses = rejected.map(|list| list.iter().map(|status| *status.get_ref()).collect());
        let codes = keys.refresh_token_rejected.iter();
        ErrorKeys {
            access_token_rejected: statuses.unwrap_or_else(|| vec![401]),
            refresh_token_rejected: codes.map(|code| code.get_ref().clone()).collect(),
        }
    }
}

fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}
