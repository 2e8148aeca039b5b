//! Keeps accounts, their sealed tokens, their history and the registered clients, in one SQLite file.
//!
//! An account's row, its tokens and the line in its history change together or not at all. What must not be read on disk is
//! sealed by the vault first. Knows nothing of providers beyond their names, of clocks, and of how the key is kept.

mod backup;
mod barrier;
mod claim;
mod contents;
mod database;
mod error;
mod file;
mod home;
mod schema;
mod sqlite;

use std::fmt::Debug;
use std::path::Path;

use jiff::Timestamp;
use zeroize::Zeroizing;

pub use backup::Restored;
pub use barrier::Barrier;
pub use claim::{Claim, Claiming, Stored};
pub use contents::{Contents, StoredCertificate, StoredClient};
pub use database::{Database, Notice, Salvaged};
pub use error::{Error, OfFile};
pub use home::Home;
pub use sqlite::SqliteStore;

use crate::account::{Account, HistoryLine, Holder, TokenSet};
use crate::ids::{AccountId, ProviderId};
use crate::secret::Secret;
use crate::vault::Kind;

/// What becomes of a stored client secret.
#[derive(Clone, Copy, Debug)]
pub enum SecretUpdate<'a> {
    /// It stays as it is.
    Keep,
    /// It is replaced.
    Set(&'a Secret),
    /// It is forgotten.
    Remove,
}

/// Where accounts are kept. Every call may block on the disk, and those with tokens or secrets need an open vault.
pub trait Store: Debug + Send + Sync {
    /// Reads everything but what is sealed; never touches the vault.
    fn load(&self) -> Result<Contents, Error>;

    /// Writes and takes back, so that tokens which were just received are never the first to find out that nothing can be kept.
    fn probe(&self) -> Result<(), Error>;

    /// Saves an account, its tokens and what happened, durably, all or nothing.
    fn save_tokens(
        &self,
        account: &Account,
        tokens: &TokenSet,
        line: &HistoryLine,
    ) -> Result<(), Error>;

    /// The same for tokens that another account held until now; that one is forgotten in the same step.
    fn take_over_tokens(
        &self,
        account: &Account,
        tokens: &TokenSet,
        line: &HistoryLine,
        from: &AccountId,
    ) -> Result<(), Error>;

    /// Saves what is known of an account, and leaves its tokens. One that was forgotten meanwhile stays forgotten.
    fn save_account(&self, account: &Account, line: Option<&HistoryLine>) -> Result<(), Error>;

    /// Changes what is known of an account as it is stored at that moment; nothing else that was written meanwhile is lost.
    fn amend(
        &self,
        account: &AccountId,
        change: &dyn Fn(&mut Account),
        line: &HistoryLine,
    ) -> Result<(), Error>;

    /// Takes the right to spend and replace the account's tokens, held until dropped; waits for nobody who has it.
    fn claim(&self, account: &AccountId, holder: &Holder) -> Result<Claiming, Error>;

    /// Reads and unseals an account's tokens.
    fn tokens(&self, account: &AccountId) -> Result<TokenSet, Error>;

    /// Forgets an account, its tokens (overwritten on disk) and its history.
    fn forget_account(&self, account: &AccountId) -> Result<(), Error>;

    /// Saves what a provider gave at registration.
    fn save_client(
        &self,
        provider: &ProviderId,
        settings_json: &str,
        secret: SecretUpdate<'_>,
    ) -> Result<(), Error>;

    /// Reads and unseals a client secret, where there is one.
    fn client_secret(&self, provider: &ProviderId) -> Result<Option<Secret>, Error>;

    /// Saves the certificate for `https` redirects: what may be known of it, and all of it sealed.
    fn save_certificate(&self, facts: &StoredCertificate, all: &[u8]) -> Result<(), Error>;

    /// Reads and unseals the certificate for `https` redirects, where there is one.
    fn certificate(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Error>;

    /// Copies everything, as it is at one moment, into a new file that only its owner may read; never over another one.
    fn back_up(&self, to: &Path, at: Timestamp) -> Result<(), Error>;

    /// Puts a copy in the place of everything, all or nothing; what was here is kept aside.
    fn restore(&self, from: &Path, at: Timestamp) -> Result<Restored, Error>;

    /// Turns to the kind of vault that the data file names, where another program has moved the key; whether it has.
    fn follow(&self) -> Result<bool, Error>;

    /// Seals everything that the vault in use has sealed anew with the vault of this kind, which must be open, and notes that this
    /// one is in use from now on: all of it or nothing. Gives how many rows stay as they are because they are sealed with another key.
    fn move_to(&self, kind: Kind) -> Result<usize, Error>;

    /// After how many minutes without a person the key store locks by itself; `None` for never.
    fn lock_after(&self) -> Result<Option<u32>, Error>;

    /// Keeps that.
    fn save_lock_after(&self, minutes: Option<u32>) -> Result<(), Error>;

    /// A number that is another one after another program has written; cheap enough to ask every few seconds.
    fn data_version(&self) -> Result<i64, Error>;
}
