//! A real Chromium without a window, told over a pipe what to do (DevTools, `--remote-debugging-pipe`).
//!
//! <https://chromedevtools.github.io/devtools-protocol/>. Knows nothing of what is on its pages but the practice
//! providers' two forms.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

const PROGRAM: &str = "/usr/bin/chromium";

/// How long a page, or the browser itself, may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// How often a page is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// `--no-sandbox`: it refuses to start as root with it, and sees nothing but pages of this machine. The rest keeps it
/// from calling home, and off a shared memory that is small in containers.
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-default-apps --disable-dev-shm-usage --password-store=basic \
    --remote-debugging-pipe";

/// DevTools reads descriptor 3 and writes 4; nothing but a shell puts them there.
const START: &str =
    r#"exec "$0" $1 --user-data-dir="$2" about:blank 3<&0 4>&1 </dev/null >"$2/log" 2>&1"#;

/// One browser, with one page.
pub(crate) struct Chromium {
    child: Child,
    questions: ChildStdin,
    answers: Receiver<Value>,
    /// The session that stands for the page.
    session: Value,
    last_id: u64,
    /// What happened meanwhile.
    events: Vec<Value>,
    _profile: TempDir,
}

/// Whether there is one on this machine.
pub(crate) fn is_installed() -> bool {
    Path::new(PROGRAM).exists()
}

impl Chromium {
    /// A browser that has never been anywhere.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("bash")
            .args(["-c", START, PROGRAM, FLAGS])
            .arg(profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, answers) = sync_channel(64);
        let pipe = child.stdout.take().unwrap();
        std::thread::spawn(move || read(pipe, &tell));
        let mut browser = Self {
            questions: child.stdin.take().unwrap(),
            child,
            answers,
            session: Value::Null,
            last_id: 0,
            events: Vec::new(),
            _profile: profile,
        };
        browser.choose_page();
        browser.ask("Page.enable", &json!({}));
        browser.ask("Network.enable", &json!({}));
        browser
    }

    fn choose_page(&mut self) {
        let targets = self.ask("Target.getTargets", &json!({}));
        let targets = targets.pointer("/targetInfos").and_then(Value::as_array);
        let is_page = |target: &&Value| target.pointer("/type") == Some(&json!("page"));
        let page = targets.and_then(|targets| targets.iter().find(is_page));
        let target = page.and_then(|page| page.pointer("/targetId")).unwrap();
        let attach = json!({"targetId": target, "flatten": true});
        let attached = self.ask("Target.attachToTarget", &attach);
        self.session = attached.pointer("/sessionId").cloned().unwrap();
    }

    /// Asks one thing; events that come meanwhile are kept.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let mut request = json!({"id": self.last_id, "method": method, "params": params});
        if !self.session.is_null() {
            let fields = request.as_object_mut().unwrap();
            fields.insert("sessionId".to_owned(), self.session.clone());
        }
        self.questions
            .write_all(format!("{request}\0").as_bytes())
            .unwrap();
        loop {
            let message = self.answers.recv_timeout(PATIENCE);
            let message = message.unwrap_or_else(|error| panic!("{method}: {error}"));
            if message.pointer("/id") == Some(&json!(self.last_id)) {
                // An error has no result; whoever needs one will say so.
                return message.pointer("/result").cloned().unwrap_or_default();
            }
            if message.pointer("/method").is_some() {
                self.events.push(message);
            }
        }
    }

    /// Goes to an address as if it were typed, and waits until somebody has answered.
    pub(crate) fn open(&mut self, address: &Url) {
        self.ask("Page.navigate", &json!({"url": address.as_str()}));
    }

    /// The value of a script on the page, as if a person had just clicked; null between two pages.
    pub(crate) fn evaluate(&mut self, script: &str) -> Value {
        let params = json!({"expression": script, "returnByValue": true, "userGesture": true});
        let answer = self.ask("Runtime.evaluate", &params);
        answer.pointer("/result/value").cloned().unwrap_or_default()
    }

    /// Waits until a script on the page says true.
    pub(crate) fn wait_until(&mut self, script: &str) {
        let begun = Instant::now();
        while self.evaluate(script) != json!(true) {
            if begun.elapsed() > PATIENCE {
                let page = self.evaluate("location.href + '\\n' + document.body.innerText");
                panic!("{script}: not on {page:#}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits until the page is there whose heading this is.
    pub(crate) fn wait_for_heading(&mut self, words: &str) {
        let heading = "document.querySelector('h1')?.innerText";
        self.wait_until(&format!(
            "document.readyState === 'complete' && {heading} === {}",
            json!(words)
        ));
    }

    /// Signs in at a practice provider and allows.
    pub(crate) fn sign_in(&mut self, address: &Url) {
        self.open(address);
        for button in ["form[action='/sign-in'] button", "button[value=allow]"] {
            let button = format!("document.querySelector({})", json!(button));
            self.wait_until(&format!(
                "document.readyState === 'complete' && {button} !== null"
            ));
            self.evaluate(&format!("{button}.click()"));
        }
    }

    /// The addresses that the tab can go back to, and the one it shows.
    pub(crate) fn history(&mut self) -> (Vec<String>, String) {
        let history = self.ask("Page.getNavigationHistory", &json!({}));
        let entries = history.pointer("/entries").and_then(Value::as_array);
        let url = |entry: &Value| Some(entry.pointer("/url")?.as_str()?.to_owned());
        let urls: Vec<String> = entries.unwrap().iter().filter_map(url).collect();
        let current = history.pointer("/currentIndex").and_then(Value::as_u64);
        let current = urls.get(usize::try_from(current.unwrap()).unwrap());
        let current = current.cloned().unwrap();
        (urls, current)
    }

    /// How many requests were sent so far, and every `Referer` in them.
    pub(crate) fn referrers(&mut self) -> (usize, Vec<String>) {
        // Whatever happened before this has been told by then.
        self.evaluate("0");
        let sent = json!("Network.requestWillBeSentExtraInfo");
        let requests: Vec<_> = self
            .events
            .iter()
            .filter(|event| event.pointer("/method") == Some(&sent))
            .filter_map(|event| event.pointer("/params/headers")?.as_object())
            .collect();
        let referrers = requests
            .iter()
            .copied()
            .flatten()
            .filter(|(name, _)| name.eq_ignore_ascii_case("referer"))
            .map(|(_, value)| value.to_string());
        (requests.len(), referrers.collect())
    }
}

/// No browser outlives its measurement.
impl Drop for Chromium {
    fn drop(&mut self) {
        self.session = Value::Null;
        drop(
            self.questions
                .write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0"),
        );
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if begun.elapsed() > PATIENCE {
                drop(self.child.kill());
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

fn read(pipe: ChildStdout, tell: &SyncSender<Value>) {
    for message in BufReader::new(pipe).split(0) {
        let Ok(message) = message else { return };
        let message = serde_json::from_slice(&message).unwrap();
        if tell.send(message).is_err() {
            return;
        }
    }
}
