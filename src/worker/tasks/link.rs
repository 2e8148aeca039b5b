//! One attempt to link, from the key store's answer to the saved account.
//!
//! Everything it learns on the way goes to the core as events with the attempt's id. Knows no provider by name.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::Desk;
use super::ask::{Asked, ask};
use super::profile;
use super::sign_in::{Authorized, sign_in};
use super::tokens::{access_facts, binding, next_set, refresh_facts};
use crate::account::{Account, HistoryLine, Identity, Obtained, TokenSet};
use crate::bridge::{LinkStep, ProblemKind};
use crate::ids::{AccountId, FlowId};
use crate::oauth::TokenResponse;
use crate::provider::{Call, CallKind, Client};
use crate::store::Claim;
use crate::worker::failure::Failure;
use crate::worker::input::{Input, LinkEvent, LinkOrder, LinkPlan, LinkTarget, Linked};

/// Runs the attempt and answers.
pub(in crate::worker) async fn run(
    desk: Arc<Desk>,
    plan: LinkPlan,
    orders: mpsc::Receiver<LinkOrder>,
) {
    let flow = plan.flow;
    let road = Road::new(Arc::clone(&desk), flow);
    let result = attempt(road, plan, orders).await;
    desk.answer(Input::LinkEnded(flow, result.map(Box::new)))
        .await;
}

/// Tells the core how far the attempt is.
#[derive(Debug)]
pub(super) struct Road {
    pub(super) desk: Arc<Desk>,
    flow: FlowId,
    began: Duration,
}

impl Road {
    fn new(desk: Arc<Desk>, flow: FlowId) -> Self {
        let began = desk.world.clock.elapsed();
        Self { desk, flow, began }
    }

    pub(super) async fn tell(&self, event: LinkEvent) {
        self.desk.answer(Input::LinkMoved(self.flow, event)).await;
    }

    /// A closure that counts strays without waiting for the core: a crowd must not slow the attempt down.
    pub(super) fn stray_counter(&self) -> impl Fn() + Send + Sync + 'static {
        let inputs = self.desk.inputs.clone();
        let flow = self.flow;
        move || drop(inputs.try_send(Input::LinkMoved(flow, LinkEvent::Stray)))
    }

    pub(super) async fn begin(&mut self, step: LinkStep) {
        self.began = self.desk.world.clock.elapsed();
        self.tell(LinkEvent::Began(step)).await;
    }

    pub(super) async fn done(&self, note: Option<String>) {
        let took = self.desk.world.clock.elapsed().saturating_sub(self.began);
        self.tell(LinkEvent::Done { took, note }).await;
    }
}

async fn attempt(
    mut road: Road,
    plan: LinkPlan,
    mut orders: mpsc::Receiver<LinkOrder>,
) -> Result<Linked, Failure> {
    road.begin(LinkStep::CheckKeyStore).await;
    road.desk.check_vault().await?;
    let client = road
        .desk
        .client(&plan.provider.id, plan.settings.clone())
        .await?;
    road.done(None).await;
    let (calls, kind, authorized) = match &plan.password {
        Some((username, password)) => {
            let calls = plan.provider.password_calls(&client, username, password);
            (calls, CallKind::Password, None)
        }
        None => {
            let authorized = sign_in(&mut road, &plan, &client, &mut orders).await?;
            let calls = plan.provider.exchange_calls(
                &client,
                &authorized.code,
                &authorized.redirect_uri,
                authorized.verifier.as_ref(),
            );
            (calls, CallKind::Exchange, Some(authorized))
        }
    };
    let calls = calls.map_err(unsendable)?;
    let (asked, response) = exchange(&mut road, &plan, &client, kind, calls).await?;
    let obtained = obtained(&plan, kind, authorized.as_ref(), &asked);
    let (account, tokens, line) =
        save(&mut road, &plan, &client, (asked, response), obtained).await?;
    read_profile(&mut road, &plan, &client, account, tokens, line).await
}

fn unsendable(error: crate::provider::Error) -> Failure {
    let kind = match &error {
        crate::provider::Error::UnusableUsername => ProblemKind::UnusableUsername,
        _ => ProblemKind::Bug,
    };
    Failure::caused(kind, &error)
}

async fn exchange(
    road: &mut Road,
    plan: &LinkPlan,
    client: &Client,
    kind: CallKind,
    calls: Vec<Call>,
) -> Result<(Asked, TokenResponse), Failure> {
    // Nothing stands between the callback and the request: some codes live for 30 s.
    let provider = &plan.provider;
    let asking = ask(&road.desk, provider, kind, calls, None);
    let began = road.tell(LinkEvent::Began(LinkStep::RequestTokens));
    let (asked, ()) = tokio::join!(asking, began);
    let asked = asked.map_err(|error| Failure::unanswered(&error, road.desk.world.clock.now()))?;
    let took = Duration::try_from(asked.exchange.took).unwrap_or_default();
    let note = Some(format!("{}: {}", asked.shape, asked.exchange.answer));
    let response = provider
        .read_tokens(&asked.response, kind)
        .map_err(|error| profile::answer_failure(provider, client, &error, kind))?;
    road.tell(LinkEvent::Done { took, note }).await;
    Ok((asked, response))
}

fn obtained(
    plan: &LinkPlan,
    kind: CallKind,
    authorized: Option<&Authorized>,
    asked: &Asked,
) -> Obtained {
    let pkce = match authorized {
        Some(authorized) if authorized.verifier.is_some() => "S256",
        Some(_) => "not offered by provider",
        None => "not part of this sign-in",
    };
    Obtained {
        grant: plan.provider.grant_name(kind, &plan.settings).to_owned(),
        pkce: pkce.to_owned(),
        state_echoed: authorized.map(|authorized| authorized.state_echoed),
        secret_in_address: authorized.is_some() && plan.provider.secret_in_address(&plan.settings),
        exchange: asked.shape.clone(),
        refresh: None,
        clock_offset_ms: asked.clock_offset_ms,
    }
}

/// What the new tokens replace.
struct Replaced {
    /// Keeps refreshes away until the new tokens are saved.
    claim: Option<Claim>,
    before: Option<Account>,
    label: String,
}

/// The account as it is stored now, not as it was when the browser opened: it may have been refreshed or renamed since.
async fn replaced(desk: &Desk, plan: &LinkPlan) -> Result<Replaced, Failure> {
    let repaired = match &plan.target {
        LinkTarget::New(label) => {
            return Ok(Replaced {
                claim: None,
                before: None,
                label: label.clone(),
            });
        }
        LinkTarget::Repair(account) => account,
    };
    let claim = desk.claim(&repaired.id).await?;
    let stored = desk.stored(&repaired.id).await?;
    let before = stored.map(|(account, _)| account);
    let label = before.as_ref().map_or(&repaired.label, |it| &it.label);
    Ok(Replaced {
        claim: Some(claim),
        label: label.clone(),
        // Where it was forgotten meanwhile, a new account begins.
        before,
    })
}

/// Seals and saves before anybody may use the tokens.
async fn save(
    road: &mut Road,
    plan: &LinkPlan,
    client: &Client,
    (asked, response): (Asked, TokenResponse),
    obtained: Obtained,
) -> Result<(Account, TokenSet, HistoryLine), Failure> {
    road.begin(LinkStep::Save).await;
    let mut random = [0; 16];
    road.desk.world.random.fill(&mut random)?;
    let new_id = AccountId::from_random(u128::from_le_bytes(random));
    let bound_to = binding(&plan.provider, client);
    let provider = Arc::clone(&plan.provider);
    let Replaced {
        claim,
        before,
        label,
    } = replaced(&road.desk, plan).await?;
    let username = plan.password.as_ref().map(|(username, _)| username.clone());
    let saved = road
        .desk
        .blocking(move |store, vault| {
            let at = asked.at;
            let access = access_facts(vault, &provider, &response, at)?;
            let mut tokens = next_set(&provider, response, None);
            if let Some(username) = &username {
                tokens.hints.insert("username".to_owned(), username.clone());
            }
            let refresh = refresh_facts(vault, &provider, &tokens, None, at)?;
            let what = if before.is_some() {
                "Linked again"
            } else {
                "Linked"
            };
            let mut account = Account {
                id: before.as_ref().map_or(new_id, |account| account.id.clone()),
                provider: provider.id.clone(),
                label,
                identity: Identity {
                    email: username,
                    ..Identity::default()
                },
                access,
                refresh,
                ended: None,
                outcome_unknown_since: None,
                linked_at: before.as_ref().map_or(at, |account| account.linked_at),
                last_refreshed_at: None,
                last_proved_at: Some(at),
                generation: before.as_ref().map_or(1, |account| account.generation + 1),
                bound_to,
                obtained,
                worked: std::collections::BTreeMap::new(),
                trading: before.as_ref().and_then(|account| account.trading.clone()),
                exchanges: before.map(|account| account.exchanges).unwrap_or_default(),
            };
            account.remember_exchange(asked.exchange);
            let line = HistoryLine {
                at,
                what: what.to_owned(),
            };
            store.save_tokens(&account, &tokens, &line)?;
            drop(claim);
            Ok((account, tokens, line))
        })
        .await?;
    road.done(None).await;
    Ok(saved)
}

/// Reads who this is; that it can't be read leaves the link good, with a problem beside it.
async fn read_profile(
    road: &mut Road,
    plan: &LinkPlan,
    client: &Client,
    mut account: Account,
    tokens: TokenSet,
    line: HistoryLine,
) -> Result<Linked, Failure> {
    let provider = &plan.provider;
    let (step, unread) = if provider.has_trading_accounts() {
        (
            LinkStep::ReadTradingAccounts,
            ProblemKind::TradingAccountsUnread,
        )
    } else {
        (LinkStep::ReadIdentity, ProblemKind::IdentityUnread)
    };
    road.begin(step).await;
    if !profile::is_offered(provider, client, &account, &tokens) {
        road.tell(LinkEvent::Skipped).await;
        return Ok(linked(account, line, None));
    }
    let read = profile::read(&road.desk, provider, client, &mut account, &tokens).await;
    let beside = match read {
        Ok(()) => {
            road.done(None).await;
            None
        }
        // The provider has no such page here: nothing is missing that could be had.
        Err(failure) if is_absent(&failure) => {
            road.tell(LinkEvent::Skipped).await;
            None
        }
        Err(failure) => {
            road.tell(LinkEvent::Skipped).await;
            Some(Failure {
                kind: unread,
                ..failure
            })
        }
    };
    let kept = account.clone();
    let kept = road
        .desk
        .blocking(move |store, _| store.save_account(&kept, None))
        .await;
    // The tokens are safe already: that the name could not be written beside them doesn't undo the link.
    Ok(linked(account, line, beside.or(kept.err())))
}

/// Whether the provider said, in one of the ways servers say it, that there is no such page.
fn is_absent(failure: &Failure) -> bool {
    match &failure.kind {
        ProblemKind::ProviderError { code } => matches!(code.as_str(), "404" | "405" | "415"),
        ProblemKind::TemporarilyFailing { status, .. } => *status == 501,
        _ => false,
    }
}

fn linked(account: Account, line: HistoryLine, beside: Option<Failure>) -> Linked {
    Linked {
        account,
        lines: vec![line],
        beside,
    }
}
