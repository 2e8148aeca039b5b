//! A real key-store daemon is killed while it writes, again and again.
//!
//! It runs on a message bus of its own, in folders of its own. Knows nothing of accounts.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use keyring_core::{CredentialStore, Entry};
use linkdesk::vault::{Keychain, Random, Vault as _};

use crate::figures::{Figures, note, title};

/// Starts this program once more, within the bus.
pub(crate) const ARGUMENT: &str = "--key-store";

const KILLS: u32 = 200;
const RECORDS: usize = 10;

/// A bus that starts nothing by itself.
const BUS: &str = include_str!("../../tests/bus.conf");

/// What was found after the kills.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Tally {
    /// Written, and said so.
    confirmed: u32,
    /// Not confirmed, and the new text is there.
    new: u32,
    /// Not confirmed, and the old text is there.
    old: u32,
    /// Neither, or the old one although the new one was confirmed.
    lost: Vec<String>,
    /// The sealing key was not found again, or was another one.
    keys_lost: u32,
    /// How long a write takes that nothing happens to, in microseconds.
    write_takes: u64,
}

pub(crate) fn measure(figures: &mut Figures) {
    title(&format!(
        "daemon: gnome-keyring is killed (SIGKILL) during {KILLS} writes of {RECORDS} records"
    ));
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        path
    };
    let bus = folder.path().join("bus.conf");
    std::fs::write(&bus, BUS).unwrap();
    let output = Command::new("dbus-run-session")
        .arg(format!("--config-file={}", bus.display()))
        .arg("--")
        .arg(std::env::current_exe().unwrap())
        .arg(ARGUMENT)
        .arg(place("session"))
        .env("HOME", place("home"))
        .env("XDG_RUNTIME_DIR", place("run"))
        .env("XDG_DATA_HOME", place("data"))
        .env("XDG_CONFIG_HOME", place("config"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let Ok(tally) = serde_json::from_slice::<Tally>(&output.stdout) else {
        figures.holds("the key store could be started", false);
        return;
    };
    let Tally {
        confirmed,
        new,
        old,
        write_takes,
        ..
    } = tally;
    note(&format!(
        "{confirmed} confirmed, {new} new without a word, {old} old; a write takes {write_takes} µs"
    ));
    figures.exactly("kills", confirmed + new + old, KILLS);
    figures.exactly("records lost", tally.lost.len(), 0);
    figures.exactly("sealing keys lost", tally.keys_lost, 0);
    for line in tally.lost.iter().take(5) {
        note(line);
    }
}

/// The part within the bus; prints what it found.
pub(crate) fn serve(folder: &Path) -> ExitCode {
    let mut daemon = Daemon::start();
    let mut texts: Vec<String> = (0..RECORDS)
        .map(|number| format!("first {number}"))
        .collect();
    let begun = Instant::now();
    for (number, text) in texts.iter().enumerate() {
        write(number, text).unwrap();
    }
    let takes = begun.elapsed() / u32::try_from(RECORDS).unwrap();
    let vault = keychain(folder);
    vault.open(None).unwrap();
    let key = vault.key_id();
    let mut tally = Tally {
        write_takes: takes.as_micros().try_into().unwrap(),
        ..Tally::default()
    };
    for kill in 0..KILLS {
        let number = kill as usize % RECORDS;
        let new = format!("text {kill}");
        let written = {
            let new = new.clone();
            let writer = std::thread::spawn(move || write(number, &new));
            // From its beginning to a little after its end.
            std::thread::sleep(takes * (kill * 37 % KILLS) / KILLS * 6 / 5);
            drop(daemon);
            daemon = Daemon::start();
            writer.join().unwrap()
        };
        let found = read(number);
        match (&found, written) {
            (Ok(text), Ok(())) if *text == new => tally.confirmed += 1,
            (Ok(text), Err(_)) if *text == new => tally.new += 1,
            (Ok(text), Err(_)) if *text == texts[number] => tally.old += 1,
            (found, written) => {
                let was = &texts[number];
                tally
                    .lost
                    .push(format!("{kill}: {found:?} after {written:?}, was {was:?}"));
            }
        }
        texts[number] = found.unwrap_or_default();
        let again = keychain(folder).open(key.as_ref());
        tally.keys_lost += u32::from(again.is_err());
    }
    for (number, text) in texts.iter().enumerate() {
        if read(number).ok().as_ref() != Some(text) {
            tally.lost.push(format!("record {number} in the end"));
        }
    }
    drop(daemon);
    println!("{}", serde_json::to_string(&tally).unwrap());
    ExitCode::SUCCESS
}

fn keychain(folder: &Path) -> Keychain {
    let random = Random::new(|bytes| Ok(getrandom::fill(bytes)?));
    Keychain::new("never-lost", folder, random)
}

fn entry(number: usize) -> keyring_core::Result<Entry> {
    let store: Arc<CredentialStore> = zbus_secret_service_keyring_store::Store::new()?;
    store.build("never-lost", &format!("record {number}"), None)
}

fn write(number: usize, text: &str) -> keyring_core::Result<()> {
    entry(number)?.set_password(text)
}

fn read(number: usize) -> keyring_core::Result<String> {
    entry(number)?.get_password()
}

/// A running gnome-keyring with an unlocked collection; killed when dropped.
struct Daemon(Child);

impl Daemon {
    fn start() -> Self {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets", "--unlock"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut password = child.stdin.take().unwrap();
        password.write_all(b"a login password").unwrap();
        drop(password);
        let begun = Instant::now();
        while !owns_the_name() {
            assert!(begun.elapsed() < Duration::from_mins(1), "no key store");
        }
        Self(child)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        // The bus may take a moment to notice.
        while owns_the_name() {}
    }
}

fn owns_the_name() -> bool {
    let asked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus"])
        .args(["/", "org.freedesktop.DBus.NameHasOwner"])
        .arg("string:org.freedesktop.secrets")
        .output()
        .unwrap();
    String::from_utf8_lossy(&asked.stdout).contains("boolean true")
}
