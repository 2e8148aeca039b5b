//! Time to the first frame and memory, Linkdesk and the empty window in turn.
//!
//! Knows nothing of what happens after.

use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::empty;
use crate::figures::{Figures, Series};
use crate::process::Program;
use crate::screen::Screen;

/// How often each is started; an odd number has a middle.
const ROUNDS: usize = 15;

/// How many of those starts are left running until their memory can be read.
const LONGER_ROUNDS: usize = 5;

/// The aim for both ratios.
const AIM: f64 = 1.25;

/// How long after the first frame memory is read: everything that starts has started by then.
const SETTLED: Duration = Duration::from_secs(3);

/// How long a program is left running otherwise.
const SHOWN: Duration = Duration::from_millis(700);

/// The window of people, on practice providers, with everything it keeps in this folder.
pub(crate) fn linkdesk(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linkdesk"));
    command.arg("--sandbox").arg("--data-dir").arg(folder);
    command
}

/// The empty window.
pub(crate) fn empty_window() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(empty::ARGUMENT);
    Ok(command)
}

#[derive(Debug, Default)]
struct Runs {
    time: Series,
    memory: Series,
}

pub(crate) fn measure(screen: &Screen, figures: &mut Figures) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut ours, mut empty) = (Runs::default(), Runs::default());
    // The first start of each reads its files from the disk and Linkdesk makes its data folder: it doesn't count.
    for mut command in [linkdesk(folder.path()), empty_window()?] {
        let program = start(screen, &mut command, &mut Runs::default())?;
        std::thread::sleep(SETTLED);
        drop(program);
        screen.wait_until_blank()?;
    }
    for round in 0..ROUNDS {
        let is_longer = round < LONGER_ROUNDS;
        for (mut command, runs) in [
            (linkdesk(folder.path()), &mut ours),
            (empty_window()?, &mut empty),
        ] {
            let program = start(screen, &mut command, runs)?;
            std::thread::sleep(if is_longer { SETTLED } else { SHOWN });
            if is_longer {
                runs.memory.push(program.memory()?);
            }
            drop(program);
            screen.wait_until_blank()?;
        }
    }
    println!("Time to the first frame, {ROUNDS} starts of each");
    figures.compare("ms", &ours.time, &empty.time, AIM);
    println!("Memory (proportional set size) with nothing linked, {LONGER_ROUNDS} starts of each");
    figures.compare("MiB", &ours.memory, &empty.memory, AIM);
    Ok(())
}

/// Starts a program and waits for its first frame.
fn start(screen: &Screen, command: &mut Command, runs: &mut Runs) -> Result<Program> {
    let program = Program::start(command)?;
    let painted = screen.wait_until_painted()?;
    let took = painted.duration_since(program.begun);
    runs.time.push(took.as_secs_f64() * 1000.0);
    Ok(program)
}
