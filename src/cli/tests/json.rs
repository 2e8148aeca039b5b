//! The shapes scripts rely on, key by key.

use serde_json::json;

use super::*;
use crate::bridge::{EndReason, ExchangeLine, HistoryLine, SecretChange};

const ACCOUNT: [&str; 11] = [
    "access_token",
    "id",
    "identity",
    "label",
    "last_proved_at",
    "last_refreshed_at",
    "linked_at",
    "problem",
    "provider",
    "refresh_token",
    "state",
];

#[test]
fn an_account_has_exactly_the_promised_shape() {
    let played = play("accounts --json")
        .on(desk(vec![], vec![account("a1", "parrot", "Mine")]))
        .alone();
    assert_eq!(played.code, 0);
    assert_eq!(
        played.json(),
        json!([{
            "id": "a1",
            "provider": "parrot",
            "label": "Mine",
            "state": "fresh",
            "identity": "login@email.com",
            "access_token": {
                "expires_at": "2026-11-20T19:02:44+01:00",
                "expiry_source": "expires_in",
                "renews_on_use": false,
                "type": "Bearer",
                "scopes": ["maps"],
                "fingerprint": "0a1b2c3d",
            },
            "refresh_token": {
                "present": true,
                "expires_at": null,
                "rotates": true,
                "fingerprint": "99887766",
            },
            "linked_at": "2026-11-20T18:02:44+01:00",
            "last_refreshed_at": null,
            "last_proved_at": "2026-11-20T18:02:44+01:00",
            "problem": null,
        }])
    );
    assert_eq!(played.err, "");
}

#[test]
fn no_accounts_are_an_empty_array() {
    let played = play("accounts --json").on(desk(vec![], vec![])).alone();
    assert_eq!(played.json(), json!([]));
}

#[test]
fn a_problem_has_kind_message_and_remedy() {
    let mut card = account("a1", "parrot", "Mine");
    card.problem = Some(unreachable());
    let played = play("accounts --json").on(desk(vec![], vec![card])).alone();
    let problem = &played.json()[0]["problem"];
    assert_eq!(keys(problem), ["kind", "message", "remedy"]);
    assert_eq!(problem["kind"], "unreachable");
    assert_eq!(problem["remedy"], "retry_now");
}

#[test]
fn an_ended_link_tells_why_even_where_nobody_has_asked_yet() {
    let mut card = account("a1", "parrot", "Mine");
    card.needs_sign_in = Some(EndReason::Revoked);
    card.access.expires_at = None;
    card.access.expiry_source = ExpirySource::None;
    let played = play("accounts --json").on(desk(vec![], vec![card])).alone();
    let account = &played.json()[0];
    assert_eq!(account["state"], "needs_sign_in");
    assert_eq!(account["access_token"]["expires_at"], json!(null));
    assert_eq!(account["access_token"]["expiry_source"], "none");
    assert_eq!(account["problem"]["remedy"], "sign_in_again");
}

#[test]
fn show_has_the_account_and_everything_support_may_know() {
    let mut card = account("a1", "parrot", "Mine");
    card.exchanges = vec![ExchangeLine {
        at: now(),
        step: "Exchange".into(),
        request: "POST /token".into(),
        answer: "200, 4 fields".into(),
        took: SignedDuration::from_millis(1_500),
    }];
    card.history = vec![HistoryLine {
        at: now(),
        what: "Linked".into(),
    }];
    card.trading = Some(trading(&[("1", "ETNA", TradingChange::FirstSeen)]));
    let played = play("show Mine --json")
        .on(desk(vec![], vec![card]))
        .alone();
    let shown = played.json();
    let mut expected = ACCOUNT.to_vec();
    expected.extend([
        "access_token_form",
        "access_token_issued_at",
        "browser",
        "exchanges",
        "expiry_is_estimate",
        "history",
        "identity_details",
        "next_refresh_at",
        "obtained",
        "sign_in_ends_at",
        "trading",
    ]);
    expected.sort_unstable();
    assert_eq!(keys(&shown), expected);
    assert_eq!(shown["browser"], json!(null));
    assert_eq!(shown["next_refresh_at"], "2026-11-20T18:57:44+01:00");
    assert_eq!(shown["sign_in_ends_at"], json!(null));
    assert_eq!(shown["expiry_is_estimate"], false);
    assert_eq!(shown["obtained"]["clock_offset"], -0.4);
    assert_eq!(shown["exchanges"][0]["took"], 1.5);
    assert_eq!(shown["history"][0]["what"], "Linked");
    assert_eq!(shown["trading"]["accounts"][0]["account_number"], "1");
}

#[test]
fn a_provider_has_exactly_the_promised_shape() {
    let snapshot = desk(
        vec![
            provider("parrot"),
            provider_not_set_up("biggest"),
            password_provider("cloud"),
        ],
        vec![],
    );
    let played = play("providers --json").on(snapshot).alone();
    let all = played.json();
    assert_eq!(
        all[0],
        json!({
            "id": "parrot",
            "name": "The parrot",
            "origin": "built_in",
            "sign_in": "browser",
            "ready": true,
            "missing": [],
            "redirect_uri": "http://127.0.0.1/callback",
            "client_id": "desk-1",
            "hosts": [{"id": "api", "name": "API", "address": "https://api.example.com"}],
            "redirect_uris": ["http://127.0.0.1/callback"],
            "ways": [],
            "all_hosts": [],
            "offers_device": false,
            "browser": null,
        })
    );
    assert_eq!(all[1]["ready"], false);
    assert_eq!(all[1]["missing"], json!(["client_id", "client_secret"]));
    assert_eq!(all[1]["client_id"], json!(null));
    assert_eq!(all[2]["sign_in"], "password");
    assert_eq!(all[2]["redirect_uri"], json!(null));
}

#[test]
fn client_prints_the_provider_as_it_is_afterwards() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"hush\n").unwrap();
    let played = play("client biggest --client-id new-1 --json --client-secret-file")
        .arg(secret.path().to_str().unwrap())
        .on(desk(vec![provider_not_set_up("biggest")], vec![]))
        .with(|stage, id, _| {
            stage.snapshot.providers = vec![Arc::new(provider("biggest"))];
            stage.finish(id, None);
        });
    assert_eq!(played.code, 0);
    assert_eq!(played.json()["ready"], true);
    let [Command::SaveClient { provider, change }] = played.commands.as_slice() else {
        panic!("{played:?}");
    };
    assert_eq!(provider.as_str(), "biggest");
    assert_eq!(change.client_id.as_deref(), Some("new-1"));
    assert_eq!(change.client_secret, SecretChange::Set(Secret::new("hush")));
    assert!(!format!("{played:?}").contains("hush"));
}

#[test]
fn trading_accounts_have_exactly_the_promised_shape() {
    let mut card = account("a1", "parrot", "Mine");
    card.has_trading_accounts = true;
    let played = play("trading-accounts Mine --json")
        .on(desk(vec![], vec![card]))
        .with(|stage, id, command| {
            assert!(matches!(command, Command::AskTradingAccounts { .. }));
            let lines = [
                ("1", "ETNA", TradingChange::New),
                ("2", "MT5", TradingChange::Unchanged),
            ];
            stage.change_account(0, |card| card.trading = Some(trading(&lines)));
            stage.finish(id, None);
        });
    assert_eq!(played.code, 0);
    assert_eq!(
        played.json(),
        json!({
            "login": "login",
            "email": "login@email.com",
            "domestic": false,
            "application_status": "approved",
            "asked_at": "2026-11-20T18:02:44+01:00",
            "accounts": [
                {"account_number": "1", "trade_platform": "ETNA"},
                {"account_number": "2", "trade_platform": "MT5"},
            ],
        })
    );
}

#[test]
fn trading_accounts_that_are_gone_stand_apart() {
    let mut card = account("a1", "parrot", "Mine");
    card.has_trading_accounts = true;
    let lines = [
        ("1", "ETNA", TradingChange::Unchanged),
        ("2", "MT5", TradingChange::Gone),
    ];
    card.trading = Some(trading(&lines));
    let played = play("trading-accounts Mine --json")
        .on(desk(vec![], vec![card]))
        .with(|stage, id, _| stage.finish(id, None));
    let shown = played.json();
    assert_eq!(shown["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(
        shown["gone"],
        json!([{"account_number": "2", "trade_platform": "MT5"}])
    );
}

#[test]
fn what_no_eye_can_see_is_escaped_and_still_the_same_text() {
    let label = "a\u{9b}31m\u{202E}b\u{1b}[2J\u{E0041}";
    let played = play("accounts --json")
        .on(desk(vec![], vec![account("a1", "parrot", label)]))
        .alone();
    let line = played.out.strip_suffix('\n').unwrap();
    assert!(
        line.chars()
            .all(|character| !character.is_control() && character != '\u{202E}')
    );
    assert!(
        line.contains("\\u009b") && line.contains("\\u202e") && line.contains("\\udb40\\udc41")
    );
    assert_eq!(played.json()[0]["label"], label);
}
