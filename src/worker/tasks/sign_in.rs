//! The part of an attempt that happens in the browser: from the bound port to the authorization code.
//!
//! Knows nothing of tokens.

use std::sync::Arc;

use url::Url;
use zeroize::Zeroizing;

use super::browsers;
use super::landing::{self, Landing};
use super::link::{Orders, Road};
use super::waiting::{Waiting, wait};
use crate::bridge::{LinkStep, ProblemKind};
use crate::loopback::Verdict;
use crate::oauth::{
    Accepted, AuthorizationResponse, CodeVerifier, Expected, Nonce, Refused, State,
};
use crate::provider::{AuthorizationInputs, Client, Provider};
use crate::secret::Secret;
use crate::worker::failure::Failure;
use crate::worker::input::{LinkEvent, LinkPlan, Route};

/// What came back from the browser.
#[derive(Debug)]
pub(super) struct Authorized {
    pub(super) code: Secret,
    pub(super) state_echoed: bool,
    pub(super) redirect_uri: String,
    pub(super) verifier: Option<CodeVerifier>,
    pub(super) nonce: Option<Nonce>,
}

/// What the answer is held against; shared with the judge at the redirection endpoint.
#[derive(Debug)]
pub(super) struct Expectation {
    state: State,
    provider: Arc<Provider>,
}

impl Expectation {
    fn accept(&self, query: &str) -> Result<Accepted, Refused> {
        let expected = Expected {
            state: &self.state,
            state_may_be_missing: self.provider.state_may_be_missing(),
            issuer: self.provider.issuer(),
            issuer_required: self.provider.issuer_required(),
        };
        AuthorizationResponse::accept(query, &expected)
    }

    /// Whether a query belongs to this attempt, and ends it.
    pub(super) fn judge(&self, query: &str) -> Verdict {
        match self.accept(query) {
            Ok(_) => Verdict::Accept,
            Err(Refused::ForeignState | Refused::Malformed(_)) => Verdict::KeepWaiting,
            Err(Refused::IssuerMismatch { .. } | Refused::Error(_)) => Verdict::End,
        }
    }
}

/// What is drawn at random for one attempt, and forgotten with it.
struct Drawn {
    state: State,
    verifier: Option<CodeVerifier>,
    nonce: Option<Nonce>,
}

/// Binds, opens the browser, waits for the person.
pub(super) async fn sign_in(
    road: &mut Road,
    plan: &LinkPlan,
    client: &Client,
    orders: &mut Orders,
) -> Result<Authorized, Failure> {
    road.begin(LinkStep::PrepareAddress).await;
    let landing = landing::open(&road.desk, &plan.provider, &plan.settings).await?;
    let drawn = draw(road, &plan.provider)?;
    let address = address(plan, client, &landing.redirect_uri, &drawn)?;
    announce(road, &landing, &address).await;
    open_browser(road, plan, &address).await;
    road.begin(LinkStep::AwaitAuthorization).await;
    let Landing {
        seat,
        redirect_uri,
        certificate,
    } = landing;
    let expectation = Arc::new(Expectation {
        state: drawn.state,
        provider: Arc::clone(&plan.provider),
    });
    let waiting = Waiting {
        seat,
        expectation: Arc::clone(&expectation),
        address,
        redirect_uri: redirect_uri.clone(),
        certificate,
    };
    let query = wait(road, plan, waiting, orders).await?;
    let accepted = expectation
        .accept(&query)
        .map_err(|refused| refusal(plan, &redirect_uri, &refused))?;
    road.done(None).await;
    Ok(Authorized {
        code: accepted.code,
        state_echoed: accepted.state_echoed,
        redirect_uri,
        verifier: drawn.verifier,
        nonce: drawn.nonce,
    })
}

fn draw(road: &Road, provider: &Provider) -> Result<Drawn, Failure> {
    let random = || -> Result<Zeroizing<[u8; 32]>, Failure> {
        let mut random = Zeroizing::new([0; 32]);
        road.desk.world.random.fill(random.as_mut_slice())?;
        Ok(random)
    };
    let draws = |is_wanted: bool| is_wanted.then(random).transpose();
    Ok(Drawn {
        state: State::from_random(*random()?),
        verifier: draws(provider.uses_pkce())?.map(|random| CodeVerifier::from_random(*random)),
        nonce: draws(provider.expects_id_token())?.map(|random| Nonce::from_random(*random)),
    })
}

fn address(
    plan: &LinkPlan,
    client: &Client,
    redirect_uri: &str,
    drawn: &Drawn,
) -> Result<Url, Failure> {
    let challenge = drawn.verifier.as_ref().map(CodeVerifier::challenge);
    let inputs = AuthorizationInputs {
        redirect_uri,
        state: &drawn.state,
        challenge: challenge.as_ref(),
        nonce: drawn.nonce.as_ref().map(Nonce::as_str),
        chooses_account: plan.chooses_account,
    };
    plan.provider
        .authorization_request(client, &inputs)
        .map_err(|error| Failure::caused(ProblemKind::Bug, &error))
}

async fn announce(road: &Road, landing: &Landing, address: &Url) {
    let note = landing
        .seat
        .as_ref()
        .map(|seat| format!("Listening on port {}, and reached it", seat.local_port()));
    road.done(note).await;
    let ready = LinkEvent::AddressReady {
        redirect_uri: landing.redirect_uri.clone(),
        certificate: landing.certificate.clone(),
    };
    road.tell(ready).await;
    road.desk
        .world
        .outlet
        .address_ready(address, &landing.redirect_uri);
}

/// Opens the browser; where that fails the attempt goes on with the address copied.
async fn open_browser(road: &mut Road, plan: &LinkPlan, address: &Url) {
    road.begin(LinkStep::OpenBrowser).await;
    if !road.desk.settings.opens_browser || plan.route == Route::CopiedAddress {
        road.tell(LinkEvent::Skipped).await;
        return;
    }
    match browsers::start(&road.desk, address, plan.browser.as_ref()).await {
        Ok(()) => road.done(None).await,
        Err(failure) => {
            road.tell(LinkEvent::BrowserFailed(failure)).await;
            road.tell(LinkEvent::Skipped).await;
        }
    }
}

/// What an answer that ends the attempt means.
fn refusal(plan: &LinkPlan, redirect_uri: &str, refused: &Refused) -> Failure {
    let kind = match refused {
        Refused::IssuerMismatch { expected } => ProblemKind::IssuerMismatch {
            expected: expected.clone(),
        },
        Refused::Error(response) => match response.code.as_str() {
            "access_denied" => ProblemKind::Denied {
                code: response.code.clone(),
            },
            "unauthorized_client" | "invalid_client" => ProblemKind::ClientRejected {
                code: response.code.clone(),
            },
            "redirect_uri_mismatch" => ProblemKind::RedirectMismatch {
                redirect_uri: redirect_uri.to_owned(),
                registered: plan.provider.redirect(&plan.settings).uri,
            },
            _ => ProblemKind::ProviderError {
                code: response.code.clone(),
            },
        },
        Refused::ForeignState | Refused::Malformed(_) => ProblemKind::WrongAddress,
    };
    Failure::caused(kind, refused)
}
