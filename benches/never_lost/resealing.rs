//! Everything is sealed anew, or the data file is taken to a newer layout, when something happens.
//!
//! Knows nothing of how it is killed.

use std::path::{Path, PathBuf};

use linkdesk::sandbox::Mode;

use crate::practice::{PROVIDER, Practice, WITH_PAGES};
use crate::program::{Program, Told, words};
use crate::scenarios::{BROWSER_WORDS, Case, Found, Scenario, browse};
use crate::tracer::alone;

/// All of them.
pub(crate) const ALL: [Scenario; 4] = [
    Scenario {
        name: "migration",
        mode: Mode::Documented,
        kills: 20,
        is_listed_before: false,
        prepare: of_layout_1,
        words: |_, _| ["accounts", "--json"].map(ToOwned::to_owned).to_vec(),
        follow: |_, child| alone(child),
        judge: migrated,
    },
    Scenario {
        name: "move to a passphrase",
        mode: Mode::Documented,
        kills: 26,
        is_listed_before: true,
        prepare: with_two_accounts,
        words: |_, program| with_passphrase(program.data(), &["key-store", "move", "passphrase"]),
        follow: |_, child| alone(child),
        judge: moved,
    },
    Scenario {
        name: "move to the key store",
        mode: Mode::Documented,
        kills: 26,
        is_listed_before: true,
        prepare: in_a_passphrase,
        words: |_, program| with_passphrase(program.data(), &["key-store", "move", "keychain"]),
        follow: |_, child| alone(child),
        judge: moved,
    },
    Scenario {
        name: "change of the passphrase",
        mode: Mode::Documented,
        kills: 22,
        is_listed_before: true,
        prepare: in_a_passphrase,
        words: |_, program| {
            let mut words = with_passphrase(program.data(), &["key-store", "change-passphrase"]);
            let new = file(program.data(), NEW);
            words.extend(["--new-passphrase-file".to_owned(), text(&new)]);
            words
        },
        follow: |_, child| alone(child),
        judge: changed,
    },
];

const OLD: &str = "the passphrase before";
const NEW: &str = "the passphrase after";

/// A data file as the first version wrote it: the second only adds a mark.
fn of_layout_1(practice: &Practice) -> Program {
    let program = Program::linked(practice);
    let connection = rusqlite::Connection::open(program.database()).unwrap();
    connection
        .execute_batch("PRAGMA application_id = 0; PRAGMA user_version = 1;")
        .unwrap();
    program
}

fn migrated(case: &Case<'_>) -> Found {
    let layout = || {
        let connection = rusqlite::Connection::open(case.program.database())?;
        connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
    };
    let was = layout().map_err(|error| error.to_string())?;
    case.account()?;
    case.proves_good()?;
    case.presented_once()?;
    let is = layout().map_err(|error| error.to_string())?;
    match (was, is) {
        (1, 2) => Ok("old layout"),
        (2, 2) => Ok("new layout"),
        other => Err(format!("the layouts were {other:?}")),
    }
}

fn with_two_accounts(practice: &Practice) -> Program {
    let program = Program::set_up_with_pages(practice);
    program.link(practice).expect_done();
    let mut command = program.command(&BROWSER_WORDS);
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    browse(practice, command.spawn().unwrap()).expect_done();
    program
}

fn in_a_passphrase(practice: &Practice) -> Program {
    let program = with_two_accounts(practice);
    let call = with_passphrase(program.data(), &["key-store", "move", "passphrase"]);
    program.run(&words(&call)).expect_done();
    program
}

/// A file with a passphrase beside the data folder's own.
fn file(data: &Path, passphrase: &str) -> PathBuf {
    let path = data.join("providers").join(passphrase.replace(' ', "-"));
    std::fs::write(&path, passphrase).unwrap();
    path
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn with_passphrase(data: &Path, words: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    all.extend(["--passphrase-file".to_owned(), text(&file(data, OLD))]);
    all
}

/// Everything that is sealed can be read: both accounts' tokens, and the client's secret with which one is refreshed.
fn all_is_readable(case: &Case<'_>, passphrase: Option<&str>) -> Result<(), Told> {
    for account in [PROVIDER, WITH_PAGES] {
        let mut call = vec!["refresh".to_owned(), account.to_owned()];
        if let Some(passphrase) = passphrase {
            let file = file(case.program.data(), passphrase);
            call.extend(["--passphrase-file".to_owned(), text(&file)]);
        }
        let told = case.program.run(&words(&call));
        if !told.is_done() {
            return Err(told);
        }
    }
    Ok(())
}

/// The kind of key store that the data folder says it uses, by which everything must be readable.
fn place(case: &Case<'_>) -> Result<&'static str, String> {
    let told = case.program.run(&["key-store", "--json"]);
    let kind = ["keychain", "passphrase"]
        .into_iter()
        .find(|kind| told.out.contains(&format!("\"kind\":\"{kind}\"")));
    kind.ok_or_else(|| format!("nobody knows where the key is: {told:?}"))
}

fn moved(case: &Case<'_>) -> Found {
    let passphrase = |place: &str| (place == "passphrase").then_some(OLD);
    let found = place(case)?;
    all_is_readable(case, passphrase(found)).map_err(|told| format!("{found}: {told:?}"))?;
    // The rest of the way can be gone, to wherever it is not yet.
    let other = if found == "keychain" {
        "passphrase"
    } else {
        "keychain"
    };
    let call = with_passphrase(case.program.data(), &["key-store", "move", other]);
    let told = case.program.run(&words(&call));
    if !told.is_done() {
        return Err(format!("it can't be moved from {found}: {told:?}"));
    }
    all_is_readable(case, passphrase(other)).map_err(|told| format!("then {other}: {told:?}"))?;
    case.presented_once()?;
    Ok(if found == "keychain" {
        "in the key store"
    } else {
        "in the passphrase's file"
    })
}

fn changed(case: &Case<'_>) -> Found {
    let found = match all_is_readable(case, Some(NEW)) {
        Ok(()) => "new passphrase",
        Err(_) if case.told.is_done() => return Err("it said changed".to_owned()),
        Err(_) => {
            all_is_readable(case, Some(OLD)).map_err(|told| format!("neither opens: {told:?}"))?;
            "old passphrase"
        }
    };
    case.presented_once()?;
    Ok(found)
}
