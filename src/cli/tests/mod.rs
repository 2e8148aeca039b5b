//! A worker that plays a script, cards to play with, and what came out at the end.
//!
//! Knows nothing of the real worker.

mod args;
mod exit;
mod failing;
mod json;
mod link;
mod link_password;
mod refresh;
mod token;
mod unlink;
mod unlock;
mod words;

use std::io::{self, Cursor, Write};
use std::sync::Arc;

use clap::Parser as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Handover, Invocation, Io, Wait, run};
use crate::bridge::{
    AccessCard, AccountCard, ClientCard, Command, ExpirySource, Finished, HostCard, IdentityCard,
    KeyStoreCard, LinkCard, Missing, ObtainedCard, Problem, ProblemKind, ProviderCard,
    ProviderOrigin, RefreshCard, Remedy, SignInKind, Snapshot, TradingAccountLine, TradingCard,
    TradingChange, WorkerEnd, connect,
};
use crate::ids::{AccountId, CommandId, FlowId, ProblemId, ProviderId};
use crate::secret::Secret;

/// What a command came to.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) code: u8,
    pub(super) out: String,
    pub(super) err: String,
    pub(super) commands: Vec<Command>,
}

impl Played {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(super) fn json_lines(&self) -> Vec<serde_json::Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// The worker's side of a script: what it shows, and how it answers.
pub(super) struct Stage {
    pub(super) snapshot: Snapshot,
    pub(super) handover: Handover,
    worker: WorkerEnd,
}

impl Stage {
    pub(super) fn publish(&self) {
        self.worker.publish(self.snapshot.clone());
    }

    pub(super) fn finish(&mut self, command: CommandId, problem: Option<Problem>) {
        self.finish_link(command, None, problem);
    }

    pub(super) fn finish_link(
        &mut self,
        command: CommandId,
        flow: Option<FlowId>,
        problem: Option<Problem>,
    ) {
        self.snapshot.finished.push(Finished {
            command,
            flow,
            problem,
        });
        self.publish();
    }

    pub(super) fn change_account(&mut self, index: usize, change: impl FnOnce(&mut AccountCard)) {
        change(Arc::make_mut(&mut self.snapshot.accounts[index]));
    }
}

/// How a command is run.
pub(super) struct Play {
    args: Vec<String>,
    snapshot: Snapshot,
    input: Box<dyn io::BufRead + Send>,
    is_terminal: bool,
    hidden: Vec<&'static str>,
    out: Box<dyn Write>,
}

/// Runs `linkdesk` with these arguments, one word each.
pub(super) fn play(args: &str) -> Play {
    let words = std::iter::once("linkdesk").chain(args.split_whitespace());
    Play {
        args: words.map(str::to_owned).collect(),
        snapshot: Snapshot::default(),
        input: Box::new(Cursor::new(Vec::new())),
        is_terminal: false,
        hidden: Vec::new(),
        out: Box::new(io::sink()),
    }
}

impl Play {
    pub(super) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(super) fn on(mut self, snapshot: Snapshot) -> Self {
        self.snapshot = snapshot;
        self
    }

    pub(super) fn input(mut self, text: &str) -> Self {
        self.input = Box::new(Cursor::new(text.as_bytes().to_vec()));
        self
    }

    pub(super) fn reader(mut self, input: impl io::BufRead + Send + 'static) -> Self {
        self.input = Box::new(input);
        self
    }

    /// A person sits there and types this where nothing is shown.
    pub(super) fn person(mut self, hidden: &[&'static str]) -> Self {
        self.is_terminal = true;
        self.hidden = hidden.to_vec();
        self
    }

    pub(super) fn out(mut self, out: impl Write + 'static) -> Self {
        self.out = Box::new(out);
        self
    }

    /// Runs it against a worker that answers nothing.
    pub(super) fn alone(self) -> Played {
        self.with(|_, _, command| panic!("unexpected {command:?}"))
    }

    /// Runs it against a worker that answers each command like this.
    pub(super) fn with(self, answer: impl FnMut(&mut Stage, CommandId, &Command) + Send) -> Played {
        let invocation = Invocation::try_parse_from(&self.args).unwrap();
        let wait = Wait::new();
        let (end, worker) = connect(wait.waker());
        let handover = Handover::new(&wait);
        let stage = Stage {
            snapshot: self.snapshot,
            handover: handover.clone(),
            worker,
        };
        let mut hidden = self.hidden.into_iter();
        let hidden = std::cell::RefCell::new(&mut hidden);
        let ask_hidden = move |_: &str| {
            let typed = hidden.borrow_mut().next();
            typed
                .map(Secret::new)
                .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        };
        let (mut seen, mut err) = (Tee::new(self.out), Vec::new());
        let mut io = Io {
            out: &mut seen,
            err: &mut err,
            input: Some(self.input),
            input_is_terminal: self.is_terminal,
            ask_hidden: &ask_hidden,
            now: &now,
            zone: TimeZone::fixed(jiff::tz::offset(1)),
            handover,
        };
        let (code, commands) = std::thread::scope(|threads| {
            let worker = threads.spawn(|| serve(stage, answer));
            let code = run(&invocation, end, &wait, &mut io);
            (code, worker.join().unwrap())
        });
        Played {
            code,
            out: String::from_utf8(seen.seen).unwrap(),
            err: String::from_utf8(err).unwrap(),
            commands,
        }
    }
}

/// Keeps what was written and passes it on.
struct Tee {
    seen: Vec<u8>,
    next: Box<dyn Write>,
}

impl Tee {
    fn new(next: Box<dyn Write>) -> Self {
        Self {
            seen: Vec::new(),
            next,
        }
    }
}

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.next.write(bytes)?;
        self.seen.extend_from_slice(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.next.flush()
    }
}

fn serve(
    mut stage: Stage,
    mut answer: impl FnMut(&mut Stage, CommandId, &Command),
) -> Vec<Command> {
    stage.publish();
    let mut heard = Vec::new();
    while let Some((id, command)) = stage.worker.commands.blocking_recv() {
        answer(&mut stage, id, &command);
        heard.push(command);
    }
    heard
}

pub(super) fn now() -> Timestamp {
    "2026-11-20T17:02:44.5Z".parse().unwrap()
}

pub(super) fn in_seconds(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

pub(super) fn provider_id(id: &str) -> ProviderId {
    ProviderId::new(id).unwrap()
}

pub(super) fn account_id(id: &str) -> AccountId {
    AccountId::new(id).unwrap()
}

pub(super) fn problem(kind: ProblemKind) -> Problem {
    Problem {
        id: ProblemId(7),
        kind,
        account: None,
        provider: None,
        flow: None,
        remedy: Remedy::RetryNow,
        detail: String::new(),
        at: now(),
    }
}

pub(super) fn unreachable() -> Problem {
    problem(ProblemKind::Unreachable {
        host: "auth.example.com".into(),
        since: now(),
    })
}

/// A provider that signs in on its own page and is set up.
pub(super) fn provider(id: &str) -> ProviderCard {
    ProviderCard {
        id: provider_id(id),
        name: format!("The {id}"),
        color: 0,
        origin: ProviderOrigin::BuiltIn,
        sign_in: SignInKind::Browser,
        sign_in_host: "auth.example.com".into(),
        missing: Vec::new(),
        can_be_set_up: true,
        client: ClientCard {
            wants_client_id: true,
            wants_client_secret: true,
            wants_redirect_uri: true,
            client_id: Some("desk-1".into()),
            has_client_secret: true,
            redirect_uri: "http://127.0.0.1/callback".into(),
            proposed_redirect_uri: "http://127.0.0.1/callback".into(),
            hosts: vec![HostCard {
                id: "api".into(),
                name: "API".into(),
                address: "https://api.example.com".into(),
                proposed: "https://api.example.com".into(),
                choices: Vec::new(),
            }],
            options: Vec::new(),
        },
        notes: Vec::new(),
    }
}

/// A provider that lacks its client.
pub(super) fn provider_not_set_up(id: &str) -> ProviderCard {
    let mut card = provider(id);
    card.missing = vec![Missing::ClientId, Missing::ClientSecret];
    card.client.client_id = None;
    card.client.has_client_secret = false;
    card
}

/// A provider without a sign-in page.
pub(super) fn password_provider(id: &str) -> ProviderCard {
    ProviderCard {
        sign_in: SignInKind::Password,
        client: ClientCard::default(),
        ..provider(id)
    }
}

/// An account with an hour left.
pub(super) fn account(id: &str, provider: &str, label: &str) -> AccountCard {
    AccountCard {
        id: account_id(id),
        provider: provider_id(provider),
        label: label.into(),
        identity: IdentityCard {
            email: Some("login@email.com".into()),
            ..IdentityCard::default()
        },
        access: AccessCard {
            issued_at: now(),
            expires_at: Some(in_seconds(3_600)),
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".into(),
            scopes: vec!["maps".into()],
            fingerprint: "0a1b2c3d".into(),
            form: "opaque, 40 characters".into(),
        },
        refresh: RefreshCard {
            present: true,
            expires_at: None,
            rotates: Some(true),
            fingerprint: Some("99887766".into()),
        },
        needs_sign_in: None,
        outcome_unknown: false,
        locked: false,
        busy: None,
        linked_at: now(),
        last_refreshed_at: None,
        last_proved_at: Some(now()),
        next_refresh_at: Some(in_seconds(3_300)),
        last_refresh: None,
        problem: None,
        trading: None,
        has_trading_accounts: false,
        obtained: ObtainedCard {
            grant: "authorization_code".into(),
            pkce: "S256".into(),
            state_echoed: Some(true),
            exchange: "POST /token, form".into(),
            clock_offset_ms: Some(-400),
            ..ObtainedCard::default()
        },
        exchanges: Vec::new(),
        history: Vec::new(),
    }
}

pub(super) fn trading(lines: &[(&str, &str, TradingChange)]) -> TradingCard {
    let line = |(number, platform, change): &(&str, &str, TradingChange)| TradingAccountLine {
        account_number: (*number).to_owned(),
        trade_platform: (*platform).to_owned(),
        change: *change,
    };
    TradingCard {
        login: Some("login".into()),
        email: Some("login@email.com".into()),
        domestic: Some(false),
        application_status: Some("approved".into()),
        asked_at: now(),
        accounts: lines.iter().map(line).collect(),
    }
}

/// An attempt that has just begun.
pub(super) fn link(flow: u64, provider: &str) -> LinkCard {
    LinkCard {
        flow: FlowId(flow),
        provider: provider_id(provider),
        provider_name: format!("The {provider}"),
        repairs: None,
        sign_in_host: "auth.example.com".into(),
        started_at: now(),
        deadline: in_seconds(300),
        steps: Vec::new(),
        redirect_uri: None,
        has_address: false,
        needs_paste: false,
        strays: 0,
        notes: Vec::new(),
        trouble: None,
        outcome: None,
    }
}

/// A data folder that has been read.
pub(super) fn desk(providers: Vec<ProviderCard>, accounts: Vec<AccountCard>) -> Snapshot {
    Snapshot {
        loaded: true,
        key_store: KeyStoreCard::default(),
        providers: providers.into_iter().map(Arc::new).collect(),
        accounts: accounts.into_iter().map(Arc::new).collect(),
        ..Snapshot::default()
    }
}

pub(super) fn keys(value: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}
