//! A folder with launchers that write down how they were called, and nothing else for a browser to be found in.
//!
//! Knows nothing of what is tested.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// An address with much in it that a shell would take for its own.
pub(super) const FIT: &str = "https://a.example/authorize?a=1&b=$(id)&c=%s;d='%22";

/// A folder with launchers, and nothing else on the path.
pub(super) struct Desk {
    pub folder: tempfile::TempDir,
    environment: Vec<(OsString, OsString)>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Self {
            environment: Vec::new(),
            folder,
        };
        let place = desk.folder.path().to_owned();
        desk.set("HOME", place.join("home"));
        desk.set("XDG_DATA_DIRS", place.join("share"));
        desk.set("PATH", place);
        desk
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.environment.retain(|(other, _)| other != name);
        self.environment.push((name.into(), value.into()));
    }

    /// Puts a script there that notes its arguments before it goes on.
    pub(super) fn launcher(&self, name: &str, and_then: &str) {
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

    pub(super) fn record(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.called"))
    }

    /// The arguments of every call.
    pub(super) fn calls(&self, name: &str) -> Vec<String> {
        let record = fs::read_to_string(self.record(name)).unwrap_or_default();
        record.lines().map(str::to_owned).collect()
    }

    pub(super) fn open(&self, text: &str) -> Result<(), Error> {
        self.browser().open(&address(text), None)
    }

    pub(super) fn browser(&self) -> SystemBrowser {
        SystemBrowser::new(self.environment.clone())
    }

    /// A pipe that keeps whoever reads from it until [`release`] is called.
    pub(super) fn gate(&self) -> PathBuf {
        let gate = self.folder.path().join("gate");
        let made = Command::new("mkfifo").arg(&gate).status();
        assert!(made.unwrap().success());
        gate
    }

    /// Puts a file into the folder.
    pub(super) fn file(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Lets whoever waits at a gate go on.
pub(super) fn release(gate: &Path) {
    fs::write(gate, "go\n").unwrap();
}
