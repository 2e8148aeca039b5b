//! The providers' cards: what each is, what it still needs, how it is set up.
//!
//! Draws up and changes nothing else. Knows no client secret, only whether one is kept.

use std::sync::Arc;

use super::Core;
use super::clients::HeldClient;
use crate::bridge::{
    ClientCard, HostCard, HostChoice, Missing, OptionCard, ProviderCard, ProviderOrigin,
    RedirectWay, SignInKind, WayCard,
};
use crate::provider::{self, ClientSettings, Host, Need, Origin, Provider, SignIn, Switch};

impl Core {
    /// Draws up the providers' cards.
    pub(super) fn describe_providers(&mut self) {
        let cards = self.registry.iter();
        self.provider_cards = cards
            .map(|provider| Arc::new(self.describe(provider)))
            .collect();
    }

    fn describe(&self, provider: &Provider) -> ProviderCard {
        let settings = self.client_settings(&provider.id);
        let sign_in = match provider.sign_in(&settings) {
            SignIn::AuthorizationCode => SignInKind::Browser,
            SignIn::Password => SignInKind::Password,
            SignIn::Device => SignInKind::Device,
        };
        let origin = match &provider.origin {
            Origin::BuiltIn => ProviderOrigin::BuiltIn,
            Origin::User { file } => ProviderOrigin::AddedByYou { file: file.clone() },
        };
        let client = self.describe_client(provider, &settings);
        ProviderCard {
            id: provider.id.clone(),
            name: provider.name.clone(),
            color: provider.color,
            mark: provider.mark.clone(),
            origin,
            sign_in,
            sign_in_host: provider.sign_in_host(&settings),
            all_hosts: all_hosts(provider, &settings),
            offers_device: provider.offers_device(),
            missing: self.missing(provider),
            can_be_set_up: client.wants_client_id
                || !client.hosts.is_empty()
                || !client.options.is_empty(),
            client,
            notes: provider.notes(&settings),
        }
    }

    fn describe_client(&self, provider: &Provider, settings: &ClientSettings) -> ClientCard {
        let held = self.clients.get(&provider.id);
        let proposed = provider.redirect(&ClientSettings::default());
        ClientCard {
            wants_client_id: provider.wants_client_id(),
            wants_client_secret: provider.wants_client_secret(),
            wants_redirect_uri: provider.wants_redirect_uri(),
            client_id: settings.client_id.clone(),
            has_client_secret: held.is_some_and(HeldClient::has_secret),
            redirect_uri: provider.redirect(settings).uri,
            proposed_redirect_uri: proposed.uri,
            other_redirect_uris: settings.other_redirect_uris.clone(),
            way_home: way_of(provider.redirect(settings).kind.way()),
            ways: ways(provider),
            browser: settings.browser.clone(),
            test: held.and_then(|client| client.test.clone()),
            hosts: provider
                .hosts()
                .iter()
                .map(|host| host_card(provider, host, settings))
                .collect(),
            options: provider
                .options()
                .iter()
                .map(|option| option_card(option, settings))
                .collect(),
        }
    }
}

fn host_card(provider: &Provider, host: &Host, settings: &ClientSettings) -> HostCard {
    let choice = |choice: &provider::Choice| HostChoice {
        name: choice.name.clone(),
        address: choice.address.to_string(),
    };
    HostCard {
        id: host.id.clone(),
        name: host.name.clone(),
        address: provider.host_address(host, settings),
        proposed: provider.host_address(host, &ClientSettings::default()),
        choices: host.choices.iter().map(choice).collect(),
    }
}

fn option_card(option: &Switch, settings: &ClientSettings) -> OptionCard {
    OptionCard {
        id: option.id.clone(),
        name: option.name.clone(),
        explanation: option.explanation.clone(),
        enabled: settings
            .options
            .get(&option.id)
            .copied()
            .unwrap_or(option.default),
    }
}

fn all_hosts(provider: &Provider, settings: &ClientSettings) -> Vec<String> {
    let hosts = provider.hosts_in_ascii(settings).into_iter();
    hosts.map(|host| host.name).collect()
}

fn ways(provider: &Provider) -> Vec<WayCard> {
    let card = |way: provider::RedirectWay| WayCard {
        proposed: provider.proposed_redirect_uri(way).to_owned(),
        way: way_of(way),
    };
    provider.redirect_ways().into_iter().map(card).collect()
}

const fn way_of(way: provider::RedirectWay) -> RedirectWay {
    match way {
        provider::RedirectWay::LoopbackHttp => RedirectWay::Loopback,
        provider::RedirectWay::LoopbackHttps => RedirectWay::LoopbackTls,
        provider::RedirectWay::Pasted => RedirectWay::Pasted,
        provider::RedirectWay::OutOfBand => RedirectWay::OutOfBand,
    }
}

pub(super) const fn missing_of(need: Need) -> Missing {
    match need {
        Need::ClientId => Missing::ClientId,
        Need::ClientSecret => Missing::ClientSecret,
        Need::BaseUrl => Missing::BaseUrl,
        Need::RedirectUri => Missing::RedirectUri,
    }
}
