//! Refreshes an account: a new pair for the refresh token, or, where the provider renews by use, a use.
//!
//! One spend per refresh token: a mark is durable before it is sent, the new pair before anybody may use it.

use std::sync::Arc;

use super::Desk;
use super::ask::{Asked, ask};
use super::ending::failed;
use super::profile;
use super::tokens::{access_facts, binding, next_set, refresh_facts, refreshed};
use crate::account::{Account, HistoryLine, TokenSet};
use crate::bridge::ProblemKind;
use crate::oauth::TokenResponse;
use crate::platform;
use crate::provider::{CallKind, Client, RefreshWay};
use crate::secret::Secret;
use crate::worker::failure::Failure;
use crate::worker::input::{Input, Work, WorkPlan, WorkResult};

/// Does the work and answers.
pub(in crate::worker) async fn run(desk: Arc<Desk>, plan: WorkPlan) {
    let flow = plan.flow;
    let id = plan.account.id.clone();
    let result = work(&desk, plan).await;
    desk.answer(Input::WorkEnded(flow, id, Box::new(result)))
        .await;
}

async fn work(desk: &Desk, plan: WorkPlan) -> WorkResult {
    let is_use =
        plan.work == Work::AskProfile || plan.provider.refresh_way() == RefreshWay::RenewByUse;
    let mut account = plan.account.clone();
    // Held until the new pair is saved: whoever else wants to spend this token waits, and then finds that pair.
    let claim = match desk.claim(&account.id).await {
        Ok(claim) => claim,
        Err(failure) => return WorkResult::Failed(failure, None),
    };
    if claim.generation() != Some(account.generation) {
        match desk.stored(&account.id).await {
            Ok(Some((newer, _))) if is_use => account = newer,
            Ok(Some((newer, line))) => return overtaken(desk, newer, line),
            // Another program has unlinked it.
            Ok(None) => return WorkResult::Unlinked(None),
            Err(failure) => return WorkResult::Failed(failure, None),
        }
    }
    let opened = open(desk, &plan).await;
    let (client, tokens) = match opened {
        Ok(opened) => opened,
        Err(failure) => return failed(desk, account, failure).await,
    };
    let bound = binding(&plan.provider, &client);
    if !account.bound_to.admits(&bound) {
        let bound_to = account.bound_to.to_string();
        let kind = ProblemKind::ProviderChanged { bound_to };
        return WorkResult::Failed(Failure::new(kind), None);
    }
    account.bound_to = bound;
    if is_use {
        let used = profile::read(desk, &plan.provider, &client, &mut account, &tokens).await;
        return match used {
            Ok(()) => used_up(desk, plan.work, account).await,
            Err(failure) => failed(desk, account, spared(&plan, failure)).await,
        };
    }
    let result = refresh(desk, &plan, account, client, tokens).await;
    drop(claim);
    result
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
fn overtaken(desk: &Desk, newer: Account, line: Option<HistoryLine>) -> WorkResult {
    let line = line.unwrap_or_else(|| HistoryLine {
        at: desk.world.clock.now(),
        what: "Refreshed".to_owned(),
    });
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

/// Saves the facts that a use of the token changed.
async fn used_up(desk: &Desk, work: Work, mut account: Account) -> WorkResult {
    let at = desk.world.clock.now();
    let what = match work {
        Work::Refresh => "Renewed by use",
        _ => "Profile and accounts read",
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

async fn refresh(
    desk: &Desk,
    plan: &WorkPlan,
    mut account: Account,
    client: Client,
    tokens: TokenSet,
) -> WorkResult {
    let Some(newest) = tokens.refresh_token.clone() else {
        return WorkResult::Failed(Failure::new(ProblemKind::CannotRefresh), None);
    };
    let in_doubt_since = account.outcome_unknown_since;
    account.outcome_unknown_since = Some(desk.world.clock.now());
    if let Err(failure) = mark(desk, &account).await {
        return WorkResult::Failed(failure, None);
    }
    let mut spent = newest;
    let mut answer = spend(desk, plan, &mut account, &client, &spent).await;
    if let (Err(Spent::Refused(_)), Some(previous)) = (&answer, &tokens.previous_refresh_token) {
        // The newer one never worked; the one before is still ours.
        spent = previous.clone();
        answer = spend(desk, plan, &mut account, &client, &spent).await;
    }
    match answer {
        Ok((asked, response)) => {
            let used = (spent, tokens);
            keep(desk, plan, account, (asked, response), used).await
        }
        Err(Spent::Unknown(failure)) => keep_mark(desk, account, failure).await,
        Err(Spent::Not(failure) | Spent::Refused(failure)) => {
            account.outcome_unknown_since = None;
            failed(desk, account, failure.in_doubt(in_doubt_since)).await
        }
    }
}

/// What became of a refresh token that was to be sent, when no new pair came of it.
enum Spent {
    /// It was not sent, or the provider has not looked at it.
    Not(Failure),
    /// It was looked at and refused.
    Refused(Failure),
    /// It was sent, and no answer came that could be read.
    Unknown(Failure),
}

async fn spend(
    desk: &Desk,
    plan: &WorkPlan,
    account: &mut Account,
    client: &Client,
    refresh_token: &Secret,
) -> Result<(Asked, TokenResponse), Spent> {
    use platform::http::Error as E;
    let provider = &plan.provider;
    let calls = provider
        .refresh_calls(client, refresh_token)
        .map_err(|error| Spent::Not(Failure::caused(ProblemKind::Bug, &error)))?;
    let worked = account.worked.get("refresh").copied();
    let asked = ask(desk, provider, CallKind::Refresh, calls, worked).await;
    let asked = asked.map_err(|error| {
        let failure = Failure::unanswered(&error, desk.world.clock.now());
        match error {
            E::NotConnected { .. }
            | E::Proxy { .. }
            | E::CertificateTime { .. }
            | E::Certificate { .. } => Spent::Not(failure),
            E::NoAnswer { .. } | E::TooLong { .. } => Spent::Unknown(failure),
        }
    })?;
    account.remember_exchange(asked.exchange.clone());
    account.obtained.clock_offset_ms = asked.clock_offset_ms.or(account.obtained.clock_offset_ms);
    match provider.read_tokens(&asked.response, CallKind::Refresh) {
        Ok(response) => Ok((asked, response)),
        Err(error) => {
            let failure = profile::answer_failure(provider, client, &error, CallKind::Refresh);
            Err(if failure.ends_link().is_some() {
                Spent::Refused(failure)
            } else if error.may_have_spent() {
                Spent::Unknown(failure)
            } else {
                Spent::Not(failure)
            })
        }
    }
}

/// Seals and saves the new pair with its facts and its history line, in one transaction.
async fn keep(
    desk: &Desk,
    plan: &WorkPlan,
    mut account: Account,
    (asked, response): (Asked, TokenResponse),
    (spent, before): (Secret, TokenSet),
) -> WorkResult {
    let provider = Arc::clone(&plan.provider);
    let saved = desk
        .blocking(move |store, vault| {
            let at = asked.at;
            account.access = access_facts(vault, &provider, &response, at, asked.clock_offset_ms)?;
            let what = refreshed(&response);
            let tokens = next_set(&provider, response, Some((&spent, before.hints)));
            let rotated = tokens.refresh_token.as_ref() != Some(&spent);
            let known = account.refresh.clone();
            account.refresh =
                refresh_facts(vault, &provider, &tokens, Some((&known, rotated)), at)?;
            account.generation += 1;
            account.outcome_unknown_since = None;
            account.last_refreshed_at = Some(at);
            account.restored_at = None;
            account.prove(at);
            account.obtained.refresh = Some(asked.shape);
            account
                .worked
                .insert("refresh".to_owned(), asked.alternative);
            let line = HistoryLine { at, what };
            store.save_tokens(&account, &tokens, &line)?;
            Ok((account, line))
        })
        .await;
    match saved {
        Ok((account, line)) => WorkResult::Refreshed(account, line),
        Err(failure) => WorkResult::Failed(failure, None),
    }
}

/// The answer was lost: the mark stays, and is told.
async fn keep_mark(desk: &Desk, account: Account, failure: Failure) -> WorkResult {
    let line = HistoryLine {
        at: desk.world.clock.now(),
        what: format!("A refresh was sent and its answer lost: {}", failure.detail),
    };
    match save(desk, &account, &line).await {
        Ok(()) => WorkResult::Failed(failure, Some((account, line))),
        Err(_worse) => WorkResult::Failed(failure, None),
    }
}

async fn mark(desk: &Desk, account: &Account) -> Result<(), Failure> {
    let account = account.clone();
    desk.blocking(move |store, _| store.save_account(&account, None))
        .await
}

async fn save(desk: &Desk, account: &Account, line: &HistoryLine) -> Result<(), Failure> {
    let account = account.clone();
    let line = line.clone();
    desk.blocking(move |store, _| store.save_account(&account, Some(&line)))
        .await
}
