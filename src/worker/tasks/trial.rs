//! Trying a set-up before it is kept: whether the redirect address can be listened at, and whether the provider knows the client.
//!
//! Nothing is saved. The one request sent carries a code that cannot exist, so that nothing is spent.

use std::sync::Arc;

use super::Desk;
use super::ask::ask;
use super::{landing, profile};
use crate::bridge::{ClientTestOutcome, ProblemKind, SecretChange};
use crate::ids::CommandId;
use crate::provider::{
    CallKind, Client, ClientSettings, ClientTestOutcome as Told, Provider, SignIn,
};
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// Tries it and tells the core.
pub(in crate::worker) async fn run(
    desk: Arc<Desk>,
    command: CommandId,
    provider: Arc<Provider>,
    settings: ClientSettings,
    secret: SecretChange,
) {
    let outcome = match try_out(&desk, &provider, settings, secret).await {
        Ok(outcome) => outcome,
        Err(failure) => ClientTestOutcome::Failed(failure.kind),
    };
    let id = provider.id.clone();
    desk.answer(Input::ClientTested(command, id, outcome)).await;
}

async fn try_out(
    desk: &Desk,
    provider: &Provider,
    settings: ClientSettings,
    secret: SecretChange,
) -> Result<ClientTestOutcome, Failure> {
    if provider.sign_in(&settings) == SignIn::AuthorizationCode {
        // Bound, reached and given back.
        drop(landing::open(desk, provider, &settings).await?);
    }
    let mut client = desk.client(&provider.id, settings).await?;
    match secret {
        SecretChange::Keep => {}
        SecretChange::Set(secret) => client.secret = Some(secret),
        SecretChange::Remove => client.secret = None,
    }
    ask_provider(desk, provider, &client).await
}

async fn ask_provider(
    desk: &Desk,
    provider: &Provider,
    client: &Client,
) -> Result<ClientTestOutcome, Failure> {
    let calls = provider
        .client_test_calls(client)
        .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
    if calls.is_empty() {
        return Ok(ClientTestOutcome::NotTold);
    }
    let kind = CallKind::Exchange;
    let asked = ask(desk, provider, kind, calls, None)
        .await
        .map_err(|error| Failure::unanswered(&error, desk.world.clock.now()))?;
    let Err(error) = provider.read_tokens(&asked.response, kind) else {
        return Ok(ClientTestOutcome::NotTold);
    };
    Ok(match provider.client_test_meaning(&error) {
        Told::Recognized => ClientTestOutcome::Recognized,
        Told::NotTold { .. } => {
            let failure = profile::answer_failure(provider, client, &error, kind);
            if failure.is_transitory() {
                ClientTestOutcome::Failed(failure.kind)
            } else {
                ClientTestOutcome::NotTold
            }
        }
        Told::Rejected { .. } | Told::RedirectMismatch => {
            let failure = profile::answer_failure(provider, client, &error, kind);
            ClientTestOutcome::Failed(failure.kind)
        }
    })
}
