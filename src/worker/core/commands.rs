//! What the core makes of each command.
//!
//! Knows nothing of which face sent it.

use jiff::Timestamp;

use super::Core;
use super::flows::Wish;
use crate::account::HistoryLine;
use crate::bridge::{Command, Problem, ProblemKind, SignInWay};
use crate::ids::{AccountId, BrowserChoice, CommandId, FlowId};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, LinkOrder, Work};

/// The longest label kept, in characters.
pub(super) const LABEL_LENGTH: usize = 64;

/// A command that ends when several pieces of work have ended.
#[derive(Debug)]
pub(super) struct Pending {
    left: usize,
    problem: Option<Problem>,
}

impl Core {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each command, so that the compiler names the one that is forgotten"
    )]
    pub(super) fn command(
        &mut self,
        id: CommandId,
        command: Command,
        now: Timestamp,
    ) -> Vec<Effect> {
        match command {
            Command::SaveClient { provider, change } => self.save_client(id, provider, change, now),
            Command::LinkAccount {
                provider,
                account,
                label,
                way,
            } => {
                let wish = Wish {
                    provider,
                    repairs: account,
                    label,
                    way,
                    password: None,
                };
                self.link(id, wish, now)
            }
            Command::SignInWithPassword {
                provider,
                account,
                label,
                username,
                password,
            } => {
                let password = Some((username, password));
                let wish = Wish {
                    provider,
                    repairs: account,
                    label,
                    way: SignInWay::default(),
                    password,
                };
                self.link(id, wish, now)
            }
            Command::CancelLink { flow } => self.cancel_link(id, flow, now),
            Command::OpenBrowserAgain { flow } => self.tell(id, flow, LinkOrder::OpenBrowser),
            Command::CopyAddress { flow } => self.tell(id, flow, LinkOrder::CopyAddress),
            Command::PasteAddress { flow, address } => {
                self.tell(id, flow, LinkOrder::Paste(address))
            }
            Command::AnswerLink { flow, answer } => self.tell(id, flow, LinkOrder::Answer(answer)),
            Command::LookAtClipboard { flow } => self.tell(id, flow, LinkOrder::LookAtClipboard),
            Command::PasteFromClipboard { flow } => {
                self.tell(id, flow, LinkOrder::PasteFromClipboard)
            }
            Command::SaveAgain { flow } => self.tell(id, flow, LinkOrder::SaveAgain),
            Command::TestClient { provider, change } => {
                self.test_client(id, &provider, change, now)
            }
            Command::ChooseBrowser { account, browser } => {
                self.choose_browser(id, &account, browser, now)
            }
            Command::Discover { issuer } => self.discover(id, issuer),
            Command::AddProvider { id: provider, name } => {
                self.add_provider(id, provider, &name, now)
            }
            Command::DismissDiscovery => {
                self.dismiss_discovery();
                self.done(id)
            }
            Command::RereadProviders => vec![Effect::ReadProviders(id, None)],
            Command::MakeCertificate { renew } => {
                vec![Effect::MakeCertificate { command: id, renew }]
            }
            Command::DismissLink { flow } => {
                self.flows
                    .retain(|key, held| *key != flow || held.is_under_way());
                self.done(id)
            }
            Command::UnlockKeyStore { passphrase } => {
                self.ask_key_store(now);
                self.finish_with(id, None, None);
                vec![Effect::UnlockKeyStore(passphrase)]
            }
            Command::BackUp { to } => vec![Effect::BackUp(id, to)],
            Command::Restore { from } => vec![Effect::Restore(id, from)],

            Command::MoveKeyStore { to, passphrase } => self.move_key_store(id, to, passphrase),
            Command::ChangePassphrase { old, new } => {
                vec![Effect::ChangePassphrase(id, old, new)]
            }
            Command::LockKeyStore => {
                self.finish_with(id, None, None);
                self.lock_key_store(now)
            }
            Command::StopAskingKeyStore => {
                self.finish_with(id, None, None);
                vec![Effect::StopAskingKeyStore]
            }
            Command::LockKeyStoreAfter { minutes } => {
                vec![Effect::LockKeyStoreAfter(id, minutes)]
            }
            Command::RetryKeyStore => {
                self.finish_with(id, None, None);
                self.retry_key_store(now)
            }
            Command::DismissProblem { problem } => {
                self.dismiss(problem);
                self.done(id)
            }
            Command::RefreshAccount { account } => self.ask(&account, Work::Refresh, Some(id), now),
            Command::TryAnyway { account } => {
                self.ask(&account, Work::RefreshAnyway, Some(id), now)
            }
            Command::RefreshAll => self.refresh_all(id, now),
            Command::AskTradingAccounts { account } => {
                self.ask(&account, Work::AskProfile, Some(id), now)
            }
            Command::RenameAccount { account, label } => self.rename(id, &account, &label, now),
            Command::UnlinkAccount { account } => self.ask(&account, Work::Unlink, Some(id), now),
            Command::HandOutToken {
                account,
                min_validity,
            } => self.hand_out(id, &account, min_validity, now),
        }
    }

    fn done(&mut self, id: CommandId) -> Vec<Effect> {
        self.finish_with(id, None, None);
        Vec::new()
    }

    fn dismiss(&mut self, problem: crate::ids::ProblemId) {
        self.problems.retain(|shown| shown.id != problem);
        for held in self.accounts.values_mut() {
            if held
                .problem
                .as_ref()
                .is_some_and(|shown| shown.id == problem)
            {
                held.touch().problem = None;
            }
        }
    }

    fn tell(&mut self, id: CommandId, flow: FlowId, order: LinkOrder) -> Vec<Effect> {
        self.finish_with(id, Some(flow), None);
        let is_under_way = self
            .flows
            .get(&flow)
            .is_some_and(super::flows::Flow::is_under_way);
        if is_under_way {
            vec![Effect::TellLink(flow, order)]
        } else {
            Vec::new()
        }
    }

    fn refresh_all(&mut self, id: CommandId, now: Timestamp) -> Vec<Effect> {
        let ids: Vec<AccountId> = self.accounts.keys().cloned().collect();
        if ids.is_empty() {
            return self.done(id);
        }
        let left = ids.len();
        let problem = None;
        self.pending.insert(id, Pending { left, problem });
        let mut effects = Vec::new();
        for account in ids {
            effects.extend(self.ask(&account, Work::Refresh, Some(id), now));
        }
        effects
    }

    /// One piece of a command has ended; the command ends with its last piece and tells the first problem.
    pub(super) fn end_command(&mut self, command: Option<CommandId>, problem: Option<Problem>) {
        let Some(id) = command else {
            return;
        };
        let Some(pending) = self.pending.get_mut(&id) else {
            self.finish_with(id, None, problem);
            return;
        };
        pending.left = pending.left.saturating_sub(1);
        pending.problem = pending.problem.take().or(problem);
        if pending.left == 0 {
            let problem = pending.problem.take();
            self.pending.remove(&id);
            self.finish_with(id, None, problem);
        }
    }

    fn choose_browser(
        &mut self,
        id: CommandId,
        account: &AccountId,
        browser: Option<BrowserChoice>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(held) = self.accounts.get_mut(account) else {
            self.finish(id, None, Some(Failure::bug("no such account")), now);
            return Vec::new();
        };
        held.account.browser = browser;
        let line = HistoryLine {
            at: now,
            what: "Another browser chosen".to_owned(),
        };
        held.add_line(line.clone());
        let account = Box::new(held.account.clone());
        vec![Effect::SaveAccount(id, account, line)]
    }

    fn rename(
        &mut self,
        id: CommandId,
        account: &AccountId,
        label: &str,
        now: Timestamp,
    ) -> Vec<Effect> {
        let label: String = label.trim().chars().take(LABEL_LENGTH).collect();
        let Some(held) = self.accounts.get_mut(account) else {
            self.finish(id, None, Some(Failure::bug("no such account")), now);
            return Vec::new();
        };
        if label.is_empty() {
            let kind = ProblemKind::ClientInvalid {
                field: "Label".to_owned(),
                expected: "a name".to_owned(),
            };
            self.finish(id, None, Some(Failure::new(kind)), now);
            return Vec::new();
        }
        held.account.label = label;
        let line = HistoryLine {
            at: now,
            what: "Renamed".to_owned(),
        };
        held.add_line(line.clone());
        let account = Box::new(held.account.clone());
        vec![Effect::SaveAccount(id, account, line)]
    }
}
