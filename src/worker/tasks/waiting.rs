//! Waiting for the person: for the redirect, a pasted address, an order, or the end of patience.
//!
//! Knows nothing of what was asked at the provider; what an answer is worth is the expectation's to say.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use super::browsers;
use super::link::{Orders, Road};
use super::sign_in::Expectation;
use crate::bridge::{CertificateCard, ProblemKind};
use crate::loopback::{Answered, Seat, Stray, Verdict};
use crate::oauth::pasted_query;
use crate::worker::failure::{Failure, chain};
use crate::worker::input::{LinkEvent, LinkOrder, LinkPlan};

/// How long the address of an attempt that nobody came back to in time still says that it is over.
const LATE: Duration = Duration::from_mins(10);

/// What an attempt waits with.
pub(super) struct Waiting {
    pub(super) seat: Option<Seat>,
    pub(super) expectation: Arc<Expectation>,
    pub(super) address: Url,
    pub(super) redirect_uri: String,
    pub(super) certificate: Option<CertificateCard>,
}

/// Waits until the attempt is settled, and gives the query that settled it.
pub(super) async fn wait(
    road: &Road,
    plan: &LinkPlan,
    mut waiting: Waiting,
    orders: &mut Orders,
) -> Result<Zeroizing<String>, Failure> {
    let refusals = Arc::new(AtomicU32::new(0));
    let mut seat = waiting.seat.take();
    let judge = {
        let expectation = Arc::clone(&waiting.expectation);
        move |query: &str| expectation.judge(query)
    };
    let count = {
        let (tell, refusals) = (road.stray_counter(), Arc::clone(&refusals));
        move |stray: Stray| {
            if stray == Stray::CertificateRefused {
                refusals.fetch_add(1, Ordering::Relaxed);
            }
            tell(stray);
        }
    };
    let ended = {
        let redirected = async {
            match &mut seat {
                Some(seat) => seat.wait(judge, count).await,
                None => std::future::pending().await,
            }
        };
        waiting.until_settled(road, plan, redirected, orders).await
    };
    if let Some(query) = ended {
        return Ok(query);
    }
    if let Some(seat) = seat {
        seat.retire(LATE);
    }
    Err(waiting.over(refusals.load(Ordering::Relaxed)))
}

impl Waiting {
    /// The query that settles the attempt; `None` when the time is up.
    async fn until_settled(
        &self,
        road: &Road,
        plan: &LinkPlan,
        redirected: impl Future<Output = Answered>,
        orders: &mut Orders,
    ) -> Option<Zeroizing<String>> {
        let mut redirected = std::pin::pin!(redirected);
        let mut deadline = road.desk.world.clock.sleep_until(plan.deadline);
        loop {
            tokio::select! {
                answered = &mut redirected => {
                    return Some(Zeroizing::new(answered.query().to_owned()));
                }
                () = &mut deadline => return None,
                Some(order) = orders.recv() => {
                    if let Some(query) = self.follow(road, plan, order).await {
                        return Some(query);
                    }
                }
            }
        }
    }

    /// Nobody came back; where the browser had refused our certificate, that is why.
    fn over(&self, refusals: u32) -> Failure {
        let refused = self.certificate.as_ref().filter(|_| refusals > 0);
        Failure::new(match refused {
            Some(certificate) => ProblemKind::CertificateRefused {
                fingerprint: certificate.fingerprint.clone(),
            },
            None => ProblemKind::TimedOut,
        })
    }

    /// Follows an order; a pasted answer that settles the attempt gives its query.
    async fn follow(
        &self,
        road: &Road,
        plan: &LinkPlan,
        order: LinkOrder,
    ) -> Option<Zeroizing<String>> {
        let desk = &road.desk;
        match order {
            LinkOrder::CopyAddress => desk.world.outlet.copy_address(&self.address),
            LinkOrder::OpenBrowser => {
                let opened = browsers::start(desk, &self.address, plan.browser.as_ref()).await;
                road.tell(match opened {
                    Ok(()) => LinkEvent::BrowserOpened,
                    Err(failure) => LinkEvent::BrowserFailed(failure),
                })
                .await;
            }
            LinkOrder::Paste(text) => return self.take(road, text.expose()).await,
            LinkOrder::LookAtClipboard => {
                let text = clipboard(road).await;
                let fits = text.is_some_and(|text| self.fitting(&text).is_ok());
                road.tell(LinkEvent::ClipboardOffers(fits)).await;
            }
            LinkOrder::PasteFromClipboard => {
                let text = clipboard(road).await.unwrap_or_default();
                return self.take(road, &text).await;
            }
            // There is nothing to ask about or to save before there are tokens.
            LinkOrder::Answer(_) | LinkOrder::SaveAgain => {}
        }
        None
    }

    /// A pasted answer ends the wait if it is this attempt's; anything else is refused, and the wait goes on.
    async fn take(&self, road: &Road, text: &str) -> Option<Zeroizing<String>> {
        match self.fitting(text) {
            Ok(query) => Some(query),
            Err(detail) => {
                let failure = Failure {
                    detail,
                    ..Failure::new(ProblemKind::WrongAddress)
                };
                road.tell(LinkEvent::PasteRefused(failure)).await;
                None
            }
        }
    }

    /// The query of a text that settles this attempt, or why it doesn't.
    fn fitting(&self, text: &str) -> Result<Zeroizing<String>, String> {
        let query = pasted_query(text, &self.redirect_uri).map_err(|error| chain(&error))?;
        let query = Zeroizing::new(query);
        match self.expectation.judge(&query) {
            Verdict::KeepWaiting => Err("the address does not belong to this sign-in".to_owned()),
            Verdict::Accept | Verdict::End => Ok(query),
        }
    }
}

async fn clipboard(road: &Road) -> Option<Zeroizing<String>> {
    let clipboard = Arc::clone(&road.desk.world.clipboard);
    let read = tokio::task::spawn_blocking(move || clipboard.text()).await;
    read.ok().flatten()
}
