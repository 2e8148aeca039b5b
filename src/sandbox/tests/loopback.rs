//! Which redirect URIs are the same but for a port, http and https, and where that is asked.
//!
//! Doesn't know what else a provider demands.

use super::{Mode, Practice, changed};
use crate::sandbox::provider::same_but_for_loopback_port as same;

#[test]
fn the_port_of_a_loopback_address_is_free_with_and_without_tls() {
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        for scheme in ["http", "https"] {
            let registered = format!("{scheme}://{host}:53683/callback");
            for port in ["", ":1", ":53683", ":65535"] {
                let sent = format!("{scheme}://{host}{port}/callback");
                assert!(same(&registered, &sent), "{sent}");
            }
        }
    }
}

#[test]
fn nothing_but_the_port_is_free() {
    let registered = "https://127.0.0.1:53683/callback";
    for sent in [
        "http://127.0.0.1:53683/callback",
        "https://localhost:53683/callback",
        "https://[::1]:53683/callback",
        "https://127.0.0.1:53683/callback/",
        "https://127.0.0.1:53683/Callback",
        "https://127.0.0.1:53683/callback?x=1",
        "https://127.0.0.1:53683/callback#x",
        "https://127.0.0.1:/callback",
        "https://127.0.0.1:123456/callback",
        "https://127.0.0.1.practice.example:1/callback",
        "https://127.0.0.1@practice.example/callback",
        "HTTPS://127.0.0.1:53683/callback",
    ] {
        assert!(!same(registered, sent), "{sent}");
    }
    let public = "https://practice.example:1/callback";
    assert!(same(public, public));
    assert!(!same(public, "https://practice.example:2/callback"));
}

#[test]
fn rest_api_v1_goes_back_to_an_https_listener_on_any_port_of_this_machine() {
    for mode in [Mode::Documented, Mode::Field] {
        let practice = Practice::open(mode);
        let client = practice.at("rest-api-v1");
        assert_eq!(client.redirect_uri(), "https://127.0.0.1:53683/callback");
        let query = [
            ("client_id", client.client_id()),
            ("redirect_uri", client.redirect_uri()),
            ("response_type", "code"),
        ];
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let own = format!("https://{host}:49152/callback");
            client
                .decide(
                    "/oauth/authorize",
                    &changed(&query, "redirect_uri", &own),
                    "allow",
                )
                .callback(&format!("{own}?code="));
        }
    }
}

#[test]
fn a_provider_with_an_http_redirect_takes_no_https_one() {
    let practice = Practice::open(Mode::Documented);
    for (id, path, sent) in [
        (
            "trading-parrot",
            "/oauth/authorize",
            "https://127.0.0.1:53681/callback",
        ),
        ("biggerplate", "/oauth/auth", "https://localhost:13524/"),
    ] {
        let client = practice.at(id);
        let query = [
            ("client_id", client.client_id()),
            ("redirect_uri", sent),
            ("response_type", "code"),
        ];
        let told = client.get(&format!("{path}?{}", super::encoded(&query)));
        assert_eq!((told.status, told.header("location")), (400, None), "{id}");
    }
}
