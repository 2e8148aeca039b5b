//! Tells what happens on the way to a link, each thing once, and hands on what a person pastes or answers.
//!
//! Decides nothing about the attempt; a pasted address is handed on, the worker judges it.

use std::sync::mpsc::Receiver;

use super::handover::Address;
use super::link_answers::{self, Answers};
use super::session::Session;
use super::stop::Stop;
use super::{input, json};
use crate::bridge::{
    CertificateCard, Command, DeviceCard, LinkCard, LinkQuestion, LinkStep, ProblemKind, Snapshot,
    StepState, WayHome,
};
use crate::ids::{AccountId, ProblemId, ProviderId};
use crate::secret::Secret;
use crate::text::{self, foreign};

/// Which attempt is awaited, and how.
#[derive(Debug)]
pub(super) struct Awaited {
    pub(super) provider: ProviderId,
    pub(super) repairs: Option<AccountId>,
    pub(super) no_browser: bool,
    pub(super) answers: Answers,
}

/// What has been told already.
#[derive(Debug)]
pub(super) struct Told {
    awaited: Awaited,
    address: Option<Address>,
    address_printed: bool,
    device: Option<DeviceCard>,
    facts: Vec<Fact>,
    trouble: Option<ProblemId>,
    steps: Vec<LinkStep>,
    asked: Option<LinkQuestion>,
    answered: Option<LinkQuestion>,
    pasted: Option<Receiver<Secret>>,
}

/// What is said once in an attempt, however often it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Certificate,
    Upgraded,
    CertificateRefused,
}

impl Told {
    pub(super) fn new(awaited: Awaited) -> Self {
        Self {
            awaited,
            address: None,
            address_printed: false,
            device: None,
            facts: Vec::new(),
            trouble: None,
            steps: Vec::new(),
            asked: None,
            answered: None,
            pasted: None,
        }
    }

    /// Tells what is new in a snapshot.
    pub(super) fn tell(
        &mut self,
        session: &mut Session<'_, '_>,
        snapshot: &Snapshot,
    ) -> Result<(), Stop> {
        let card = self.card(snapshot);
        if let Some(card) = card {
            // Before the address: whoever opens it should know what the browser is going to warn of.
            self.tell_certificate(session, card);
        }
        self.tell_address(session, card)?;
        let Some(card) = card else {
            return Ok(());
        };
        self.tell_device(session, card)?;
        self.tell_progress(session, card);
        if card.outcome.is_some() {
            return Ok(());
        }
        match &card.question {
            Some(question) => self.answer(session, card, question),
            None => self.hand_on_pasted(session, card),
        }
    }

    /// The newest attempt for the same purpose.
    fn card<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a LinkCard> {
        let is_ours = |card: &&LinkCard| {
            card.provider == self.awaited.provider && card.repairs == self.awaited.repairs
        };
        let ours = snapshot.links.iter().filter(is_ours);
        ours.max_by_key(|card| card.flow)
    }

    /// Whether this is the first time; from then on it is not.
    fn is_new(&mut self, fact: Fact) -> bool {
        let is_new = !self.facts.contains(&fact);
        if is_new {
            self.facts.push(fact);
        }
        is_new
    }

    fn tell_certificate(&mut self, session: &mut Session<'_, '_>, card: &LinkCard) {
        let Some(certificate) = certificate(card) else {
            return;
        };
        if self.is_new(Fact::Certificate) {
            session.say(&format!(
                "The answer is received over https with Linkdesk’s own certificate, SHA-256 {}",
                foreign(&certificate.fingerprint)
            ));
        }
    }

    fn tell_address(
        &mut self,
        session: &mut Session<'_, '_>,
        card: Option<&LinkCard>,
    ) -> Result<(), Stop> {
        if let Some(address) = session.io.handover.take_address() {
            self.address = Some(address);
            self.address_printed = false;
        }
        let unprinted = self.address.as_ref().filter(|_| !self.address_printed);
        let Some(address) = unprinted.filter(|it| !waits_for_card(it, card)) else {
            return Ok(());
        };
        let (url, redirect_uri) = (address.url.expose(), address.redirect_uri.as_str());
        if session.json {
            let certificate = card.and_then(certificate);
            session.print_json(&json::LinkEvent::AuthorizationUrl {
                url,
                redirect_uri,
                certificate_sha256: certificate.map(|it| it.fingerprint.as_str()),
            })?;
            self.address_printed = true;
            return Ok(());
        }
        let trouble = card.and_then(|card| card.trouble.as_ref());
        let not_opened = trouble.is_some_and(|it| {
            matches!(
                it.kind,
                ProblemKind::BrowserNotOpened | ProblemKind::BrowserMissing { .. }
            )
        });
        if self.awaited.no_browser || not_opened {
            session.print(&format!("Open this address in your browser:\n{url}"))?;
            self.address_printed = true;
        }
        Ok(())
    }

    fn tell_device(&mut self, session: &mut Session<'_, '_>, card: &LinkCard) -> Result<(), Stop> {
        let Some(device) = card
            .device
            .as_ref()
            .filter(|it| self.device.as_ref() != Some(it))
        else {
            return Ok(());
        };
        self.device = Some(device.clone());
        if session.json {
            let expires_at = json::time(device.expires_at, &session.io.zone);
            return session.print_json(&json::LinkEvent::DeviceCode {
                verification_uri: &device.verification_uri,
                user_code: &device.user_code,
                expires_at,
            });
        }
        let left = text::time::left(session.now(), device.expires_at).words;
        session.print(&format!(
            "Open {} on any device and enter the code {}\nThe code ends in {left}",
            foreign(&device.verification_uri),
            foreign(&device.user_code)
        ))
    }

    fn tell_progress(&mut self, session: &mut Session<'_, '_>, card: &LinkCard) {
        for step in &card.steps {
            let is_told = self.steps.contains(&step.step);
            if matches!(step.state, StepState::Active { .. }) && !is_told {
                self.steps.push(step.step);
                let words = text::steps::step(step.step, step.state, &card.sign_in_host);
                session.say(&format!("{words}…"));
                if step.step == LinkStep::AwaitAuthorization {
                    self.tell_waiting(session, card);
                }
            }
        }
        self.tell_detours(session, card);
        if let Some(trouble) = card
            .trouble
            .as_ref()
            .filter(|it| self.trouble != Some(it.id))
        {
            self.trouble = Some(trouble.id);
            session.warn(trouble);
        }
    }

    /// What a person who waits should know.
    fn tell_waiting(&self, session: &mut Session<'_, '_>, card: &LinkCard) {
        for note in &card.notes {
            session.say(&format!("Note: {}", foreign(note)));
        }
        match card.way_home {
            WayHome::Pasted => {
                session.say("When the browser is done, paste the address it shows here.");
            }
            WayHome::OutOfBand => {
                session.say("When the provider shows you a code, paste it here.");
            }
            WayHome::Loopback | WayHome::LoopbackTls { .. }
                if self.awaited.no_browser && session.io.input_is_terminal =>
            {
                session.say(
                    "If the browser ends on a page it can’t open, paste that page’s address here.",
                );
            }
            WayHome::Loopback | WayHome::LoopbackTls { .. } | WayHome::Asked => {}
        }
    }

    /// What the browser makes of the redirect, where that keeps it from coming home.
    fn tell_detours(&mut self, session: &mut Session<'_, '_>, card: &LinkCard) {
        if card.upgrades > 0 && self.is_new(Fact::Upgraded) {
            session.say(&format!("{}.", text::steps::UPGRADED));
        }
        let Some(certificate) = certificate(card).filter(|_| card.certificate_refusals > 0) else {
            return;
        };
        if self.is_new(Fact::CertificateRefused) {
            let words = text::steps::certificate_warning(&certificate.fingerprint);
            session.say(&format!("{words}."));
        }
    }

    /// Answers a question once: as was said beforehand, as a person says now, or else so that nothing is lost.
    fn answer(
        &mut self,
        session: &mut Session<'_, '_>,
        card: &LinkCard,
        question: &LinkQuestion,
    ) -> Result<(), Stop> {
        if self.answered.as_ref() == Some(question) {
            return Ok(());
        }
        let is_new = self.asked.as_ref() != Some(question);
        if is_new {
            self.asked = Some(question.clone());
            link_answers::introduce(session, question);
        }
        let said = self.awaited.answers.to(question.kind);
        let answer = match said {
            Some(answer) => answer,
            None if session.io.input_is_terminal => {
                if is_new {
                    self.forget_pasted();
                    self.start_reading(session)?;
                    link_answers::ask(session, question);
                }
                let Some(answer) = link_answers::heard(session, self.pasted.as_ref()) else {
                    return Ok(());
                };
                answer
            }
            None => link_answers::nobody(session, question.kind),
        };
        self.answered = Some(question.clone());
        link_answers::conclude(session, question, answer)?;
        let flow = card.flow;
        session.send(Command::AnswerLink { flow, answer })?;
        Ok(())
    }

    /// What was typed before a question is no answer to it.
    fn forget_pasted(&self) {
        if let Some(pasted) = &self.pasted {
            pasted.try_iter().for_each(drop);
        }
    }

    /// Reads pasted addresses, where there may be any, and hands them on.
    fn hand_on_pasted(
        &mut self,
        session: &mut Session<'_, '_>,
        card: &LinkCard,
    ) -> Result<(), Stop> {
        // Without a person, standard input belongs to a script until it says otherwise.
        let invited = card.upgrades > 0 && session.io.input_is_terminal;
        if self.awaited.no_browser || card.needs_paste() || invited {
            self.start_reading(session)?;
        }
        let Some(pasted) = &self.pasted else {
            return Ok(());
        };
        for address in pasted.try_iter().filter(|line| !line.is_empty()) {
            let flow = card.flow;
            session.send(Command::PasteAddress { flow, address })?;
        }
        Ok(())
    }

    fn start_reading(&mut self, session: &mut Session<'_, '_>) -> Result<(), Stop> {
        if let Some(input) = session.io.input.take() {
            let started = input::pasted(input, session.wait().clone());
            let pasted = started.map_err(|error| Stop::bug(error.to_string()))?;
            self.pasted = Some(pasted);
        }
        Ok(())
    }
}

/// The certificate the redirect is received with, where it is received over https.
const fn certificate(card: &LinkCard) -> Option<&CertificateCard> {
    match &card.way_home {
        WayHome::LoopbackTls { certificate } => certificate.as_ref(),
        WayHome::Loopback | WayHome::Pasted | WayHome::OutOfBand | WayHome::Asked => None,
    }
}

/// Whether the card has still to say with which certificate the answer to this address is received.
fn waits_for_card(address: &Address, card: Option<&LinkCard>) -> bool {
    let is_ready =
        |card: &LinkCard| card.has_address || card.redirect_uri.is_some() || card.outcome.is_some();
    address.redirect_uri.starts_with("https://") && !card.is_some_and(is_ready)
}
