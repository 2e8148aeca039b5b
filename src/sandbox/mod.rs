//! The practice providers: six strict servers on 127.0.0.1.
//!
//! Five answer as the five documents say, or as the products behind them do; the sixth, Practice Identity, stands for no product and answers as the standards say.
//!
//! They know nothing of the linker, not even its words for ids and secrets, so that a mistake in the linker can't be mirrored here.
//! The protocol is that of [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749) with each document's own deviations;
//! every provider's file opens with a table of what it answers in which [`Mode`].
//! Practice Identity is the same in both; provider files of one's own, discovery, ID tokens and the sign-in of devices are practiced there.
//!
//! ```no_run
//! # fn main() -> Result<(), linkdesk::sandbox::Error> {
//! let running = linkdesk::sandbox::start(linkdesk::sandbox::Options::new("practice"))?;
//! for provider in &running.ready().providers {
//!     assert!(provider.base_url.starts_with("http://127.0.0.1:"));
//! }
//! assert_eq!(running.ready().standard.issuer, running.ready().standard.base_url);
//! # Ok(())
//! # }
//! ```

// From the outside in: what a caller sees, what a request passes through, what a provider is, the six of them.
mod error;
mod faults;
mod options;
mod ready;
mod running;

mod ask;
mod folder;
mod ports;
mod registrations;
mod server;
mod wire;

mod asked;
mod bend;
mod control;
mod ledger;
mod pages;
mod params;
mod provider;
mod random;
mod reply;
mod shop;
mod sign_in;
mod users;
mod visit;

mod biggerplate;
mod just2trade;
mod rest_api_v1;
mod standard;
mod tradecloud;
mod trading_parrot;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use faults::{Fault, RequestKind, Times};
pub use ledger::{Counters, TradingAccount};
pub use options::{Clock, Mode, Options};
pub use ready::{Ready, ReadyProvider, ReadyStandard};
pub use running::{Running, start};
