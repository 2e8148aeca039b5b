//! The state of everything, and the one function that changes it: [`Core::handle`] takes an [`Input`] and returns [`Effect`]s.
//!
//! Pure: performs no I/O, reads no clock (`now` is handed in), starts no task, and never holds a token.

mod accounts;
mod answer;
mod clients;
mod clock_set;
mod commands;
mod discovery;
mod ended;
mod flows;
mod found_card;
mod hand_out;
mod held;
pub(super) mod keys;
mod link_cards;
mod moving_in;
mod provider_cards;
mod road;
mod roads;
#[cfg(test)]
mod tests;
mod told;
mod turns;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

pub(super) use self::answer::Answer;
use self::clients::HeldClient;
use self::clock_set::Compared;
use self::commands::Pending;
use self::discovery::Discovery;
use self::flows::Flow;
pub(super) use self::held::{Held, Turn};
use super::failure::Failure;
use super::input::{Effect, Input};
use super::world::Settings;
use crate::bridge::{
    BrowserCard, CertificateCard, Finished, KeyStoreCard, KeyStoreState, Practice, Problem,
    ProviderCard, RestoredCard,
};
use crate::ids::{AccountId, CommandId, FlowId, ProblemId, ProviderId};
use crate::provider::Registry;

/// Whether what comes back from a provider could be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saving {
    Possible,
    /// The data file is read only, damaged, or no longer the one to use: it has to be opened again.
    WantsReopening,
}

/// The state of everything.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) settings: Settings,
    pub(super) loaded: bool,
    /// Whether what comes back from a provider could be saved.
    saving: Saving,
    pub(super) practice: Option<Practice>,
    pub(super) provider_folder: String,
    pub(super) key_store: KeyStoreCard,
    idle: keys::Idle,
    pub(super) certificate: Option<CertificateCard>,
    pub(super) browsers: Arc<Vec<BrowserCard>>,
    pub(super) discovery: Option<Discovery>,
    pub(super) registry: Registry,
    pub(super) provider_cards: Vec<Arc<ProviderCard>>,
    pub(super) clients: BTreeMap<ProviderId, HeldClient>,
    pub(super) accounts: BTreeMap<AccountId, Held>,
    pub(super) flows: BTreeMap<FlowId, Flow>,
    pub(super) restored: Option<RestoredCard>,
    pub(super) problems: Vec<Problem>,
    pub(super) finished: VecDeque<(Timestamp, Finished)>,
    pending: BTreeMap<CommandId, Pending>,
    /// Accounts that were unlinked in this run; their ids never come back.
    forgotten: BTreeSet<AccountId>,
    pub(super) turns: BTreeMap<ProviderId, Turn>,
    /// The clocks of providers against ours, as told since ours was set.
    clocks: BTreeMap<ProviderId, Compared>,
    /// How often something that is also in the store has changed here.
    changes: u64,
    /// The count of changes since which an older reading is believed: the store itself is older then.
    believed_since: Option<u64>,
    next_id: u64,
    /// When the input was handled that is being handled.
    now: Timestamp,
    pub(super) seed: u64,
}

impl Core {
    /// Nothing is known yet; the first effect to carry out is [`Effect::OpenHouse`].
    pub(super) fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            loaded: false,
            saving: Saving::Possible,
            practice: None,
            provider_folder: String::new(),
            key_store: KeyStoreCard::default(),
            idle: keys::Idle::default(),
            certificate: None,
            browsers: Arc::default(),
            discovery: None,
            registry: Registry::default(),
            provider_cards: Vec::new(),
            clients: BTreeMap::new(),
            accounts: BTreeMap::new(),
            flows: BTreeMap::new(),
            restored: None,
            problems: Vec::new(),
            finished: VecDeque::new(),
            pending: BTreeMap::new(),
            forgotten: BTreeSet::new(),
            turns: BTreeMap::new(),
            clocks: BTreeMap::new(),
            changes: 0,
            believed_since: None,
            next_id: 0,
            now: Timestamp::UNIX_EPOCH,
            seed,
        }
    }

    /// Changes the state and says what has to be done outside.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each input, so that the compiler names the one that is forgotten"
    )]
    pub(super) fn handle(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Command(id, command) => {
                self.idle.used(now);
                self.command(id, command, now)
            }
            Input::Opened(opened) => self.opened(*opened, now),
            Input::Reread(contents, changes) => self.take_reading(*contents, changes, now),
            Input::Tick => {
                let mut effects = self.lock_if_idle(now);
                effects.extend(self.start_due_refreshes(now));
                effects
            }
            Input::Clocks(change) => self.clocks_changed(change, now),
            Input::Reached(provider, result) => self.reached(&provider, result, now),
            Input::KeyStoreAnswered(answer) => self.key_store_answered(answer, now),
            Input::KeyStoreLooked(facts) => self.key_store_looked(facts, now),
            Input::KeyStoreMoved(command, result) => self.key_store_moved(command, result, now),
            Input::KeyStoreChanged(command, result) => {
                self.key_store_changed(command, result, now);
                Vec::new()
            }
            Input::BackedUp(command, result) => {
                self.finish(command, None, result.err(), now);
                Vec::new()
            }
            Input::LinkMoved(flow, event) => {
                self.link_moved(flow, event, now);
                Vec::new()
            }
            Input::LinkEnded(flow, result) => {
                self.changes += 1;
                self.link_ended(flow, result, now)
            }
            Input::WorkWaits(flow, account, failure) => {
                self.work_waits(flow, &account, failure, now);
                Vec::new()
            }
            Input::WorkEnded(flow, account, result) => {
                self.changes += 1;
                self.work_ended(flow, &account, *result, now)
            }
            Input::ClientSaved(command, provider, result) => {
                self.changes += 1;
                self.client_saved(command, &provider, result, now);
                Vec::new()
            }
            Input::AccountSaved(command, result) => {
                self.changes += 1;
                self.finish(command, None, result.err(), now);
                // What could not be saved is taken back.
                vec![Effect::Reread]
            }
            Input::Restored(command, result) => self.restored(command, result, now),
            Input::ClientTested(command, provider, outcome) => {
                self.client_tested(command, &provider, outcome, now);
                Vec::new()
            }
            Input::Discovered(command, result) => {
                self.discovered(command, result, now);
                Vec::new()
            }
            Input::ProvidersRead(command, result) => {
                self.providers_read(command, result, now);
                Vec::new()
            }
            Input::BrowsersListed(browsers) => {
                self.browsers = Arc::new(browsers);
                Vec::new()
            }
            Input::CertificateMade(command, result) => {
                self.certificate_made(command, result, now);
                Vec::new()
            }
            Input::HandedOut(commands, account, result) => {
                self.handed_out(commands, &account, result, now);
                Vec::new()
            }
        }
    }

    /// How often something that is also in the store has changed here.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether trying to use tokens is worth it: the key is at hand, or nobody has asked for it yet, and what comes back can be saved.
    pub(super) fn can_open_tokens(&self) -> bool {
        self.can_save() && !matches!(self.key_store.state, KeyStoreState::Unavailable(_))
    }

    fn can_save(&self) -> bool {
        self.saving == Saving::Possible
    }

    fn certificate_made(
        &mut self,
        command: Option<CommandId>,
        result: Result<CertificateCard, Failure>,
        now: Timestamp,
    ) {
        let failure = match result {
            Ok(certificate) => {
                self.certificate = Some(certificate);
                None
            }
            Err(failure) => {
                self.key_store_failed(&failure);
                Some(failure)
            }
        };
        if let Some(command) = command {
            self.finish(command, None, failure, now);
        }
    }

    pub(super) fn new_flow_id(&mut self) -> FlowId {
        self.next_id += 1;
        FlowId(self.next_id)
    }

    pub(super) fn new_problem_id(&mut self) -> ProblemId {
        self.next_id += 1;
        ProblemId(self.next_id)
    }
}
