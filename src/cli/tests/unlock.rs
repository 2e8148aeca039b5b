//! A key store that waits for a passphrase.

use super::*;
use crate::bridge::{KeyStoreKind, KeyStoreState, KeyStoreTrouble};

fn behind_passphrase(accounts: Vec<AccountCard>) -> Snapshot {
    let mut snapshot = desk(vec![provider_not_set_up("parrot")], accounts);
    snapshot.key_store.kind = KeyStoreKind::Passphrase;
    snapshot
}

fn one() -> Snapshot {
    behind_passphrase(vec![account("a1", "parrot", "Mine")])
}

/// Opens with "hush", then hands out a token.
fn answer(stage: &mut Stage, id: CommandId, command: &Command) {
    if let Command::UnlockKeyStore { passphrase } = command {
        stage.snapshot.key_store.state = KeyStoreState::Opening;
        stage.finish(id, None);
        stage.snapshot.key_store.state = if passphrase.expose() == "hush" {
            KeyStoreState::Open
        } else {
            KeyStoreState::Unavailable(KeyStoreTrouble::WrongPassphrase)
        };
        stage.publish();
    } else {
        stage.handover.hand_out("t0ken");
        stage.finish(id, None);
    }
}

#[test]
fn the_passphrase_comes_from_standard_input_or_from_a_person() {
    let played = play("token Mine --passphrase-file -")
        .input("hush\n")
        .on(one())
        .with(answer);
    assert_eq!((played.code, played.out.as_str()), (0, "t0ken\n"));
    assert!(matches!(played.commands[0], Command::UnlockKeyStore { .. }));
    let played = play("token Mine").person(&["hush"]).on(one()).with(answer);
    assert_eq!((played.code, played.out.as_str()), (0, "t0ken\n"));
}

#[test]
fn a_wrong_or_missing_passphrase_stops_before_anything_else() {
    let played = play("unlink Mine --yes --json --passphrase-file -")
        .input("wrong\n")
        .on(one())
        .with(answer);
    assert_eq!(played.code, 5);
    assert_eq!(played.commands.len(), 1);
    assert_eq!(played.json()["problem"]["kind"], "key_store");
    let played = play("token Mine").on(one()).alone();
    assert_eq!((played.code, played.out.as_str()), (5, ""));
}

#[test]
fn a_new_passphrase_is_asked_for_twice() {
    let args = "client parrot --client-secret-file";
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"s").unwrap();
    let path = secret.path().to_str().unwrap();
    let first_time = || {
        let mut snapshot = behind_passphrase(vec![]);
        snapshot.key_store.wants_new_passphrase = true;
        snapshot
    };
    let played = play(args)
        .arg(path)
        .person(&["hush", "hash"])
        .on(first_time())
        .alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("not the same"));
    let played = play(args)
        .arg(path)
        .person(&["hush", "hush"])
        .on(first_time())
        .with(answer);
    assert_eq!(played.code, 0);
    assert_eq!(played.commands.len(), 2);
}

#[test]
fn looking_needs_no_passphrase() {
    for args in ["accounts", "show Mine", "providers"] {
        assert_eq!(play(args).on(one()).alone().code, 0, "{args}");
    }
}
