//! Where the key is kept, moving it, changing its passphrase.

use super::*;
use crate::bridge::{KeyStoreKind, KeyStoreState, KeyStoreTrouble};

fn kept(kind: KeyStoreKind, accounts: Vec<AccountCard>) -> Snapshot {
    let mut snapshot = desk(vec![provider_not_set_up("parrot")], accounts);
    snapshot.key_store.kind = kind;
    snapshot
}

fn one(kind: KeyStoreKind) -> Snapshot {
    kept(kind, vec![account("a1", "parrot", "Mine")])
}

/// Everything that is asked for is done.
fn obey(stage: &mut Stage, id: CommandId, command: &Command) {
    stage.snapshot.key_store.state = KeyStoreState::Open;
    if let Command::MoveKeyStore { to, .. } = command {
        stage.snapshot.key_store.kind = *to;
    }
    stage.finish(id, None);
}

#[test]
fn telling_where_the_key_is_asks_nobody() {
    for kind in KeyStoreKind::ALL {
        let played = play("key-store --json").on(one(kind)).alone();
        assert_eq!(played.code, 0);
        let told = played.json();
        assert_eq!(told["kind"], kind.code());
        assert_eq!(
            (&told["state"], &told["accounts"]),
            (&"not_asked".into(), &1.into())
        );
        assert_eq!(
            keys(&told),
            ["accounts", "kind", "lock_after_minutes", "state", "trouble"]
        );
        let words = play("key-store").on(one(kind)).alone().out;
        assert!(words.contains("not asked yet"), "{words}");
    }
}

#[test]
fn every_trouble_of_a_key_store_is_told_by_name_with_exit_code_5() {
    use KeyStoreTrouble as T;
    let troubles = [
        T::Absent,
        T::NoCollection,
        T::Locked,
        T::NotAnswering,
        T::KeyMissing { accounts: 3 },
        T::Damaged,
        T::Newer,
        T::Ambiguous,
        T::Forgetful,
        T::Altering,
        T::Failed,
    ];
    let mut told = std::collections::BTreeSet::new();
    for trouble in troubles {
        let played = play("key-store check --json")
            .on(one(KeyStoreKind::Keychain))
            .with(|stage, id, command| {
                assert_eq!(*command, Command::RetryKeyStore);
                stage.snapshot.key_store.state = KeyStoreState::Unavailable(trouble);
                stage.finish(id, None);
            });
        assert_eq!(played.code, 5);
        let problem = &played.json()["problem"];
        assert_eq!(problem["trouble"], trouble.code());
        assert!(told.insert(problem["message"].to_string()), "{problem}");
    }
    assert!(told.iter().any(|words| words.contains("3 accounts")));
}

#[test]
fn a_move_to_a_passphrase_takes_it_from_a_file_or_asks_twice() {
    let moved = Command::MoveKeyStore {
        to: KeyStoreKind::Passphrase,
        passphrase: Some(Secret::new("hush")),
    };
    let args = "key-store move passphrase --json";
    let start = || one(KeyStoreKind::Keychain);
    let piped = play(&format!("{args} --passphrase-file -")).input("hush\n");
    for play in [piped, play(args).person(&["hush", "hush"])] {
        let played = play.on(start()).with(obey);
        assert_eq!(played.code, 0, "{}", played.err);
        assert_eq!(played.commands, std::slice::from_ref(&moved));
        assert_eq!(played.json()["kind"], "passphrase");
    }
    let slip = play(args).person(&["hush", "hash"]).on(start()).alone();
    assert_eq!(slip.code, 2);
    let nobody = play(args).on(start()).alone();
    assert_eq!(nobody.code, 2);
}

#[test]
fn a_move_away_from_a_passphrase_opens_it_first() {
    let played = play("key-store move keychain --passphrase-file -")
        .input("hush\n")
        .on(one(KeyStoreKind::Passphrase))
        .with(obey);
    assert_eq!(played.code, 0, "{}", played.err);
    let [
        Command::UnlockKeyStore { .. },
        Command::MoveKeyStore { to, passphrase },
    ] = played.commands.as_slice()
    else {
        panic!("{:?}", played.commands);
    };
    assert_eq!((*to, passphrase), (KeyStoreKind::Keychain, &None));
}

#[test]
fn a_move_into_memory_is_asked_about_because_it_ends_with_the_command() {
    let args = "key-store move session";
    let start = || one(KeyStoreKind::Keychain);
    let refused = play(args).on(start()).alone();
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    let declined = play(args).person(&[]).input("n\n").on(start()).alone();
    assert_eq!(declined.code, 6);
    let agreed = play(args).person(&[]).input("y\n").on(start()).with(obey);
    assert_eq!(agreed.code, 0);
    let told = play(&format!("{args} --yes")).on(start()).with(obey);
    assert_eq!((told.code, told.commands.len()), (0, 1));
    let empty = kept(KeyStoreKind::Keychain, vec![]);
    assert_eq!(play(args).on(empty).with(obey).code, 0);
}

#[test]
fn a_move_that_fails_says_that_nothing_was_moved() {
    let trouble = KeyStoreTrouble::Absent;
    let played = play("key-store move keychain --json --passphrase-file -")
        .input("hush\n")
        .on(one(KeyStoreKind::Passphrase))
        .with(|stage, id, command| match command {
            Command::MoveKeyStore { .. } => {
                stage.finish(id, Some(problem(ProblemKind::KeyNotMoved { trouble })));
            }
            _ => obey(stage, id, command),
        });
    assert_eq!(played.code, 5);
    let told = &played.json()["problem"];
    assert_eq!(
        (&told["kind"], &told["trouble"]),
        (&"key_not_moved".into(), &"absent".into())
    );
    assert!(
        played
            .err
            .contains("The key stays where it is: no key store"),
        "{}",
        played.err
    );
}

#[test]
fn a_passphrase_is_changed_with_the_old_one_and_the_new_one_twice() {
    let changed = Command::ChangePassphrase {
        old: Secret::new("hush"),
        new: Secret::new("whisper"),
    };
    let args = "key-store change-passphrase";
    let start = || one(KeyStoreKind::Passphrase);
    let typed = play(args)
        .person(&["hush", "whisper", "whisper"])
        .on(start())
        .with(obey);
    assert_eq!((typed.code, typed.commands), (0, vec![changed.clone()]));
    let mut new = tempfile::NamedTempFile::new().unwrap();
    new.write_all(b"whisper\n").unwrap();
    let piped = play(args)
        .arg("--passphrase-file=-")
        .arg("--new-passphrase-file")
        .arg(new.path().to_str().unwrap())
        .input("hush\n")
        .on(start())
        .with(obey);
    assert_eq!((piped.code, piped.commands), (0, vec![changed]));
    let slip = play(args)
        .person(&["hush", "whisper", "whimper"])
        .on(start())
        .alone();
    assert_eq!(slip.code, 2);
    let elsewhere = play(args).on(one(KeyStoreKind::Keychain)).alone();
    assert_eq!(elsewhere.code, 2);
    let both = play("key-store change-passphrase --passphrase-file - --new-passphrase-file -");
    assert_eq!(both.on(start()).alone().code, 2);
}
