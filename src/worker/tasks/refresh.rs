//! Refreshes an account: a new pair for the refresh token, or, where the provider renews by use, a use.
//!
//! Knows how an account is had to oneself and what else may have happened to it meanwhile; how a token is spent is in `spend`.

use std::sync::Arc;

use super::Desk;
use super::ending::failed;
use super::profile;
use super::spend::{Spending, Spent, keep_mark};
use super::tokens::binding;
use super::unsaved::{self, Unsaved};
use crate::account::{Account, HistoryLine, TokenSet};
use crate::bridge::ProblemKind;
use crate::provider::{Client, RefreshWay};
use crate::store::{Claim, Stored};
use crate::worker::failure::Failure;
use crate::worker::input::{Input, Work, WorkPlan, WorkResult};

/// Does the work and answers.
pub(in crate::worker) async fn run(desk: Arc<Desk>, plan: WorkPlan) {
    let flow = plan.flow;
    let id = plan.account.id.clone();
    // Boxed, because it holds every step of its road.
    let result = Box::pin(work(&desk, plan)).await;
    desk.answer(Input::WorkEnded(flow, id, Box::new(result)))
        .await;
}

async fn work(desk: &Desk, plan: WorkPlan) -> WorkResult {
    let id = plan.account.id.clone();
    // What an earlier refresh brought goes first: the tokens before it may be used up.
    if let Some(brought) = desk.take_unsaved(&id) {
        let kept = unsaved::keep(desk, &plan, brought).await;
        if plan.work.is_refresh() || !matches!(kept, WorkResult::Refreshed(..)) {
            return kept;
        }
    }
    let told = |failure| Input::WorkWaits(plan.flow, id.clone(), failure);
    // Held until the new pair is saved: whoever else wants to spend this token waits, and then finds that pair.
    let claim = match desk.claim(&id, told).await {
        Ok(claim) => claim,
        Err(failure) => return WorkResult::Failed(failure, None),
    };
    let account = match claim.stored() {
        Stored::Account(account) => Account::clone(account),
        // Another program has unlinked it.
        Stored::Nothing => return WorkResult::Unlinked(None),
        Stored::Unreadable => {
            let account = id.to_string();
            let failure = Failure::new(ProblemKind::AccountUnreadable { account });
            return WorkResult::Failed(failure, None);
        }
    };
    if is_use(&plan) {
        return use_token(desk, &plan, account).await;
    }
    if account.generation != plan.account.generation || account.ended.is_some() {
        return adopt(desk, account).await;
    }
    refresh(desk, &plan, account, claim).await
}

fn is_use(plan: &WorkPlan) -> bool {
    plan.work == Work::AskProfile || plan.provider.refresh_way() == RefreshWay::RenewByUse
}

/// A refused access token ends nothing where there is a refresh token to get the next one with.
fn spared(plan: &WorkPlan, failure: Failure) -> Failure {
    let is_spared = plan.provider.refresh_way() == RefreshWay::Grant
        && plan.account.refresh.present
        && failure.refusal.is_some();
    if !is_spared {
        return failure;
    }
    Failure {
        kind: ProblemKind::TradingAccountsUnread,
        refusal: None,
        ..failure
    }
}

/// Another program, or a sign-in, was faster: what it saved is as good as what we would have got.
pub(super) async fn adopt(desk: &Desk, newer: Account) -> WorkResult {
    let line = match desk.stored(&newer.id).await {
        Ok(Some((_, Some(line)))) => line,
        Ok(_) | Err(_) => HistoryLine {
            at: desk.world.clock.now(),
            what: "Refreshed".to_owned(),
        },
    };
    match newer.ended {
        None => WorkResult::Refreshed(newer, line),
        Some(reason) => {
            let failure = Failure::new(ProblemKind::NeedsSignIn { reason });
            WorkResult::Failed(failure, Some((newer, line)))
        }
    }
}

/// The key, the client's secret and the tokens as they are now, not as they were when the work was planned.
async fn open(desk: &Desk, plan: &WorkPlan) -> Result<(Client, TokenSet), Failure> {
    let id = plan.account.id.clone();
    let tokens = desk
        .blocking(move |store, vault| {
            super::unlock(store, vault)?;
            store.tokens(&id)
        })
        .await?;
    let client = desk
        .client(&plan.provider.id, plan.settings.clone())
        .await?;
    Ok((client, tokens))
}

/// Binds the account to whom its tokens would be sent now, if they may be.
fn bind(plan: &WorkPlan, client: &Client, account: &mut Account) -> Result<(), Failure> {
    let bound = binding(&plan.provider, client);
    if !account.bound_to.admits(&bound) {
        let bound_to = account.bound_to.to_string();
        return Err(Failure::new(ProblemKind::ProviderChanged { bound_to }));
    }
    account.bound_to = bound;
    Ok(())
}

async fn use_token(desk: &Desk, plan: &WorkPlan, mut account: Account) -> WorkResult {
    let (client, tokens) = match open(desk, plan).await {
        Ok(opened) => opened,
        Err(failure) => return failed(desk, account, failure).await,
    };
    if let Err(failure) = bind(plan, &client, &mut account) {
        return WorkResult::Failed(failure, None);
    }
    match profile::read(desk, &plan.provider, &client, &mut account, &tokens).await {
        Ok(()) => used_up(desk, plan.work, account).await,
        Err(failure) => failed(desk, account, spared(plan, failure)).await,
    }
}

/// Saves the facts that a use of the token changed.
async fn used_up(desk: &Desk, work: Work, mut account: Account) -> WorkResult {
    let at = desk.world.clock.now();
    let what = match work {
        Work::AskProfile | Work::Unlink => "Profile and accounts read",
        Work::Refresh | Work::RefreshAnyway => "Renewed by use",
    };
    if account.access.renews_on_use {
        account.last_refreshed_at = Some(at);
    }
    let line = HistoryLine {
        at,
        what: what.to_owned(),
    };
    match save(desk, &account, &line).await {
        Ok(()) => WorkResult::Used(account, line),
        Err(failure) => WorkResult::Failed(failure, None),
    }
}

async fn refresh(desk: &Desk, plan: &WorkPlan, mut account: Account, claim: Claim) -> WorkResult {
    let (client, tokens) = match open(desk, plan).await {
        Ok(opened) => opened,
        Err(failure) => return failed(desk, account, failure).await,
    };
    if let Err(failure) = bind(plan, &client, &mut account) {
        return WorkResult::Failed(failure, None);
    }
    let mut spending = Spending {
        desk,
        plan,
        client,
        account,
    };
    let spent = spending.spend(&tokens).await;
    let account = spending.account;
    match spent {
        Ok(answered) => {
            let brought = Unsaved::new(plan, account, (answered, tokens), claim);
            unsaved::keep(desk, plan, brought).await
        }
        Err(Spent::Lost(failure)) => keep_mark(desk, account, failure).await,
        Err(Spent::Not(failure) | Spent::Refused(failure)) => judge(desk, account, failure).await,
    }
}

/// Before a refusal ends a link: somebody whom our lock does not keep out may have refreshed, and saved what came of it.
async fn judge(desk: &Desk, account: Account, failure: Failure) -> WorkResult {
    let may_be_overtaken =
        failure.ends_link().is_some() || matches!(failure.kind, ProblemKind::Store { .. });
    if !may_be_overtaken {
        return failed(desk, account, failure).await;
    }
    match desk.stored(&account.id).await {
        Ok(Some((newer, _))) if newer.generation > account.generation => adopt(desk, newer).await,
        Ok(None) => WorkResult::Unlinked(None),
        Ok(Some(_)) | Err(_) => failed(desk, account, failure).await,
    }
}

/// Saves what is known of an account, with a line of history.
pub(super) async fn save(
    desk: &Desk,
    account: &Account,
    line: &HistoryLine,
) -> Result<(), Failure> {
    let account = account.clone();
    let line = line.clone();
    desk.blocking(move |store, _| store.save_account(&account, Some(&line)))
        .await
}
