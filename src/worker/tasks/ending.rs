//! What a failure does to a link: end it, with the evidence why, or note since when there is trouble.
//!
//! Knows nothing of how the provider was asked. Only what the provider itself has refused ends anything.

use jiff::Timestamp;

use super::Desk;
use super::identity::{Likeness, compare};
use crate::account::{Account, EndReason, HistoryLine, Trouble};
use crate::bridge::ProblemKind;
use crate::store::Contents;
use crate::worker::failure::{Failure, Refusal};
use crate::worker::input::WorkResult;
use crate::worker::verdict::{Evidence, Rule};

/// Writes down why it failed; the link ends only where the failure says so.
pub(super) async fn failed(desk: &Desk, mut account: Account, failure: Failure) -> WorkResult {
    let at = desk.world.clock.now();
    let mut failure = failure;
    let is_of_a_session = failure.ends_link() == Some(EndReason::SessionOnly);
    let line = match failure.ends_link() {
        Some(reason) => Some(end(desk, &mut account, &mut failure, (reason, at)).await),
        None if failure.is_transitory() => note_trouble(&mut account, &mut failure, at),
        None => Some(not_refreshed(&failure, at)),
    };
    let told = line.clone().unwrap_or_else(|| not_refreshed(&failure, at));
    if is_of_a_session {
        // Another program may still have that session's key in its memory: for that one nothing has ended.
        return WorkResult::Failed(failure, Some((account, told)));
    }
    let kept = account.clone();
    let saved = desk.blocking(move |store, _| store.save_account(&kept, line.as_ref()));
    match saved.await {
        Ok(()) => WorkResult::Failed(failure, Some((account, told))),
        // What the person has to know is the first failure, not that it could not be written down.
        Err(_second) => WorkResult::Failed(failure, None),
    }
}

fn not_refreshed(failure: &Failure, at: Timestamp) -> HistoryLine {
    let code = failure.kind.code();
    let what = if failure.detail.is_empty() {
        format!("Not refreshed: {code}")
    } else {
        format!("Not refreshed: {code} ({})", failure.detail)
    };
    HistoryLine { at, what }
}

/// Trouble that goes on keeps the time it began, and is not written down again at every attempt.
fn note_trouble(
    account: &mut Account,
    failure: &mut Failure,
    at: Timestamp,
) -> Option<HistoryLine> {
    let line = not_refreshed(failure, at);
    let before = account.trouble.take();
    let is_new = before.as_ref().is_none_or(|it| it.what != line.what);
    let since = before.map_or(at, |it| it.since);
    if let ProblemKind::Unreachable { since: began, .. } = &mut failure.kind {
        *began = since;
    }
    account.trouble = Some(Trouble {
        since,
        what: line.what.clone(),
    });
    is_new.then_some(line)
}

/// Judges why the link has ended, and puts it on the account and into the failure.
async fn end(
    desk: &Desk,
    account: &mut Account,
    failure: &mut Failure,
    (told, at): (EndReason, Timestamp),
) -> HistoryLine {
    let (reason, what) = match failure.refusal.take() {
        Some(refusal) => {
            // Without the other accounts there is less to go by, and the reason is all the sooner called unknown.
            let contents = desk.blocking(|store, _| store.load()).await;
            let contents = contents.unwrap_or_default();
            let evidence = evidence(account, *refusal, &contents, at);
            let (reason, rule) = evidence.judge();
            if let Rule::Together(_) = rule {
                end_alike(desk, account, &contents, at).await;
            }
            (reason, evidence.line())
        }
        None => (told, format!("The link has ended: {}", told.code())),
    };
    account.ended = Some(reason);
    account.ended_at = Some(at);
    account.trouble = None;
    failure.kind = ProblemKind::NeedsSignIn { reason };
    HistoryLine { at, what }
}

fn evidence(account: &Account, refusal: Refusal, contents: &Contents, at: Timestamp) -> Evidence {
    let known_end = if refusal.is_of_refresh {
        account.refresh.expires_at
    } else {
        account.access.expires_at
    };
    let linked_again = refusal.second_link_ends_first;
    Evidence {
        at,
        answer: refusal.answer,
        named: refusal.named,
        known_end,
        restored_at: account.restored_at,
        in_doubt_since: refusal.in_doubt_since,
        linked_again_at: linked_again
            .then(|| linked_again_at(account, contents))
            .flatten(),
        others: others(account, contents)
            .filter_map(|it| it.ended_at)
            .collect(),
        proved_at: account.last_proved_at,
    }
}

/// When the same person was linked once more, after this link was last good.
fn linked_again_at(account: &Account, contents: &Contents) -> Option<Timestamp> {
    let good_at = account.last_proved_at.unwrap_or(account.linked_at);
    siblings(account, contents)
        .filter(|it| compare(&account.identity, &it.identity) == Likeness::Same)
        .map(|it| sign_in_of(it, contents))
        .filter(|at| *at >= good_at)
        .max()
}

/// When somebody last signed in to an account; its first sign-in, where the history goes back no further.
fn sign_in_of(account: &Account, contents: &Contents) -> Timestamp {
    let lines = contents.history.get(&account.id).into_iter().flatten();
    let mut sign_ins = lines.filter(|line| line.what.starts_with("Linked"));
    sign_ins.next().map_or(account.linked_at, |line| line.at)
}

/// Other people's links at the same provider that ended without a reason of their own.
fn others<'a>(
    account: &'a Account,
    contents: &'a Contents,
) -> impl Iterator<Item = &'a Account> + 'a {
    let is_alike = |it: &&Account| {
        matches!(
            it.ended,
            Some(EndReason::Unknown | EndReason::ProviderReset)
        ) && it.outcome_unknown_since.is_none()
    };
    siblings(account, contents)
        .filter(|it| compare(&account.identity, &it.identity) != Likeness::Same)
        .filter(is_alike)
}

fn siblings<'a>(
    account: &'a Account,
    contents: &'a Contents,
) -> impl Iterator<Item = &'a Account> + 'a {
    let accounts = contents.accounts.iter();
    accounts.filter(|it| it.provider == account.provider && it.id != account.id)
}

/// The ones before ended for the same reason, which nobody could know then.
async fn end_alike(desk: &Desk, account: &Account, contents: &Contents, at: Timestamp) {
    let alike = others(account, contents).filter(|it| it.ended == Some(EndReason::Unknown));
    let alike = alike.filter(|it| {
        it.ended_at
            .is_some_and(|ended| Evidence::is_together(at, ended))
    });
    for mut other in alike.cloned().collect::<Vec<_>>() {
        other.ended = Some(EndReason::ProviderReset);
        let what =
            "Why it ended: provider reset; another link of this provider ended within a minute";
        let line = HistoryLine {
            at,
            what: what.to_owned(),
        };
        let saved = desk.blocking(move |store, _| store.save_account(&other, Some(&line)));
        // Whoever has signed in again meanwhile needs no reason any more.
        drop(saved.await);
    }
}
