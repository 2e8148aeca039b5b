//! Linkdesk links API accounts through the system browser and keeps their tokens alive and safe.
//!
//! A house of rooms; read them in this order. The table of who may import whom is in `ARCHITECTURE.md`.

pub mod account;
pub mod basic_login;
pub mod bridge;
pub mod ids;
pub mod loopback;
pub mod oauth;
pub mod platform;
pub mod provider;
pub mod sandbox;
pub mod secret;
pub mod store;
pub mod vault;
