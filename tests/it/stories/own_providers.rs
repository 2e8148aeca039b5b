//! Providers of the person's own: found by their issuer or written by hand, set up, and linked with.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;

use linkdesk::bridge::{ClientChange, Command, DiscoveryState, ProblemKind, ProviderOrigin};
use linkdesk::cli::exit_code;
use linkdesk::sandbox::{Fault, Mode, RequestKind, Times};

use crate::desk::identity::{IDENTITY, STANDARD};
use crate::desk::{Desk, free_port, id};

fn always(desk: &Desk, fault: Fault) {
    desk.practice
        .set_fault(
            STANDARD,
            RequestKind::Metadata,
            Some(fault),
            Times::Always,
        )
        .unwrap();
}

#[test]
fn what_an_issuer_says_is_shown_before_any_of_it_is_used() {
    let desk = Desk::new(Mode::Documented);
    let issuer = desk.issuer();
    let found = desk.found();
    assert_eq!(found.hosts, ["127.0.0.1"]);
    assert!(found.metadata_url.starts_with(&issuer), "{found:?}");
    assert_eq!(found.warnings, Vec::<String>::new());
    let facts = [
        ("Issuer", issuer.clone()),
        ("Sign-in page", format!("{issuer}/authorize")),
        ("Tokens", format!("{issuer}/token")),
        ("Keys of ID tokens", format!("{issuer}/jwks")),
        ("PKCE", "S256".to_owned()),
        ("Issuer in answers", "named in every answer".to_owned()),
    ];
    for (name, value) in facts {
        let fact = (name.to_owned(), value);
        assert!(found.facts.contains(&fact), "{fact:?} in {:?}", found.facts);
    }
    assert!(found.file.contains(&issuer), "{}", found.file);
    assert!(!desk.provider_ids().contains(&found.id));
    assert!(!desk.provider_files().join(format!("{}.toml", found.id)).exists());
}

#[test]
fn an_issuer_is_found_however_its_address_was_copied() {
    let desk = Desk::new(Mode::Documented);
    let issuer = desk.issuer();
    for typed in [
        format!("  {issuer}\n"),
        format!("{issuer}/"),
        format!("{issuer}/.well-known/openid-configuration"),
        format!("{issuer}/.well-known/oauth-authorization-server"),
    ] {
        let (finished, state) = desk.discover(&typed);
        assert_eq!(finished.problem, None, "{typed}");
        assert!(matches!(state, DiscoveryState::Found(_)), "{typed}");
    }
}

#[test]
fn metadata_that_can_not_be_used_is_refused_with_a_reason() {
    for fault in [Fault::MetadataIssuer, Fault::MetadataMissing, Fault::Html] {
        let desk = Desk::new(Mode::Documented);
        always(&desk, fault.clone());
        let (finished, state) = desk.discover(&desk.issuer());
        let problem = finished.problem.unwrap();
        let ProblemKind::DiscoveryFailed { issuer, why } = &problem.kind else {
            panic!("{fault:?}: {problem:?}");
        };
        assert_eq!(*issuer, desk.issuer());
        assert!(!why.is_empty());
        assert_eq!(exit_code(&problem.kind), 7);
        assert_eq!(state, DiscoveryState::Failed(problem), "{fault:?}");
    }
}

#[test]
fn nobody_at_the_issuers_address() {
    let desk = Desk::new(Mode::Documented);
    let (finished, _) = desk.discover(&format!("http://127.0.0.1:{}", free_port()));
    let kind = finished.problem.unwrap().kind;
    assert!(matches!(kind, ProblemKind::Unreachable { .. }), "{kind:?}");
    assert_eq!(exit_code(&kind), 4);
}

#[test]
fn an_address_without_tls_on_another_machine_is_not_even_asked() {
    let desk = Desk::new(Mode::Documented);
    for typed in ["http://issuer.example", "ftp://127.0.0.1", "", "two words"] {
        let (finished, _) = desk.discover(typed);
        let kind = finished.problem.unwrap().kind;
        let refused = matches!(kind, ProblemKind::DiscoveryFailed { .. });
        assert!(refused, "{typed:?}: {kind:?}");
    }
}

#[test]
fn adding_it_writes_a_file_of_its_own_and_it_is_there_after_a_restart() {
    let desk = Desk::lasting(Mode::Documented);
    desk.add_identity();
    let path = desk.provider_files().join("identity.toml");
    assert!(fs::read_to_string(path).unwrap().contains(&desk.issuer()));
    let snapshot = desk.face.snapshot();
    let card = snapshot.provider(&id(IDENTITY)).unwrap();
    assert_eq!(card.name, "Identity");
    assert_eq!(card.missing, []);
    assert!(card.offers_device);
    let file = "identity.toml".to_owned();
    assert_eq!(card.origin, ProviderOrigin::AddedByYou { file });
    let state = snapshot.discovery.clone().unwrap().state;
    assert_eq!(state, DiscoveryState::Added(id(IDENTITY)));
    let account = desk.link(IDENTITY);
    let desk = desk.reopen();
    assert!(desk.provider_ids().contains(&id(IDENTITY)));
    let (finished, _) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
}

#[test]
fn a_name_that_is_taken_is_refused_and_nothing_is_written() {
    let desk = Desk::new(Mode::Documented);
    desk.found();
    let finished = desk.run(Command::AddProvider {
        id: id("biggerplate"),
        name: "Mine".to_owned(),
    });
    let kind = finished.problem.unwrap().kind;
    let is_about_id = matches!(&kind, ProblemKind::ProviderFile { key, .. } if key == "id");
    assert!(is_about_id, "{kind:?}");
    assert!(!desk.provider_files().join("biggerplate.toml").exists());
}

#[test]
fn every_kind_of_client_links_refreshes_and_revokes() {
    let secret = "token_endpoint_auth_method = \"client_secret_basic\"";
    for method in ["client_secret_basic", "client_secret_post", "none"] {
        let desk = Desk::new(Mode::Documented);
        let file = desk.identity_file();
        assert!(file.contains(secret), "{file}");
        let own = format!("token_endpoint_auth_method = \"{method}\"");
        let finished = desk.drop_in("identity.toml", &file.replace(secret, &own));
        assert_eq!(finished.problem, None);
        let client = match method {
            "none" => desk.public(),
            _ => desk.confidential(),
        };
        desk.set_up(IDENTITY, client);
        let account = desk.link(IDENTITY);
        assert_eq!(account.problem, None, "{method}");
        assert_eq!(account.obtained.pkce, "S256");
        let (finished, refreshed) = desk.refresh(&account.id);
        assert_eq!(finished.problem, None, "{method}");
        assert_eq!(refreshed.refresh.rotates, Some(true));
        assert_ne!(refreshed.refresh.fingerprint, account.refresh.fingerprint);
        let account = account.id;
        let finished = desk.run(Command::UnlinkAccount { account });
        assert_eq!(finished.problem, None, "{method}");
        let counters = desk.counters(STANDARD);
        assert!(counters.revocations > 0, "{method}");
        assert!(counters.spends.values().all(|spends| *spends == 1));
        assert_eq!(desk.ids(), []);
    }
}

#[test]
fn a_file_that_is_put_into_the_folder_appears_and_a_broken_one_hides_no_other() {
    let desk = Desk::new(Mode::Documented);
    let file = desk.identity_file();
    let before = desk.provider_ids();
    let finished = desk.drop_in("identity.toml", &file);
    assert_eq!(finished.problem, None);
    let mut all = before;
    all.push(id(IDENTITY));
    assert_eq!(desk.provider_ids(), all);
    desk.drop_in("broken.toml", "id = \"broken\"\nname = 7\n");
    assert_eq!(desk.provider_ids(), all);
    let problems = desk.face.snapshot().problems.clone();
    assert!(!problems.is_empty());
    for problem in problems {
        let of_it = matches!(&problem.kind, ProblemKind::ProviderFile { file, .. } if file == "broken.toml");
        assert!(of_it, "{problem:?}");
    }
    fs::remove_file(desk.provider_files().join("broken.toml")).unwrap();
    desk.run(Command::RereadProviders);
    assert_eq!(desk.face.snapshot().problems, []);
    assert_eq!(desk.provider_ids(), all);
}

#[test]
fn a_file_that_is_swapped_after_the_set_up_gets_no_secret_before_that_is_saved_again() {
    let desk = Desk::new(Mode::Documented);
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let host = elsewhere.local_addr().unwrap();
    let honest = desk.identity_file();
    desk.add_by_hand(&honest);
    let token = format!("\"{}/token\"", desk.issuer());
    assert!(honest.contains(&token));
    let swapped = honest.replace(&token, &format!("\"http://{host}/token\""));
    desk.drop_in("identity.toml", &swapped);
    let finished = desk.run(Command::LinkAccount {
        provider: id(IDENTITY),
        account: None,
        label: None,
        way: linkdesk::bridge::SignInWay::Browser,
    });
    let kind = finished.problem.unwrap().kind;
    let ProblemKind::ClientInvalid { expected, .. } = &kind else {
        panic!("{kind:?}");
    };
    assert!(expected.contains(&desk.issuer()), "{expected}");
    assert_eq!(exit_code(&kind), 7);
    assert_eq!(desk.person.opened(), Vec::<String>::new());
    let nobody = elsewhere.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(nobody, Err(ErrorKind::WouldBlock));
    desk.drop_in("identity.toml", &honest);
    desk.link(IDENTITY);
    desk.drop_in("identity.toml", &swapped);
    desk.set_up(IDENTITY, ClientChange::default());
    desk.start_identity();
    desk.wait("the other host, now that it was agreed to", |_| {
        elsewhere.accept().ok()
    });
}
