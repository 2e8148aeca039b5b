//! Launchers of this machine: absent, failing, hanging, forking, talking.
//!
//! Nothing here is chosen by a person; that is in `choices`.

use std::fs;
use std::path::Path;

use super::desk::{Desk, FIT, release};
use super::*;

#[test]
fn the_desktops_launcher_gets_the_address_as_its_one_argument() {
    let desk = Desk::new();
    desk.launcher("xdg-open", "");
    desk.open(FIT).unwrap();
    assert_eq!(desk.calls("xdg-open"), [address(FIT).as_str()]);
}

#[test]
fn hostile_addresses_start_nothing() {
    let mut desk = Desk::new();
    desk.launcher("xdg-open", "");
    desk.launcher("rec", "");
    desk.set("BROWSER", "rec");
    for hostile in HOSTILE {
        let error = desk.open(hostile).unwrap_err();
        assert!(matches!(error, Error::UnfitAddress), "{hostile}");
    }
    assert_eq!(desk.calls("xdg-open").len() + desk.calls("rec").len(), 0);
}

#[test]
fn the_chosen_browser_comes_first_with_the_address_where_it_wants_it() {
    for (chosen, arguments) in [
        ("rec", vec!["URL"]),
        ("rec --x", vec!["--x", "URL"]),
        ("rec %s --x", vec!["URL", "--x"]),
        ("rec --app=%s", vec!["--app=URL"]),
        (":rec", vec!["URL"]),
        ("absent %s:rec", vec!["URL"]),
        ("failing:rec", vec!["URL"]),
    ] {
        let mut desk = Desk::new();
        desk.launcher("rec", "");
        desk.launcher("failing", "exit 1");
        desk.launcher("xdg-open", "");
        desk.set("BROWSER", chosen);
        desk.open(FIT).unwrap();
        let arguments: Vec<_> = arguments
            .iter()
            .map(|word| word.replace("URL", address(FIT).as_str()))
            .collect();
        assert_eq!(desk.calls("rec"), arguments, "{chosen}");
        assert_eq!(desk.calls("xdg-open").len(), 0, "{chosen}");
    }
}

#[test]
fn nothing_in_the_choice_or_the_address_reaches_a_shell() {
    let mut desk = Desk::new();
    desk.launcher("rec", "");
    let witness = desk.folder.path().join("witness");
    desk.set(
        "BROWSER",
        format!("rec $(touch {0}) ;touch {0}", witness.display()),
    );
    desk.open(FIT).unwrap();
    assert!(!witness.exists());
    assert_eq!(desk.calls("rec").last().unwrap(), address(FIT).as_str());
}

#[test]
fn a_machine_without_launchers_says_so() {
    let error = Desk::new().open(FIT).unwrap_err();
    let Error::NotStarted(cause) = error else {
        panic!("{error:?}")
    };
    assert_eq!(cause.kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_failing_launcher_is_named_with_its_exit_status_but_not_the_address() {
    let desk = Desk::new();
    desk.launcher("xdg-open", "exit 4");
    let Error::NotStarted(cause) = desk.open(FIT).unwrap_err() else {
        panic!("the address is fit")
    };
    let text = cause.to_string();
    assert!(text.contains("xdg-open") && text.contains('4'), "{text}");
    assert!(!text.contains("a.example"), "{text}");
}

#[test]
fn a_failing_launcher_is_followed_by_the_next() {
    let desk = Desk::new();
    desk.launcher("xdg-open", "exit 3");
    desk.launcher("gio", "");
    desk.open(FIT).unwrap();
    assert_eq!(desk.calls("gio"), ["open", address(FIT).as_str()]);
}

#[test]
fn a_launcher_that_stays_counts_as_started() {
    let mut desk = Desk::new();
    let gate = desk.gate();
    desk.launcher("rec", &format!("read line <'{}'", gate.display()));
    desk.launcher("xdg-open", "");
    desk.set("BROWSER", "rec");
    desk.open(FIT).unwrap();
    assert_eq!(desk.calls("rec").len(), 1);
    assert_eq!(desk.calls("xdg-open").len(), 0);
    release(&gate);
}

#[test]
fn a_launcher_that_forks_has_done_its_part_when_it_ends() {
    for (end, started) in [("exit 0", true), ("exit 4", false)] {
        let desk = Desk::new();
        let gate = desk.gate();
        let fork = format!("(read line <'{}') &\n{end}", gate.display());
        desk.launcher("xdg-open", &fork);
        assert_eq!(desk.open(FIT).is_ok(), started, "{end}");
        release(&gate);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_launcher_says_goes_nowhere() {
    let desk = Desk::new();
    let output = desk.record("output");
    let ask = "for it in 0 1 2; do [ /proc/$$/fd/$it -ef /dev/null ] && seen=$seen$it; done";
    desk.launcher(
        "xdg-open",
        &format!("{ask}; echo \"$seen\" >'{}'", output.display()),
    );
    desk.open(FIT).unwrap();
    assert_eq!(fs::read_to_string(output).unwrap(), "012\n");
}

#[test]
fn a_launcher_does_not_inherit_what_is_ours_or_our_bundles() {
    let mut desk = Desk::new();
    let output = desk.record("environment");
    desk.launcher("xdg-open", &format!("export >'{}'", output.display()));
    for name in [
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "APPIMAGE",
        "LINKDESK_DATA_DIR",
    ] {
        desk.set(name, "/none/canary");
    }
    desk.set("APPDIR", "/mount/app");
    desk.set("GTK_PATH", "/mount/app/usr/lib/gtk-canary");
    desk.set("XDG_DATA_DIRS", "/mount/app/canary:/usr/share");
    desk.set("WAYLAND_DISPLAY", "wayland-0");
    desk.open(FIT).unwrap();
    let environment = fs::read_to_string(output).unwrap();
    assert!(!environment.contains("canary"), "{environment}");
    // This process has it, but it was not handed in.
    assert!(!environment.contains("CARGO_MANIFEST_DIR"), "{environment}");
    for kept in ["WAYLAND_DISPLAY='wayland-0'", "XDG_DATA_DIRS='/usr/share'"] {
        let bare = kept.replace('\'', "\"");
        assert!(
            environment.contains(kept) || environment.contains(&bare),
            "{environment}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_launcher_that_ended_is_reaped() {
    let desk = Desk::new();
    let output = desk.record("id");
    desk.launcher("xdg-open", &format!("echo $$ >'{}'", output.display()));
    desk.open(FIT).unwrap();
    let id = fs::read_to_string(output).unwrap();
    let process = Path::new("/proc").join(id.trim());
    assert!(!process.exists(), "{} is a zombie", process.display());
}

#[test]
#[cfg(target_os = "linux")]
fn a_launcher_that_ends_later_is_reaped_too() {
    let desk = Desk::new();
    let (gate, output) = (desk.gate(), desk.record("id"));
    let stay = format!(
        "echo $$ >'{}'\nread line <'{}'",
        output.display(),
        gate.display()
    );
    desk.launcher("xdg-open", &stay);
    desk.open(FIT).unwrap();
    let id = fs::read_to_string(output).unwrap();
    let process = Path::new("/proc").join(id.trim());
    assert!(process.exists());
    release(&gate);
    // Each turn takes a millisecond or so.
    let mut turns = 0..10_000;
    while process.exists() {
        assert!(turns.next().is_some(), "{} is a zombie", process.display());
        assert!(Command::new("true").status().unwrap().success());
    }
}
