//! Desktops with and without a file dialog, on a bus of their own.
//!
//! Needs the package `dbus`; no dialog is shown.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;

/// A bus that starts nothing by itself.
const CONFIGURATION: &str = include_str!("../../../../tests/bus.conf");

/// A message bus; ended when dropped.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("bus.conf");
        std::fs::write(&configuration, CONFIGURATION).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .args([
                "--nofork",
                "--nopidfile",
                "--print-address",
                "--config-file",
            ])
            .arg(configuration)
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon starts");
        let mut address = String::new();
        let mut told = BufReader::new(daemon.stdout.take().unwrap());
        told.read_line(&mut address).unwrap();
        Self {
            daemon,
            address: address.trim().to_owned(),
        }
    }

    fn builder(&self) -> connection::Builder<'static> {
        connection::Builder::address(self.address.as_str()).unwrap()
    }

    fn check(&self) -> Result<(), Error> {
        let builder = self.builder();
        check(move || Ok(builder), patience())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

/// A portal with a file dialog.
struct Chooser;

#[zbus::interface(name = "org.freedesktop.portal.FileChooser")]
impl Chooser {
    #[zbus(property, name = "version")]
    #[expect(clippy::unused_self, reason = "the bus asks an object")]
    fn version(&self) -> u32 {
        4
    }
}

/// A portal that shows other things.
struct Printer;

#[zbus::interface(name = "org.freedesktop.portal.Print")]
impl Printer {
    #[zbus(property, name = "version")]
    #[expect(clippy::unused_self, reason = "the bus asks an object")]
    fn version(&self) -> u32 {
        3
    }
}

#[test]
fn a_portal_with_a_file_dialog_is_found() {
    let bus = Bus::start();
    let builder = bus.builder().serve_at(PLACE, Chooser).unwrap();
    let _portal = builder.name(PORTAL).unwrap().build().unwrap();
    bus.check().unwrap();
}

#[test]
fn no_bus_no_portal_and_a_portal_without_a_dialog_say_so() {
    let nowhere = || connection::Builder::address("unix:path=/none/bus");
    let bus = Bus::start();
    let without_portal = bus.check();
    let builder = bus.builder().serve_at(PLACE, Printer).unwrap();
    let _portal = builder.name(PORTAL).unwrap().build().unwrap();
    for outcome in [check(nowhere, patience()), without_portal, bus.check()] {
        assert!(matches!(outcome, Err(Error::Absent(_))), "{outcome:?}");
    }
}

#[test]
fn a_desktop_that_never_answers_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("bus");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let address = format!("unix:path={}", socket.display());
    let bus = move || connection::Builder::address(address.as_str());
    let outcome = check(bus, Duration::from_millis(50));
    assert!(matches!(outcome, Err(Error::Silent)), "{outcome:?}");
}
