//! What the engine starts: one task per attempt, refresh or record, each with a deadline, each answering with an input.
//!
//! A task holds tokens only as long as it runs; the core never sees one.

pub(super) mod ask;
pub(super) mod browsers;
pub(super) mod certificate;
pub(super) mod claims;
pub(super) mod device;
pub(super) mod discover;
pub(super) mod ending;
pub(super) mod house;
pub(super) mod identity;
pub(super) mod keys;
pub(super) mod landing;
pub(super) mod link;
pub(super) mod moving;
pub(super) mod profile;
pub(super) mod reach;
pub(super) mod records;
pub(super) mod refresh;
pub(super) mod saving;
pub(super) mod settling;
pub(super) mod sign_in;
pub(super) mod spend;
pub(super) mod tokens;
pub(super) mod trial;
pub(super) mod unlink;
pub(super) mod unsaved;
pub(super) mod waiting;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use super::failure::Failure;
use super::input::Input;
use super::world::{House, Preset, ProviderFiles, Settings, World};
use crate::account::{Account, HistoryLine};
use crate::bridge::{KeyStoreTrouble, ProblemKind};
use crate::ids::{AccountId, ProviderId};
use crate::loopback::Loopback;
use crate::platform::computer;
use crate::provider::{Client, ClientSettings};
use crate::store::{self, Store};
use crate::vault::{self, Vault};

/// How long a key store or disk call may take before the task goes on without it.
const BLOCKING_DEADLINE: Duration = Duration::from_secs(30);

/// How long it may take where a person may be asked by the system: the key store gives up before this.
const PATIENT_DEADLINE: Duration = Duration::from_secs(150);

/// What tasks need: the world, the vault, the store, and where answers go.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) world: World,
    pub(super) vault: Arc<dyn Vault>,
    pub(super) store: Arc<dyn Store>,
    provider_files: Arc<dyn ProviderFiles>,
    presets: BTreeMap<ProviderId, Preset>,
    inputs: mpsc::Sender<Input>,
    pub(super) settings: Settings,
    /// What this computer is called.
    computer: Option<String>,
    /// Tokens that could not be saved yet.
    unsaved: unsaved::AllUnsaved,
    /// Where browsers come back to.
    pub(super) loopback: Loopback,
    /// The store's version when it was last read.
    seen: AtomicI64,
}

impl Desk {
    pub(super) fn new(
        world: &World,
        house: &House,
        inputs: mpsc::Sender<Input>,
        settings: Settings,
    ) -> Self {
        Self {
            settings,
            computer: computer::name(),
            unsaved: unsaved::AllUnsaved::default(),
            loopback: Loopback::default(),
            world: world.clone(),
            vault: Arc::clone(&house.vault),
            store: Arc::clone(&house.store),
            provider_files: Arc::clone(&house.provider_files),
            presets: house.presets.clone(),
            inputs,
            seen: AtomicI64::new(i64::MIN),
        }
    }

    /// Sends an answer to the core; nobody listens any more when the program is ending.
    async fn answer(&self, input: Input) {
        drop(self.inputs.send(input).await);
    }

    /// Runs a call that may block on the key store or the disk, away from the loop.
    async fn blocking<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Store, &dyn Vault) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, Failure> {
        self.within(BLOCKING_DEADLINE, call).await
    }

    /// The same where the system may ask a person for something meanwhile.
    async fn patiently<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Store, &dyn Vault) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, Failure> {
        self.within(PATIENT_DEADLINE, call).await
    }

    async fn within<T: Send + 'static>(
        &self,
        deadline: Duration,
        call: impl FnOnce(&dyn Store, &dyn Vault) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let store = Arc::clone(&self.store);
        let vault = Arc::clone(&self.vault);
        let work = tokio::task::spawn_blocking(move || {
            call(store.as_ref(), vault.as_ref())
                .map_err(|error| failure(error, store.as_ref(), vault.as_ref()))
        });
        match tokio::time::timeout(deadline, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(broken)) => Err(Failure::caused(ProblemKind::Bug, &broken)),
            Err(_elapsed) => Err(Failure::key_store(KeyStoreTrouble::NotAnswering)),
        }
    }

    /// The account as it is stored now, with its newest history line.
    async fn stored(
        &self,
        account: &AccountId,
    ) -> Result<Option<(Account, Option<HistoryLine>)>, Failure> {
        let id = account.clone();
        self.blocking(move |store, _| {
            let mut contents = store.load()?;
            let line = contents
                .history
                .remove(&id)
                .and_then(|lines| lines.into_iter().next());
            let account = contents
                .accounts
                .into_iter()
                .find(|account| account.id == id);
            Ok(account.map(|account| (account, line)))
        })
        .await
    }

    /// An account that is to be linked again although its record can't be read.
    async fn unreadable(&self, account: &AccountId) -> Result<Option<Account>, Failure> {
        let id = account.clone();
        self.blocking(move |store, _| {
            let unreadable = store.load()?.unreadable.into_iter();
            Ok(unreadable.into_iter().find(|account| account.id == id))
        })
        .await
    }

    /// Makes sure, before a browser opens, that what comes back can be kept.
    async fn check_vault(&self) -> Result<(), Failure> {
        self.patiently(|store, vault| {
            store.probe()?;
            if vault.key_id().is_none() {
                match keys::open_vault(store, vault) {
                    // A lost key is no reason not to link: a new one is made, and the old rows say that they can't be read.
                    Err(store::Error::Vault(vault::Error::KeyMissing)) => vault.open(None)?,
                    opened => opened?,
                }
            }
            Ok(vault.probe()?)
        })
        .await
    }

    /// The client with its secret: the saved one, else the one set up in advance.
    async fn client(
        &self,
        provider: &ProviderId,
        settings: ClientSettings,
    ) -> Result<Client, Failure> {
        let id = provider.clone();
        let saved = self
            .blocking(move |store, _| store.client_secret(&id))
            .await?;
        let preset = || self.presets.get(provider)?.secret.clone();
        Ok(Client {
            settings,
            secret: saved.or_else(preset),
        })
    }

    fn seen(&self) -> i64 {
        self.seen.load(Ordering::Relaxed)
    }

    fn set_seen(&self, version: i64) {
        self.seen.store(version, Ordering::Relaxed);
    }
}

/// Opens the vault where it is closed, with the key that its rows name.
fn unlock(store: &dyn Store, vault: &dyn Vault) -> Result<(), store::Error> {
    if vault.key_id().is_none() {
        keys::open_vault(store, vault)?;
    }
    Ok(())
}

/// A key that is gone is told with the number of accounts whose tokens are sealed with it.
fn failure(error: store::Error, store: &dyn Store, vault: &dyn Vault) -> Failure {
    let is_gone = matches!(error, store::Error::Vault(vault::Error::KeyMissing));
    let failure = Failure::from(error);
    if !is_gone {
        return failure;
    }
    match store.load() {
        Ok(contents) => Failure {
            kind: ProblemKind::KeyStore {
                trouble: KeyStoreTrouble::KeyMissing {
                    accounts: contents.sealed_in_kind(vault.kind()),
                },
            },
            ..failure
        },
        Err(_) => failure,
    }
}
