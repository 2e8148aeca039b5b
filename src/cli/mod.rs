//! A room being furnished.
