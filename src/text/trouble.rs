//! What keeps a provider from being asked, in one sentence: whom, since when, and until when the token is good all the same.
//!
//! Knows nothing of what to do about it; that is `problem_hint`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Ticking, foreign, time};
use crate::bridge::{AccountCard, ProblemKind};

/// The sentence; nothing where the provider could be asked, or where the link has ended anyway.
///
/// "Can’t reach accounts.example since 09:31, good until 10:02"; after the end "…, expired at 10:02, trying again".
pub fn trouble(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> Option<Ticking> {
    if account.needs_sign_in.is_some() || account.outcome_unknown {
        return None;
    }
    let kind = account.problem.as_ref().map(|problem| &problem.kind);
    let what = match kind.and_then(what) {
        Some(what) => what,
        // Of an earlier run only the time is known.
        None if kind.is_none() && account.trouble_since.is_some() => "Not refreshed".into(),
        None => return None,
    };
    let mut words = what;
    if let Some(since) = since(account) {
        words.push_str(" since ");
        words.push_str(&time::short_day(now, since, zone));
    }
    let next_try = next_try(account).filter(|at| *at > now);
    if let Some(at) = next_try {
        words.push_str(", next try at ");
        words.push_str(&time::short_day(now, at, zone));
    }
    words.push_str(&good(now, zone, account));
    let end = account.access.expires_at.filter(|end| *end > now);
    let changes = [end, next_try];
    let changes = changes.into_iter().chain([time::next_midnight(now, zone)]);
    Some(Ticking {
        words,
        changes_at: changes.flatten().min(),
    })
}

/// The same in a few words, beside a countdown.
pub(super) fn short(account: &AccountCard) -> Option<&'static str> {
    Some(match account.problem.as_ref()?.kind {
        ProblemKind::Unreachable { .. } => "unreachable, will retry",
        ProblemKind::ProxyRefused { .. } => "proxy refuses, will retry",
        ProblemKind::PageInstead { .. } => "network sign-in? will retry",
        ProblemKind::TemporarilyFailing { .. } => "provider busy, will retry",
        ProblemKind::CertificateUntrusted { .. } => "certificate not trusted",
        ProblemKind::NotSaved { .. } => "refreshed, but not saved",
        ProblemKind::HeldByAnother { .. } => "another program has it",
        _ => return None,
    })
}

fn what(kind: &ProblemKind) -> Option<String> {
    Some(match kind {
        ProblemKind::Unreachable { host, .. } => format!("Can’t reach {}", foreign(host)),
        ProblemKind::ProxyRefused { host, .. } => {
            format!("The proxy keeps us from {}", foreign(host))
        }
        ProblemKind::PageInstead { host, .. } => {
            format!("A web page answers instead of {}", foreign(host))
        }
        ProblemKind::TemporarilyFailing { host, status, .. } => {
            format!("{} can’t answer ({status})", foreign(host))
        }
        ProblemKind::CertificateUntrusted { host } => {
            format!("Can’t trust who answers for {}", foreign(host))
        }
        ProblemKind::ClockWrong { host, .. } => {
            format!("Can’t ask {} with a wrong clock", foreign(host))
        }
        _ => return None,
    })
}

fn since(account: &AccountCard) -> Option<Timestamp> {
    let problem = account.problem.as_ref();
    let told = problem.map(|problem| match problem.kind {
        ProblemKind::Unreachable { since, .. } => since,
        _ => problem.at,
    });
    account.trouble_since.into_iter().chain(told).min()
}

fn next_try(account: &AccountCard) -> Option<Timestamp> {
    match account.problem.as_ref()?.kind {
        ProblemKind::TemporarilyFailing { retry_at, .. } => retry_at,
        _ => None,
    }
}

fn good(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> String {
    match account.access.expires_at {
        Some(end) if end > now => format!(", good until {}", time::short_day(now, end, zone)),
        Some(end) => format!(
            ", expired at {}, trying again",
            time::short_day(now, end, zone)
        ),
        None => ", with no end known".into(),
    }
}
