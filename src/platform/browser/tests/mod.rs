//! The browser: which addresses it takes here, and beside it launchers and browsers that only write down how they were called.
//!
//! Knows nothing of real browsers.

#[cfg(unix)]
mod choices;
#[cfg(unix)]
mod desk;
#[cfg(unix)]
mod launchers;

use super::*;

fn address(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn https_and_this_machine_are_fit_for_a_browser() {
    for fit in [
        "https://auth.example.com/authorize?client_id=a&state=%2F",
        "https://auth.example.com:8443/",
        "http://127.0.0.1:4711/authorize",
        "http://[::1]:4711/",
        "http://localhost/",
    ] {
        check_address(&address(fit)).unwrap();
    }
}

/// Addresses that somebody might like us to open.
const HOSTILE: [&str; 32] = [
    "file:///etc/passwd",
    "file://host/share",
    "javascript:alert(1)",
    "JavaScript://a.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "smb://host/share",
    "ftp://a.example/",
    "ssh://a.example/",
    "ws://a.example/",
    "mailto:a@a.example",
    "tel:123",
    "about:blank",
    "chrome://settings",
    "view-source:https://a.example/",
    "ms-msdt:/id",
    "search-ms:query=x",
    "steam://run/1",
    "x-apple.systempreferences:x",
    "intent://a.example/",
    "blob:https://a.example/1",
    "jar:https://a.example/!/",
    "http://a.example/",
    "http://127.0.0.1.a.example/",
    "http://localhost.a.example/",
    "http://0.0.0.0/",
    "http://192.0.2.1/",
    "http://[::2]/",
    "https://user@a.example/",
    "https://user:password@a.example/",
    "https://:password@a.example/",
    "https://a.example/#fragment",
];

#[test]
fn hostile_addresses_are_unfit() {
    for hostile in HOSTILE {
        let result = check_address(&address(hostile));
        assert!(matches!(result, Err(Error::UnfitAddress)), "{hostile}");
    }
}

#[test]
fn debug_leaves_the_environment_out() {
    let environment = [("TOKEN".into(), "canary-e1".into())];
    let browser = SystemBrowser::new(environment);
    assert!(!format!("{browser:?}").contains("canary"));
}
