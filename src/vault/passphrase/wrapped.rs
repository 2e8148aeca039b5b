//! The file that holds the key, wrapped with one that is derived from a passphrase.
//!
//! Every figure that the derivation needs is in the file, so that a later version may ask for more. A checksum tells a damaged
//! file from a wrong passphrase. Knows nothing of vaults.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::vault::key::{Key, hex};
use crate::vault::{Error, KeyId, Random, Sealed};

const LAYOUT: u32 = 1;
const ALGORITHM: &str = "argon2id";
const SALT_BYTES: usize = 16;
const LONGEST_FILE: u64 = 16 * 1024;

/// What deriving a key costs whoever tries passphrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The key as it is written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Wrapped {
    version: u32,
    algorithm: String,
    cost: Cost,
    salt: String,
    key_id: String,
    sealed_key: String,
    checksum: String,
    #[serde(skip)]
    named: Option<KeyId>,
}

/// All that can be relied on in a file of any version.
#[derive(Debug, Deserialize)]
struct Layout {
    version: u32,
}

impl Default for Cost {
    /// The second choice of RFC 9106 §4 with one lane: 64 MiB, three passes.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Cost {
    /// As good as nothing, so that tests are quick.
    #[cfg(test)]
    pub(super) fn lowest() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }

    /// A file that asks for more than this would hang the program rather than open.
    fn is_bearable(self) -> bool {
        self.memory_kib <= 1024 * 1024 && self.passes <= 16 && self.lanes <= 8
    }

    fn derive(self, passphrase: &Secret, salt: &[u8]) -> Result<Key, Error> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None)
            .map_err(|source| Error::failed(source.to_string()))?;
        let mut derived = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), salt, derived.as_mut_slice())
            .map_err(|source| Error::failed(source.to_string()))?;
        Key::from_slice(derived.as_slice())
    }
}

impl Wrapped {
    /// Wraps a key.
    pub(super) fn new(
        key: &Key,
        passphrase: &Secret,
        cost: Cost,
        random: &Random,
    ) -> Result<Self, Error> {
        let salt = random.bytes::<SALT_BYTES>()?;
        let mut written = Self {
            version: LAYOUT,
            algorithm: ALGORITHM.to_owned(),
            cost,
            salt: BASE64_URL_SAFE_NO_PAD.encode(salt.as_slice()),
            key_id: key.id().to_string(),
            sealed_key: String::new(),
            checksum: String::new(),
            named: Some(key.id().clone()),
        };
        let header = written.header();
        let sealed = cost.derive(passphrase, salt.as_slice())?.seal(
            random,
            key.bytes(),
            header.as_bytes(),
        )?;
        written.sealed_key = BASE64_URL_SAFE_NO_PAD.encode(&sealed.bytes);
        written.checksum = written.sum();
        Ok(written)
    }

    /// Reads a file, where there is one.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Error> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(path)(error)),
            Ok(found) if !found.is_file() => {
                let source = io::Error::other("not a plain file");
                return Err(Error::io(path)(source));
            }
            Ok(_) => {}
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST_FILE).read_to_end(&mut bytes))
            .map_err(Error::io(path))?;
        if serde_json::from_slice::<Layout>(&bytes).is_ok_and(|it| it.version > LAYOUT) {
            return Err(Error::Newer);
        }
        let Ok(mut read) = serde_json::from_slice::<Self>(&bytes) else {
            return Err(Error::Damaged);
        };
        read.named = KeyId::new(read.key_id.clone()).ok();
        let is_whole = read.version == LAYOUT
            && read.algorithm == ALGORITHM
            && read.checksum == read.sum()
            && read.cost.is_bearable()
            && read.named.is_some();
        if is_whole {
            Ok(Some(read))
        } else {
            Err(Error::Damaged)
        }
    }

    /// Puts itself in place of what is at `path`, if anything; after a crash there is the old one or the new one, whole.
    ///
    /// What is on the disk is opened with the passphrase before it gets its name: nothing that can't be opened replaces anything.
    pub(super) fn write(
        &self,
        path: &Path,
        passphrase: &Secret,
        random: &Random,
    ) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).map_err(Error::failed)?;
        let suffix = hex(random.bytes::<8>()?.as_slice());
        let new = path.with_extension(format!("json.new-{suffix}"));
        let outcome = write_new(&new, &text)
            .map_err(Error::io(path))
            .and_then(|()| Self::read(&new)?.ok_or(Error::Damaged)?.open(passphrase))
            .and_then(|_| fs::rename(&new, path).map_err(Error::io(path)));
        if outcome.is_err() {
            // The error that counts is the first one.
            fs::remove_file(&new).unwrap_or_default();
        }
        outcome?;
        sync_folder(path).map_err(Error::io(path))
    }

    /// The name of the key inside, readable without the passphrase.
    pub(super) fn key_id(&self) -> Option<&KeyId> {
        self.named.as_ref()
    }

    /// Unwraps the key.
    pub(super) fn open(&self, passphrase: &Secret) -> Result<Key, Error> {
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let (Some(salt), Some(bytes)) = (decode(&self.salt), decode(&self.sealed_key)) else {
            return Err(Error::Damaged);
        };
        let wrapping = self.cost.derive(passphrase, &salt)?;
        let sealed = Sealed {
            key_id: wrapping.id().clone(),
            bytes,
        };
        let key = match wrapping.unseal(&sealed, self.header().as_bytes()) {
            // The checksum is right, so it is not the file.
            Err(Error::NotSealedHere) => return Err(Error::WrongPassphrase),
            opened => Key::from_slice(&opened?)?,
        };
        if key.id().as_str() == self.key_id {
            Ok(key)
        } else {
            Err(Error::Damaged)
        }
    }

    /// All that is written beside the wrapped key, and that it is bound to.
    fn header(&self) -> String {
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = self.cost;
        format!(
            "linkdesk/{}/passphrase-vault/{}/{memory_kib}/{passes}/{lanes}/{}/{}",
            self.version, self.algorithm, self.salt, self.key_id
        )
    }

    fn sum(&self) -> String {
        hex(&Sha256::digest(
            format!("{}/{}", self.header(), self.sealed_key).as_bytes(),
        ))
    }
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

/// Takes the file away, durably.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path)
        .and_then(|()| sync_folder(path))
        .map_err(Error::io(path))
}

/// Makes a rename or a removal durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows has no such call, and needs none: renames are journaled there.
    if cfg!(windows) {
        return Ok(());
    }
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
