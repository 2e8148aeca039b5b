//! What the tour did: the steps as they go, their pictures, and the summary; it doesn't know how a step is done.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result};

/// The steps so far, and the folder of their pictures.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    mode: String,
    steps: Vec<Step>,
    pictures: usize,
}

#[derive(Debug)]
struct Step {
    name: String,
    pictures: Vec<String>,
    failure: Option<String>,
}

impl Journal {
    /// An empty journal in an empty folder.
    pub fn open(folder: PathBuf, mode: &str) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("emptying {}", folder.display()))?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            mode: mode.to_owned(),
            steps: Vec::new(),
            pictures: 0,
        })
    }

    /// Opens a step: what follows belongs to it.
    pub fn step(&mut self, name: impl Into<String>) {
        self.steps.push(Step {
            name: name.into(),
            pictures: Vec::new(),
            failure: None,
        });
    }

    /// The path for the next picture, called `name`, which belongs to the open step.
    pub fn picture(&mut self, name: &str) -> PathBuf {
        self.pictures += 1;
        let file = format!("{:02}-{name}.png", self.pictures);
        let path = self.folder.join(&file);
        if let Some(step) = self.steps.last_mut() {
            step.pictures.push(file);
        }
        path
    }

    /// A file beside the pictures.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Says that the open step failed, and why.
    pub fn fail(&mut self, why: String) {
        if let Some(step) = self.steps.last_mut() {
            step.failure = Some(why);
        }
    }

    /// Writes `summary.md` and returns it in short, for a terminal.
    pub fn close(self) -> Result<String> {
        let mut page = format!("# The tour, {} mode\n\n", self.mode);
        let mut short = String::new();
        // Writing to a `String` can't fail.
        for step in &self.steps {
            let mark = if step.failure.is_none() {
                "done"
            } else {
                "FAILED"
            };
            writeln!(page, "## {} ({mark})\n", step.name).ok();
            writeln!(short, "{mark:6}  {}", step.name).ok();
            if let Some(failure) = &step.failure {
                writeln!(page, "```text\n{failure}\n```\n").ok();
                writeln!(short, "\n{failure}\n").ok();
            }
            for picture in &step.pictures {
                writeln!(page, "![{picture}]({picture})\n").ok();
            }
        }
        let failed = self
            .steps
            .iter()
            .filter(|step| step.failure.is_some())
            .count();
        let total = format!(
            "{} steps, {failed} failed, {} pictures.",
            self.steps.len(),
            self.pictures
        );
        writeln!(page, "{total}").ok();
        fs::write(self.folder.join("summary.md"), &page)?;
        Ok(short + &total)
    }
}
