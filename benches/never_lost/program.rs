//! The real program as a process of its own, on a data folder of its own.
//!
//! Knows nothing of what is done to it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::practice::{PROVIDER, Practice, WITH_PAGES};

/// The program on one data folder.
#[derive(Debug)]
pub(crate) struct Program {
    folder: TempDir,
    /// What every call is told first.
    pub(crate) switches: Vec<String>,
}

/// What a run of it told.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// None where it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Program {
    /// On an empty data folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            switches: Vec::new(),
        }
    }

    /// With the practice providers set up.
    pub(crate) fn set_up(practice: &Practice) -> Self {
        let program = Self::new();
        practice.write_provider_file(program.data());
        let address = practice.address(PROVIDER);
        program
            .run(&["client", PROVIDER, "--base-url", &address])
            .expect_done();
        program
    }

    /// The same, with the client that signs in at pages.
    pub(crate) fn set_up_with_pages(practice: &Practice) -> Self {
        let program = Self::set_up(practice);
        let (id, secret) = practice.client();
        let file = program.data().join("secret");
        std::fs::write(&file, secret).unwrap();
        let file = file.to_str().unwrap();
        let client = ["client", WITH_PAGES, "--client-id", id];
        let secret = ["--client-secret-file", file];
        program.run(&[&client[..], &secret].concat()).expect_done();
        program
    }

    /// With one account.
    pub(crate) fn linked(practice: &Practice) -> Self {
        let program = Self::set_up(practice);
        program.link(practice).expect_done();
        program
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("linkdesk.db")
    }

    /// Links an account with name and password.
    pub(crate) fn link(&self, practice: &Practice) -> Told {
        self.run(&words(&link_words(practice)))
    }

    /// A call that nothing is done to.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        self.address(&mut command, words);
        command
    }

    /// The same call by another program that runs it, such as a tracer.
    pub(crate) fn command_by(&self, runner: &str, before: &[String], words: &[&str]) -> Command {
        let mut command = Command::new(runner);
        command.args(before).arg(PROGRAM);
        self.address(&mut command, words);
        command
    }

    fn address(&self, command: &mut Command, words: &[&str]) {
        command
            .arg("--data-dir")
            .arg(self.data())
            .args(&self.switches)
            .args(words)
            .stdin(Stdio::null());
    }

    /// Runs a call to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Told {
        self.command(words).output().unwrap().into()
    }

    /// The accounts as scripts see them.
    pub(crate) fn accounts(&self) -> Result<Vec<Value>, Told> {
        let told = self.run(&["accounts", "--json"]);
        match serde_json::from_str(&told.out) {
            Ok(accounts) if told.is_done() => Ok(accounts),
            _ => Err(told),
        }
    }
}

/// The program that is measured.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_linkdesk");

/// The call that links with name and password.
pub(crate) fn link_words(practice: &Practice) -> Vec<String> {
    let password = practice.password_file();
    [
        "link",
        PROVIDER,
        "--json",
        "--username",
        practice.username(),
        "--password-file",
        password.to_str().unwrap(),
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

/// Words as calls take them.
pub(crate) fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

impl Told {
    pub(crate) fn is_done(&self) -> bool {
        self.code == Some(0)
    }

    pub(crate) fn expect_done(&self) {
        assert!(self.is_done(), "{self:?}");
    }

    /// Whether it says what went wrong, in words.
    pub(crate) fn has_message(&self) -> bool {
        self.out.contains("\"message\":\"") || self.err.contains("error: ")
    }
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
