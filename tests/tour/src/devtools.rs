//! Chromium's DevTools over their WebSocket, one question at a time; it doesn't know what is on the page.
//!
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::{net::TcpStream, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(20);

/// A connection to one browser and, once chosen, to one page in it.
#[derive(Debug)]
pub struct DevTools {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    /// The session that stands for the page; none before one is chosen.
    session: Option<Value>,
    last_id: u64,
}

impl DevTools {
    /// Connects to the browser's own socket.
    pub fn connect(address: &str) -> Result<Self> {
        let (socket, _) = tungstenite::connect(address).context("connecting to the browser")?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(ANSWER))?;
        }
        Ok(Self {
            socket,
            session: None,
            last_id: 0,
        })
    }

    /// Chooses the browser's page, if there is one yet; anew, where an earlier one is gone.
    pub fn choose_page(&mut self) -> Result<bool> {
        self.session = None;
        let targets = self.ask("Target.getTargets", &json!({}))?;
        let pages = targets.pointer("/targetInfos").and_then(Value::as_array);
        let is_page = |target: &&Value| target.pointer("/type") == Some(&json!("page"));
        let page = pages.and_then(|pages| pages.iter().find(is_page));
        let Some(page) = page.and_then(|page| page.pointer("/targetId")) else {
            return Ok(false);
        };
        let attach = json!({"targetId": page, "flatten": true});
        self.session = self
            .ask("Target.attachToTarget", &attach)?
            .pointer("/sessionId")
            .cloned();
        Ok(self.session.is_some())
    }

    /// Asks one thing, of the page if one is chosen; events that come meanwhile are passed over.
    pub fn ask(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.last_id += 1;
        let mut request = json!({"id": self.last_id, "method": method, "params": params});
        if let (Some(session), Some(request)) = (&self.session, request.as_object_mut()) {
            request.insert("sessionId".to_owned(), session.clone());
        }
        self.socket
            .send(Message::text(request.to_string()))
            .with_context(|| format!("asking for {method}"))?;
        loop {
            let message = self
                .socket
                .read()
                .with_context(|| format!("waiting for the answer to {method}"))?;
            let Message::Text(text) = message else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text)?;
            if answer.pointer("/id") != Some(&json!(self.last_id)) {
                continue;
            }
            if let Some(error) = answer.pointer("/error") {
                bail!("{method}: {error}");
            }
            return Ok(answer.pointer("/result").cloned().unwrap_or_default());
        }
    }

    /// Asks the page one thing; nothing between two pages, where there is none to ask.
    ///
    /// A page that gave way to another is no longer answered for: the next question goes to the one that is there then.
    pub fn ask_page(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.ask(method, params).map_err(|error| {
            let chosen = self.choose_page();
            format!("{error:#}; a page was chosen anew: {chosen:?}")
        })
    }

    /// The value of a script on the page; null between two pages.
    pub fn evaluate(&mut self, script: &str) -> Value {
        let params = json!({"expression": script, "returnByValue": true});
        let answer = self.ask_page("Runtime.evaluate", &params);
        let value = answer
            .as_ref()
            .ok()
            .and_then(|it| it.pointer("/result/value"));
        value.cloned().unwrap_or_default()
    }

    /// Asks the browser to end; it may do so without an answer.
    pub fn close_browser(&mut self) {
        self.session = None;
        self.ask("Browser.close", &json!({})).ok();
    }
}
