//! The card of an attempt to link: drawn up when it begins, moved on by every event.
//!
//! Pure functions of a card; knows nothing of the core's other state.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::bridge::{LinkCard, LinkStep, Problem, StepCard, StepState, WayHome};
use crate::loopback::Stray;
use crate::provider::{LoopbackScheme, Provider, RedirectKind};
use crate::worker::input::{LinkEvent, LinkPlan, LinkTarget, Route};

/// The card of an attempt that has just begun.
pub(super) fn link_card(plan: &LinkPlan, now: Timestamp) -> LinkCard {
    let provider = &plan.provider;
    let settings = &plan.settings;
    LinkCard {
        flow: plan.flow,
        provider: provider.id.clone(),
        provider_name: provider.name.clone(),
        repairs: match &plan.target {
            LinkTarget::Repair(account, _) => Some(account.id.clone()),
            LinkTarget::New(_) => None,
        },
        sign_in_host: provider.sign_in_host(settings),
        started_at: now,
        deadline: plan.deadline,
        steps: steps(provider, plan),
        redirect_uri: None,
        has_address: false,
        way_home: way_home(plan),
        device: None,
        clipboard_offers: false,
        strays: 0,
        upgrades: 0,
        certificate_refusals: 0,
        question: None,
        notes: provider.notes(settings),
        trouble: None,
        outcome: None,
    }
}

fn way_home(plan: &LinkPlan) -> WayHome {
    if matches!(plan.route, Route::Device | Route::Password) {
        return WayHome::Asked;
    }
    match plan.provider.redirect(&plan.settings).kind {
        RedirectKind::Loopback {
            scheme: LoopbackScheme::Http,
            ..
        } => WayHome::Loopback,
        RedirectKind::Loopback {
            scheme: LoopbackScheme::Https,
            ..
        } => WayHome::LoopbackTls { certificate: None },
        RedirectKind::Pasted => WayHome::Pasted,
        RedirectKind::OutOfBand => WayHome::OutOfBand,
    }
}

fn steps(provider: &Arc<Provider>, plan: &LinkPlan) -> Vec<StepCard> {
    let mut steps = vec![LinkStep::CheckKeyStore];
    match plan.route {
        Route::Browser | Route::CopiedAddress => steps.extend([
            LinkStep::PrepareAddress,
            LinkStep::OpenBrowser,
            LinkStep::AwaitAuthorization,
            LinkStep::RequestTokens,
        ]),
        Route::Device => steps.extend([LinkStep::RequestDeviceCode, LinkStep::AwaitAuthorization]),
        Route::Password => steps.push(LinkStep::RequestTokens),
    }
    steps.push(LinkStep::Save);
    if provider.has_trading_accounts() {
        steps.push(LinkStep::ReadTradingAccounts);
    } else if provider.has_profile() {
        steps.push(LinkStep::ReadIdentity);
    }
    let ahead = |step| StepCard {
        step,
        state: StepState::Ahead,
        note: None,
    };
    steps.into_iter().map(ahead).collect()
}

/// Moves the card on; `trouble` is the problem of an event that carries a failure.
pub(super) fn move_on(
    card: &mut LinkCard,
    event: LinkEvent,
    trouble: Option<Problem>,
    now: Timestamp,
) {
    match event {
        LinkEvent::Began(step) => begin(card, step, now),
        LinkEvent::Done { took, note } => {
            let took = SignedDuration::try_from(took).unwrap_or(SignedDuration::MAX);
            end_step(card, StepState::Done { took }, note.as_ref());
        }
        LinkEvent::Skipped => end_step(card, StepState::Skipped, None),
        LinkEvent::AddressReady {
            redirect_uri,
            certificate,
        } => {
            card.redirect_uri = Some(redirect_uri);
            card.has_address = true;
            if let WayHome::LoopbackTls { certificate: shown } = &mut card.way_home {
                *shown = certificate;
            }
        }
        LinkEvent::DeviceReady(device) => {
            card.deadline = device.expires_at;
            card.device = Some(device);
            card.has_address = true;
        }
        LinkEvent::BrowserFailed(_)
        | LinkEvent::PasteRefused(_)
        | LinkEvent::NotSaved(_)
        | LinkEvent::Waits(_) => card.trouble = trouble,
        LinkEvent::BrowserOpened => card.trouble = None,
        LinkEvent::Stray(stray) => count(card, stray),
        LinkEvent::ClipboardOffers(offers) => card.clipboard_offers = offers,
        LinkEvent::Asks(question) => card.question = Some(question),
        LinkEvent::Answered => card.question = None,
    }
}

fn count(card: &mut LinkCard, stray: Stray) {
    // What has a sentence of its own is not told twice.
    let counter = match stray {
        Stray::Tls => &mut card.upgrades,
        Stray::CertificateRefused => &mut card.certificate_refusals,
        _ => &mut card.strays,
    };
    *counter = counter.saturating_add(1);
}

fn begin(card: &mut LinkCard, step: LinkStep, now: Timestamp) {
    for held in card.steps.iter_mut().filter(|held| held.step == step) {
        held.state = StepState::Active { since: now };
    }
}

fn end_step(card: &mut LinkCard, state: StepState, note: Option<&String>) {
    let is_active = |held: &&mut StepCard| matches!(held.state, StepState::Active { .. });
    for held in card.steps.iter_mut().filter(is_active) {
        held.state = state;
        if note.is_some() {
            held.note = note.cloned();
        }
    }
}
