//! The browsers of this computer: listed, and found again by what people call them.

use serde_json::json;

use super::*;
use crate::bridge::{BrowserChange, SignInWay};
use crate::ids::BrowserChoice;

fn with_browsers() -> Snapshot {
    Snapshot {
        browsers: browsers(),
        ..desk(vec![provider("parrot"), password_provider("cloud")], vec![])
    }
}

/// The browser a sign-in was started in.
fn started_in(named: &str) -> Option<BrowserChoice> {
    let played = play("link parrot --browser")
        .arg(named)
        .on(with_browsers())
        .with(|stage, id, _| stage.finish(id, Some(problem(ProblemKind::Canceled))));
    match played.commands.into_iter().next() {
        Some(Command::LinkAccount {
            way: SignInWay::ThisBrowser(choice),
            ..
        }) => Some(choice),
        _ => None,
    }
}

#[test]
fn browsers_are_listed_as_they_can_be_given() {
    let played = play("browsers").on(with_browsers()).alone();
    assert_eq!(played.code, 0);
    insta::assert_snapshot!(played.out, @r"
    firefox               Firefox
    org.chrome            Chrome
    org.chrome/Default    Chrome, Me
    org.chrome/Profile 1  Chrome, Work/Desk
    org.chrome/Profile 2  Chrome, Twin
    org.chrome/Profile 3  Chrome, Twin
    ");
}

#[test]
fn browsers_for_scripts_have_exactly_this_shape() {
    let all = play("browsers --json").on(with_browsers()).alone().json();
    assert_eq!(
        all[0],
        json!({"id": "firefox", "name": "Firefox", "profiles": []})
    );
    assert_eq!(
        all[1]["profiles"][1],
        json!({"id": "Profile 1", "name": "Work/Desk"})
    );
}

#[test]
fn no_browsers_are_an_empty_array_or_a_sentence() {
    let played = play("browsers --json").on(desk(vec![], vec![])).alone();
    assert_eq!(played.json(), json!([]));
    let played = play("browsers").on(desk(vec![], vec![])).alone();
    assert_eq!((played.code, played.out.as_str()), (0, ""));
    assert!(played.err.contains("--no-browser"));
}

#[test]
fn a_browser_is_found_by_id_by_name_and_by_name_in_lower_case() {
    for (named, browser, profile) in [
        ("firefox", "firefox", None),
        ("Firefox", "firefox", None),
        ("org.chrome", "org.chrome", None),
        ("chrome", "org.chrome", None),
        ("chrome/Default", "org.chrome", Some("Default")),
        ("Chrome/me", "org.chrome", Some("Default")),
        ("chrome/work/desk", "org.chrome", Some("Profile 1")),
        ("chrome/Profile 3", "org.chrome", Some("Profile 3")),
    ] {
        let expected = BrowserChoice {
            browser: browser.into(),
            profile: profile.map(Into::into),
        };
        assert_eq!(started_in(named), Some(expected), "{named}");
    }
}

#[test]
fn an_unknown_or_doubtful_browser_is_refused_with_those_there_are() {
    for (named, words) in [
        ("opera", "no browser “opera”. There are:\nfirefox"),
        ("opera/Default", "no browser “opera/Default”. There are:"),
        ("firefox/Default", "Firefox has no profile “Default”"),
        ("chrome/", "Chrome has no profile “”"),
        ("chrome/twin", "could be several profiles; give the id"),
        ("x\u{1b}[2J", "no browser “x\u{FFFD}[2J”"),
    ] {
        let played = play("link parrot --browser")
            .arg(named)
            .on(with_browsers())
            .alone();
        assert_eq!((played.code, played.out.as_str()), (2, ""), "{named}");
        assert!(played.err.contains(words), "{}", played.err);
    }
    let played = play("link parrot --browser firefox")
        .on(desk(vec![provider("parrot")], vec![]))
        .alone();
    assert!(played.err.contains("none was found on this computer"));
}

#[test]
fn two_browsers_of_one_name_are_told_apart_by_their_ids() {
    let mut snapshot = with_browsers();
    let twin = crate::bridge::BrowserCard {
        id: "firefox-beta".into(),
        name: "FIREFOX".into(),
        profiles: Vec::new(),
    };
    Arc::make_mut(&mut snapshot.browsers).push(twin);
    let played = play("link parrot --browser fireFox").on(snapshot).alone();
    assert_eq!(played.code, 2);
    assert!(
        played.err.contains("any of these") && played.err.contains("firefox-beta"),
        "{}",
        played.err
    );
}

#[test]
fn a_provider_without_a_page_takes_no_browser() {
    let played = play("link cloud --browser firefox")
        .on(with_browsers())
        .alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("no sign-in page"));
}

#[test]
fn the_browser_for_new_accounts_can_be_chosen_and_given_back() {
    let chosen = |named: &str| {
        let played = play("client parrot --browser")
            .arg(named)
            .on(with_browsers())
            .with(|stage, id, _| stage.finish(id, None));
        match played.commands.into_iter().next() {
            Some(Command::SaveClient { change, .. }) => change.browser,
            other => panic!("{other:?}"),
        }
    };
    let firefox = BrowserChoice {
        browser: "firefox".into(),
        profile: None,
    };
    assert_eq!(chosen("Firefox"), BrowserChange::Take(firefox));
    assert_eq!(chosen("system"), BrowserChange::System);
}

#[test]
fn show_tells_the_browser_an_account_is_signed_in_with() {
    let mut card = account("a1", "parrot", "Mine");
    card.browser = Some(BrowserChoice {
        browser: "org.chrome".into(),
        profile: Some("Profile 1".into()),
    });
    let snapshot = || desk(vec![], vec![card.clone()]);
    let played = play("show a1 --json").on(snapshot()).alone();
    assert_eq!(
        played.json()["browser"],
        json!({"id": "org.chrome", "profile": "Profile 1"})
    );
    let played = play("show a1").on(snapshot()).alone();
    assert!(played.out.contains("org.chrome/Profile 1"));
    let played = play("accounts --json").on(snapshot()).alone();
    assert_eq!(played.json()[0]["browser"], json!(null));
}
