//! New tokens on their way into the store: nobody may use them before they are saved, and none are dropped because they can't be.
//!
//! Whoever holds unsaved tokens holds their account too, so that nobody spends the old ones. Knows nothing of how they were got.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;

use super::Desk;
use super::refresh::adopt;
use super::spend::{Answered, Reading};
use super::tokens::{access_facts, next_set, refresh_facts, refreshed};
use crate::account::{Account, Face, HistoryLine, TokenSet};
use crate::bridge::Brought;
use crate::ids::AccountId;
use crate::oauth::TokenResponse;
use crate::provider::Provider;
use crate::store::{self, Claim, Store};
use crate::vault::Vault;
use crate::worker::failure::Failure;
use crate::worker::input::{Input, WorkPlan, WorkResult};

/// How long a command waits for the store or the key store to come round before it gives up.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_secs(30);

/// Pauses between a command's attempts: the first one, and the longest.
const PAUSES: (SignedDuration, SignedDuration) =
    (SignedDuration::from_secs(1), SignedDuration::from_secs(5));

/// Tokens that a refresh brought, with the right to the account they belong to.
#[derive(Debug)]
pub(super) struct Unsaved {
    pair: Arc<Pair>,
    _claim: Claim,
}

/// Unsaved tokens, by account.
pub(super) type AllUnsaved = Mutex<BTreeMap<AccountId, Unsaved>>;

#[derive(Debug)]
struct Pair {
    provider: Arc<Provider>,
    /// The account as it was when they were asked for.
    account: Account,
    answered: Answered,
    before: TokenSet,
}

impl Unsaved {
    pub(super) fn new(
        plan: &WorkPlan,
        account: Account,
        (answered, before): (Answered, TokenSet),
        claim: Claim,
    ) -> Self {
        let pair = Arc::new(Pair {
            provider: Arc::clone(&plan.provider),
            account,
            answered,
            before,
        });
        Self {
            pair,
            _claim: claim,
        }
    }

    /// The tokens, for whoever has to revoke them.
    pub(super) fn tokens(&self) -> TokenSet {
        self.pair.tokens()
    }

    /// Seals and saves them; `None` where they are no longer wanted.
    async fn save(&self, desk: &Desk) -> Result<Option<(Account, HistoryLine)>, Failure> {
        let pair = Arc::clone(&self.pair);
        desk.blocking(move |store, vault| match pair.save(store, vault) {
            Err(store::Error::Overtaken) => Ok(None),
            saved => saved.map(Some),
        })
        .await
    }
}

impl Pair {
    fn tokens(&self) -> TokenSet {
        let answered = &self.answered;
        let response = match &answered.reading {
            Reading::Tokens(response) => response.clone(),
            Reading::RefreshToken(newer, _) => {
                TokenResponse::bare(self.before.access_token.clone(), Some(newer.clone()))
            }
        };
        let used = (&answered.spent, self.before.hints.clone());
        next_set(&self.provider, response, Some(used))
    }

    /// What saving it comes to.
    fn result(&self, (account, line): (Account, HistoryLine)) -> WorkResult {
        match &self.answered.reading {
            Reading::Tokens(_) => WorkResult::Refreshed(account, line),
            Reading::RefreshToken(_, failure) => {
                WorkResult::Failed(failure.clone(), Some((account, line)))
            }
        }
    }

    /// Access token, refresh token, facts, generation and history line, in one transaction.
    fn save(
        &self,
        store: &dyn Store,
        vault: &dyn Vault,
    ) -> Result<(Account, HistoryLine), store::Error> {
        super::unlock(store, vault)?;
        let answered = &self.answered;
        let (provider, at) = (&self.provider, answered.at);
        let tokens = self.tokens();
        let rotated = tokens.refresh_token.as_ref() != Some(&answered.spent);
        let known = Some((&self.account.refresh, rotated));
        let mut account = self.account.clone();
        account.refresh = refresh_facts(vault, provider, &tokens, known, at)?;
        account.generation += 1;
        account.clear_mark();
        account.restored_at = None;
        let what = match &answered.reading {
            Reading::Tokens(response) => {
                let offset = answered.clock_offset_ms;
                account.access = access_facts(vault, provider, response, at, offset)?;
                account.last_refreshed_at = Some(at);
                account.prove(at);
                account.obtained.refresh = Some(answered.shape.clone());
                let alternative = answered.alternative;
                account.worked.insert("refresh".to_owned(), alternative);
                refreshed(response)
            }
            Reading::RefreshToken(_, failure) => format!(
                "Not refreshed, but a new refresh token was kept: {}",
                failure.detail
            ),
        };
        let line = HistoryLine { at, what };
        store.save_tokens(&account, &tokens, &line)?;
        Ok((account, line))
    }
}

/// Saves new tokens, or holds them until they can be: a command waits for that a little, a window goes on with its work.
pub(super) async fn keep(desk: &Desk, plan: &WorkPlan, unsaved: Unsaved) -> WorkResult {
    let id = &plan.account.id;
    let clock = &desk.world.clock;
    let until = match desk.settings.face {
        Face::Window => None,
        Face::CommandLine => clock.now().checked_add(PATIENCE).ok(),
    };
    let (mut pause, longest) = PAUSES;
    loop {
        let failure = match unsaved.save(desk).await {
            Ok(Some(saved)) => return unsaved.pair.result(saved),
            Ok(None) => return unwanted(desk, id).await,
            Err(failure) => failure,
        };
        let again = clock.now().checked_add(pause).ok();
        let Some(again) = again.filter(|again| until.is_some_and(|until| *again <= until)) else {
            desk.hold_unsaved(id.clone(), unsaved);
            return WorkResult::Unsaved(failure);
        };
        let told = failure.not_saved(Brought::Refresh);
        let told = Input::WorkWaits(plan.flow, id.clone(), told);
        desk.answer(told).await;
        clock.sleep_until(again).await;
        pause = (pause * 2).min(longest);
    }
}

/// The store knows better: the account was forgotten meanwhile, and stays so, or has newer tokens.
async fn unwanted(desk: &Desk, id: &AccountId) -> WorkResult {
    match desk.stored(id).await {
        Ok(Some((newer, _))) => adopt(desk, newer).await,
        Ok(None) => WorkResult::Unlinked(None),
        Err(failure) => WorkResult::Failed(failure, None),
    }
}

impl Desk {
    /// Takes an account's unsaved tokens, where there are any.
    pub(super) fn take_unsaved(&self, id: &AccountId) -> Option<Unsaved> {
        let mut all = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(id)
    }

    /// Holds an account's unsaved tokens until somebody takes them.
    pub(super) fn hold_unsaved(&self, id: AccountId, unsaved: Unsaved) {
        let mut all = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id, unsaved);
    }

    /// The last attempt, when the program ends; what can't be saved now is lost, and its mark tells the next start.
    pub(in crate::worker) async fn save_what_is_unsaved(&self) {
        let all = {
            let mut all = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *all)
        };
        for unsaved in all.into_values() {
            drop(unsaved.save(self).await);
        }
    }
}
