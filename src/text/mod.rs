//! The words the window and the command line share: problems, states, countdowns, times.
//!
//! Pure: the time and the zone are handed in. Knows nothing of painting, printing or exit codes.
//! Whatever came from outside passes [`foreign()`] before it is shown anywhere.

pub mod account;
pub mod backup;
mod countdown;
mod foreign;
pub mod problem;
mod problem_hint;
mod problem_title;
pub mod redirect;
pub mod set_up;
pub mod steps;
pub mod store;
mod store_problem;
pub mod time;
mod trouble;

pub use countdown::{Countdown, access_countdown, countdown, refresh_countdown};
pub use foreign::{LONGEST, foreign};
pub use time::Ticking;
pub use trouble::trouble;
