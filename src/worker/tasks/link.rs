//! One attempt to link, from the key store's answer to the saved account.
//!
//! Everything it learns on the way goes to the core as events with the attempt's id. Knows no provider by name.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::Desk;
use super::ask::{Asked, ask};
use super::identity::{self, Keys};
use super::sign_in::{Authorized, sign_in};
use super::{device, profile};
use crate::account::Obtained;
use crate::bridge::{LinkStep, ProblemKind};
use crate::ids::FlowId;
use crate::loopback::Stray;
use crate::oauth::{IdClaims, TokenResponse};
use crate::provider::{self, Call, CallKind, Client};
use crate::worker::failure::Failure;
use crate::worker::input::{Input, LinkEvent, LinkOrder, LinkPlan, Linked, Route};

/// What an attempt is told while it is under way.
pub(super) type Orders = mpsc::Receiver<LinkOrder>;

/// Runs the attempt and answers.
pub(in crate::worker) async fn run(desk: Arc<Desk>, plan: LinkPlan, mut orders: Orders) {
    let flow = plan.flow;
    let road = Road::new(Arc::clone(&desk), flow);
    // Boxed, because an attempt holds every step of its road.
    let result = Box::pin(attempt(road, plan, &mut orders)).await;
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
    pub(super) fn stray_counter(&self) -> impl Fn(Stray) + Send + Sync + 'static {
        let inputs = self.desk.inputs.clone();
        let flow = self.flow;
        move |stray| drop(inputs.try_send(Input::LinkMoved(flow, LinkEvent::Stray(stray))))
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

/// An attempt whose client is known.
pub(super) struct Attempt {
    pub(super) road: Road,
    pub(super) plan: LinkPlan,
    pub(super) client: Client,
}

/// Tokens, received and not yet saved.
pub(super) struct Received {
    pub(super) asked: Asked,
    pub(super) response: TokenResponse,
    pub(super) obtained: Obtained,
    /// Who signed in, as far as a signature proves it.
    pub(super) claims: Option<IdClaims>,
}

async fn attempt(mut road: Road, plan: LinkPlan, orders: &mut Orders) -> Result<Linked, Failure> {
    road.begin(LinkStep::CheckKeyStore).await;
    road.desk.check_vault().await?;
    let settings = plan.settings.clone();
    let client = road.desk.client(&plan.provider.id, settings).await?;
    road.done(None).await;
    // Asked for before the browser opens: a sign-in that could not be verified need not be made.
    let keys = Keys::fetch(&road.desk, &plan.provider, &client).await?;
    let mut attempt = Attempt { road, plan, client };
    let received = attempt.receive(keys, orders).await?;
    let saved = attempt.save(received, orders).await?;
    let (saved, beside) = attempt.read_profile(saved).await?;
    attempt.settle(saved, beside, orders).await
}

impl Attempt {
    /// Gets tokens: for a code from the browser, for one entered elsewhere, or for the password that was typed.
    async fn receive(
        &mut self,
        keys: Option<Keys>,
        orders: &mut Orders,
    ) -> Result<Received, Failure> {
        let provider = Arc::clone(&self.plan.provider);
        let (kind, calls, authorized) = match (self.plan.route, &self.plan.password) {
            (Route::Device, _) => {
                let granted =
                    device::sign_in(&mut self.road, &self.plan, &self.client, orders).await?;
                return self
                    .received(CallKind::DeviceToken, None, granted, keys)
                    .await;
            }
            (_, Some((username, password))) => {
                let calls = provider.password_calls(&self.client, username, password);
                (CallKind::Password, calls, None)
            }
            (Route::Browser | Route::CopiedAddress | Route::Password, None) => {
                let authorized = sign_in(&mut self.road, &self.plan, &self.client, orders).await?;
                let calls = provider.exchange_calls(
                    &self.client,
                    &authorized.code,
                    &authorized.redirect_uri,
                    authorized.verifier.as_ref(),
                );
                (CallKind::Exchange, calls, Some(authorized))
            }
        };
        let calls = calls.map_err(|error| unsendable(&error))?;
        let granted = self.exchange(kind, calls, authorized.as_ref()).await?;
        self.received(kind, authorized.as_ref(), granted, keys)
            .await
    }

    /// What is told while another program has an account that this attempt needs.
    pub(super) fn waits(&self) -> impl Fn(Failure) -> Input {
        let flow = self.road.flow;
        move |failure| Input::LinkMoved(flow, LinkEvent::Waits(failure))
    }

    async fn exchange(
        &self,
        kind: CallKind,
        calls: Vec<Call>,
        authorized: Option<&Authorized>,
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
            .map_err(|error| profile::answer_failure(provider, &self.client, &error, kind))
            .map_err(|failure| with_used(failure, authorized))?;
        self.road.tell(LinkEvent::Done { took, note }).await;
        Ok((asked, response))
    }

    async fn received(
        &self,
        kind: CallKind,
        authorized: Option<&Authorized>,
        (asked, response): (Asked, TokenResponse),
        keys: Option<Keys>,
    ) -> Result<Received, Failure> {
        let nonce = authorized.and_then(|authorized| authorized.nonce.as_ref());
        let claims = match keys {
            Some(keys) => {
                let proof = identity::Proof {
                    provider: &self.plan.provider,
                    client: &self.client,
                    nonce,
                    clock_offset_ms: asked.clock_offset_ms,
                };
                match keys.verify(&self.road.desk, &response, &proof).await {
                    Ok(claims) => claims,
                    Err(failure) => return Err(self.give_back(&response, failure).await),
                }
            }
            None => None,
        };
        Ok(Received {
            obtained: self.obtained(kind, authorized, &asked),
            asked,
            response,
            claims,
        })
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
}

/// A refused redirect URI is told beside the one that was used.
fn with_used(mut failure: Failure, authorized: Option<&Authorized>) -> Failure {
    if let (ProblemKind::RedirectMismatch { redirect_uri, .. }, Some(authorized)) =
        (&mut failure.kind, authorized)
    {
        redirect_uri.clone_from(&authorized.redirect_uri);
    }
    failure
}

fn unsendable(error: &provider::Error) -> Failure {
    let kind = match error {
        provider::Error::UnusableUsername => ProblemKind::UnusableUsername,
        _ => ProblemKind::Bug,
    };
    Failure::caused(kind, error)
}
