//! One attempt to link, from the key store's answer to the saved account.
//!
//! Everything it learns on the way goes to the core as events with the attempt's id. Knows no provider by name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::Desk;
use super::ask::{Asked, ask};
use super::profile;
use super::sign_in::{Authorized, sign_in};
use super::tokens::{access_facts, binding, next_set, refresh_facts};
use crate::account::{
    AccessFacts, Account, Binding, HistoryLine, Identity, Obtained, RefreshFacts, TokenSet,
};
use crate::bridge::{LinkStep, ProblemKind};
use crate::ids::{AccountId, FlowId, ProviderId};
use crate::oauth::TokenResponse;
use crate::provider::{self, Call, CallKind, Client};
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
    let provider = Arc::clone(&plan.provider);
    let settings = plan.settings.clone();
    let client = road.desk.client(&provider.id, settings).await?;
    road.done(None).await;
    let mut attempt = Attempt { road, plan, client };
    let (kind, calls, authorized) = attempt.authorize(&mut orders).await?;
    let (asked, response) = attempt.exchange(kind, calls).await?;
    let obtained = attempt.obtained(kind, authorized.as_ref(), &asked);
    let saved = attempt.save(asked, response, obtained).await?;
    attempt.read_profile(saved).await
}

/// An attempt whose client is known.
struct Attempt {
    road: Road,
    plan: LinkPlan,
    client: Client,
}

/// A link that is saved and lacks only the profile.
struct Saved {
    account: Account,
    tokens: TokenSet,
    line: HistoryLine,
}

impl Attempt {
    /// Gets what is exchanged for tokens: a code from the browser, or the password that was typed.
    async fn authorize(
        &mut self,
        orders: &mut mpsc::Receiver<LinkOrder>,
    ) -> Result<(CallKind, Vec<Call>, Option<Authorized>), Failure> {
        let provider = Arc::clone(&self.plan.provider);
        if let Some((username, password)) = &self.plan.password {
            let calls = provider
                .password_calls(&self.client, username, password)
                .map_err(|error| unsendable(&error))?;
            return Ok((CallKind::Password, calls, None));
        }
        let authorized = sign_in(&mut self.road, &self.plan, &self.client, orders).await?;
        let calls = provider
            .exchange_calls(
                &self.client,
                &authorized.code,
                &authorized.redirect_uri,
                authorized.verifier.as_ref(),
            )
            .map_err(|error| unsendable(&error))?;
        Ok((CallKind::Exchange, calls, Some(authorized)))
    }

    async fn exchange(
        &self,
        kind: CallKind,
        calls: Vec<Call>,
    ) -> Result<(Asked, TokenResponse), Failure> {
        // Nothing stands between the callback and the request: some codes live for 30 s.
        let provider = &self.plan.provider;
        let asking = ask(&self.road.desk, provider, kind, calls, None);
        let began = self.road.tell(LinkEvent::Began(LinkStep::RequestTokens));
        let (asked, ()) = tokio::join!(asking, began);
        let now = || self.road.desk.world.clock.now();
        let asked = asked.map_err(|error| Failure::unanswered(&error, now()))?;
        let took = Duration::try_from(asked.exchange.took).unwrap_or_default();
        let note = Some(format!("{}: {}", asked.shape, asked.exchange.answer));
        let response = provider
            .read_tokens(&asked.response, kind)
            .map_err(|error| profile::answer_failure(provider, &self.client, &error, kind))?;
        self.road.tell(LinkEvent::Done { took, note }).await;
        Ok((asked, response))
    }

    fn obtained(&self, kind: CallKind, authorized: Option<&Authorized>, asked: &Asked) -> Obtained {
        let plan = &self.plan;
        let pkce = match authorized {
            Some(authorized) if authorized.verifier.is_some() => "S256",
            Some(_) => "not offered by provider",
            None => "not part of this sign-in",
        };
        Obtained {
            grant: plan.provider.grant_name(kind, &plan.settings).to_owned(),
            pkce: pkce.to_owned(),
            state_echoed: authorized.map(|authorized| authorized.state_echoed),
            secret_in_address: authorized.is_some()
                && plan.provider.secret_in_address(&plan.settings),
            exchange: asked.shape.clone(),
            refresh: None,
            clock_offset_ms: asked.clock_offset_ms,
        }
    }

    /// Seals and saves before anybody may use the tokens.
    async fn save(
        &mut self,
        asked: Asked,
        response: TokenResponse,
        obtained: Obtained,
    ) -> Result<Saved, Failure> {
        self.road.begin(LinkStep::Save).await;
        let mut random = [0; 16];
        self.road.desk.world.random.fill(&mut random)?;
        let new_id = AccountId::from_random(u128::from_le_bytes(random));
        let (claim, before) = self.replaced().await?;
        let draft = self.draft(new_id, before, obtained);
        let username = self
            .plan
            .password
            .as_ref()
            .map(|(username, _)| username.clone());
        let provider = Arc::clone(&self.plan.provider);
        let desk = Arc::clone(&self.road.desk);
        let saved = desk
            .blocking(move |store, vault| {
                let at = asked.at;
                let access = access_facts(vault, &provider, &response, at)?;
                let mut tokens = next_set(&provider, response, None);
                if let Some(username) = username {
                    tokens.hints.insert("username".to_owned(), username);
                }
                let refresh = refresh_facts(vault, &provider, &tokens, None, at)?;
                let (mut account, what) = draft.account(access, refresh, at);
                account.remember_exchange(asked.exchange);
                let what = what.to_owned();
                let line = HistoryLine { at, what };
                store.save_tokens(&account, &tokens, &line)?;
                drop(claim);
                Ok(Saved {
                    account,
                    tokens,
                    line,
                })
            })
            .await?;
        self.road.done(None).await;
        Ok(saved)
    }

    /// The account that is repaired as it is stored now: it may have been refreshed or renamed since the browser opened.
    ///
    /// The claim keeps refreshes away until the new tokens are saved. Where it was forgotten meanwhile, a new account begins.
    async fn replaced(&self) -> Result<(Option<Claim>, Option<Account>), Failure> {
        let LinkTarget::Repair(account) = &self.plan.target else {
            return Ok((None, None));
        };
        let desk = &self.road.desk;
        let claim = desk.claim(&account.id).await?;
        let stored = desk.stored(&account.id).await?;
        Ok((Some(claim), stored.map(|(account, _)| account)))
    }

    fn draft(&self, new_id: AccountId, before: Option<Account>, obtained: Obtained) -> Draft {
        let label = match (&before, &self.plan.target) {
            (Some(account), _) => account.label.clone(),
            (None, LinkTarget::Repair(account)) => account.label.clone(),
            (None, LinkTarget::New(label)) => label.clone(),
        };
        Draft {
            id: before.as_ref().map_or(new_id, |account| account.id.clone()),
            before,
            provider: self.plan.provider.id.clone(),
            label,
            email: self
                .plan
                .password
                .as_ref()
                .map(|(username, _)| username.clone()),
            bound_to: binding(&self.plan.provider, &self.client),
            obtained,
        }
    }

    /// Reads who this is; that it can't be read leaves the link good, with a problem beside it.
    async fn read_profile(&mut self, saved: Saved) -> Result<Linked, Failure> {
        let Saved {
            mut account,
            tokens,
            line,
        } = saved;
        let provider = &self.plan.provider;
        let (step, unread) = if provider.has_trading_accounts() {
            (
                LinkStep::ReadTradingAccounts,
                ProblemKind::TradingAccountsUnread,
            )
        } else {
            (LinkStep::ReadIdentity, ProblemKind::IdentityUnread)
        };
        self.road.begin(step).await;
        if !profile::is_offered(provider, &self.client, &account, &tokens) {
            self.road.tell(LinkEvent::Skipped).await;
            return Ok(linked(account, line, None));
        }
        let desk = &self.road.desk;
        let read = profile::read(desk, provider, &self.client, &mut account, &tokens).await;
        let beside = match read {
            Ok(()) => {
                self.road.done(None).await;
                None
            }
            Err(failure) => {
                self.road.tell(LinkEvent::Skipped).await;
                let kind = unread;
                // Where the provider has no such page, nothing is missing that could be had.
                (!is_absent(&failure)).then_some(Failure { kind, ..failure })
            }
        };
        let kept = account.clone();
        let kept = desk
            .blocking(move |store, _| store.save_account(&kept, None))
            .await;
        // The tokens are safe: that the name could not be written beside them doesn't undo the link.
        Ok(linked(account, line, beside.or_else(|| kept.err())))
    }
}

/// An account before its tokens are sealed.
struct Draft {
    id: AccountId,
    before: Option<Account>,
    provider: ProviderId,
    label: String,
    email: Option<String>,
    bound_to: Binding,
    obtained: Obtained,
}

impl Draft {
    /// The account, and what its history says about it; a repaired one keeps its past.
    fn account(
        self,
        access: AccessFacts,
        refresh: RefreshFacts,
        at: Timestamp,
    ) -> (Account, &'static str) {
        let before = self.before;
        let what = if before.is_some() {
            "Linked again"
        } else {
            "Linked"
        };
        let account = Account {
            id: self.id,
            provider: self.provider,
            label: self.label,
            identity: Identity {
                email: self.email,
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
            browser: None,
            in_question_with: None,
            bound_to: self.bound_to,
            obtained: self.obtained,
            worked: BTreeMap::new(),
            trading: before.as_ref().and_then(|account| account.trading.clone()),
            exchanges: before.map(|account| account.exchanges).unwrap_or_default(),
        };
        (account, what)
    }
}

fn unsendable(error: &provider::Error) -> Failure {
    let kind = match error {
        provider::Error::UnusableUsername => ProblemKind::UnusableUsername,
        _ => ProblemKind::Bug,
    };
    Failure::caused(kind, error)
}

/// Whether the provider said, in one of the ways servers say it, that there is no such page.
fn is_absent(failure: &Failure) -> bool {
    match &failure.kind {
        ProblemKind::ProviderError { code } => {
            ["404", "405", "415", "501"].contains(&code.as_str())
        }
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
