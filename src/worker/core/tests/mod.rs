//! The core without a runtime: inputs in, effects out. Here is what its stories share.
//!
//! Knows no socket, no disk; tokens don't occur here at all.

mod answers;
mod clocks;

mod keys;
mod linking;
mod orders;
mod outside;
mod outside_links;
mod refreshing;
mod roads;
mod waiting;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};

use super::Core;
use crate::account::{
    AccessFacts, Account, Binding, EndReason, ExpirySource, HistoryLine, Identity, Obtained,
    RefreshFacts,
};
use crate::bridge::{
    ClientChange, Command, KeyStoreState, KeyStoreTrouble, LinkOutcome, LinkQuestion, LinkStep,
    Missing, ProblemKind, QuestionKind, RefreshOutcome, SecretChange, SignInWay, Snapshot, State,
    StepState,
};
use crate::ids::{AccountId, CommandId, FlowId, ProviderId};
use crate::provider::{ClientSettings, Registry, UserFile};
use crate::secret::Secret;
use crate::store::Contents;
use crate::vault::{Random, Session};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Input, LinkEvent, Linked, Work, WorkResult};
use crate::worker::world::{House, Preset, ProviderFiles, Settings, Unopened};

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(super) fn provider() -> ProviderId {
    ProviderId::new("biggerplate").unwrap()
}

pub(super) fn account(number: u128) -> Account {
    Account {
        id: AccountId::from_random(number),
        provider: provider(),
        label: format!("Account {number}"),
        identity: Identity::default(),
        access: AccessFacts {
            issued_at: at(0),
            expires_at: Some(at(3600)),
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".to_owned(),
            scopes: Vec::new(),
            fingerprint: "9f2c 41d8".to_owned(),
            form: "opaque".to_owned(),
        },
        refresh: RefreshFacts {
            present: true,
            ..RefreshFacts::default()
        },
        ended: None,
        ended_at: None,
        trouble: None,
        outcome_unknown_since: None,
        presented: None,
        linked_at: at(0),
        last_refreshed_at: None,
        last_proved_at: None,
        generation: 1,
        browser: None,
        in_question_with: None,
        restored_at: None,
        bound_to: Binding::default(),
        obtained: Obtained::default(),
        worked: BTreeMap::new(),
        trading: None,
        exchanges: Vec::new(),
    }
}

pub(super) fn line(what: &str) -> HistoryLine {
    HistoryLine {
        at: at(0),
        what: what.to_owned(),
    }
}

/// Everything a core moves in with; the parts that it only passes on are made once.
fn house() -> House {
    static STORE: OnceLock<Arc<crate::store::SqliteStore>> = OnceLock::new();
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    let random = Random::new(|_| Ok(()));
    let vault = Arc::new(Session::new(random.clone()));
    let store = STORE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("linkdesk.db");
        let (database, _) = crate::store::Database::open(&path, &random).unwrap();
        let vault = Arc::clone(&vault) as Arc<dyn crate::vault::Vault>;
        Arc::new(crate::store::SqliteStore::new(database, vault))
    });
    let registry = REGISTRY.get_or_init(|| {
        let (registry, problems) = Registry::new(Vec::new());
        assert_eq!(problems.len(), 0);
        registry
    });
    let preset = || Preset {
        settings: ClientSettings {
            client_id: Some("client".to_owned()),
            base_url: "http://127.0.0.1:9".parse().ok(),
            ..ClientSettings::default()
        },
        secret: Some(Secret::new("secret")),
    };
    let presets = registry
        .iter()
        .map(|it| (it.id.clone(), preset()))
        .collect();
    House {
        registry: registry.clone(),
        file_problems: Vec::new(),
        vault,
        store: Arc::clone(store) as Arc<dyn crate::store::Store>,
        notes: Vec::new(),
        read_only: false,
        provider_files: Arc::new(NoFiles),
        practice: None,
        presets,
    }
}

/// A core that has moved in, with these accounts and every client set up.
pub(super) struct Desk {
    pub(super) core: Core,
    next_command: u64,
}

impl Desk {
    pub(super) fn with(accounts: Vec<Account>) -> Self {
        let mut core = Core::new(Settings::default(), 7);
        let house = house();
        let contents = Contents {
            accounts,
            ..Contents::default()
        };
        core.handle(Input::Opened(Box::new(Ok((house, contents)))), at(0));
        core.handle(Input::KeyStoreAnswered(Ok(())), at(0));
        Self {
            core,
            next_command: 0,
        }
    }

    pub(super) fn send(&mut self, command: Command, now: Timestamp) -> (CommandId, Vec<Effect>) {
        self.next_command += 1;
        let id = CommandId(self.next_command);
        (id, self.core.handle(Input::Command(id, command), now))
    }

    pub(super) fn link(&mut self) -> (CommandId, FlowId) {
        let command = Command::LinkAccount {
            provider: provider(),
            account: None,
            label: None,
            way: SignInWay::Browser,
        };
        let (id, effects) = self.send(command, at(0));
        let [Effect::StartLink(plan)] = effects.as_slice() else {
            panic!("expected a link to start, got {effects:?}");
        };
        (id, plan.flow)
    }

    pub(super) fn refresh(
        &mut self,
        account: &Account,
        now: Timestamp,
    ) -> (CommandId, Vec<Effect>) {
        let account = account.id.clone();
        self.send(Command::RefreshAccount { account }, now)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        self.core.snapshot()
    }
}

pub(super) fn started(effects: &[Effect]) -> Vec<(FlowId, AccountId, Work)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartWork(plan) => Some((plan.flow, plan.account.id.clone(), plan.work)),
            _ => None,
        })
        .collect()
}

pub(super) fn unreachable_host() -> Failure {
    Failure::new(ProblemKind::Unreachable {
        host: "accounts.example".to_owned(),
        since: at(0),
    })
}

/// Accounts with tokens that live so many seconds, all received at the same moment.
pub(super) fn accounts(count: u128, lifetime: i64) -> Vec<Account> {
    let numbers = 1..=count;
    let living = |number| {
        let mut account = account(number);
        account.access.expires_at = Some(at(lifetime));
        account
    };
    numbers.map(living).collect()
}

/// The account as a refresh at this moment leaves it, living an hour.
pub(super) fn refreshed(account: &Account, now: Timestamp) -> WorkResult {
    let mut account = account.clone();
    account.generation += 1;
    account.access.issued_at = now;
    account.access.expires_at = now.checked_add(SignedDuration::from_hours(1)).ok();
    WorkResult::Refreshed(account, line("Refreshed"))
}

/// A folder without provider files.
#[derive(Debug)]
struct NoFiles;

impl ProviderFiles for NoFiles {
    fn place(&self) -> String {
        String::new()
    }

    fn read(&self) -> Result<Vec<UserFile>, Unopened> {
        Ok(Vec::new())
    }

    fn write(&self, _name: &str, _text: &str) -> Result<(), Unopened> {
        Ok(())
    }
}
