//! A key store in memory, with bad habits on request.
//!
//! Knows nothing of keys.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use keyring_core::api::{Credential, CredentialApi, CredentialStoreApi};
use keyring_core::{Entry, Error, Result};

/// What a key store does to what it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Habit {
    #[default]
    Good,
    Forgets,
    Truncates,
    Alters,
    /// Writes are refused, reads find what is there.
    RefusesWrites,
    /// Locked, and finds nothing meanwhile.
    HidesAndRefuses,
    /// Locked, and says so.
    RefusesEverything,
    /// Keeps what it is given, and dies before it says so.
    KeepsAndFails,
}

type Items = Vec<(String, Vec<u8>)>;

/// A key store; clones share what is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct FakeStore(Arc<Mutex<(Habit, Items)>>);

#[derive(Clone, Debug)]
struct FakePlace {
    store: FakeStore,
    name: String,
    /// Which of several items of this name, where it is one of several.
    copy: Option<Vec<u8>>,
}

impl FakeStore {
    pub(super) fn with(habit: Habit) -> Self {
        let store = Self::default();
        store.take_on(habit);
        store
    }

    pub(super) fn take_on(&self, habit: Habit) {
        self.0.lock().unwrap().0 = habit;
    }

    pub(super) fn all(&self) -> Vec<Vec<u8>> {
        let held = self.0.lock().unwrap();
        held.1.iter().map(|(_, item)| item.clone()).collect()
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap().1.clear();
    }

    pub(super) fn plant(&self, name: &str, item: &[u8]) {
        let item = (name.to_owned(), item.to_vec());
        self.0.lock().unwrap().1.push(item);
    }
}

fn locked() -> Error {
    Error::NoStorageAccess("locked".into())
}

impl FakePlace {
    fn is_meant(&self, (name, item): &(String, Vec<u8>)) -> bool {
        *name == self.name && self.copy.as_ref().is_none_or(|copy| copy == item)
    }

    /// The item that is there; several are an error that leads to each.
    fn one(&self) -> Result<Vec<u8>> {
        let held = self.store.0.lock().unwrap();
        match held.0 {
            Habit::HidesAndRefuses => return Err(Error::NoEntry),
            Habit::RefusesEverything => return Err(locked()),
            _ => {}
        }
        let found: Vec<_> = held.1.iter().filter(|item| self.is_meant(item)).collect();
        match found.as_slice() {
            [] => Err(Error::NoEntry),
            [(_, item)] => Ok(item.clone()),
            [(_, item), ..] if self.copy.is_some() => Ok(item.clone()),
            several => Err(Error::Ambiguous(
                several
                    .iter()
                    .map(|(_, item)| {
                        let place = Self {
                            copy: Some(item.clone()),
                            ..self.clone()
                        };
                        Entry::new_with_credential(Arc::new(place))
                    })
                    .collect(),
            )),
        }
    }
}

impl CredentialStoreApi for FakeStore {
    fn vendor(&self) -> String {
        "fake".to_owned()
    }

    fn id(&self) -> String {
        "fake".to_owned()
    }

    fn build(&self, _: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(FakePlace {
            store: self.clone(),
            name: user.to_owned(),
            copy: None,
        })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for FakePlace {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        match self.one() {
            Ok(_) | Err(Error::NoEntry) => {}
            Err(error) => return Err(error),
        }
        let mut held = self.store.0.lock().unwrap();
        let mut item = secret.to_vec();
        match held.0 {
            Habit::Good | Habit::KeepsAndFails => {}
            Habit::Forgets => return Ok(()),
            Habit::Truncates => item.truncate(secret.len() - 1),
            Habit::Alters => item.reverse(),
            _ => return Err(locked()),
        }
        held.1.retain(|item| !self.is_meant(item));
        held.1.push((self.name.clone(), item));
        match held.0 {
            Habit::KeepsAndFails => Err(Error::PlatformFailure("gone".into())),
            _ => Ok(()),
        }
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.one()
    }

    fn delete_credential(&self) -> Result<()> {
        self.one()?;
        let mut held = self.store.0.lock().unwrap();
        let found = held.1.iter().position(|item| self.is_meant(item));
        held.1.remove(found.unwrap());
        Ok(())
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
