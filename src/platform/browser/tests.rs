//! The browser with launchers that only write down how they were called.
//!
//! Knows nothing of real browsers.

use super::*;

fn address(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn https_and_this_machine_are_fit_for_a_browser() {
    for fit in [
        "https://auth.example.com/authorize?client_id=a&state=%2F",
        "https://auth.example.com:8443/",
        "http://127.0.0.1:4711/authorize",
        "http://[::1]:4711/",
        "http://localhost/",
    ] {
        check_address(&address(fit)).unwrap();
    }
}

/// Addresses that somebody might like us to open.
const HOSTILE: [&str; 32] = [
    "file:///etc/passwd",
    "file://host/share",
    "javascript:alert(1)",
    "JavaScript://a.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "smb://host/share",
    "ftp://a.example/",
    "ssh://a.example/",
    "ws://a.example/",
    "mailto:a@a.example",
    "tel:123",
    "about:blank",
    "chrome://settings",
    "view-source:https://a.example/",
    "ms-msdt:/id",
    "search-ms:query=x",
    "steam://run/1",
    "x-apple.systempreferences:x",
    "intent://a.example/",
    "blob:https://a.example/1",
    "jar:https://a.example/!/",
    "http://a.example/",
    "http://127.0.0.1.a.example/",
    "http://localhost.a.example/",
    "http://0.0.0.0/",
    "http://192.0.2.1/",
    "http://[::2]/",
    "https://user@a.example/",
    "https://user:password@a.example/",
    "https://:password@a.example/",
    "https://a.example/#fragment",
];

#[test]
fn hostile_addresses_are_unfit() {
    for hostile in HOSTILE {
        let result = check_address(&address(hostile));
        assert!(matches!(result, Err(Error::UnfitAddress)), "{hostile}");
    }
}

#[test]
fn debug_leaves_the_environment_out() {
    let environment = [("TOKEN".into(), "canary-e1".into())];
    let browser = SystemBrowser::new(environment);
    assert!(!format!("{browser:?}").contains("canary"));
}

#[cfg(unix)]
mod with_launchers {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    const FIT: &str = "https://a.example/authorize?a=1&b=$(id)&c=%s;d='%22";

    /// A folder with launchers, and nothing else on the path.
    struct Desk {
        folder: tempfile::TempDir,
        environment: Vec<(OsString, OsString)>,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().as_os_str().to_owned();
            Self {
                folder,
                environment: vec![("PATH".into(), path)],
            }
        }

        fn set(&mut self, name: &str, value: impl Into<OsString>) {
            self.environment.push((name.into(), value.into()));
        }

        /// Puts a script there that notes its arguments before it goes on.
        fn launcher(&self, name: &str, and_then: &str) {
            let record = self.record(name);
            let script = format!(
                "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\" >>'{record}'; done\n\
                 echo noise; echo noise >&2\n{and_then}\n",
                record = record.display()
            );
            let source = self.folder.path().join(format!("{name}.sh"));
            fs::write(&source, script).unwrap();
            // Written by another process: a child that another test forks meanwhile would hold our descriptor,
            // and what is open for writing can't be started.
            let installed = Command::new("install")
                .args(["-m", "700"])
                .args([&source, &self.folder.path().join(name)])
                .status();
            assert!(installed.unwrap().success());
        }

        fn record(&self, name: &str) -> PathBuf {
            self.folder.path().join(format!("{name}.called"))
        }

        /// The arguments of every call.
        fn calls(&self, name: &str) -> Vec<String> {
            let record = fs::read_to_string(self.record(name)).unwrap_or_default();
            record.lines().map(str::to_owned).collect()
        }

        fn open(&self, text: &str) -> Result<(), Error> {
            SystemBrowser::new(self.environment.clone()).open(&address(text))
        }
    }

    #[test]
    fn the_desktops_launcher_gets_the_address_as_its_one_argument() {
        let desk = Desk::new();
        desk.launcher("xdg-open", "");
        desk.open(FIT).unwrap();
        assert_eq!(desk.calls("xdg-open"), [address(FIT).as_str()]);
    }

    #[test]
    fn hostile_addresses_start_nothing() {
        let mut desk = Desk::new();
        desk.launcher("xdg-open", "");
        desk.launcher("rec", "");
        desk.set("BROWSER", "rec");
        for hostile in HOSTILE {
            let error = desk.open(hostile).unwrap_err();
            assert!(matches!(error, Error::UnfitAddress), "{hostile}");
        }
        assert_eq!(desk.calls("xdg-open").len() + desk.calls("rec").len(), 0);
    }

    #[test]
    fn the_chosen_browser_comes_first_with_the_address_where_it_wants_it() {
        for (chosen, arguments) in [
            ("rec", vec!["URL"]),
            ("rec --x", vec!["--x", "URL"]),
            ("rec %s --x", vec!["URL", "--x"]),
            ("rec --app=%s", vec!["--app=URL"]),
            (":rec", vec!["URL"]),
            ("absent %s:rec", vec!["URL"]),
            ("failing:rec", vec!["URL"]),
        ] {
            let mut desk = Desk::new();
            desk.launcher("rec", "");
            desk.launcher("failing", "exit 1");
            desk.launcher("xdg-open", "");
            desk.set("BROWSER", chosen);
            desk.open(FIT).unwrap();
            let arguments: Vec<_> = arguments
                .iter()
                .map(|word| word.replace("URL", address(FIT).as_str()))
                .collect();
            assert_eq!(desk.calls("rec"), arguments, "{chosen}");
            assert_eq!(desk.calls("xdg-open").len(), 0, "{chosen}");
        }
    }

    #[test]
    fn nothing_in_the_choice_or_the_address_reaches_a_shell() {
        let mut desk = Desk::new();
        desk.launcher("rec", "");
        let witness = desk.folder.path().join("witness");
        desk.set(
            "BROWSER",
            format!("rec $(touch {0}) ;touch {0}", witness.display()),
        );
        desk.open(FIT).unwrap();
        assert!(!witness.exists());
        assert_eq!(desk.calls("rec").last().unwrap(), address(FIT).as_str());
    }

    #[test]
    fn a_machine_without_launchers_says_so() {
        let error = Desk::new().open(FIT).unwrap_err();
        let Error::NotStarted(cause) = error else {
            panic!("{error:?}")
        };
        assert_eq!(cause.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_failing_launcher_is_named_with_its_exit_status_but_not_the_address() {
        let desk = Desk::new();
        desk.launcher("xdg-open", "exit 4");
        let Error::NotStarted(cause) = desk.open(FIT).unwrap_err() else {
            panic!("the address is fit")
        };
        let text = cause.to_string();
        assert!(text.contains("xdg-open") && text.contains('4'), "{text}");
        assert!(!text.contains("a.example"), "{text}");
    }

    #[test]
    fn a_failing_launcher_is_followed_by_the_next() {
        let desk = Desk::new();
        desk.launcher("xdg-open", "exit 3");
        desk.launcher("gio", "");
        desk.open(FIT).unwrap();
        assert_eq!(desk.calls("gio"), ["open", address(FIT).as_str()]);
    }

    #[test]
    fn a_launcher_that_stays_counts_as_started() {
        let mut desk = Desk::new();
        // It stays until the pipe's other end is opened, which the test does when it has seen enough.
        let gate = desk.folder.path().join("gate");
        let made = Command::new("mkfifo").arg(&gate).status();
        assert!(made.unwrap().success());
        desk.launcher("rec", &format!("read line <'{}'", gate.display()));
        desk.launcher("xdg-open", "");
        desk.set("BROWSER", "rec");
        desk.open(FIT).unwrap();
        assert_eq!(desk.calls("rec").len(), 1);
        assert_eq!(desk.calls("xdg-open").len(), 0);
        fs::write(gate, "go\n").unwrap();
    }

    #[test]
    fn a_launcher_does_not_inherit_what_is_ours_or_our_bundles() {
        let mut desk = Desk::new();
        let output = desk.record("environment");
        desk.launcher("xdg-open", &format!("export >'{}'", output.display()));
        for name in [
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "APPIMAGE",
            "LINKDESK_DATA_DIR",
        ] {
            desk.set(name, "/none/canary");
        }
        desk.set("APPDIR", "/mount/app");
        desk.set("GTK_PATH", "/mount/app/usr/lib/gtk-canary");
        desk.set("XDG_DATA_DIRS", "/mount/app/canary:/usr/share");
        desk.set("WAYLAND_DISPLAY", "wayland-0");
        desk.open(FIT).unwrap();
        let environment = fs::read_to_string(output).unwrap();
        assert!(!environment.contains("canary"), "{environment}");
        // This process has it, but it was not handed in.
        assert!(!environment.contains("CARGO_MANIFEST_DIR"), "{environment}");
        for kept in ["WAYLAND_DISPLAY='wayland-0'", "XDG_DATA_DIRS='/usr/share'"] {
            let bare = kept.replace('\'', "\"");
            assert!(
                environment.contains(kept) || environment.contains(&bare),
                "{environment}"
            );
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_launcher_that_ended_is_reaped() {
        let desk = Desk::new();
        let output = desk.record("id");
        desk.launcher("xdg-open", &format!("echo $$ >'{}'", output.display()));
        desk.open(FIT).unwrap();
        let id = fs::read_to_string(output).unwrap();
        let process = Path::new("/proc").join(id.trim());
        assert!(!process.exists(), "{} is a zombie", process.display());
    }
}
