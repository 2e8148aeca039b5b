//! Browsers that a person chooses from and the choice being kept to, with desktop entries and profiles in a folder.
//!
//! Only Linux and the BSDs have desktop entries; the other systems' browsers are tested where they are looked for.

#![cfg(not(target_os = "macos"))]

use super::desk::{Desk, FIT};
use super::*;

/// A desktop entry of a browser.
fn entry(name: &str, exec: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nName={name}\nExec={exec}\n\
         MimeType=text/html;x-scheme-handler/https;\n"
    )
}

fn choice(browser: &str, profile: Option<&str>) -> BrowserChoice {
    BrowserChoice {
        browser: browser.to_owned(),
        profile: profile.map(str::to_owned),
    }
}

/// A Chromium and a Firefox with two profiles each, and a browser that nobody knows.
fn desk() -> Desk {
    let desk = Desk::new();
    for program in ["chromium", "firefox-esr", "odd", "xdg-open"] {
        desk.launcher(program, "");
    }
    let application =
        |name: &str, text: &str| desk.file(&format!("share/applications/{name}"), text);
    application("chromium.desktop", &entry("Chromium", "chromium %U"));
    application(
        "firefox-esr.desktop",
        &entry("Firefox", "firefox-esr --new-tab %u"),
    );
    application(
        "org.odd.Odd.desktop",
        &entry("an odd one", "odd --go \"a b\""),
    );
    desk.file(
        "home/.config/chromium/Local State",
        r#"{"profile": {"info_cache": {"Default": {"name": "Me"}, "-P 1": {"name": "Demo"}}}}"#,
    );
    desk.file(
        "home/.mozilla/firefox/profiles.ini",
        "[Profile0]\nName=for work\n[Profile1]\nName=-headless\n",
    );
    desk
}

fn told(desk: &Desk) -> Vec<String> {
    let line = |it: InstalledBrowser| {
        let profiles: Vec<_> = it
            .profiles
            .iter()
            .map(|it| format!("{}={}", it.id, it.name))
            .collect();
        format!("{} {} [{}]", it.id, it.name, profiles.join(", "))
    };
    desk.browser().installed().into_iter().map(line).collect()
}

#[test]
fn browsers_are_listed_by_name_with_their_profiles() {
    let expected = [
        "org.odd.Odd.desktop an odd one []",
        "chromium.desktop Chromium [-P 1=Demo, Default=Me]",
        "firefox-esr.desktop Firefox [for work=for work]",
    ];
    assert_eq!(told(&desk()), expected);
}

#[test]
fn an_empty_machine_has_nothing_to_choose_from() {
    assert_eq!(told(&Desk::new()), Vec::<String>::new());
}

#[test]
fn a_persons_own_entry_counts_before_everybodys_and_may_hide_it() {
    let desk = desk();
    let own = "home/.local/share/applications";
    desk.file(&format!("{own}/chromium.desktop"), &entry("Mine", "odd %u"));
    let hidden = entry("Firefox", "firefox-esr %u") + "Hidden=true\n";
    desk.file(&format!("{own}/firefox-esr.desktop"), &hidden);
    desk.file(
        &format!("{own}/vendor/deep.desktop"),
        &entry("Zero", "odd %u"),
    );
    let ids: Vec<_> = desk
        .browser()
        .installed()
        .into_iter()
        .map(|it| (it.id, it.name))
        .collect();
    let expected = [
        ("org.odd.Odd.desktop", "an odd one"),
        ("chromium.desktop", "Mine"),
        ("vendor-deep.desktop", "Zero"),
    ];
    assert_eq!(
        ids,
        expected.map(|(id, name)| (id.to_owned(), name.to_owned()))
    );
}

#[test]
fn a_browser_whose_program_is_gone_is_not_listed() {
    let desk = Desk::new();
    desk.launcher("odd", "");
    let tried = |program: &str| entry("B", "odd %u") + "TryExec=" + program + "\n";
    desk.file("share/applications/a.desktop", &entry("A", "gone %u"));
    desk.file("share/applications/b.desktop", &tried("gone"));
    desk.file("share/applications/c.desktop", &entry("C", "/none/odd %u"));
    desk.file("share/applications/d.desktop", &tried("odd"));
    assert_eq!(told(&desk), ["d.desktop B []"]);
}

#[test]
fn packaged_browsers_keep_their_profiles_in_places_of_their_own() {
    let desk = Desk::new();
    for program in ["env", "flatpak"] {
        desk.launcher(program, "");
    }
    let flatpak = "flatpak run --command=firefox org.mozilla.firefox @@u %u @@";
    desk.file(
        "share/applications/org.mozilla.firefox.desktop",
        &entry("F", flatpak),
    );
    let snap = "env HINT=/a/chromium_chromium.desktop /snap/bin/chromium %U";
    desk.file(
        "share/applications/chromium_chromium.desktop",
        &entry("C", snap),
    );
    let home = "home/.var/app/org.mozilla.firefox/.mozilla/firefox";
    desk.file(&format!("{home}/profiles.ini"), "[Profile0]\nName=f\n");
    let state = r#"{"profile": {"info_cache": {"Default": {"name": "c"}}}}"#;
    desk.file("home/snap/chromium/common/chromium/Local State", state);
    let expected = [
        "chromium_chromium.desktop C [Default=c]",
        "org.mozilla.firefox.desktop F [f=f]",
    ];
    assert_eq!(told(&desk), expected);
}

#[test]
fn the_chosen_browser_is_opened_and_no_other() {
    for (chosen, profile, program, arguments) in [
        ("chromium.desktop", None, "chromium", vec!["URL"]),
        (
            "chromium.desktop",
            Some("-P 1"),
            "chromium",
            vec!["--profile-directory=-P 1", "URL"],
        ),
        (
            "firefox-esr.desktop",
            None,
            "firefox-esr",
            vec!["--new-tab", "URL"],
        ),
        (
            "firefox-esr.desktop",
            Some("for work"),
            "firefox-esr",
            vec!["-P", "for work", "--new-tab", "URL"],
        ),
        (
            "org.odd.Odd.desktop",
            None,
            "odd",
            vec!["--go", "a b", "URL"],
        ),
    ] {
        let mut desk = desk();
        desk.set("BROWSER", "xdg-open");
        let choice = choice(chosen, profile);
        desk.browser().open(&address(FIT), Some(&choice)).unwrap();
        for other in ["chromium", "firefox-esr", "odd", "xdg-open"] {
            let calls: Vec<_> = desk
                .calls(other)
                .iter()
                .map(|it| it.replace(address(FIT).as_str(), "URL"))
                .collect();
            let expected = if other == program {
                arguments.clone()
            } else {
                Vec::new()
            };
            assert_eq!(calls, expected, "{choice:?}");
        }
    }
}

#[test]
fn a_choice_that_is_gone_is_told_and_nothing_is_opened() {
    for (chosen, profile, missing) in [
        ("opera.desktop", None, "opera.desktop"),
        ("chromium.desktop", Some("Profile 9"), "Profile 9"),
        ("firefox-esr.desktop", Some("-headless"), "-headless"),
        ("org.odd.Odd.desktop", Some("Default"), "Default"),
        ("../../chromium.desktop", None, "../../chromium.desktop"),
    ] {
        let desk = desk();
        let choice = choice(chosen, profile);
        let error = desk
            .browser()
            .open(&address(FIT), Some(&choice))
            .unwrap_err();
        assert!(
            matches!(&error, Error::ChoiceMissing { name } if name == missing),
            "{error:?}"
        );
        for program in ["chromium", "firefox-esr", "odd", "xdg-open"] {
            assert!(desk.calls(program).is_empty(), "{program}");
        }
    }
}

#[test]
fn a_chosen_browser_that_fails_is_followed_by_no_other() {
    let desk = desk();
    desk.launcher("chromium", "exit 4");
    let choice = choice("chromium.desktop", None);
    let Error::NotStarted(cause) = desk
        .browser()
        .open(&address(FIT), Some(&choice))
        .unwrap_err()
    else {
        panic!("the browser is there")
    };
    assert!(cause.to_string().contains('4'), "{cause}");
    assert!(desk.calls("xdg-open").is_empty());
}

#[test]
fn hostile_addresses_reach_no_chosen_browser() {
    let desk = desk();
    let choice = choice("chromium.desktop", Some("Default"));
    for hostile in HOSTILE {
        let error = desk
            .browser()
            .open(&address(hostile), Some(&choice))
            .unwrap_err();
        assert!(matches!(error, Error::UnfitAddress), "{hostile}");
    }
    assert!(desk.calls("chromium").is_empty());
}
