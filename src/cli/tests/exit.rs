//! Exit codes, kind by kind.

use super::super::exit::{code, worst};
use super::now;
use crate::bridge::{EndReason, KeyStoreTrouble, ProblemKind as K};

#[test]
fn every_kind_of_problem_has_the_code_of_the_page() {
    let text = String::new;
    let table = [
        (K::UnusableUsername, 2),
        (
            K::NeedsSignIn {
                reason: EndReason::Revoked,
            },
            3,
        ),
        (K::CannotRefresh, 3),
        (
            K::Unreachable {
                host: text(),
                since: now(),
            },
            4,
        ),
        (
            K::TemporarilyFailing {
                host: text(),
                status: 503,
                retry_at: None,
            },
            4,
        ),
        (
            K::KeyStore {
                trouble: KeyStoreTrouble::Locked,
            },
            5,
        ),
        (K::Store { doing: text() }, 5),
        (K::StoreDamaged { kept_as: text() }, 5),
        (K::StoreNewer { found: 9 }, 5),
        (K::NotSaved, 5),
        (K::Denied { code: text() }, 6),
        (K::Canceled, 6),
        (K::TimedOut, 6),
        (K::CodeRejected { code: text() }, 6),
        (K::WrongPassword, 6),
        (K::WrongAddress, 6),
        (
            K::ClientIncomplete {
                missing: Vec::new(),
            },
            7,
        ),
        (
            K::ClientInvalid {
                field: text(),
                expected: text(),
            },
            7,
        ),
        (K::ClientRejected { code: text() }, 7),
        (
            K::RedirectMismatch {
                redirect_uri: text(),
            },
            7,
        ),
        (K::PortInUse { port: 1 }, 7),
        (K::BrowserNotOpened, 1),
        (K::IssuerMismatch { expected: text() }, 1),
        (
            K::NotATokenResponse {
                status: 200,
                content_type: text(),
                length: 0,
            },
            1,
        ),
        (K::ProviderError { code: text() }, 1),
        (
            K::RedirectRefused {
                host: text(),
                target: text(),
            },
            1,
        ),
        (K::NotRevoked { host: text() }, 1),
        (K::IdentityUnread, 1),
        (K::TradingAccountsUnread, 1),
        (
            K::ProviderFile {
                file: text(),
                line: None,
                key: text(),
                expected: text(),
            },
            1,
        ),
        (K::PracticeUnavailable, 1),
        (K::WorkerStopped, 1),
        (K::Bug, 1),
    ];
    for (kind, expected) in table {
        assert_eq!(code(&kind), expected, "{kind:?}");
    }
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
