//! A hostile page in the browser with which somebody signs in: everything that a page can send to the waiting port.
//!
//! Knows nothing of the endpoint but its address.

use std::time::{Duration, Instant};

use url::Url;

use crate::chromium::Chromium;
use crate::desk::{Attempt, Desk};
use crate::figures::Figures;
use crate::recorder::{Recorder, page, redirect};
use crate::states::parameter;

/// What comes with a forged answer; the page can't know the state.
const FORGED: [&str; 2] = ["code=forged&state=wrong", "error=access_denied&state=wrong"];

/// Embeds the target in every way there is, and says when all have failed. `TARGET` is the redirect URI, `QUERY` what
/// is forged, `SOCKET` the same for WebSockets, `HINTS` connections ahead.
const EMBEDDING: &str = r#"HINTS
<link rel=prefetch href="TARGET?QUERY">
<img src="TARGET?QUERY&img">
<iframe src="TARGET?QUERY&iframe"></iframe>
<iframe name=inner></iframe>
<form id=inner method=post action="TARGET?QUERY&post" target=inner></form>
<form id=outer method=post action="TARGET?QUERY&post"></form>
<h1>Hostile</h1>
<script>
    const socket = new Promise(end => { const it = new WebSocket("SOCKET?QUERY&socket"); it.onerror = it.onopen = end; });
    const simple = fetch("TARGET?QUERY&simple", {mode: "no-cors"}).catch(() => 0);
    const cors = fetch("TARGET?QUERY&cors", {headers: {"X-Evil": "1"}}).catch(() => 0);
    const kept = fetch("TARGET?QUERY&kept", {mode: "no-cors", method: "POST", keepalive: true}).catch(() => 0);
    navigator.sendBeacon("TARGET?QUERY&beacon", "code=forged");
    document.getElementById("inner").submit();
    const loaded = new Promise(end => addEventListener("load", end));
    Promise.all([socket, simple, cors, kept, loaded]).then(() => { document.body.id = "over"; });
</script>"#;

/// How often a hostile page wants a connection ahead.
const HINTS: usize = 20;

/// How many requests have to be refused for the attack to have been one: both times nearly all of the eleven.
const LEAST: u32 = 20;

/// How long what a browser puts off may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn measure(figures: &mut Figures) {
    figures.title("hostile: pages in the same Chromium send forged answers while a sign-in waits");
    let desk = Desk::anywhere();
    let attempt = desk.begin(0);
    let target = parameter(&attempt.address, "redirect_uri");
    let evil = hostile_site(&target);
    let mut chromium = Chromium::start();
    for number in 0..FORGED.len() {
        chromium.open(&evil.at(&format!("/embed/{number}")));
        chromium.wait_until("document.body?.id === 'over'");
        still_waits("embedded", &desk, &attempt, figures);
        chromium.evaluate("document.getElementById('outer').submit()");
        chromium.wait_until(&format!("location.href.startsWith('{target}')"));
        still_waits("a form posted", &desk, &attempt, figures);
        chromium.open(&evil.at(&format!("/chain/{number}")));
        chromium.wait_until("document.querySelector('main.calm') !== null");
        still_waits("a chain of redirects", &desk, &attempt, figures);
    }
    let strays = desk.strays_once(&attempt, LEAST, PATIENCE);
    figures.holds(
        &format!("at least {LEAST} requests were refused ({strays})"),
        strays >= LEAST,
    );
    let begun = Instant::now();
    chromium.sign_in(&attempt.address);
    chromium.wait_for_heading("Received");
    figures.note(&format!(
        "signed in with the same browser within {:.1?}",
        begun.elapsed()
    ));
    figures.holds("and the sign-in completes", desk.completes(&attempt));
    figures.exactly("token requests", desk.counters().exchanges, 1);
}

fn still_waits(what: &str, desk: &Desk, attempt: &Attempt, figures: &mut Figures) {
    figures.holds(
        &format!("{what}: the sign-in still waits"),
        desk.is_waiting(attempt),
    );
}

/// Another origin of this machine, with pages that embed the target and chains that end there.
fn hostile_site(target: &str) -> Recorder {
    let mut socket = Url::parse(target).unwrap();
    socket.set_scheme("ws").unwrap();
    let (target, socket) = (target.to_owned(), socket.to_string());
    Recorder::answering(move |path| {
        let (rest, number) = path.rsplit_once('/').unwrap_or_default();
        let query = number
            .parse()
            .ok()
            .and_then(|number: usize| FORGED.get(number));
        let query = query.copied().unwrap_or_default();
        match rest {
            "/chain" => redirect(&format!("/second/{number}")),
            "/second" => redirect(&format!("{target}?{query}&chain")),
            _ => page(&embedding(&target, &socket, query)),
        }
    })
}

fn embedding(target: &str, socket: &str, query: &str) -> String {
    let hint = |number: usize| {
        let mode = if number.is_multiple_of(2) {
            " crossorigin"
        } else {
            ""
        };
        format!("<link rel=preconnect href=\"{target}\"{mode}>")
    };
    let hints: String = (0..HINTS).map(hint).collect();
    EMBEDDING
        .replace("HINTS", &hints)
        .replace("SOCKET", socket)
        .replace("TARGET", target)
        .replace("QUERY", query)
}
