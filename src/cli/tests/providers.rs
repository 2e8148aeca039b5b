//! What `providers` tells of the ways home.

use serde_json::json;

use super::*;
use crate::bridge::{RedirectWay, WayCard};
use crate::ids::BrowserChoice;

fn set_up() -> Snapshot {
    let mut card = provider("parrot");
    card.sign_in_host = "xn--pi-xmc.example".into();
    card.all_hosts = vec!["xn--pi-xmc.example".into(), "api.example.com".into()];
    card.offers_device = true;
    let client = &mut card.client;
    client.redirect_uri = "https://127.0.0.1:8443/a".into();
    client.other_redirect_uris = vec!["https://127.0.0.1:8444/a".into()];
    client.way_home = RedirectWay::LoopbackTls;
    let way = |way, proposed: &str| WayCard {
        way,
        proposed: proposed.into(),
    };
    client.ways = vec![
        way(RedirectWay::Loopback, "http://127.0.0.1/callback"),
        way(RedirectWay::LoopbackTls, "https://127.0.0.1:8443/a"),
        way(RedirectWay::Pasted, ""),
        way(RedirectWay::OutOfBand, "urn:ietf:wg:oauth:2.0:oob"),
    ];
    client.browser = Some(BrowserChoice {
        browser: "firefox".into(),
        profile: None,
    });
    desk(vec![card], vec![])
}

#[test]
fn every_way_home_and_every_address_is_listed() {
    let played = play("providers").on(set_up()).alone();
    insta::assert_snapshot!(played.out, @"
    parrot  The parrot
      set-up         ready to link
      sign-in        in the browser at xn--pi-xmc.example
      client id      desk-1
      client secret  kept
      redirect URI   https://127.0.0.1:8443/a
      redirect URI   https://127.0.0.1:8444/a
      redirect       loopback, loopback-tls (in use), paste, out-of-band
      other device   offered: link with --device
      browser        firefox
      host           api  https://api.example.com
      sends to       xn--pi-xmc.example, api.example.com
    ");
}

#[test]
fn scripts_get_all_of_it_beside_what_was_promised() {
    let all = play("providers --json").on(set_up()).alone().json();
    let shown = &all[0];
    assert_eq!(shown["redirect_uri"], "https://127.0.0.1:8443/a");
    assert_eq!(
        shown["redirect_uris"],
        json!(["https://127.0.0.1:8443/a", "https://127.0.0.1:8444/a"])
    );
    assert_eq!(
        shown["ways"],
        json!([
            {"way": "loopback", "redirect_uri": "http://127.0.0.1/callback", "in_use": false},
            {"way": "loopback_tls", "redirect_uri": "https://127.0.0.1:8443/a", "in_use": true},
            {"way": "paste", "redirect_uri": null, "in_use": false},
            {"way": "out_of_band", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob", "in_use": false},
        ])
    );
    assert_eq!(
        shown["all_hosts"],
        json!(["xn--pi-xmc.example", "api.example.com"])
    );
    assert_eq!(shown["offers_device"], true);
    assert_eq!(shown["browser"], json!({"id": "firefox", "profile": null}));
}
