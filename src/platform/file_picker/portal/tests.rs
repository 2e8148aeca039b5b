//! The portal's protocol against portals that answer in every way, on a bus of their own.
//!
//! Needs the package `dbus`; no dialog is shown.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use zbus::message::Header;
use zbus::object_server::SignalEmitter;

use super::*;

/// A bus that starts nothing by itself.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
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

    /// Puts a portal there that will answer so.
    fn portal(&self, answer: Option<(u32, &'static [&'static str])>) -> zbus::blocking::Connection {
        let portal = Portal {
            answer,
            asked: Mutex::default(),
        };
        let builder = self.builder().serve_at(PLACE, portal).unwrap();
        builder.name(PORTAL).unwrap().build().unwrap()
    }

    fn pick(&self) -> Result<Option<PathBuf>, Error> {
        let builder = self.builder();
        pick(move || Ok(builder), "Open a client", &["json", "txt"])
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

/// A portal; without an answer it has no dialog.
struct Portal {
    answer: Option<(u32, &'static [&'static str])>,
    asked: Mutex<Vec<String>>,
}

#[zbus::interface(name = "org.freedesktop.portal.FileChooser")]
impl Portal {
    #[expect(
        clippy::too_many_arguments,
        reason = "three are the portal's, two the bus's"
    )]
    async fn open_file(
        &self,
        parent: String,
        title: String,
        options: HashMap<String, OwnedValue>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        let Some((code, uris)) = self.answer else {
            return Err(zbus::fdo::Error::Failed("no backend".to_owned()));
        };
        let asked = format!("{parent}|{title}|{:?}", options.get("filters"));
        self.asked.lock().unwrap().push(asked);
        let sender = header.sender().unwrap().as_str();
        let token: &str = options["handle_token"].downcast_ref().unwrap();
        let own_name = sender.trim_start_matches(':').replace('.', "_");
        let path = format!("{PLACE}/request/{own_name}/{token}");
        let results = HashMap::from([("uris", Value::from(uris.to_vec()))]);
        let interface = "org.freedesktop.portal.Request";
        SignalEmitter::new(connection, path.as_str())?
            .emit(interface, "Response", &(code, results))
            .await?;
        Ok(OwnedObjectPath::try_from(path).unwrap())
    }
}

#[test]
fn the_chosen_file_comes_back_as_a_path() {
    let bus = Bus::start();
    let portal = bus.portal(Some((SUCCESS, &["file:///home/a/my%20client.json"])));
    let path = bus.pick().unwrap().unwrap();
    assert_eq!(path, PathBuf::from("/home/a/my client.json"));
    let server = portal.object_server();
    let portal = server.interface::<_, Portal>(PLACE).unwrap();
    let asked = portal.get().asked.lock().unwrap().join("\n");
    for part in ["|Open a client|", "*.json", "*.txt"] {
        assert!(asked.contains(part), "{asked}");
    }
}

#[test]
fn a_change_of_mind_is_no_error() {
    let bus = Bus::start();
    let _portal = bus.portal(Some((CANCELED, &[])));
    assert_eq!(bus.pick().unwrap(), None);
}

#[test]
fn a_dialog_that_ended_by_itself_is_no_change_of_mind() {
    let bus = Bus::start();
    let _portal = bus.portal(Some((2, &[])));
    assert!(matches!(bus.pick(), Err(Error::Ended(2))));
}

#[test]
fn an_answer_without_a_file_of_this_machine_is_an_error() {
    for uris in [
        &[][..],
        &["https://a.example/x"],
        &["file://host/x"],
        &["x"],
    ] {
        let bus = Bus::start();
        let _portal = bus.portal(Some((SUCCESS, uris)));
        let outcome = bus.pick();
        assert!(matches!(outcome, Err(Error::Unclear)), "{outcome:?}");
    }
}

#[test]
fn no_bus_no_portal_and_a_portal_without_a_dialog_say_so() {
    let nowhere = || connection::Builder::address("unix:path=/none/bus");
    let bus = Bus::start();
    let without_portal = bus.pick();
    let _portal = bus.portal(None);
    for outcome in [pick(nowhere, "", &[]), without_portal, bus.pick()] {
        assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
    }
}

#[test]
fn a_desktop_that_never_answers_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("bus");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let address = format!("unix:path={}", socket.display());
    let bus = move || connection::Builder::address(address.as_str());
    let outcome = pick_within(Duration::from_millis(50), bus, "", &[]);
    assert!(matches!(outcome, Err(Error::Silent)), "{outcome:?}");
}
