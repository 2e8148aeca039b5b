//! What a real browser does with the page it comes back to: what it asks for, what it tells others, what it keeps.
//!
//! Stands a recorder before the endpoint, so that nothing the browser says there goes uncounted. Knows no worker.

use std::time::Duration;

use linkdesk::sandbox::{self, Mode, Ready};
use serde_json::json;
use url::Url;

use crate::chromium::Chromium;
use crate::endpoint::RIGHT;
use crate::figures::{Figures, title};
use crate::outside::Outside;
use crate::recorder::{Recorder, page};

/// How long to see whether a browser asks for more, such as an icon.
const WHILE: Duration = Duration::from_millis(1_500);

/// How long the endpoint may take to hear of it.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn measure(figures: &mut Figures) {
    title("browser: Chromium follows the redirect of a practice provider");
    let folder = tempfile::tempdir().unwrap();
    let practice = sandbox::start(sandbox::Options {
        mode: Mode::Documented,
        ..sandbox::Options::new(folder.path())
    })
    .unwrap();
    let mut outside = Outside::start("http");
    let recorder = Recorder::before(outside.way.port);
    let next = Recorder::answering(|_| page("<h1>Elsewhere</h1>"));
    let mut chromium = Chromium::start();
    chromium.sign_in(&authorization(practice.ready(), &recorder));
    chromium.wait_for_heading("Received");
    std::thread::sleep(WHILE);
    let report = outside.report_once(PATIENCE, |report| report.is_answered);
    figures.holds("the callback is accepted", report.is_answered);
    let received = recorder.received();
    figures.exactly("connections at the listener", recorder.connections(), 1);
    figures.exactly("requests there, its icon included", received.len(), 1);
    kept(&mut chromium, figures);
    reloaded(&mut chromium, &recorder, figures);
    told(&mut chromium, &next, figures);
    without_script(&mut chromium, &recorder, figures);
}

/// The address that a sign-in would begin with, but that it comes back to the recorder.
fn authorization(ready: &Ready, recorder: &Recorder) -> Url {
    let biggerplate = ready.provider("biggerplate").unwrap();
    let mut address = Url::parse(&biggerplate.base_url).unwrap();
    address.set_path("/oauth/auth");
    address
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &biggerplate.client_id)
        .append_pair("redirect_uri", recorder.at("/callback").as_str())
        .extend_pairs(RIGHT.split_once('='));
    address
}

fn kept(chromium: &mut Chromium, figures: &mut Figures) {
    let (entries, current) = chromium.history();
    figures.holds("the address bar is clean", current.ends_with("/callback"));
    let with_code = entries
        .iter()
        .filter(|entry| entry.contains("code="))
        .count();
    figures.exactly("pages to go back to with the code", with_code, 0);
}

fn reloaded(chromium: &mut Chromium, recorder: &Recorder, figures: &mut Figures) {
    let before = recorder.received().len();
    chromium.evaluate("window.isOld = true");
    chromium.ask("Page.reload", &json!({}));
    chromium.wait_until("window.isOld !== true");
    chromium.wait_for_heading("Received");
    let after = recorder.received().len();
    figures.exactly(
        "requests of a reload, which sees the page again",
        after - before,
        1,
    );
}

/// From the page on to somebody else's.
fn told(chromium: &mut Chromium, next: &Recorder, figures: &mut Figures) {
    let elsewhere = json!(next.at("/"));
    chromium.evaluate(&format!("location.href = {elsewhere}"));
    chromium.wait_for_heading("Elsewhere");
    let received = next.received();
    let says = |head: &&String| head.to_ascii_lowercase().contains("\r\nreferer:");
    figures.exactly("requests at the next page", received.len(), 1);
    figures.exactly(
        "of them with a Referer",
        received.iter().filter(says).count(),
        0,
    );
    let with_code = |referer: &&String| referer.contains("code=");
    let (requests, referrers) = chromium.referrers();
    let told = referrers.iter().filter(with_code).count();
    figures.exactly(
        &format!("Referrers with the code in the browser's {requests} requests"),
        told,
        0,
    );
}

fn without_script(chromium: &mut Chromium, recorder: &Recorder, figures: &mut Figures) {
    let off = json!({"value": true});
    chromium.ask("Emulation.setScriptExecutionDisabled", &off);
    let callback = recorder
        .received()
        .iter()
        .find_map(|head| head.split(' ').nth(1).map(str::to_owned));
    chromium.open(&recorder.at(&callback.unwrap()));
    chromium.wait_for_heading("Received");
    let (_, current) = chromium.history();
    figures.holds(
        "without script the same page is shown",
        current.contains("code="),
    );
}
