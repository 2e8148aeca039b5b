//! Several lanes, each with practice providers of its own, that share one list of cases.
//!
//! Knows nothing of what a case is.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use linkdesk::sandbox::Mode;

use crate::practice::Practice;

/// As many as small machines have cores.
const LANES: usize = 2;

/// Does `work` with each case; results come in no order.
pub(crate) fn over<C: Sync, R: Send>(
    mode: Mode,
    cases: &[C],
    work: impl Fn(&Practice, &C) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                let practice = Practice::start(mode);
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(&practice, case);
                    results.lock().unwrap().push(result);
                }
            });
        }
    });
    results.into_inner().unwrap()
}
