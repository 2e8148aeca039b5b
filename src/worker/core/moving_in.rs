//! The house is open, for the first time or again: what was read of it becomes what is known.
//!
//! Knows nothing of how it was opened.

use jiff::Timestamp;

use super::{Core, Saving, keys};
use crate::bridge::{KeyStoreState, ProblemKind, Remedy, RestoredCard};
use crate::ids::CommandId;
use crate::store::Contents;
use crate::worker::failure::{Failure, remedy};
use crate::worker::input::Effect;
use crate::worker::world::{House, Unopened};

impl Core {
    pub(super) fn opened(
        &mut self,
        opened: Result<(House, Contents), Unopened>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.problems
            .retain(|problem| problem.remedy != Remedy::RetryNow);
        match opened {
            Ok((house, contents)) => self.move_in(house, contents, now),
            Err(unopened) => {
                let id = self.new_problem_id();
                self.problems.push(unopened.problem(id, now));
                Vec::new()
            }
        }
    }

    fn move_in(&mut self, house: House, contents: Contents, now: Timestamp) -> Vec<Effect> {
        self.practice = house.practice;
        self.provider_folder = house.provider_files.place();
        self.registry = house.registry;
        self.key_store.kind = keys::kind(house.vault.kind());
        // Where the house is opened once more, its vault is a new one.
        self.key_store.state = KeyStoreState::default();
        self.problems
            .retain(|it| !matches!(it.kind, ProblemKind::ProviderFile { .. }));
        self.note_mistakes(house.file_problems, now);
        self.saving = if house.read_only {
            Saving::WantsReopening
        } else {
            Saving::Possible
        };
        for (kind, detail) in house.notes {
            let remedy = remedy(&kind);
            self.note(kind, remedy, detail, now);
        }
        self.furnish_clients(house.presets, contents.clients.as_slice());
        self.links_miss_a_reading();
        self.reread(contents, now);
        self.loaded = true;
        self.describe_providers();
        // Where nothing can be saved no token is used, so there is no need for the key.
        let asks_for_key =
            self.settings.refreshes_by_itself && self.can_save() && !self.accounts.is_empty();
        if asks_for_key {
            return self.retry_key_store(now);
        }
        Vec::new()
    }

    /// Everything is another now: it is read anew, as at the start.
    pub(super) fn restored(
        &mut self,
        command: CommandId,
        result: Result<RestoredCard, Failure>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.changes += 1;
        match result {
            Ok(card) => {
                self.restored = Some(card);
                self.finish(command, None, None, now);
                vec![Effect::OpenHouse]
            }
            Err(failure) => {
                self.finish(command, None, Some(failure), now);
                Vec::new()
            }
        }
    }
}
