//! The product from outside: screens as a person meets them, and stories from the first press to the saved token.
//!
//! Never sleeps, never touches a host that is not this one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on should stop"
)]

mod desk;
mod keyboard;
mod screens;
mod screens_add;
mod screens_app;
mod screens_forms;
mod screens_keys;
mod screens_list;
mod screens_pictures;
mod screens_set_up;
mod screens_sign_in;
mod screens_troubles;
mod stories;
mod support;
