//! Providers of the user's own as the core holds them: what an issuer said, what was added, what the folder holds now.
//!
//! Asks nobody and writes nothing: both are effects. Nothing that was found is used before somebody has seen it.

use jiff::Timestamp;

use super::Core;
use super::found_card::found_card;
use crate::bridge::{DiscoveryCard, DiscoveryState, FoundProvider, ProblemKind, Remedy};
use crate::ids::{CommandId, ProviderId};
use crate::provider::discovery::{self, Discovered};
use crate::provider::{FileProblem, Registry, UserFile};
use crate::worker::failure::Failure;
use crate::worker::input::{Effect, Found, NewFile};

/// A discovery on screen.
#[derive(Debug)]
pub(in crate::worker) struct Discovery {
    pub(in crate::worker) card: DiscoveryCard,
    /// The command that asked; an answer to another one is of yesterday.
    command: CommandId,
    found: Option<Discovered>,
    /// The provider that is being written.
    adding: Option<ProviderId>,
}

impl Core {
    pub(super) fn discover(&mut self, command: CommandId, issuer: String) -> Vec<Effect> {
        self.discovery = Some(Discovery {
            card: DiscoveryCard {
                issuer: issuer.clone(),
                state: DiscoveryState::Asking,
            },
            command,
            found: None,
            adding: None,
        });
        vec![Effect::Discover(command, issuer)]
    }

    pub(super) fn discovered(
        &mut self,
        command: CommandId,
        result: Result<Box<Found>, Failure>,
        now: Timestamp,
    ) {
        let described = result.and_then(|found| {
            let card = self.describe_found(&found);
            let card = card.ok_or_else(|| Failure::bug("the issuer gives no id to propose"))?;
            Ok((found.discovered, card))
        });
        let (state, found, problem) = match described {
            Ok((found, card)) => (DiscoveryState::Found(card), Some(found), None),
            Err(failure) => {
                let problem = self.problem(failure, now);
                (DiscoveryState::Failed(problem.clone()), None, Some(problem))
            }
        };
        self.finish_with(command, None, problem);
        let asked = |it: &&mut Discovery| it.command == command;
        if let Some(discovery) = self.discovery.as_mut().filter(asked) {
            discovery.card.state = state;
            discovery.found = found;
        }
    }

    fn describe_found(&self, found: &Found) -> Option<FoundProvider> {
        let taken: Vec<ProviderId> = self.registry.iter().map(|it| it.id.clone()).collect();
        found_card(found, &taken)
    }

    /// Checks the file as it will be read, then has it written.
    pub(super) fn add_provider(
        &mut self,
        command: CommandId,
        id: ProviderId,
        name: &str,
        now: Timestamp,
    ) -> Vec<Effect> {
        match self.new_file(&id, name) {
            Ok(file) => {
                if let Some(discovery) = &mut self.discovery {
                    discovery.adding = Some(id);
                }
                vec![Effect::ReadProviders(command, Some(file))]
            }
            Err(failure) => {
                self.finish(command, None, Some(failure), now);
                Vec::new()
            }
        }
    }

    fn new_file(&self, id: &ProviderId, name: &str) -> Result<NewFile, Failure> {
        let discovery = self.discovery.as_ref();
        let Some(found) = discovery.and_then(|it| it.found.as_ref()) else {
            return Err(Failure::bug("nothing was found that could be added"));
        };
        let file = NewFile {
            name: format!("{id}.toml"),
            text: discovery::file(found, id, name),
        };
        let read = self.registry.with(UserFile {
            path: file.name.clone(),
            text: Ok(file.text.clone()),
        });
        match read {
            Ok(_) => Ok(file),
            Err(problems) => Err(problems.into_iter().next().map_or_else(
                || Failure::bug("a file without a mistake was refused"),
                mistake,
            )),
        }
    }

    /// Takes in the folder of provider files as it is now.
    pub(super) fn providers_read(
        &mut self,
        command: CommandId,
        result: Result<(Registry, Vec<FileProblem>), Failure>,
        now: Timestamp,
    ) {
        let (registry, mistakes) = match result {
            Ok(read) => read,
            Err(failure) => return self.finish(command, None, Some(failure), now),
        };
        self.problems
            .retain(|shown| !matches!(shown.kind, ProblemKind::ProviderFile { .. }));
        self.note_mistakes(mistakes, now);
        self.registry = registry;
        self.describe_providers();
        for held in self.accounts.values_mut() {
            held.touch();
        }
        if let Some(discovery) = &mut self.discovery
            && let Some(added) = discovery.adding.take()
            && self.registry.get(&added).is_some()
        {
            discovery.card.state = DiscoveryState::Added(added);
        }
        self.finish_with(command, None, None);
    }

    pub(super) fn note_mistakes(&mut self, mistakes: Vec<FileProblem>, now: Timestamp) {
        for file in mistakes {
            let kind = mistake(file).kind;
            self.note(kind, Remedy::None, String::new(), now);
        }
    }

    /// Takes it off the screen; an answer that still comes is of yesterday.
    pub(super) fn dismiss_discovery(&mut self) {
        self.discovery = None;
    }
}

fn mistake(file: FileProblem) -> Failure {
    Failure::new(ProblemKind::ProviderFile {
        file: file.file,
        line: file.line,
        key: file.key,
        expected: file.expected,
    })
}
