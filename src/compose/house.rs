//! Opens the house: folders, practice providers, provider files, key store and database, in this order.
//!
//! Runs on the worker's blocking pool beside the first frame, which waits for none of it. Knows nothing of faces.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bridge::{Practice, ProblemKind, Salvage, StoreTrouble};
use crate::ids::ProviderId;
use crate::platform::paths::{self, Folders};
use crate::platform::{Random as _, random::SystemRandom};
use crate::provider::{ClientSettings, Registry, UserFile};
use crate::sandbox;
use crate::secret::Secret;
use crate::store::{self, Database, Notice, SqliteStore};
use crate::vault::{self, Keychain, Passphrase, Session, Vault, Vaults};
use crate::worker::{House, OpenHouse, Preset, ProviderFiles, Unopened, chain, of_disk};

/// Which house to open.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its folders; `None` where the platform has none to offer.
    pub folders: Option<Folders>,
    /// Where the key is kept, where that was said; else it is where it was moved to last, or in the system's key store.
    pub key_store: Option<vault::Kind>,
    /// The passphrase, where one was handed in.
    pub passphrase: Option<Secret>,
    /// Practice providers instead of the real ones.
    pub practice: Option<sandbox::Mode>,
}

/// A house that can be opened once more after it failed; the practice providers it started run as long as it does.
pub fn opener(plan: Plan) -> OpenHouse {
    let practice = Mutex::new(None);
    Arc::new(move || {
        let mut practice = practice.lock().unwrap_or_else(PoisonError::into_inner);
        open(&plan, &mut practice)
    })
}

/// The folders this run uses: the practice providers' accounts are kept apart from the real ones.
pub fn folders_in_use(plan: &Plan) -> Result<Folders, Unopened> {
    let folders = plan.folders.clone().map_or_else(Folders::of_platform, Ok);
    let folders = folders.map_err(|error| unopened(&error))?;
    Ok(match plan.practice {
        Some(_) => folders.sandbox(),
        None => folders,
    })
}

fn open(plan: &Plan, running: &mut Option<sandbox::Running>) -> Result<House, Unopened> {
    let folders = folders_in_use(plan)?;
    match folders.prepare() {
        // What can't be written to may still be read; the data file's own door says so.
        Err(error) if error.forbids_writing() => {}
        prepared => prepared.map_err(|error| unopened(&error))?,
    }
    let presets = match plan.practice {
        None => BTreeMap::new(),
        Some(mode) => presets(start_practice(&folders, mode, running)?),
    };
    let practice = running.as_ref().map(|running| match running.ready().mode {
        sandbox::Mode::Documented => Practice::Documented,
        sandbox::Mode::Field => Practice::Field,
    });
    let provider_files = Folder(folders.config_providers.clone());
    let (registry, file_problems) = Registry::new(provider_files.read()?);
    let random = vault_random();
    let path = folders.data.join("linkdesk.db");
    let (database, notices) = Database::open(&path, &random)?;
    let vault = vault(plan, &folders, &database, &random)?;
    Ok(House {
        registry,
        file_problems,
        store: Arc::new(SqliteStore::new(database, Arc::clone(&vault))),
        vault,
        read_only: notices.iter().any(|it| matches!(it, Notice::ReadOnly(_))),
        notes: notices.into_iter().map(note).collect(),
        practice,
        provider_files: Arc::new(provider_files),
        presets,
    })
}

/// How the data folder was opened, as a problem to show.
fn note(notice: Notice) -> (ProblemKind, String) {
    match notice {
        Notice::DamagedKeptAside { kept_as, salvaged } => {
            let kind = ProblemKind::StoreDamaged {
                kept_as: kept_as.display().to_string(),
                salvage: Salvage {
                    accounts: salvaged.accounts,
                    in_part: salvaged.in_part,
                    lost: salvaged.lost,
                },
            };
            (kind, String::new())
        }
        Notice::ReadOnly(barrier) => {
            let told = Unopened::from(barrier.error());
            (told.kind, told.detail)
        }
    }
}

/// Where provider files of the user's own are.
#[derive(Debug)]
struct Folder(PathBuf);

impl ProviderFiles for Folder {
    fn place(&self) -> String {
        self.0.display().to_string()
    }

    fn read(&self) -> Result<Vec<UserFile>, Unopened> {
        let files = paths::provider_files(&self.0).map_err(|error| unopened(&error))?;
        let user_file = |file: paths::ProviderFile| UserFile {
            path: file.name,
            text: file.text,
        };
        Ok(files.into_iter().map(user_file).collect())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Unopened> {
        paths::write_new(&self.0.join(name), text.as_bytes()).map_err(|error| unopened(&error))
    }
}

fn start_practice<'a>(
    folders: &Folders,
    mode: sandbox::Mode,
    running: &'a mut Option<sandbox::Running>,
) -> Result<&'a sandbox::Ready, Unopened> {
    let started = if let Some(running) = running.take() {
        running
    } else {
        let options = sandbox::Options {
            mode,
            ..sandbox::Options::new(folders.data.clone())
        };
        sandbox::start(options).map_err(|error| Unopened {
            kind: ProblemKind::PracticeUnavailable,
            detail: chain(&error),
        })?
    };
    Ok(running.insert(started).ready())
}

/// The practice providers' clients are set up without anybody having to type them.
fn presets(ready: &sandbox::Ready) -> BTreeMap<ProviderId, Preset> {
    let preset = |provider: &sandbox::ReadyProvider| {
        let settings = ClientSettings {
            client_id: Some(provider.client_id.clone()),
            base_url: Some(url::Url::parse(&provider.base_url).ok()?),
            ..ClientSettings::default()
        };
        let secret = Some(Secret::new(provider.client_secret.clone()));
        let id = ProviderId::new(provider.id.clone()).ok()?;
        Some((id, Preset { settings, secret }))
    };
    ready.providers.iter().filter_map(preset).collect()
}

fn vault(
    plan: &Plan,
    folders: &Folders,
    database: &Database,
    random: &vault::Random,
) -> Result<Arc<dyn Vault>, Unopened> {
    let of_kind = |kind| -> Arc<dyn Vault> {
        let (random, data) = (random.clone(), &folders.data);
        match kind {
            vault::Kind::Keychain => Arc::new(Keychain::new(database.installation(), data, random)),
            vault::Kind::Passphrase => Arc::new(Passphrase::new(data, random)),
            vault::Kind::Session => Arc::new(Session::new(random)),
        }
    };
    let moved_to = database.home()?.kind();
    let kind = plan.key_store.or(moved_to).unwrap_or(vault::Kind::Keychain);
    let others = vault::Kind::ALL.into_iter().filter(|other| *other != kind);
    let vault = Vaults::new(of_kind(kind), others.map(of_kind));
    if let Some(passphrase) = &plan.passphrase
        && kind == vault::Kind::Passphrase
    {
        vault.unlock(passphrase).map_err(store::Error::Vault)?;
    }
    Ok(Arc::new(vault))
}

fn vault_random() -> vault::Random {
    vault::Random::new(|bytes| SystemRandom.fill(bytes).map_err(Into::into))
}

fn unopened(error: &paths::Error) -> Unopened {
    let (place, kind) = error.place();
    Unopened {
        kind: ProblemKind::Store {
            trouble: match (place, kind) {
                (_, Some(kind)) => of_disk(kind),
                (Some(_), None) => StoreTrouble::NotOurs,
                (None, None) => StoreTrouble::Failed,
            },
            place: place.map_or_else(String::new, |place| place.display().to_string()),
        },
        detail: chain(error),
    }
}
