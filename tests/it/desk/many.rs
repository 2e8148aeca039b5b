//! More accounts than anybody would sign in to by hand.
//!
//! Knows nothing of what becomes of them.

use std::sync::Arc;

use linkdesk::bridge::AccountCard;
use linkdesk::ids::AccountId;
use linkdesk::platform::Random as _;
use linkdesk::platform::random::SystemRandom;
use linkdesk::sandbox::Mode;
use linkdesk::secret::Secret;
use linkdesk::store::{Database, SqliteStore, Store as _};
use linkdesk::vault::{Passphrase, Random, Vault as _};

use super::{Desk, PASSPHRASE};

impl Desk {
    /// A desk with so many accounts of one provider, as another program might have left them: the first is signed in to, the
    /// others have the same tokens. The provider is one that lets a refresh token be used again.
    pub(crate) fn with_many(count: usize) -> Self {
        let desk = Self::lasting(Mode::Field);
        let first = desk.link("biggerplate");
        let store = desk.program_with_the_key();
        let tokens = store.tokens(&first.id).unwrap();
        let mut contents = store.load().unwrap();
        let mut account = contents.accounts.remove(0);
        let line = contents.history.remove(&first.id).unwrap().remove(0);
        for number in 1..count {
            account.id = AccountId::from_random(u128::try_from(number).unwrap());
            account.label = format!("Account {number}");
            store.save_tokens(&account, &tokens, &line).unwrap();
        }
        desk.wait("all accounts on the list", |snapshot| {
            (snapshot.accounts.len() == count).then_some(())
        });
        desk.tap.most_at_once();
        desk
    }

    /// The same data file, as another program has it open that knows the passphrase.
    fn program_with_the_key(&self) -> SqliteStore {
        let random = Random::new(|bytes| Ok(SystemRandom.fill(bytes)?));
        let vault = Passphrase::new(&self.data(), random.clone());
        vault.unlock(&Secret::new(PASSPHRASE)).unwrap();
        let (database, _) = Database::open(&self.data().join("linkdesk.db"), &random).unwrap();
        SqliteStore::new(database, Arc::new(vault))
    }

    /// All accounts as shown now.
    pub(crate) fn cards(&self) -> Vec<Arc<AccountCard>> {
        self.face.snapshot().accounts.clone()
    }
}
