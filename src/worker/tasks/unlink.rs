//! Ends a link: forgets first, and then tells the provider, whose answer can't bring it back.
//!
//! Knows nothing of what the account was used for.

use std::sync::Arc;

use super::Desk;
use super::ask::ask;
use super::link::Attempt;
use super::tokens::{binding, next_set};
use crate::account::{Account, TokenSet};
use crate::bridge::ProblemKind;
use crate::ids::{AccountId, FlowId};
use crate::oauth::TokenResponse;
use crate::provider::{CallKind, Client, ClientSettings, Provider};
use crate::store;
use crate::worker::failure::{Failure, chain};
use crate::worker::input::{Input, WorkPlan, WorkResult};

/// Forgets, revokes, answers.
pub(in crate::worker) async fn run(desk: Arc<Desk>, plan: WorkPlan) {
    let flow = plan.flow;
    let id = plan.account.id.clone();
    let result = match end(&desk, &plan.provider, &plan.settings, &plan.account).await {
        Ok(left_undone) => WorkResult::Unlinked(left_undone),
        Err(failure) => WorkResult::Failed(failure, None),
    };
    desk.answer(Input::WorkEnded(flow, id, Box::new(result)))
        .await;
}

/// Forgets an account whose record can't be read: nobody knows where its tokens may be sent.
pub(in crate::worker) async fn forget_unreadable(
    desk: Arc<Desk>,
    flow: FlowId,
    account: AccountId,
    host: String,
) {
    let result = match forget(&desk, &account).await {
        Ok(()) => {
            let not_revoked = Failure::new(ProblemKind::NotRevoked { host });
            WorkResult::Unlinked(Some(not_revoked))
        }
        Err(failure) => WorkResult::Failed(failure, None),
    };
    desk.answer(Input::WorkEnded(flow, account, Box::new(result)))
        .await;
}

/// Ends a link; an error where it could not be forgotten here and so goes on, else what the provider left undone.
pub(super) async fn end(
    desk: &Desk,
    provider: &Provider,
    settings: &ClientSettings,
    account: &Account,
) -> Result<Option<Failure>, Failure> {
    let unsaved = desk.take_unsaved(&account.id);
    // A refresh elsewhere brings tokens that would outlive the account; one that hangs is no reason to stay linked.
    let claim = match unsaved {
        Some(_) => None,
        None => desk.claim_if_free_soon(&account.id).await,
    };
    let newer = unsaved.as_ref().map(super::unsaved::Unsaved::tokens);
    let revocation = Revocation::prepare(desk, provider, settings, account, newer).await;
    if let Err(failure) = forget(desk, &account.id).await {
        // Where it can't be forgotten here, it is not ended there: what is left would look like a link and be none.
        if let Some(unsaved) = unsaved {
            desk.hold_unsaved(account.id.clone(), unsaved);
        }
        return Err(failure);
    }
    let revoked = match revocation {
        Ok(Some(revocation)) => revocation.carry_out(desk).await,
        Ok(None) => Ok(()),
        Err(failure) => Err(failure),
    };
    drop((claim, unsaved));
    Ok(revoked.err())
}

/// Forgets an account, and looks whether it is gone.
async fn forget(desk: &Desk, id: &AccountId) -> Result<(), Failure> {
    let id = id.clone();
    desk.blocking(move |store, _| {
        store.forget_account(&id)?;
        match store.tokens(&id) {
            Err(store::Error::Missing) => Ok(()),
            Ok(_) => Err(store::Error::Overtaken),
            Err(error) => Err(error),
        }
    })
    .await
}

/// Tokens that are to be revoked, with all that is needed for it once they are forgotten here.
struct Revocation<'a> {
    provider: &'a Provider,
    client: Client,
    tokens: TokenSet,
}

impl<'a> Revocation<'a> {
    /// A link that has ended already, or a provider that can't, has nothing to revoke. `newer` are tokens that are not stored yet.
    async fn prepare(
        desk: &Desk,
        provider: &'a Provider,
        settings: &ClientSettings,
        account: &Account,
        newer: Option<TokenSet>,
    ) -> Result<Option<Self>, Failure> {
        if account.ended.is_some() || !provider.can_revoke() {
            return Ok(None);
        }
        let host = provider.host_of(CallKind::Revoke, settings);
        let untold = |failure: Failure| not_revoked(&host, failure.detail);
        let Some((account, stored)) = stored(desk, account).await.map_err(untold)? else {
            // Another program has unlinked it.
            return Ok(None);
        };
        let client = desk.client(&provider.id, settings.clone()).await;
        let client = client.map_err(untold)?;
        if !account.bound_to.admits(&binding(provider, &client)) {
            let why = "the provider or its client is not the one these tokens came from";
            return Err(not_revoked(&host, why.to_owned()));
        }
        Ok(Some(Self {
            provider,
            client,
            tokens: newer.unwrap_or(stored),
        }))
    }

    /// Tells the provider.
    async fn carry_out(&self, desk: &Desk) -> Result<(), Failure> {
        let (provider, tokens) = (self.provider, &self.tokens);
        let host = provider.host_of(CallKind::Revoke, &self.client.settings);
        let refresh_token = tokens.refresh_token.as_ref();
        let calls = provider
            .revocation_calls(&self.client, &tokens.access_token, refresh_token)
            .map_err(|error| not_revoked(&host, chain(&error)))?;
        for call in calls {
            let asked = ask(desk, provider, CallKind::Revoke, vec![call], None)
                .await
                .map_err(|error| not_revoked(&host, chain(&error)))?;
            let status = asked.response.status();
            let is_unknown =
                provider.is_not_understood(&asked.response, CallKind::Revoke, asked.alternative);
            if !status.is_success() && !is_unknown {
                let why = format!("answered {}", status.as_u16());
                return Err(not_revoked(&host, why));
            }
        }
        Ok(())
    }
}

impl Attempt {
    /// Revokes tokens that are not kept, where the provider can, and gives the failure with what was left undone.
    pub(super) async fn give_back(&self, response: &TokenResponse, failure: Failure) -> Failure {
        let provider = &self.plan.provider;
        if !provider.can_revoke() {
            return failure;
        }
        let revocation = Revocation {
            provider,
            client: self.client.clone(),
            tokens: next_set(provider, response.clone(), None),
        };
        match revocation.carry_out(&self.road.desk).await {
            Ok(()) => failure,
            Err(not_revoked) => Failure {
                detail: [failure.detail.as_str(), &not_revoked.detail].join("; not revoked: "),
                ..failure
            },
        }
    }
}

fn not_revoked(host: &str, detail: String) -> Failure {
    let host = host.to_owned();
    Failure {
        detail,
        ..Failure::new(ProblemKind::NotRevoked { host })
    }
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
