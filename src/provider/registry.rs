//! The list of providers: the ones shipped with the program, then the user's own.
//!
//! Reads no folder: files come in as text. One bad file hides no other.

use std::sync::Arc;

use super::check;
use super::mistake::{FileProblem, Mistake};
use super::record::{Origin, Provider};
use crate::ids::ProviderId;

/// The longest file that is read.
const LONGEST_FILE: usize = 1024 * 1024;

/// The files shipped with the program, in the order people see them.
const BUILT_IN: [&str; 5] = [
    include_str!("../../assets/providers/just2trade.toml"),
    include_str!("../../assets/providers/trading-parrot.toml"),
    include_str!("../../assets/providers/tradecloud.toml"),
    include_str!("../../assets/providers/rest-api-v1.toml"),
    include_str!("../../assets/providers/biggerplate.toml"),
];

/// One of the user's provider files.
#[derive(Clone, Debug)]
pub struct UserFile {
    /// Its name.
    pub path: String,
    /// What is in it, or why it could not be read.
    pub text: Result<String, String>,
}

/// All providers.
#[derive(Clone, Debug, Default)]
pub struct Registry(Vec<Arc<Provider>>);

impl Registry {
    /// Reads the built-in files and these; says of each file that can't be used what is wrong with it.
    pub fn new(files: Vec<UserFile>) -> (Self, Vec<FileProblem>) {
        let mut registry = Self::default();
        let mut problems = Vec::new();
        for text in BUILT_IN {
            if let Err(mistakes) = registry.add(text, Origin::BuiltIn) {
                problems.extend(
                    mistakes
                        .into_iter()
                        .map(|it| it.in_file("a built-in file", text)),
                );
            }
        }
        for file in files {
            problems.extend(registry.add_file(file).err().into_iter().flatten());
        }
        registry.sort();
        (registry, problems)
    }

    /// The same list with one more file of the user's, or what is wrong with that file.
    pub fn with(&self, file: UserFile) -> Result<Self, Vec<FileProblem>> {
        let mut registry = self.clone();
        registry.add_file(file)?;
        registry.sort();
        Ok(registry)
    }

    /// The provider of this name.
    pub fn get(&self, id: &ProviderId) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.id == *id)
    }

    /// All of them, in the order people see them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.0.iter()
    }

    /// The user's own come after the shipped ones, by name.
    fn sort(&mut self) {
        self.0.sort_by_cached_key(|provider| match provider.origin {
            // The sort is stable: the shipped ones stay as they are.
            Origin::BuiltIn => None,
            Origin::User { .. } => Some((provider.name.to_lowercase(), provider.id.clone())),
        });
    }

    fn add_file(&mut self, file: UserFile) -> Result<(), Vec<FileProblem>> {
        let UserFile { path: file, text } = file;
        let text = text.map_err(|why| {
            let expected = format!("a file that can be read: {why}");
            vec![Mistake::of_file("", expected).in_file(&file, "")]
        })?;
        let origin = Origin::User { file: file.clone() };
        let in_file = |mistake: Mistake| mistake.in_file(&file, &text);
        self.add(&text, origin)
            .map_err(|mistakes| mistakes.into_iter().map(in_file).collect())
    }

    fn add(&mut self, text: &str, origin: Origin) -> Result<(), Vec<Mistake>> {
        if text.len() > LONGEST_FILE {
            return Err(vec![Mistake::of_file("", "a file of at most 1 MiB")]);
        }
        let (provider, id_at) = check::read(text, origin)?;
        if self.get(&provider.id).is_some() {
            return Err(vec![Mistake::at(
                id_at,
                "id",
                "a name that no other provider has",
            )]);
        }
        self.0.push(Arc::new(provider));
        Ok(())
    }
}
