//! The loop: takes inputs from faces, tasks and timers, lets the core decide, carries out its effects, publishes.
//!
//! The only place that starts tasks. Decides nothing itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::clocks::{Apart, Reading};
use super::core::Core;
use super::input::{Effect, Input, LinkOrder, LinkPlan, WorkPlan};
use super::tasks::{
    Desk, certificate, discover, house, keys, link, moving, reach, records, refresh, trial, unlink,
};
use super::world::{House, OpenHouse, Settings, World};
use crate::bridge::WorkerEnd;
use crate::ids::FlowId;

/// Inputs on their way from tasks; a full channel makes tasks wait, not fail.
const INPUTS_AHEAD: usize = 256;

/// Orders on their way to an attempt; a person can't press faster.
const ORDERS_AHEAD: usize = 16;

/// How often another process's changes are looked for.
const WATCH_EVERY: Duration = Duration::from_secs(3);

/// While anything is due, the clocks are looked at this often: one may be set, or the machine may sleep.
const LOOK_AT_CLOCKS: Duration = Duration::from_secs(30);

/// How long unfinished store writes may take at the end.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// The loop and what it keeps.
#[derive(Debug)]
struct Engine {
    core: Core,
    world: World,
    open: Opener,
    desk: Option<Arc<Desk>>,
    inputs: mpsc::Sender<Input>,
    tasks: JoinSet<()>,
    links: BTreeMap<FlowId, UnderWay>,
    settings: Settings,
    clocks: Apart,
}

/// A named wrapper so that the engine can be printed.
#[derive(Clone)]
struct Opener(OpenHouse);

#[derive(Debug)]
struct UnderWay {
    orders: mpsc::Sender<LinkOrder>,
    abort: AbortHandle,
}

/// Runs until the face is gone.
pub(super) async fn run(world: World, settings: Settings, open: OpenHouse, mut face: WorkerEnd) {
    let (inputs, mut arriving) = mpsc::channel(INPUTS_AHEAD);
    let mut seed = [0; 8];
    // Only spreads retries; without random numbers they merely come closer together.
    drop(world.random.fill(&mut seed));
    let mut engine = Engine {
        core: Core::new(settings, u64::from_le_bytes(seed)),
        clocks: Apart::of(&reading(&world)),
        world,
        open: Opener(open),
        desk: None,
        inputs,
        tasks: JoinSet::new(),
        links: BTreeMap::new(),
        settings,
    };
    engine.carry_out(Effect::OpenHouse);
    let mut watch = tokio::time::interval(WATCH_EVERY);
    watch.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let alarm = engine.alarm();
        tokio::select! {
            biased;
            command = face.commands.recv() => match command {
                Some((id, command)) => engine.take(Input::Command(id, command)),
                None => break,
            },
            Some(input) = arriving.recv() => engine.take(input),
            () = alarm => engine.take(Input::Tick),
            _ = watch.tick(), if settings.refreshes_by_itself => engine.look_for_changes(),
            Some(_) = engine.tasks.join_next() => {}
        }
        while let Ok(input) = arriving.try_recv() {
            engine.take(input);
        }
        face.publish(engine.core.snapshot());
        engine.core.forget_told();
    }
    engine.end().await;
}

impl Engine {
    fn take(&mut self, input: Input) {
        if let Input::LinkEnded(flow, _) = &input {
            self.links.remove(flow);
        }
        let input = match input {
            Input::Opened(opened) => {
                if let Ok((house, _)) = opened.as_ref() {
                    self.desk = Some(self.set_up_desk(house));
                }
                Input::Opened(opened)
            }
            input => input,
        };
        // Whatever came, it came after the clocks changed.
        self.look_at_clocks();
        self.handle(input);
    }

    fn handle(&mut self, input: Input) {
        let now = self.world.clock.now();
        for effect in self.core.handle(input, now) {
            self.carry_out(effect);
        }
    }

    fn look_at_clocks(&mut self) {
        for change in self.clocks.look(&reading(&self.world)) {
            self.handle(Input::Clocks(change));
        }
    }

    fn set_up_desk(&self, house: &House) -> Arc<Desk> {
        Arc::new(Desk::new(
            &self.world,
            house,
            self.inputs.clone(),
            self.settings,
        ))
    }

    /// Completes when the core wants to be woken, and now and then before; never where nothing is due.
    fn alarm(&self) -> crate::platform::BoxFuture<()> {
        let Some(at) = self.core.wake_at() else {
            return Box::pin(std::future::pending());
        };
        let clock = &self.world.clock;
        let look = clock.now().checked_add(LOOK_AT_CLOCKS).unwrap_or(at);
        clock.sleep_until(at.min(look))
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each effect, so that the compiler names the one that is forgotten"
    )]
    fn carry_out(&mut self, effect: Effect) {
        if matches!(effect, Effect::OpenHouse) {
            let open = Arc::clone(&self.open.0);
            let browser = Arc::clone(&self.world.browser);
            self.tasks
                .spawn(house::open(open, browser, self.inputs.clone()));
            return;
        }
        let Some(desk) = self.desk.as_ref().map(Arc::clone) else {
            return;
        };
        match effect {
            Effect::OpenHouse => {}
            Effect::OpenKeyStore => self.spawn(keys::open(desk)),
            Effect::UnlockKeyStore(passphrase) => self.spawn(keys::unlock(desk, passphrase)),
            Effect::MoveKeyStore {
                command,
                to,
                passphrase,
            } => self.spawn(moving::run(desk, command, to, passphrase)),
            Effect::ChangePassphrase(command, old, new) => {
                self.spawn(keys::change_passphrase(desk, command, old, new));
            }
            Effect::LockKeyStore => desk.vault.lock(),
            Effect::StopAskingKeyStore => desk.vault.give_up(),
            Effect::LockKeyStoreAfter(command, minutes) => {
                self.spawn(keys::lock_after(desk, command, minutes));
            }
            Effect::StartLink(plan) => self.start_link(desk, *plan),
            Effect::TellLink(flow, order) => self.tell(flow, order),
            Effect::StopLink(flow) => self.stop_link(desk, flow),
            Effect::StartWork(plan) => self.start_work(desk, *plan),
            Effect::Forget(flow, account, host) => {
                self.spawn(unlink::forget_unreadable(desk, flow, account, host));
            }
            Effect::SaveClient {
                command,
                provider,
                settings,
                secret,
            } => self.spawn(records::save_client(
                desk, command, provider, settings, secret,
            )),
            Effect::SaveAccount(command, account, line) => {
                self.spawn(records::save_account(desk, command, *account, line));
            }
            Effect::Reach(provider, address) => self.spawn(reach::run(desk, provider, address)),
            Effect::BackUp(command, to) => self.spawn(records::back_up(desk, command, to)),
            Effect::Restore(command, from) => self.spawn(records::restore(desk, command, from)),
            Effect::Reread => self.spawn(records::reread(desk, self.core.changes())),
            Effect::TestClient {
                command,
                provider,
                settings,
                secret,
            } => self.spawn(trial::run(desk, command, provider, *settings, secret)),
            Effect::Discover(command, issuer) => {
                self.spawn(discover::run(desk, command, issuer));
            }
            Effect::ReadProviders(command, new) => {
                self.spawn(discover::read_files(desk, command, new));
            }
            Effect::MakeCertificate { command, renew } => {
                self.spawn(certificate::make(desk, command, renew));
            }
            Effect::HandOut(commands, account) => {
                self.spawn(records::hand_out(desk, commands, *account));
            }
        }
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    fn start_link(&mut self, desk: Arc<Desk>, plan: LinkPlan) {
        let flow = plan.flow;
        let (orders, receiver) = mpsc::channel(ORDERS_AHEAD);
        let abort = self.tasks.spawn(link::run(desk, plan, receiver));
        self.links.insert(flow, UnderWay { orders, abort });
    }

    fn tell(&mut self, flow: FlowId, order: LinkOrder) {
        let refused = self
            .links
            .get(&flow)
            .is_some_and(|link| link.orders.try_send(order).is_err());
        if refused {
            // The attempt has just ended; its end is on its way.
            self.links.remove(&flow);
        }
    }

    /// Stops an attempt. It may have been saving: what it saved is found by reading again.
    fn stop_link(&mut self, desk: Arc<Desk>, flow: FlowId) {
        if let Some(link) = self.links.remove(&flow) {
            link.abort.abort();
        }
        self.spawn(records::reread(desk, self.core.changes()));
    }

    fn start_work(&mut self, desk: Arc<Desk>, plan: WorkPlan) {
        match plan.work {
            super::input::Work::Unlink => self.spawn(unlink::run(desk, plan)),
            _ => self.spawn(refresh::run(desk, plan)),
        }
    }

    fn look_for_changes(&mut self) {
        self.look_at_clocks();
        if let Some(desk) = self.desk.as_ref().map(Arc::clone) {
            self.spawn(records::reread_if_changed(
                desk,
                self.core.changes(),
                self.core.watches_others(),
            ));
        }
    }

    /// The face is gone: attempts end, writes under way finish.
    async fn end(mut self) {
        for link in self.links.values() {
            link.abort.abort();
        }
        let desk = self.desk.take();
        let all = async {
            while self.tasks.join_next().await.is_some() {}
            if let Some(desk) = desk {
                desk.save_what_is_unsaved().await;
            }
        };
        // Work that outlasts the deadline is cut off; its mark in the store tells the next start.
        drop(tokio::time::timeout(LAST_WRITES, all).await);
    }
}

fn reading(world: &World) -> Reading {
    Reading {
        wall: world.clock.now(),
        boot: world.clock.since_boot(),
        awake: world.clock.elapsed(),
    }
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Opener")
    }
}
