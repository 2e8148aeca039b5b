//! The vault against a real key store: gnome-keyring on a message bus of its own, in a home folder of its own.
//!
//! Every test starts itself once more inside such a session; nothing of the person's own key store is touched.
//! Needs the packages `dbus`, `gnome-keyring` and `libsecret-tools`.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where something is not as it should be"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use linkdesk::vault::{Error, Keychain, Random, Vault as _};

/// Set in the inner run to the folder it may use.
const INSIDE: &str = "LINKDESK_TEST_SESSION";

/// A bus that starts nothing by itself: no key store and nobody who shows prompts.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

#[expect(
    clippy::disallowed_methods,
    reason = "the inner run is told by its environment that it is the inner one"
)]
fn inside() -> Option<PathBuf> {
    std::env::var(INSIDE).ok().map(PathBuf::from)
}

/// Runs `body` in a process of its own; `wrapped_in` is the command that this process is started by.
fn apart(name: &str, wrapped_in: &[&str], body: impl FnOnce(&Path)) {
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
    let test = module_path!().split_once("::").map_or_else(
        || name.to_owned(),
        |(_, module)| format!("{module}::{name}"),
    );
    let (program, arguments) = wrapped_in.split_first().unwrap();
    let outcome = Command::new(program)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture"])
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
fn on_a_bus(name: &str, body: impl FnOnce(&Path)) {
    let start = "exec dbus-run-session --config-file=\"$TEST_BUS\" -- \"$0\" \"$@\"";
    apart(name, &["sh", "-c", start], body);
}

/// A running gnome-keyring; ended when dropped.
struct Daemon(Child);

impl Daemon {
    /// Starts one with an unlocked default collection.
    fn unlocked() -> Self {
        Self::start(&["--unlock"], "a login password")
    }

    /// Starts one that has no collection to put anything in.
    fn without_collection() -> Self {
        Self::start(&[], "")
    }

    fn start(arguments: &[&str], password: &str) -> Self {
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

    fn signal(&self, signal: &str) {
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

fn owns_the_name() -> bool {
    let asked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus"])
        .args(["/", "org.freedesktop.DBus.NameHasOwner"])
        .arg("string:org.freedesktop.secrets")
        .output()
        .expect("dbus-send runs");
    String::from_utf8_lossy(&asked.stdout).contains("boolean true")
}

/// Locks the default collection, as logging out or a screen lock may.
fn lock_the_key_store() {
    succeed(
        Command::new("dbus-send")
            .args(["--session", "--print-reply"])
            .args(["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
            .arg("org.freedesktop.Secret.Service.Lock")
            .arg("array:objpath:/org/freedesktop/secrets/aliases/default"),
    );
}

fn succeed(command: &mut Command) -> String {
    let outcome = command.output().unwrap();
    assert!(outcome.status.success(), "{command:?}: {outcome:?}");
    String::from_utf8(outcome.stdout).unwrap()
}

fn keychain(folder: &Path) -> Keychain {
    let random = Random::new(|bytes| Ok(getrandom::fill(bytes)?));
    Keychain::new("installation-1", folder, random)
}

fn entries() -> usize {
    let found = Command::new("secret-tool")
        .args(["search", "--all", "service", "linkdesk"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&found.stdout);
    told.lines().filter(|line| line.starts_with('[')).count()
}

/// Puts something into the key's place.
fn plant(text: &str, more: &[&str]) {
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

fn planted() -> String {
    succeed(Command::new("secret-tool").args([
        "lookup",
        "service",
        "linkdesk",
        "username",
        "installation-1",
    ]))
}

#[test]
fn a_key_that_was_made_is_found_again() {
    on_a_bus("a_key_that_was_made_is_found_again", |folder| {
        let _daemon = Daemon::unlocked();
        let first = keychain(folder);
        assert_eq!(first.key_id(), None);
        first.open(None).unwrap();
        let sealed = first.seal(b"token", b"row").unwrap();
        let later = keychain(folder);
        later.open(first.key_id().as_ref()).unwrap();
        assert_eq!(*later.unseal(&sealed, b"row").unwrap(), b"token");
        assert_eq!(entries(), 1);
    });
}

#[test]
fn a_probe_leaves_nothing_behind() {
    on_a_bus("a_probe_leaves_nothing_behind", |folder| {
        let _daemon = Daemon::unlocked();
        keychain(folder).probe().unwrap();
        assert_eq!(entries(), 0);
        let vault = keychain(folder);
        vault.open(None).unwrap();
        vault.probe().unwrap();
        assert_eq!(entries(), 1);
    });
}

#[test]
fn without_a_bus_the_key_store_is_absent() {
    apart(
        "without_a_bus_the_key_store_is_absent",
        &["env"],
        |folder| {
            for outcome in [keychain(folder).open(None), keychain(folder).probe()] {
                assert!(matches!(outcome, Err(Error::Absent(_))), "{outcome:?}");
            }
        },
    );
}

#[test]
fn a_key_store_that_comes_up_later_or_anew_is_found() {
    on_a_bus(
        "a_key_store_that_comes_up_later_or_anew_is_found",
        |folder| {
            let vault = keychain(folder);
            let before = vault.open(None);
            assert!(matches!(before, Err(Error::Absent(_))), "{before:?}");
            let daemon = Daemon::unlocked();
            vault.open(None).unwrap();
            drop(daemon);
            let between = vault.probe();
            assert!(matches!(between, Err(Error::Absent(_))), "{between:?}");
            let _daemon = Daemon::unlocked();
            vault.probe().unwrap();
            keychain(folder).open(vault.key_id().as_ref()).unwrap();
        },
    );
}

#[test]
fn a_key_store_without_a_default_collection_is_told() {
    on_a_bus(
        "a_key_store_without_a_default_collection_is_told",
        |folder| {
            let _daemon = Daemon::without_collection();
            for outcome in [keychain(folder).open(None), keychain(folder).probe()] {
                assert!(
                    matches!(outcome, Err(Error::NoCollection(_))),
                    "{outcome:?}"
                );
            }
        },
    );
}

#[test]
fn a_locked_key_store_is_told_and_gets_no_second_key() {
    on_a_bus(
        "a_locked_key_store_is_told_and_gets_no_second_key",
        |folder| {
            let _daemon = Daemon::unlocked();
            let vault = keychain(folder);
            vault.open(None).unwrap();
            let id = vault.key_id();
            lock_the_key_store();
            for outcome in [
                keychain(folder).open(id.as_ref()),
                keychain(folder).open(None),
                keychain(folder).probe(),
                Keychain::new("another", folder, Random::new(|_| Ok(()))).open(None),
                Keychain::new("another", folder, Random::new(|_| Ok(()))).open(id.as_ref()),
            ] {
                assert!(matches!(outcome, Err(Error::Locked(_))), "{outcome:?}");
            }
            // What is open stays open.
            let sealed = vault.seal(b"token", b"row").unwrap();
            assert_eq!(*vault.unseal(&sealed, b"row").unwrap(), b"token");
        },
    );
}

#[test]
fn a_frozen_key_store_is_given_up_in_time_and_used_once_it_thaws() {
    let name = "a_frozen_key_store_is_given_up_in_time_and_used_once_it_thaws";
    on_a_bus(name, |folder| {
        let daemon = Daemon::unlocked();
        let first = keychain(folder);
        first.open(None).unwrap();
        daemon.signal("-STOP");
        let vault = keychain(folder).with_deadline(Duration::from_millis(300));
        for outcome in [vault.open(None), vault.probe()] {
            assert!(matches!(outcome, Err(Error::NotAnswering)), "{outcome:?}");
        }
        daemon.signal("-CONT");
        // The call that was given up may still need a moment.
        let mut outcome = vault.open(first.key_id().as_ref());
        while matches!(outcome, Err(Error::NotAnswering)) {
            outcome = vault.open(first.key_id().as_ref());
        }
        outcome.unwrap();
        assert_eq!(vault.key_id(), first.key_id());
    });
}

#[test]
fn a_key_that_is_gone_is_told_and_no_new_one_made_unasked() {
    let name = "a_key_that_is_gone_is_told_and_no_new_one_made_unasked";
    on_a_bus(name, |folder| {
        let _daemon = Daemon::unlocked();
        let first = keychain(folder);
        first.open(None).unwrap();
        succeed(Command::new("secret-tool").args(["clear", "service", "linkdesk"]));
        let later = keychain(folder);
        let gone = later.open(first.key_id().as_ref());
        assert!(matches!(gone, Err(Error::KeyMissing)), "{gone:?}");
        assert_eq!((later.key_id(), entries()), (None, 0));
        later.open(None).unwrap();
        assert_ne!(later.key_id(), first.key_id());
        let other = keychain(folder).open(first.key_id().as_ref());
        assert!(matches!(other, Err(Error::OtherKey)), "{other:?}");
    });
}

#[test]
fn what_is_not_a_key_is_told_and_left_alone() {
    on_a_bus("what_is_not_a_key_is_told_and_left_alone", |folder| {
        let _daemon = Daemon::unlocked();
        for text in ["", "hunter2", "linkdesk-key/1 AAAA", "linkdesk-key/2 x y"] {
            plant(text, &[]);
            let outcome = keychain(folder).open(None);
            assert!(matches!(outcome, Err(Error::Damaged)), "{outcome:?}");
            assert_eq!(planted(), text);
        }
    });
}

#[test]
fn among_duplicates_the_expected_key_is_taken_and_none_is_guessed() {
    let name = "among_duplicates_the_expected_key_is_taken_and_none_is_guessed";
    on_a_bus(name, |folder| {
        let _daemon = Daemon::unlocked();
        let one = keychain(folder);
        one.open(None).unwrap();
        let text = planted();
        plant(&text, &["copy", "1"]);
        assert_eq!(entries(), 2);
        keychain(folder).open(None).unwrap();
        succeed(Command::new("secret-tool").args(["clear", "service", "linkdesk"]));
        let other = keychain(folder);
        other.open(None).unwrap();
        plant(&text, &["copy", "1"]);
        for id in [one.key_id(), other.key_id()] {
            let vault = keychain(folder);
            vault.open(id.as_ref()).unwrap();
            assert_eq!(vault.key_id(), id);
        }
        let guess = keychain(folder).open(None);
        assert!(matches!(guess, Err(Error::Damaged)), "{guess:?}");
        assert_eq!(entries(), 2);
    });
}

#[test]
fn programs_that_make_the_key_at_once_end_with_one_key() {
    on_a_bus(
        "programs_that_make_the_key_at_once_end_with_one_key",
        |folder| {
            let _daemon = Daemon::unlocked();
            let ids: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            let vault = keychain(folder).with_deadline(Duration::from_mins(1));
                            vault.open(None).unwrap();
                            vault.key_id().unwrap()
                        })
                    })
                    .collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect()
            });
            assert_eq!(entries(), 1);
            for id in &ids {
                keychain(folder).open(Some(id)).unwrap();
            }
        },
    );
}

#[test]
fn a_careless_umask_opens_nothing_to_others() {
    use std::os::unix::fs::PermissionsExt as _;

    use linkdesk::secret::Secret;
    use linkdesk::store::Database;
    use linkdesk::vault::Passphrase;

    let start = "umask 000; exec \"$0\" \"$@\"";
    let name = "a_careless_umask_opens_nothing_to_others";
    apart(name, &["sh", "-c", start], |folder| {
        let random = || Random::new(|bytes| Ok(getrandom::fill(bytes)?));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let canary = folder.join("canary");
        fs::write(&canary, "").unwrap();
        assert_eq!(mode(&canary), 0o666, "guard: the umask is careless");
        let data = folder.join("data");
        let (database, _) = Database::open(&data.join("linkdesk.db"), &random()).unwrap();
        drop(database);
        let vault = Passphrase::new(&data, random());
        vault.unlock(&Secret::new("a passphrase")).unwrap();
        assert_eq!(mode(&data), 0o700);
        let files: Vec<_> = fs::read_dir(&data).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 4, "{files:?}");
        for entry in files {
            assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        }
    });
}
