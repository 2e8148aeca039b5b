//! The data folder and its file in trouble, backups, restoring: words, JSON and exit codes.

use serde_json::json;

use super::*;
use crate::bridge::{KeyStoreKind, RestoredCard, Salvage, StoreTrouble};

const PLACE: &str = "/data/linkdesk.db";

const TROUBLES: [StoreTrouble; 9] = [
    StoreTrouble::Full,
    StoreTrouble::ReadOnly,
    StoreTrouble::Busy,
    StoreTrouble::Replaced,
    StoreTrouble::Overtaken,
    StoreTrouble::Damaged,
    StoreTrouble::Disk,
    StoreTrouble::NotOurs,
    StoreTrouble::Failed,
];

fn one() -> Snapshot {
    desk(
        vec![provider("parrot")],
        vec![account("a1", "parrot", "Mine")],
    )
}

#[test]
fn every_trouble_names_the_place_says_what_to_do_and_is_a_five() {
    for trouble in TROUBLES {
        let kind = ProblemKind::Store {
            trouble,
            place: PLACE.into(),
        };
        for args in [
            "refresh Mine --json",
            "token Mine --json",
            "unlink Mine --yes --json",
        ] {
            let told = problem(kind.clone());
            let played = play(args)
                .on(one())
                .with(move |stage, id, _| stage.finish(id, Some(told.clone())));
            assert_eq!(played.code, 5, "{args} {trouble:?}");
            let told = played.err.lines().next().unwrap();
            let names_it = trouble == StoreTrouble::Overtaken || played.err.contains(PLACE);
            assert!(names_it, "{}", played.err);
            assert!(
                played.err.contains("ry again") || played.err.contains("Look at"),
                "{told}"
            );
            assert!(played.out.contains("\"kind\":\"store\""), "{}", played.out);
        }
    }
}

#[test]
fn a_folder_that_is_only_read_is_listed_beside_a_warning() {
    for kind in [
        ProblemKind::StoreNewer { found: 9 },
        ProblemKind::Store {
            trouble: StoreTrouble::ReadOnly,
            place: PLACE.into(),
        },
        ProblemKind::StoreDamaged {
            kept_as: "linkdesk.db.damaged-1".into(),
            salvage: Salvage::default(),
        },
    ] {
        let mut snapshot = one();
        snapshot.problems.push(problem(kind.clone()));
        let played = play("accounts").on(snapshot).alone();
        assert_eq!(played.code, 0);
        assert!(played.out.contains("Mine"), "{}", played.out);
        let message = crate::text::problem::message(&kind);
        assert!(played.err.starts_with(&format!("warning: {message}")));
    }
}

#[test]
fn an_account_that_can_not_be_read_is_in_the_list() {
    let mut card = account("a1", "parrot", "Mine");
    card.unreadable = true;
    let snapshot = || desk(vec![provider("parrot")], vec![card.clone()]);
    let listed = play("accounts").on(snapshot()).alone();
    assert!(listed.out.contains("can’t be read"), "{}", listed.out);
    let json = play("accounts --json").on(snapshot()).alone();
    assert_eq!(json.json()[0]["state"], "unreadable");
    let shown = play("show a1").on(snapshot()).alone();
    assert!(shown.out.contains("can’t be read"), "{}", shown.out);
    assert!(!shown.out.contains("Access token"), "{}", shown.out);
}

#[test]
fn a_backup_says_what_is_in_it_and_what_is_not() {
    for (kind, has_key) in [
        (KeyStoreKind::Keychain, false),
        (KeyStoreKind::Passphrase, true),
    ] {
        let mut snapshot = one();
        snapshot.key_store.kind = kind;
        let played = play("backup /somewhere/copy --json")
            .on(snapshot)
            .with(|stage, id, _| stage.finish(id, None));
        assert_eq!(played.code, 0);
        let told = played.json();
        assert_eq!(told["backup"], "/somewhere/copy");
        assert_eq!(told["accounts"], 1);
        assert_eq!(told["has_key"], has_key);
        assert_eq!(played.err.contains("not in it: it stays"), !has_key);
        assert!(played.err.contains("Provider files"));
        assert!(matches!(
            &played.commands[0],
            Command::BackUp { to } if to.ends_with("copy")
        ));
    }
}

#[test]
fn a_backup_over_another_file_is_a_mistake_of_whoever_typed_it() {
    let played = play("backup copy").on(one()).with(|stage, id, _| {
        let place = "copy".into();
        stage.finish(id, Some(problem(ProblemKind::BackupExists { place })));
    });
    assert_eq!((played.code, played.out.as_str()), (2, ""));
}

#[test]
fn a_restoring_says_what_came_and_what_stayed() {
    let restored = |args: &str| {
        play(args).on(one()).with(|stage, id, _| {
            stage.snapshot.restored = Some(RestoredCard {
                accounts: 2,
                kept: 1,
                kept_as: Some("/data/linkdesk.db.before-restore-1".into()),
            });
            stage.finish(id, None);
        })
    };
    let played = restored("restore copy --json");
    assert_eq!(played.code, 0);
    assert_eq!(
        played.json(),
        json!({"accounts": 2, "kept": 1, "kept_as": "/data/linkdesk.db.before-restore-1"})
    );
    let played = restored("restore copy");
    assert_eq!(
        played.out,
        "Restored 2 accounts; 1 is newer here and stayed\n"
    );
    assert!(played.err.contains("before-restore-1"), "{}", played.err);
}
