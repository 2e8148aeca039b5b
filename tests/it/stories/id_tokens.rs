//! ID tokens: who signed in is believed only where a signature proves it, and what isn't proved is not kept.

use linkdesk::bridge::ProblemKind;
use linkdesk::cli::exit_code;
use linkdesk::sandbox::{Fault, Mode, RequestKind};
use linkdesk::store::Store as _;

use crate::desk::Desk;
use crate::desk::identity::{IDENTITY, STANDARD};
use crate::desk::stand_in::StandIn;

#[test]
fn a_verified_id_token_says_who_signed_in_without_a_profile() {
    let desk = Desk::new(Mode::Documented);
    let file = desk.identity_file();
    let without = file.lines().filter(|line| !line.starts_with("userinfo_endpoint"));
    let without: Vec<&str> = without.collect();
    assert_eq!(without.len() + 1, file.lines().count());
    desk.add_by_hand(&without.join("\n"));
    let account = desk.link(IDENTITY);
    assert_eq!(account.problem, None);
    assert_eq!(desk.counters(STANDARD).profiles, 0);
    let ready = desk.practice.ready();
    assert_eq!(account.identity.email.as_ref(), Some(&ready.username));
    assert_eq!(account.identity.name.as_deref(), Some("Practice Trader"));
    assert!(account.identity.subject.is_some());
}

#[test]
fn an_id_token_that_proves_nothing_ends_the_attempt_and_nothing_is_kept() {
    let faults = [
        (Fault::IdTokenNonce, "nonce"),
        (Fault::IdTokenAudience, "audience"),
        (Fault::IdTokenIssuer, "issuer"),
        (Fault::IdTokenExpired, "time"),
        (Fault::IdTokenKey, "signature"),
        (Fault::IdTokenUnsigned, "algorithm"),
    ];
    for (fault, check) in faults {
        let desk = Desk::new(Mode::Documented);
        desk.add_identity();
        desk.fault(STANDARD, RequestKind::Exchange, fault.clone());
        let flow = desk.start_identity();
        let problem = desk.failure(flow);
        let check = check.to_owned();
        assert_eq!(
            problem.kind,
            ProblemKind::IdTokenRefused { check },
            "{fault:?}"
        );
        assert_eq!(exit_code(&problem.kind), 1);
        assert_eq!(desk.ids(), []);
        let stored = desk.other_program().load().unwrap();
        assert_eq!(stored.accounts, [], "{fault:?}");
        assert!(stored.sealed_accounts.is_empty(), "{fault:?}");
        assert_eq!(desk.counters(STANDARD).profiles, 0, "{fault:?}");
    }
}

#[test]
fn a_repair_with_an_id_token_that_proves_nothing_leaves_the_account_as_it_was() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    let account = desk.link(IDENTITY);
    desk.fault(STANDARD, RequestKind::Exchange, Fault::IdTokenNonce);
    let flow = desk.start_repair(&account);
    assert_eq!(exit_code(&desk.failure(flow).kind), 1);
    assert_eq!(desk.account(&account.id), account);
    let (finished, _) = desk.refresh(&account.id);
    assert_eq!(finished.problem, None);
}

#[test]
fn a_profile_of_somebody_else_does_not_change_who_signed_in() {
    let desk = Desk::new(Mode::Documented);
    let profile = r#"{"sub":"somebody-else","email":"else@practice.example","name":"Somebody Else"}"#;
    let server = StandIn::new(200, profile);
    let honest = format!("userinfo_endpoint = \"{}/userinfo\"", desk.issuer());
    let file = desk.identity_file();
    assert!(file.contains(&honest), "{file}");
    let other = format!("userinfo_endpoint = \"{}/userinfo\"", server.url);
    desk.add_by_hand(&file.replace(&honest, &other));
    let account = desk.link(IDENTITY);
    assert_eq!(server.requests().len(), 1);
    let ready = desk.practice.ready();
    assert_eq!(account.identity.email.as_ref(), Some(&ready.username));
    assert_eq!(account.identity.name.as_deref(), Some("Practice Trader"));
    let kind = account.problem.map(|problem| problem.kind);
    assert_eq!(kind, Some(ProblemKind::IdentityUnread));
}

#[test]
fn every_attempt_has_a_nonce_of_its_own() {
    let desk = Desk::new(Mode::Documented);
    desk.add_identity();
    desk.link(IDENTITY);
    desk.link(IDENTITY);
    let nonces: Vec<String> = desk
        .person
        .opened()
        .iter()
        .map(|address| {
            let url = url::Url::parse(address).unwrap();
            let mut pairs = url.query_pairs();
            let nonce = pairs.find(|(name, _)| name == "nonce").unwrap().1;
            nonce.into_owned()
        })
        .collect();
    assert_eq!(nonces.len(), 2);
    assert_ne!(nonces[0], nonces[1]);
}
