//! Signing in with a name and a password, once, for tokens that come in headers.
//!
//! Deliberately has no clock and performs no I/O; it doesn't know which headers a provider uses, and it keeps no password.

mod credentials;
mod token_headers;

pub use credentials::{UnusableUsername, basic_credentials};
pub use token_headers::{TokenHeaders, read_token_header, read_token_headers};
