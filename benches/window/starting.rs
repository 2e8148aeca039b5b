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
const ROUNDS: usize = 7;

/// The aim for both ratios.
const AIM: f64 = 1.25;

/// How long after the first frame memory is read: everything that starts has started by then.
const SETTLED: Duration = Duration::from_secs(3);

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
    run(screen, &mut linkdesk(folder.path()), &mut Runs::default())?;
    run(screen, &mut empty_window()?, &mut Runs::default())?;
    for _ in 0..ROUNDS {
        run(screen, &mut linkdesk(folder.path()), &mut ours)?;
        run(screen, &mut empty_window()?, &mut empty)?;
    }
    println!("Time to the first frame, {ROUNDS} starts of each");
    figures.compare("ms", &ours.time, &empty.time, AIM);
    println!("Memory (proportional set size) with nothing linked");
    figures.compare("MiB", &ours.memory, &empty.memory, AIM);
    Ok(())
}

fn run(screen: &Screen, command: &mut Command, runs: &mut Runs) -> Result<()> {
    let program = Program::start(command)?;
    let painted = screen.wait_until_painted()?;
    let took = painted.duration_since(program.begun);
    runs.time.push(took.as_secs_f64() * 1000.0);
    std::thread::sleep(SETTLED);
    runs.memory.push(program.memory()?);
    drop(program);
    screen.wait_until_blank()?;
    Ok(())
}
