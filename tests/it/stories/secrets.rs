//! No secret where people or scripts can see it, and none in the clear on disk.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::SignedDuration;
use linkdesk::bridge::{ClientChange, Command, SecretChange, SignInWay};
use linkdesk::platform::Random as _;
use linkdesk::platform::random::SystemRandom;
use linkdesk::sandbox::{Fault, Mode, RequestKind};
use linkdesk::secret::Secret;
use linkdesk::store::{Database, SqliteStore, Store as _};
use linkdesk::vault::{Passphrase, Random, Vault as _};

use super::{MODES, PROVIDERS};
use crate::desk::identity::{IDENTITY, STANDARD};
use crate::desk::person::Decision;
use crate::desk::{Desk, id};

/// Typed at a set-up that is only tried.
const TYPED: &str = "typed-for-a-test-0123456789";

/// Every token of every account, asked for as a person would.
fn tokens(desk: &Desk) -> Vec<String> {
    for card in &desk.face.snapshot().accounts {
        let finished = desk.run(Command::HandOutToken {
            account: card.id.clone(),
            min_validity: SignedDuration::ZERO,
        });
        assert_eq!(finished.problem, None);
    }
    desk.outlet.tokens.lock().unwrap().clone()
}

fn canaries(desk: &Desk) -> Vec<String> {
    let ready = desk.practice.ready();
    let mut canaries = tokens(desk);
    assert_eq!(canaries.len(), PROVIDERS.len());
    canaries.push(ready.password.clone());
    canaries.extend(ready.providers.iter().map(|it| it.client_secret.clone()));
    canaries
}

fn assert_absent(canaries: &[String], text: &str, place: &str) {
    for canary in canaries {
        let slices = canary.as_bytes().windows(12).map(String::from_utf8_lossy);
        for slice in slices {
            // Nothing practice providers hand out is secret, so it may be named here.
            assert!(
                !text.contains(&*slice),
                "{slice:?} of a secret is in {place}"
            );
        }
    }
}

#[test]
fn no_snapshot_shows_twelve_characters_of_a_secret() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            desk.link(provider);
        }
        desk.run(Command::RefreshAll);
        let canaries = canaries(&desk);
        let shown = format!("{:#?}", desk.face.snapshot());
        assert!(shown.contains("fingerprint"), "the snapshot was printed");
        assert_absent(&canaries, &shown, "the snapshot");
    }
}

#[test]
fn no_address_for_the_browser_shows_a_secret_but_the_one_that_is_asked_for_there() {
    let desk = Desk::new(Mode::Field);
    let accounts = PROVIDERS.map(|provider| desk.link(provider));
    let mut canaries = canaries(&desk);
    for account in accounts.iter().filter(|it| it.provider != id("tradecloud")) {
        let flow = desk.start_repair(account);
        desk.outcome(flow);
    }
    let asked_for = desk.practice.ready().provider("just2trade").unwrap();
    canaries.retain(|canary| *canary != asked_for.client_secret);
    let opened = desk.person.opened();
    assert_eq!(opened.len(), 8);
    assert_absent(&canaries, &opened.join(" "), "an address");
}

#[test]
fn no_file_of_ours_holds_a_secret_in_the_clear() {
    for mode in MODES {
        let desk = Desk::new(mode);
        for provider in PROVIDERS {
            desk.link(provider);
        }
        let canaries = canaries(&desk);
        let files = ours(&desk.data());
        assert!(!files.is_empty());
        for file in files {
            let bytes = fs::read(&file).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert_absent(&canaries, &text, &file.display().to_string());
        }
    }
}

/// What the snapshot shows, over and over, while sign-ins of every kind go on.
fn live_through_it_all(desk: &Desk) -> String {
    let mut shown = Vec::new();
    let mut look = || shown.push(format!("{:#?}", desk.face.snapshot()));
    desk.add_identity();
    desk.person.decide(Decision::StayThere);
    let flow = desk.start_identity();
    let target = desk.person.wait_for_landing();
    look();
    desk.person.load(&target).unwrap();
    desk.linked(flow);
    desk.person.decide(Decision::Allow);
    let flow = desk.start_identity();
    desk.question(flow);
    look();
    desk.run(Command::CancelLink { flow });
    desk.failure(flow);
    let flow = desk.start_link_by(IDENTITY, SignInWay::Device);
    desk.wait("a code", |snapshot| snapshot.link(flow)?.device.clone());
    look();
    desk.run(Command::CancelLink { flow });
    desk.fault(STANDARD, RequestKind::Exchange, Fault::IdTokenNonce);
    let flow = desk.start_identity();
    desk.failure(flow);
    look();
    desk.run(Command::TestClient {
        provider: id(IDENTITY),
        change: ClientChange {
            client_secret: SecretChange::Set(Secret::new(TYPED)),
            ..ClientChange::default()
        },
    });
    look();
    desk.link("rest-api-v1");
    look();
    shown.concat()
}

/// What addresses carried that were opened, beside what is the client's and known.
fn in_addresses(desk: &Desk) -> Vec<String> {
    let mut found = Vec::new();
    for address in desk.person.opened() {
        let url = url::Url::parse(&address).unwrap();
        for (name, value) in url.query_pairs() {
            if ["nonce", "state", "code_challenge"].contains(&&*name) {
                found.push(value.into_owned());
            }
        }
    }
    found
}

/// The certificate's key in every form that bytes are printed in.
fn certificate_key(desk: &Desk) -> Vec<String> {
    let random = || Random::new(|bytes| Ok(SystemRandom.fill(bytes)?));
    let vault = Arc::new(Passphrase::new(&desk.data(), random()));
    vault.unlock(&Secret::new("a long passphrase")).unwrap();
    let path = desk.data().join("linkdesk.db");
    let (database, _) = Database::open(&path, &random()).unwrap();
    let store = SqliteStore::new(database, vault);
    let bytes = store.certificate().unwrap().unwrap();
    // It comes last, and is longer than this.
    let key = &bytes[bytes.len() - 120..];
    let pairs: Vec<String> = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let hex = pairs.concat();
    vec![
        BASE64.encode(key),
        hex.to_uppercase(),
        hex,
        format!("{key:?}"),
    ]
}

#[test]
fn no_snapshot_shows_what_passes_by_on_the_way_to_an_account() {
    let desk = Desk::lasting(Mode::Documented);
    let shown = live_through_it_all(&desk);
    assert!(
        shown.contains("user_code"),
        "the code to type is meant to be seen"
    );
    let mut canaries = certificate_key(&desk);
    for name in ["access_token", "refresh_token", "id_token", "device_code"] {
        let heard = desk.tap.heard(name);
        assert!(!heard.is_empty(), "{name} came over the wire");
        canaries.extend(heard);
    }
    let in_addresses = in_addresses(&desk);
    assert!(in_addresses.len() > 6);
    canaries.extend(in_addresses);
    let ready = desk.practice.ready();
    canaries.extend([TYPED.to_owned(), ready.standard.client_secret.clone()]);
    assert_absent(&canaries, &shown, "a snapshot");
}

/// The linker's own files; the practice providers' ledgers hold their tokens, as a provider does.
fn ours(folder: &Path) -> Vec<std::path::PathBuf> {
    let is_ours = |name: &str| name.starts_with("linkdesk") || name.contains("vault");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().is_some_and(is_ours))
        .collect()
}
