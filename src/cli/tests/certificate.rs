//! The certificate for https redirects: shown, made where there is none, and made anew.

use serde_json::json;

use super::*;

fn with_certificate() -> Snapshot {
    Snapshot {
        certificate: Some(certificate()),
        ..desk(vec![], vec![])
    }
}

fn make(stage: &mut Stage, id: CommandId, _: &Command) {
    let mut made = certificate();
    made.fingerprint = "FF:EE".into();
    stage.snapshot.certificate = Some(made);
    stage.finish(id, None);
}

#[test]
fn the_certificate_that_is_there_is_shown_and_nothing_is_made() {
    let played = play("certificate").on(with_certificate()).alone();
    assert_eq!(played.code, 0);
    insta::assert_snapshot!(played.out, @"
      SHA-256  0A:1B:2C:3D
      ends     2026-11-21 18:02:44 +01:00
    ");
    let played = play("certificate --json").on(with_certificate()).alone();
    assert_eq!(
        played.json(),
        json!({"sha256": "0A:1B:2C:3D", "not_after": "2026-11-21T18:02:44+01:00"})
    );
}

#[test]
fn one_is_made_where_there_is_none_or_the_old_one_has_ended() {
    let mut ended = with_certificate();
    ended.certificate.as_mut().unwrap().not_after = in_seconds(0);
    for snapshot in [desk(vec![], vec![]), ended] {
        let played = play("certificate --json").on(snapshot).with(make);
        assert_eq!(played.json()["sha256"], "FF:EE");
        assert_eq!(played.commands, [Command::MakeCertificate { renew: false }]);
    }
}

#[test]
fn a_good_one_is_replaced_only_on_request() {
    let played = play("certificate --renew")
        .on(with_certificate())
        .with(make);
    assert!(played.out.contains("FF:EE"));
    assert_eq!(played.commands, [Command::MakeCertificate { renew: true }]);
}

#[test]
fn a_key_store_that_is_shut_is_why_none_is_made() {
    let played = play("certificate --json")
        .on(desk(vec![], vec![]))
        .with(|stage, id, _| {
            let trouble = crate::bridge::KeyStoreTrouble::Locked;
            stage.finish(id, Some(problem(ProblemKind::KeyStore { trouble })));
        });
    assert_eq!(played.code, 5);
    assert_eq!(played.json()["problem"]["kind"], "key_store");
}
