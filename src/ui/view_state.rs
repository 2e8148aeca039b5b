//! What the window itself remembers: where one is, what is typed and folded. Nothing of it is sent unless a person presses something.
//!
//! Knows nothing of accounts beyond their ids.

use std::collections::{BTreeMap, BTreeSet};

use super::list_index::ListIndex;
use super::secret_field::SecretField;
use crate::bridge::{LinkOutcome, ProviderCard, Snapshot};
use crate::ids::{AccountId, FlowId, ProblemId, ProviderId};

/// What the window remembers between frames.
#[derive(Debug, Default)]
pub struct ViewState {
    pub(super) page: Page,
    /// Where the settings were opened.
    pub(super) before_settings: Page,
    pub(super) tab: Tab,
    pub(super) query: String,
    pub(super) index: ListIndex,
    pub(super) focus_search: bool,
    pub(super) scroll_to: Option<AccountId>,
    pub(super) unfolded: BTreeSet<ProblemId>,
    pub(super) passphrase: SecretField,
    pub(super) rename: Option<Rename>,
    pub(super) unlink: Option<AccountId>,
    pub(super) dialog_is_new: bool,
    pub(super) paste: Option<Paste>,
    /// A sign-in was begun at this provider, and these were its attempts before.
    pub(super) awaited: Option<(ProviderId, Vec<FlowId>)>,
}

/// Where one is.
#[derive(Debug, Default)]
pub(super) enum Page {
    #[default]
    Home,
    Account(AccountId),
    Link(FlowId),
    SignIn(Box<SignInForm>),
    SetUp(Box<SetUpForm>),
    Settings,
}

/// The tabs of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tab {
    #[default]
    Overview,
    TradingAccounts,
    Inspector,
    History,
}

/// A new label being typed.
#[derive(Debug)]
pub(super) struct Rename {
    pub(super) account: AccountId,
    pub(super) label: String,
    pub(super) is_new: bool,
}

/// A redirect address being pasted.
#[derive(Debug)]
pub(super) struct Paste {
    pub(super) flow: FlowId,
    pub(super) address: SecretField,
    pub(super) is_new: bool,
}

/// E-mail and password being typed.
#[derive(Debug)]
pub(super) struct SignInForm {
    pub(super) provider: ProviderId,
    pub(super) account: Option<AccountId>,
    pub(super) username: String,
    pub(super) password: SecretField,
    pub(super) label: String,
    pub(super) is_new: bool,
}

/// A client set-up being typed.
#[derive(Debug)]
pub(super) struct SetUpForm {
    pub(super) provider: ProviderId,
    pub(super) client_id: String,
    pub(super) client_secret: SecretField,
    pub(super) forget_secret: bool,
    pub(super) redirect_uri: String,
    pub(super) hosts: BTreeMap<String, HostForm>,
    pub(super) options: BTreeMap<String, bool>,
    pub(super) sent: bool,
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
            redirect_uri: client.redirect_uri.clone(),
            hosts: hosts.collect(),
            options: options.collect(),
            sent: false,
        }
    }
}

impl ViewState {
    /// A view that begins with something searched for.
    pub fn searching(query: &str) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }

    /// Goes somewhere; what was typed elsewhere and not sent is forgotten, secrets wiped.
    pub(super) fn go(&mut self, page: Page) {
        self.page = page;
        self.rename = None;
        self.paste = None;
        self.passphrase.clear();
    }

    /// Opens the settings, or goes back to where they were opened.
    pub(super) fn toggle_settings(&mut self) {
        if matches!(self.page, Page::Settings) {
            let back = std::mem::take(&mut self.before_settings);
            self.go(back);
        } else {
            self.before_settings = std::mem::take(&mut self.page);
            self.go(Page::Settings);
        }
    }

    /// Goes to an account.
    pub(super) fn select(&mut self, account: AccountId) {
        self.go(Page::Account(account));
    }

    /// The account whose page is open.
    pub(super) fn account(&self) -> Option<&AccountId> {
        match &self.page {
            Page::Account(account) => Some(account),
            Page::Home | Page::Link(_) | Page::SignIn(_) | Page::SetUp(_) | Page::Settings => None,
        }
    }

    /// Follows what happened meanwhile: an attempt that appeared, an account that was linked or is gone.
    pub(super) fn follow(&mut self, snapshot: &Snapshot) {
        if let Some((provider, before)) = &self.awaited {
            let appeared = snapshot
                .links
                .iter()
                .find(|link| link.provider == *provider && !before.contains(&link.flow));
            if let Some(link) = appeared {
                self.awaited = None;
                self.go(Page::Link(link.flow));
            }
        }
        let next = match &self.page {
            Page::Link(flow) => after_link(snapshot, *flow),
            Page::Account(account) if snapshot.loaded && snapshot.account(account).is_none() => {
                Some(Page::Home)
            }
            _ => None,
        };
        if let Some(page) = next {
            self.go(page);
        }
    }
}

/// Where an attempt leads: to its account once that is here, away once it is gone.
fn after_link(snapshot: &Snapshot, flow: FlowId) -> Option<Page> {
    let Some(link) = snapshot.link(flow) else {
        return Some(Page::Home);
    };
    match &link.outcome {
        Some(LinkOutcome::Linked { account }) => {
            let is_here = snapshot.account(account).is_some();
            is_here.then(|| Page::Account(account.clone()))
        }
        Some(LinkOutcome::Failed { .. }) | None => None,
    }
}
