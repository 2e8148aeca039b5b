//! The part of an attempt that happens in the browser: from the bound port to the authorization code.
//!
//! Knows nothing of tokens.

use std::sync::Arc;

use tokio::sync::mpsc;
use url::Url;
use zeroize::Zeroizing;

use super::link::Road;
use crate::bridge::{LinkStep, ProblemKind};
use crate::loopback::{Listener, Verdict};
use crate::oauth::{
    Accepted, AuthorizationResponse, CodeVerifier, Expected, Refused, State, pasted_query,
};
use crate::provider::{AuthorizationInputs, Client, LoopbackScheme, Provider, RedirectKind};
use crate::secret::Secret;
use crate::worker::failure::{Failure, chain};
use crate::worker::input::{LinkEvent, LinkOrder, LinkPlan};

/// What came back from the browser.
#[derive(Debug)]
pub(super) struct Authorized {
    pub(super) code: Secret,
    pub(super) state_echoed: bool,
    pub(super) redirect_uri: String,
    pub(super) verifier: Option<CodeVerifier>,
}

/// What the answer is held against; shared with the listener's judge.
#[derive(Debug)]
struct Expectation {
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

    fn judge(&self, query: &str) -> Verdict {
        match self.accept(query) {
            Ok(_) => Verdict::Accept,
            Err(Refused::ForeignState | Refused::Malformed(_)) => Verdict::KeepWaiting,
            Err(Refused::IssuerMismatch { .. } | Refused::Error(_)) => Verdict::End,
        }
    }
}

/// Binds, opens the browser, waits for the person.
pub(super) async fn sign_in(
    road: &mut Road,
    plan: &LinkPlan,
    client: &Client,
    orders: &mut mpsc::Receiver<LinkOrder>,
) -> Result<Authorized, Failure> {
    road.begin(LinkStep::PrepareAddress).await;
    let redirect = plan.provider.redirect(&plan.settings);
    let (listener, redirect_uri, path) = bind(&redirect.uri, &redirect.kind).await?;
    let mut random = Zeroizing::new([0; 32]);
    road.desk.world.random.fill(random.as_mut_slice())?;
    let expectation = Arc::new(Expectation {
        state: State::from_random(*random),
        provider: Arc::clone(&plan.provider),
    });
    road.desk.world.random.fill(random.as_mut_slice())?;
    let verifier = plan
        .provider
        .uses_pkce()
        .then(|| CodeVerifier::from_random(*random));
    let address = plan
        .provider
        .authorization_request(
            client,
            &AuthorizationInputs {
                challenge: verifier.as_ref().map(CodeVerifier::challenge).as_ref(),
                ..AuthorizationInputs::plain(&redirect_uri, &expectation.state)
            },
        )
        .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
    let note = listener
        .as_ref()
        .map(|listener| format!("Listening on 127.0.0.1:{}", listener.local_port()));
    road.done(note).await;
    let ready = LinkEvent::AddressReady {
        redirect_uri: redirect_uri.clone(),
    };
    road.tell(ready).await;
    road.desk
        .world
        .outlet
        .address_ready(&address, &redirect_uri);
    open_browser(road, &address).await;
    road.begin(LinkStep::AwaitAuthorization).await;
    let waiting = Waiting {
        listener,
        path,
        expectation: Arc::clone(&expectation),
        address,
        redirect_uri: redirect_uri.clone(),
    };
    let query = wait(road, plan, waiting, orders).await?;
    let accepted = expectation
        .accept(&query)
        .map_err(|refused| refusal(plan, &refused))?;
    road.done(None).await;
    Ok(Authorized {
        code: accepted.code,
        state_echoed: accepted.state_echoed,
        redirect_uri,
        verifier,
    })
}

/// Binds the port first: the address that is built afterwards is then true.
async fn bind(
    uri: &str,
    kind: &RedirectKind,
) -> Result<(Option<Listener>, String, String), Failure> {
    let RedirectKind::Loopback {
        scheme: LoopbackScheme::Http,
        host,
        port,
        path,
    } = kind
    else {
        return Ok((None, uri.to_owned(), String::new()));
    };
    let listener = Listener::bind(host, *port).await?;
    let uri = match port {
        Some(_) => uri.to_owned(),
        None => format!("http://{host}:{}{path}", listener.local_port()),
    };
    Ok((Some(listener), uri, path.clone()))
}

/// Opens the browser; where that fails the attempt goes on with the address copied.
async fn open_browser(road: &mut Road, address: &Url) {
    road.begin(LinkStep::OpenBrowser).await;
    if !road.desk.opens_browser {
        road.tell(LinkEvent::Skipped).await;
        return;
    }
    match start_browser(road, address).await {
        Ok(()) => road.done(None).await,
        Err(failure) => {
            road.tell(LinkEvent::BrowserFailed(failure)).await;
            road.tell(LinkEvent::Skipped).await;
        }
    }
}

async fn start_browser(road: &Road, address: &Url) -> Result<(), Failure> {
    let browser = Arc::clone(&road.desk.world.browser);
    let address = address.clone();
    let opened = tokio::task::spawn_blocking(move || browser.open(&address)).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::caused(ProblemKind::BrowserNotOpened, &error)),
        Err(broken) => Err(Failure::caused(ProblemKind::BrowserNotOpened, &broken)),
    }
}

/// What an attempt waits with.
struct Waiting {
    listener: Option<Listener>,
    path: String,
    expectation: Arc<Expectation>,
    address: Url,
    redirect_uri: String,
}

/// Waits for the redirect, for a pasted address, or for the end of patience.
async fn wait(
    road: &Road,
    plan: &LinkPlan,
    waiting: Waiting,
    orders: &mut mpsc::Receiver<LinkOrder>,
) -> Result<Zeroizing<String>, Failure> {
    let Waiting {
        listener,
        path,
        expectation,
        address,
        redirect_uri,
    } = waiting;
    let judge = {
        let expectation = Arc::clone(&expectation);
        move |query: &str| expectation.judge(query)
    };
    let count = road.stray_counter();
    let redirected = async {
        match listener {
            Some(listener) => listener.wait(&path, judge, move |_| count()).await,
            None => std::future::pending().await,
        }
    };
    let mut redirected = std::pin::pin!(redirected);
    let mut deadline = road.desk.world.clock.sleep_until(plan.deadline);
    loop {
        tokio::select! {
            answered = &mut redirected => {
                let query = Zeroizing::new(answered.query().to_owned());
                road.desk.see_off(answered.farewell).await;
                return Ok(query);
            }
            () = &mut deadline => return Err(Failure::new(ProblemKind::TimedOut)),
            Some(order) = orders.recv() => {
                let pasted = follow(road, order, &address, &redirect_uri).await;
                if let Some(query) = pasted && settles(road, &expectation, &query).await {
                    return Ok(query);
                }
            }
        }
    }
}

/// Follows an order; a pasted address gives its query.
async fn follow(
    road: &Road,
    order: LinkOrder,
    address: &Url,
    redirect_uri: &str,
) -> Option<Zeroizing<String>> {
    match order {
        LinkOrder::CopyAddress => road.desk.world.outlet.copy_address(address),
        LinkOrder::OpenBrowser => match start_browser(road, address).await {
            Ok(()) => road.tell(LinkEvent::BrowserOpened).await,
            Err(failure) => road.tell(LinkEvent::BrowserFailed(failure)).await,
        },
        LinkOrder::Paste(text) => match pasted_query(text.expose(), redirect_uri) {
            Ok(query) => return Some(Zeroizing::new(query)),
            Err(error) => refuse_paste(road, chain(&error)).await,
        },
    }
    None
}

/// Whether a pasted answer ends the wait; one of another attempt does not.
async fn settles(road: &Road, expectation: &Expectation, query: &str) -> bool {
    let verdict = expectation.judge(query);
    if verdict == Verdict::KeepWaiting {
        let why = "the address does not belong to this sign-in".to_owned();
        refuse_paste(road, why).await;
    }
    verdict != Verdict::KeepWaiting
}

async fn refuse_paste(road: &Road, detail: String) {
    let failure = Failure {
        detail,
        ..Failure::new(ProblemKind::WrongAddress)
    };
    road.tell(LinkEvent::PasteRefused(failure)).await;
}

/// What an answer that ends the attempt means.
fn refusal(plan: &LinkPlan, refused: &Refused) -> Failure {
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
                redirect_uri: plan.provider.redirect(&plan.settings).uri,
            },
            _ => ProblemKind::ProviderError {
                code: response.code.clone(),
            },
        },
        Refused::ForeignState | Refused::Malformed(_) => ProblemKind::WrongAddress,
    };
    Failure::caused(kind, refused)
}
