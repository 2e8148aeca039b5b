//! Follows an attempt to link from the address to its end, and tells what happens on the way.
//!
//! Decides nothing about the attempt; a pasted address is handed on, the worker judges it.

use std::sync::mpsc::Receiver;

use super::handover::Address;
use super::session::Session;
use super::stop::Stop;
use super::{exit, input, json};
use crate::bridge::{
    AccountCard, Command, Finished, LinkCard, LinkOutcome, LinkStep, ProblemKind, Snapshot,
    StepState,
};
use crate::ids::{AccountId, CommandId, ProblemId, ProviderId};
use crate::secret::Secret;
use crate::text::{self, foreign};

/// Which attempt is awaited, and how.
#[derive(Debug)]
pub(super) struct Awaited {
    pub(super) provider: ProviderId,
    pub(super) repairs: Option<AccountId>,
    pub(super) no_browser: bool,
}

/// What has been told already.
#[derive(Debug)]
struct Told {
    awaited: Awaited,
    address: Option<Address>,
    address_printed: bool,
    trouble: Option<ProblemId>,
    steps: Vec<LinkStep>,
    pasted: Option<Receiver<Secret>>,
}

/// How it ended.
struct Ended {
    finished: Finished,
    account: AccountId,
}

/// Follows the attempt that `command` started and prints how it ended.
pub(super) fn follow(
    session: &mut Session<'_, '_>,
    command: CommandId,
    awaited: Awaited,
) -> Result<u8, Stop> {
    let mut told = Told {
        awaited,
        address: None,
        address_printed: false,
        trouble: None,
        steps: Vec::new(),
        pasted: None,
    };
    let ended = session.until(|session, snapshot| {
        let card = told.card(snapshot);
        told.tell_address(session, card)?;
        if let Some(card) = card {
            told.tell_progress(session, card);
        }
        if let Some(card) = card.filter(|card| card.outcome.is_none()) {
            told.hand_on_pasted(session, card)?;
        }
        let Some(finished) = snapshot.finished(command) else {
            return Ok(None);
        };
        end(snapshot, finished)
    })?;
    let snapshot = session.snapshot();
    let Some(account) = snapshot.account(&ended.account) else {
        return Err(Stop::bug("the linked account is gone"));
    };
    if let Some(problem) = &ended.finished.problem {
        session.warn(problem);
    }
    tell_linked(session, account)?;
    Ok(exit::DONE)
}

/// How the attempt ended, if it has.
fn end(snapshot: &Snapshot, finished: &Finished) -> Result<Option<Ended>, Stop> {
    let outcome = match finished.flow {
        Some(flow) => snapshot.link(flow).map(|card| card.outcome.as_ref()),
        None => None,
    };
    match (outcome, &finished.problem) {
        (Some(Some(LinkOutcome::Linked { account })), _) => Ok(Some(Ended {
            finished: finished.clone(),
            account: account.clone(),
        })),
        (Some(Some(LinkOutcome::Failed { problem })), _) | (None, Some(problem)) => {
            Err(problem.into())
        }
        // The command joined an attempt that is still under way.
        (Some(None), _) => Ok(None),
        (None, None) => Err(Stop::bug("the attempt is gone")),
    }
}

fn tell_linked(session: &mut Session<'_, '_>, account: &AccountCard) -> Result<(), Stop> {
    let now = session.now();
    if session.json {
        let account = Box::new(json::Account::new(account, now, &session.io.zone));
        return session.print_json(&json::LinkEvent::Linked { account });
    }
    let who = account.identity_line().map(foreign);
    let who = who.map(|who| format!(" as {who}")).unwrap_or_default();
    let ends = text::access_countdown(now, &account.access).words;
    session.print(&format!(
        "Linked {}{who}\n{ends}\n{}",
        foreign(&account.label),
        account.id
    ))
}

impl Told {
    /// The newest attempt for the same purpose.
    fn card<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a LinkCard> {
        let is_ours = |card: &&LinkCard| {
            card.provider == self.awaited.provider && card.repairs == self.awaited.repairs
        };
        let ours = snapshot.links.iter().filter(is_ours);
        ours.max_by_key(|card| card.flow)
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
        let Some(address) = self.address.as_ref().filter(|_| !self.address_printed) else {
            return Ok(());
        };
        let (url, redirect_uri) = (address.url.expose(), address.redirect_uri.as_str());
        if session.json {
            let event = json::LinkEvent::AuthorizationUrl { url, redirect_uri };
            session.print_json(&event)?;
            self.address_printed = true;
            return Ok(());
        }
        let trouble = card.and_then(|card| card.trouble.as_ref());
        let not_opened = trouble.is_some_and(|it| it.kind == ProblemKind::BrowserNotOpened);
        if self.awaited.no_browser || not_opened {
            session.print(&format!("Open this address in your browser:\n{url}"))?;
            self.address_printed = true;
        }
        Ok(())
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
        if card.needs_paste() {
            session.say("When the browser is done, paste the address it shows here.");
        } else if self.awaited.no_browser && session.io.input_is_terminal {
            session.say(
                "If the browser ends on a page it can’t open, paste that page’s address here.",
            );
        }
    }

    /// Reads pasted addresses, where there may be any, and hands them on.
    fn hand_on_pasted(
        &mut self,
        session: &mut Session<'_, '_>,
        card: &LinkCard,
    ) -> Result<(), Stop> {
        if self.awaited.no_browser || card.needs_paste() {
            self.start_reading(session)?;
        }
        let Some(pasted) = &self.pasted else {
            return Ok(());
        };
        while let Ok(address) = pasted.try_recv() {
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
