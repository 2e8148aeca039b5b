//! What `client` makes of redirect URIs, ways home and the JSON a provider gave out.

use super::*;
use crate::bridge::{ClientChange, RedirectWay, SecretChange, WayCard};

const JSON: &str = r#"{
  "installed": {
    "client_id": "desk-9",
    "client_secret": "canary-5",
    "redirect_uris": ["http://127.0.0.1:8080/a", "http://127.0.0.1:8081/a"]
  }
}"#;

/// A provider that allows everything but a loopback over TLS.
fn set_up() -> Snapshot {
    let mut card = provider("parrot");
    let way = |way, proposed: &str| WayCard {
        way,
        proposed: proposed.into(),
    };
    card.client.ways = vec![
        way(RedirectWay::Loopback, "http://127.0.0.1/callback"),
        way(RedirectWay::Pasted, ""),
        way(RedirectWay::OutOfBand, "urn:ietf:wg:oauth:2.0:oob"),
    ];
    desk(vec![card], vec![])
}

fn save(stage: &mut Stage, id: CommandId, _: &Command) {
    stage.finish(id, None);
}

fn change(played: Played) -> ClientChange {
    assert_eq!(played.code, 0, "{played:?}");
    match played.commands.into_iter().next() {
        Some(Command::SaveClient { change, .. }) => change,
        other => panic!("{other:?}"),
    }
}

fn changed(args: &str) -> ClientChange {
    change(play(args).on(set_up()).with(save))
}

fn refused(args: &str) -> String {
    let played = play(args).on(set_up()).alone();
    assert_eq!((played.code, played.out.as_str()), (2, ""), "{args}");
    played.err
}

#[test]
fn redirect_uris_keep_their_order_and_are_all_there_are() {
    let change = changed(
        "client parrot --redirect-uri http://a --redirect-uri http://b --redirect-uri http://c",
    );
    assert_eq!(change.redirect_uri.as_deref(), Some("http://a"));
    assert_eq!(
        change.other_redirect_uris,
        Some(vec!["http://b".to_owned(), "http://c".to_owned()])
    );
    let change = changed("client parrot --redirect-uri http://a");
    assert_eq!(change.other_redirect_uris, Some(Vec::new()));
    let change = changed("client parrot --client-id x");
    assert_eq!(change.redirect_uri, None);
    assert_eq!(change.other_redirect_uris, None);
    assert_eq!(change.pastes_redirect, None);
}

#[test]
fn an_empty_redirect_uri_returns_to_the_providers_own_and_stands_alone() {
    let change = changed("client parrot --redirect-uri=");
    assert_eq!(change.redirect_uri.as_deref(), Some(""));
    assert_eq!(change.other_redirect_uris, Some(Vec::new()));
    let err = refused("client parrot --redirect-uri http://a --redirect-uri=");
    assert!(err.contains("can’t stand beside others"), "{err}");
}

#[test]
fn a_way_brings_the_address_the_provider_proposes_for_it() {
    let change = changed("client parrot --redirect out-of-band");
    assert_eq!(
        change.redirect_uri.as_deref(),
        Some("urn:ietf:wg:oauth:2.0:oob")
    );
    assert_eq!(change.pastes_redirect, Some(false));
}

#[test]
fn a_way_with_an_address_of_ones_own_takes_that() {
    let change = changed("client parrot --redirect paste --redirect-uri https://mine.example/back");
    assert_eq!(
        change.redirect_uri.as_deref(),
        Some("https://mine.example/back")
    );
    assert_eq!(change.pastes_redirect, Some(true));
}

#[test]
fn a_way_that_is_not_allowed_or_contradicts_is_refused_with_what_is() {
    for (args, words) in [
        (
            "client parrot --redirect loopback-tls",
            "doesn’t allow --redirect loopback-tls. It allows: loopback, paste, out-of-band",
        ),
        (
            "client parrot --redirect paste",
            "proposes no address to paste from: give it with --redirect-uri",
        ),
        (
            "client parrot --redirect loopback --redirect-uri https://127.0.0.1/x",
            "begin with http://, not with https://127.0.0.1/x",
        ),
    ] {
        let err = refused(args);
        assert!(err.contains(words), "{err}");
    }
    let mut without = password_provider("cloud");
    without.client.redirect_uri = String::new();
    let played = play("client cloud --redirect paste")
        .on(desk(vec![without], vec![]))
        .alone();
    assert!(played.err.contains("nothing is redirected"));
}

fn assert_read(change: &ClientChange) {
    assert_eq!(change.client_id.as_deref(), Some("desk-9"));
    assert_eq!(
        change.client_secret,
        SecretChange::Set(Secret::new("canary-5"))
    );
    assert_eq!(
        change.redirect_uri.as_deref(),
        Some("http://127.0.0.1:8080/a")
    );
    let others = vec!["http://127.0.0.1:8081/a".to_owned()];
    assert_eq!(change.other_redirect_uris, Some(others));
}

#[test]
fn credentials_are_read_from_a_file_or_from_standard_input() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(JSON.as_bytes()).unwrap();
    let played = play("client parrot --credentials-file")
        .arg(file.path().to_str().unwrap())
        .on(set_up())
        .with(save);
    assert!(!format!("{played:?}").contains("canary-5"));
    assert_read(&change(played));
    let played = play("client parrot --credentials-file -")
        .input(JSON)
        .on(set_up())
        .with(save);
    assert_read(&change(played));
}

#[test]
fn what_is_typed_beside_credentials_goes_before_what_they_say() {
    let played = play("client parrot --credentials-file - --redirect-uri http://127.0.0.1/mine")
        .input(JSON)
        .on(set_up())
        .with(save);
    let change = change(played);
    assert_eq!(change.client_id.as_deref(), Some("desk-9"));
    assert_eq!(
        change.redirect_uri.as_deref(),
        Some("http://127.0.0.1/mine")
    );
    assert_eq!(change.other_redirect_uris, Some(Vec::new()));
}

#[test]
fn credentials_without_a_secret_take_the_old_one_away() {
    let played = play("client parrot --credentials-file -")
        .input(r#"{"client_id": "public-1"}"#)
        .on(set_up())
        .with(save);
    let change = change(played);
    assert_eq!(change.client_secret, SecretChange::Remove);
    assert_eq!(change.redirect_uri, None);
}

#[test]
fn what_holds_no_credentials_is_refused_without_repeating_it() {
    for text in [
        "",
        "canary-5",
        "[\"canary-5\"]",
        r#"{"client_secret": "canary-5"}"#,
        r#"{"client_id": ["canary-5"]}"#,
    ] {
        let played = play("client parrot --credentials-file -")
            .input(text)
            .on(set_up())
            .alone();
        assert_eq!((played.code, played.out.as_str()), (2, ""), "{text}");
        assert!(
            played
                .err
                .starts_with("error: standard input can’t be used: "),
            "{}",
            played.err
        );
        assert!(!played.err.contains("canary-5"), "{}", played.err);
    }
    let err = refused("client parrot --credentials-file /no/such");
    assert!(err.contains("/no/such can’t be read"), "{err}");
}
