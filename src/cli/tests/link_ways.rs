//! Where a person signs in, and what is told of the way home.

use serde_json::json;

use super::link::{ADDRESS, appear, begin, set_up, succeed};
use super::*;
use crate::bridge::{DeviceCard, SignInKind, SignInWay, WayHome};

const HTTPS: &str = "https://127.0.0.1:8443/callback";

fn with_device() -> Snapshot {
    let mut card = provider("parrot");
    card.offers_device = true;
    desk(vec![card], vec![])
}

fn way_of(played: &Played) -> &SignInWay {
    match &played.commands[0] {
        Command::LinkAccount { way, .. } => way,
        other => panic!("{other:?}"),
    }
}

fn show_code(card: &mut LinkCard) {
    card.way_home = WayHome::Asked;
    card.device = Some(DeviceCard {
        user_code: "WDJB-MJHT".into(),
        verification_uri: "https://example.com/device".into(),
        expires_at: in_seconds(900),
    });
}

/// Signs in on another device; the card is published twice, as it is while the worker waits.
fn on_a_device(args: &str) -> Played {
    play(args).on(with_device()).with(|stage, id, _| {
        appear(stage, show_code);
        stage.snapshot.links[0].strays += 1;
        stage.publish();
        succeed(stage, id, None);
    })
}

#[test]
fn a_code_for_another_device_is_printed_once_with_where_to_enter_it() {
    let played = on_a_device("link parrot --device");
    assert_eq!(way_of(&played), &SignInWay::Device);
    assert!(
        played.out.starts_with(
            "Open https://example.com/device on any device and enter the code WDJB-MJHT\n\
             The code ends in 15:00\nLinked Mine"
        ),
        "{}",
        played.out
    );
}

#[test]
fn a_code_for_another_device_is_an_event_before_the_end() {
    let lines = on_a_device("link parrot --device --json").json_lines();
    assert_eq!(
        lines[0],
        json!({
            "event": "device_code",
            "verification_uri": "https://example.com/device",
            "user_code": "WDJB-MJHT",
            "expires_at": "2026-11-20T18:17:44+01:00",
        })
    );
    assert_eq!(lines[1]["event"], "linked");
    assert_eq!(lines.len(), 2);
}

#[test]
fn another_device_is_refused_where_it_is_not_offered_and_taken_where_it_is_the_only_way() {
    let played = play("link parrot --device").on(set_up()).alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("doesn’t offer"));
    let mut card = provider("parrot");
    card.sign_in = SignInKind::Device;
    let played = play("link parrot")
        .on(desk(vec![card], vec![]))
        .with(|stage, id, _| {
            appear(stage, show_code);
            succeed(stage, id, None);
        });
    assert_eq!(way_of(&played), &SignInWay::Device);
}

#[test]
fn without_a_browser_the_address_goes_to_the_person() {
    for (args, way) in [
        ("link parrot --no-browser", SignInWay::CopiedAddress),
        ("link parrot", SignInWay::Browser),
    ] {
        let played = play(args).on(set_up()).with(|stage, id, _| {
            begin(stage, |_| ());
            succeed(stage, id, None);
        });
        assert_eq!(way_of(&played), &way);
    }
}

/// Signs in over https; the address is handed over before the card knows the certificate.
fn over_https(args: &str, change: impl Fn(&mut LinkCard) + Send) -> Played {
    play(args).on(set_up()).with(move |stage, id, _| {
        let mut card = link(1, "parrot");
        card.way_home = WayHome::LoopbackTls { certificate: None };
        stage.snapshot.links = vec![card];
        stage.publish();
        stage.handover.address_ready(ADDRESS, HTTPS);
        let card = &mut stage.snapshot.links[0];
        card.has_address = true;
        card.way_home = WayHome::LoopbackTls {
            certificate: Some(certificate()),
        };
        stage.publish();
        change(&mut stage.snapshot.links[0]);
        stage.publish();
        succeed(stage, id, None);
    })
}

#[test]
fn the_fingerprint_comes_with_the_address_it_belongs_to() {
    let lines = over_https("link parrot --json", |_| ()).json_lines();
    assert_eq!(
        lines[0],
        json!({
            "event": "authorization_url",
            "url": ADDRESS,
            "redirect_uri": HTTPS,
            "certificate_sha256": "0A:1B:2C:3D",
        })
    );
    let played = over_https("link parrot", |_| ());
    assert_eq!(played.err.matches("0A:1B:2C:3D").count(), 1);
}

#[test]
fn an_address_over_https_that_is_pasted_has_no_fingerprint() {
    let played = play("link parrot --json")
        .on(set_up())
        .with(|stage, id, _| {
            appear(stage, |card| card.way_home = WayHome::Pasted);
            stage.handover.address_ready(ADDRESS, HTTPS);
            succeed(stage, id, None);
        });
    let lines = played.json_lines();
    assert_eq!(lines[0]["redirect_uri"], HTTPS);
    assert_eq!(keys(&lines[0]), ["event", "redirect_uri", "url"]);
}

#[test]
fn what_the_browser_does_on_the_way_is_said_once() {
    let played = play("link parrot").on(set_up()).with(|stage, id, _| {
        begin(stage, |card| card.upgrades = 1);
        stage.snapshot.links[0].upgrades = 2;
        stage.publish();
        succeed(stage, id, None);
    });
    let told = played.err.matches(crate::text::steps::UPGRADED).count();
    assert_eq!(told, 1, "{}", played.err);
    let played = over_https("link parrot", |card| card.certificate_refusals += 3);
    let words = crate::text::steps::certificate_warning("0A:1B:2C:3D");
    assert_eq!(played.err.matches(&words).count(), 1, "{}", played.err);
}

#[test]
fn a_person_can_paste_once_the_browser_has_changed_the_address() {
    let mut linked_by = None;
    let played = play("link parrot")
        .person(&[])
        .input("http://127.0.0.1:4711/callback?code=c1\n")
        .on(set_up())
        .with(move |stage, id, command| {
            if let Command::LinkAccount { .. } = command {
                linked_by = Some(id);
                begin(stage, |card| card.upgrades = 1);
            } else {
                succeed(stage, linked_by.unwrap(), None);
            }
        });
    assert_eq!(played.code, 0);
    assert!(matches!(&played.commands[1], Command::PasteAddress { .. }));
}

#[test]
fn a_code_the_provider_shows_is_asked_for_and_handed_on() {
    let mut linked_by = None;
    let played = play("link parrot")
        .input("\n4/canary-8\n")
        .on(set_up())
        .with(move |stage, id, command| match command {
            Command::LinkAccount { .. } => {
                linked_by = Some(id);
                begin(stage, |card| card.way_home = WayHome::OutOfBand);
            }
            Command::PasteAddress { address, .. } => {
                assert_eq!(address.expose(), "4/canary-8");
                succeed(stage, linked_by.unwrap(), None);
            }
            other => panic!("{other:?}"),
        });
    assert_eq!(played.code, 0);
    assert!(played.err.contains("shows you a code, paste it here"));
    assert!(!format!("{played:?}").contains("canary-8"));
}

#[test]
fn a_browser_that_is_gone_brings_the_address() {
    let played = play("link parrot").on(set_up()).with(|stage, id, _| {
        begin(stage, |card| {
            let name = "Firefox".into();
            card.trouble = Some(problem(ProblemKind::BrowserMissing { name }));
        });
        succeed(stage, id, None);
    });
    assert!(played.out.contains(ADDRESS));
    assert!(played.err.contains("Firefox is no longer on this computer"));
}
