//! The system browser of the session: headless Chromium, found where the launcher put it and used as a person does, by
//! what is on the page and with the mouse; it doesn't know what the pages are for.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use serde_json::{Value, json};
use url::Url;

use crate::{devtools::DevTools, wait};

/// How long a page or the browser itself may take.
const PAGE: Duration = Duration::from_secs(40);

/// Where the launcher puts one folder for each browser that the window opens.
#[derive(Debug)]
pub struct Browsers {
    launcher: PathBuf,
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
    address: Url,
    dev_tools: DevTools,
}

/// How to find an element on a page.
#[derive(Debug)]
pub enum Element<'a> {
    /// The button with exactly this text.
    Button(&'a str),
    /// The first element of this selector.
    Selector(&'a str),
}

impl Browsers {
    /// Makes `launcher` this session's system browser, as a desktop does it: an application that opens web addresses.
    pub fn install(launcher: &Path, desktop: &Desktop<'_>, folder: PathBuf) -> Result<Self> {
        let applications = desktop.data_home.join("applications");
        fs::create_dir_all(&applications)?;
        fs::create_dir_all(&folder)?;
        // xdg-open takes no quotes here, and the launcher's own path may have spaces.
        let link = folder.join("launcher");
        std::os::unix::fs::symlink(launcher, &link)?;
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Browser of the tour\nExec={} %u\n\
             MimeType=x-scheme-handler/http;x-scheme-handler/https;\n",
            link.display()
        );
        fs::write(applications.join("tour-browser.desktop"), entry)?;
        let defaults = "[Default Applications]\n\
             x-scheme-handler/http=tour-browser.desktop\nx-scheme-handler/https=tour-browser.desktop\n";
        fs::write(desktop.config_home.join("mimeapps.list"), defaults)?;
        Ok(Self {
            launcher: link,
            folder,
            seen: 0,
        })
    }

    /// Where the launcher has to put its folders.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens a browser of the tour's own, as on another device.
    pub fn open_elsewhere(&mut self, address: &str) -> Result<Browser> {
        let launched = Command::new(&self.launcher)
            .arg(address)
            .env("TOUR_BROWSERS", &self.folder)
            .status()
            .context("starting a browser")?;
        ensure!(launched.success(), "the launcher failed");
        self.next()
    }

    /// Waits for the next browser that the window opens.
    pub fn next(&mut self) -> Result<Browser> {
        self.seen += 1;
        let folder = self.folder.join(self.seen.to_string());
        let ready = wait::until("a browser that the window opened", PAGE, || {
            match fs::read_to_string(folder.join("profile/DevToolsActivePort")) {
                // The port and the path of the browser's own socket, a line each.
                Ok(text) if text.lines().count() >= 2 => Ok(Ok(text)),
                Ok(_) => Ok(Err("a half-written port".to_owned())),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Err(launched(&folder))),
                Err(error) => Err(error.into()),
            }
        })?;
        let mut lines = ready.lines();
        let port = lines.next().unwrap_or_default();
        let path = lines.next().unwrap_or_default();
        Browser::connect(folder, &format!("ws://127.0.0.1:{port}{path}"))
    }
}

/// What the launcher has left behind so far, for a browser that doesn't come.
fn launched(folder: &Path) -> String {
    if !folder.join("address").exists() {
        return "the launcher was not called".to_owned();
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    format!("the launcher was called, the browser isn't up yet\n{log}")
}

impl Browser {
    fn connect(folder: PathBuf, socket: &str) -> Result<Self> {
        let address = fs::read_to_string(folder.join("address"))?;
        let address = Url::parse(address.trim()).context("the address that the window opened")?;
        let mut dev_tools = DevTools::connect(socket)?;
        wait::until("a page in the browser", PAGE, || {
            let chosen = dev_tools.choose_page()?;
            Ok(if chosen { Ok(()) } else { Err(String::new()) })
        })?;
        Ok(Self {
            folder,
            address,
            dev_tools,
        })
    }

    /// Where the page under way will send the browser in the end, by the address that the window opened.
    pub fn redirect_uri(&self) -> Result<String> {
        let mut parameters = self.address.query_pairs();
        let redirect_uri = parameters.find(|(key, _)| key == "redirect_uri");
        let (_, uri) = redirect_uri.context("the window opened an address without redirect_uri")?;
        Ok(uri.into_owned())
    }

    /// Waits until the element is on the page and returns its middle.
    pub fn wait_for(&mut self, element: &Element<'_>) -> Result<Value> {
        let script = element.middle();
        wait::until(&format!("{element:?} on the page"), PAGE, || {
            let middle = self.dev_tools.evaluate(&script);
            Ok(if middle.is_null() {
                Err(self.text())
            } else {
                Ok(middle)
            })
        })
    }

    /// Waits until the element is on the page, then clicks it with the mouse, right in its middle.
    pub fn click(&mut self, element: &Element<'_>) -> Result<()> {
        let mut event = self.wait_for(element)?;
        let fields = event.as_object_mut().context("no middle")?;
        fields.insert("clickCount".to_owned(), json!(1));
        for (kind, button) in [
            ("mouseMoved", "none"),
            ("mousePressed", "left"),
            ("mouseReleased", "left"),
        ] {
            let fields = event.as_object_mut().context("no middle")?;
            fields.insert("type".to_owned(), json!(kind));
            fields.insert("button".to_owned(), json!(button));
            let done = self.dev_tools.ask_page("Input.dispatchMouseEvent", &event);
            // The release opens the next page, which may be there before the answer; whoever waits for it will tell.
            if kind != "mouseReleased" {
                done.map_err(anyhow::Error::msg)?;
            }
        }
        Ok(())
    }

    /// Clicks the field and types into it.
    pub fn type_into(&mut self, field: &Element<'_>, text: &str) -> Result<()> {
        self.click(field)?;
        self.dev_tools
            .ask_page("Input.insertText", &json!({"text": text}))
            .map_err(anyhow::Error::msg)?;
        Ok(())
    }

    /// Waits until the browser is at an address that starts with `start` and returns it, whether or not somebody
    /// answered there.
    pub fn wait_for_address(&mut self, start: &str) -> Result<String> {
        wait::until(
            &format!("an address that starts with {start}"),
            PAGE,
            || {
                let asked = self
                    .dev_tools
                    .ask_page("Page.getNavigationHistory", &json!({}));
                let history = match asked {
                    Ok(history) => history,
                    Err(between_pages) => return Ok(Err(between_pages)),
                };
                let current = history.pointer("/currentIndex").and_then(Value::as_u64);
                let current = format!("/entries/{}/url", current.unwrap_or_default());
                let address = history.pointer(&current).and_then(Value::as_str);
                let arrived = address.filter(|address| address.starts_with(start));
                Ok(arrived.map(str::to_owned).ok_or_else(|| self.text()))
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

    /// Waits for an element with text in it and returns that, folded or not.
    pub fn text_of(&mut self, selector: &str) -> Result<String> {
        let script = format!("document.querySelector({})?.textContent", json!(selector));
        wait::until(&format!("text in {selector}"), PAGE, || {
            let text = self.dev_tools.evaluate(&script);
            let text = text.as_str().filter(|text| !text.is_empty());
            Ok(text.map(str::to_owned).ok_or_else(|| self.text()))
        })
    }

    /// The words on the page; none between two pages.
    fn text(&mut self) -> String {
        let text = self
            .dev_tools
            .evaluate("document.body ? document.body.innerText : ''");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Writes a picture of the page.
    pub fn save_picture(&mut self, path: &Path) -> Result<()> {
        let format = json!({"format": "png"});
        let picture = wait::until("a picture of the page", PAGE, || {
            Ok(self.dev_tools.ask_page("Page.captureScreenshot", &format))
        })?;
        let data = picture.pointer("/data").and_then(Value::as_str);
        let data = data.context("no picture of the page")?;
        fs::write(
            path,
            base64::engine::general_purpose::STANDARD.decode(data)?,
        )?;
        Ok(())
    }

    /// Closes the browser and waits until it is gone.
    pub fn close(mut self) -> Result<()> {
        self.dev_tools.close_browser();
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

/// No browser outlives a tour that failed.
impl Drop for Browser {
    fn drop(&mut self) {
        if !self.folder.join("gone").exists() {
            self.dev_tools.close_browser();
        }
    }
}

impl Element<'_> {
    /// A script whose value is the middle of the element, or null where there is none yet.
    fn middle(&self) -> String {
        let find = match self {
            Self::Button(text) => format!(
                "[...document.querySelectorAll('button, input[type=submit]')]\
                 .find(b => (b.innerText || b.value).trim() === {})",
                json!(text)
            ),
            Self::Selector(selector) => format!("document.querySelector({})", json!(selector)),
        };
        format!(
            "(() => {{
                if (document.readyState !== 'complete') return null;
                const element = {find};
                if (!element) return null;
                element.scrollIntoView({{block: 'center'}});
                const box = element.getBoundingClientRect();
                return {{x: box.x + box.width / 2, y: box.y + box.height / 2}};
            }})()"
        )
    }
}
