//! The end of an attempt: whose tokens these are, and which account they belong to.
//!
//! The tokens are saved by now. A different person's never replace an account's without a question, and without an answer
//! both are kept.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::identity::{self, Likeness};
use super::link::{Attempt, Orders};
use super::saving::Saved;
use super::unlink;
use crate::account::{Account, HistoryLine};
use crate::bridge::{LinkAnswer, LinkQuestion, ProblemKind, QuestionKind};
use crate::ids::{AccountId, BrowserChoice};
use crate::worker::failure::Failure;
use crate::worker::input::{LinkEvent, LinkOrder, LinkTarget, Linked};

/// How long a question waits.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// Exchanges that a repaired account keeps; the store keeps no more.
const EXCHANGES_KEPT: usize = 20;

impl Attempt {
    /// Settles which account the saved tokens belong to.
    pub(super) async fn settle(
        &self,
        saved: Saved,
        beside: Option<Failure>,
        orders: &mut Orders,
    ) -> Result<Linked, Failure> {
        match &self.plan.target {
            LinkTarget::Repair(_, _) => match saved.account.in_question_with.clone() {
                Some(old) => Box::pin(self.repair(saved, &old, beside, orders)).await,
                None => Ok(linked(saved, beside)),
            },
            LinkTarget::New(_) => Box::pin(self.add(saved, beside, orders)).await,
        }
    }

    async fn repair(
        &self,
        saved: Saved,
        old: &AccountId,
        beside: Option<Failure>,
        orders: &mut Orders,
    ) -> Result<Linked, Failure> {
        let Some((stored, _)) = self.road.desk.stored(old).await? else {
            return self.keep_both(saved, beside).await;
        };
        match identity::compare(&stored.identity, &saved.account.identity) {
            Likeness::Same => self.take_over(saved, old, beside).await,
            Likeness::Other | Likeness::Unknown => {
                let question = question(QuestionKind::OtherPerson, &stored, &saved.account);
                self.ask(saved, question, beside, orders).await
            }
        }
    }

    async fn add(
        &self,
        mut saved: Saved,
        beside: Option<Failure>,
        orders: &mut Orders,
    ) -> Result<Linked, Failure> {
        let Some(twin) = self.twin(&saved.account).await? else {
            return Ok(linked(saved, beside));
        };
        let question = question(QuestionKind::SamePerson, &twin, &saved.account);
        saved.account.in_question_with = Some(twin.id);
        self.keep_facts(&saved.account).await?;
        self.ask(saved, question, beside, orders).await
    }

    /// An account that is linked already and belongs to the same person.
    async fn twin(&self, account: &Account) -> Result<Option<Account>, Failure> {
        let ours = account.clone();
        let now = self.road.desk.world.clock.now();
        self.road
            .desk
            .blocking(move |store, _| {
                let is_twin = |other: &Account| {
                    other.provider == ours.provider
                        && other.id != ours.id
                        && other.in_question_until().is_none_or(|until| until < now)
                        && identity::compare(&other.identity, &ours.identity) == Likeness::Same
                };
                Ok(store.load()?.accounts.into_iter().find(is_twin))
            })
            .await
    }

    async fn ask(
        &self,
        saved: Saved,
        question: LinkQuestion,
        beside: Option<Failure>,
        orders: &mut Orders,
    ) -> Result<Linked, Failure> {
        let other = question.account.clone();
        let until = self.road.desk.world.clock.now().checked_add(PATIENCE);
        let until = until.unwrap_or(Timestamp::MAX);
        self.road.tell(LinkEvent::Asks(question)).await;
        let answer = self.answer(until, orders).await;
        self.road.tell(LinkEvent::Answered).await;
        match answer {
            LinkAnswer::Replace => self.take_over(saved, &other, beside).await,
            LinkAnswer::KeepBoth => self.keep_both(saved, beside).await,
            LinkAnswer::Discard => Box::pin(self.discard(saved)).await,
        }
    }

    /// Waits for the answer; without one nothing is taken from anybody.
    async fn answer(&self, until: Timestamp, orders: &mut Orders) -> LinkAnswer {
        let mut over = self.road.desk.world.clock.sleep_until(until);
        loop {
            tokio::select! {
                () = &mut over => return LinkAnswer::KeepBoth,
                order = orders.recv() => match order {
                    Some(LinkOrder::Answer(answer)) => return answer,
                    Some(_) => {}
                    None => return LinkAnswer::KeepBoth,
                }
            }
        }
    }

    /// Moves the tokens to the account they belong to, which keeps its label and history.
    async fn take_over(
        &self,
        saved: Saved,
        old: &AccountId,
        beside: Option<Failure>,
    ) -> Result<Linked, Failure> {
        let desk = &self.road.desk;
        let from = saved.account.id.clone();
        // Another window may have refreshed or forgotten either of them while somebody was being asked.
        drop(desk.take_unsaved(old));
        let claims = (
            desk.claim(&from, self.waits()).await?,
            desk.claim(old, self.waits()).await?,
        );
        let Some(new) = claims.0.stored().account().cloned() else {
            return Err(given_up());
        };
        let Some(stored) = claims.1.stored().account().cloned() else {
            drop(claims);
            return self.keep_both(saved, beside).await;
        };
        let chosen = self.chosen_browser(&new, &stored);
        let account = Account {
            browser: chosen,
            ..repaired(new, stored)
        };
        let line = HistoryLine {
            at: desk.world.clock.now(),
            what: "Linked again".to_owned(),
        };
        let (kept, written, was) = (account.clone(), line.clone(), from.clone());
        desk.blocking(move |store, vault| {
            super::unlock(store, vault)?;
            let tokens = store.tokens(&was)?;
            store.take_over_tokens(&kept, &tokens, &written, &was)?;
            drop(claims);
            Ok(())
        })
        .await?;
        Ok(Linked {
            account,
            lines: vec![line],
            beside,
            was: Some(from),
        })
    }

    /// A browser that was chosen for this sign-in is remembered; one that all accounts have takes no account's own away.
    fn chosen_browser(&self, new: &Account, old: &Account) -> Option<BrowserChoice> {
        let is_everybodys = new.browser == self.plan.settings.browser;
        let own = old.browser.clone().filter(|_| is_everybodys);
        own.or_else(|| new.browser.clone())
    }

    async fn keep_both(&self, saved: Saved, beside: Option<Failure>) -> Result<Linked, Failure> {
        let desk = &self.road.desk;
        let claim = desk.claim(&saved.account.id, self.waits()).await?;
        let Some(mut account) = claim.stored().account().cloned() else {
            return Err(given_up());
        };
        account.in_question_with = None;
        self.keep_facts(&account).await?;
        drop(claim);
        Ok(linked(Saved { account, ..saved }, beside))
    }

    /// Forgets, and revokes where the provider can; what was linked before stays as it is.
    async fn discard(&self, saved: Saved) -> Result<Linked, Failure> {
        let desk = Arc::clone(&self.road.desk);
        let plan = &self.plan;
        let ended = unlink::end(&desk, &plan.provider, &plan.settings, &saved.account).await;
        let left_undone = ended?;
        Err(Failure {
            detail: left_undone.map_or_else(String::new, |failure| failure.detail),
            ..Failure::new(ProblemKind::Canceled)
        })
    }

    async fn keep_facts(&self, account: &Account) -> Result<(), Failure> {
        let kept = account.clone();
        self.road
            .desk
            .blocking(move |store, _| store.save_account(&kept, None))
            .await
    }
}

/// The account that was there, with what has just been received.
fn repaired(new: Account, old: Account) -> Account {
    let mut exchanges = new.exchanges;
    exchanges.extend(old.exchanges);
    exchanges.truncate(EXCHANGES_KEPT);
    let trading = new
        .trading
        .map(|list| list.compared_with(old.trading.as_ref()));
    Account {
        id: old.id,
        label: old.label,
        linked_at: old.linked_at,
        generation: old.generation + 1,
        in_question_with: None,
        trading: trading.or(old.trading),
        exchanges,
        ..new
    }
}

/// Another window has unlinked what was just received.
fn given_up() -> Failure {
    Failure::new(ProblemKind::Canceled)
}

fn question(kind: QuestionKind, old: &Account, new: &Account) -> LinkQuestion {
    LinkQuestion {
        kind,
        account: old.id.clone(),
        label: old.label.clone(),
        theirs: identity::name(&old.identity),
        signed_in: identity::name(&new.identity),
    }
}

fn linked(saved: Saved, beside: Option<Failure>) -> Linked {
    Linked {
        account: saved.account,
        lines: vec![saved.line],
        beside,
        was: None,
    }
}
