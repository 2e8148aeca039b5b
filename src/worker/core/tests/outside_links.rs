//! Attempts to link, as the random orders play them: saved, asked about, answered, given up.
//!
//! Decides nothing about what is right; that is in `orders`.

use super::outside::Outside;
use super::*;
use crate::bridge::LinkAnswer;
use crate::worker::input::{LinkPlan, LinkTarget};

/// One that is under way.
pub(super) struct Attempt {
    pub(super) plan: LinkPlan,
    /// The account that was saved while somebody is asked, and the one it is compared with.
    asks: Option<(AccountId, AccountId)>,
}

impl Attempt {
    pub(super) const fn new(plan: LinkPlan) -> Self {
        Self { plan, asks: None }
    }
}

impl Outside {
    pub(super) fn begin_link(&mut self, which: usize, how: u8) {
        let repairs = how.is_multiple_of(2).then(|| self.any_account(which));
        self.command(Command::LinkAccount {
            provider: provider(),
            account: repairs,
            label: None,
            way: SignInWay::Browser,
        });
    }

    /// Ends an attempt that nobody is asked about, or begins to ask.
    pub(super) fn end_link(&mut self, which: usize, how: u8) {
        if self.links.is_empty() {
            return;
        }
        let place = which % self.links.len();
        let flow = self.links[place].plan.flow;
        if self.links[place].asks.is_some() {
            let answers = [
                LinkAnswer::Replace,
                LinkAnswer::KeepBoth,
                LinkAnswer::Discard,
            ];
            return self.answer(flow, answers[usize::from(how) % answers.len()]);
        }
        let repairs = match &self.links[place].plan.target {
            LinkTarget::Repair(account, _) => Some(account.id.clone()),
            LinkTarget::New(_) => None,
        };
        let repaired = repairs.as_ref().and_then(|id| self.stored.get(id));
        match (how % 4, repaired) {
            (0 | 1, Some(old)) => {
                let account = self.renewed(old, how);
                self.linked(flow, account, None);
            }
            (0 | 1, None) if repairs.is_none() => {
                let account = self.newcomer();
                self.linked(flow, account, None);
            }
            (3, _) if !self.stored.is_empty() => self.ask(place, which, repairs),
            _ => self.given_up(flow),
        }
    }

    pub(super) fn newcomer(&mut self) -> Account {
        self.next += 1;
        let mut account = account(self.next);
        account.linked_at = self.now();
        account
    }

    fn ask(&mut self, place: usize, which: usize, repairs: Option<AccountId>) {
        let others: Vec<AccountId> = self.stored.keys().cloned().collect();
        let other = repairs.unwrap_or_else(|| others[which % others.len()].clone());
        let mut new = self.newcomer();
        new.in_question_with = Some(other.clone());
        // Another window has written something between the saving and the question.
        if which.is_multiple_of(2) {
            self.stored.insert(new.id.clone(), new.clone());
            self.version.0 += 1;
            self.look_for_changes();
        }
        let question = LinkQuestion {
            kind: QuestionKind::SamePerson,
            account: other.clone(),
            label: String::new(),
            theirs: String::new(),
            signed_in: String::new(),
        };
        self.stored.insert(new.id.clone(), new.clone());
        let link = &mut self.links[place];
        link.asks = Some((new.id, other));
        let asks = LinkEvent::Asks(question);
        self.mail.push(Input::LinkMoved(link.plan.flow, asks));
    }

    pub(super) fn answer(&mut self, flow: FlowId, answer: LinkAnswer) {
        let attempt = self.links.iter().find(|link| link.plan.flow == flow);
        let Some((new, other)) = attempt.and_then(|link| link.asks.clone()) else {
            return;
        };
        let (kept, old) = (self.stored.get(&new), self.stored.get(&other));
        match (answer, kept, old) {
            (LinkAnswer::Replace, Some(_), Some(old)) => {
                let account = self.renewed(old, 2);
                self.stored.remove(&new);
                self.linked(flow, account, Some(new));
            }
            (LinkAnswer::Discard, Some(_), _) => {
                self.stored.remove(&new);
                self.given_up(flow);
            }
            (_, Some(kept), _) => {
                let mut account = kept.clone();
                account.in_question_with = None;
                self.linked(flow, account, None);
            }
            (_, None, _) => self.given_up(flow),
        }
    }

    fn linked(&mut self, flow: FlowId, account: Account, was: Option<AccountId>) {
        self.stored.insert(account.id.clone(), account.clone());
        let linked = Linked {
            account,
            lines: vec![line("Linked")],
            beside: None,
            was,
        };
        self.links.retain(|link| link.plan.flow != flow);
        self.mail.push(Input::LinkEnded(flow, Ok(Box::new(linked))));
    }

    fn given_up(&mut self, flow: FlowId) {
        self.links.retain(|link| link.plan.flow != flow);
        let failure = Failure::new(ProblemKind::Canceled);
        self.mail.push(Input::LinkEnded(flow, Err(failure)));
    }
}
