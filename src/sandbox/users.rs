//! The two people who can sign in at a practice provider.
//!
//! Doesn't know their password: it is drawn when the folder is made.

/// A practice user with everything any of the profiles shows.
#[derive(Debug)]
pub(super) struct User {
    /// The name to sign in with, which is also the e-mail address.
    pub(super) username: &'static str,
    pub(super) login: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) uuid: &'static str,
    pub(super) number: u32,
}

impl User {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Everybody who can sign in.
pub(super) const USERS: [&User; 2] = [TRADER, DESK];

pub(super) const TRADER: &User = &User {
    username: "trader@practice.example",
    login: "trader",
    first_name: "Practice",
    last_name: "Trader",
    uuid: "8f1e7eba-0000-4000-8000-000000000001",
    number: 1,
};

pub(super) const DESK: &User = &User {
    username: "desk@practice.example",
    login: "desk",
    first_name: "Practice",
    last_name: "Desk",
    uuid: "8f1e7eba-0000-4000-8000-000000000002",
    number: 2,
};

/// The user of that name; the practice trader where a name has gone missing from the folder.
pub(super) fn named(username: &str) -> &'static User {
    find(username).unwrap_or(TRADER)
}

pub(super) fn find(username: &str) -> Option<&'static User> {
    USERS.into_iter().find(|user| user.username == username)
}
