//! Attempts to link as the core holds them.
//!
//! Knows nothing of sockets or browsers: an attempt is a task outside, its events come in with its id.

use jiff::{SignedDuration, Timestamp};

use super::Core;
use super::commands::LABEL_LENGTH;
use super::held::Held;
use super::link_cards::{link_card, move_on};
use crate::account::Account;
use crate::bridge::{
    KeyStoreState, LinkAnswer, LinkCard, LinkOutcome, LinkStep, ProblemKind, SignInWay, StepCard,
    StepState,
};
use crate::ids::{AccountId, BrowserChoice, CommandId, FlowId, ProviderId};
use crate::provider::{ClientSettings, Provider, SignIn};
use crate::secret::Secret;
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, LinkEvent, LinkOrder, LinkPlan, LinkTarget, Linked, Route};

/// Ended attempts kept on screen at most.
const ENDED_KEPT: usize = 8;

/// What a person wants linked.
#[derive(Debug)]
pub(super) struct Wish {
    /// Where.
    pub(super) provider: ProviderId,
    /// The account to repair, or a new one.
    pub(super) repairs: Option<AccountId>,
    /// What to call a new account.
    pub(super) label: Option<String>,
    /// Where the person signs in.
    pub(super) way: SignInWay,
    /// Name and password, where the app asks for them.
    pub(super) password: Option<(String, Secret)>,
}

/// One attempt to link.
#[derive(Debug)]
pub(in crate::worker) struct Flow {
    pub(in crate::worker) card: LinkCard,
    command: CommandId,
    /// Set when the store was read meanwhile: what the attempt had saved by then may be gone again.
    missed_reading: bool,
}

impl Flow {
    pub(super) const fn is_under_way(&self) -> bool {
        self.card.outcome.is_none()
    }

    /// The wall clock was set: how long somebody still has is the same as before.
    pub(super) fn clock_set(&mut self, by: SignedDuration) {
        let device = self.card.device.as_mut();
        let ends = device.map(|device| &mut device.expires_at);
        for at in ends.into_iter().chain([&mut self.card.deadline]) {
            *at = at.checked_add(by).unwrap_or(*at);
        }
    }
}

impl Core {
    pub(super) fn link(&mut self, command: CommandId, wish: Wish, now: Timestamp) -> Vec<Effect> {
        if let Some(flow) = self.running_link(&wish.provider, wish.repairs.as_ref()) {
            self.finish_with(command, Some(flow), None);
            return Vec::new();
        }
        let provider = wish.provider.clone();
        match self.link_plan(wish, now) {
            Ok(plan) => {
                let card = link_card(&plan, now);
                let held = Flow {
                    card,
                    command,
                    missed_reading: false,
                };
                self.flows.insert(plan.flow, held);
                self.forget_old_links();
                vec![Effect::StartLink(Box::new(plan))]
            }
            Err(failure) => {
                let mut problem = self.problem(failure, now);
                problem.provider = Some(provider);
                self.problems.retain(|shown| shown.kind != problem.kind);
                self.problems.push(problem.clone());
                self.finish_with(command, None, Some(problem));
                Vec::new()
            }
        }
    }

    /// An attempt under way for the same purpose: a second click shows it instead of starting another.
    fn running_link(&self, provider: &ProviderId, repairs: Option<&AccountId>) -> Option<FlowId> {
        let same = |flow: &&Flow| {
            flow.is_under_way()
                && flow.card.provider == *provider
                && flow.card.repairs.as_ref() == repairs
        };
        self.flows.values().find(same).map(|flow| flow.card.flow)
    }

    fn link_plan(&mut self, wish: Wish, now: Timestamp) -> Result<LinkPlan, Failure> {
        let provider = &wish.provider;
        self.require_client(provider)?;
        let Some(record) = self.registry.get(provider).cloned() else {
            return Err(Failure::bug("no such provider"));
        };
        let settings = self.client_settings(provider);
        let route = route(&record, &settings, &wish);
        let target = match wish.repairs {
            Some(id) => match self.accounts.get(&id) {
                Some(held) => {
                    let spare = self.free_label(&held.account.label);
                    LinkTarget::Repair(Box::new(held.account.clone()), spare)
                }
                None => return Err(Failure::bug("the account to repair is gone")),
            },
            None => LinkTarget::New(self.free_label(wish.label.as_deref().unwrap_or(&record.name))),
        };
        let of_same_provider = |held: &Held| held.account.provider == *provider;
        let waits = match route {
            Route::Device => self.settings.device_deadline,
            _ => self.settings.link_deadline,
        };
        Ok(LinkPlan {
            flow: self.new_flow_id(),
            browser: browser(&wish.way, &target, &settings),
            chooses_account: matches!(target, LinkTarget::New(_))
                && self.accounts.values().any(of_same_provider),
            route,
            settings,
            provider: record,
            password: wish.password,
            target,
            deadline: now.checked_add(waits).unwrap_or(Timestamp::MAX),
        })
    }

    /// The wanted label, or the first free one numbered after it; never longer than a label may be.
    fn free_label(&self, wanted: &str) -> String {
        let is_taken = |label: &String| {
            let mut held = self.accounts.values();
            held.any(|held| held.account.label == *label)
        };
        let label = |number: &str| {
            let room = LABEL_LENGTH.saturating_sub(number.len());
            let cut: String = wanted.trim().chars().take(room).collect();
            format!("{}{number}", cut.trim_end())
        };
        let numbered = (2_u32..=u32::MAX).map(|number| label(&format!(" {number}")));
        std::iter::once(label(""))
            .chain(numbered)
            .find(|label| !is_taken(label))
            .unwrap_or_else(|| label(""))
    }

    fn forget_old_links(&mut self) {
        let ended = |flow: &&Flow| !flow.is_under_way();
        let ids = |flow: &Flow| flow.card.flow;
        let ended: Vec<FlowId> = self.flows.values().filter(ended).map(ids).collect();
        let too_many = ended.len().saturating_sub(ENDED_KEPT);
        for flow in ended.into_iter().take(too_many) {
            self.flows.remove(&flow);
        }
    }

    pub(super) fn link_moved(&mut self, flow: FlowId, event: LinkEvent, now: Timestamp) {
        let trouble = match &event {
            LinkEvent::BrowserFailed(failure)
            | LinkEvent::PasteRefused(failure)
            | LinkEvent::NotSaved(failure)
            | LinkEvent::Waits(failure) => {
                let mut problem = self.problem(failure.clone(), now);
                problem.flow = Some(flow);
                Some(problem)
            }
            _ => None,
        };
        let Some(held) = self.flows.get_mut(&flow).filter(|held| held.is_under_way()) else {
            return;
        };
        let card = &mut held.card;
        move_on(card, event, trouble, now);
        let key_is_at_hand = matches!(
            card.steps.first(),
            Some(StepCard {
                step: LinkStep::CheckKeyStore,
                state: StepState::Done { .. },
                ..
            })
        );
        if key_is_at_hand && self.key_store.state != KeyStoreState::Open {
            self.key_store.state = KeyStoreState::Open;
            for held in self.accounts.values_mut() {
                held.set_locked(false);
            }
        }
    }

    /// Whether somebody is being asked what becomes of this account's tokens; until then it is not in the list.
    pub(super) fn is_in_question(&self, account: &Account) -> bool {
        let Some(other) = &account.in_question_with else {
            return false;
        };
        let asks = |flow: &Flow| {
            let question = flow.card.question.as_ref();
            // One that was there before belongs to an earlier attempt, which nobody is asked about any more.
            flow.is_under_way()
                && account.linked_at >= flow.card.started_at
                && (flow.card.repairs.as_ref() == Some(other)
                    || question.is_some_and(|question| question.account == *other))
        };
        self.flows.values().any(asks)
    }

    pub(super) fn link_ended(
        &mut self,
        flow: FlowId,
        result: Result<Box<Linked>, Failure>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some((command, missed_reading)) = self
            .flows
            .get(&flow)
            .filter(|held| held.is_under_way())
            .map(|held| (held.command, held.missed_reading))
        else {
            // The attempt was given up meanwhile; what it saved is found in the store.
            return vec![Effect::Reread];
        };
        let result = match result {
            // It was unlinked between its saving and now, and nothing of it is stored any more.
            Ok(linked) if self.forgotten.contains(&linked.account.id) => {
                Err(Failure::new(ProblemKind::Canceled))
            }
            result => result,
        };
        match result {
            Ok(linked) => {
                let account = linked.account.id.clone();
                let problem = linked
                    .beside
                    .clone()
                    .map(|failure| self.problem(failure, now));
                self.take_in_linked(*linked, problem.clone(), now);
                self.end_flow(flow, LinkOutcome::Linked { account });
                self.finish_with(command, Some(flow), problem);
                // Another program may have unlinked it since it was saved.
                missed_reading
                    .then_some(Effect::Reread)
                    .into_iter()
                    .collect()
            }
            Err(failure) => {
                self.fail_link(flow, command, failure, now);
                // Tokens may have been saved and forgotten again on the way: the list shows what is there now.
                vec![Effect::Reread]
            }
        }
    }

    pub(super) fn links_miss_a_reading(&mut self) {
        for flow in self.flows.values_mut() {
            flow.missed_reading |= flow.is_under_way();
        }
    }

    fn take_in_linked(
        &mut self,
        linked: Linked,
        problem: Option<crate::bridge::Problem>,
        now: Timestamp,
    ) {
        let id = linked.account.id.clone();
        self.open_road(&linked.account.provider);
        self.compare_clocks(&linked.account, now);
        if let Some(was) = linked.was.filter(|was| *was != id) {
            self.take_off(&was, now);
        }
        let history = Vec::new();
        let new = || Held::new(linked.account.clone(), history, now);
        let held = self.accounts.entry(id.clone()).or_insert_with(new);
        held.take_facts(linked.account, now);
        held.failures = 0;
        held.problem = problem.map(|mut problem| {
            problem.account = Some(id.clone());
            problem
        });
        for line in linked.lines {
            held.add_line(line);
        }
        held.set_locked(false);
        self.key_store.state = KeyStoreState::Open;
        self.plan_refresh(&id, now);
    }

    fn fail_link(&mut self, flow: FlowId, command: CommandId, failure: Failure, now: Timestamp) {
        self.key_store_failed(&failure);
        let mut problem = self.problem(failure, now);
        problem.flow = Some(flow);
        if let Some(held) = self.flows.get_mut(&flow) {
            problem.provider = Some(held.card.provider.clone());
            problem.account.clone_from(&held.card.repairs);
            for step in &mut held.card.steps {
                if matches!(step.state, StepState::Active { .. }) {
                    step.state = StepState::Failed;
                }
            }
        }
        let outcome = LinkOutcome::Failed {
            problem: problem.clone(),
        };
        self.end_flow(flow, outcome);
        self.finish_with(command, Some(flow), Some(problem));
    }

    fn end_flow(&mut self, flow: FlowId, outcome: LinkOutcome) {
        if let Some(held) = self.flows.get_mut(&flow) {
            held.card.outcome = Some(outcome);
            held.card.has_address = false;
            held.card.clipboard_offers = false;
            held.card.question = None;
        }
    }

    pub(super) fn cancel_link(
        &mut self,
        command: CommandId,
        flow: FlowId,
        now: Timestamp,
    ) -> Vec<Effect> {
        let under_way = self.flows.get(&flow).filter(|held| held.is_under_way());
        let linked_by = under_way.map(|held| held.command);
        let is_asking =
            under_way.is_some_and(|held| held.card.question.is_some() || held.card.is_unsaved());
        self.finish_with(command, Some(flow), None);
        let Some(linked_by) = linked_by else {
            return Vec::new();
        };
        if is_asking {
            // Tokens are here by now: to give up means to discard them, which the attempt itself has to do.
            return vec![Effect::TellLink(
                flow,
                LinkOrder::Answer(LinkAnswer::Discard),
            )];
        }
        self.fail_link(flow, linked_by, Failure::new(ProblemKind::Canceled), now);
        vec![Effect::StopLink(flow)]
    }
}

/// Where the person signs in; what the provider doesn't offer is not taken up.
fn route(provider: &Provider, settings: &ClientSettings, wish: &Wish) -> Route {
    match (provider.sign_in(settings), &wish.way) {
        _ if wish.password.is_some() => Route::Password,
        (SignIn::Device, _) => Route::Device,
        (_, SignInWay::Device) if provider.offers_device() => Route::Device,
        (_, SignInWay::CopiedAddress) => Route::CopiedAddress,
        _ => Route::Browser,
    }
}

/// The browser that was chosen: now, for the account, or for all accounts of the provider.
fn browser(
    way: &SignInWay,
    target: &LinkTarget,
    settings: &ClientSettings,
) -> Option<BrowserChoice> {
    match (way, target) {
        (SignInWay::ThisBrowser(choice), _) => Some(choice.clone()),
        (_, LinkTarget::Repair(account, _)) => account.browser.clone(),
        (_, LinkTarget::New(_)) => settings.browser.clone(),
    }
}
