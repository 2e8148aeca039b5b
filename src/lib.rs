//! Linkdesk links API accounts through the system browser and keeps their tokens alive and safe.
//!
//! A house of rooms; read them in this order. The table of who may import whom is in `ARCHITECTURE.md`.

pub mod ids;
pub mod secret;

pub mod basic_login;
pub mod credentials;
pub mod oauth;
pub mod provider;

pub mod account;
pub mod store;
pub mod vault;

pub mod loopback;
pub mod platform;

pub mod bridge;
pub mod worker;

pub mod app;
pub mod cli;
pub mod text;
pub mod ui;

pub mod compose;
pub mod sandbox;
