//! Saves and reads records: clients, labels, what another process changed; hands tokens out.
//!
//! Knows nothing of providers' dialects.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Desk, keys};
use crate::account::{Account, HistoryLine};
use crate::bridge::{RestoredCard, SecretChange};
use crate::ids::{CommandId, ProviderId};
use crate::provider::ClientSettings;
use crate::store::SecretUpdate;
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Keeps a registered client.
pub(in crate::worker) async fn save_client(
    desk: Arc<Desk>,
    command: CommandId,
    provider: ProviderId,
    settings: Box<ClientSettings>,
    secret: SecretChange,
) {
    let result = keep_client(&desk, &provider, *settings, secret).await;
    desk.answer(Input::ClientSaved(command, provider, result))
        .await;
}

async fn keep_client(
    desk: &Desk,
    provider: &ProviderId,
    settings: ClientSettings,
    secret: SecretChange,
) -> Result<(ClientSettings, bool), Failure> {
    let json = serde_json::to_string(&settings)
        .map_err(|error| Failure::caused(crate::bridge::ProblemKind::Bug, &error))?;
    let id = provider.clone();
    let has_secret = desk
        .blocking(move |store, vault| {
            if matches!(secret, SecretChange::Set(_)) && vault.key_id().is_none() {
                vault.open(None)?;
            }
            let update = match &secret {
                SecretChange::Keep => SecretUpdate::Keep,
                SecretChange::Set(secret) => SecretUpdate::Set(secret),
                SecretChange::Remove => SecretUpdate::Remove,
            };
            store.save_client(&id, &json, update)?;
            let clients = store.load()?.clients;
            let kept = clients.iter().find(|client| client.provider == id);
            Ok(kept.is_some_and(|client| client.has_secret))
        })
        .await?;
    Ok((settings, has_secret))
}

/// Keeps what a person chose for an account.
pub(in crate::worker) async fn save_account(
    desk: Arc<Desk>,
    command: CommandId,
    account: Account,
    line: HistoryLine,
) {
    let result = desk
        .blocking(move |store, _| {
            let chosen = |stored: &mut Account| {
                stored.label.clone_from(&account.label);
                stored.browser.clone_from(&account.browser);
            };
            store.amend(&account.id, &chosen, &line)
        })
        .await;
    desk.answer(Input::AccountSaved(command, result)).await;
}

/// Copies everything into a new file.
pub(in crate::worker) async fn back_up(desk: Arc<Desk>, command: CommandId, to: PathBuf) {
    let at = desk.world.clock.now();
    let result = desk.blocking(move |store, _| store.back_up(&to, at)).await;
    desk.answer(Input::BackedUp(command, result)).await;
}

/// Puts a copy in the place of everything.
pub(in crate::worker) async fn restore(desk: Arc<Desk>, command: CommandId, from: PathBuf) {
    let at = desk.world.clock.now();
    let result = desk
        .blocking(move |store, _| store.restore(&from, at))
        .await;
    let result = result.map(|restored| RestoredCard {
        accounts: restored.accounts,
        kept: restored.kept,
        kept_as: restored.kept_as.map(|path| path.display().to_string()),
    });
    desk.answer(Input::Restored(command, result)).await;
}

/// Hands the access token over, once for each that asked for it, and writes that down first.
pub(in crate::worker) async fn hand_out(
    desk: Arc<Desk>,
    commands: Vec<CommandId>,
    account: Account,
) {
    let id = account.id.clone();
    let result = take_out(&desk, account, commands.len()).await;
    desk.answer(Input::HandedOut(commands, id, result)).await;
}

async fn take_out(desk: &Desk, account: Account, times: usize) -> Result<HistoryLine, Failure> {
    let line = HistoryLine {
        at: desk.world.clock.now(),
        what: "Access token handed out".to_owned(),
    };
    let written = line.clone();
    let tokens = desk
        .blocking(move |store, vault| {
            super::unlock(store, vault)?;
            let tokens = store.tokens(&account.id)?;
            store.amend(&account.id, &|_| {}, &written)?;
            Ok(tokens)
        })
        .await?;
    for _ in 0..times {
        desk.world.outlet.hand_out(tokens.access_token.expose());
    }
    Ok(line)
}

/// Reads the store again; `changes` is how often the core has changed so far.
pub(in crate::worker) async fn reread(desk: Arc<Desk>, changes: u64) {
    if let Ok(contents) = desk.blocking(|store, _| store.load()).await {
        desk.answer(Input::Reread(Box::new(contents), changes))
            .await;
    }
}

/// Reads the store again where another process has changed it.
///
/// With `insists`, also where none has: one that ended without a word leaves the store as it is.
/// A store that can't be read just now is looked at again the next time.
pub(in crate::worker) async fn reread_if_changed(desk: Arc<Desk>, changes: u64, insists: bool) {
    let seen = desk.seen();
    let changed = desk
        .blocking(move |store, _| {
            let version = store.data_version()?;
            if version == seen && !insists {
                return Ok((version, None));
            }
            // The first time, too: somebody may have written between the opening and now.
            store.follow()?;
            Ok((version, Some(store.load()?)))
        })
        .await;
    if let Ok((version, contents)) = changed {
        desk.set_seen(version);
        if contents.is_some() {
            // It may have moved the key, or chosen when it is to be locked.
            keys::look(&desk).await;
        }
        if let Some(contents) = contents {
            desk.answer(Input::Reread(Box::new(contents), changes))
                .await;
        }
    }
}
