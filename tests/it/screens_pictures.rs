//! The screens as pixels: each theme has its ground, and pictures for people go to `target/pictures` when asked for.
//!
//! Compares no words: what a screen must say is checked by name and role elsewhere.

use std::path::Path;
use std::sync::Arc;

use egui::Theme;
use linkdesk::bridge::{
    DiscoveryState, EndReason, KeyStoreKind, KeyStoreState, KeyStoreTrouble, LinkCard, LinkOutcome,
    ProblemKind, QuestionKind, Remedy, Snapshot, StepState,
};

use super::screens_troubles;
use super::support::{Desk, cards, sign_ins};

#[expect(
    clippy::disallowed_methods,
    reason = "a switch for people, read by this test alone"
)]
fn is_asked_for() -> bool {
    std::env::var("LINKDESK_PICTURES").is_ok()
}

/// Draws a snapshot in both themes after some steps.
pub(crate) fn picture(name: &str, snapshot: &Snapshot, size: [f32; 2], steps: impl Fn(&mut Desk)) {
    for (theme, suffix) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        let mut desk = Desk::sized(snapshot.clone(), size, theme);
        steps(&mut desk);
        desk.window.run();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let image = desk.window.render().unwrap();
        image
            .save(folder.join(format!("{name}-{suffix}.png")))
            .unwrap();
    }
}

const NARROW: [f32; 2] = [420.0, 740.0];

/// The size the screens are designed for.
pub(crate) const DESIGNED: [f32; 2] = [1180.0, 740.0];

fn linking() -> Snapshot {
    let mut snapshot = cards::five_accounts();
    snapshot.links.push(sign_ins::waiting());
    snapshot
}

fn failed() -> Snapshot {
    let mut snapshot = linking();
    let link = &mut snapshot.links[0];
    link.steps[2].state = StepState::Done {
        took: jiff::SignedDuration::from_secs(31),
    };
    link.steps[3].state = StepState::Failed;
    let kind = ProblemKind::ClientRejected {
        code: "invalid_client".into(),
    };
    let mut problem = cards::problem(9, kind, Remedy::OpenClientSetUp);
    problem.flow = Some(link.flow);
    problem.provider = Some(link.provider.clone());
    link.outcome = Some(LinkOutcome::Failed { problem });
    snapshot
}

fn with_key_store(trouble: KeyStoreTrouble, kind: KeyStoreKind) -> Snapshot {
    let mut snapshot = cards::five_accounts();
    snapshot.key_store.state = KeyStoreState::Unavailable(trouble);
    snapshot.key_store.kind = kind;
    for account in &mut snapshot.accounts {
        Arc::make_mut(account).locked = true;
    }
    snapshot
}

fn offline() -> Snapshot {
    let mut snapshot = cards::five_accounts();
    let kind = ProblemKind::Unreachable {
        host: "api.just2trade.com".into(),
        since: cards::now() - jiff::SignedDuration::from_secs(95),
    };
    let main = Arc::make_mut(&mut snapshot.accounts[0]);
    let mut problem = cards::problem(4, kind, Remedy::RetryNow);
    problem.account = Some(main.id.clone());
    main.problem = Some(problem);
    snapshot
}

fn other_states() -> Snapshot {
    let mut snapshot = cards::five_accounts();
    let main = Arc::make_mut(&mut snapshot.accounts[0]);
    main.access.expires_at = None;
    main.access.expiry_source = linkdesk::bridge::ExpirySource::None;
    main.busy = Some(linkdesk::bridge::Busy::Refreshing);
    let swing = Arc::make_mut(&mut snapshot.accounts[1]);
    swing.needs_sign_in = Some(EndReason::Expired);
    let parrot = Arc::make_mut(&mut snapshot.accounts[2]);
    parrot.outcome_unknown = true;
    snapshot
}

#[test]
fn each_theme_has_its_own_ground_and_something_is_painted_on_it() {
    for (theme, ground) in [
        (Theme::Dark, [0x0f, 0x12, 0x16, 0xff]),
        (Theme::Light, [0xf6, 0xf7, 0xf9, 0xff]),
    ] {
        let mut desk = Desk::sized(cards::five_accounts(), DESIGNED, theme);
        desk.window.run();
        let image = desk.window.render().unwrap();
        // Between the list and the cards, where nothing stands.
        assert_eq!(image.get_pixel(364, 400).0, ground, "{theme:?}");
        let painted = image.pixels().filter(|pixel| pixel.0 != ground).count();
        assert!(painted > 100_000, "{theme:?}: {painted}");
    }
    if is_asked_for() {
        draw_all();
        screens_troubles::draw();
    }
}

fn draw_all() {
    let five = cards::five_accounts();
    picture("overview", &five, DESIGNED, |_| {});
    picture("inspector", &five, DESIGNED, |desk| desk.press("Inspector"));
    picture("history", &five, DESIGNED, |desk| desk.press("History"));
    picture("needs-sign-in", &five, DESIGNED, |desk| {
        desk.press_button("Mind maps");
    });
    picture("tradecloud", &five, DESIGNED, |desk| {
        desk.press_button("Purchasing");
    });
    picture("settings", &five, DESIGNED, |desk| desk.press("Settings"));
    picture("unlink", &five, DESIGNED, |desk| {
        desk.press("Unlink Main account");
    });
    picture("set-up", &five, DESIGNED, |desk| {
        desk.press("Set up REST API v1");
    });
    picture("set-up-hosts", &five, DESIGNED, |desk| {
        desk.press("Set up Tradecloud");
    });
    picture("password", &five, DESIGNED, |desk| {
        desk.press("Link Tradecloud");
    });
    picture("linking", &linking(), DESIGNED, |desk| {
        desk.press("Show sign-in at Just2Trade");
    });
    picture("linking-paste", &linking(), DESIGNED, |desk| {
        desk.press("Show sign-in at Just2Trade");
        desk.press("Paste address");
    });
    picture("failed", &failed(), DESIGNED, |desk| {
        desk.press("Show sign-in at Just2Trade");
    });
    draw_sign_ins();
    picture("empty", &cards::empty(), DESIGNED, |_| {});
    picture("loading", &Snapshot::default(), DESIGNED, |_| {});
    picture(
        "locked",
        &with_key_store(KeyStoreTrouble::Locked, KeyStoreKind::Keychain),
        DESIGNED,
        |_| {},
    );
    picture(
        "passphrase",
        &with_key_store(KeyStoreTrouble::WrongPassphrase, KeyStoreKind::Passphrase),
        DESIGNED,
        |_| {},
    );
    picture("offline", &offline(), DESIGNED, |_| {});
    picture("states", &other_states(), DESIGNED, |_| {});
    picture("many", &cards::many(10_000), DESIGNED, |_| {});
    picture("narrow-list", &five, [480.0, 740.0], |_| {});
    picture("narrow-detail", &five, [480.0, 740.0], |desk| {
        desk.press_button("Main account");
    });
}

fn draw_sign_ins() {
    let show = |name: &str, link: LinkCard, size| {
        picture(name, &sign_ins::with(link), size, |desk| {
            desk.press("Show sign-in at Just2Trade");
        });
    };
    let clipboard = || LinkCard {
        clipboard_offers: true,
        upgrades: 1,
        ..sign_ins::waiting()
    };
    let refused = || LinkCard {
        certificate_refusals: 2,
        ..sign_ins::over_tls()
    };
    let mismatch = || {
        let kind = ProblemKind::RedirectMismatch {
            redirect_uri: "http://127.0.0.1:53682/callback".into(),
            registered: "http://localhost:53682/callback".into(),
        };
        sign_ins::ended(kind, Remedy::OpenClientSetUp)
    };
    show("linking-https", sign_ins::over_tls(), DESIGNED);
    show("linking-refused", refused(), DESIGNED);
    show("linking-clipboard", clipboard(), DESIGNED);
    show("device", sign_ins::on_a_device(), DESIGNED);
    let question = sign_ins::asking;
    show(
        "question-same",
        question(QuestionKind::SamePerson),
        DESIGNED,
    );
    show(
        "question-other",
        question(QuestionKind::OtherPerson),
        DESIGNED,
    );
    show("redirect-mismatch", mismatch(), DESIGNED);
    show("narrow-https", refused(), NARROW);
    show("narrow-clipboard", clipboard(), NARROW);
    show("narrow-device", sign_ins::on_a_device(), NARROW);
    show(
        "narrow-question",
        question(QuestionKind::OtherPerson),
        NARROW,
    );
    show("narrow-mismatch", mismatch(), NARROW);
    draw_providers();
}

fn draw_providers() {
    let found = sign_ins::discovering(DiscoveryState::Found(sign_ins::found()));
    let ways = sign_ins::with_ways();
    let set_up = |desk: &mut Desk| desk.press("Set up Biggerplate");
    let add = |desk: &mut Desk| desk.press("Add a provider");
    picture("set-up-ways", &ways, DESIGNED, set_up);
    picture("set-up-whole", &ways, [1180.0, 1700.0], set_up);
    picture("narrow-set-up", &ways, [420.0, 1900.0], set_up);
    picture("add-provider", &cards::five_accounts(), DESIGNED, add);
    picture("add-provider-found", &found, [1180.0, 1100.0], add);
    picture("narrow-add", &found, [420.0, 1200.0], add);
    picture("overview-whole", &ways, [1180.0, 900.0], |_| {});
    picture("browsers", &ways, [1180.0, 1000.0], |desk| {
        desk.open("Browser for Main account");
    });
}
