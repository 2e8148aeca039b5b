//! Exit codes, kind by kind.

use super::super::exit::{code, worst};
use super::now;
use crate::bridge::{Brought, EndReason, KeyStoreTrouble, ProblemKind as K, Salvage, StoreTrouble};

fn text() -> String {
    String::new()
}

fn check(expected: u8, kinds: &[K]) {
    for kind in kinds {
        assert_eq!(code(kind), expected, "{kind:?}");
    }
}

#[test]
fn what_was_typed_is_two() {
    check(2, &[K::UnusableUsername, K::BackupExists { place: text() }]);
}

#[test]
fn a_sign_in_that_is_due_is_three() {
    let reason = EndReason::Revoked;
    let lost = K::OutcomeUnknown { since: now() };
    check(3, &[K::NeedsSignIn { reason }, K::CannotRefresh, lost]);
}

#[test]
fn a_provider_that_can_not_answer_now_is_four() {
    let unreachable = K::Unreachable {
        host: text(),
        since: now(),
    };
    let failing = K::TemporarilyFailing {
        host: text(),
        status: 503,
        retry_at: None,
    };
    let untrusted = K::CertificateUntrusted { host: text() };
    let clock = K::ClockWrong {
        host: text(),
        offset_seconds: None,
    };
    let proxy = K::ProxyRefused {
        host: text(),
        asks: false,
    };
    let page = K::PageInstead {
        host: text(),
        status: 511,
    };
    let set = K::ClockSet {
        by: jiff::SignedDuration::from_hours(1),
    };
    let theirs = K::ProviderClockWrong {
        host: text(),
        offset_seconds: 180,
    };
    check(4, &[unreachable, failing, untrusted, clock, set, theirs]);
    check(4, &[proxy, page]);
}

fn not_saved() -> K {
    K::NotSaved {
        brought: Brought::Refresh,
        cause: Box::new(K::Store {
            trouble: StoreTrouble::Full,
            place: text(),
        }),
    }
}

#[test]
fn keys_and_data_folder_are_five() {
    let trouble = KeyStoreTrouble::Locked;
    let kinds = [
        K::KeyStore { trouble },
        K::Store {
            trouble: StoreTrouble::Full,
            place: text(),
        },
        K::StoreDamaged {
            kept_as: text(),
            salvage: Salvage::default(),
        },
        K::AccountUnreadable { account: text() },
        K::NotABackup { place: text() },
        K::StoreNewer { found: 9 },
        not_saved(),
        K::HeldByAnother {
            holder: None,
            waited: 150,
        },
    ];
    check(5, &kinds);
}

#[test]
fn denied_canceled_and_timed_out_are_six() {
    let kinds = [
        K::Denied { code: text() },
        K::Canceled,
        K::TimedOut,
        K::CodeRejected { code: text() },
        K::WrongPassword,
        K::WrongAddress,
        K::DeviceCodeExpired,
        K::CertificateRefused {
            fingerprint: text(),
        },
    ];
    check(6, &kinds);
}

#[test]
fn the_clients_set_up_is_seven() {
    let invalid = K::ClientInvalid {
        field: text(),
        expected: text(),
    };
    let (redirect_uri, registered) = (text(), text());
    let kinds = [
        K::ClientIncomplete { missing: vec![] },
        invalid,
        K::ClientRejected { code: text() },
        K::RedirectMismatch {
            redirect_uri,
            registered,
        },
        K::PortReserved { port: 1 },
        K::LoopbackUnreachable { address: text() },
        K::BrowserMissing { name: text() },
        K::ProviderChanged { bound_to: text() },
        K::ProviderGone { provider: text() },
        K::DiscoveryFailed {
            issuer: text(),
            why: text(),
        },
        K::PortInUse {
            port: 1,
            holder: None,
        },
    ];
    check(7, &kinds);
}

#[test]
fn the_rest_is_one() {
    let foreign = K::NotATokenResponse {
        status: 200,
        content_type: text(),
        length: 0,
    };
    let refused = K::RedirectRefused {
        host: text(),
        target: text(),
    };
    let file = K::ProviderFile {
        file: text(),
        line: None,
        key: text(),
        expected: text(),
    };
    let kinds = [
        K::BrowserNotOpened,
        K::IssuerMismatch { expected: text() },
        K::IdTokenRefused { check: text() },
        foreign,
        K::ProviderError { code: text() },
        refused,
        K::NotRevoked { host: text() },
        K::IdentityUnread,
        K::TradingAccountsUnread,
        file,
        K::PracticeUnavailable,
        K::WorkerStopped,
        K::Bug,
    ];
    check(1, &kinds);
}

#[test]
fn the_most_pressing_code_of_several_is_told() {
    assert_eq!(worst(&[]), 0);
    assert_eq!(worst(&[0, 0]), 0);
    assert_eq!(worst(&[0, 1, 4, 7, 5, 3]), 3);
    assert_eq!(worst(&[0, 1, 4, 7, 5]), 5);
    assert_eq!(worst(&[0, 1, 4, 7]), 7);
    assert_eq!(worst(&[0, 1, 4]), 4);
    assert_eq!(worst(&[0, 1]), 1);
    assert_eq!(worst(&[0, 6]), 6);
}
