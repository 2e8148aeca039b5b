//! What the window itself remembers: where one is, what is typed and folded. Nothing of it is sent unless a person presses something.
//!
//! Knows nothing of accounts beyond their ids.

use std::collections::BTreeSet;

use super::list_index::ListIndex;
use super::secret_field::SecretField;
use super::set_up_form::SetUpForm;
use crate::bridge::{DiscoveryState, FoundProvider, KeyStoreKind, LinkOutcome, Snapshot};
use crate::ids::{AccountId, FlowId, ProblemId, ProviderId};
use crate::secret::Secret;

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
    /// The same once more, where it is a new one.
    pub(super) passphrase_again: SecretField,
    pub(super) keys: KeyForm,
    pub(super) rename: Option<Rename>,
    pub(super) unlink: Option<AccountId>,
    pub(super) dialog_is_new: bool,
    pub(super) quitting: Quitting,
    pub(super) paste: Option<Paste>,
    /// A sign-in was begun at this provider, and these were its attempts before.
    pub(super) awaited: Option<(ProviderId, Vec<FlowId>)>,
    /// The attempt whose question has been offered to the keyboard.
    pub(super) asked: Option<FlowId>,
    /// The provider whose sign-in section is to be brought into sight.
    pub(super) scroll_to_sign_in: Option<ProviderId>,
    /// How high what stays in sight below a form was when it was last painted.
    pub(super) footer: f32,
    /// The provider a credentials file is to be chosen for.
    pub(super) file_wish: Option<ProviderId>,
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
    AddProvider(Box<AddProviderForm>),
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

/// Whether the window is to be closed while new tokens are not saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Quitting {
    #[default]
    No,
    /// The person is being asked.
    Asked,
    /// It is closed, whatever is lost.
    Decided,
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

/// A change of where the key is being made.
#[derive(Debug, Default)]
pub(super) struct KeyForm {
    pub(super) is_open: bool,
    /// Where it is to be moved.
    pub(super) to: Option<KeyStoreKind>,
    pub(super) old: SecretField,
    pub(super) new: SecretField,
    pub(super) again: SecretField,
}

/// A provider being added.
#[derive(Debug, Default)]
pub(super) struct AddProviderForm {
    pub(super) issuer: String,
    pub(super) id: String,
    pub(super) name: String,
    /// The metadata that id and name were proposed for.
    pub(super) proposed_for: Option<String>,
    pub(super) shows_file: bool,
    /// Whether it was asked to be added from here.
    pub(super) sent: bool,
}

impl AddProviderForm {
    /// Takes the proposed id and name, once for each answer.
    pub(super) fn propose(&mut self, found: &FoundProvider) {
        if self.proposed_for.as_ref() == Some(&found.metadata_url) {
            return;
        }
        self.proposed_for = Some(found.metadata_url.clone());
        found.id.as_str().clone_into(&mut self.id);
        self.name.clone_from(&found.name);
    }
}

impl Paste {
    /// An empty field for this attempt.
    pub(super) fn new(flow: FlowId) -> Self {
        Self {
            flow,
            address: SecretField::default(),
            is_new: true,
        }
    }
}

impl ViewState {
    /// Whether the window has to stay open when it is to be closed, with a question on it.
    pub fn asks_before_quitting(&mut self, snapshot: &Snapshot) -> bool {
        if self.quitting == Quitting::Decided || !snapshot.has_unsaved() {
            return false;
        }
        self.quitting = Quitting::Asked;
        self.dialog_is_new = true;
        true
    }

    /// Whether the question has been answered, or answered itself, so that the window is to be closed.
    pub fn quits(&self) -> bool {
        self.quitting == Quitting::Decided
    }

    /// A view that begins with something searched for.
    pub fn searching(query: &str) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }

    /// Takes the wish that a credentials file be chosen for this provider.
    pub fn take_file_wish(&mut self) -> Option<ProviderId> {
        self.file_wish.take()
    }

    /// Hands a chosen file's text, or why there is none, to the set-up it was chosen for; elsewhere it is dropped.
    pub fn receive_file(&mut self, provider: &ProviderId, text: Result<Secret, String>) {
        if let Page::SetUp(form) = &mut self.page
            && form.provider == *provider
        {
            form.credentials.received = Some(text);
        }
    }

    /// Goes somewhere; what was typed elsewhere and not sent is forgotten, secrets wiped.
    pub(super) fn go(&mut self, page: Page) {
        self.page = page;
        self.rename = None;
        self.paste = None;
        self.passphrase.clear();
        self.passphrase_again.clear();
        self.keys = KeyForm::default();
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
            Page::Home
            | Page::Link(_)
            | Page::SignIn(_)
            | Page::SetUp(_)
            | Page::AddProvider(_)
            | Page::Settings => None,
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
            Page::AddProvider(form) if form.sent => after_adding(snapshot),
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

/// Where adding a provider leads: to its set-up, once it is in the list.
fn after_adding(snapshot: &Snapshot) -> Option<Page> {
    let DiscoveryState::Added(id) = &snapshot.discovery.as_ref()?.state else {
        return None;
    };
    let card = snapshot.provider(id)?;
    Some(Page::SetUp(Box::new(SetUpForm::of(card))))
}
