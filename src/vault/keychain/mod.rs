//! A vault whose key is one entry in the operating system's key store: Secret Service, Keychain, or Credential Manager.
//!
//! Knows nothing of whose installation it is beyond a name that says nothing.

mod deadline;
mod entry;
mod failure;

use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use self::deadline::Calls;
use self::entry::Place;
use super::key::{Holder, Key, check_expected, hex};
use super::{Error, KeyId, Kind, Random, Sealed, Vault, exclusive};
use crate::secret::Secret;

/// How long a key store may take to answer; one that is frozen never does.
const DEADLINE: Duration = Duration::from_secs(10);

/// Keeps the key in the operating system's key store.
#[derive(Debug)]
pub struct Keychain {
    installation: String,
    folder: PathBuf,
    calls: Calls,
    held: Holder,
    random: Random,
}

impl Keychain {
    /// A closed vault for the installation whose data is in `folder`.
    ///
    /// `installation` is random and says nothing; it keeps the keys of two data folders apart. In `folder` there will be an
    /// empty file that lets one program at a time make a key.
    pub fn new(installation: impl Into<String>, folder: &Path, random: Random) -> Self {
        Self {
            installation: installation.into(),
            folder: folder.to_owned(),
            calls: Calls::new(DEADLINE),
            held: Holder::default(),
            random,
        }
    }

    /// Gives the key store another time to answer, such as 120 s while a person may be looking at its prompt.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.calls = Calls::new(deadline);
        self
    }
}

impl Vault for Keychain {
    fn kind(&self) -> Kind {
        Kind::Keychain
    }

    fn open(&self, expected: Option<&KeyId>) -> Result<(), Error> {
        if let Some(id) = self.held.id() {
            return check_expected(Some(&id), expected);
        }
        let job = Opening {
            installation: self.installation.clone(),
            folder: self.folder.clone(),
            random: self.random.clone(),
        };
        let key = match expected.cloned() {
            Some(expected) => self.calls.run(move || job.find_expected(&expected))?,
            None => self.calls.run(move || job.find_or_make())?,
        };
        check_expected(Some(key.id()), expected)?;
        self.held.put(key);
        Ok(())
    }

    fn unlock(&self, _passphrase: &Secret) -> Result<(), Error> {
        self.open(None)
    }

    fn probe(&self) -> Result<(), Error> {
        let installation = self.installation.clone();
        let random = self.random.clone();
        self.calls.run(move || probe(&installation, &random))
    }

    fn key_id(&self) -> Option<KeyId> {
        self.held.id()
    }

    fn lock(&self) {
        self.held.clear();
    }

    fn discard(&self, key: &KeyId) -> Result<(), Error> {
        if self.held.id().as_ref() == Some(key) {
            self.held.clear();
        }
        let (installation, folder) = (self.installation.clone(), self.folder.clone());
        let key = key.clone();
        self.calls.run(move || {
            let _held = exclusive::hold(&folder)?;
            let place = Place::connect(&installation)?;
            // Whatever else is there by now is somebody else's to remove.
            match find(&place, Some(&key))? {
                Some(found) if *found.id() == key => place.delete(),
                _ => Ok(()),
            }
        })
    }

    fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Sealed, Error> {
        self.held.seal(&self.random, plain, associated)
    }

    fn unseal(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.held.unseal(sealed, associated)
    }

    fn fingerprint(&self, text: &Secret) -> Result<String, Error> {
        self.held.fingerprint(text)
    }
}

/// What the thread that may hang takes with it.
struct Opening {
    installation: String,
    folder: PathBuf,
    random: Random,
}

impl Opening {
    fn find_expected(self, expected: &KeyId) -> Result<Key, Error> {
        let place = Place::connect(&self.installation)?;
        if let Some(key) = find(&place, Some(expected))? {
            return Ok(key);
        }
        // Some key stores find nothing while they are locked. Only one that can be written to is believed that the key is gone.
        probe(&self.installation, &self.random)?;
        find(&place, Some(expected))?.ok_or(Error::KeyMissing)
    }

    fn find_or_make(self) -> Result<Key, Error> {
        let place = Place::connect(&self.installation)?;
        if let Some(key) = find(&place, None)? {
            return Ok(key);
        }
        let _held = exclusive::hold(&self.folder)?;
        // An unlocked store may show what a locked one hid, and another program may have been quicker.
        probe(&self.installation, &self.random)?;
        if let Some(key) = find(&place, None)? {
            return Ok(key);
        }
        let key = Key::draw(&self.random)?;
        place.write(key.to_text().as_bytes())?;
        // Some key stores cut what they are given and say nothing.
        let kept = find(&place, Some(key.id()))?.ok_or(Error::Damaged)?;
        check_expected(Some(kept.id()), Some(key.id()))?;
        Ok(kept)
    }
}

/// The key that is there; where several are, the expected one, or the one they all are.
fn find(place: &Place, expected: Option<&KeyId>) -> Result<Option<Key>, Error> {
    let texts = place.read()?;
    let mut keys = texts
        .iter()
        .map(|text| Key::from_text(text))
        .collect::<Result<Vec<Key>, Error>>()?;
    if let Some(place) = keys.iter().position(|key| Some(key.id()) == expected) {
        return Ok(Some(keys.swap_remove(place)));
    }
    let Some(first) = keys.pop() else {
        return Ok(None);
    };
    if keys.iter().any(|key| key.id() != first.id()) {
        return Err(Error::Damaged);
    }
    Ok(Some(first))
}

fn probe(installation: &str, random: &Random) -> Result<(), Error> {
    let written = random.bytes::<16>()?;
    let name = format!("{installation}-probe-{}", hex(written.as_slice()));
    let place = Place::connect(&name)?;
    place.write(written.as_slice())?;
    let read = place.read();
    place.delete()?;
    match read?.as_slice() {
        [read] if read.as_slice() == written.as_slice() => Ok(()),
        _ => Err(Error::failed(
            "the key store does not keep what it is given",
        )),
    }
}
