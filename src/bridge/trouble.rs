//! Parts of problems: what a set-up lacks, what is wrong with the data folder.
//!
//! Data only; the problems are in `problem`, their words in `text`.

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
