//! The hosts people and secrets are sent to: in letters that deceive nobody, and as what tokens are bound to.
//!
//! Sends nothing.

use super::{EXAMPLE, built_in, client, example_with, on, own};
use crate::provider::{AsciiHost, ClientSettings};

fn names(hosts: &[AsciiHost]) -> Vec<(&str, bool)> {
    hosts
        .iter()
        .map(|host| (host.name.as_str(), host.is_internationalized))
        .collect()
}

#[test]
fn every_host_is_shown_once_in_ascii_and_the_page_to_sign_in_at_first() {
    let nothing = ClientSettings::default();
    assert_eq!(
        names(&built_in("just2trade").hosts_in_ascii(&nothing)),
        [
            ("auth.just2trade.com", false),
            ("api.just2trade.com", false)
        ]
    );
    assert_eq!(names(&built_in("rest-api-v1").hosts_in_ascii(&nothing)), []);
    // Each of these looks like another: a Cyrillic а, a full-width ａ, a dotless ı, capitals, a name in front.
    for (host, shown, is_internationalized) in [
        ("\u{430}.example.com", "xn--80a.example.com", true),
        ("\u{ff41}.example.com", "a.example.com", false),
        ("example.\u{131}.com", "example.xn--cfa.com", true),
        ("A.Example.com", "a.example.com", false),
        ("example.com.evil.test", "example.com.evil.test", false),
    ] {
        let text = EXAMPLE.replace(
            "https://auth.example.com/authorize",
            &format!("https://{host}:8443/"),
        );
        let provider = own(&text);
        let shown = (format!("{shown}:8443"), is_internationalized);
        let hosts = provider.hosts_in_ascii(&nothing);
        assert_eq!(
            names(&hosts),
            [(shown.0.as_str(), shown.1), ("auth.example.com", false)]
        );
        assert_eq!(provider.sign_in_host(&nothing), shown.0);
    }
}

#[test]
fn no_host_that_gets_a_secret_is_left_out() {
    let nothing = ClientSettings::default();
    for (key, path) in [
        ("token_endpoint", "/token"),
        ("userinfo_endpoint", "/me"),
        ("revocation_endpoint", "/revoke"),
    ] {
        let other = format!("{key} = \"https://other.test{path}");
        let provider =
            own(&EXAMPLE.replace(&format!("{key} = \"https://auth.example.com{path}"), &other));
        let hosts = provider.hosts_in_ascii(&nothing);
        assert_eq!(
            names(&hosts),
            [("auth.example.com", false), ("other.test", false)],
            "{key}"
        );
        assert_eq!(
            provider.secret_origins(&nothing),
            ["https://auth.example.com", "https://other.test"],
            "{key}"
        );
    }
    let device = "device_authorization_endpoint = \"https://other.test:1/device\"";
    let origins = own(&example_with(device)).secret_origins(&nothing);
    assert_eq!(
        origins,
        ["https://auth.example.com", "https://other.test:1"]
    );
}

#[test]
fn keys_and_a_page_that_gets_no_secret_bind_nothing() {
    let nothing = ClientSettings::default();
    let keys = own(&example_with("jwks_uri = \"https://keys.test/\""));
    assert_eq!(keys.secret_origins(&nothing), ["https://auth.example.com"]);
    let page = EXAMPLE.replace("https://auth.example.com/authorize", "https://page.test/");
    assert_eq!(
        own(&page).secret_origins(&nothing),
        ["https://auth.example.com"]
    );
    let moved = |is_on: bool| {
        let mut client = on("secret_in_address", is_on);
        let api = "https://api.test".parse().unwrap();
        client.settings.hosts.insert("api".to_owned(), api);
        built_in("just2trade").secret_origins(&client.settings)
    };
    assert_eq!(
        moved(true),
        ["https://api.test", "https://auth.just2trade.com"]
    );
    assert_eq!(moved(true), moved(false));
    let based = client(|settings| settings.base_url = "http://127.0.0.1:9/x".parse().ok());
    assert_eq!(
        built_in("just2trade").secret_origins(&based.settings),
        ["http://127.0.0.1:9"]
    );
    assert_eq!(built_in("rest-api-v1").secret_origins(&nothing), [""; 0]);
}
