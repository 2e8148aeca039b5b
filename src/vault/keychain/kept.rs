//! The key as an entry of the key store: found, made, proved, taken away.
//!
//! Believes nothing that it has not read back. Leaves alone whatever it can't read: it may be a newer program's, or somebody else's.

use std::path::PathBuf;

use super::entry::{Place, Source};
use crate::vault::key::Key;
use crate::vault::{Error, KeyId, Random, exclusive};

/// Everything that is needed to get at the entry; a thread that may hang takes it with it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) source: Source,
    pub(super) installation: String,
    pub(super) folder: PathBuf,
    pub(super) random: Random,
}

impl Kept {
    /// The key of this name.
    pub(super) fn find_expected(&self, expected: &KeyId) -> Result<Key, Error> {
        let look = || {
            let found = find(&self.place()?, Some(expected))?;
            Ok(found.filter(|key| key.id() == expected))
        };
        if let Some(key) = look()? {
            return Ok(key);
        }
        // Some key stores find nothing while they are locked. Only one that can be written to is believed that the key is gone.
        self.probe()?;
        look()?.ok_or(Error::KeyMissing)
    }

    /// The key that is there, or a new one.
    pub(super) fn find_or_make(&self) -> Result<Key, Error> {
        let place = self.place()?;
        if let Some(key) = find(&place, None)? {
            return Ok(key);
        }
        let _held = exclusive::hold(&self.folder)?;
        // An unlocked store may show what a locked one hid, and another program may have been quicker.
        self.prove()?;
        if let Some(key) = find(&place, None)? {
            return Ok(key);
        }
        self.make(&place)
    }

    pub(super) fn make(&self, place: &Place) -> Result<Key, Error> {
        let key = Key::draw(&self.random)?;
        let written = place.write(key.to_text().as_bytes());
        // A key store that ended in the middle may have kept it all the same; what counts is what it has now.
        let kept = self.place().and_then(|place| place.read());
        let kept = kept.and_then(|kept| read_back(&kept, key.to_text().as_bytes()));
        match (kept, written) {
            (Ok(()), _) => Ok(key),
            (Err(_), Err(error)) => Err(error),
            (Err(error), Ok(())) => {
                // It is ours, and nobody could ever use it; that it may stay behind is told as what it is, damage.
                drop(place.remove(|text| Key::from_text(text).is_err()));
                Err(error)
            }
        }
    }

    /// Writes, reads back, compares and deletes an entry that looks like a key.
    pub(super) fn probe(&self) -> Result<(), Error> {
        let _held = exclusive::hold(&self.folder)?;
        self.prove()
    }

    /// The same, held: the name is always the same, so that one that was killed in the middle leaves nothing the next one doesn't mend.
    fn prove(&self) -> Result<(), Error> {
        let name = format!("{}-probe", self.installation);
        let written = Key::draw(&self.random)?.to_text();
        let place = self.source.place(&name)?;
        place.write(written.as_bytes())?;
        // Over a connection of its own: what only the first one sees is not kept.
        let read = self.source.place(&name)?.read();
        let proved = read.and_then(|read| read_back(&read, written.as_bytes()));
        let removed = place.remove(|_| true);
        proved?;
        removed.map(drop)
    }

    /// Takes this key away, and nothing else.
    pub(super) fn discard(&self, key: &KeyId) -> Result<(), Error> {
        let _held = exclusive::hold(&self.folder)?;
        let is_meant = |text: &[u8]| Key::from_text(text).is_ok_and(|found| found.id() == key);
        self.place()?.remove(is_meant).map(drop)
    }

    fn place(&self) -> Result<Place, Error> {
        self.source.place(&self.installation)
    }
}

/// What a key store that was just written to must give back.
fn read_back(read: &[impl AsRef<[u8]>], written: &[u8]) -> Result<(), Error> {
    match read {
        [] => Err(Error::Forgetful),
        texts if texts.iter().all(|text| text.as_ref() == written) => Ok(()),
        _ => Err(Error::Altering),
    }
}

/// The key that is there; where several are, the expected one, or the one they all are.
fn find(place: &Place, expected: Option<&KeyId>) -> Result<Option<Key>, Error> {
    let mut keys = Vec::new();
    let mut unreadable = None;
    for text in place.read()? {
        match Key::from_text(&text) {
            Ok(key) => keys.push(key),
            Err(error) => unreadable = Some(error),
        }
    }
    if let Some(place) = keys.iter().position(|key| Some(key.id()) == expected) {
        return Ok(Some(keys.swap_remove(place)));
    }
    if let Some(error) = unreadable {
        return Err(error);
    }
    let Some(first) = keys.pop() else {
        return Ok(None);
    };
    if keys.iter().any(|key| key.id() != first.id()) {
        return Err(Error::Ambiguous);
    }
    Ok(Some(first))
}
