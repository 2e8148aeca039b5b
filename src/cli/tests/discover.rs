//! What an issuer's metadata says, shown and added.

use serde_json::json;

use super::*;
use crate::bridge::{DiscoveryCard, DiscoveryState, FoundProvider};

const ISSUER: &str = "https://auth.example.com";

fn found() -> FoundProvider {
    FoundProvider {
        id: provider_id("example"),
        name: "Example".into(),
        metadata_url: format!("{ISSUER}/.well-known/openid-configuration"),
        hosts: vec!["auth.example.com".into(), "xn--pi-xmc.example".into()],
        facts: vec![
            ("PKCE".into(), "S256".into()),
            ("other device".into(), "yes".into()),
        ],
        warnings: vec!["It doesn’t say which scopes there are.".into()],
        file: "id = \"example\"\nname = \"Example\"\n".into(),
    }
}

fn show(stage: &mut Stage, state: DiscoveryState) {
    stage.snapshot.discovery = Some(DiscoveryCard {
        issuer: ISSUER.into(),
        state,
    });
}

/// A worker that finds a provider, and adds it with something missing.
fn answer(stage: &mut Stage, id: CommandId, command: &Command) {
    match command {
        Command::Discover { .. } => show(stage, DiscoveryState::Found(found())),
        Command::AddProvider { id, .. } => {
            show(stage, DiscoveryState::Added(id.clone()));
            let added = Arc::new(provider_not_set_up(id.as_str()));
            stage.snapshot.providers.push(added);
        }
        other => panic!("{other:?}"),
    }
    stage.finish(id, None);
}

#[test]
fn what_was_found_is_shown_and_nothing_is_written() {
    let played = play("discover auth.example.com")
        .on(desk(vec![], vec![]))
        .with(answer);
    assert_eq!(played.code, 0);
    insta::assert_snapshot!(played.out, @r#"
    example  Example
      issuer        https://auth.example.com
      metadata      https://auth.example.com/.well-known/openid-configuration
      host          auth.example.com
      host          xn--pi-xmc.example
      PKCE          S256
      other device  yes
      warning       It doesn’t say which scopes there are.

    id = "example"
    name = "Example"
    "#);
    assert!(played.err.contains("Nothing was written"));
    let issuer = "auth.example.com".to_owned();
    assert_eq!(played.commands, [Command::Discover { issuer }]);
}

#[test]
fn scripts_get_exactly_this_shape() {
    let played = play("discover auth.example.com --json")
        .on(desk(vec![], vec![]))
        .with(answer);
    assert_eq!(
        played.json(),
        json!({
            "issuer": ISSUER,
            "metadata_url": "https://auth.example.com/.well-known/openid-configuration",
            "id": "example",
            "name": "Example",
            "hosts": ["auth.example.com", "xn--pi-xmc.example"],
            "facts": {"PKCE": "S256", "other device": "yes"},
            "warnings": ["It doesn’t say which scopes there are."],
            "file": "id = \"example\"\nname = \"Example\"\n",
            "added": false,
        })
    );
}

#[test]
fn what_is_added_says_which_set_up_comes_next() {
    let played = play("discover auth.example.com --add")
        .on(desk(vec![], vec![]))
        .with(answer);
    assert_eq!(played.code, 0);
    assert_eq!(
        played.commands.last(),
        Some(&Command::AddProvider {
            id: provider_id("example"),
            name: "Example".into()
        })
    );
    assert_eq!(
        played.err,
        "The example was added and needs a client id and a client secret. \
         Register http://127.0.0.1/callback there as redirect URI. \
         Next: linkdesk client example …\n"
    );
}

#[test]
fn id_and_name_can_be_chosen() {
    let played = play("discover auth.example.com --add --id mine --json --name")
        .arg("My own")
        .on(desk(vec![], vec![]))
        .with(answer);
    let shown = played.json();
    assert_eq!(
        (&shown["id"], &shown["name"], &shown["added"]),
        (&json!("mine"), &json!("My own"), &json!(true))
    );
    assert_eq!(
        played.commands.last(),
        Some(&Command::AddProvider {
            id: provider_id("mine"),
            name: "My own".into()
        })
    );
}

fn useless() -> Problem {
    problem(ProblemKind::DiscoveryFailed {
        issuer: ISSUER.into(),
        why: "it names another issuer".into(),
    })
}

#[test]
fn an_issuer_that_can_not_be_used_is_a_problem_with_its_exit_code() {
    let cases: [(Problem, u8); 2] = [(useless(), 7), (unreachable(), 4)];
    for (told, code) in cases {
        // Told as the end of the command, and on the card alone.
        for ends in [Some(told.clone()), None] {
            let told = told.clone();
            let kind = told.kind.code();
            let played = play("discover auth.example.com --add --json")
                .on(desk(vec![], vec![]))
                .with(move |stage, id, _| {
                    show(stage, DiscoveryState::Failed(told.clone()));
                    stage.finish(id, ends.clone());
                });
            assert_eq!(played.code, code);
            assert_eq!(keys(&played.json()), ["problem"]);
            assert_eq!(played.json()["problem"]["kind"], kind);
            assert_eq!(played.commands.len(), 1);
        }
    }
}

#[test]
fn a_file_that_can_not_be_written_is_told_after_what_was_found() {
    let played = play("discover auth.example.com --add")
        .on(desk(vec![], vec![]))
        .with(|stage, id, command| match command {
            Command::AddProvider { .. } => {
                let kind = ProblemKind::Store {
                    trouble: crate::bridge::StoreTrouble::Full,
                    place: "mine.toml".into(),
                };
                stage.finish(id, Some(problem(kind)));
            }
            _ => answer(stage, id, command),
        });
    assert_eq!(played.code, 5);
    assert!(played.out.starts_with("example  Example"));
    assert!(!played.err.contains("was added"));
}

#[test]
fn hostile_metadata_can_not_steer_a_terminal() {
    let hostile = "x\u{1b}[2J\u{202E}y";
    let played = play("discover auth.example.com")
        .on(desk(vec![], vec![]))
        .with(move |stage, id, _| {
            let found = FoundProvider {
                name: hostile.into(),
                metadata_url: hostile.into(),
                hosts: vec![hostile.into()],
                facts: vec![(hostile.into(), hostile.into())],
                warnings: vec![hostile.into()],
                file: hostile.into(),
                ..found()
            };
            show(stage, DiscoveryState::Found(found));
            stage.finish(id, None);
        });
    assert!(!played.out.contains(['\u{1b}', '\u{202E}']));
}
