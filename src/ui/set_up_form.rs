//! A client set-up being typed, and what of it differs from what is kept.
//!
//! Knows no widget. A secret is only in it between typing and sending.

use std::collections::BTreeMap;

use super::secret_field::SecretField;
use crate::bridge::{ClientCard, ClientChange, ProviderCard, RedirectWay, SecretChange};
use crate::ids::ProviderId;
use crate::secret::Secret;
use crate::text::redirect::way_of;

/// A client set-up being typed.
#[derive(Debug)]
pub(super) struct SetUpForm {
    pub(super) provider: ProviderId,
    pub(super) client_id: String,
    pub(super) client_secret: SecretField,
    pub(super) forget_secret: bool,
    pub(super) way: RedirectWay,
    pub(super) redirect_uri: String,
    /// Further ones in order; an empty one counts as none.
    pub(super) others: Vec<String>,
    pub(super) hosts: BTreeMap<String, HostForm>,
    pub(super) options: BTreeMap<String, bool>,
    pub(super) credentials: CredentialsForm,
    pub(super) sent: bool,
}

/// Credentials on their way into the form.
#[derive(Debug, Default)]
pub(super) struct CredentialsForm {
    /// The field for the text, while it is open.
    pub(super) pasted: Option<SecretField>,
    /// What was read from a chosen file, or why it was not; not yet looked at.
    pub(super) received: Option<Result<Secret, String>>,
    /// What came of the last text: what was filled in, or why nothing was.
    pub(super) outcome: Option<Result<String, String>>,
}

/// One host's address being chosen or typed.
#[derive(Debug, Default)]
pub(super) struct HostForm {
    pub(super) address: String,
    /// Whether the address is typed although there are choices.
    pub(super) own: bool,
}

impl SetUpForm {
    /// The form filled with what is kept.
    pub(super) fn of(card: &ProviderCard) -> Self {
        let client = &card.client;
        let hosts = client.hosts.iter().map(|host| {
            let known = host
                .choices
                .iter()
                .any(|choice| choice.address == host.address);
            let form = HostForm {
                address: host.address.clone(),
                own: !host.address.is_empty() && !known,
            };
            (host.id.clone(), form)
        });
        let options = client
            .options
            .iter()
            .map(|option| (option.id.clone(), option.enabled));
        Self {
            provider: card.id.clone(),
            client_id: client.client_id.clone().unwrap_or_default(),
            client_secret: SecretField::default(),
            forget_secret: false,
            way: client.way_home,
            redirect_uri: client.redirect_uri.clone(),
            others: client.other_redirect_uris.clone(),
            hosts: hosts.collect(),
            options: options.collect(),
            credentials: CredentialsForm::default(),
            sent: false,
        }
    }

    /// The redirect URI as it would be registered: what is typed, or what the provider's record proposes.
    pub(super) fn meant_redirect_uri<'a>(&'a self, client: &'a ClientCard) -> &'a str {
        let typed = self.redirect_uri.trim();
        if typed.is_empty() {
            client.proposed_redirect_uri.trim()
        } else {
            typed
        }
    }

    /// The further redirect URIs as they would be registered.
    pub(super) fn meant_others(&self) -> Vec<String> {
        let others = self.others.iter().map(|other| other.trim().to_owned());
        others.filter(|other| !other.is_empty()).collect()
    }

    /// Whether further redirect URIs make a difference: only where a port can be taken.
    pub(super) const fn has_others(&self) -> bool {
        matches!(self.way, RedirectWay::Loopback | RedirectWay::LoopbackTls)
    }

    /// Takes a way home, with the redirect URI that is proposed for it.
    pub(super) fn choose_way(&mut self, way: RedirectWay, proposed: &str) {
        if self.way != way {
            self.way = way;
            proposed.clone_into(&mut self.redirect_uri);
            self.others.clear();
        }
    }

    /// Follows what was typed: an address says by itself which way it takes, but for one that is pasted by choice.
    pub(super) fn follow_redirect_uri(&mut self, client: &ClientCard) {
        let Some(way) = way_of(self.meant_redirect_uri(client)) else {
            return;
        };
        let is_pasted = self.way == RedirectWay::Pasted && way == RedirectWay::LoopbackTls;
        let is_allowed = client.ways.iter().any(|card| card.way == way);
        if is_allowed && !is_pasted {
            self.way = way;
        }
    }

    /// What differs from what is kept; the secret is copied, so that it stays in its field.
    pub(super) fn change_with_secret(&self, client: &ClientCard) -> ClientChange {
        let client_secret = if !self.client_secret.is_empty() {
            SecretChange::Set(self.client_secret.copy())
        } else if self.forget_secret {
            SecretChange::Remove
        } else {
            SecretChange::Keep
        };
        ClientChange {
            client_secret,
            ..self.change(client)
        }
    }

    /// What differs from what is kept, the secret aside.
    pub(super) fn change(&self, client: &ClientCard) -> ClientChange {
        let client_id = self.client_id.trim();
        let is_other_id = client.client_id.as_deref().unwrap_or_default() != client_id;
        let redirect_uri = self.redirect_uri.trim();
        let is_other_uri = client.redirect_uri != self.meant_redirect_uri(client);
        let others = self.meant_others();
        let pastes = self.way == RedirectWay::Pasted;
        let pasted = client.way_home == RedirectWay::Pasted;
        ClientChange {
            client_id: is_other_id.then(|| client_id.to_owned()),
            redirect_uri: is_other_uri.then(|| redirect_uri.to_owned()),
            other_redirect_uris: (others != client.other_redirect_uris).then_some(others),
            pastes_redirect: (pastes != pasted).then_some(pastes),
            hosts: self.changed_hosts(client),
            options: self.changed_options(client),
            ..ClientChange::default()
        }
    }

    fn changed_hosts(&self, client: &ClientCard) -> BTreeMap<String, String> {
        let hosts = client.hosts.iter().filter_map(|host| {
            let address = self.hosts.get(&host.id)?.address.trim();
            let meant = if address.is_empty() {
                &host.proposed
            } else {
                address
            };
            (meant != host.address).then(|| (host.id.clone(), address.to_owned()))
        });
        hosts.collect()
    }

    fn changed_options(&self, client: &ClientCard) -> BTreeMap<String, bool> {
        let options = client.options.iter().filter_map(|option| {
            let enabled = *self.options.get(&option.id)?;
            (enabled != option.enabled).then(|| (option.id.clone(), enabled))
        });
        options.collect()
    }
}
