//! The virtual screen, read from the file in which its X server keeps it: looking costs the server nothing.
//!
//! Knows nothing of what is on it, only whether anything is.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::{Duration, Instant};

use crate::Result;

/// Where `tests/session --display` says which file it is.
const VARIABLE: &str = "LINKDESK_TOUR_FRAMEBUFFER";

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_micros(500);

/// Longer than any window takes to open, or to be gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Some lines of pixels, from near the top to near the bottom.
const LINES: [u64; 5] = [1, 3, 5, 7, 9];

/// The screen, remembered as it is when nothing is on it.
#[derive(Debug)]
pub(crate) struct Screen {
    file: File,
    places: Vec<u64>,
    line: usize,
    blank: Vec<Vec<u8>>,
}

impl Screen {
    /// The screen of this session, still blank.
    pub(crate) fn of_session() -> Result<Self> {
        let path = std::env::var_os(VARIABLE)
            .ok_or("no virtual screen: run tests/session --display cargo bench --bench window")?;
        let file = File::open(path)?;
        let word = |index: u64| -> Result<u64> {
            let mut bytes = [0; 4];
            file.read_exact_at(&mut bytes, index * 4)?;
            Ok(u32::from_be_bytes(bytes).into())
        };
        // An X window dump: header, color table of 12 bytes an entry, lines of pixels.
        let (header, height, line, colors) = (word(0)?, word(5)?, word(12)?, word(19)?);
        let start = header + colors * 12;
        let place = |tenth: u64| start + height * tenth / 10 * line;
        let mut screen = Self {
            places: LINES.map(place).to_vec(),
            line: usize::try_from(line)?,
            blank: Vec::new(),
            file,
        };
        screen.blank = screen.lines()?;
        Ok(screen)
    }

    /// Waits until a window covers most of every line that is looked at.
    pub(crate) fn wait_until_painted(&self) -> Result<Instant> {
        self.wait("a window", |line, blank| {
            let pixels = || line.chunks_exact(4).zip(blank.chunks_exact(4));
            let changed = pixels().filter(|(now, before)| now != before).count();
            changed * 2 > pixels().count()
        })
    }

    /// Waits until everything is gone.
    pub(crate) fn wait_until_blank(&self) -> Result<Instant> {
        self.wait("an empty screen", |line, blank| line == blank)
    }

    fn wait(&self, what: &str, is_so: impl Fn(&[u8], &[u8]) -> bool) -> Result<Instant> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let lines = self.lines()?;
            let looked = Instant::now();
            if lines
                .iter()
                .zip(&self.blank)
                .all(|(line, blank)| is_so(line, blank))
            {
                return Ok(looked);
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Err(format!("waited {PATIENCE:?} for {what}").into())
    }

    fn lines(&self) -> Result<Vec<Vec<u8>>> {
        let read = |place: &u64| {
            let mut line = vec![0; self.line];
            self.file.read_exact_at(&mut line, *place)?;
            Ok(line)
        };
        self.places.iter().map(read).collect()
    }
}
