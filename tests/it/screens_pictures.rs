//! The screens as pixels: each theme has its ground, and pictures for people go to `target/pictures` when asked for.
//!
//! Compares no words: what a screen must say is checked by name and role elsewhere.

use std::path::Path;
use std::sync::Arc;

use egui::Theme;
use linkdesk::bridge::{
    EndReason, KeyStoreKind, KeyStoreState, KeyStoreTrouble, LinkOutcome, ProblemKind, Remedy,
    Snapshot, StepState,
};

use super::support::{Desk, cards};

#[expect(
    clippy::disallowed_methods,
    reason = "a switch for people, read by this test alone"
)]
fn is_asked_for() -> bool {
    std::env::var("LINKDESK_PICTURES").is_ok()
}

fn picture(name: &str, snapshot: &Snapshot, size: [f32; 2], steps: impl Fn(&mut Desk)) {
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

const DESIGNED: [f32; 2] = [1180.0, 740.0];

fn linking() -> Snapshot {
    let mut snapshot = cards::five_accounts();
    snapshot.links.push(cards::waiting());
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
        // Under the last card, where nothing stands.
        assert_eq!(image.get_pixel(760, 700).0, ground, "{theme:?}");
        let painted = image.pixels().filter(|pixel| pixel.0 != ground).count();
        assert!(painted > 100_000, "{theme:?}: {painted}");
    }
    if is_asked_for() {
        draw_all();
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
