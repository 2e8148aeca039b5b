//! An account in words: its state, what happens to it next, where its figures come from.
//!
//! Knows nothing of colors. The same words stand in the row, the detail and the command line.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Ticking, access_countdown, foreign, time, trouble};
use crate::bridge::{
    AccessCard, AccountCard, Busy, EndReason, ExpirySource, Face, Holder, RefreshOutcome,
    SignInDue, State, TradingChange,
};

/// The state in a word or two.
pub const fn state(state: State) -> &'static str {
    match state {
        State::Fresh => "fresh",
        State::Expiring => "expiring",
        State::Expired => "expired",
        State::NeedsSignIn => "needs sign-in",
        State::UnknownExpiry => "expiry unknown",
        State::Refreshing => "refreshing",
        State::Locked => "key store locked",
        State::OutcomeUnknown => "answer lost",
        State::Unreadable => "can’t be read",
        State::InQuestion => "in question",
    }
}

/// What happens next, in a few words beside the countdown.
pub fn next(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> String {
    if let Some(reason) = account.needs_sign_in {
        return ended(reason).into();
    }
    if let Some(busy) = account.busy {
        return under_way(busy).into();
    }
    let state = account.state(now);
    let sign_in = sign_in(now, account).filter(|_| {
        let is_told_otherwise = matches!(
            state,
            State::OutcomeUnknown | State::Locked | State::Unreadable | State::InQuestion
        );
        !is_told_otherwise && (state != State::Expired || account.refresh.present)
    });
    if let Some(sign_in) = sign_in {
        return sign_in.words;
    }
    match state {
        State::Unreadable => "link again or unlink".into(),
        State::OutcomeUnknown => "answer to refresh lost".into(),
        State::Locked => "key store locked".into(),
        State::InQuestion => "a question is open in another window".into(),
        state => match (trouble::short(account), state) {
            (Some(trouble), _) => trouble.into(),
            (None, State::Expired) if account.refresh.present => "refresh due".into(),
            (None, State::Expired) => "sign in again".into(),
            (None, _) => outlook(now, zone, account),
        },
    }
}

/// That a full sign-in is near: "sign in within 23 h"; the same words lead a sentence with a capital.
pub fn sign_in(now: Timestamp, account: &AccountCard) -> Option<Ticking> {
    let due = account.sign_in_due(now)?;
    let end = account.sign_in_ends()?;
    let (unit, name) = match due {
        SignInDue::Now => {
            return Some(Ticking {
                words: "sign in again".into(),
                changes_at: None,
            });
        }
        SignInDue::Soon => (60, "min"),
        SignInDue::Tomorrow => (3_600, "h"),
    };
    let count = (time::seconds_left(now, end) + unit - 1) / unit;
    let verb = if account.access.renews_on_use && !account.refresh.present {
        "use it"
    } else {
        "sign in"
    };
    let next = SignedDuration::from_secs((count - 1) * unit);
    let changes_at = end.checked_sub(next).ok();
    Some(Ticking {
        words: format!("{verb} within {count} {name}"),
        changes_at: changes_at
            .into_iter()
            .chain(account.sign_in_due_changes_at(now))
            .min(),
    })
}

/// What is left of the access token, where nothing stands beside it that says it is an estimate.
pub fn access_left(now: Timestamp, access: &AccessCard) -> String {
    let mut words = access_countdown(now, access).words;
    if access.renews_on_use && access.expires_at.is_some_and(|end| end > now) {
        words.push_str(", an estimate");
    }
    words
}

/// Until when no full sign-in is needed, in a few words: the second of an account's two deadlines.
pub fn signed_in_until(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> String {
    if account.needs_sign_in.is_some() {
        return "due".into();
    }
    if let Some(sign_in) = sign_in(now, account) {
        return sign_in.words;
    }
    match account
        .refresh
        .expires_at
        .filter(|_| account.refresh.present)
    {
        Some(end) => format!("until {}", time::day_and_clock(now, end, zone)),
        None if account.refresh.present => "until it is refused".into(),
        None if account.access.renews_on_use => "while it is used".into(),
        None => "until the access token ends".into(),
    }
}

fn outlook(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> String {
    if account.state(now) == State::Expiring {
        "expiring".into()
    } else if account.access.renews_on_use {
        match account.access.expires_at {
            Some(_) => "estimate, renews on use".into(),
            None => "renews on use".into(),
        }
    } else if let Some(end) = account.refresh.expires_at {
        format!("sign-in until {}", time::short_clock(end, zone))
    } else if account.refresh.present {
        "refresh ready".into()
    } else if account.access.expires_at.is_none() {
        "provider did not say".into()
    } else {
        "no refresh token".into()
    }
}

/// What is going on with it.
pub const fn under_way(busy: Busy) -> &'static str {
    match busy {
        Busy::Refreshing => "refreshing",
        Busy::AskingTradingAccounts => "asking for accounts",
        Busy::Unlinking => "unlinking",
    }
}

/// Which program of ours has the account to itself.
pub fn holder(holder: Option<&Holder>) -> String {
    let Some(holder) = holder else {
        return "Another Linkdesk".into();
    };
    let face = match holder.face {
        Face::Window => "window",
        Face::CommandLine => "command line",
    };
    let at = holder.computer.as_deref().map(foreign);
    let at = at.map_or_else(String::new, |computer| format!(", on {computer}"));
    format!("Another Linkdesk (process {}, {face}{at})", holder.process)
}

/// Why the link ended, in a few words.
pub const fn ended(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "sign-in has run out",
        EndReason::RefreshedElsewhere => "refreshed by another program",
        EndReason::Revoked => "revoked at the provider",
        EndReason::SignedInElsewhere => "signed in elsewhere",
        EndReason::PasswordChanged => "password changed",
        EndReason::ProviderReset => "ended by the provider for many",
        EndReason::Unknown => "ended, cause unknown",
        EndReason::SessionOnly => "kept for one session",
        EndReason::Unreadable => "tokens can’t be opened",
    }
}

/// Why the link ended and when that was noticed.
pub fn ended_when(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> Option<String> {
    let reason = ended(account.needs_sign_in?);
    Some(match account.ended_at {
        Some(at) => format!("{reason}, noticed at {}", time::short_day(now, at, zone)),
        None => reason.into(),
    })
}

/// When the provider last accepted a token, which is another thing than being valid by the clock.
pub fn proved(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> String {
    account
        .last_proved_at
        .map_or_else(|| "never".into(), |at| time::day_and_clock(now, at, zone))
}

/// What the clock says of the access token, whoever may have ended it meanwhile.
pub fn by_the_clock(now: Timestamp, zone: &TimeZone, account: &AccountCard) -> String {
    match account.access.expires_at {
        Some(end) if end > now => format!("valid until {}", time::day_and_clock(now, end, zone)),
        Some(end) => format!("expired {}", time::day_and_clock(now, end, zone)),
        None => "valid, with no end known".into(),
    }
}

/// Where the expiry of the access token is from.
pub const fn source(source: ExpirySource, renews_on_use: bool) -> &'static str {
    match (source, renews_on_use) {
        (ExpirySource::ExpiresIn, false) => "expires_in",
        (ExpirySource::ExpiresIn, true) => "expires_in, renewed by use",
        (ExpirySource::Expires, false) => "expires",
        (ExpirySource::Expires, true) => "expires, renewed by use",
        (ExpirySource::JwtExp, false) => "exp in the token, unverified",
        (ExpirySource::JwtExp, true) => "exp in the token, renewed by use",
        (ExpirySource::Definition, false) => "the provider’s document",
        (ExpirySource::Definition, true) => "the provider’s document, renewed by use",
        (ExpirySource::None, _) => "nothing: the provider did not say",
    }
}

/// What an attempt to refresh came to.
pub const fn outcome(outcome: RefreshOutcome) -> &'static str {
    match outcome {
        RefreshOutcome::Refreshed => "Refreshed",
        RefreshOutcome::Renewed => "Renewed by use",
        RefreshOutcome::NeedsSignIn => "Needs sign-in",
        RefreshOutcome::Unreachable => "Not reached",
        RefreshOutcome::Failed => "Not refreshed",
    }
}

/// What changed in a trading account since last time.
pub const fn change(change: TradingChange) -> &'static str {
    match change {
        TradingChange::FirstSeen => "first seen",
        TradingChange::Unchanged => "unchanged",
        TradingChange::New => "new",
        TradingChange::Changed => "changed",
        TradingChange::Gone => "gone",
    }
}
