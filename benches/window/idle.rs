//! Frames and processor time while nothing happens: one account on screen, the window visible, minimized, covered.
//!
//! Knows nothing of how an account is linked but the command that does it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::Result;
use crate::figures::Figures;
use crate::hiding::Hiding;
use crate::process::Program;
use crate::recorder::Recorder;
use crate::screen::Screen;
use crate::starting::{empty_window, linkdesk};

/// How long a visible window is watched.
const VISIBLE: Duration = Duration::from_mins(1);

/// How long each way of hiding it is watched, and the empty window.
const SHORTER: Duration = Duration::from_secs(20);

/// How long after a change the watch begins.
const SETTLED: Duration = Duration::from_secs(5);

/// What was seen in a while.
#[derive(Debug)]
struct Seen {
    frames: u64,
    processor: Duration,
    over: Duration,
}

impl Seen {
    fn words(&self) -> String {
        let seconds = self.over.as_secs_f64();
        let millis = self.processor.as_secs_f64() * 1000.0;
        let a_second = millis / seconds;
        format!(
            "{} frames and {millis:.0} ms of processor time in {seconds:.0} s ({a_second:.1} ms a second)",
            self.frames
        )
    }
}

pub(crate) fn measure(screen: &Screen, figures: &mut Figures) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let recorder = Recorder::start()?;
    println!("Idle");
    check_the_count(screen, &recorder, folder.path(), figures)?;
    link(folder.path())?;
    let program = Program::start(&mut linkdesk(folder.path()))?;
    screen.wait_until_painted()?;
    let seen = watch(&program, &recorder, VISIBLE)?;
    // A frame may fall on either end.
    let most = seen.over.as_secs() + 1;
    figures.verdict(
        seen.frames <= most,
        &format!(
            "visible, seconds shown: {}, aim: at most one frame a second",
            seen.words()
        ),
    );
    figures.verdict(seen.frames > 0, "the seconds do pass on screen");
    let hiding = Hiding::largest_window()?;
    hiding.minimize()?;
    hidden("minimized", &watch(&program, &recorder, SHORTER)?, figures);
    hiding.restore()?;
    comes_back(&program, &recorder, figures)?;
    let cover = hiding.cover()?;
    hidden("covered", &watch(&program, &recorder, SHORTER)?, figures);
    hiding.uncover(cover)?;
    comes_back(&program, &recorder, figures)
}

/// The empty window paints once a second and counts its frames itself: both counts have to agree.
fn check_the_count(
    screen: &Screen,
    recorder: &Recorder,
    folder: &Path,
    figures: &mut Figures,
) -> Result<()> {
    let tally = folder.join("frames");
    let program = Program::start(empty_window()?.arg(&tally))?;
    screen.wait_until_painted()?;
    std::thread::sleep(SETTLED);
    let own = || -> Result<u64> { Ok(fs::read_to_string(&tally)?.parse()?) };
    let before = own()?;
    let seen = watch_at_once(&program, recorder, SHORTER)?;
    let own = own()? - before;
    println!("  empty window, painted once a second: {}", seen.words());
    figures.verdict(
        own.abs_diff(seen.frames) <= 1,
        &format!("the empty window itself counts {own} frames"),
    );
    drop(program);
    screen.wait_until_blank()?;
    Ok(())
}

/// Links one account through the command line.
fn link(folder: &Path) -> Result<()> {
    let providers = linkdesk(folder).args(["--json", "providers"]).output()?;
    let failed = |what: &str, errors: &[u8]| format!("{what}: {}", String::from_utf8_lossy(errors));
    if !providers.status.success() {
        return Err(failed("linkdesk providers", &providers.stderr).into());
    }
    let ready = fs::read(folder.join("sandbox").join("ready.json"))?;
    let ready: serde_json::Value = serde_json::from_slice(&ready)?;
    let word = |name: &str| {
        ready
            .get(name)
            .and_then(|word| word.as_str())
            .ok_or("no practice user")
    };
    let mut command = linkdesk(folder);
    command.args(["link", "tradecloud", "--username", word("username")?]);
    command.args(["--password-file", "-"]);
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut linking = piped.spawn()?;
    let mut input = linking.stdin.take().ok_or("no standard input")?;
    input.write_all(word("password")?.as_bytes())?;
    drop(input);
    let linked = linking.wait_with_output()?;
    if !linked.status.success() {
        return Err(failed("linkdesk link", &linked.stderr).into());
    }
    Ok(())
}

fn watch(program: &Program, recorder: &Recorder, over: Duration) -> Result<Seen> {
    std::thread::sleep(SETTLED);
    watch_at_once(program, recorder, over)
}

fn watch_at_once(program: &Program, recorder: &Recorder, over: Duration) -> Result<Seen> {
    let (frames, processor) = (recorder.pictures()?, program.processor_time()?);
    let begun = Instant::now();
    std::thread::sleep(over);
    Ok(Seen {
        frames: recorder.pictures()? - frames,
        processor: program.processor_time()?.saturating_sub(processor),
        over: begun.elapsed(),
    })
}

fn hidden(how: &str, seen: &Seen, figures: &mut Figures) {
    figures.verdict(
        seen.frames == 0,
        &format!("{how}: {}, aim: no frame", seen.words()),
    );
}

/// A window that is shown again has to paint again.
fn comes_back(program: &Program, recorder: &Recorder, figures: &mut Figures) -> Result<()> {
    let seen = watch(program, recorder, Duration::from_secs(3))?;
    figures.verdict(seen.frames > 0, &format!("shown again: {}", seen.words()));
    Ok(())
}
