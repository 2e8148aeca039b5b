//! The world as the random orders need it: a store, tasks that end when they are told to, answers that arrive in any order.
//!
//! Decides nothing about what is right; that is in `orders`.

use std::collections::BTreeSet;

use super::outside_links::Attempt;
use super::*;
use crate::bridge::StoreTrouble;
use crate::worker::clocks::Change;
use crate::worker::input::{LinkOrder, WorkPlan};

/// How far the clock jumps, in seconds.
const JUMPS: [i64; 8] = [1, 90, 3_510, 3_600, -3_600, -90, 315_360_000, -315_360_000];

/// How long a new token lives, in seconds; the last one doesn't say.
const LIVES: [Option<i64>; 5] = [Some(30), Some(60), Some(3_600), Some(86_400), None];

/// What happens next: the kind of thing, to which, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    kind: u8,
    which: usize,
    how: u8,
}

/// The core, and everything around it that it waits for.
pub(super) struct Outside {
    pub(super) desk: Desk,
    second: i64,
    pub(super) stored: BTreeMap<AccountId, Account>,
    works: Vec<WorkPlan>,
    pub(super) links: Vec<Attempt>,
    pub(super) mail: Vec<Input>,
    commands: BTreeMap<CommandId, u32>,
    /// Links that something has said to be over.
    pub(super) ended: BTreeSet<AccountId>,
    /// Accounts of which the core has been told that they are forgotten.
    pub(super) unlinked: BTreeSet<AccountId>,
    pub(super) next: u128,
    /// How often another program has written, now and when that was last looked at.
    pub(super) version: (u64, u64),
}

impl From<(u8, u8, u8)> for Step {
    fn from((kind, which, how): (u8, u8, u8)) -> Self {
        let which = usize::from(which);
        Self { kind, which, how }
    }
}

impl Outside {
    /// A core that knows these many accounts.
    pub(super) fn with(linked: u128) -> Self {
        let accounts: Vec<Account> = (1..=linked).map(account).collect();
        Self {
            desk: Desk::with(accounts.clone()),
            second: 0,
            stored: accounts.into_iter().map(|it| (it.id.clone(), it)).collect(),
            works: Vec::new(),
            links: Vec::new(),
            mail: Vec::new(),
            commands: BTreeMap::new(),
            ended: BTreeSet::new(),
            unlinked: BTreeSet::new(),
            next: 1_000,
            version: (0, 0),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        at(self.second)
    }

    /// The work that tasks are doing, by provider and account.
    pub(super) fn running(&self) -> Vec<(&ProviderId, &AccountId)> {
        let accounts = self.works.iter().map(|plan| &plan.account);
        accounts.map(|it| (&it.provider, &it.id)).collect()
    }

    pub(super) fn waiting_commands(&self) -> Vec<CommandId> {
        let waits = self.commands.iter().filter(|(_, ended)| **ended == 0);
        waits.map(|(id, _)| *id).collect()
    }

    pub(super) fn stored_generations(&self) -> BTreeMap<AccountId, u64> {
        let stored = self.stored.values();
        stored.map(|it| (it.id.clone(), it.generation)).collect()
    }

    /// Asks for a refresh of everything; how many accounts can be refreshed, and how many are at once.
    pub(super) fn refresh_all_that_can(&mut self) -> (usize, usize) {
        let can = |it: &&Account| it.ended.is_none() && it.outcome_unknown_since.is_none();
        let all = self.stored.values().filter(can).count();
        self.command(Command::RefreshAll);
        (all, self.works.len())
    }

    pub(super) fn take(&mut self, step: Step) {
        let Step { kind, which, how } = step;
        match kind % 16 {
            0..=2 => self.someone_wants(which, how),
            3 | 4 => self.end_work(which, how),
            5 | 6 => self.deliver(which),
            7 => self.tell(Input::Tick),
            8 => {
                let jump = JUMPS[usize::from(how) % JUMPS.len()];
                self.jump(jump, which);
            }
            9 => self.begin_link(which, how),
            10 => self.end_link(which, how),
            11 => {
                if let Some(flow) = pick(&self.links, which).map(|link| link.plan.flow) {
                    self.command(Command::CancelLink { flow });
                }
            }
            12 => self.another_program(which, how),
            13 => self.look_for_changes(),
            14 => {
                let answer = if how % 2 == 0 {
                    Ok(())
                } else {
                    Err(KeyStoreTrouble::Locked)
                };
                self.mail.push(Input::KeyStoreAnswered(answer));
            }
            _ => {
                let account = self.any_account(which);
                self.command(Command::UnlinkAccount { account });
            }
        }
    }

    /// Moves the clock: time passes, or the machine slept, or somebody set it.
    fn jump(&mut self, seconds: i64, which: usize) {
        self.second = (self.second + seconds).clamp(-3_000_000_000, 30_000_000_000);
        let by = SignedDuration::from_secs(seconds);
        match which % 3 {
            0 => self.tell(Input::Clocks(Change::Set(by))),
            1 if seconds > 0 => self.tell(Input::Clocks(Change::Slept(by))),
            _ => {}
        }
    }

    /// Ends everything that is under way and delivers every answer, until nothing is left.
    pub(super) fn settle(&mut self) {
        self.mail.push(Input::KeyStoreAnswered(Ok(())));
        for _ in 0..10_000 {
            if !self.works.is_empty() {
                self.end_work(0, 0);
            } else if !self.links.is_empty() {
                self.end_link(0, 2);
            } else if !self.mail.is_empty() {
                self.deliver(0);
            } else {
                break;
            }
        }
        assert!(self.mail.is_empty(), "it never comes to rest");
        self.look_for_changes();
        while !self.mail.is_empty() {
            self.deliver(0);
        }
    }

    /// Reads the store again where another program has written since the last look.
    pub(super) fn look_for_changes(&mut self) {
        let (version, seen) = self.version;
        if version != seen {
            self.version = (version, version);
            self.read_again();
        }
    }

    pub(super) fn command(&mut self, command: Command) {
        let now = self.now();
        let (id, effects) = self.desk.send(command, now);
        self.commands.insert(id, 0);
        self.carry_out(effects);
    }

    fn tell(&mut self, input: Input) {
        let now = self.now();
        let effects = self.desk.core.handle(input, now);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for (_, finished) in std::mem::take(&mut self.desk.core.finished) {
            let ended = self.commands.get_mut(&finished.command).unwrap();
            *ended += 1;
            assert_eq!(*ended, 1, "a command that ends twice");
        }
        for effect in effects {
            match effect {
                Effect::StartWork(plan) => self.works.push(*plan),
                Effect::StartLink(plan) => self.links.push(Attempt::new(*plan)),
                Effect::StopLink(flow) => {
                    self.links.retain(|link| link.plan.flow != flow);
                    self.read_again();
                }
                Effect::TellLink(flow, LinkOrder::Answer(answer)) => self.answer(flow, answer),
                Effect::SaveAccount(command, account, _) => {
                    let saved = self.save(&account);
                    self.mail.push(Input::AccountSaved(command, saved));
                }
                Effect::Reread => self.read_again(),
                Effect::HandOut(command, account) => {
                    let there = self.stored.contains_key(&account.id);
                    let told = there.then(|| line("Handed out"));
                    let told = told.ok_or_else(|| Failure::bug("gone"));
                    self.mail.push(Input::HandedOut(command, account.id, told));
                }
                Effect::Reach(provider, _) => {
                    let is_up = self.second % 2 == 0;
                    let reached = is_up.then_some(()).ok_or_else(unreachable_host);
                    self.mail.push(Input::Reached(provider, reached));
                }
                Effect::OpenKeyStore => self.mail.push(Input::KeyStoreAnswered(Ok(()))),
                other => panic!("nobody has asked for {other:?}"),
            }
        }
    }

    /// Delivers an answer; readings of the store come in the order they were made.
    fn deliver(&mut self, which: usize) {
        if self.mail.is_empty() {
            return;
        }
        let mut place = which % self.mail.len();
        let is_reading = |input: &Input| matches!(input, Input::Reread(..));
        if is_reading(&self.mail[place]) {
            place = self.mail.iter().position(is_reading).unwrap();
        }
        let input = self.mail.remove(place);
        if let Input::WorkEnded(_, id, result) = &input
            && matches!(**result, WorkResult::Unlinked(_))
        {
            self.unlinked.insert(id.clone());
        }
        self.tell(input);
    }

    pub(super) fn read_again(&mut self) {
        let contents = Contents {
            accounts: self.stored.values().cloned().collect(),
            ..Contents::default()
        };
        let changes = self.desk.core.changes();
        self.mail.push(Input::Reread(Box::new(contents), changes));
    }

    /// One that is stored, or one that nobody knows.
    pub(super) fn any_account(&self, which: usize) -> AccountId {
        let ids: Vec<&AccountId> = self.stored.keys().collect();
        let unknown = || AccountId::from_random(999);
        ids.get(which % (ids.len() + 1))
            .map_or_else(unknown, |id| (*id).clone())
    }

    fn someone_wants(&mut self, which: usize, how: u8) {
        let account = self.any_account(which);
        let min_validity = SignedDuration::from_secs(i64::from(how) * 60);
        self.command(match how % 8 {
            0..=2 => Command::RefreshAccount { account },
            3 => Command::RefreshAll,
            4 => Command::AskTradingAccounts { account },
            5 => Command::RenameAccount {
                account,
                label: format!("Label {which}"),
            },
            _ => Command::HandOutToken {
                account,
                min_validity,
            },
        });
    }

    /// What a person chose is changed in what is stored by then; the rest of it may be newer than what the core knows.
    fn save(&mut self, account: &Account) -> Result<(), Failure> {
        let stored = self.stored.get_mut(&account.id).ok_or_else(full)?;
        stored.label.clone_from(&account.label);
        stored.browser.clone_from(&account.browser);
        Ok(())
    }

    pub(super) fn renewed(&self, old: &Account, how: u8) -> Account {
        let life = LIVES[usize::from(how) % LIVES.len()];
        let mut new = old.clone();
        new.access.issued_at = self.now();
        new.access.expires_at = life.map(|life| at(self.second + life));
        new.generation += 1;
        new.ended = None;
        new.outcome_unknown_since = None;
        new
    }

    fn end_work(&mut self, which: usize, how: u8) {
        if self.works.is_empty() {
            return;
        }
        let plan = self.works.remove(which % self.works.len());
        let id = plan.account.id.clone();
        let result = match plan.work {
            Work::Unlink => self.unlink(&id, how),
            _ => self.refresh(&plan, how),
        };
        self.mail
            .push(Input::WorkEnded(plan.flow, id, Box::new(result)));
    }

    fn unlink(&mut self, id: &AccountId, how: u8) -> WorkResult {
        if how % 8 == 7 {
            return WorkResult::Failed(full(), None);
        }
        self.stored.remove(id);
        let host = String::new();
        let failed = (how % 8 == 6).then(|| Failure::new(ProblemKind::NotRevoked { host }));
        WorkResult::Unlinked(failed)
    }

    fn refresh(&mut self, plan: &WorkPlan, how: u8) -> WorkResult {
        let done = line("Refreshed");
        let Some(stored) = self.stored.get(&plan.account.id).cloned() else {
            return WorkResult::Unlinked(None);
        };
        let reason = EndReason::Revoked;
        let over = || Failure::new(ProblemKind::NeedsSignIn { reason });
        if stored.generation != plan.account.generation {
            return match stored.ended {
                None => WorkResult::Refreshed(stored, done),
                Some(_) => WorkResult::Failed(over(), Some((stored, done))),
            };
        }
        let mut account = stored;
        let failure = match how % 8 {
            2 => return WorkResult::Failed(unreachable_host(), None),
            3 => {
                account.outcome_unknown_since = Some(self.now());
                unreachable_host()
            }
            4 => {
                account.ended = Some(reason);
                self.ended.insert(account.id.clone());
                over()
            }
            5 => {
                let failure = Failure::key_store(KeyStoreTrouble::Locked);
                return WorkResult::Failed(failure, None);
            }
            6 => return WorkResult::Failed(full(), None),
            _ if plan.work == Work::AskProfile => return WorkResult::Used(account, done),
            _ => {
                account = self.renewed(&account, how);
                self.stored.insert(account.id.clone(), account.clone());
                return WorkResult::Refreshed(account, done);
            }
        };
        self.stored.insert(account.id.clone(), account.clone());
        WorkResult::Failed(failure, Some((account, done)))
    }

    fn another_program(&mut self, which: usize, how: u8) {
        let id = self.any_account(which);
        let stored = self.stored.get(&id).cloned();
        match (how % 4, stored) {
            (0, Some(old)) => {
                let new = self.renewed(&old, how);
                self.stored.insert(id, new);
            }
            (1, Some(_)) => drop(self.stored.remove(&id)),
            (2, Some(mut old)) => {
                old.ended = Some(EndReason::Revoked);
                self.ended.insert(id.clone());
                self.stored.insert(id, old);
            }
            _ => {
                let new = self.newcomer();
                self.stored.insert(new.id.clone(), new);
            }
        }
        self.version.0 += 1;
        if how.is_multiple_of(3) {
            self.look_for_changes();
        }
    }
}

fn full() -> Failure {
    let (trouble, place) = (StoreTrouble::Full, String::new());
    Failure::new(ProblemKind::Store { trouble, place })
}

fn pick<T>(all: &[T], which: usize) -> Option<&T> {
    all.get(which % all.len().max(1))
}
