//! Draws up the snapshot: what the core holds, as cards.
//!
//! Pure. Knows no face; changes nothing.

use jiff::Timestamp;

use super::core::{Answer, Core, Held};
use crate::bridge::{AccountCard, Snapshot};

impl Core {
    /// Everything a face may show, now.
    pub(super) fn snapshot(&self) -> Snapshot {
        let mut accounts: Vec<_> = self
            .accounts
            .values()
            .map(|held| held.card(|held| self.describe_account(held)))
            .collect();
        accounts.sort_by(|one, other| {
            (&one.provider, &one.label, &one.id).cmp(&(&other.provider, &other.label, &other.id))
        });
        Snapshot {
            loaded: self.loaded,
            practice: self.practice,
            key_store: self.key_store,
            certificate: self.certificate.clone(),
            browsers: std::sync::Arc::clone(&self.browsers),
            discovery: self.discovery.as_ref().map(|it| it.card.clone()),
            provider_folder: self.provider_folder.clone(),
            providers: self.provider_cards.clone(),
            accounts,
            restored: self.restored.clone(),
            links: self.flows.values().map(|flow| flow.card.clone()).collect(),
            problems: self.problems.clone(),
            finished: self.finished.iter().map(|(_, it)| it.clone()).collect(),
        }
    }

    /// When an account is refreshed by itself, also where its provider is left alone for a while.
    fn next_attempt(&self, held: &Held) -> Option<Timestamp> {
        let due = held.next_refresh_at?;
        let turn = self.turns.get(&held.account.provider);
        let next_try = turn.and_then(super::core::Turn::next_try);
        Some(next_try.map_or(due, |next| due.max(next)))
    }

    fn describe_account(&self, held: &Held) -> AccountCard {
        let account = &held.account;
        let provider = self.registry.get(&account.provider);
        AccountCard {
            id: account.id.clone(),
            provider: account.provider.clone(),
            label: account.label.clone(),
            identity: account.identity.clone(),
            access: held.access(),
            refresh: held.refresh(),
            needs_sign_in: account.ended,
            outcome_unknown: matches!(held.answer, Answer::Lost(_)),
            is_unsaved: held.answer == Answer::Unsaved,
            ended_at: account.ended_at,
            trouble_since: account.trouble.as_ref().map(|it| it.since),
            unreadable: held.unreadable,
            restored_at: account.restored_at,
            in_question_until: account.in_question_until(),
            locked: held.locked,
            busy: held.busy(),
            linked_at: account.linked_at,
            last_refreshed_at: account.last_refreshed_at,
            last_proved_at: account.last_proved_at,
            next_refresh_at: self.next_attempt(held),
            last_refresh: held.last_refresh.clone(),
            problem: held.problem.clone(),
            trading: account.trading.clone(),
            has_trading_accounts: provider.is_some_and(|it| it.has_trading_accounts()),
            browser: account.browser.clone(),
            obtained: held.obtained(),
            exchanges: account.exchanges.clone(),
            history: held.history.clone(),
        }
    }
}
