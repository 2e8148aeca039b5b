//! Links that come about.

use jiff::SignedDuration;
use linkdesk::bridge::{ClientChange, Command, ExpirySource, State, StepState, TradingChange};
use linkdesk::sandbox::{Mode, TradingAccount};
use linkdesk::secret::Secret;

use super::{MODES, PROVIDERS};
use crate::desk::Desk;

#[test]
fn all_five_providers_link_in_both_modes() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            let account = desk.link(provider);
            let now = desk.clock.now();
            assert_eq!(account.state(now), State::Fresh, "{provider} {mode}");
            assert!(account.access.expires_at.is_some(), "{provider} {mode}");
            assert_eq!(account.problem, None, "{provider} {mode}");
            assert_eq!(account.history[0].what, "Linked");
        }
        assert_eq!(desk.face.snapshot().accounts.len(), 5);
    }
}

#[test]
fn every_provider_spends_one_code_or_password_for_one_link() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            desk.link(provider);
            let counters = desk.practice.counters(provider).unwrap();
            assert_eq!(counters.exchanges + counters.logins, 1, "{provider} {mode}");
            assert!(
                counters.spends.values().all(|spends| *spends == 1),
                "{provider} {mode}"
            );
        }
    }
}

#[test]
fn lifetimes_are_told_with_where_they_are_from() {
    let desk = Desk::new(Mode::Documented);
    let expected = [
        ("trading-parrot", 86400, ExpirySource::ExpiresIn),
        ("just2trade", 86400, ExpirySource::ExpiresIn),
        ("tradecloud", 600, ExpirySource::Definition),
        ("rest-api-v1", 7200, ExpirySource::ExpiresIn),
        ("biggerplate", 3600, ExpirySource::ExpiresIn),
    ];
    for (provider, seconds, source) in expected {
        let account = desk.link(provider);
        let left = account
            .access
            .expires_at
            .unwrap()
            .duration_since(desk.clock.now());
        assert_eq!(left, SignedDuration::from_secs(seconds), "{provider}");
        assert_eq!(account.access.expiry_source, source, "{provider}");
    }
}

#[test]
fn a_jwt_that_says_when_it_ends_is_believed() {
    let desk = Desk::new(Mode::Field);
    let account = desk.link("tradecloud");
    assert_eq!(account.access.expiry_source, ExpirySource::JwtExp);
}

#[test]
fn who_signed_in_is_known_where_the_provider_says_so() {
    let desk = Desk::new(Mode::Field);
    let username = desk.practice.ready().username.clone();
    for provider in ["trading-parrot", "just2trade", "tradecloud", "rest-api-v1"] {
        let account = desk.link(provider);
        assert_eq!(
            account.identity.email.as_deref(),
            Some(&*username),
            "{provider}"
        );
    }
    let account = desk.link("biggerplate");
    assert!(account.identity_line().is_some());
}

#[test]
fn trading_accounts_are_listed_with_what_changed_since_last_time() {
    for mode in MODES {
        let desk = Desk::new(mode);
        let account = desk.link("just2trade");
        let trading = account.trading.unwrap();
        let numbers: Vec<&str> = trading
            .accounts
            .iter()
            .map(|line| line.account_number.as_str())
            .collect();
        assert_eq!(numbers, ["12345678@vision", "11111111@cor"], "{mode}");
        assert_eq!(
            trading.application_status.as_deref(),
            Some("process"),
            "{mode}"
        );
        let line = TradingAccount {
            account_number: "22222222@vision".to_owned(),
            account_name: None,
            trade_platform: "ETNA".to_owned(),
        };
        desk.practice.set_trading_accounts(&[line]).unwrap();
        let account = account.id;
        desk.run(Command::AskTradingAccounts {
            account: account.clone(),
        });
        let trading = desk.account(&account).trading.unwrap();
        let changes: Vec<TradingChange> = trading.accounts.iter().map(|line| line.change).collect();
        assert_eq!(
            changes,
            [TradingChange::New, TradingChange::Gone, TradingChange::Gone],
            "{mode}"
        );
    }
}

#[test]
fn every_step_of_a_finished_link_is_done_and_timed() {
    let desk = Desk::new(Mode::Documented);
    let flow = desk.start_link("just2trade");
    desk.outcome(flow);
    let card = desk.link_card(flow);
    assert_eq!(card.steps.len(), 7);
    for step in &card.steps {
        assert!(matches!(step.state, StepState::Done { .. }), "{step:?}");
    }
}

#[test]
fn a_pasted_address_of_another_attempt_is_refused_and_the_right_one_still_links() {
    let desk = Desk::new(Mode::Field);
    let change = ClientChange {
        redirect_uri: Some("https://127.0.0.1:1/callback".to_owned()),
        pastes_redirect: Some(true),
        ..ClientChange::default()
    };
    desk.set_up("rest-api-v1", change);
    let flow = desk.start_link("rest-api-v1");
    let right = desk.person.wait_for_landing();
    for wrong in [
        "https://127.0.0.1:1/callback?code=abc&state=foreign",
        "https://elsewhere.example/callback?code=abc",
        "not an address",
    ] {
        desk.send(Command::PasteAddress {
            flow,
            address: Secret::new(wrong),
        });
        desk.wait("the refusal", |snapshot| {
            snapshot.link(flow)?.trouble.clone()
        });
    }
    desk.send(Command::PasteAddress {
        flow,
        address: Secret::new(right),
    });
    desk.outcome(flow);
    assert_eq!(desk.face.snapshot().accounts.len(), 1);
}

#[test]
fn several_links_run_at_the_same_time() {
    let desk = Desk::new(Mode::Documented);
    let flows = ["trading-parrot", "just2trade", "biggerplate"].map(|it| desk.start_link(it));
    for flow in flows {
        desk.outcome(flow);
    }
    assert_eq!(desk.face.snapshot().accounts.len(), 3);
}

#[test]
fn a_second_account_of_a_provider_gets_a_label_of_its_own() {
    let desk = Desk::new(Mode::Documented);
    let first = desk.link("trading-parrot");
    let second = desk.link("trading-parrot");
    assert_eq!(first.label, "The Trading Parrot");
    assert_eq!(second.label, "The Trading Parrot 2");
}

#[test]
fn the_address_carries_the_clients_secret_only_where_the_document_asks_for_it() {
    let desk = Desk::new(Mode::Documented);
    for provider in ["trading-parrot", "just2trade", "biggerplate"] {
        desk.link(provider);
        let with_secret = desk.practice.counters(provider).unwrap().secrets_in_address;
        assert_eq!(with_secret > 0, provider == "just2trade", "{provider}");
    }
}
