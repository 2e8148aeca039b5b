//! Ends a link: revokes where the provider can, then forgets whatever the answer was.
//!
//! Knows nothing of what the account was used for.

use std::sync::Arc;

use super::Desk;
use super::ask::ask;
use super::tokens::binding;
use crate::account::{Account, TokenSet};
use crate::bridge::ProblemKind;
use crate::ids::{AccountId, FlowId};
use crate::provider::{CallKind, ClientSettings, Provider};
use crate::worker::failure::{Failure, chain};
use crate::worker::input::{Input, WorkPlan, WorkResult};

/// Revokes, forgets, answers.
pub(in crate::worker) async fn run(desk: Arc<Desk>, plan: WorkPlan) {
    let flow = plan.flow;
    let id = plan.account.id.clone();
    // Where it can't be forgotten here, it is not ended there: what is left would look like a link and be none.
    let probed = desk.blocking(|store, _| store.probe()).await;
    if let Err(failure) = probed {
        let result = WorkResult::Failed(failure, None);
        desk.answer(Input::WorkEnded(flow, id, Box::new(result)))
            .await;
        return;
    }
    let revoked = revoke(&desk, &plan.provider, &plan.settings, &plan.account).await;
    let left_undone = revoked.err();
    let forgotten = {
        let id = id.clone();
        desk.blocking(move |store, _| store.forget_account(&id))
            .await
    };
    let result = match forgotten {
        Ok(()) => WorkResult::Unlinked(left_undone),
        Err(failure) => WorkResult::Failed(failure, None),
    };
    desk.answer(Input::WorkEnded(flow, id, Box::new(result)))
        .await;
}

/// Forgets an account whose record can't be read: nobody knows where its tokens may be sent.
pub(in crate::worker) async fn forget(
    desk: Arc<Desk>,
    flow: FlowId,
    account: AccountId,
    host: String,
) {
    let id = account.clone();
    let forgotten = desk
        .blocking(move |store, _| store.forget_account(&id))
        .await;
    let result = match forgotten {
        Ok(()) => {
            let not_revoked = Failure::new(ProblemKind::NotRevoked { host });
            WorkResult::Unlinked(Some(not_revoked))
        }
        Err(failure) => WorkResult::Failed(failure, None),
    };
    desk.answer(Input::WorkEnded(flow, account, Box::new(result)))
        .await;
}

/// Tells the provider; a link that has ended already has nothing to revoke.
pub(super) async fn revoke(
    desk: &Desk,
    provider: &Provider,
    settings: &ClientSettings,
    account: &Account,
) -> Result<(), Failure> {
    if account.ended.is_some() || !provider.can_revoke() {
        return Ok(());
    }
    let host = provider.host_of(CallKind::Revoke, settings);
    let not_revoked = |detail: String| Failure {
        detail,
        ..Failure::new(ProblemKind::NotRevoked { host: host.clone() })
    };
    let Some((account, tokens)) = stored(desk, account)
        .await
        .map_err(|failure| not_revoked(failure.detail))?
    else {
        // Another program has unlinked it.
        return Ok(());
    };
    let client = desk
        .client(&provider.id, settings.clone())
        .await
        .map_err(|failure| not_revoked(failure.detail))?;
    if !account.bound_to.admits(&binding(provider, &client)) {
        let why = "the provider or its client is not the one these tokens came from";
        return Err(not_revoked(why.to_owned()));
    }
    let calls = provider
        .revocation_calls(&client, &tokens.access_token, tokens.refresh_token.as_ref())
        .map_err(|error| not_revoked(chain(&error)))?;
    for call in calls {
        let asked = ask(desk, provider, CallKind::Revoke, vec![call], None)
            .await
            .map_err(|error| not_revoked(chain(&error)))?;
        let status = asked.response.status();
        let is_unknown =
            provider.is_not_understood(&asked.response, CallKind::Revoke, asked.alternative);
        if !status.is_success() && !is_unknown {
            return Err(not_revoked(format!("answered {}", status.as_u16())));
        }
    }
    Ok(())
}

/// The account and its tokens as they are stored now: another program may have refreshed or bound them anew.
async fn stored(desk: &Desk, account: &Account) -> Result<Option<(Account, TokenSet)>, Failure> {
    let id = account.id.clone();
    desk.blocking(move |store, vault| {
        super::unlock(store, vault)?;
        let mut accounts = store.load()?.accounts.into_iter();
        let Some(account) = accounts.find(|account| account.id == id) else {
            return Ok(None);
        };
        let tokens = store.tokens(&id)?;
        Ok(Some((account, tokens)))
    })
    .await
}
