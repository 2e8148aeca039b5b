//! Counts the pictures that programs send to the X server, through its RECORD extension: no door into the program is
//! needed, and a picture that a hidden window sends in vain is counted too.
//!
//! Counts right where OpenGL is drawn by the processor, as on a virtual screen: each frame then travels as one picture.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::record::{self, CS, ConnectionExt as _, ExtRange, Range, Range8, Range16};
use x11rb::protocol::xproto;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::Result;

/// The requests of the two extensions that carry a picture.
const EXTENSIONS: [(&str, u16); 2] = [("MIT-SHM", 3), ("Present", 1)];

/// What a reply of the recorder carries: something that a program sent.
const FROM_CLIENT: u8 = 1;

/// How long a picture may be on its way to the count.
const ON_ITS_WAY: Duration = Duration::from_millis(200);

/// Counts from its start to its end.
#[derive(Debug)]
pub(crate) struct Recorder {
    control: RustConnection,
    context: record::Context,
    sent: Arc<AtomicU64>,
}

impl Recorder {
    pub(crate) fn start() -> Result<Self> {
        let (control, _) = x11rb::connect(None)?;
        let (data, _) = x11rb::connect(None)?;
        control.record_query_version(1, 13)?.reply()?;
        let mut ranges = vec![range(Some(xproto::PUT_IMAGE_REQUEST), None)];
        for (name, request) in EXTENSIONS {
            if let Some(extension) = control.extension_information(name)? {
                ranges.push(range(None, Some((extension.major_opcode, request))));
            }
        }
        let context = control.generate_id()?;
        control
            .record_create_context(context, 0, &[CS::ALL_CLIENTS.into()], &ranges)?
            .check()?;
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || drop(count(&data, context, &counter)))?;
        Ok(Self {
            control,
            context,
            sent,
        })
    }

    /// Pictures so far.
    pub(crate) fn pictures(&self) -> Result<u64> {
        self.control.sync()?;
        std::thread::sleep(ON_ITS_WAY);
        Ok(self.sent.load(Ordering::Relaxed))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // The server ends what is left when the connection closes.
        let _closing = self.control.record_disable_context(self.context);
        drop(self.control.sync());
    }
}

fn range(core: Option<u8>, extension: Option<(u8, u16)>) -> Range {
    let one = |value: u8| Range8 {
        first: value,
        last: value,
    };
    let none = ExtRange::default();
    let ext_requests = extension.map_or(none, |(major, minor)| ExtRange {
        major: one(major),
        minor: Range16 {
            first: minor,
            last: minor,
        },
    });
    Range {
        core_requests: one(core.unwrap_or_default()),
        ext_requests,
        ..Range::default()
    }
}

/// Reads what the server records until it is told to stop.
fn count(data: &RustConnection, context: record::Context, sent: &AtomicU64) -> Result<()> {
    for reply in data.record_enable_context(context)? {
        let reply = reply?;
        if reply.category == FROM_CLIENT {
            sent.fetch_add(requests(&reply.data), Ordering::Relaxed);
        }
    }
    Ok(())
}

/// How many requests follow one another in `data`: bytes 2 and 3 are a request's length in words, or 0 where it is
/// so long that the next word says it.
fn requests(mut data: &[u8]) -> u64 {
    let mut requests = 0;
    while let [_, _, low, high, rest @ ..] = data {
        requests += 1;
        let words = match (u16::from_ne_bytes([*low, *high]), rest) {
            (0, [a, b, c, d, ..]) => u32::from_ne_bytes([*a, *b, *c, *d]),
            (words, _) => words.into(),
        };
        let length = usize::try_from(words)
            .unwrap_or(usize::MAX)
            .saturating_mul(4);
        data = data.get(length.max(4)..).unwrap_or_default();
    }
    requests
}
