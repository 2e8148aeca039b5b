//! Snapshots to start a screen in: the five providers, with accounts in every state.
//!
//! Knows nothing of the worker that would make them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use linkdesk::bridge::{
    AccessCard, AccountCard, ClientCard, EndReason, ExchangeLine, ExpirySource, HistoryLine,
    HostCard, HostChoice, IdentityCard, KeyStoreCard, KeyStoreState, Missing, ObtainedCard,
    OptionCard, Practice, Problem, ProblemKind, ProviderCard, ProviderOrigin, RedirectWay,
    RefreshCard, RefreshOutcome, RefreshResult, Remedy, SignInKind, Snapshot, TradingAccountLine,
    TradingCard, TradingChange,
};
use linkdesk::ids::{AccountId, ProblemId, ProviderId};

/// The time every test begins at.
pub(crate) fn now() -> Timestamp {
    "2026-11-20T17:21:37Z".parse().unwrap()
}

/// A provider's name in scripts.
pub(crate) fn provider_id(id: &str) -> ProviderId {
    ProviderId::new(id).unwrap()
}

/// An account's name in scripts.
pub(crate) fn account_id(id: &str) -> AccountId {
    AccountId::new(id).unwrap()
}

pub(super) fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

pub(super) fn ahead(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// A provider that can link at once.
pub(crate) fn provider(id: &str, name: &str, color: u32) -> ProviderCard {
    ProviderCard {
        id: provider_id(id),
        name: name.into(),
        color,
        mark: name.chars().take(1).collect(),
        origin: ProviderOrigin::BuiltIn,
        sign_in: SignInKind::Browser,
        sign_in_host: format!("auth.{id}.example"),
        all_hosts: Vec::new(),
        offers_device: false,
        missing: Vec::new(),
        can_be_set_up: true,
        client: ClientCard {
            wants_client_id: true,
            wants_client_secret: true,
            wants_redirect_uri: true,
            client_id: Some("desk-1".into()),
            has_client_secret: true,
            redirect_uri: "http://127.0.0.1/callback".into(),
            proposed_redirect_uri: "http://127.0.0.1/callback".into(),
            ways: Vec::new(),
            way_home: RedirectWay::Loopback,
            other_redirect_uris: Vec::new(),
            browser: None,
            test: None,
            hosts: Vec::new(),
            options: Vec::new(),
        },
        notes: Vec::new(),
    }
}

/// The five providers, the fourth of them not set up.
pub(crate) fn providers() -> Vec<Arc<ProviderCard>> {
    let mut just2trade = provider("just2trade", "Just2Trade", 0x00c2_410c);
    just2trade.client.options.push(OptionCard {
        id: "secret_in_address".into(),
        name: "Send the secret in the browser’s address".into(),
        explanation: "The document asks for it. It will be in your browser history.".into(),
        enabled: true,
    });
    let mut tradecloud = provider("tradecloud", "Tradecloud", 0x0043_38ca);
    tradecloud.sign_in = SignInKind::Password;
    tradecloud.client = ClientCard {
        hosts: vec![HostCard {
            id: "api".into(),
            name: "Environment".into(),
            address: "https://api.accp.tradecloud1.com".into(),
            proposed: "https://api.accp.tradecloud1.com".into(),
            choices: vec![
                HostChoice {
                    name: "Acceptance".into(),
                    address: "https://api.accp.tradecloud1.com".into(),
                },
                HostChoice {
                    name: "Production".into(),
                    address: "https://api.tradecloud1.com".into(),
                },
            ],
        }],
        ..ClientCard::default()
    };
    let mut rest = provider("rest-api-v1", "REST API v1", 0x0047_5569);
    rest.missing = vec![Missing::BaseUrl, Missing::ClientId];
    rest.sign_in_host = String::new();
    rest.client.client_id = None;
    rest.client.has_client_secret = false;
    rest.client.redirect_uri = "https://127.0.0.1/callback".into();
    rest.client.proposed_redirect_uri = "https://127.0.0.1/callback".into();
    rest.client.hosts.push(HostCard {
        id: "api".into(),
        name: "API".into(),
        address: String::new(),
        proposed: String::new(),
        choices: Vec::new(),
    });
    vec![
        Arc::new(just2trade),
        Arc::new(provider(
            "trading-parrot",
            "The Trading Parrot",
            0x000f_766e,
        )),
        Arc::new(tradecloud),
        Arc::new(rest),
        Arc::new(provider("biggerplate", "Biggerplate", 0x00a2_1caf)),
    ]
}

/// An account whose access token lives `life` seconds and has `left` of them left.
pub(crate) fn account(id: &str, provider: &str, label: &str, clock: [i64; 2]) -> AccountCard {
    let [left, life] = clock;
    AccountCard {
        id: account_id(id),
        provider: provider_id(provider),
        label: label.into(),
        identity: IdentityCard {
            email: Some(format!("{id}@email.com")),
            ..IdentityCard::default()
        },
        access: AccessCard {
            issued_at: ahead(left - life),
            expires_at: Some(ahead(left)),
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".into(),
            scopes: vec!["email".into(), "profile".into()],
            fingerprint: "9f2c41d8".into(),
            form: "opaque, 92 characters, base64".into(),
        },
        refresh: RefreshCard {
            present: true,
            issued_at: Some(ahead(left - life)),
            expires_at: None,
            rotates: Some(true),
            fingerprint: Some("07ab33e1".into()),
        },
        needs_sign_in: None,
        ended_at: None,
        trouble_since: None,
        outcome_unknown: false,
        is_unsaved: false,
        unreadable: false,
        restored_at: None,
        in_question_until: None,
        locked: false,
        busy: None,
        linked_at: ago(8 * 86_400),
        last_refreshed_at: Some(ago(life - left)),
        last_proved_at: Some(ago(19)),
        next_refresh_at: Some(ahead(left - 300)),
        last_refresh: Some(RefreshResult {
            at: ago(life - left),
            outcome: RefreshOutcome::Refreshed,
        }),
        problem: None,
        trading: None,
        has_trading_accounts: false,
        browser: None,
        obtained: obtained(),
        exchanges: exchanges(),
        history: history(),
    }
}

fn history() -> Vec<HistoryLine> {
    let line = |at, what: &str| HistoryLine {
        at,
        what: what.into(),
    };
    vec![
        line(ago(19), "Proved with the provider"),
        line(ago(8 * 86_400), "Linked"),
    ]
}

fn obtained() -> ObtainedCard {
    ObtainedCard {
        grant: "authorization_code".into(),
        pkce: "not offered by provider".into(),
        state_echoed: Some(false),
        secret_in_address: true,
        exchange: "POST /connect/token, form".into(),
        refresh: None,
        clock_offset_ms: Some(400),
    }
}

fn exchanges() -> Vec<ExchangeLine> {
    let line = |at, step: &str, request: &str, answer: &str, millis| ExchangeLine {
        at: ago(at),
        step: step.into(),
        request: request.into(),
        answer: answer.into(),
        took: SignedDuration::from_millis(millis),
    };
    vec![
        line(
            0,
            "Renew by use",
            "GET /auth",
            "200, 6 fields, 412 bytes",
            118,
        ),
        line(
            1133,
            "Exchange",
            "POST /connect/token",
            "200, 4 fields",
            203,
        ),
        line(1133, "Callback", "GET /callback", "code, no state", 1),
    ]
}

fn trading() -> TradingCard {
    let line = |number: &str, change| TradingAccountLine {
        account_number: number.into(),
        trade_platform: "ETNA".into(),
        change,
    };
    TradingCard {
        login: Some("login".into()),
        email: Some("login@email.com".into()),
        domestic: Some(true),
        application_status: Some("process".into()),
        asked_at: now(),
        accounts: vec![
            line("12345678@vision", TradingChange::Unchanged),
            line("11111111@cor", TradingChange::New),
        ],
    }
}

/// A Just2Trade account: no refresh token, renewed by use, with trading accounts.
pub(crate) fn main_account() -> AccountCard {
    let mut main = account("main", "just2trade", "Main account", [85_267, 86_400]);
    main.identity.email = Some("login@email.com".into());
    main.access.renews_on_use = true;
    main.refresh = RefreshCard::default();
    main.last_refreshed_at = Some(ago(19));
    main.next_refresh_at = None;
    main.has_trading_accounts = true;
    main.trading = Some(trading());
    if let Some(last) = &mut main.last_refresh {
        last.outcome = RefreshOutcome::Renewed;
    }
    main
}

/// A problem of a kind.
pub(crate) fn problem(id: u64, kind: ProblemKind, remedy: Remedy) -> Problem {
    Problem {
        id: ProblemId(id),
        kind,
        account: None,
        provider: None,
        flow: None,
        remedy,
        detail: "requesting tokens: the answer was 400: invalid_grant".into(),
        at: now(),
    }
}

/// A Biggerplate account whose link has ended.
pub(crate) fn ended_account() -> AccountCard {
    let mut maps = account("maps", "biggerplate", "Mind maps", [-7_200, 3_600]);
    maps.identity = IdentityCard {
        login: Some("mia".into()),
        ..IdentityCard::default()
    };
    maps.needs_sign_in = Some(EndReason::Revoked);
    maps.next_refresh_at = None;
    let kind = ProblemKind::NeedsSignIn {
        reason: EndReason::Revoked,
    };
    maps.problem = Some(Problem {
        account: Some(maps.id.clone()),
        provider: Some(maps.provider.clone()),
        ..problem(7, kind, Remedy::SignInAgain)
    });
    maps
}

/// Nothing linked yet.
pub(crate) fn empty() -> Snapshot {
    Snapshot {
        loaded: true,
        key_store: KeyStoreCard {
            state: KeyStoreState::Open,
            ..KeyStoreCard::default()
        },
        providers: providers(),
        ..Snapshot::default()
    }
}

/// Five accounts at four providers, one of which needs the person.
pub(crate) fn five_accounts() -> Snapshot {
    let mut swing = main_account();
    swing.id = account_id("swing");
    swing.label = "Swing desk".into();
    swing.identity.email = Some("swing@email.com".into());
    swing.access.expires_at = Some(ahead(252));
    swing.access.issued_at = ahead(252 - 86_400);
    swing.trading = None;
    let mut parrot = account("parrot", "trading-parrot", "parrot-bot", [76_135, 86_400]);
    parrot.identity.email = Some("parrot@email.com".into());
    let mut purchasing = account("purchasing", "tradecloud", "Purchasing", [492, 600]);
    purchasing.identity.email = Some("buyer@acme.example".into());
    purchasing.refresh.expires_at = Some(ahead(85_290));
    purchasing.next_refresh_at = Some(ahead(372));
    let accounts = [main_account(), swing, parrot, purchasing, ended_account()];
    Snapshot {
        practice: Some(Practice::Documented),
        accounts: accounts.map(Arc::new).to_vec(),
        ..empty()
    }
}

/// As many accounts as wanted, at one provider.
pub(crate) fn many(count: usize) -> Snapshot {
    let accounts = (0..count)
        .map(|number| {
            let mut card = account(
                &format!("a{number}"),
                "trading-parrot",
                &format!("Account {number:05}"),
                [76_135, 86_400],
            );
            card.exchanges.clear();
            Arc::new(card)
        })
        .collect();
    Snapshot {
        accounts,
        ..empty()
    }
}
