//! Parts of problems: what a set-up lacks, what is wrong with the data folder or the key store.
//!
//! Data only; the problems are in `problem`, their words in `text`.

/// What new tokens came of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// An account was refreshed.
    Refresh,
    /// A person signed in.
    SignIn,
}

/// Something the client set-up lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The client identifier.
    ClientId,
    /// The client secret.
    ClientSecret,
    /// The address of the provider's API.
    BaseUrl,
    /// The redirect URI.
    RedirectUri,
}

/// How much was read from a damaged data file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvage {
    /// Accounts that are whole.
    pub accounts: usize,
    /// Accounts of which no more than the name is left.
    pub in_part: usize,
    /// Other rows that are lost, as far as anybody can tell.
    pub lost: usize,
}

/// What is wrong with the data folder or a file in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// No room is left on the disk.
    Full,
    /// It can't be written to: its mode, its owner, or a disk that is read-only.
    ReadOnly,
    /// Another program keeps it to itself.
    Busy,
    /// Another file has taken its place.
    Replaced,
    /// Another program has changed the same account meanwhile.
    Overtaken,
    /// It got damaged while it was in use.
    Damaged,
    /// The disk failed.
    Disk,
    /// Something that is not ours is in its place.
    NotOurs,
    /// Anything else.
    Failed,
}

/// What is wrong with the key store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStoreTrouble {
    /// No key store service is running.
    Absent,
    /// It runs but has no place for new secrets.
    NoCollection,
    /// It is locked and nobody unlocked it.
    Locked,
    /// It does not answer.
    NotAnswering,
    /// The key is gone while sealed tokens are here: the store was reset, or the entry removed.
    KeyMissing {
        /// How many accounts' tokens are sealed with it.
        accounts: usize,
    },
    /// This was sealed in another kind of key store, or with a key that is no longer in this one.
    SealedElsewhere,
    /// What it returned is not a key.
    Damaged,
    /// What it holds was written by a newer version.
    Newer,
    /// It holds several different keys, and none is the expected one.
    Ambiguous,
    /// It takes what it is given and has nothing afterwards.
    Forgetful,
    /// It gives back something else than it was given.
    Altering,
    /// The passphrase store waits for its passphrase.
    PassphraseNeeded,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// Anything else it said.
    Failed,
}

impl KeyStoreTrouble {
    /// The name scripts know it by: the `trouble` of the JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::NoCollection => "no_collection",
            Self::Locked => "locked",
            Self::NotAnswering => "not_answering",
            Self::KeyMissing { .. } => "key_missing",
            Self::SealedElsewhere => "sealed_elsewhere",
            Self::Damaged => "damaged",
            Self::Newer => "newer",
            Self::Ambiguous => "ambiguous",
            Self::Forgetful => "forgetful",
            Self::Altering => "altering",
            Self::PassphraseNeeded => "passphrase_needed",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::Failed => "failed",
        }
    }
}
