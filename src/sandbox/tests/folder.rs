//! What lasts from one run to the next, who serves a folder, and what keeps the providers from starting.
//!
//! Doesn't know the providers' rules beyond one sign-in.

use std::{fs, net::TcpListener, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Client, Mode, Practice, Told};
use crate::sandbox::{Error, Options, Running, ports::port, start};

fn linked(client: &Client) -> Told {
    let query = [
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let code = client.allow("/oauth/authorize", &query)["code"].clone();
    client.post_json(
        "/oauth/token",
        "application/json",
        &json!({
            "client_id": client.client_id(),
            "client_secret": client.client_secret(),
            "code": code,
            "grant_type": "authorization_code",
            "redirect_uri": client.redirect_uri(),
        }),
    )
}

fn refreshed(client: &Client, token: &str) -> Told {
    let body = json!({
        "client_id": client.client_id(),
        "client_secret": client.client_secret(),
        "grant_type": "refresh_token",
        "refresh_token": token,
    });
    client.post_json("/oauth/token", "application/json", &body)
}

fn options(folder: &TempDir) -> Options {
    Options::new(folder.path().join("practice"))
}

#[test]
fn tokens_clients_counters_and_ports_last_from_run_to_run_and_from_mode_to_mode() {
    let practice = Practice::open_with(Mode::Documented, |options| {
        options.port = Some(free_above(22_000));
    });
    let before = practice.running.ready().clone();
    let token = linked(&practice.at("rest-api-v1")).text("refresh_token");
    let practice = practice.reopen(Mode::Field);
    assert_eq!(practice.running.ready().providers, before.providers);
    assert_eq!(practice.running.ready().standard, before.standard);
    assert_eq!(practice.running.ready().password, before.password);
    assert_eq!(practice.counters("rest-api-v1").exchanges, 1);
    let answer = refreshed(&practice.at("rest-api-v1"), &token).granted();
    assert_eq!(answer.json()["expires_in"], 60);
}

#[test]
fn options_say_how_long_tokens_and_codes_are_good() {
    let practice = Practice::open_with(Mode::Documented, |options| {
        options.lifetime = Some(Duration::from_secs(3));
        options.code_lifetime = Some(Duration::from_secs(2));
    });
    let client = practice.at("rest-api-v1");
    assert_eq!(linked(&client).json()["expires_in"], 3);
    let query = [
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let code = client.allow("/oauth/authorize", &query)["code"].clone();
    practice.advance(2);
    let body = json!({
        "client_id": client.client_id(),
        "client_secret": client.client_secret(),
        "code": code,
        "grant_type": "authorization_code",
        "redirect_uri": client.redirect_uri(),
    });
    client
        .post_json("/oauth/token", "application/json", &body)
        .refused(401, "invalid_grant");
}

#[test]
fn ready_as_json_has_the_promised_names() {
    let practice = Practice::open(Mode::Field);
    let ready = serde_json::to_value(practice.running.ready()).unwrap();
    let names = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&ready),
        ["mode", "password", "providers", "standard", "username"]
    );
    assert_eq!(ready["mode"], "field");
    let ids: Vec<_> = ready["providers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|provider| provider["id"].clone())
        .collect();
    assert_eq!(
        ids,
        [
            "trading-parrot",
            "just2trade",
            "tradecloud",
            "rest-api-v1",
            "biggerplate"
        ]
    );
    assert_eq!(
        names(&ready["providers"][0]),
        [
            "base_url",
            "client_id",
            "client_secret",
            "id",
            "redirect_uri"
        ]
    );
    assert_eq!(
        names(&ready["standard"]),
        [
            "base_url",
            "client_id",
            "client_secret",
            "id",
            "issuer",
            "public_client_id",
            "redirect_uri",
            "users"
        ]
    );
    assert_eq!(ready["standard"]["id"], "standard");
    assert_eq!(
        ready["standard"]["users"],
        json!(["trader@practice.example", "desk@practice.example"])
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let practice = Practice::open(Mode::Documented);
    linked(&practice.at("rest-api-v1"));
    let folder = practice.folder.path().join("practice");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_second_to_start_joins_the_first_and_takes_over_when_it_ends() {
    let folder = TempDir::new().unwrap();
    let first = start_above(24_000, &options(&folder));
    let second = start(Options {
        mode: Mode::Field,
        ..options(&folder)
    })
    .unwrap();
    assert_eq!((first.joined(), second.joined()), (false, true));
    assert_eq!(second.ready(), first.ready());
    let client = client_of(&second);
    let token = linked(&client).text("refresh_token");
    drop(first);
    until_it_answers(&second);
    // The mode that was promised when joining holds: 7,200 seconds is what the document says.
    assert_eq!(
        refreshed(&client, &token).granted().json()["expires_in"],
        7_200
    );
    // The folder is served again, so that a third joins.
    assert!(start(options(&folder)).unwrap().joined());
}

#[test]
fn one_that_joined_can_leave_and_the_first_serves_on() {
    let folder = TempDir::new().unwrap();
    let first = start(options(&folder)).unwrap();
    drop(start(options(&folder)).unwrap());
    assert_eq!(first.counters("rest-api-v1").unwrap().requests, 0);
    drop(first);
    assert!(!start(options(&folder)).unwrap().joined());
}

#[test]
fn a_chosen_port_is_used_and_a_taken_one_is_an_error_that_names_it() {
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let running = start_above(20_000, &options(&folders[0]));
    let first = port(&running.ready().providers[0].base_url).unwrap();
    let expected: Vec<_> = (first..first + 6)
        .map(|port| format!("http://127.0.0.1:{port}"))
        .collect();
    let ready = running.ready();
    let mut urls: Vec<_> = ready
        .providers
        .iter()
        .map(|provider| provider.base_url.clone())
        .collect();
    urls.push(ready.standard.base_url.clone());
    assert_eq!(urls, expected);
    let taken = start(Options {
        port: Some(first),
        ..options(&folders[1])
    });
    assert!(
        matches!(taken, Err(Error::Port { port, provider: "trading-parrot", .. }) if port == first)
    );
    let too_high = start(Options {
        port: Some(u16::MAX - 4),
        ..options(&folders[1])
    });
    assert!(matches!(
        too_high,
        Err(Error::PortTooHigh { .. } | Error::Port { .. })
    ));
}

#[test]
fn a_folder_that_cannot_be_is_an_error() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("practice"), "a file").unwrap();
    assert!(matches!(start(options(&folder)), Err(Error::Folder { .. })));
}

#[test]
fn a_file_that_makes_no_sense_is_an_error_that_names_it() {
    let practice = Practice::open(Mode::Documented);
    let Practice {
        running, folder, ..
    } = practice;
    drop(running);
    fs::write(folder.path().join("practice/biggerplate.json"), "{").unwrap();
    let broken = start(options(&folder));
    assert!(matches!(broken, Err(Error::State { path, .. }) if path.ends_with("biggerplate.json")));
}

/// Starts on six ports that no other test asks for, so that nobody else gets them in between.
fn start_above(lowest: u16, options: &Options) -> Running {
    start(Options {
        port: Some(free_above(lowest)),
        ..options.clone()
    })
    .unwrap()
}

fn free_above(lowest: u16) -> u16 {
    let is_free = |first: &u16| {
        (*first..*first + 6).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
    };
    (lowest..lowest + 2_000).step_by(6).find(is_free).unwrap()
}

fn client_of(running: &Running) -> Client {
    let ready = running.ready();
    Client {
        provider: ready.provider("rest-api-v1").unwrap().clone(),
        username: ready.username.clone(),
        password: ready.password.clone(),
    }
}

/// Asks until somebody answers; a refused connection comes back at once.
fn until_it_answers(running: &Running) {
    let mut last = None;
    for _ in 0..5_000 {
        match running.counters("rest-api-v1") {
            Ok(_) => return,
            Err(error) => last = Some(error),
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    panic!("nobody took over: {last:?}");
}
