//! A sign-in in each of its states: what is there by role and name, and what pressing it asks for.
//!
//! Knows nothing of the worker: an attempt is a card, and commands are read where they come out.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use linkdesk::bridge::{
    Brought, Command, LinkAnswer, LinkCard, LinkOutcome, ProblemKind, QuestionKind, Remedy,
    SignInKind, SignInWay, Snapshot, WayHome,
};
use linkdesk::ids::{BrowserChoice, FlowId};
use linkdesk::ui::Attention;

use super::screens::{check_outline, count};
use super::support::{Desk, cards, sign_ins};

const FLOW: FlowId = FlowId(3);

fn shown(link: LinkCard) -> Desk {
    let mut desk = Desk::new(sign_ins::with(link));
    desk.press("Show sign-in at Just2Trade");
    desk
}

/// Everything that can go on at once while a sign-in waits.
fn troubled() -> LinkCard {
    let kind = ProblemKind::BrowserNotOpened;
    LinkCard {
        clipboard_offers: true,
        certificate_refusals: 2,
        trouble: Some(cards::problem(8, kind, Remedy::CopyAddress)),
        ..sign_ins::over_tls()
    }
}

#[test]
fn the_ways_out_are_in_sight_without_scrolling() {
    let links = [
        sign_ins::waiting(),
        sign_ins::over_tls(),
        troubled(),
        LinkCard {
            upgrades: 1,
            clipboard_offers: true,
            ..sign_ins::waiting()
        },
        LinkCard {
            way_home: WayHome::Pasted,
            ..sign_ins::waiting()
        },
    ];
    for link in links {
        let mut snapshot = sign_ins::with(link);
        let kind = ProblemKind::NotSaved {
            brought: Brought::Refresh,
            cause: Box::new(ProblemKind::Bug),
        };
        let problem = cards::problem(5, kind, Remedy::RetryNow);
        snapshot.problems.push(problem);
        for size in [[1180.0, 740.0], [420.0, 740.0]] {
            let mut desk = Desk::sized(snapshot.clone(), size, egui::Theme::Dark);
            desk.press("Show sign-in at Just2Trade");
            for name in [
                "Cancel sign-in",
                "Open browser again",
                "Copy address",
                "Paste address",
            ] {
                let rect = desk.window.get_by_role_and_label(Role::Button, name).rect();
                assert!(rect.bottom() < 710.0, "{name}: {rect:?} of {size:?}");
                assert!(rect.right() <= size[0], "{name}: {rect:?} of {size:?}");
            }
        }
    }
}

#[test]
fn an_address_in_the_clipboard_is_used_with_one_press() {
    let mut desk = shown(LinkCard {
        clipboard_offers: true,
        ..sign_ins::waiting()
    });
    desk.window
        .get_by_label("The clipboard holds the address of this sign-in");
    desk.press("Use it");
    assert_eq!(desk.sent(), [Command::PasteFromClipboard { flow: FLOW }]);
}

#[test]
fn coming_back_to_the_window_looks_at_the_clipboard_once() {
    let mut desk = Desk::new(sign_ins::with(sign_ins::waiting()));
    let comes_back = |desk: &mut Desk, is_focused| {
        desk.window.event(egui::Event::WindowFocused(is_focused));
        desk.sent()
    };
    let looks = [Command::LookAtClipboard { flow: FLOW }];
    assert_eq!(comes_back(&mut desk, true), looks);
    assert_eq!(desk.sent(), []);
    assert_eq!(comes_back(&mut desk, false), []);
    assert_eq!(comes_back(&mut desk, true), looks);
    for done in [
        sign_ins::on_a_device(),
        sign_ins::asking(QuestionKind::SamePerson),
        sign_ins::ended(ProblemKind::TimedOut, Remedy::LinkAgain),
    ] {
        let mut desk = Desk::new(sign_ins::with(done));
        assert_eq!(comes_back(&mut desk, true), []);
    }
}

#[test]
fn an_address_the_browser_changed_is_explained() {
    let desk = shown(LinkCard {
        upgrades: 1,
        ..sign_ins::waiting()
    });
    desk.window
        .get_by_label_contains("Your browser changed the address to https");
}

#[test]
fn over_https_the_fingerprint_can_be_compared_and_copied() {
    let mut desk = shown(sign_ins::over_tls());
    check_outline("linking-https", &desk);
    let fingerprint = sign_ins::certificate().fingerprint;
    desk.window
        .get_by_label(&format!("SHA-256 fingerprint {fingerprint}"));
    assert_eq!(desk.copied_by("Copy fingerprint"), Some(fingerprint));
    assert_eq!(
        desk.window.query_all_by_label_contains("refused").count(),
        0
    );
    let desk = shown(troubled());
    desk.window
        .get_by_label_contains("Your browser came back and refused Linkdesk’s certificate");
}

#[test]
fn a_shown_code_is_pasted_like_an_address() {
    let mut desk = shown(LinkCard {
        way_home: WayHome::OutOfBand,
        ..sign_ins::waiting()
    });
    desk.window
        .get_by_label("Sign in, then paste the code the provider’s page shows below");
    desk.fill("Code", "canary-55");
    desk.press("Continue");
    let address = "canary-55".to_owned().into();
    assert_eq!(
        desk.sent(),
        [Command::PasteAddress {
            flow: FLOW,
            address
        }]
    );
}

#[test]
fn a_code_for_another_device_is_large_and_can_be_copied() {
    let mut desk = shown(sign_ins::on_a_device());
    check_outline("device", &desk);
    let rect = desk.window.get_by_label("Code WDJB-MJHT").rect();
    assert!(rect.height() > 28.0, "{rect:?}");
    assert_eq!(desk.copied_by("Copy code").as_deref(), Some("WDJB-MJHT"));
    assert_eq!(
        desk.copied_by("Copy address").as_deref(),
        Some("https://auth.just2trade.com/device")
    );
    desk.press("Open browser again");
    assert_eq!(desk.sent(), [Command::OpenBrowserAgain { flow: FLOW }]);
    assert_eq!(count(&desk, "Paste address"), 0);
}

#[test]
fn somebody_else_becomes_a_new_account_unless_told_otherwise() {
    let mut desk = shown(sign_ins::asking(QuestionKind::OtherPerson));
    check_outline("question-other", &desk);
    let answers = |answer| Command::AnswerLink { flow: FLOW, answer };
    for (name, answer) in [
        ("Keep as a new account", LinkAnswer::KeepBoth),
        ("Replace Main account", LinkAnswer::Replace),
        ("Discard", LinkAnswer::Discard),
    ] {
        desk.press(name);
        assert_eq!(desk.sent(), [answers(answer)], "{name}");
    }
    assert_eq!(count(&desk, "Open browser again"), 0);
}

#[test]
fn the_same_person_again_renews_the_account() {
    let mut desk = shown(sign_ins::asking(QuestionKind::SamePerson));
    check_outline("question-same", &desk);
    for (name, answer) in [
        ("Renew Main account", LinkAnswer::Replace),
        ("Keep both", LinkAnswer::KeepBoth),
        ("Discard", LinkAnswer::Discard),
    ] {
        desk.press(name);
        let expected = Command::AnswerLink { flow: FLOW, answer };
        assert_eq!(desk.sent(), [expected], "{name}");
    }
}

#[test]
fn enter_gives_the_answer_that_takes_nothing_away() {
    let mut desk = Desk::new(cards::five_accounts());
    desk.press("Link Just2Trade");
    assert_eq!(desk.sent().len(), 1);
    desk.window.ctx.memory_mut(|memory| {
        if let Some(id) = memory.focused() {
            memory.surrender_focus(id);
        }
    });
    desk.publish(|snapshot| {
        let link = sign_ins::asking(QuestionKind::OtherPerson);
        snapshot.links.push(link);
    });
    desk.window.key_press(egui::Key::Enter);
    let answer = LinkAnswer::KeepBoth;
    assert_eq!(desk.sent(), [Command::AnswerLink { flow: FLOW, answer }]);
}

#[test]
fn a_redirect_mismatch_shows_where_the_addresses_differ() {
    let kind = ProblemKind::RedirectMismatch {
        redirect_uri: "http://127.0.0.1:53682/callback".into(),
        registered: "http://localhost:53682/callback".into(),
    };
    let mut desk = shown(sign_ins::ended(kind, Remedy::OpenClientSetUp));
    check_outline("redirect-mismatch", &desk);
    desk.window
        .get_by_label("Used, http://127.0.0.1:53682/callback, differs in 127.0.0.1");
    desk.window
        .get_by_label("Registered, http://localhost:53682/callback, differs in localhost");
    assert_eq!(
        desk.copied_by("Copy redirect URI").as_deref(),
        Some("http://127.0.0.1:53682/callback")
    );
    desk.press("Open set-up");
    desk.window.get_by_label("Set-up of Just2Trade");
}

#[test]
fn a_failed_code_sign_in_is_begun_again_with_a_code() {
    let mut link = sign_ins::ended(ProblemKind::DeviceCodeExpired, Remedy::LinkAgain);
    link.steps = sign_ins::on_a_device().steps;
    let mut desk = shown(link);
    desk.press("Link again");
    let sent = desk.sent();
    assert!(
        matches!(
            sent.as_slice(),
            [
                Command::DismissLink { .. },
                Command::LinkAccount {
                    way: SignInWay::Device,
                    ..
                }
            ]
        ),
        "{sent:?}"
    );
}

#[test]
fn a_failed_repair_that_is_tried_again_repairs_the_same_account() {
    let kind = ProblemKind::Unreachable {
        host: "auth.just2trade.com".into(),
        since: cards::now(),
    };
    let mut link = sign_ins::ended(kind, Remedy::RetryNow);
    link.repairs = Some(cards::account_id("main"));
    let mut desk = shown(link);
    desk.press("Try again");
    let sent = desk.sent();
    assert!(
        matches!(
            sent.as_slice(),
            [Command::DismissLink { .. }, Command::LinkAccount { account: Some(id), .. }]
                if *id == cards::account_id("main")
        ),
        "{sent:?}"
    );
}

#[test]
fn a_missing_browser_leads_to_where_one_is_chosen() {
    let kind = ProblemKind::BrowserMissing {
        name: "Firefox, work".into(),
    };
    let mut link = sign_ins::ended(kind, Remedy::None);
    link.repairs = Some(cards::account_id("main"));
    let mut desk = shown(link);
    desk.press("Choose a browser…");
    let choice = desk.choice("Browser for Main account");
    assert!(choice.rect().bottom() < 710.0, "{:?}", choice.rect());
    assert_eq!(desk.sent(), []);
}

fn in_browsers(change: impl FnOnce(&mut Snapshot)) -> Desk {
    let mut snapshot = cards::five_accounts();
    snapshot.browsers = Arc::new(sign_ins::browsers());
    change(&mut snapshot);
    Desk::sized(snapshot, [1180.0, 1000.0], egui::Theme::Dark)
}

#[test]
fn an_account_has_a_browser_and_profile_of_its_own() {
    let mut desk = in_browsers(|_| {});
    desk.open("Browser for Main account");
    desk.press_button("Firefox, work");
    let account = cards::account_id("main");
    let browser = Some(sign_ins::work_profile());
    assert_eq!(desk.sent(), [Command::ChooseBrowser { account, browser }]);
    let mut desk = in_browsers(|snapshot| {
        let main = Arc::make_mut(&mut snapshot.accounts[0]);
        main.browser = Some(BrowserChoice {
            browser: "vivaldi".into(),
            profile: None,
        });
    });
    let choice = desk.choice("Browser for Main account");
    let value = choice.accesskit_node().value().unwrap_or_default();
    assert_eq!(value, "vivaldi (not found here)");
    desk.open("Browser for Main account");
    desk.press_button("System browser");
    assert_eq!(desk.sent().len(), 1);
}

#[test]
fn an_account_can_be_signed_in_by_a_copied_address_or_on_another_device() {
    let mut desk = in_browsers(|snapshot| {
        Arc::make_mut(&mut snapshot.providers[0]).offers_device = true;
    });
    for (name, way) in [
        (
            "Copy the address instead of opening a browser",
            SignInWay::CopiedAddress,
        ),
        ("Sign in on another device…", SignInWay::Device),
    ] {
        desk.press(name);
        let expected = Command::LinkAccount {
            provider: cards::provider_id("just2trade"),
            account: Some(cards::account_id("main")),
            label: None,
            way,
        };
        assert_eq!(desk.sent(), [expected]);
    }
}

#[test]
fn a_provider_that_knows_only_codes_is_linked_with_one() {
    let mut snapshot = cards::empty();
    Arc::make_mut(&mut snapshot.providers[1]).sign_in = SignInKind::Device;
    let mut desk = Desk::new(snapshot);
    desk.press("Link The Trading Parrot");
    let sent = desk.sent();
    assert!(
        matches!(
            sent.as_slice(),
            [Command::LinkAccount {
                way: SignInWay::Device,
                ..
            }]
        ),
        "{sent:?}"
    );
}

#[test]
fn the_window_comes_forward_once_for_each_attempt_that_has_come_to_something() {
    let mut attention = Attention::default();
    let waiting = sign_ins::with(sign_ins::waiting());
    assert!(!attention.is_due(&waiting, false));
    let asked = sign_ins::with(sign_ins::asking(QuestionKind::OtherPerson));
    assert!(attention.is_due(&asked, false));
    assert!(!attention.is_due(&asked, false));
    let mut linked = sign_ins::waiting();
    linked.flow = FlowId(4);
    let account = cards::account_id("main");
    linked.outcome = Some(LinkOutcome::Linked { account });
    assert!(attention.is_due(&sign_ins::with(linked), false));
}

#[test]
fn the_window_stays_where_it_is_for_what_its_person_sees_or_did() {
    let mut attention = Attention::default();
    let failed = sign_ins::with(sign_ins::ended(ProblemKind::TimedOut, Remedy::LinkAgain));
    assert!(!attention.is_due(&failed, true));
    assert!(!attention.is_due(&failed, false));
    let mut attention = Attention::default();
    let canceled = sign_ins::with(sign_ins::ended(ProblemKind::Canceled, Remedy::LinkAgain));
    assert!(!attention.is_due(&canceled, false));
}
