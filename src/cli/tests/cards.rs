//! Cards to play with, each the plainest of its kind.
//!
//! Knows no command.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::bridge::{
    AccessCard, AccountCard, BrowserCard, CertificateCard, ClientCard, ExpirySource, HostCard,
    IdentityCard, KeyStoreCard, LinkCard, Missing, ObtainedCard, Problem, ProblemKind,
    ProviderCard, ProviderOrigin, RedirectWay, RefreshCard, Remedy, SignInKind, Snapshot,
    TradingAccountLine, TradingCard, TradingChange, WayHome,
};
use crate::ids::{AccountId, FlowId, ProblemId, ProviderId};

pub(in crate::cli) fn now() -> Timestamp {
    "2026-11-20T17:02:44.5Z".parse().unwrap()
}

pub(in crate::cli) fn in_seconds(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

pub(in crate::cli) fn provider_id(id: &str) -> ProviderId {
    ProviderId::new(id).unwrap()
}

pub(in crate::cli) fn account_id(id: &str) -> AccountId {
    AccountId::new(id).unwrap()
}

pub(in crate::cli) fn problem(kind: ProblemKind) -> Problem {
    Problem {
        id: ProblemId(7),
        kind,
        account: None,
        provider: None,
        flow: None,
        remedy: Remedy::RetryNow,
        detail: String::new(),
        at: now(),
    }
}

pub(in crate::cli) fn unreachable() -> Problem {
    problem(ProblemKind::Unreachable {
        host: "auth.example.com".into(),
        since: now(),
    })
}

/// A provider that signs in on its own page and is set up.
pub(in crate::cli) fn provider(id: &str) -> ProviderCard {
    ProviderCard {
        id: provider_id(id),
        name: format!("The {id}"),
        color: 0,
        mark: "E".to_owned(),
        origin: ProviderOrigin::BuiltIn,
        sign_in: SignInKind::Browser,
        sign_in_host: "auth.example.com".into(),
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
            hosts: vec![HostCard {
                id: "api".into(),
                name: "API".into(),
                address: "https://api.example.com".into(),
                proposed: "https://api.example.com".into(),
                choices: Vec::new(),
            }],
            options: Vec::new(),
        },
        notes: Vec::new(),
    }
}

/// A provider that lacks its client.
pub(in crate::cli) fn provider_not_set_up(id: &str) -> ProviderCard {
    let mut card = provider(id);
    card.missing = vec![Missing::ClientId, Missing::ClientSecret];
    card.client.client_id = None;
    card.client.has_client_secret = false;
    card
}

/// A provider without a sign-in page.
pub(in crate::cli) fn password_provider(id: &str) -> ProviderCard {
    ProviderCard {
        sign_in: SignInKind::Password,
        client: ClientCard::default(),
        ..provider(id)
    }
}

/// An account with an hour left.
pub(in crate::cli) fn account(id: &str, provider: &str, label: &str) -> AccountCard {
    AccountCard {
        id: account_id(id),
        provider: provider_id(provider),
        label: label.into(),
        identity: IdentityCard {
            email: Some("login@email.com".into()),
            ..IdentityCard::default()
        },
        access: AccessCard {
            issued_at: now(),
            expires_at: Some(in_seconds(3_600)),
            expiry_source: ExpirySource::ExpiresIn,
            renews_on_use: false,
            token_type: "Bearer".into(),
            scopes: vec!["maps".into()],
            fingerprint: "0a1b2c3d".into(),
            form: "opaque, 40 characters".into(),
        },
        refresh: RefreshCard {
            issued_at: None,
            present: true,
            expires_at: None,
            rotates: Some(true),
            fingerprint: Some("99887766".into()),
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
        linked_at: now(),
        last_refreshed_at: None,
        last_proved_at: Some(now()),
        next_refresh_at: Some(in_seconds(3_300)),
        last_refresh: None,
        problem: None,
        trading: None,
        has_trading_accounts: false,
        browser: None,
        obtained: ObtainedCard {
            grant: "authorization_code".into(),
            pkce: "S256".into(),
            state_echoed: Some(true),
            exchange: "POST /token, form".into(),
            clock_offset_ms: Some(-400),
            ..ObtainedCard::default()
        },
        exchanges: Vec::new(),
        history: Vec::new(),
    }
}

pub(in crate::cli) fn trading(lines: &[(&str, &str, TradingChange)]) -> TradingCard {
    let line = |(number, platform, change): &(&str, &str, TradingChange)| TradingAccountLine {
        account_number: (*number).to_owned(),
        trade_platform: (*platform).to_owned(),
        change: *change,
    };
    TradingCard {
        login: Some("login".into()),
        email: Some("login@email.com".into()),
        domestic: Some(false),
        application_status: Some("approved".into()),
        asked_at: now(),
        accounts: lines.iter().map(line).collect(),
    }
}

/// Two browsers, one of them with profiles, two of which are called alike.
pub(in crate::cli) fn browsers() -> Arc<Vec<BrowserCard>> {
    let profile = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    Arc::new(vec![
        BrowserCard {
            id: "firefox".into(),
            name: "Firefox".into(),
            profiles: Vec::new(),
        },
        BrowserCard {
            id: "org.chrome".into(),
            name: "Chrome".into(),
            profiles: vec![
                profile("Default", "Me"),
                profile("Profile 1", "Work/Desk"),
                profile("Profile 2", "Twin"),
                profile("Profile 3", "Twin"),
            ],
        },
    ])
}

pub(in crate::cli) fn certificate() -> CertificateCard {
    CertificateCard {
        fingerprint: "0A:1B:2C:3D".into(),
        not_after: in_seconds(86_400),
    }
}

/// An attempt that has just begun.
pub(in crate::cli) fn link(flow: u64, provider: &str) -> LinkCard {
    LinkCard {
        flow: FlowId(flow),
        provider: provider_id(provider),
        provider_name: format!("The {provider}"),
        repairs: None,
        sign_in_host: "auth.example.com".into(),
        started_at: now(),
        deadline: in_seconds(300),
        steps: Vec::new(),
        redirect_uri: None,
        has_address: false,
        way_home: WayHome::Loopback,
        device: None,
        clipboard_offers: false,
        upgrades: 0,
        certificate_refusals: 0,
        question: None,
        strays: 0,
        notes: Vec::new(),
        trouble: None,
        outcome: None,
    }
}

/// A data folder that has been read.
pub(in crate::cli) fn desk(providers: Vec<ProviderCard>, accounts: Vec<AccountCard>) -> Snapshot {
    Snapshot {
        loaded: true,
        key_store: KeyStoreCard::default(),
        providers: providers.into_iter().map(Arc::new).collect(),
        accounts: accounts.into_iter().map(Arc::new).collect(),
        ..Snapshot::default()
    }
}
