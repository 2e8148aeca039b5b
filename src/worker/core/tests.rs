//! The core without a runtime: inputs in, effects out.
//!
//! Knows no socket, no disk; tokens don't occur here at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Core;
use crate::account::{
    AccessFacts, Account, Binding, EndReason, ExpirySource, HistoryLine, Identity, Obtained,
    RefreshFacts,
};
use crate::bridge::{
    ClientChange, Command, KeyStoreState, KeyStoreTrouble, LinkOutcome, LinkStep, Missing,
    ProblemKind, RefreshOutcome, SecretChange, Snapshot, State, StepState,
};
use crate::ids::{AccountId, CommandId, FlowId, ProviderId};
use crate::provider::{ClientSettings, Registry};
use crate::secret::Secret;
use crate::store::Contents;
use crate::vault::{Random, Session};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Input, LinkEvent, Linked, Work, WorkResult};
use crate::worker::world::{House, Preset, Settings};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn provider() -> ProviderId {
    ProviderId::new("biggerplate").unwrap()
}

fn account(number: u128) -> Account {
    Account {
        id: AccountId::from_random(number),
        provider: provider(),
        label: format!("Account {number}"),
        identity: Identity::default(),
        access: AccessFacts {
            issued_at: at(0),
            expires_at: Some(at(3600)),
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".to_owned(),
            scopes: Vec::new(),
            fingerprint: "9f2c 41d8".to_owned(),
            form: "opaque".to_owned(),
        },
        refresh: RefreshFacts {
            present: true,
            ..RefreshFacts::default()
        },
        ended: None,
        outcome_unknown_since: None,
        linked_at: at(0),
        last_refreshed_at: None,
        last_proved_at: None,
        generation: 1,
        bound_to: Binding::default(),
        obtained: Obtained::default(),
        worked: BTreeMap::new(),
        trading: None,
        exchanges: Vec::new(),
    }
}

fn line(what: &str) -> HistoryLine {
    HistoryLine {
        at: at(0),
        what: what.to_owned(),
    }
}

/// A core that has moved in, with these accounts and every client set up.
struct Desk {
    core: Core,
    next_command: u64,
}

impl Desk {
    fn with(accounts: Vec<Account>) -> Self {
        let mut core = Core::new(Settings::default(), 7);
        let (registry, problems) = Registry::new(Vec::new());
        assert_eq!(problems.len(), 0);
        let preset = || Preset {
            settings: ClientSettings {
                client_id: Some("client".to_owned()),
                base_url: "http://127.0.0.1:9".parse().ok(),
                ..ClientSettings::default()
            },
            secret: Some(Secret::new("secret")),
        };
        let presets = registry
            .iter()
            .map(|it| (it.id.clone(), preset()))
            .collect();
        let random = Random::new(|_| Ok(()));
        let vault = Arc::new(Session::new(random.clone()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("linkdesk.db");
        let (database, _) = crate::store::Database::open(&path, &random).unwrap();
        let store = crate::store::SqliteStore::new(
            database,
            Arc::clone(&vault) as Arc<dyn crate::vault::Vault>,
        );
        let house = House {
            registry,
            file_problems: Vec::new(),
            vault,
            store: Arc::new(store),
            damaged_kept_as: None,
            practice: None,
            presets,
        };
        let contents = Contents {
            accounts,
            ..Contents::default()
        };
        core.handle(Input::Opened(Box::new(Ok((house, contents)))), at(0));
        core.handle(Input::KeyStoreAnswered(Ok(())), at(0));
        Self {
            core,
            next_command: 0,
        }
    }

    fn send(&mut self, command: Command, now: Timestamp) -> (CommandId, Vec<Effect>) {
        self.next_command += 1;
        let id = CommandId(self.next_command);
        (id, self.core.handle(Input::Command(id, command), now))
    }

    fn link(&mut self) -> (CommandId, FlowId) {
        let command = Command::LinkAccount {
            provider: provider(),
            account: None,
            label: None,
        };
        let (id, effects) = self.send(command, at(0));
        let [Effect::StartLink(plan)] = effects.as_slice() else {
            panic!("expected a link to start, got {effects:?}");
        };
        (id, plan.flow)
    }

    fn refresh(&mut self, account: &Account, now: Timestamp) -> (CommandId, Vec<Effect>) {
        let account = account.id.clone();
        self.send(Command::RefreshAccount { account }, now)
    }

    fn snapshot(&self) -> Snapshot {
        self.core.snapshot()
    }
}

fn started(effects: &[Effect]) -> Vec<(FlowId, AccountId, Work)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartWork(plan) => Some((plan.flow, plan.account.id.clone(), plan.work)),
            _ => None,
        })
        .collect()
}

fn unreachable_host() -> Failure {
    Failure::new(ProblemKind::Unreachable {
        host: "accounts.example".to_owned(),
        since: at(0),
    })
}

#[test]
fn two_refreshes_at_once_are_one_and_both_commands_end() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (first, effects) = desk.refresh(&account, at(10));
    let work = started(&effects);
    assert_eq!(work.len(), 1);
    let (second, effects) = desk.refresh(&account, at(11));
    assert_eq!(started(&effects), []);
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    let (flow, id, _) = work[0].clone();
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(12));
    let snapshot = desk.snapshot();
    for command in [first, second] {
        assert_eq!(snapshot.finished(command).unwrap().problem, None);
    }
    let outcome = snapshot.accounts[0].last_refresh.as_ref().unwrap().outcome;
    assert_eq!(outcome, RefreshOutcome::Refreshed);
}

#[test]
fn an_answer_to_older_work_changes_nothing() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let before = desk.snapshot();
    let mut other = account.clone();
    other.label = "changed".to_owned();
    let result = WorkResult::Refreshed(other, line("Refreshed"));
    let stale = Input::WorkEnded(FlowId(999), account.id, Box::new(result));
    desk.core.handle(stale, at(5));
    assert_eq!(desk.snapshot(), before);
}

#[test]
fn a_refresh_is_due_90_s_before_the_end_of_an_hour() {
    let mut desk = Desk::with(vec![account(1)]);
    assert_eq!(desk.core.wake_at(), Some(at(3510)));
    assert_eq!(started(&desk.core.handle(Input::Tick, at(3509))), []);
    assert_eq!(started(&desk.core.handle(Input::Tick, at(3510))).len(), 1);
    assert_eq!(desk.core.wake_at(), None, "it is under way");
}

#[test]
fn at_most_four_refreshes_run_at_one_provider() {
    let accounts: Vec<Account> = (1..=10).map(account).collect();
    let mut desk = Desk::with(accounts.clone());
    let (all, effects) = desk.send(Command::RefreshAll, at(1));
    let mut running = started(&effects);
    assert_eq!(running.len(), 4);
    let mut ended = 0;
    while let Some((flow, id, _)) = running.pop() {
        assert!(desk.snapshot().finished(all).is_none());
        let account = accounts.iter().find(|account| account.id == id).unwrap();
        let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
        let input = Input::WorkEnded(flow, id, Box::new(result));
        running.extend(started(&desk.core.handle(input, at(2))));
        assert!(running.len() <= 4);
        ended += 1;
    }
    assert_eq!(ended, 10);
    assert_eq!(desk.snapshot().finished(all).unwrap().problem, None);
}

#[test]
fn trouble_on_the_way_is_not_a_sign_out_and_is_tried_again_later() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (_, effects) = desk.refresh(&account, at(3600));
    let (flow, id, _) = started(&effects)[0].clone();
    let result = WorkResult::Failed(unreachable_host(), None);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(3601));
    let snapshot = desk.snapshot();
    let card = &snapshot.accounts[0];
    assert_eq!(card.needs_sign_in, None);
    assert_eq!(
        card.last_refresh.as_ref().unwrap().outcome,
        RefreshOutcome::Unreachable
    );
    let next = desk.core.wake_at().unwrap();
    assert!(next >= at(3606) && next <= at(3610), "{next}");
}

#[test]
fn an_ended_link_stays_on_the_list_and_is_not_refreshed() {
    let mut ended = account(1);
    ended.ended = Some(EndReason::Revoked);
    let mut desk = Desk::with(vec![ended.clone()]);
    assert_eq!(desk.core.wake_at(), None);
    let (command, effects) = desk.refresh(&ended, at(1));
    assert_eq!(started(&effects), []);
    let snapshot = desk.snapshot();
    let problem = snapshot.finished(command).unwrap().problem.clone().unwrap();
    let reason = EndReason::Revoked;
    assert_eq!(problem.kind, ProblemKind::NeedsSignIn { reason });
    assert_eq!(snapshot.accounts[0].state(at(1)), State::NeedsSignIn);
}

#[test]
fn a_link_without_a_client_id_asks_for_the_set_up_before_anything_else() {
    let mut core = Core::new(Settings::default(), 7);
    core.registry = Registry::new(Vec::new()).0;
    let command = Command::LinkAccount {
        provider: provider(),
        account: None,
        label: None,
    };
    let effects = core.handle(Input::Command(CommandId(1), command), at(0));
    assert!(effects.is_empty(), "{effects:?}");
    let problem = core
        .snapshot()
        .finished(CommandId(1))
        .unwrap()
        .problem
        .clone();
    let ProblemKind::ClientIncomplete { missing } = problem.unwrap().kind else {
        panic!("expected the set-up to be incomplete");
    };
    assert!(missing.contains(&Missing::ClientId));
}

#[test]
fn a_second_click_shows_the_attempt_under_way() {
    let mut desk = Desk::with(Vec::new());
    let (_, flow) = desk.link();
    let command = Command::LinkAccount {
        provider: provider(),
        account: None,
        label: None,
    };
    let (second, effects) = desk.send(command, at(1));
    assert!(effects.is_empty());
    assert_eq!(desk.snapshot().finished(second).unwrap().flow, Some(flow));
    assert_eq!(desk.snapshot().links.len(), 1);
}

#[test]
fn a_canceled_attempt_is_not_revived_by_a_late_answer() {
    let mut desk = Desk::with(Vec::new());
    let (command, flow) = desk.link();
    let (_, effects) = desk.send(Command::CancelLink { flow }, at(1));
    assert!(matches!(effects.as_slice(), [Effect::StopLink(stopped)] if *stopped == flow));
    let linked = Linked {
        account: account(1),
        lines: vec![line("Linked")],
        beside: None,
    };
    desk.core
        .handle(Input::LinkEnded(flow, Ok(Box::new(linked))), at(2));
    let snapshot = desk.snapshot();
    assert_eq!(snapshot.accounts.len(), 0);
    let problem = snapshot.finished(command).unwrap().problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Canceled);
}

#[test]
fn steps_show_what_is_done_what_waits_and_where_it_ended() {
    let mut desk = Desk::with(Vec::new());
    let (_, flow) = desk.link();
    let moves = [
        LinkEvent::Began(LinkStep::CheckKeyStore),
        LinkEvent::Done {
            took: std::time::Duration::from_millis(20),
            note: None,
        },
        LinkEvent::Began(LinkStep::PrepareAddress),
    ];
    for event in moves {
        desk.core.handle(Input::LinkMoved(flow, event), at(1));
    }
    let kind = ProblemKind::PortInUse { port: 53682 };
    let ended = Input::LinkEnded(flow, Err(Failure::new(kind)));
    desk.core.handle(ended, at(2));
    let snapshot = desk.snapshot();
    let states: Vec<StepState> = snapshot.links[0]
        .steps
        .iter()
        .map(|step| step.state)
        .collect();
    let took = SignedDuration::from_millis(20);
    assert_eq!(states[0], StepState::Done { took });
    assert_eq!(states[1], StepState::Failed);
    assert_eq!(states[2], StepState::Ahead);
    assert!(matches!(
        snapshot.links[0].outcome,
        Some(LinkOutcome::Failed { .. })
    ));
}

#[test]
fn an_account_unlinked_during_a_refresh_is_unlinked_after_it() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let (_, effects) = desk.refresh(&account, at(1));
    let (flow, id, _) = started(&effects)[0].clone();
    let unlink = Command::UnlinkAccount {
        account: account.id.clone(),
    };
    let (command, effects) = desk.send(unlink, at(1));
    assert_eq!(started(&effects), []);
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    let effects = desk
        .core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(2));
    let next = started(&effects);
    assert_eq!(next[0].2, Work::Unlink);
    let (flow, id, _) = next[0].clone();
    let gone = Input::WorkEnded(flow, id, Box::new(WorkResult::Unlinked(None)));
    desk.core.handle(gone, at(3));
    assert_eq!(desk.snapshot().accounts.len(), 0);
    assert_eq!(desk.snapshot().finished(command).unwrap().problem, None);
}

#[test]
fn a_token_that_lasts_is_handed_out_as_it_is_and_another_is_refreshed_first() {
    let account = account(1);
    let mut desk = Desk::with(vec![account.clone()]);
    let ask = |seconds| Command::HandOutToken {
        account: account.id.clone(),
        min_validity: SignedDuration::from_secs(seconds),
    };
    let (_, effects) = desk.send(ask(60), at(0));
    assert!(matches!(effects.as_slice(), [Effect::HandOut(..)]));
    let (command, effects) = desk.send(ask(7200), at(0));
    let (flow, id, work) = started(&effects)[0].clone();
    assert_eq!(work, Work::Refresh);
    let result = WorkResult::Refreshed(account.clone(), line("Refreshed"));
    let effects = desk
        .core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(1));
    assert!(matches!(effects.as_slice(), [Effect::HandOut(asked, _)] if *asked == command));
}

#[test]
fn a_locked_key_store_locks_the_accounts_and_stops_the_schedule() {
    let mut desk = Desk::with(vec![account(1)]);
    let locked = crate::bridge::KeyStoreTrouble::Locked;
    desk.core
        .handle(Input::KeyStoreAnswered(Err(locked)), at(1));
    assert_eq!(desk.snapshot().accounts[0].state(at(1)), State::Locked);
    assert_eq!(desk.core.wake_at(), None);
    desk.core.handle(Input::KeyStoreAnswered(Ok(())), at(2));
    assert_eq!(desk.snapshot().accounts[0].state(at(2)), State::Fresh);
    assert!(desk.core.wake_at().is_some());
}

#[test]
fn another_process_may_add_and_remove_accounts() {
    let mut desk = Desk::with(vec![account(1), account(2)]);
    let contents = Contents {
        accounts: vec![account(2), account(3)],
        ..Contents::default()
    };
    desk.core.handle(Input::Reread(Box::new(contents)), at(1));
    let labels: Vec<String> = desk
        .snapshot()
        .accounts
        .iter()
        .map(|card| card.label.clone())
        .collect();
    assert_eq!(labels, ["Account 2", "Account 3"]);
}

#[test]
fn an_unusable_address_is_refused_by_name_and_nothing_is_saved() {
    let mut desk = Desk::with(Vec::new());
    let change = ClientChange {
        base_url: Some("http://elsewhere.example".to_owned()),
        client_secret: SecretChange::Set(Secret::new("s")),
        ..ClientChange::default()
    };
    let command = Command::SaveClient {
        provider: provider(),
        change,
    };
    let (id, effects) = desk.send(command, at(0));
    assert!(effects.is_empty(), "{effects:?}");
    let problem = desk
        .snapshot()
        .finished(id)
        .unwrap()
        .problem
        .clone()
        .unwrap();
    assert!(
        matches!(problem.kind, ProblemKind::ClientInvalid { .. }),
        "{problem:?}"
    );
}

#[test]
fn trouble_that_stays_is_not_asked_about_again_at_once() {
    let account = account(1);
    for kind in [
        ProblemKind::ClientRejected {
            code: "invalid_client".to_owned(),
        },
        ProblemKind::ProviderError {
            code: "invalid_scope".to_owned(),
        },
        ProblemKind::Store {
            doing: "the disk is full".to_owned(),
        },
        ProblemKind::KeyStore {
            trouble: KeyStoreTrouble::SealedElsewhere,
        },
    ] {
        let mut desk = Desk::with(vec![account.clone()]);
        let (flow, id, _) = started(&desk.core.handle(Input::Tick, at(3510)))[0].clone();
        let result = WorkResult::Failed(Failure::new(kind.clone()), None);
        desk.core
            .handle(Input::WorkEnded(flow, id, Box::new(result)), at(3511));
        let next = desk.core.wake_at().unwrap();
        assert!(next >= at(3511 + 300), "{kind:?}: {next}");
    }
}

#[test]
fn an_account_sealed_elsewhere_leaves_the_key_store_as_it_is() {
    let mut desk = Desk::with(vec![account(1), account(2)]);
    let (_, effects) = desk.refresh(&account(1), at(1));
    let (flow, id, _) = started(&effects)[0].clone();
    let failure = Failure::key_store(KeyStoreTrouble::SealedElsewhere);
    let result = WorkResult::Failed(failure, None);
    desk.core
        .handle(Input::WorkEnded(flow, id, Box::new(result)), at(2));
    assert_eq!(desk.snapshot().key_store.state, KeyStoreState::Open);
    assert_eq!(started(&desk.core.handle(Input::Tick, at(3510))).len(), 2);
}
