//! A private session with a key-store daemon of its own, for one test; the test runs again inside it.
//!
//! Knows nothing of what is tested.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use linkdesk::vault::{Keychain, Random};

/// Set in the inner run to the folder it may use.
pub(crate) const INSIDE: &str = "LINKDESK_TEST_SESSION";

/// A bus that starts nothing by itself: no key store and nobody who shows prompts.
pub(crate) const BUS: &str = include_str!("../bus.conf");

#[expect(
    clippy::disallowed_methods,
    reason = "the inner run is told by its environment that it is the inner one"
)]
pub(crate) fn inside() -> Option<PathBuf> {
    std::env::var(INSIDE).ok().map(PathBuf::from)
}

/// Runs `body` in a process of its own, by the name of the test at this binary's root; `wrapped_in` is the command that this process is started by.
pub(crate) fn apart(name: &str, wrapped_in: &[&str], body: impl FnOnce(&Path)) {
    if let Some(folder) = inside() {
        return body(&folder);
    }
    let folder = tempfile::tempdir().unwrap();
    let bus = folder.path().join("bus.conf");
    fs::write(&bus, BUS).unwrap();
    let place = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        path
    };
    let (program, arguments) = wrapped_in.split_first().unwrap();
    let outcome = Command::new(program)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, place("session"))
        .env("TEST_BUS", &bus)
        .env("HOME", place("home"))
        .env("XDG_RUNTIME_DIR", place("run"))
        .env("XDG_DATA_HOME", place("data"))
        .env("XDG_CONFIG_HOME", place("config"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap_or_else(|error| panic!("could not start {program}: {error}"));
    let told = String::from_utf8_lossy(&outcome.stdout);
    let complaints = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{told}\n{complaints}");
    assert!(
        told.contains("1 passed"),
        "the inner run ran nothing: {told}"
    );
}

/// Runs `body` on a bus of its own.
pub(crate) fn on_a_bus(name: &str, body: impl FnOnce(&Path)) {
    let start = "exec dbus-run-session --config-file=\"$TEST_BUS\" -- \"$0\" \"$@\"";
    apart(name, &["sh", "-c", start], body);
}

/// A running gnome-keyring; ended when dropped.
pub(crate) struct Daemon(Child);

impl Daemon {
    /// Starts one with an unlocked default collection.
    pub(crate) fn unlocked() -> Self {
        Self::start(&["--unlock"], "a login password")
    }

    /// Starts one that has no collection to put anything in.
    pub(crate) fn without_collection() -> Self {
        Self::start(&[], "")
    }

    pub(crate) fn start(arguments: &[&str], password: &str) -> Self {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon starts");
        child
            .stdin
            .take()
            .unwrap()
            .write_all(password.as_bytes())
            .unwrap();
        let daemon = Self(child);
        // Each question takes some milliseconds, so this is a minute or so.
        for _ in 0..5_000 {
            if owns_the_name() {
                return daemon;
            }
        }
        panic!("gnome-keyring-daemon does not come up");
    }

    pub(crate) fn signal(&self, signal: &str) {
        succeed(Command::new("kill").args([signal, &self.0.id().to_string()]));
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

pub(crate) fn owns_the_name() -> bool {
    let asked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus"])
        .args(["/", "org.freedesktop.DBus.NameHasOwner"])
        .arg("string:org.freedesktop.secrets")
        .output()
        .expect("dbus-send runs");
    String::from_utf8_lossy(&asked.stdout).contains("boolean true")
}

/// Locks the default collection, as logging out or a screen lock may.
pub(crate) fn lock_the_key_store() {
    succeed(
        Command::new("dbus-send")
            .args(["--session", "--print-reply"])
            .args(["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
            .arg("org.freedesktop.Secret.Service.Lock")
            .arg("array:objpath:/org/freedesktop/secrets/aliases/default"),
    );
}

pub(crate) fn succeed(command: &mut Command) -> String {
    let outcome = command.output().unwrap();
    assert!(outcome.status.success(), "{command:?}: {outcome:?}");
    String::from_utf8(outcome.stdout).unwrap()
}

pub(crate) fn keychain(folder: &Path) -> Keychain {
    let random = Random::new(|bytes| Ok(getrandom::fill(bytes)?));
    Keychain::new("installation-1", folder, random)
}

pub(crate) fn entries() -> usize {
    let found = Command::new("secret-tool")
        .args(["search", "--all", "service", "linkdesk"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&found.stdout);
    told.lines().filter(|line| line.starts_with('[')).count()
}

/// Puts something into the key's place.
pub(crate) fn plant(text: &str, more: &[&str]) {
    let mut child = Command::new("secret-tool")
        .args(["store", "--label=planted", "service", "linkdesk"])
        .args(["username", "installation-1"])
        .args(more)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
}

pub(crate) fn planted() -> String {
    succeed(Command::new("secret-tool").args([
        "lookup",
        "service",
        "linkdesk",
        "username",
        "installation-1",
    ]))
}

/// A folder that the inner run was given.
#[expect(
    clippy::disallowed_methods,
    reason = "the inner run is told by its environment where its folders are"
)]
pub(crate) fn given(name: &str) -> PathBuf {
    PathBuf::from(std::env::var(name).unwrap())
}

/// Empties the key store of what is ours.
pub(crate) fn clear() {
    succeed(Command::new("secret-tool").args(["clear", "service", "linkdesk"]));
}
