//! A program under measurement: started, looked at from outside through `/proc`, ended.
//!
//! Knows nothing of windows.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// The kernel counts processor time for `/proc` in hundredths of a second, whatever its own clock does.
const TICK: Duration = Duration::from_millis(10);

/// A running program; ended when dropped.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    /// The instant before it was started.
    pub(crate) begun: Instant,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let begun = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Self { child, begun })
    }

    /// Its proportional set size, in MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .ok_or("no Pss")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Processor time of all its threads so far, in the program and in the kernel for it.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in parentheses, may hold anything; user and system time are the 12th and 13th field behind it.
        let (_, fields) = stat.rsplit_once(')').ok_or("an unknown /proc/PID/stat")?;
        let ticks = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u32>);
        Ok(TICK * ticks.sum::<std::result::Result<u32, _>>()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
