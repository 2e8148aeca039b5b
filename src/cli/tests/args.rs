//! What can be typed, and what can't.

use clap::{CommandFactory as _, Parser as _};

use super::super::{Invocation, KeyStoreChoice, Mode, Subcommand};

fn parse(args: &[&str]) -> Result<Invocation, clap::Error> {
    Invocation::try_parse_from(std::iter::once(&"linkdesk").chain(args))
}

#[test]
fn the_parser_holds_together() {
    Invocation::command().debug_assert();
}

#[test]
fn nothing_typed_means_the_window() {
    assert_eq!(parse(&[]).unwrap().command, None);
}

#[test]
fn every_subcommand_of_the_page_is_understood() {
    let lines = [
        "sandbox --mode field --port 4000 --lifetime 60 --code-lifetime 5",
        "providers",
        "client p --client-id i --client-secret-file - --redirect-uri u --base-url b",
        "client p --host api=https://a.example --option secret-in-address=off",
        "client p --credentials-file - --redirect paste --redirect-uri u --redirect-uri v --test",
        "client p --browser system",
        "discover https://a.example --add --id a --name A",
        "browsers",
        "certificate --renew",
        "link p --label l --no-browser --username n --password-file f --timeout 5",
        "link p --browser firefox/work --if-other-person replace --if-same-person keep-both",
        "link p --device",
        "accounts",
        "show a",
        "refresh a",
        "refresh --all",
        "token a --min-validity 60",
        "trading-accounts a",
        "unlink a --yes",
    ];
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let parsed = parse(&words).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(parsed.command.is_some());
    }
}

#[test]
fn switches_work_before_and_after_the_subcommand() {
    let switches = [
        "--json",
        "--data-dir",
        "d",
        "--sandbox",
        "--mode",
        "field",
        "--key-store",
        "session",
        "--passphrase-file",
        "f",
    ];
    let before = parse(&[&switches[..], &["accounts"]].concat()).unwrap();
    let after = parse(&[&["accounts"], &switches[..]].concat()).unwrap();
    assert_eq!(before, after);
    assert!(before.global.json && before.global.sandbox);
    assert_eq!(before.global.mode, Some(Mode::Field));
    assert_eq!(before.key_store(), Some(KeyStoreChoice::Session));
}

#[test]
fn a_passphrase_file_alone_chooses_the_passphrase_key_store() {
    let parsed = parse(&["accounts", "--passphrase-file", "-"]).unwrap();
    assert_eq!(parsed.key_store(), Some(KeyStoreChoice::Passphrase));
    assert_eq!(parse(&["accounts"]).unwrap().key_store(), None);
}

#[test]
fn the_sandbox_subcommand_takes_the_shared_mode() {
    let parsed = parse(&["sandbox", "--mode", "field"]).unwrap();
    assert_eq!(parsed.global.mode, Some(Mode::Field));
    assert!(matches!(parsed.command, Some(Subcommand::Sandbox(_))));
}

#[test]
fn no_argument_takes_a_secret_and_the_refusal_does_not_repeat_it() {
    for line in [
        "client p --client-secret canary-1",
        "client p --client-secret=canary-1",
        "link p --password canary-1",
        "link p --password=canary-1",
        "link p --passphrase=canary-1",
        "link p --secret=canary-1",
        "--passphrase=canary-1 accounts",
        "token a --token=canary-1",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let error = parse(&words).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(!error.to_string().contains("canary-1"), "{error}");
    }
}

#[test]
fn usage_errors_exit_with_two_and_help_with_zero() {
    for line in [
        "nothing-we-know",
        "link",
        "refresh",
        "refresh a --all",
        "refresh --anyway",
        "refresh --all --anyway",
        "link p --timeout 0",
        "link p --device --no-browser",
        "link p --device --browser firefox",
        "link p --browser firefox --no-browser",
        "link p --browser=",
        "link p --if-same-person maybe",
        "client p --redirect by-post",
        "client p --credentials-file f --client-id i",
        "client p --credentials-file f --client-secret-file g",
        "discover",
        "discover https://a.example --id a",
        "discover https://a.example --add --id A/b",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(parse(&words).unwrap_err().exit_code(), 2, "{line}");
    }
    for line in ["--help", "--version", "link --help"] {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(parse(&words).unwrap_err().exit_code(), 0, "{line}");
    }
}

#[test]
fn names_that_begin_with_a_hyphen_come_after_two() {
    let parsed = parse(&["show", "--", "-x"]).unwrap();
    assert!(matches!(parsed.command, Some(Subcommand::Show(args)) if args.account == "-x"));
}

#[test]
fn the_worker_is_told_about_browser_and_deadline() {
    let parsed = parse(&["link", "p", "--no-browser", "--timeout", "90"]).unwrap();
    assert!(!parsed.opens_browser());
    assert_eq!(
        parsed.link_deadline(),
        Some(jiff::SignedDuration::from_secs(90))
    );
    let parsed = parse(&["link", "p"]).unwrap();
    assert!(parsed.opens_browser());
    assert_eq!(parsed.link_deadline(), None);
}

#[test]
fn every_argument_has_words_in_the_help() {
    for command in Invocation::command().get_subcommands() {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{argument}");
        }
    }
}
