//! What the program is doing when something happens to it, and what may be found afterwards.
//!
//! Knows nothing of how it is killed or lied to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Child;

use linkdesk::sandbox::Mode;
use serde_json::Value;
use url::Url;

use crate::practice::{PROVIDER, Practice, WITH_PAGES};
use crate::program::{Program, Told, link_words, words};
use crate::tracer::alone;

/// Something the program does that must survive whatever happens meanwhile.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) mode: Mode,
    /// How many points it is killed at.
    pub(crate) kills: usize,
    /// Whether the accounts are listed before it starts; that alone would migrate a file.
    pub(crate) is_listed_before: bool,
    /// A data folder from which it starts.
    pub(crate) prepare: fn(&Practice) -> Program,
    /// The call that something happens to.
    pub(crate) words: fn(&Practice, &Program) -> Vec<String>,
    /// Plays the person while it runs.
    pub(crate) follow: fn(&Practice, Child) -> Told,
    /// What is found, or what is wrong with it.
    pub(crate) judge: fn(&Case<'_>) -> Found,
}

/// What was found, in a word or two; or what must never be.
pub(crate) type Found = Result<&'static str, String>;

/// One run that something happened to.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) practice: &'a Practice,
    pub(crate) program: &'a Program,
    /// What the run told until then.
    pub(crate) told: &'a Told,
    /// The account before the run.
    pub(crate) before: Option<Value>,
    /// How many codes and refresh tokens had been presented twice before the run.
    pub(crate) twice: usize,
}

/// The call that links in a browser.
pub(crate) const BROWSER_WORDS: [&str; 6] = [
    "link",
    WITH_PAGES,
    "--json",
    "--no-browser",
    "--timeout",
    "20",
];

/// Linking, refreshing, unlinking.
pub(crate) const ALL: [Scenario; 4] = [
    Scenario {
        name: "link with a password",
        mode: Mode::Documented,
        kills: 45,
        is_listed_before: true,
        prepare: Program::set_up,
        words: |practice, _| link_words(practice),
        follow: |_, child| alone(child),
        judge: linked,
    },
    Scenario {
        name: "link in a browser",
        mode: Mode::Documented,
        kills: 28,
        is_listed_before: true,
        prepare: Program::set_up_with_pages,
        words: |_, _| BROWSER_WORDS.map(ToOwned::to_owned).to_vec(),
        follow: browse,
        judge: linked_in_a_browser,
    },
    Scenario {
        name: "refresh",
        mode: Mode::Documented,
        kills: 55,
        is_listed_before: true,
        prepare: Program::linked,
        words: |_, _| {
            ["refresh", PROVIDER, "--json"]
                .map(ToOwned::to_owned)
                .to_vec()
        },
        follow: |_, child| alone(child),
        judge: refreshed,
    },
    Scenario {
        name: "unlink",
        mode: Mode::Field,
        kills: 28,
        is_listed_before: true,
        prepare: Program::linked,
        words: |_, _| {
            let words = ["unlink", PROVIDER, "--yes", "--json"];
            words.map(ToOwned::to_owned).to_vec()
        },
        follow: |_, child| alone(child),
        judge: unlinked,
    },
];

/// Signs in as soon as the address is there, and brings the answer home if somebody is still there.
pub(crate) fn browse(practice: &Practice, mut child: Child) -> Told {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut out = String::new();
    drop(lines.read_line(&mut out));
    let event: Value = serde_json::from_str(&out).unwrap_or_default();
    if let Some(address) = event["url"].as_str() {
        knock(&practice.allow(&Url::parse(address).unwrap()));
    }
    drop(lines.read_to_string(&mut out));
    let mut told: Told = child.wait_with_output().unwrap().into();
    told.out = out;
    told
}

/// What a browser sends; whoever listens may be gone.
fn knock(address: &Url) {
    let (host, port) = (address.host_str().unwrap(), address.port().unwrap());
    let Ok(mut stream) = TcpStream::connect((host, port)) else {
        return;
    };
    let target = &address[url::Position::BeforePath..url::Position::AfterQuery];
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\nSec-Fetch-Dest: document\r\n\r\n");
    drop(stream.write_all(request.as_bytes()));
    drop(stream.read_to_end(&mut Vec::new()));
}

impl Case<'_> {
    fn run(&self, words: &[&str]) -> Told {
        self.program.run(words)
    }

    fn accounts(&self) -> Result<Vec<Value>, String> {
        let accounts = self.program.accounts();
        accounts.map_err(|told| format!("the accounts can't be listed: {told:?}"))
    }

    /// The one account that must be there.
    pub(crate) fn account(&self) -> Result<Value, String> {
        let accounts = self.accounts()?;
        match <[Value; 1]>::try_from(accounts) {
            Ok([account]) => Ok(account),
            Err(others) => Err(format!("{} accounts instead of one", others.len())),
        }
    }

    /// An account that says it is good has to be: it can be refreshed, and the provider takes its token.
    pub(crate) fn proves_good(&self) -> Result<(), String> {
        let told = self.run(&["refresh", PROVIDER, "--json"]);
        if !told.is_done() {
            return Err(format!("it says it is good, but: {told:?}"));
        }
        self.token_is_taken()
    }

    fn token_is_taken(&self) -> Result<(), String> {
        let told = self.run(&["token", PROVIDER, "--min-validity", "0"]);
        if told.is_done() && self.practice.accepts(told.out.trim()) {
            Ok(())
        } else {
            Err(format!(
                "its token is not taken: exit {:?} {}",
                told.code, told.err
            ))
        }
    }

    /// The answer to a refresh was lost: that is said, with what to do, and doing it helps.
    fn mends_unknown_outcome(&self, account: &Value) -> Found {
        let told = self.run(&["refresh", PROVIDER, "--json"]);
        if told.is_done() {
            self.token_is_taken()?;
            return Ok("outcome unknown, then refreshed");
        }
        if !told.has_message() {
            return Err(format!("nothing is said: {told:?}"));
        }
        let mut words_of_link = link_words(self.practice);
        let id = account["id"].as_str().unwrap_or_default();
        words_of_link.extend(["--account".to_owned(), id.to_owned()]);
        let told = self.run(&words(&words_of_link));
        if !told.is_done() {
            return Err(format!("signing in again does not help: {told:?}"));
        }
        self.proves_good()?;
        Ok("outcome unknown, then signed in again")
    }

    /// Nothing that is good for one use was presented twice.
    pub(crate) fn presented_once(&self) -> Result<(), String> {
        if presented_twice(self.practice) > self.twice {
            return Err("a refresh token was presented twice".to_owned());
        }
        Ok(())
    }
}

/// How many codes and refresh tokens have been presented more than once.
pub(crate) fn presented_twice(practice: &Practice) -> usize {
    let twice = |provider| {
        let spends = practice.counters(provider).spends;
        spends.values().filter(|times| **times > 1).count()
    };
    twice(PROVIDER) + twice(WITH_PAGES)
}

fn state(account: &Value) -> &str {
    account["state"].as_str().unwrap_or_default()
}

fn fingerprint(account: &Value) -> &Value {
    &account["access_token"]["fingerprint"]
}

/// A refresh: the account is there, and either good or of unknown outcome.
pub(crate) fn refreshed(case: &Case<'_>) -> Found {
    let account = case.account()?;
    let before = case.before.as_ref().map(fingerprint);
    let is_new = before != Some(fingerprint(&account));
    if case.told.is_done() && !is_new {
        return Err("it said refreshed, but the tokens are the old ones".to_owned());
    }
    let found = match state(&account) {
        "fresh" => {
            case.proves_good()?;
            if is_new { "new tokens" } else { "old tokens" }
        }
        "outcome_unknown" => case.mends_unknown_outcome(&account)?,
        other => return Err(format!("the account is {other}")),
    };
    case.presented_once()?;
    Ok(found)
}

/// A sign-in: linked and good, or not there and not told; then it can be linked.
pub(crate) fn linked(case: &Case<'_>) -> Found {
    let accounts = case.accounts()?;
    match accounts.as_slice() {
        [] if case.told.out.contains("\"event\":\"linked\"") => {
            Err("it said linked, and is not there".to_owned())
        }
        [] => {
            let told = case.program.link(case.practice);
            if !told.is_done() {
                return Err(format!("it can't be linked any more: {told:?}"));
            }
            case.proves_good()?;
            Ok("absent")
        }
        [account] if state(account) == "fresh" => {
            case.proves_good()?;
            Ok("linked")
        }
        other => Err(format!("the accounts are {other:?}")),
    }
}

/// The same where the sign-in needs a page.
fn linked_in_a_browser(case: &Case<'_>) -> Found {
    let accounts = case.accounts()?;
    match accounts.as_slice() {
        [] if case.told.out.contains("\"event\":\"linked\"") => {
            Err("it said linked, and is not there".to_owned())
        }
        [] => Ok("absent"),
        [account] if state(account) == "fresh" => {
            let told = case.run(&["refresh", WITH_PAGES, "--json"]);
            if !told.is_done() {
                return Err(format!("it says it is good, but: {told:?}"));
            }
            Ok("linked")
        }
        other => Err(format!("the accounts are {other:?}")),
    }
}

/// Unlinking: gone with everything that belongs to it, or there; then it can be unlinked.
pub(crate) fn unlinked(case: &Case<'_>) -> Found {
    let accounts = case.accounts()?;
    if accounts.is_empty() {
        let left = rows_left(case.program)?;
        if left > 0 {
            return Err(format!("{left} rows of an unlinked account are left"));
        }
        return Ok("gone");
    }
    if case.told.out.contains("\"outcome\":\"unlinked\"") {
        return Err("it said unlinked, and is still there".to_owned());
    }
    case.account()?;
    let told = case.run(&["unlink", PROVIDER, "--yes"]);
    if !told.is_done() || !case.accounts()?.is_empty() {
        return Err(format!("it can't be unlinked any more: {told:?}"));
    }
    Ok("still there")
}

fn rows_left(program: &Program) -> Result<i64, String> {
    let count = || {
        let connection = rusqlite::Connection::open(program.database())?;
        let all = "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM history)
            + (SELECT count(*) FROM sealed WHERE what LIKE '%tokens%')";
        connection.query_row(all, [], |row| row.get(0))
    };
    count().map_err(|error: rusqlite::Error| error.to_string())
}
