//! Signing in on another device ([RFC 8628](https://www.rfc-editor.org/rfc/rfc8628)): a code and an address to show, then polite questions.
//!
//! Opens no port and, unless asked to, no browser. Knows nothing of what becomes of the tokens.

use jiff::{SignedDuration, Timestamp};

use super::ask::{Asked, ask};
use super::link::{Orders, Road};
use super::{browsers, profile};
use crate::bridge::{DeviceCard, LinkStep, ProblemKind};
use crate::oauth::{DeviceAuthorizationResponse, NextPoll, Polling, TokenResponse};
use crate::provider::{AnswerError, CallKind, Client, Meaning};
use crate::worker::failure::Failure;
use crate::worker::input::{LinkEvent, LinkOrder, LinkPlan};

/// What the token endpoint gave in the end.
pub(super) type Granted = (Asked, TokenResponse);

/// Shows the code and asks until the person has decided elsewhere.
pub(super) async fn sign_in(
    road: &mut Road,
    plan: &LinkPlan,
    client: &Client,
    orders: &mut Orders,
) -> Result<Granted, Failure> {
    road.begin(LinkStep::RequestDeviceCode).await;
    let (code, received) = request(road, plan, client).await?;
    road.done(None).await;
    let ends = until(received, &code, plan.deadline);
    let card = DeviceCard {
        user_code: code.user_code.clone(),
        verification_uri: code.verification_uri.to_string(),
        expires_at: ends,
    };
    road.tell(LinkEvent::DeviceReady(card)).await;
    road.begin(LinkStep::AwaitAuthorization).await;
    let asking = Asking { plan, client, code };
    let granted = asking.wait(road, ends, orders).await?;
    road.done(None).await;
    Ok(granted)
}

/// When the code ends, or our patience.
fn until(
    received: Timestamp,
    code: &DeviceAuthorizationResponse,
    deadline: Timestamp,
) -> Timestamp {
    let lives = SignedDuration::try_from(code.expires_in).unwrap_or(SignedDuration::MAX);
    received
        .checked_add(lives)
        .map_or(deadline, |ends| ends.min(deadline))
}

async fn request(
    road: &Road,
    plan: &LinkPlan,
    client: &Client,
) -> Result<(DeviceAuthorizationResponse, Timestamp), Failure> {
    let (desk, provider) = (&road.desk, &plan.provider);
    let kind = CallKind::DeviceAuthorization;
    let calls = provider
        .device_authorization_calls(client)
        .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
    let asked = ask(desk, provider, kind, calls, None)
        .await
        .map_err(|error| Failure::unanswered(&error, desk.world.clock.now()))?;
    let refused = |error: AnswerError| profile::answer_failure(provider, client, &error, kind);
    AnswerError::check(&asked.response).map_err(refused)?;
    // What exactly is odd about it is not kept: it may be the code.
    let code = DeviceAuthorizationResponse::from_json(asked.response.body())
        .map_err(|_odd| refused(AnswerError::unreadable(&asked.response)))?;
    Ok((code, asked.at))
}

/// A code that somebody is to enter elsewhere.
struct Asking<'a> {
    plan: &'a LinkPlan,
    client: &'a Client,
    code: DeviceAuthorizationResponse,
}

impl Asking<'_> {
    async fn wait(
        &self,
        road: &Road,
        ends: Timestamp,
        orders: &mut Orders,
    ) -> Result<Granted, Failure> {
        let clock = &road.desk.world.clock;
        let mut polling = Polling::new(self.code.interval);
        let mut over = clock.sleep_until(ends);
        let mut next = clock.sleep_until(after(clock.now(), polling.wait()));
        loop {
            tokio::select! {
                biased;
                () = &mut over => return Err(Failure::new(ProblemKind::DeviceCodeExpired)),
                Some(order) = orders.recv() => self.follow(road, order).await,
                () = &mut next => {
                    if let Some(granted) = self.poll(road, &mut polling).await? {
                        return Ok(granted);
                    }
                    next = clock.sleep_until(after(clock.now(), polling.wait()));
                }
            }
        }
    }

    /// Asks once; `None` where it is to be asked again.
    async fn poll(&self, road: &Road, polling: &mut Polling) -> Result<Option<Granted>, Failure> {
        let (desk, provider) = (&road.desk, &self.plan.provider);
        let kind = CallKind::DeviceToken;
        let calls = provider
            .device_token_calls(self.client, &self.code.device_code)
            .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
        let Ok(asked) = ask(desk, provider, kind, calls, None).await else {
            // RFC 8628 §3.5: more slowly, and again; the person may still be typing.
            polling.unreachable();
            return Ok(None);
        };
        let error = match provider.read_tokens(&asked.response, kind) {
            Ok(response) => return Ok(Some((asked, response))),
            Err(error) => error,
        };
        match self.decide(&error, polling) {
            NextPoll::After(_) => Ok(None),
            NextPoll::Over => Err(self.over(&error)),
        }
    }

    fn decide(&self, error: &AnswerError, polling: &mut Polling) -> NextPoll {
        match self.plan.provider.meaning(error, CallKind::DeviceToken) {
            Meaning::Transitory { .. } => polling.unreachable(),
            _ => polling.answered(&error.code()),
        }
    }

    fn over(&self, error: &AnswerError) -> Failure {
        let kind = CallKind::DeviceToken;
        let failure = profile::answer_failure(&self.plan.provider, self.client, error, kind);
        match failure.kind {
            ProblemKind::CodeRejected { .. } => Failure {
                kind: ProblemKind::DeviceCodeExpired,
                ..failure
            },
            _ => failure,
        }
    }

    async fn follow(&self, road: &Road, order: LinkOrder) {
        let complete = self.code.verification_uri_complete.as_ref();
        match order {
            LinkOrder::CopyAddress => {
                let outlet = &road.desk.world.outlet;
                outlet.copy_address(&self.code.verification_uri);
            }
            LinkOrder::OpenBrowser => {
                let address = complete.unwrap_or(&self.code.verification_uri);
                let browser = self.plan.browser.as_ref();
                let event = match browsers::start(&road.desk, address, browser).await {
                    Ok(()) => LinkEvent::BrowserOpened,
                    Err(failure) => LinkEvent::BrowserFailed(failure),
                };
                road.tell(event).await;
            }
            // Nothing is pasted here, and nothing is asked or saved yet.
            LinkOrder::SaveAgain
            | LinkOrder::Paste(_)
            | LinkOrder::LookAtClipboard
            | LinkOrder::PasteFromClipboard
            | LinkOrder::Answer(_) => {}
        }
    }
}

fn after(now: Timestamp, wait: std::time::Duration) -> Timestamp {
    SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}
