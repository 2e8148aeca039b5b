//! What a person sets up for a provider: the registered client, its hosts and switches.
//!
//! Holds no secret in what is written to disk. Knows nothing of where it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::address;
use super::error::SettingsError;
use super::record::Provider;
use crate::ids::BrowserChoice;
use crate::secret::Secret;

/// The set-up as it is kept; what is absent is the provider file's to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {
    /// The client identifier (RFC 6749 §2.2).
    pub client_id: Option<String>,
    /// The registered redirect URI, where it is not the file's.
    pub redirect_uri: Option<String>,
    /// Registered redirect URIs to try in this order after that one, where its port is taken.
    pub other_redirect_uris: Vec<String>,
    /// Whether the answer to an `https` loopback address is pasted instead of listened for.
    pub pastes_redirect: bool,
    /// Replaces the origin of every endpoint; its path is put before theirs.
    pub base_url: Option<Url>,
    /// Replaces the origin of one host's endpoints, by host id.
    pub hosts: BTreeMap<String, Url>,
    /// Switches that are not as the file has them, by option id.
    pub options: BTreeMap<String, bool>,
    /// Where the provider's file sent secrets when this was saved; empty where no file could be swapped.
    pub kept_for: Vec<String>,
    /// The browser new accounts are signed in with; `None` for the system's own choice.
    pub browser: Option<BrowserChoice>,
}

/// A set-up with its secret, for as long as requests are written.
#[derive(Clone, Debug)]
pub struct Client {
    /// The set-up.
    pub settings: ClientSettings,
    /// The client secret.
    pub secret: Option<Secret>,
}

/// What a set-up still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The client identifier.
    ClientId,
    /// The client secret.
    ClientSecret,
    /// The address of a service that everybody runs for themselves.
    BaseUrl,
    /// An address for the browser to come back to.
    RedirectUri,
}

impl Provider {
    /// What must be set up before anybody can link.
    pub fn missing(&self, settings: &ClientSettings, has_secret: bool) -> Vec<Need> {
        let lacks_id = settings.client_id.as_deref().is_none_or(str::is_empty);
        let by_browser = self.sign_in(settings) == super::SignIn::AuthorizationCode;
        let needs = [
            (self.wants_client_id() && lacks_id, Need::ClientId),
            (
                self.wants_client_secret() && !has_secret,
                Need::ClientSecret,
            ),
            (self.lacks_address(settings), Need::BaseUrl),
            (
                by_browser && self.redirect(settings).uri.is_empty(),
                Need::RedirectUri,
            ),
        ];
        needs
            .into_iter()
            .filter_map(|(lacks, need)| lacks.then_some(need))
            .collect()
    }

    /// Refuses addresses that secrets must not be sent to, and names the provider file doesn't have.
    pub fn check_settings(&self, settings: &ClientSettings) -> Result<(), SettingsError> {
        check_client_id(settings.client_id.as_deref())?;
        if let Some(base_url) = &settings.base_url {
            check_address("Base address", base_url)?;
        }
        for (id, address) in &settings.hosts {
            let Some(host) = self.hosts().iter().find(|host| host.id == *id) else {
                return Err(unknown(
                    id,
                    self.hosts().iter().map(|host| host.id.as_str()),
                ));
            };
            check_address(&host.name, address)?;
        }
        let known = |id: &String| self.options().iter().any(|option| option.id == *id);
        if let Some(id) = settings.options.keys().find(|id| !known(id)) {
            return Err(unknown(
                id,
                self.options().iter().map(|option| option.id.as_str()),
            ));
        }
        self.check_redirects(settings)
    }
}

fn check_client_id(client_id: Option<&str>) -> Result<(), SettingsError> {
    // RFC 6749 appendix A.1: visible characters and spaces.
    let is_lawful = |text: &str| text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    match client_id {
        Some(text) if !is_lawful(text) => {
            Err(refused("Client ID", "letters, digits and signs of ASCII"))
        }
        _ => Ok(()),
    }
}

fn check_address(field: &str, address: &Url) -> Result<(), SettingsError> {
    address::check_base(address).map_err(|expected| refused(field, expected))
}

fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> SettingsError {
    let known: Vec<&str> = known.collect();
    if known.is_empty() {
        return refused(id, "nothing of this name: the provider has no such setting");
    }
    refused(id, format!("one of {}", known.join(", ")))
}

pub(super) fn refused(field: &str, expected: impl Into<String>) -> SettingsError {
    SettingsError {
        field: field.to_owned(),
        expected: expected.into(),
    }
}
