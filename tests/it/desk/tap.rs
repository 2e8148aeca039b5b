//! The wire to the providers, with an ear on it: every secret that came over it is known afterwards.
//!
//! It can be cut, and counts what wanted to use it. Changes nothing on the way.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use linkdesk::platform::http::{Error, ReqwestHttp};
use linkdesk::platform::{BoxFuture, Http};
use serde_json::Value;
use url::Url;

/// The real wire, listened to.
#[derive(Debug)]
pub(crate) struct Tap {
    wire: ReqwestHttp,
    heard: Arc<Mutex<Vec<Value>>>,
    is_cut: AtomicBool,
    looks: AtomicUsize,
    sent: AtomicUsize,
    /// Requests on their way, and the most there were at once.
    under_way: Arc<(AtomicUsize, AtomicUsize)>,
    meanwhile: Mutex<Option<Meanwhile>>,
    /// What the next request comes to.
    next: Mutex<Option<Error>>,
}

/// What happens while a request is on its way.
struct Meanwhile(Box<dyn FnOnce() + Send>);

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Meanwhile")
    }
}

impl Default for Tap {
    fn default() -> Self {
        Self {
            wire: ReqwestHttp::new(),
            heard: Arc::default(),
            is_cut: AtomicBool::new(false),
            looks: AtomicUsize::new(0),
            sent: AtomicUsize::new(0),
            under_way: Arc::default(),
            meanwhile: Mutex::default(),
            next: Mutex::default(),
        }
    }
}

impl Tap {
    /// Lets something happen elsewhere while the next request is on its way.
    pub(crate) fn meanwhile(&self, happens: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Meanwhile(Box::new(happens)));
    }

    /// The next request is not sent and comes to this.
    pub(crate) fn fail_once(&self, error: Error) {
        *self.next.lock().unwrap() = Some(error);
    }

    /// What answers had under this name.
    pub(crate) fn heard(&self, name: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let texts = heard.iter().filter_map(|answer| answer.get(name)?.as_str());
        texts.map(str::to_owned).collect()
    }

    /// The network is away, or back.
    pub(crate) fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::SeqCst);
    }

    /// How often somebody looked whether a provider can be reached.
    pub(crate) fn looks(&self) -> usize {
        self.looks.load(Ordering::SeqCst)
    }

    /// How many requests were to be sent.
    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }

    /// The most requests that were on their way at once since this was asked last.
    pub(crate) fn most_at_once(&self) -> usize {
        self.under_way.1.swap(0, Ordering::SeqCst)
    }

    fn gone(&self, host: Option<&str>) -> Option<Error> {
        self.is_cut
            .load(Ordering::SeqCst)
            .then(|| Error::NotConnected {
                host: host.unwrap_or_default().to_owned(),
                source: "the cable is out".into(),
            })
    }
}

impl Http for Tap {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<Result<Response<Vec<u8>>, Error>> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let next = self.next.lock().unwrap().take();
        if let Some(gone) = next.or_else(|| self.gone(request.uri().host())) {
            return Box::pin(async move { Err(gone) });
        }
        let answer = self.wire.send(request);
        let heard = Arc::clone(&self.heard);
        let under_way = Arc::clone(&self.under_way);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        Box::pin(async move {
            let at_once = under_way.0.fetch_add(1, Ordering::SeqCst) + 1;
            under_way.1.fetch_max(at_once, Ordering::SeqCst);
            let answer = answer.await;
            under_way.0.fetch_sub(1, Ordering::SeqCst);
            if let Some(Meanwhile(happens)) = meanwhile {
                happens();
            }
            let answer = answer?;
            if let Ok(json) = serde_json::from_slice(answer.body()) {
                heard.lock().unwrap().push(json);
            }
            Ok(answer)
        })
    }

    fn reach(&self, address: &Url) -> BoxFuture<Result<(), Error>> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        if let Some(gone) = self.gone(address.host_str()) {
            return Box::pin(async move { Err(gone) });
        }
        self.wire.reach(address)
    }
}
