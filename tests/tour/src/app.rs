//! The program under tour: the release binary on the practice providers with a fresh data folder; it doesn't look into
//! its window.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::Duration,
};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::wait;

/// The running program; it is ended when this is dropped.
#[derive(Debug)]
pub struct App {
    process: Child,
    data_dir: PathBuf,
}

/// What the practice providers say of themselves once they are there.
#[derive(Debug, Deserialize)]
pub struct Ready {
    /// The user name, an e-mail address where one is asked for.
    pub username: String,
    /// The password, good for nothing but practice.
    pub password: String,
    /// The server that stands for no built-in provider.
    pub standard: Standard,
}

/// Practice Identity, and what it gave out at registration.
#[derive(Debug, Deserialize)]
pub struct Standard {
    /// The address it is found by.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// Everybody who can sign in, all with the same password.
    pub users: Vec<String>,
}

impl App {
    /// Starts the program in the given mode; its own words go to `log`.
    pub fn start(
        binary: &Path,
        mode: &str,
        data_dir: PathBuf,
        log: &Path,
        browsers: &Path,
    ) -> Result<Self> {
        let log = fs::File::create(log)?;
        let process = Command::new(binary)
            .args(["--sandbox", "--mode", mode, "--data-dir"])
            .arg(&data_dir)
            .env("TOUR_BROWSERS", browsers)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        Ok(Self { process, data_dir })
    }

    /// Whom and what the practice providers know.
    pub fn ready(&self) -> Result<Ready> {
        let path = self.data_dir.join("sandbox/ready.json");
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Asks the program to end, as a logout does, and waits for it.
    pub fn end(&mut self) -> Result<()> {
        let pid = self.process.id().to_string();
        Command::new("kill").arg(&pid).status()?;
        wait::until("the program's end", Duration::from_secs(10), || {
            Ok(self
                .process
                .try_wait()?
                .map(|_| ())
                .ok_or_else(|| "still running".to_owned()))
        })
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Already ended is as good.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
