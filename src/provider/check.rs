//! Makes a checked record of a provider file, or lists every mistake in it.
//!
//! Knows what is lawful and what belongs together; the authorization request is checked in `check_authorization`, other requests in
//! `check_calls`, what is known of answers in `check_answers`, the mark in `check_mark`.

use std::ops::Range;

use url::Url;

use super::address::{self, Endpoint, SECURE};
use super::check_calls;
use super::check_standard::Defaults;
use super::manifest::{Effect, GrantType, HostEntry, Manifest, OptionEntry, Text, WayIn};
use super::mistake::Mistake;
use super::record::{Calls, Choice, Host, Origin, Provider, SignIn, Switch, TokenKeys};
use crate::ids::ProviderId;

/// The stand-in for an origin that the person gives.
const GIVEN_LATER: &str = "https://address.invalid";

/// Collects mistakes, and knows the hosts endpoints are at.
#[derive(Debug, Default)]
pub(super) struct Checker {
    pub(super) mistakes: Vec<Mistake>,
    hosts: Vec<Host>,
}

/// Reads a file; the range is where its id stands.
pub(super) fn read(text: &str, origin: Origin) -> Result<(Provider, Range<usize>), Vec<Mistake>> {
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
        let mark = self.mark(manifest.mark.as_ref(), &name);
        let options = manifest
            .options
            .iter()
            .map(|entry| self.option(entry))
            .collect();
        let tokens = self.tokens(&manifest.token_response);
        let scopes = self.scopes(&manifest.scopes);
        let authorization = self.authorization(manifest, &scopes);
        let calls = self.calls(manifest, &tokens, &scopes);
        self.belonging(manifest, &calls);
        Some(Provider {
            id: id?,
            name,
            color,
            mark,
            origin,
            notes: manifest.notes.clone(),
            sign_in: match manifest.sign_in {
                WayIn::AuthorizationCode => SignIn::AuthorizationCode,
                WayIn::Password => SignIn::Password,
                WayIn::Device => SignIn::Device,
            },
            issuer: self.issuer(manifest),
            id_tokens: self.id_tokens(manifest, &scopes),
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
        let is_lawful =
            (1..=64).contains(&label.chars().count()) && !label.contains(char::is_control);
        if !is_lawful {
            self.refuse(text.span(), key, "one line of 1 to 64 characters");
        }
        label.to_owned()
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
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        if (1..=64).contains(&name.len()) && name.bytes().all(fits) {
            return Some(name.clone());
        }
        self.refuse(
            text.span(),
            key,
            "1 to 64 of the characters a-z, 0-9, _ and -",
        );
        None
    }

    pub(super) fn base(&mut self, text: &Text, key: &str) -> Option<Url> {
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
            let expected =
                format!("{SECURE}; a path alone needs one [[hosts]] entry without address");
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

    fn calls(&mut self, manifest: &Manifest, tokens: &TokenKeys, scopes: &[String]) -> Calls {
        let may_refresh = manifest
            .grant_types
            .as_ref()
            .is_none_or(|types| types.contains(&GrantType::RefreshToken));
        let by_grant =
            manifest.sign_in != WayIn::Password || manifest.device_authorization_endpoint.is_some();
        let defaults = Defaults {
            by_code: manifest.sign_in == WayIn::AuthorizationCode,
            refreshes: by_grant && may_refresh && tokens.renews_on_use.is_none(),
            scopes,
        };
        check_calls::calls(self, manifest, tokens, &defaults)
    }

    /// What one key makes another one necessary.
    fn belonging(&mut self, manifest: &Manifest, calls: &Calls) {
        let by_option = |entry: &OptionEntry| entry.effect == Effect::PasswordSignIn;
        let by_password =
            manifest.sign_in == WayIn::Password || manifest.options.iter().any(by_option);
        let by_device = manifest.device_authorization_endpoint.is_some();
        let lacks = [
            (
                manifest.sign_in == WayIn::AuthorizationCode
                    && manifest.authorization_endpoint.is_none(),
                "authorization_endpoint",
            ),
            (
                manifest.sign_in == WayIn::Device && !by_device,
                "device_authorization_endpoint",
            ),
            (
                manifest.token_endpoint.is_none()
                    && (by_device
                        || manifest.authorization_endpoint.is_some()
                            && manifest.exchange.is_empty()),
                "token_endpoint",
            ),
            (
                by_password && calls.password.is_empty() && manifest.password.is_empty(),
                "password",
            ),
            (
                manifest.issuer.is_none()
                    && (manifest.authorization_response_iss_parameter_supported
                        || manifest.jwks_uri.is_some()),
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
}
