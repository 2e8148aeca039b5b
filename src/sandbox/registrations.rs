//! What is registered with the practice providers: one client with a secret each, and the password of the practice users.
//!
//! Doesn't know who uses them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Error,
    folder::Folder,
    provider::{Provider, SERVED},
    random, standard,
};

const FILE: &str = "registrations.json";

/// Drawn when the folder is made, and the same ever after.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Registrations {
    pub(super) password: String,
    clients: BTreeMap<String, Client>,
}

/// A registered client.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

impl Registrations {
    /// What the folder holds, completed where something is missing.
    pub(super) fn of(folder: &Folder) -> Result<Self, Error> {
        let mut registrations = match folder.read(FILE)? {
            Some(registrations) => registrations,
            None => Self {
                password: format!("practice-{}", random::lower_alphanumeric(10)?),
                clients: BTreeMap::new(),
            },
        };
        for provider in SERVED {
            if !registrations.clients.contains_key(provider.id) {
                registrations
                    .clients
                    .insert(provider.id.to_owned(), Client::draw(provider)?);
            }
        }
        folder.replace(FILE, &registrations)?;
        Ok(registrations)
    }

    pub(super) fn client(&self, id: &str) -> Result<Client, Error> {
        self.clients
            .get(id)
            .cloned()
            .ok_or_else(|| Error::UnknownProvider(id.to_owned()))
    }
}

impl Client {
    fn draw(provider: &Provider) -> Result<Self, Error> {
        let mut client_secret = random::alphanumeric(40)?;
        if provider.id == standard::PROVIDER.id {
            // Whoever forgets to form-encode a secret before it goes into a Basic header is to notice.
            client_secret.insert_str(20, "+/%41:");
        }
        Ok(Self {
            client_id: random::lower_alphanumeric(24)?,
            client_secret,
        })
    }
}
