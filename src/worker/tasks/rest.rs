//! What is left of an answer to a refresh whose access token can't be used: the refresh token in it may be the only good one.
//!
//! The link stays as it is but for that token, and is tried again; knows nothing of how it was asked for.

use std::sync::Arc;

use jiff::Timestamp;

use super::Desk;
use super::tokens::refresh_facts;
use crate::account::{Account, HistoryLine, TokenSet};
use crate::secret::Secret;
use crate::worker::failure::Failure;
use crate::worker::input::{WorkPlan, WorkResult};

/// A refresh token that came without an access token that can be used.
pub(super) struct Rest {
    pub(super) newer: Secret,
    /// The one it was given for.
    pub(super) spent: Secret,
    /// When it came.
    pub(super) at: Timestamp,
    /// What is wrong with the answer.
    pub(super) failure: Failure,
}

/// Seals and saves it beside the access token there is.
pub(super) async fn keep(
    desk: &Desk,
    plan: &WorkPlan,
    mut account: Account,
    (before, rest): (TokenSet, Rest),
) -> WorkResult {
    let Rest {
        newer,
        spent,
        at,
        failure,
    } = rest;
    let what = format!(
        "Not refreshed, but a new refresh token was kept: {}",
        failure.detail
    );
    let line = HistoryLine { at, what };
    let provider = Arc::clone(&plan.provider);
    let saved = desk.blocking(move |store, vault| {
        let rotated = newer != spent;
        let keeps_previous = rotated && provider.keeps_previous_refresh_token();
        let tokens = TokenSet {
            previous_refresh_token: keeps_previous.then_some(spent),
            refresh_token: Some(newer),
            ..before
        };
        let known = account.refresh.clone();
        account.refresh = refresh_facts(vault, &provider, &tokens, Some((&known, rotated)), at)?;
        account.generation += 1;
        account.clear_mark();
        account.restored_at = None;
        store.save_tokens(&account, &tokens, &line)?;
        Ok((account, line))
    });
    match saved.await {
        Ok(saved) => WorkResult::Failed(failure, Some(saved)),
        Err(worse) => WorkResult::Failed(worse, None),
    }
}
