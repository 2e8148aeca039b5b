//! No secret where people or scripts can see it, and none in the clear on disk.

use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use linkdesk::bridge::Command;

use super::{MODES, PROVIDERS};
use crate::desk::Desk;

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
            assert!(!text.contains(&*slice), "a slice of a secret is in {place}");
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

/// The linker's own files; the practice providers' ledgers hold their tokens, as a provider does.
fn ours(folder: &Path) -> Vec<std::path::PathBuf> {
    let is_ours = |name: &str| name.starts_with("linkdesk") || name.contains("vault");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().is_some_and(is_ours))
        .collect()
}
