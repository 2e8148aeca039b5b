//! The wire to the providers, with an ear on it: every secret that came over it is known afterwards.
//!
//! Changes nothing on the way, unless a story cuts the wire.

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
    /// What the next request comes to.
    cut: Mutex<Option<Error>>,
}

impl Default for Tap {
    fn default() -> Self {
        Self {
            wire: ReqwestHttp::new(),
            heard: Arc::default(),
            cut: Mutex::default(),
        }
    }
}

impl Tap {
    /// The next request is not sent and comes to this.
    pub(crate) fn cut(&self, error: Error) {
        *self.cut.lock().unwrap() = Some(error);
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
        if let Some(error) = self.cut.lock().unwrap().take() {
            return Box::pin(async move { Err(error) });
        }
        let answer = self.wire.send(request);
        let heard = Arc::clone(&self.heard);
        Box::pin(async move {
            let answer = answer.await?;
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
