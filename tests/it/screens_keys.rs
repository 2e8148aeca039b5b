//! The key store as a person meets it: what is wrong with it and what to press, where the key is, moving it, locking it.
//!
//! What is typed leaves only when it is sent.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::SignedDuration;
use linkdesk::bridge::{Command, KeyStoreKind, KeyStoreState, KeyStoreTrouble as T, Snapshot};
use linkdesk::secret::Secret;

use super::screens::check_part;
use super::support::{Desk, cards};

const HIGH: [f32; 2] = [1180.0, 1500.0];

fn desk(change: impl FnOnce(&mut Snapshot)) -> Desk {
    let mut snapshot = cards::five_accounts();
    change(&mut snapshot);
    Desk::sized(snapshot, HIGH, egui::Theme::Dark)
}

fn troubled(trouble: T) -> Desk {
    desk(|snapshot| snapshot.key_store.state = KeyStoreState::Unavailable(trouble))
}

fn settings(kind: KeyStoreKind) -> Desk {
    let mut desk = desk(|snapshot| snapshot.key_store.kind = kind);
    desk.press("Settings");
    desk
}

#[test]
fn every_trouble_has_a_sentence_and_a_button_and_leaves_the_accounts_in_sight() {
    let troubles = [
        T::Absent,
        T::NoCollection,
        T::Locked,
        T::NotAnswering,
        T::KeyMissing { accounts: 5 },
        T::SealedElsewhere,
        T::Damaged,
        T::Newer,
        T::Ambiguous,
        T::Forgetful,
        T::Altering,
        T::PassphraseNeeded,
        T::WrongPassphrase,
        T::Failed,
    ];
    for trouble in troubles {
        let desk = troubled(trouble);
        desk.window
            .get_by_role_and_label(Role::Button, "Main account");
        let name = format!("key-store-{}", trouble.code().replace('_', "-"));
        check_part(&name, &desk, "Group \"Key store\"", "Heading \"Main");
    }
}

#[test]
fn a_key_store_that_keeps_nothing_is_left_for_another_place() {
    for trouble in [T::Absent, T::Forgetful, T::KeyMissing { accounts: 1 }] {
        let mut desk = troubled(trouble);
        desk.press("Keep the key elsewhere…");
        desk.fill("New passphrase", "hush");
        desk.fill("The same once more", "hush");
        desk.press("Move the key");
        let moved = Command::MoveKeyStore {
            to: KeyStoreKind::Passphrase,
            passphrase: Some(Secret::new("hush")),
        };
        assert_eq!(desk.sent(), [moved]);
    }
}

#[test]
fn a_new_passphrase_is_asked_for_twice() {
    let mut desk = desk(|snapshot| {
        snapshot.key_store.kind = KeyStoreKind::Passphrase;
        snapshot.key_store.state = KeyStoreState::Unavailable(T::PassphraseNeeded);
        snapshot.key_store.wants_new_passphrase = true;
    });
    desk.fill("New passphrase", "hush");
    desk.fill("The same once more", "hus");
    let is_off = |desk: &Desk| {
        let button = desk.window.get_by_label("Set passphrase");
        button.accesskit_node().is_disabled()
    };
    assert!(is_off(&desk));
    desk.fill("The same once more", "h");
    assert!(!is_off(&desk));
    desk.press("Set passphrase");
    let passphrase = Secret::new("hush");
    assert_eq!(desk.sent(), [Command::UnlockKeyStore { passphrase }]);
}

#[test]
fn a_long_wait_is_told_and_can_be_ended_and_a_short_one_is_not() {
    let mut desk = desk(|snapshot| {
        snapshot.key_store.state = KeyStoreState::Opening;
        snapshot.key_store.asked_at = Some(cards::now());
    });
    assert!(desk.window.query_by_label("Stop waiting").is_none());
    desk.advance(SignedDuration::from_secs(2));
    desk.press("Stop waiting");
    assert_eq!(desk.sent(), [Command::StopAskingKeyStore]);
}

#[test]
fn the_settings_say_where_the_key_is_and_offer_the_other_places() {
    for kind in KeyStoreKind::ALL {
        let mut desk = settings(kind);
        let name = format!("settings-keys-{}", kind.code());
        let end = "Label \"Certificate";
        check_part(&name, &desk, "Label \"Keys\"", end);
        let open = match kind {
            KeyStoreKind::Passphrase => "Move the key or change the passphrase…",
            KeyStoreKind::Keychain | KeyStoreKind::Session => "Move the key…",
        };
        desk.press(open);
        check_part(&format!("{name}-form"), &desk, "Label \"Keys\"", end);
    }
}

#[test]
fn a_passphrase_is_changed_and_locking_chosen_in_the_settings() {
    let mut desk = settings(KeyStoreKind::Passphrase);
    desk.press("15 min");
    desk.press("Lock now");
    let minutes = Some(15);
    assert_eq!(
        desk.sent(),
        [
            Command::LockKeyStoreAfter { minutes },
            Command::LockKeyStore
        ]
    );
    desk.press("Move the key or change the passphrase…");
    desk.press("Another passphrase");
    desk.fill("Passphrase now", "hush");
    desk.fill("New passphrase", "whisper");
    desk.fill("The same once more", "whisper");
    desk.press("Change passphrase");
    let changed = Command::ChangePassphrase {
        old: Secret::new("hush"),
        new: Secret::new("whisper"),
    };
    assert_eq!(desk.sent(), [changed]);
    assert!(desk.window.query_by_label("Passphrase now").is_none());
}

#[test]
fn a_key_moves_into_memory_only_past_a_warning() {
    let mut desk = settings(KeyStoreKind::Keychain);
    desk.press("Move the key…");
    desk.press("In memory, until you quit");
    desk.window
        .get_by_label_contains("every account needs a new sign-in");
    desk.press("Move the key");
    let moved = Command::MoveKeyStore {
        to: KeyStoreKind::Session,
        passphrase: None,
    };
    assert_eq!(desk.sent(), [moved]);
}
