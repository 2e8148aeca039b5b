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
            State::Unreadable | State::OutcomeUnknown | State::Locked
        );
        !is_told_otherwise && (state != State::Expired || account.refresh.present)
    });
    if let Some(sign_in) = sign_in {
        return sign_in.words;
    }
    match state {
        State::Unreadable => "link again or unlink".into(),
        State::OutcomeUnknown => "answer lost, try anyway or sign in".into(),
        State::Locked => "key store locked".into(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::{IdentityCard, ObtainedCard, RefreshCard};
    use crate::ids::{AccountId, ProviderId};

    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// An account whose refresh token came at 0 and lives so long, with a fresh access token.
    fn account(life: i64) -> AccountCard {
        AccountCard {
            ended_at: None,
            restored_at: None,
            trouble_since: None,
            unreadable: false,
            id: AccountId::new("a1").unwrap(),
            provider: ProviderId::new("parrot").unwrap(),
            label: "Mine".into(),
            identity: IdentityCard::default(),
            access: AccessCard {
                issued_at: at(life - 60),
                expires_at: Some(at(life + HOUR)),
                expiry_source: ExpirySource::ExpiresIn,
                renews_on_use: false,
                token_type: "Bearer".into(),
                scopes: Vec::new(),
                fingerprint: String::new(),
                form: String::new(),
            },
            refresh: RefreshCard {
                present: true,
                issued_at: Some(at(0)),
                expires_at: Some(at(life)),
                ..RefreshCard::default()
            },
            needs_sign_in: None,
            outcome_unknown: false,
            is_unsaved: false,
            locked: false,
            busy: None,
            linked_at: at(0),
            last_refreshed_at: None,
            last_proved_at: None,
            next_refresh_at: None,
            last_refresh: None,
            problem: None,
            trading: None,
            has_trading_accounts: false,
            browser: None,
            obtained: ObtainedCard::default(),
            exchanges: Vec::new(),
            history: Vec::new(),
        }
    }

    fn said(account: &AccountCard, now: i64) -> String {
        next(at(now), &TimeZone::UTC, account)
    }

    #[test]
    fn a_full_sign_in_is_announced_a_day_and_an_hour_ahead() {
        let month = account(30 * DAY);
        let left = |seconds: i64| said(&month, 30 * DAY - seconds);
        assert!(
            left(DAY + 1).starts_with("sign-in until"),
            "{}",
            left(DAY + 1)
        );
        assert_eq!(left(DAY), "sign in within 24 h");
        assert_eq!(left(HOUR + 1), "sign in within 2 h");
        assert_eq!(left(HOUR), "sign in within 60 min");
        assert_eq!(left(1), "sign in within 1 min");
        assert_eq!(left(0), "sign in again");
    }

    #[test]
    fn a_life_of_a_day_is_not_announced_all_day() {
        let day = account(DAY);
        assert!(said(&day, 60).starts_with("sign-in until"));
        assert_eq!(said(&day, DAY - HOUR), "sign in within 60 min");
        let hour = account(HOUR);
        assert!(said(&hour, HOUR - 1).starts_with("sign-in until"));
    }

    #[test]
    fn without_a_refresh_token_the_access_token_is_the_second_deadline_too() {
        let mut card = account(DAY);
        card.refresh = RefreshCard::default();
        card.access.issued_at = at(0);
        card.access.expires_at = Some(at(DAY));
        assert_eq!(said(&card, DAY - 90), "sign in within 2 min");
        card.access.renews_on_use = true;
        assert_eq!(said(&card, DAY - 90), "use it within 2 min");
        assert_eq!(said(&card, 60), "estimate, renews on use");
        assert_eq!(
            access_left(at(60), &card.access),
            "Expires in 23 h 59 min, an estimate"
        );
        assert_eq!(access_left(at(DAY), &card.access), "Expired just now");
        assert_eq!(said(&card, DAY), "sign in again");
        card.access.expires_at = None;
        assert_eq!(sign_in(at(DAY), &card), None, "nobody knows");
    }

    #[test]
    fn an_announcement_changes_exactly_when_promised() {
        let month = account(30 * DAY);
        let mut now = at(28 * DAY);
        let mut said = Vec::new();
        loop {
            let shown = sign_in(now, &month);
            let promised = shown
                .as_ref()
                .map_or_else(|| month.sign_in_due_changes_at(now), |it| it.changes_at);
            said.extend(shown.map(|it| it.words));
            let Some(next) = promised else { break };
            assert!(next > now, "{now}");
            let before = next - SignedDuration::from_nanos(1);
            let words = |at| sign_in(at, &month).map(|it| it.words);
            assert_eq!(words(before), words(now), "{now}");
            assert_ne!(words(next), words(now), "{now}");
            now = next;
        }
        assert_eq!(said.len(), 23 + 60 + 1);
    }
}
