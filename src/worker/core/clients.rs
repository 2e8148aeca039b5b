//! Registered clients as the core holds them: what was set up in advance, what a person saved, what a test showed.
//!
//! Knows no client secret, only whether one is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::Core;
use super::provider_cards::missing_of;
use crate::bridge::{
    BrowserChange, ClientChange, ClientTest, ClientTestOutcome, Missing, ProblemKind, SecretChange,
};
use crate::ids::{CommandId, ProviderId};
use crate::provider::{ClientSettings, Origin, Provider};
use crate::store::StoredClient;
use crate::worker::failure::Failure;
use crate::worker::input::Effect;
use crate::worker::world::Preset;

/// A registered client: set up in advance, by the person, or both.
#[derive(Debug, Default)]
pub(in crate::worker) struct HeldClient {
    preset: ClientSettings,
    preset_has_secret: bool,
    saved: ClientSettings,
    saved_has_secret: bool,
    /// What the last test of a set-up showed, this one's or another.
    pub(super) test: Option<ClientTest>,
}

impl HeldClient {
    /// What the person saved goes before what was set up in advance.
    pub(super) fn settings(&self) -> ClientSettings {
        let mut settings = self.preset.clone();
        let saved = self.saved.clone();
        settings.client_id = saved.client_id.or(settings.client_id);
        if saved.redirect_uri.is_some() || !saved.other_redirect_uris.is_empty() {
            settings.other_redirect_uris = saved.other_redirect_uris;
        }
        settings.redirect_uri = saved.redirect_uri.or(settings.redirect_uri);
        settings.pastes_redirect |= saved.pastes_redirect;
        settings.browser = saved.browser.or(settings.browser);
        settings.kept_for = saved.kept_for;
        settings.base_url = saved.base_url.or(settings.base_url);
        settings.hosts.extend(saved.hosts);
        settings.options.extend(saved.options);
        settings
    }

    pub(super) const fn has_secret(&self) -> bool {
        self.saved_has_secret || self.preset_has_secret
    }
}

impl Core {
    pub(super) fn furnish_clients(
        &mut self,
        presets: BTreeMap<ProviderId, Preset>,
        stored: &[StoredClient],
    ) {
        for (provider, preset) in presets {
            let client = self.clients.entry(provider).or_default();
            client.preset = preset.settings;
            client.preset_has_secret = preset.secret.is_some();
        }
        self.refurnish_clients(stored);
    }

    pub(super) fn refurnish_clients(&mut self, stored: &[StoredClient]) {
        for kept in stored {
            let client = self.clients.entry(kept.provider.clone()).or_default();
            // Settings of a newer version are left alone on disk and unused here.
            client.saved = serde_json::from_str(&kept.settings_json).unwrap_or_default();
            client.saved_has_secret = kept.has_secret;
        }
    }

    /// The client in use with a provider.
    pub(super) fn client_settings(&self, provider: &ProviderId) -> ClientSettings {
        self.clients
            .get(provider)
            .map(HeldClient::settings)
            .unwrap_or_default()
    }

    /// Fails where the set-up lacks something.
    pub(super) fn require_client(&self, provider: &ProviderId) -> Result<(), Failure> {
        let Some(record) = self.registry.get(provider) else {
            return Err(Failure::bug("no such provider"));
        };
        let missing = self.missing(record);
        if missing.is_empty() {
            return self.check_kept_for(record);
        }
        Err(Failure::new(ProblemKind::ClientIncomplete { missing }))
    }

    /// A file of the user's own that now sends secrets elsewhere gets none before the set-up is saved again.
    fn check_kept_for(&self, record: &Provider) -> Result<(), Failure> {
        let settings = self.client_settings(&record.id);
        let kept_for = settings.kept_for.clone();
        if kept_for.is_empty() || kept_for == record.secret_origins(&settings) {
            return Ok(());
        }
        Err(Failure::new(ProblemKind::ClientInvalid {
            field: "The provider’s file".to_owned(),
            expected: format!(
                "one that sends secrets to {} only, as when the set-up was saved. Save the set-up again if the change is right",
                kept_for.join(", ")
            ),
        }))
    }

    pub(super) fn missing(&self, provider: &Provider) -> Vec<Missing> {
        let has_secret = self
            .clients
            .get(&provider.id)
            .is_some_and(HeldClient::has_secret);
        let needs = provider.missing(&self.client_settings(&provider.id), has_secret);
        needs.into_iter().map(missing_of).collect()
    }

    pub(super) fn save_client(
        &mut self,
        command: CommandId,
        provider: ProviderId,
        change: ClientChange,
        now: Timestamp,
    ) -> Vec<Effect> {
        let secret = change.client_secret.clone();
        match self.changed_settings(&provider, change) {
            Ok(settings) => vec![Effect::SaveClient {
                command,
                provider,
                settings: Box::new(settings),
                secret,
            }],
            Err(failure) => {
                self.finish(command, None, Some(failure), now);
                Vec::new()
            }
        }
    }

    fn changed_settings(
        &self,
        id: &ProviderId,
        change: ClientChange,
    ) -> Result<ClientSettings, Failure> {
        let Some(provider) = self.registry.get(id) else {
            return Err(Failure::bug("no such provider"));
        };
        let held = self.clients.get(id);
        let mut saved = held.map(|client| client.saved.clone()).unwrap_or_default();
        let text = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(client_id) = change.client_id {
            saved.client_id = text(client_id);
        }
        if let Some(redirect_uri) = change.redirect_uri {
            saved.redirect_uri = text(redirect_uri);
        }
        if let Some(others) = change.other_redirect_uris {
            saved.other_redirect_uris = others.into_iter().filter_map(text).collect();
        }
        saved.pastes_redirect = change.pastes_redirect.unwrap_or(saved.pastes_redirect);
        match change.browser {
            BrowserChange::Keep => {}
            BrowserChange::System => saved.browser = None,
            BrowserChange::Take(browser) => saved.browser = Some(browser),
        }
        if let Some(base_url) = change.base_url {
            saved.base_url = text(base_url)
                .map(|it| address("Base address", &it))
                .transpose()?;
            saved.hosts.clear();
        }
        for (host, chosen) in change.hosts {
            match text(chosen) {
                Some(chosen) => {
                    let chosen = address(&host, &chosen)?;
                    saved.hosts.insert(host, chosen);
                }
                None => drop(saved.hosts.remove(&host)),
            }
        }
        saved.options.extend(change.options);
        let effective = HeldClient {
            preset: held.map(|client| client.preset.clone()).unwrap_or_default(),
            saved: saved.clone(),
            ..HeldClient::default()
        };
        let effective = effective.settings();
        provider.check_settings(&effective).map_err(|error| {
            Failure::new(ProblemKind::ClientInvalid {
                field: error.field,
                expected: error.expected,
            })
        })?;
        if matches!(provider.origin, Origin::User { .. }) {
            saved.kept_for = provider.secret_origins(&effective);
        }
        Ok(saved)
    }

    /// Takes in a saved client; the settings travel with the effect and come back through the store.
    pub(super) fn client_saved(
        &mut self,
        command: CommandId,
        provider: &ProviderId,
        result: Result<(ClientSettings, bool), Failure>,
        now: Timestamp,
    ) {
        match result {
            Ok((settings, has_secret)) => {
                let client = self.clients.entry(provider.clone()).or_default();
                client.saved = settings;
                client.saved_has_secret = has_secret;
                self.describe_providers();
                self.set_up_changed(provider, now);
                self.finish(command, None, None, now);
            }
            Err(failure) => self.finish(command, None, Some(failure), now),
        }
    }

    /// Tries a changed set-up without keeping it.
    pub(super) fn test_client(
        &mut self,
        command: CommandId,
        provider: &ProviderId,
        change: ClientChange,
        now: Timestamp,
    ) -> Vec<Effect> {
        let secret = change.client_secret.clone();
        let planned = self.tested_settings(provider, change, &secret);
        let (record, settings) = match planned {
            Ok(planned) => planned,
            Err(failure) => {
                let outcome = ClientTestOutcome::Failed(failure.kind);
                self.client_tested(command, provider, outcome, now);
                return Vec::new();
            }
        };
        self.show_test(provider, None, ClientTestOutcome::Testing);
        vec![Effect::TestClient {
            command,
            provider: record,
            settings: Box::new(settings),
            secret,
        }]
    }

    fn tested_settings(
        &self,
        id: &ProviderId,
        change: ClientChange,
        secret: &SecretChange,
    ) -> Result<(Arc<Provider>, ClientSettings), Failure> {
        let saved = self.changed_settings(id, change)?;
        let Some(record) = self.registry.get(id) else {
            return Err(Failure::bug("no such provider"));
        };
        let held = self.clients.get(id);
        let has_secret = match secret {
            SecretChange::Keep => held.is_some_and(HeldClient::has_secret),
            SecretChange::Set(_) => true,
            SecretChange::Remove => false,
        };
        let effective = HeldClient {
            preset: held.map(|client| client.preset.clone()).unwrap_or_default(),
            saved,
            ..HeldClient::default()
        };
        let settings = effective.settings();
        let missing = record.missing(&settings, has_secret);
        if missing.is_empty() {
            return Ok((Arc::clone(record), settings));
        }
        let missing = missing.into_iter().map(missing_of).collect();
        Err(Failure::new(ProblemKind::ClientIncomplete { missing }))
    }

    /// Takes in what a test showed.
    pub(super) fn client_tested(
        &mut self,
        command: CommandId,
        provider: &ProviderId,
        outcome: ClientTestOutcome,
        now: Timestamp,
    ) {
        let failure = match &outcome {
            ClientTestOutcome::Failed(kind) => Some(Failure::new(kind.clone())),
            _ => None,
        };
        self.show_test(provider, Some(now), outcome);
        self.finish(command, None, failure, now);
    }

    fn show_test(
        &mut self,
        provider: &ProviderId,
        at: Option<Timestamp>,
        outcome: ClientTestOutcome,
    ) {
        let client = self.clients.entry(provider.clone()).or_default();
        client.test = Some(ClientTest { at, outcome });
        self.describe_providers();
    }
}

fn address(field: &str, text: &str) -> Result<Url, Failure> {
    Url::parse(text).map_err(|error| {
        Failure::caused(
            ProblemKind::ClientInvalid {
                field: field.to_owned(),
                expected: "an address that begins with https://".to_owned(),
            },
            &error,
        )
    })
}
