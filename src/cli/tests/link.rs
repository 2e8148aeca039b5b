//! A sign-in in the browser, as scripts and people see it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde_json::json;

use super::*;
use crate::bridge::{LinkOutcome, LinkStep, SignInWay, StepCard, StepState, WayHome};

pub(super) const ADDRESS: &str = "https://auth.example.com/authorize?client_id=desk-1&state=s1";
const REDIRECT: &str = "http://127.0.0.1:4711/callback";

pub(super) fn set_up() -> Snapshot {
    desk(vec![provider("parrot")], vec![])
}

/// The attempt begins and its address is ready.
pub(super) fn begin(stage: &mut Stage, change: impl FnOnce(&mut LinkCard)) {
    appear(stage, change);
    stage.handover.address_ready(ADDRESS, REDIRECT);
}

/// The attempt begins.
pub(super) fn appear(stage: &mut Stage, change: impl FnOnce(&mut LinkCard)) {
    let mut card = link(1, "parrot");
    card.has_address = true;
    card.steps = vec![StepCard {
        step: LinkStep::AwaitAuthorization,
        state: StepState::Active { since: now() },
        note: None,
    }];
    change(&mut card);
    stage.snapshot.links = vec![card];
    stage.publish();
}

pub(super) fn succeed(stage: &mut Stage, command: CommandId, beside: Option<Problem>) {
    let card = account("a1", "parrot", "Mine");
    stage.snapshot.links[0].outcome = Some(LinkOutcome::Linked {
        account: card.id.clone(),
    });
    stage.snapshot.accounts = vec![Arc::new(card)];
    stage.finish_link(command, Some(FlowId(1)), beside);
}

pub(super) fn fail(stage: &mut Stage, command: CommandId, kind: ProblemKind) {
    let problem = problem(kind);
    stage.snapshot.links[0].outcome = Some(LinkOutcome::Failed {
        problem: problem.clone(),
    });
    stage.finish_link(command, Some(FlowId(1)), Some(problem));
}

#[test]
fn lines_of_json_tell_the_address_and_then_the_account() {
    let played = play("link parrot --label Mine --json")
        .on(set_up())
        .with(|stage, id, _| {
            begin(stage, |_| ());
            succeed(stage, id, None);
        });
    assert_eq!(played.code, 0);
    let lines = played.json_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        json!({"event": "authorization_url", "url": ADDRESS, "redirect_uri": REDIRECT})
    );
    assert_eq!(keys(&lines[1]), ["account", "event"]);
    assert_eq!(lines[1]["event"], "linked");
    assert_eq!(lines[1]["account"]["id"], "a1");
    assert_eq!(keys(&lines[1]["account"]).len(), 11);
    assert_eq!(
        played.commands,
        [Command::LinkAccount {
            provider: provider_id("parrot"),
            account: None,
            label: Some("Mine".into()),
            way: SignInWay::Browser,
        }]
    );
}

#[test]
fn a_failed_link_is_an_event_with_its_exit_code() {
    for (kind, code) in [
        (
            ProblemKind::Denied {
                code: "access_denied".into(),
            },
            6,
        ),
        (ProblemKind::TimedOut, 6),
        (
            ProblemKind::RedirectMismatch {
                redirect_uri: REDIRECT.into(),
                registered: REDIRECT.into(),
            },
            7,
        ),
    ] {
        let played = play("link parrot --json")
            .on(set_up())
            .with(|stage, id, _| {
                begin(stage, |_| ());
                fail(stage, id, kind.clone());
            });
        assert_eq!(played.code, code);
        let lines = played.json_lines();
        assert_eq!(lines[0]["event"], "authorization_url");
        assert_eq!(keys(&lines[1]), ["event", "problem"]);
        assert_eq!(lines[1]["event"], "failed");
        assert_eq!(lines[1]["problem"]["kind"], kind.code());
    }
}

#[test]
fn an_incomplete_set_up_is_told_before_anything_begins() {
    let played = play("link parrot --json")
        .on(desk(vec![provider_not_set_up("parrot")], vec![]))
        .alone();
    assert_eq!(played.code, 7);
    let lines = played.json_lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["problem"]["kind"], "client_incomplete");
    assert!(played.err.contains("linkdesk client parrot"));
}

#[test]
fn a_link_the_worker_refuses_outright_is_told() {
    let played = play("link parrot --json")
        .on(set_up())
        .with(|stage, id, _| {
            let kind = ProblemKind::KeyStore {
                trouble: crate::bridge::KeyStoreTrouble::Absent,
            };
            stage.finish(id, Some(problem(kind)));
        });
    assert_eq!(played.code, 5);
    assert_eq!(played.json_lines()[0]["event"], "failed");
}

#[test]
fn a_success_with_something_left_undone_is_a_success() {
    let played = play("link parrot").on(set_up()).with(|stage, id, _| {
        begin(stage, |_| ());
        succeed(stage, id, Some(problem(ProblemKind::IdentityUnread)));
    });
    assert_eq!(played.code, 0);
    assert!(played.err.contains("warning: Linked, but"));
    assert_eq!(
        played.out,
        "Linked Mine as login@email.com\nExpires in 1 h\na1\n"
    );
}

#[test]
fn the_address_is_printed_for_people_only_where_no_browser_opens() {
    let played = play("link parrot").on(set_up()).with(|stage, id, _| {
        begin(stage, |_| ());
        succeed(stage, id, None);
    });
    assert!(!played.out.contains(ADDRESS));
    assert!(
        played
            .err
            .contains("Waiting for you to sign in at auth.example.com")
    );
    let played = play("link parrot --no-browser")
        .on(set_up())
        .with(|stage, id, _| {
            begin(stage, |_| ());
            succeed(stage, id, None);
        });
    let expected = format!("Open this address in your browser:\n{ADDRESS}\nLinked Mine");
    assert!(played.out.starts_with(&expected), "{}", played.out);
}

#[test]
fn a_browser_that_does_not_open_brings_the_address() {
    let played = play("link parrot").on(set_up()).with(|stage, id, _| {
        begin(stage, |card| {
            card.trouble = Some(problem(ProblemKind::BrowserNotOpened));
        });
        succeed(stage, id, None);
    });
    assert_eq!(played.code, 0);
    assert!(played.out.contains(ADDRESS), "{}", played.out);
}

/// Lines that arrive one by one, each when the script says so.
struct Typed {
    lines: Receiver<&'static str>,
    left: Vec<u8>,
}

impl io::Read for Typed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = io::BufRead::fill_buf(self)?;
        let taken = available.len().min(into.len());
        into[..taken].copy_from_slice(&available[..taken]);
        io::BufRead::consume(self, taken);
        Ok(taken)
    }
}

impl io::BufRead for Typed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left.is_empty() {
            // No sender is the end of the input.
            self.left = self.lines.recv().unwrap_or_default().as_bytes().to_vec();
        }
        Ok(&self.left)
    }

    fn consume(&mut self, taken: usize) {
        self.left.drain(..taken);
    }
}

#[test]
fn the_wait_goes_on_after_a_wrong_pasted_address_and_ends_with_the_right_one() {
    let (sender, lines) = sync_channel(4);
    let left = Vec::new();
    sender.send("\n  http://wrong/  \n").unwrap();
    let mut linked_by = None;
    let mut sender = Some(sender);
    let played = play("link parrot --no-browser --json")
        .reader(Typed { lines, left })
        .on(set_up())
        .with(move |stage, id, command| match command {
            Command::LinkAccount { .. } => {
                linked_by = Some(id);
                begin(stage, |_| ());
            }
            Command::PasteAddress { flow, address } if address.expose() == "http://wrong/" => {
                assert_eq!(*flow, FlowId(1));
                stage.finish(id, None);
                stage.snapshot.links[0].trouble = Some(problem(ProblemKind::WrongAddress));
                stage.publish();
                if let Some(sender) = sender.take() {
                    sender
                        .send("http://127.0.0.1:4711/callback?code=c1&state=s1\n")
                        .unwrap();
                }
            }
            Command::PasteAddress { address, .. } => {
                assert!(address.expose().ends_with("?code=c1&state=s1"));
                stage.finish(id, None);
                succeed(stage, linked_by.unwrap(), None);
            }
            other => panic!("{other:?}"),
        });
    assert_eq!(played.code, 0, "{}", played.err);
    assert_eq!(played.json_lines().len(), 2);
    assert_eq!(played.commands.len(), 3);
    let told = crate::text::problem::message(&ProblemKind::WrongAddress);
    assert_eq!(played.err.matches(&told).count(), 1, "{}", played.err);
}

/// An input that has ended, and says so when somebody looks.
struct AtEnd(SyncSender<()>);

impl io::Read for AtEnd {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.send(()).map_err(io::Error::other)?;
        Ok(0)
    }
}

#[test]
fn the_end_of_standard_input_does_not_end_the_wait() {
    let (ended, input_ended) = sync_channel(1);
    let input = io::BufReader::new(AtEnd(ended));
    let played = play("link parrot --no-browser --json")
        .reader(input)
        .on(set_up())
        .with(move |stage, id, _| {
            begin(stage, |_| ());
            input_ended.recv().unwrap();
            succeed(stage, id, None);
        });
    assert_eq!(played.code, 0);
}

#[test]
fn standard_input_is_left_alone_where_the_redirect_comes_home_by_itself() {
    let played = play("link parrot")
        .input("http://never-read/\n")
        .on(set_up())
        .with(|stage, id, command| {
            assert!(matches!(command, Command::LinkAccount { .. }));
            begin(stage, |_| ());
            succeed(stage, id, None);
        });
    assert_eq!(played.commands.len(), 1);
}

#[test]
fn a_redirect_that_has_to_be_pasted_is_read_even_with_a_browser() {
    let mut linked_by = None;
    let played = play("link parrot")
        .input("https://mine.example/back?code=c1\n")
        .on(set_up())
        .with(move |stage, id, command| {
            if let Command::LinkAccount { .. } = command {
                linked_by = Some(id);
                begin(stage, |card| card.way_home = WayHome::Pasted);
            } else {
                succeed(stage, linked_by.unwrap(), None);
            }
        });
    assert_eq!(played.code, 0);
    assert!(matches!(&played.commands[1], Command::PasteAddress { .. }));
    assert!(played.err.contains("paste the address"));
}

#[test]
fn a_pasted_code_is_never_printed() {
    let mut linked_by = None;
    let played = play("link parrot --no-browser")
        .input("http://127.0.0.1:4711/callback?code=canary-7\n")
        .on(set_up())
        .with(move |stage, id, command| {
            if let Command::LinkAccount { .. } = command {
                linked_by = Some(id);
                begin(stage, |_| ());
            } else {
                fail(
                    stage,
                    linked_by.unwrap(),
                    ProblemKind::CodeRejected {
                        code: "invalid_grant".into(),
                    },
                );
            }
        });
    assert_eq!(played.code, 6);
    assert!(!format!("{played:?}").contains("canary-7"));
}

#[test]
fn signing_in_again_repairs_the_account() {
    let snapshot = desk(
        vec![provider("parrot")],
        vec![account("a1", "parrot", "Mine")],
    );
    let played = play("link parrot --account Mine")
        .on(snapshot)
        .with(|stage, id, _| {
            begin(stage, |card| card.repairs = Some(account_id("a1")));
            succeed(stage, id, None);
        });
    assert_eq!(played.code, 0);
    let [
        Command::LinkAccount {
            account: Some(repaired),
            ..
        },
    ] = played.commands.as_slice()
    else {
        panic!("{played:?}");
    };
    assert_eq!(repaired.as_str(), "a1");
}

#[test]
fn an_account_of_another_provider_can_not_be_repaired_here() {
    let snapshot = desk(
        vec![provider("parrot")],
        vec![account("a1", "cloud", "Mine")],
    );
    let played = play("link parrot --account Mine").on(snapshot).alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("at cloud, not at parrot"));
}

#[test]
fn a_worker_that_dies_in_the_middle_is_an_event_too() {
    let played = play("link parrot --json").on(set_up()).with(|stage, _, _| {
        begin(stage, |_| ());
        let (_, other) = connect(Arc::new(|| ()));
        drop(std::mem::replace(&mut stage.worker, other));
    });
    assert_eq!(played.code, 1);
    assert_eq!(
        played.json_lines().last().unwrap()["problem"]["kind"],
        "worker_stopped"
    );
}
