//! The wire to the providers, with an ear on it: every secret that came over it is known afterwards.
//!
//! Changes nothing on the way.

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
    meanwhile: Mutex<Option<Meanwhile>>,
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
            meanwhile: Mutex::default(),
        }
    }
}

impl Tap {
    /// Lets something happen elsewhere while the next request is on its way.
    pub(crate) fn meanwhile(&self, happens: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Meanwhile(Box::new(happens)));
    }

    /// What answers had under this name.
    pub(crate) fn heard(&self, name: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let texts = heard.iter().filter_map(|answer| answer.get(name)?.as_str());
        texts.map(str::to_owned).collect()
    }
}

impl Http for Tap {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<Result<Response<Vec<u8>>, Error>> {
        let answer = self.wire.send(request);
        let heard = Arc::clone(&self.heard);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        Box::pin(async move {
            let answer = answer.await;
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
        self.wire.reach(address)
    }
}
