//! The system browser of the session: headless Chromium, found where the launcher put it and driven over its DevTools;
//! it doesn't know what the pages are for.

use std::{
    fs,
    io::ErrorKind,
    net::TcpStream,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

use crate::wait;

/// How long a page or the browser itself may take.
pub const PAGE: Duration = Duration::from_secs(40);
/// How long one answer of the DevTools may take.
const ANSWER: Duration = Duration::from_secs(20);

/// Where the launcher puts one folder for each browser that the window opens.
#[derive(Debug)]
pub struct Browsers {
    folder: PathBuf,
    seen: usize,
}

/// Where a desktop keeps what opens what.
#[derive(Debug, Clone, Copy)]
pub struct Desktop<'a> {
    /// The folder of `mimeapps.list`.
    pub config_home: &'a Path,
    /// The folder above `applications`.
    pub data_home: &'a Path,
}

/// One browser with one page.
#[derive(Debug)]
pub struct Browser {
    folder: PathBuf,
    /// The address that the window asked to open.
    address: url::Url,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    session: String,
    last_id: u64,
}

impl Browsers {
    /// Makes `launcher` this session's system browser, as a desktop does it: an application that opens web addresses.
    pub fn install(launcher: &Path, desktop: &Desktop<'_>, folder: PathBuf) -> Result<Self> {
        let applications = desktop.data_home.join("applications");
        fs::create_dir_all(&applications)?;
        fs::create_dir_all(&folder)?;
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Browser of the tour\nExec={} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n",
            launcher.display()
        );
        fs::write(applications.join("tour-browser.desktop"), entry)?;
        let defaults = "[Default Applications]\nx-scheme-handler/http=tour-browser.desktop\nx-scheme-handler/https=tour-browser.desktop\n";
        fs::write(desktop.config_home.join("mimeapps.list"), defaults)?;
        Ok(Self { folder, seen: 0 })
    }

    /// Where the launcher has to put its folders.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits for the next browser that the window opens.
    pub fn next(&mut self) -> Result<Browser> {
        self.seen += 1;
        let folder = self.folder.join(self.seen.to_string());
        let ready = wait::until("a browser that the window opened", PAGE, || {
            match fs::read_to_string(folder.join("profile/DevToolsActivePort")) {
                // The port and the path of the browser's own socket, a line each.
                Ok(text) if text.lines().count() >= 2 => Ok(Ok(text)),
                Ok(_) => Ok(Err("half-written port".to_owned())),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Err(launched(&folder))),
                Err(error) => Err(error.into()),
            }
        })?;
        let mut lines = ready.lines();
        let (port, path) = (
            lines.next().unwrap_or_default(),
            lines.next().unwrap_or_default(),
        );
        Browser::connect(folder, &format!("ws://127.0.0.1:{port}{path}"))
    }
}

/// What the launcher has left behind so far, for a browser that doesn't come.
fn launched(folder: &Path) -> String {
    let address = fs::read_to_string(folder.join("address"));
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    match address {
        Ok(_) => format!("the launcher was called, the browser isn't up yet\n{log}"),
        Err(_) => "the launcher was not called".to_owned(),
    }
}

impl Browser {
    fn connect(folder: PathBuf, socket: &str) -> Result<Self> {
        let address = fs::read_to_string(folder.join("address"))?
            .trim()
            .parse()
            .context("the address to open")?;
        let (socket, _) = tungstenite::connect(socket).context("connecting to the browser")?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(ANSWER))?;
        }
        let mut browser = Self {
            folder,
            address,
            socket,
            session: String::new(),
            last_id: 0,
        };
        let page = wait::until("a page in the browser", PAGE, || {
            let targets = browser.call("Target.getTargets", json!({}))?;
            let page = targets["targetInfos"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|target| target["type"] == "page");
            Ok(page
                .map(|page| page["targetId"].clone())
                .ok_or_else(|| targets.to_string()))
        })?;
        let attached = browser.call(
            "Target.attachToTarget",
            json!({"targetId": page, "flatten": true}),
        )?;
        attached["sessionId"]
            .as_str()
            .context("no session for the page")?
            .clone_into(&mut browser.session);
        Ok(browser)
    }

    /// Asks the DevTools one thing; what happens meanwhile is passed over.
    fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        self.last_id += 1;
        let mut request = json!({"id": self.last_id, "method": method, "params": params});
        if !self.session.is_empty()
            && !method.starts_with("Target.")
            && !method.starts_with("Browser.")
        {
            request["sessionId"] = json!(self.session);
        }
        self.socket
            .send(Message::text(request.to_string()))
            .with_context(|| method.to_owned())?;
        loop {
            let message = self
                .socket
                .read()
                .with_context(|| format!("waiting for the answer to {method}"))?;
            let Message::Text(text) = message else {
                continue;
            };
            let mut answer: Value = serde_json::from_str(&text)?;
            if answer["id"] != json!(self.last_id) {
                continue;
            }
            if !answer["error"].is_null() {
                bail!("{method}: {}", answer["error"]);
            }
            return Ok(answer["result"].take());
        }
    }

    fn evaluate(&mut self, script: &str) -> Result<Value> {
        let mut answer = self.call(
            "Runtime.evaluate",
            json!({"expression": script, "returnByValue": true}),
        )?;
        Ok(answer["result"]["value"].take())
    }

    /// Waits until the page has the element, then clicks it with the mouse, right in its middle.
    pub fn click(&mut self, element: &Element<'_>) -> Result<()> {
        let script = element.middle();
        let middle = wait::until(&format!("{element:?} on the page"), PAGE, || {
            // Between two pages there is none to ask.
            let middle = self.evaluate(&script).unwrap_or_default();
            Ok(if middle.is_null() {
                Err(self.text())
            } else {
                Ok(middle)
            })
        })?;
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let params = json!({
                "type": kind, "x": middle["x"], "y": middle["y"],
                "button": button, "buttons": buttons, "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", params)?;
        }
        Ok(())
    }

    /// Waits until the element is on the page.
    pub fn wait_for(&mut self, element: &Element<'_>) -> Result<()> {
        let script = element.middle();
        wait::until(&format!("{element:?} on the page"), PAGE, || {
            let middle = self.evaluate(&script).unwrap_or_default();
            Ok(if middle.is_null() {
                Err(self.text())
            } else {
                Ok(())
            })
        })
    }

    /// Waits until the browser is at an address that starts with `start` and returns it, whether or not somebody
    /// answered there.
    pub fn wait_for_address(&mut self, start: &str) -> Result<String> {
        wait::until(
            &format!("an address in the browser that starts with {start}"),
            PAGE,
            || {
                let history = self.call("Page.getNavigationHistory", json!({}))?;
                let current = history["currentIndex"]
                    .as_u64()
                    .and_then(|index| usize::try_from(index).ok());
                let address = current
                    .and_then(|index| history["entries"][index]["url"].as_str())
                    .unwrap_or_default();
                Ok(if address.starts_with(start) {
                    Ok(address.to_owned())
                } else {
                    Err(self.text())
                })
            },
        )
    }

    /// Waits until the page says this.
    pub fn wait_for_text(&mut self, wanted: &str) -> Result<()> {
        wait::until(&format!("a page that says {wanted:?}"), PAGE, || {
            let text = self.text();
            Ok(if text.contains(wanted) {
                Ok(())
            } else {
                Err(text)
            })
        })
    }

    /// The words on the page; none between two pages.
    fn text(&mut self) -> String {
        let text = self
            .evaluate("document.body ? document.body.innerText : ''")
            .unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Writes a picture of the page.
    pub fn save_picture(&mut self, path: &Path) -> Result<()> {
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}))?;
        let data = picture["data"].as_str().context("no picture of the page")?;
        fs::write(
            path,
            base64::engine::general_purpose::STANDARD.decode(data)?,
        )?;
        Ok(())
    }

    /// Where the page under way will send the browser in the end, by the address that the window opened.
    pub fn redirect_uri(&self) -> Result<String> {
        let uri = self
            .address
            .query_pairs()
            .find(|(key, _)| key == "redirect_uri");
        Ok(uri
            .context("the address that the window opened has no redirect_uri")?
            .1
            .into_owned())
    }

    /// Closes the browser and waits until it is gone.
    pub fn close(mut self) -> Result<()> {
        self.ask_to_close();
        let gone = self.folder.join("gone");
        wait::until("the browser's end", PAGE, || {
            Ok(if gone.exists() {
                Ok(())
            } else {
                Err("still there".to_owned())
            })
        })
    }
}

impl Browser {
    /// Browsers that end may do so without an answer.
    fn ask_to_close(&mut self) {
        self.call("Browser.close", json!({})).ok();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.ask_to_close();
    }
}

/// How to find an element on a page.
#[derive(Debug)]
pub enum Element<'a> {
    /// The button with exactly this text.
    Button(&'a str),
    /// The first element of this selector.
    Selector(&'a str),
}

impl Element<'_> {
    /// A script whose value is the middle of the element, or null where there is none yet.
    fn middle(&self) -> String {
        let find = match self {
            Self::Button(text) => format!(
                "[...document.querySelectorAll('button, input[type=submit]')].find(b => (b.innerText || b.value).trim() === {})",
                json!(text)
            ),
            Self::Selector(selector) => format!("document.querySelector({})", json!(selector)),
        };
        format!(
            "(() => {{ if (document.readyState !== 'complete') return null; const e = {find}; if (!e) return null; \
             e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect(); \
             return {{x: r.x + r.width / 2, y: r.y + r.height / 2}}; }})()"
        )
    }
}
