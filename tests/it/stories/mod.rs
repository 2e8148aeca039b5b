//! What a person lives through, told with the real worker against the practice providers.
//!
//! Knows no window and no terminal; both show what these stories leave in the snapshot.

mod bad_answers;
mod certificate;
mod clocks;
mod data;
mod device;
mod ending;
mod ends;
mod id_tokens;
mod linking;
mod meanwhile;
mod moving;
mod not_a_sign_out;
mod other_person;
mod own_providers;
mod ports;
mod refreshing;
mod requests;
mod same_person;
mod secrets;
mod set_up_test;
mod spending;
mod swapped;
mod trouble;
mod unsaved;
mod ways_home;
mod why_ended;

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
