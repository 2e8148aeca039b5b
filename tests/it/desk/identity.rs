//! Practice Identity as a provider of the person's own: found by its issuer, or written down by hand.
//!
//! Knows nothing of what is signed in to there.

use std::fs;
use std::path::PathBuf;

use linkdesk::bridge::{
    ClientChange, Command, DiscoveryState, Finished, FoundProvider, SecretChange,
};
use linkdesk::ids::{FlowId, ProviderId};
use linkdesk::secret::Secret;

use super::{Desk, id};

/// What stories call it.
pub(crate) const IDENTITY: &str = "identity";

/// What faults and counters call it.
pub(crate) const STANDARD: &str = "standard";

impl Desk {
    /// Its issuer.
    pub(crate) fn issuer(&self) -> String {
        self.practice.ready().standard.issuer.clone()
    }

    /// Asks an issuer, and gives what came of it.
    pub(crate) fn discover(&self, issuer: &str) -> (Finished, DiscoveryState) {
        let issuer = issuer.to_owned();
        let finished = self.run(Command::Discover { issuer });
        let card = self.face.snapshot().discovery.clone().unwrap();
        (finished, card.state)
    }

    /// What its metadata says.
    pub(crate) fn found(&self) -> FoundProvider {
        let (finished, state) = self.discover(&self.issuer());
        assert_eq!(finished.problem, None);
        match state {
            DiscoveryState::Found(found) => found,
            other => panic!("not found: {other:?}"),
        }
    }

    /// Finds it, adds it and sets it up with the client that has a secret.
    pub(crate) fn add_identity(&self) {
        self.found();
        let finished = self.run(Command::AddProvider {
            id: id(IDENTITY),
            name: "Identity".to_owned(),
        });
        assert_eq!(finished.problem, None);
        self.set_up(IDENTITY, self.confidential());
    }

    /// The client that has a secret.
    pub(crate) fn confidential(&self) -> ClientChange {
        let standard = &self.practice.ready().standard;
        ClientChange {
            client_id: Some(standard.client_id.clone()),
            client_secret: SecretChange::Set(Secret::new(standard.client_secret.clone())),
            ..ClientChange::default()
        }
    }

    /// The client that has none.
    pub(crate) fn public(&self) -> ClientChange {
        ClientChange {
            client_id: Some(self.practice.ready().standard.public_client_id.clone()),
            ..ClientChange::default()
        }
    }

    /// The file it would be added with, under the stories' own name.
    pub(crate) fn identity_file(&self) -> String {
        let found = self.found();
        let proposed = format!("id = \"{}\"", found.id);
        assert!(found.file.contains(&proposed), "{}", found.file);
        found
            .file
            .replace(&proposed, &format!("id = \"{IDENTITY}\""))
    }

    /// Puts a file into the folder by hand, and has the folder read again.
    pub(crate) fn drop_in(&self, name: &str, text: &str) -> Finished {
        let folder = self.provider_files();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
        self.run(Command::RereadProviders)
    }

    /// Uses a file of this text for it, and the client that has a secret.
    pub(crate) fn add_by_hand(&self, text: &str) {
        let finished = self.drop_in("identity.toml", text);
        assert_eq!(finished.problem, None);
        self.set_up(IDENTITY, self.confidential());
    }

    /// Where provider files of the person's own are.
    pub(crate) fn provider_files(&self) -> PathBuf {
        self.room.folder.path().join("providers")
    }

    /// The names of all providers.
    pub(crate) fn provider_ids(&self) -> Vec<ProviderId> {
        let snapshot = self.face.snapshot();
        snapshot.providers.iter().map(|it| it.id.clone()).collect()
    }

    /// Starts a sign-in there.
    pub(crate) fn start_identity(&self) -> FlowId {
        self.start_link(IDENTITY)
    }

    /// The practice user who is not the first.
    pub(crate) fn somebody_else(&self) -> String {
        self.practice.ready().standard.users[1].clone()
    }
}
