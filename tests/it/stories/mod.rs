//! What a person lives through, told with the real worker against the practice providers.
//!
//! Knows no window and no terminal; both show what these stories leave in the snapshot.

mod ending;
mod linking;
mod refreshing;
mod secrets;
mod swapped;
mod trouble;

use linkdesk::sandbox::Mode;

/// The five providers.
const PROVIDERS: [&str; 5] = [
    "trading-parrot",
    "just2trade",
    "tradecloud",
    "rest-api-v1",
    "biggerplate",
];

/// Both ways the practice providers can behave.
const MODES: [Mode; 2] = [Mode::Documented, Mode::Field];
