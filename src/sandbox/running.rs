//! Starting the practice providers, joining ones that another process serves, taking over when it ends.
//!
//! Doesn't know what a provider answers. One process serves a folder: the one that holds its lock.

use std::{
    fs::{File, TryLockError},
    io,
    sync::mpsc::{SyncSender, sync_channel},
    thread::{Builder, JoinHandle},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;

use super::{
    Counters, Error, Fault, Options, Ready, ReadyProvider, ReadyStandard, RequestKind, Times,
    TradingAccount,
    ask::ask,
    faults::Planned,
    folder::Folder,
    ports::{self, Choice},
    provider::SERVED,
    random,
    registrations::Registrations,
    server,
    shop::{Shop, Tenancy},
    standard::{self, Identity},
    users::{TRADER, USERS},
};

const READY_FILE: &str = "ready.json";

/// Practice providers that answer for as long as this value lives.
#[derive(Debug)]
pub struct Running {
    ready: Ready,
    joined: bool,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// `ready.json`: what is served, and by which start of it.
#[derive(Serialize, Deserialize)]
struct Served {
    instance: String,
    #[serde(flatten)]
    ready: Ready,
}

/// Serves the practice providers, or joins the process that serves this folder already.
///
/// They answer when this returns.
pub fn start(options: Options) -> Result<Running, Error> {
    let folder = Folder::open(&options.folder)?;
    let (stop, stopped) = oneshot::channel();
    let (report, reported) = sync_channel(1);
    let host = Host { options, folder };
    let thread = Builder::new()
        .name("sandbox".to_owned())
        .spawn(move || host.live(&report, stopped))
        .map_err(Error::Thread)?;
    // An error ends the thread, so that there is nothing left to stop.
    let (ready, joined) = reported.recv().unwrap_or(Err(Error::Ended))?;
    Ok(Running {
        ready,
        joined,
        stop: Some(stop),
        thread: Some(thread),
    })
}

impl Running {
    /// Where the providers are, and who can sign in.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Whether another process served the folder already; its mode and ports then hold, not the ones that were asked for.
    pub fn joined(&self) -> bool {
        self.joined
    }

    /// Tells a provider to have a fault at requests of a kind, or to have none any more, whichever process serves it.
    pub fn set_fault(
        &self,
        provider: &str,
        kind: RequestKind,
        fault: Option<Fault>,
        times: Times,
    ) -> Result<(), Error> {
        self.instruct(
            provider,
            "POST /practice/faults",
            &Planned { kind, fault, times },
        )
        .map(drop)
    }

    /// What a provider has received so far.
    pub fn counters(&self, provider: &str) -> Result<Counters, Error> {
        self.read(provider, "GET /practice/counters")
    }

    /// Changes the list of trading accounts that Just2Trade shows.
    pub fn set_trading_accounts(&self, accounts: &[TradingAccount]) -> Result<(), Error> {
        self.instruct("just2trade", "POST /practice/trading-accounts", &accounts)
            .map(drop)
    }

    fn read<T: serde::de::DeserializeOwned>(
        &self,
        provider: &str,
        request_line: &str,
    ) -> Result<T, Error> {
        let body = self.instruct(provider, request_line, &Value::Null)?;
        serde_json::from_str(&body).map_err(|error| instruction(provider, io::Error::other(error)))
    }

    fn instruct(
        &self,
        id: &str,
        request_line: &str,
        content: &impl Serialize,
    ) -> Result<String, Error> {
        let port = self.ready.base_url(id).and_then(ports::port);
        let port = port.ok_or_else(|| Error::UnknownProvider(id.to_owned()))?;
        let content = serde_json::to_string(content)
            .map_err(|error| instruction(id, io::Error::other(error)))?;
        let headers = ["Content-Type: application/json".to_owned()];
        let told =
            ask(port, request_line, &headers, &content).map_err(|error| instruction(id, error))?;
        if told.status == 200 {
            Ok(told.body)
        } else {
            Err(instruction(id, io::Error::other(told.body)))
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Dropping the sender is the signal.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended, which is all that is wanted here.
            thread.join().ok();
        }
    }
}

fn instruction(provider: &str, source: io::Error) -> Error {
    Error::Instruct {
        provider: provider.to_owned(),
        source,
    }
}

/// What the `sandbox` thread works with.
struct Host {
    options: Options,
    folder: Folder,
}

/// How the folder was found.
enum Entry {
    /// Its lock is ours.
    Alone(File),
    /// Another process serves it; the file is the one to wait on.
    Beside(File, Box<Ready>),
}

type Report = SyncSender<Result<(Ready, bool), Error>>;

impl Host {
    /// The life of the thread.
    fn live(self, report: &Report, stopped: oneshot::Receiver<()>) {
        let runtime = match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => runtime,
            Err(error) => return say(report, Err(Error::Thread(error))),
        };
        let lock = runtime.block_on(self.serve(report, stopped));
        // The sockets close before the lock opens, so that the next process finds the ports free.
        drop(runtime);
        drop(lock);
    }

    /// Serves until stopped; what it returns must outlive the sockets.
    async fn serve(&self, report: &Report, mut stopped: oneshot::Receiver<()>) -> Option<File> {
        let choice = self.options.port.map_or(Choice::Remembered, Choice::From);
        let opened = match self.enter().await {
            Ok(Entry::Alone(lock)) => self.open(choice, None).await.map(|ready| (lock, ready)),
            Ok(Entry::Beside(file, ready)) => {
                say(report, Ok((Ready::clone(&ready), true)));
                return self.take_over(file, &ready, stopped).await;
            }
            Err(error) => Err(error),
        };
        match opened {
            Ok((lock, ready)) => {
                say(report, Ok((ready, false)));
                (&mut stopped).await.ok();
                Some(lock)
            }
            Err(error) => {
                say(report, Err(error));
                None
            }
        }
    }

    /// Takes the lock, or finds out who has it.
    async fn enter(&self) -> Result<Entry, Error> {
        // A holder that has only just started, or is just ending, may not answer yet, or no more.
        for _ in 0..200 {
            let file = self.folder.lock_file()?;
            match file.try_lock() {
                Ok(()) => return Ok(Entry::Alone(file)),
                Err(TryLockError::Error(source)) => {
                    return Err(Error::Folder {
                        path: self.folder.path().to_owned(),
                        source,
                    });
                }
                Err(TryLockError::WouldBlock) => {}
            }
            if let Ok(Some(served)) = self.folder.read::<Served>(READY_FILE)
                && served.answers()
            {
                return Ok(Entry::Beside(file, Box::new(served.ready)));
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(Error::HolderSilent {
            path: self.folder.path().to_owned(),
        })
    }

    /// Waits for the holder to end and then serves what it served, where it did.
    async fn take_over(
        &self,
        file: File,
        ready: &Ready,
        mut stopped: oneshot::Receiver<()>,
    ) -> Option<File> {
        let (ours, taken) = oneshot::channel();
        let waiter = Builder::new()
            .name("sandbox-lock".to_owned())
            .spawn(move || {
                // If nobody waits any more, the file comes back unsent and its lock opens as it is dropped.
                file.lock()
                    .and_then(|()| {
                        ours.send(file)
                            .map_err(|_unsent| io::ErrorKind::BrokenPipe.into())
                    })
                    .ok();
            });
        if waiter.is_err() {
            // Without the thread there is nothing to wait for but the end.
            stopped.await.ok();
            return None;
        }
        let lock = tokio::select! {
            _ = &mut stopped => return None,
            lock = taken => lock.ok()?,
        };
        while self.open(Choice::Same, Some(ready)).await.is_err() {
            // The port belongs to somebody else for now; whoever joined was promised this one and no other.
            tokio::select! {
                _ = &mut stopped => return None,
                () = tokio::time::sleep(Duration::from_millis(250)) => {}
            }
        }
        stopped.await.ok();
        Some(lock)
    }

    /// Opens the shops; a holder's `ready` says in which mode, if there was one.
    async fn open(&self, choice: Choice, holder: Option<&Ready>) -> Result<Ready, Error> {
        let registrations = Registrations::of(&self.folder)?;
        // A file of an older make is no reason not to start: it only tells the last ports.
        let last = self
            .folder
            .read::<Served>(READY_FILE)
            .ok()
            .flatten()
            .map(|served| served.ready);
        let sockets = ports::bind(choice, last.as_ref()).await?;
        let mode = holder.map_or(self.options.mode, |ready| ready.mode);
        let instance = random::hex(32)?;
        let mut shops = Vec::new();
        for (provider, socket) in SERVED.into_iter().zip(sockets) {
            let identity = if provider.id == standard::PROVIDER.id {
                Some(Identity::of(&self.folder)?)
            } else {
                None
            };
            let tenancy = Tenancy {
                provider,
                mode,
                base_url: format!("http://{}", socket.local_addr().map_err(Error::Thread)?),
                client: registrations.client(provider.id)?,
                identity,
                password: registrations.password.clone(),
                instance: instance.clone(),
            };
            shops.push((
                Shop::open(tenancy, self.options.clone(), self.folder.clone())?,
                socket,
            ));
        }
        let entries = || shops.iter().map(|(shop, _)| shop);
        let standard = entries().find_map(ready_standard);
        let ready = Ready {
            mode,
            providers: entries().filter_map(ready_provider).collect(),
            standard: standard
                .ok_or_else(|| Error::UnknownProvider(standard::PROVIDER.id.to_owned()))?,
            username: TRADER.username.to_owned(),
            password: registrations.password,
        };
        self.folder.replace(
            READY_FILE,
            &Served {
                instance,
                ready: ready.clone(),
            },
        )?;
        for (shop, socket) in shops {
            // The sockets listen already: a request that comes before its task is first polled just waits.
            drop(tokio::spawn(server::serve(shop, socket)));
        }
        Ok(ready)
    }
}

impl Served {
    /// Whether the process that wrote this is the one that answers.
    fn answers(&self) -> bool {
        SERVED.iter().all(|provider| {
            let base_url = self.ready.base_url(provider.id);
            base_url.is_some_and(|base_url| self.is_at(base_url))
        })
    }

    fn is_at(&self, base_url: &str) -> bool {
        let port = ports::port(base_url);
        let told = port.and_then(|port| ask(port, "GET /practice/ready", &[], "").ok());
        let answer = told.and_then(|told| serde_json::from_str::<Value>(&told.body).ok());
        let instance = answer.as_ref().and_then(|answer| answer.get("instance"));
        instance.and_then(Value::as_str) == Some(self.instance.as_str())
    }
}

/// What a script reads about a built-in provider.
fn ready_provider(shop: &Shop) -> Option<ReadyProvider> {
    let provider = || ReadyProvider {
        id: shop.provider.id.to_owned(),
        base_url: shop.base_url.clone(),
        client_id: shop.client.client_id.clone(),
        client_secret: shop.client.client_secret.clone(),
        redirect_uri: shop.provider.redirect_uri.map(str::to_owned),
    };
    shop.identity.is_none().then(provider)
}

/// What a script reads about the server that signs ID tokens.
fn ready_standard(shop: &Shop) -> Option<ReadyStandard> {
    let identity = shop.identity.as_ref()?;
    Some(ReadyStandard {
        id: shop.provider.id.to_owned(),
        issuer: shop.base_url.clone(),
        base_url: shop.base_url.clone(),
        client_id: shop.client.client_id.clone(),
        client_secret: shop.client.client_secret.clone(),
        public_client_id: identity.public_client_id.clone(),
        redirect_uri: shop.provider.redirect_uri?.to_owned(),
        users: USERS.map(|user| user.username.to_owned()).to_vec(),
    })
}

/// Whoever started the thread waits for this; if it doesn't any more, the thread ends by its `stopped`.
fn say(report: &Report, outcome: Result<(Ready, bool), Error>) {
    report.send(outcome).ok();
}
