//! The tour: the real window on the practice providers, driven by its accessible names from sign-in to unlinking, with a
//! picture of every step; it knows nothing of the program's insides.
//!
//! Started by `./run` and `./check` in a session of its own (`tests/session --display`).
//! Order of reading: [`steps`], [`names`], [`window`], [`browser`].

#![expect(
    unreachable_pub,
    reason = "in a program, `pub` says what a module offers to the others"
)]
#![expect(clippy::print_stdout, reason = "the summary is this program's output")]

mod app;
mod browser;
mod certificate;
mod countdown;
mod devtools;
mod journal;
mod names;
mod screen;
mod steps;
mod wait;
mod window;

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    app::App,
    browser::{Browsers, Desktop},
    journal::Journal,
    screen::Screen,
    steps::Tour,
    window::AccessibilityBus,
};

/// How long the window may take to open, on a machine that draws in software.
const OPENING: Duration = Duration::from_mins(1);

/// What the tour is called with.
struct Arguments {
    /// The program to take on tour.
    app: PathBuf,
    /// How the practice providers behave.
    mode: String,
    /// Where pictures and summary go.
    output: PathBuf,
}

/// Where the session's things are.
struct Session {
    home: PathBuf,
    config_home: PathBuf,
    data_home: PathBuf,
    framebuffer: PathBuf,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("The tour could not be taken: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Takes the tour and says whether all of it happened.
fn run() -> Result<bool> {
    let arguments = Arguments::read(env::args().skip(1))?;
    let session = Session::read()?;
    let mut journal = Journal::open(arguments.output.clone(), &arguments.mode)?;
    let result = take(&arguments, &session, &mut journal);
    if let Err(error) = &result {
        journal.fail(format!("{error:#}"));
        // What was on screen at that moment; without a screen there is nothing to add.
        Screen::at(session.framebuffer)
            .picture()
            .and_then(|screen| screen.save(&journal.picture("failed")))
            .ok();
    }
    println!("{}", journal.close()?);
    println!("Pictures and summary.md: {}", arguments.output.display());
    Ok(result.is_ok())
}

fn take(arguments: &Arguments, session: &Session, journal: &mut Journal) -> Result<()> {
    journal.step("The program starts");
    let launcher = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let scratch = session.home.join("tour").join(&arguments.mode);
    let desktop = Desktop {
        config_home: &session.config_home,
        data_home: &session.data_home,
    };
    let browsers = Browsers::install(&launcher, &desktop, scratch.join("browsers"))?;
    let bus = AccessibilityBus::switch_on()?;
    let log = journal.file("program.log");
    let app = App::start(
        &arguments.app,
        &arguments.mode,
        scratch.join("data"),
        &log,
        browsers.folder(),
    )?;
    let program = arguments
        .app
        .file_name()
        .and_then(|name| name.to_str())
        .context("the program has no name")?;
    let window = bus.window_of(program, OPENING)?;
    let screen = Screen::at(session.framebuffer.clone());
    let mut tour = Tour {
        app,
        window,
        screen,
        browsers,
        journal,
        first_countdowns: BTreeMap::new(),
    };
    tour.take()?;
    tour.journal.step("The program ends");
    tour.app.end()
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let (Some(app), Some(mode), Some(output), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            bail!("usage: linkdesk-tour PROGRAM documented|field OUTPUT-FOLDER");
        };
        Ok(Self {
            app: app.into(),
            mode,
            output: output.into(),
        })
    }
}

impl Session {
    fn read() -> Result<Self> {
        let path = |variable: &str| {
            env::var_os(variable).map(PathBuf::from).with_context(|| {
                format!("{variable} is not set: start the tour with tests/session --display")
            })
        };
        Ok(Self {
            home: path("HOME")?,
            config_home: path("XDG_CONFIG_HOME")?,
            data_home: path("XDG_DATA_HOME")?,
            framebuffer: path("LINKDESK_TOUR_FRAMEBUFFER")?,
        })
    }
}
