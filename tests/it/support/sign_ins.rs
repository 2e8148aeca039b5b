//! Attempts to link, in each of the states a person can meet them in, and what comes before and after them.
//!
//! Knows nothing of the worker that would make them.

use std::sync::Arc;

use jiff::SignedDuration;
use linkdesk::bridge::{
    BrowserCard, CertificateCard, DeviceCard, DiscoveryCard, DiscoveryState, FoundProvider,
    LinkCard, LinkOutcome, LinkQuestion, LinkStep, ProblemKind, QuestionKind, RedirectWay, Remedy,
    Snapshot, StepCard, StepState, WayCard, WayHome,
};
use linkdesk::ids::{BrowserChoice, FlowId};

use super::cards::{account_id, ago, ahead, five_accounts, problem, provider_id};

/// A sign-in that waits for the person.
pub(crate) fn waiting() -> LinkCard {
    let step = |step, state| StepCard {
        step,
        state,
        note: None,
    };
    let done = |millis| StepState::Done {
        took: SignedDuration::from_millis(millis),
    };
    LinkCard {
        flow: FlowId(3),
        provider: provider_id("just2trade"),
        provider_name: "Just2Trade".into(),
        repairs: None,
        sign_in_host: "auth.just2trade.com".into(),
        started_at: ago(23),
        deadline: ahead(277),
        steps: vec![
            StepCard {
                note: Some("Listening on 127.0.0.1:53682".into()),
                ..step(LinkStep::PrepareAddress, done(20))
            },
            step(LinkStep::OpenBrowser, done(400)),
            step(
                LinkStep::AwaitAuthorization,
                StepState::Active { since: ago(22) },
            ),
            step(LinkStep::RequestTokens, StepState::Ahead),
            step(LinkStep::ReadIdentity, StepState::Ahead),
            step(LinkStep::Save, StepState::Ahead),
            step(LinkStep::ReadTradingAccounts, StepState::Ahead),
        ],
        redirect_uri: Some("http://127.0.0.1:53682/callback".into()),
        has_address: true,
        way_home: WayHome::Loopback,
        device: None,
        clipboard_offers: false,
        upgrades: 0,
        certificate_refusals: 0,
        question: None,
        strays: 1,
        notes: vec![
            "Just2Trade asks for the client secret in the browser address. It will be in your browser history. You can switch this off in the client set-up.".into(),
        ],
        trouble: None,
        outcome: None,
    }
}

/// The certificate of this installation.
pub(crate) fn certificate() -> CertificateCard {
    let pairs: Vec<String> = (0..32_u8)
        .map(|place| format!("{:02X}", place.wrapping_mul(37).wrapping_add(11)))
        .collect();
    CertificateCard {
        fingerprint: pairs.join(":"),
        not_after: ahead(300 * 86_400),
    }
}

/// A sign-in that comes home over `https`.
pub(crate) fn over_tls() -> LinkCard {
    LinkCard {
        way_home: WayHome::LoopbackTls {
            certificate: Some(certificate()),
        },
        redirect_uri: Some("https://127.0.0.1:53682/callback".into()),
        notes: Vec::new(),
        strays: 0,
        ..waiting()
    }
}

/// A sign-in on another device.
pub(crate) fn on_a_device() -> LinkCard {
    let step = |step, state| StepCard {
        step,
        state,
        note: None,
    };
    let took = SignedDuration::from_millis(340);
    LinkCard {
        way_home: WayHome::Asked,
        device: Some(DeviceCard {
            user_code: "WDJB-MJHT".into(),
            verification_uri: "https://auth.just2trade.com/device".into(),
            expires_at: ahead(577),
        }),
        steps: vec![
            step(LinkStep::RequestDeviceCode, StepState::Done { took }),
            step(
                LinkStep::AwaitAuthorization,
                StepState::Active { since: ago(22) },
            ),
            step(LinkStep::ReadIdentity, StepState::Ahead),
            step(LinkStep::Save, StepState::Ahead),
        ],
        redirect_uri: None,
        notes: Vec::new(),
        strays: 0,
        ..waiting()
    }
}

/// A sign-in that has to be answered.
pub(crate) fn asking(kind: QuestionKind) -> LinkCard {
    let done = StepState::Done {
        took: SignedDuration::from_millis(240),
    };
    let mut link = LinkCard {
        question: Some(LinkQuestion {
            kind,
            account: account_id("main"),
            label: "Main account".into(),
            theirs: "login@email.com".into(),
            signed_in: match kind {
                QuestionKind::SamePerson => "login@email.com".into(),
                QuestionKind::OtherPerson => "other@email.com".into(),
            },
        }),
        notes: Vec::new(),
        strays: 0,
        ..waiting()
    };
    for step in link.steps.iter_mut().take(5) {
        step.state = done;
    }
    link
}

/// A sign-in that ended.
pub(crate) fn ended(kind: ProblemKind, remedy: Remedy) -> LinkCard {
    let mut link = LinkCard {
        notes: Vec::new(),
        ..waiting()
    };
    link.steps[2].state = StepState::Failed;
    let mut problem = problem(9, kind, remedy);
    problem.flow = Some(link.flow);
    problem.provider = Some(link.provider.clone());
    link.outcome = Some(LinkOutcome::Failed { problem });
    link
}

/// Five accounts and one attempt.
pub(crate) fn with(link: LinkCard) -> Snapshot {
    Snapshot {
        links: vec![link],
        ..five_accounts()
    }
}

/// A client that may be registered in all four ways, the second of them in use.
pub(crate) fn with_ways() -> Snapshot {
    let mut snapshot = five_accounts();
    let way = |way, proposed: &str| WayCard {
        way,
        proposed: proposed.into(),
    };
    let card = Arc::make_mut(&mut snapshot.providers[4]);
    card.offers_device = true;
    card.client.redirect_uri = "https://127.0.0.1:53682/callback".into();
    card.client.proposed_redirect_uri = "https://127.0.0.1:53682/callback".into();
    card.client.way_home = RedirectWay::LoopbackTls;
    card.client.ways = vec![
        way(RedirectWay::Loopback, "http://127.0.0.1/callback"),
        way(RedirectWay::LoopbackTls, "https://127.0.0.1:53682/callback"),
        way(RedirectWay::Pasted, ""),
        way(RedirectWay::OutOfBand, "urn:ietf:wg:oauth:2.0:oob"),
    ];
    snapshot.certificate = Some(certificate());
    snapshot.browsers = Arc::new(browsers());
    snapshot
}

/// Two browsers, one of them with profiles.
pub(crate) fn browsers() -> Vec<BrowserCard> {
    vec![
        BrowserCard {
            id: "firefox".into(),
            name: "Firefox".into(),
            profiles: vec![("a1.work".into(), "work".into())],
        },
        BrowserCard {
            id: "chromium".into(),
            name: "Chromium".into(),
            profiles: Vec::new(),
        },
    ]
}

/// The profile of the first browser.
pub(crate) fn work_profile() -> BrowserChoice {
    BrowserChoice {
        browser: "firefox".into(),
        profile: Some("a1.work".into()),
    }
}

/// What an issuer says of itself.
pub(crate) fn found() -> FoundProvider {
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    FoundProvider {
        id: provider_id("acme"),
        name: "Acme".into(),
        metadata_url: "https://auth.acme.example/.well-known/openid-configuration".into(),
        hosts: vec!["auth.acme.example".into(), "api.xn--acm-hoa.example".into()],
        facts: vec![
            fact("Sign-in", "auth.acme.example/authorize"),
            fact("PKCE", "S256"),
            fact("Refresh tokens", "offered"),
            fact("Other devices", "offered, with a code"),
        ],
        warnings: vec!["The token endpoint is on another host than the issuer.".into()],
        file: "id = \"acme\"\nname = \"Acme\"\nissuer = \"https://auth.acme.example\"\n".into(),
    }
}

/// A discovery as far as it is.
pub(crate) fn discovering(state: DiscoveryState) -> Snapshot {
    Snapshot {
        discovery: Some(DiscoveryCard {
            issuer: "https://auth.acme.example".into(),
            state,
        }),
        provider_folder: "/home/you/.config/linkdesk/providers".into(),
        ..five_accounts()
    }
}
