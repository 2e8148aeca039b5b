//! What can befall a link, as pictures for people: unsaved tokens, lost answers, ends, clocks, networks, key stores, data folders.
//!
//! Draws only when asked to; what these screens must say is checked by name and role elsewhere.

use std::sync::Arc;

use jiff::SignedDuration;
use linkdesk::bridge::{
    AccountCard, Brought, EndReason, KeyStoreKind, KeyStoreState, KeyStoreTrouble, ProblemKind,
    Remedy, Salvage, Snapshot, StoreTrouble,
};

use super::screens_pictures::{DESIGNED, picture};
use super::support::{Desk, cards};

/// Five accounts, the first and the third changed.
fn with(change: impl FnOnce(&mut AccountCard, &mut AccountCard)) -> Snapshot {
    let mut snapshot = cards::five_accounts();
    let mut first = (*snapshot.accounts[0]).clone();
    let mut third = (*snapshot.accounts[2]).clone();
    change(&mut first, &mut third);
    snapshot.accounts[0] = Arc::new(first);
    snapshot.accounts[2] = Arc::new(third);
    snapshot
}

fn befall(account: &mut AccountCard, kind: ProblemKind, remedy: Remedy) {
    let mut problem = cards::problem(11, kind, remedy);
    problem.account = Some(account.id.clone());
    account.problem = Some(problem);
}

fn disk_full() -> ProblemKind {
    ProblemKind::Store {
        trouble: StoreTrouble::Full,
        place: "/home/mia/.local/share/linkdesk/linkdesk.db".into(),
    }
}

fn unsaved() -> Snapshot {
    with(|first, third| {
        let kind = ProblemKind::NotSaved {
            brought: Brought::Refresh,
            cause: Box::new(disk_full()),
        };
        first.is_unsaved = true;
        befall(first, kind, Remedy::RetryNow);
        let kind = ProblemKind::HeldByAnother {
            holder: None,
            waited: 12,
        };
        befall(third, kind, Remedy::RetryNow);
    })
}

fn outcome_unknown() -> Snapshot {
    let since = cards::now() - SignedDuration::from_mins(3);
    with(|first, third| {
        first.outcome_unknown = true;
        let kind = ProblemKind::OutcomeUnknown { since };
        befall(first, kind, Remedy::TryAnyway);
        third.restored_at = Some(since);
    })
}

fn ended(reason: EndReason) -> Snapshot {
    with(|first, _| {
        first.needs_sign_in = Some(reason);
        first.ended_at = Some(cards::now() - SignedDuration::from_hours(2));
        befall(
            first,
            ProblemKind::NeedsSignIn { reason },
            Remedy::SignInAgain,
        );
    })
}

fn trouble() -> Snapshot {
    let since = cards::now() - SignedDuration::from_mins(31);
    with(|first, third| {
        first.trouble_since = Some(since);
        let host = "api.just2trade.com".to_owned();
        befall(
            first,
            ProblemKind::Unreachable { host, since },
            Remedy::RetryNow,
        );
        third.trouble_since = Some(since);
        let host = "www.thetradingparrot.com".to_owned();
        let kind = ProblemKind::PageInstead { host, status: 200 };
        befall(third, kind, Remedy::RetryNow);
    })
}

fn noticed(kind: ProblemKind) -> Snapshot {
    let mut snapshot = cards::five_accounts();
    snapshot
        .problems
        .push(cards::problem(12, kind, Remedy::None));
    snapshot
}

fn unreadable() -> Snapshot {
    with(|first, _| {
        first.unreadable = true;
        let account = first.id.to_string();
        let kind = ProblemKind::AccountUnreadable { account };
        befall(first, kind, Remedy::SignInAgain);
    })
}

fn key_store(trouble: KeyStoreTrouble, kind: KeyStoreKind) -> Snapshot {
    let mut snapshot = cards::five_accounts();
    snapshot.key_store.state = KeyStoreState::Unavailable(trouble);
    snapshot.key_store.kind = kind;
    for account in &mut snapshot.accounts {
        Arc::make_mut(account).locked = true;
    }
    snapshot
}

/// Draws all of them.
pub(crate) fn draw() {
    let settings = |desk: &mut Desk| desk.press("Settings");
    picture("unsaved", &unsaved(), DESIGNED, |_| {});
    picture("held-by-another", &unsaved(), DESIGNED, |desk| {
        desk.press_button("parrot-bot");
    });
    picture("outcome-unknown", &outcome_unknown(), DESIGNED, |_| {});
    picture("restored", &outcome_unknown(), DESIGNED, |desk| {
        desk.press_button("parrot-bot");
    });
    let reset = ended(EndReason::ProviderReset);
    picture("ended", &reset, DESIGNED, |_| {});
    picture("trouble", &trouble(), DESIGNED, |_| {});
    picture("page-instead", &trouble(), DESIGNED, |desk| {
        desk.press_button("parrot-bot");
    });
    let clock = ProblemKind::ClockSet {
        by: SignedDuration::from_hours(1),
    };
    picture("clock-set", &noticed(clock), DESIGNED, |_| {});
    let salvage = Salvage {
        accounts: 5,
        in_part: 1,
        lost: 2,
    };
    let kept_as = "linkdesk-damaged-1.db".to_owned();
    let damaged = ProblemKind::StoreDamaged { kept_as, salvage };
    picture("damaged", &noticed(damaged), DESIGNED, |_| {});
    let newer = ProblemKind::StoreNewer { found: 9 };
    picture("newer", &noticed(newer), DESIGNED, |_| {});
    picture("unreadable", &unreadable(), DESIGNED, |_| {});
    let missing = KeyStoreTrouble::KeyMissing { accounts: 5 };
    let missing = key_store(missing, KeyStoreKind::Keychain);
    picture("key-missing", &missing, DESIGNED, |_| {});
    let forgetful = key_store(KeyStoreTrouble::Forgetful, KeyStoreKind::Keychain);
    picture("key-store-forgets", &forgetful, DESIGNED, |_| {});
    let mut behind = cards::five_accounts();
    behind.key_store.kind = KeyStoreKind::Passphrase;
    picture("settings-keys", &behind, [1180.0, 1300.0], settings);
}
