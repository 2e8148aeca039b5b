//! Redirect URIs of files and set-ups: how the answer comes back, in which order, and what is refused.
//!
//! Opens no port.

use super::{EXAMPLE, built_in, client, example_with, own, problems};
use crate::provider::{
    ClientSettings, LoopbackScheme, Provider, Redirect, RedirectKind, RedirectWay, SettingsError,
};

use LoopbackScheme::{Http, Https};
use RedirectKind::{OutOfBand, Pasted};

fn loopback(scheme: LoopbackScheme, host: &str, port: Option<u16>, path: &str) -> RedirectKind {
    RedirectKind::Loopback {
        scheme,
        host: host.to_owned(),
        port,
        path: path.to_owned(),
    }
}

fn redirect_to(uri: &str) -> ClientSettings {
    client(|settings| settings.redirect_uri = Some(uri.to_owned())).settings
}

fn pasted(uri: &str) -> ClientSettings {
    ClientSettings {
        pastes_redirect: true,
        ..redirect_to(uri)
    }
}

/// An address and the ones to try after it.
fn in_order(uri: &str, others: &[&str]) -> ClientSettings {
    ClientSettings {
        other_redirect_uris: others.iter().map(|&other| other.to_owned()).collect(),
        ..redirect_to(uri)
    }
}

fn uris(provider: &Provider, settings: &ClientSettings) -> Vec<String> {
    let redirects = provider.redirects(settings).into_iter();
    redirects.map(|redirect| redirect.uri).collect()
}

fn without_redirect(line: &str) -> String {
    EXAMPLE.replace("\nredirect_uri =", &format!("\n{line}\n# redirect_uri ="))
}

#[test]
fn the_files_say_how_the_answer_comes_back() {
    let nothing = ClientSettings::default();
    for (id, kind) in [
        (
            "trading-parrot",
            loopback(Http, "127.0.0.1", Some(53681), "/callback"),
        ),
        (
            "just2trade",
            loopback(Http, "127.0.0.1", Some(53682), "/callback"),
        ),
        ("biggerplate", loopback(Http, "localhost", Some(13524), "/")),
        (
            "rest-api-v1",
            loopback(Https, "127.0.0.1", Some(53683), "/callback"),
        ),
        ("tradecloud", Pasted),
    ] {
        assert_eq!(built_in(id).redirect(&nothing).kind, kind, "{id}");
    }
    assert_eq!(built_in("tradecloud").redirects(&nothing), []);
}

#[test]
fn redirect_uris_are_listened_at_pasted_or_out_of_band() {
    let example = own(EXAMPLE);
    for (uri, kind) in [
        (
            "http://127.0.0.1/callback",
            loopback(Http, "127.0.0.1", None, "/callback"),
        ),
        (
            "http://127.0.0.1:80/callback",
            loopback(Http, "127.0.0.1", Some(80), "/callback"),
        ),
        ("http://[::1]:9/", loopback(Http, "[::1]", Some(9), "/")),
        (
            "https://127.0.0.1/callback",
            loopback(Https, "127.0.0.1", None, "/callback"),
        ),
        (
            "https://localhost:443",
            loopback(Https, "localhost", Some(443), "/"),
        ),
        (
            "https://[::1]:80/a/b",
            loopback(Https, "[::1]", Some(80), "/a/b"),
        ),
        ("https://127.0.0.2/", Pasted),
        ("https://localhost.example.com/", Pasted),
        ("https://example.com/back?x=1", Pasted),
        ("urn:ietf:wg:oauth:2.0:oob", OutOfBand),
        ("urn:ietf:wg:oauth:2.0:oob:auto", OutOfBand),
    ] {
        let settings = redirect_to(uri);
        assert_eq!(example.check_settings(&settings), Ok(()), "{uri}");
        let redirect = example.redirect(&settings);
        assert_eq!((redirect.uri.as_str(), redirect.kind), (uri, kind));
    }
}

#[test]
fn an_https_answer_is_pasted_where_the_set_up_says_so() {
    let provider = built_in("rest-api-v1");
    for uri in [
        "https://127.0.0.1:53683/callback",
        "https://localhost/?a=1",
        "https://example.com/",
    ] {
        assert_eq!(provider.check_settings(&pasted(uri)), Ok(()), "{uri}");
        assert_eq!(provider.redirect(&pasted(uri)).kind, Pasted, "{uri}");
    }
    let by_file = client(|settings| settings.pastes_redirect = true).settings;
    assert_eq!(provider.redirect(&by_file).kind, Pasted);
    let example = own(EXAMPLE);
    for settings in [by_file, pasted("http://127.0.0.1:9/")] {
        let error = example.check_settings(&settings).unwrap_err();
        assert_eq!(error.field, "Redirect URI");
    }
}

#[test]
fn only_the_port_is_put_into_an_address_and_every_other_byte_stays() {
    for (uri, sent) in [
        ("http://127.0.0.1", "http://127.0.0.1:9"),
        ("http://127.0.0.1/", "http://127.0.0.1:9/"),
        ("http://127.0.0.1:/", "http://127.0.0.1:9/"),
        ("http://[::1]/a//b/", "http://[::1]:9/a//b/"),
        (
            "https://localhost/c%61llback",
            "https://localhost:9/c%61llback",
        ),
        ("HTTP://LocalHost/Callback", "HTTP://LocalHost:9/Callback"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/"),
        (
            "https://127.0.0.1:53683/callback",
            "https://127.0.0.1:53683/callback",
        ),
        ("https://example.com/", "https://example.com/"),
    ] {
        let redirect: Redirect = own(EXAMPLE).redirect(&redirect_to(uri));
        assert_eq!(redirect.at_port(9), sent);
    }
}

#[test]
fn addresses_are_tried_in_the_order_of_the_set_up_or_else_of_the_file() {
    let list = "redirect_uris = [\"http://127.0.0.1:7001/a\", \"http://127.0.0.1:7002/a\", \"http://localhost/a\"]";
    let listed = own(&without_redirect(list));
    let nothing = ClientSettings::default();
    let by_file = [
        "http://127.0.0.1:7001/a",
        "http://127.0.0.1:7002/a",
        "http://localhost/a",
    ];
    assert_eq!(uris(&listed, &nothing), by_file);
    assert_eq!(listed.redirect(&nothing).uri, by_file[0]);
    let set = in_order(
        "http://127.0.0.1:1/",
        &["http://127.0.0.1:2/", "http://127.0.0.1/"],
    );
    assert_eq!(listed.check_settings(&set), Ok(()));
    assert_eq!(
        uris(&listed, &set),
        [
            "http://127.0.0.1:1/",
            "http://127.0.0.1:2/",
            "http://127.0.0.1/"
        ]
    );
    let parrot = built_in("trading-parrot");
    let after_the_files = ClientSettings {
        redirect_uri: None,
        ..in_order("", &["http://127.0.0.1:2/"])
    };
    assert_eq!(parrot.check_settings(&after_the_files), Ok(()));
    assert_eq!(
        uris(&parrot, &after_the_files),
        ["http://127.0.0.1:53681/callback", "http://127.0.0.1:2/"]
    );
}

#[test]
fn a_list_that_makes_no_sense_is_refused_by_the_field_it_is_in() {
    let example = own(EXAMPLE);
    let field = |settings: &ClientSettings| {
        let error: SettingsError = example.check_settings(settings).unwrap_err();
        assert_ne!(error.expected, "");
        error.field
    };
    for (first, other) in [
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/"),
        ("http://127.0.0.1/", "http://127.0.0.1:1/"),
        ("http://127.0.0.1:1/", "https://127.0.0.1:2/"),
        ("http://127.0.0.1:1/", "https://example.com/"),
        ("http://127.0.0.1:1/", "urn:ietf:wg:oauth:2.0:oob"),
        ("http://127.0.0.1:1/", "http://example.com/"),
        ("https://example.com/", "https://example.com/b"),
        ("urn:ietf:wg:oauth:2.0:oob", "http://127.0.0.1:1/"),
    ] {
        let found = field(&in_order(first, &[other]));
        assert_eq!(found, "Further redirect URIs", "{first} {other}");
    }
    for uri in [
        "",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http:///127.0.0.1",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/ü",
        "\thttp://127.0.0.1/",
    ] {
        assert_eq!(
            field(&in_order(uri, &["http://127.0.0.1:1/"])),
            "Redirect URI",
            "{uri}"
        );
    }
}

#[test]
fn lists_of_files_are_checked_like_those_of_set_ups() {
    let key = "redirect_uris";
    for (list, line) in [
        ("redirect_uris = []", 12),
        (
            "redirect_uris = [\n\"http://127.0.0.1:1/\",\n\"http://127.0.0.1:1/\"]",
            14,
        ),
        (
            "redirect_uris = [\n\"http://127.0.0.1:1/\",\n\"https://127.0.0.1:2/\"]",
            14,
        ),
        (
            "redirect_uris = [\n\"http://127.0.0.1/\",\n\"http://127.0.0.1:2/\"]",
            14,
        ),
        ("redirect_uris = [\n\"http://example.com/\"]", 13),
    ] {
        assert_eq!(
            problems(&without_redirect(list)),
            [(Some(line), key.to_owned())],
            "{list}"
        );
    }
    let both = example_with("redirect_uris = [\"http://127.0.0.1:1/\"]");
    assert_eq!(problems(&both), [(Some(9), key.to_owned())]);
    let https = "redirect_uri_must_be_https = true\nredirect_uris = [\"https://127.0.0.1:1/\", \"https://127.0.0.1:2/\"]";
    assert_eq!(problems(&without_redirect(https)), []);
}

#[test]
fn a_provider_offers_its_own_way_first_and_none_it_refuses() {
    use RedirectWay::{LoopbackHttp, LoopbackHttps};
    let usual = [LoopbackHttp, LoopbackHttps, RedirectWay::Pasted];
    assert_eq!(own(EXAMPLE).redirect_ways(), usual);
    assert_eq!(own(&without_redirect("")).redirect_ways(), usual);
    assert_eq!(built_in("tradecloud").redirect_ways(), []);
    let https_only = built_in("rest-api-v1");
    assert_eq!(
        https_only.redirect_ways(),
        [LoopbackHttps, RedirectWay::Pasted, RedirectWay::OutOfBand]
    );
    let shown = own(&without_redirect(
        "redirect_uri = \"urn:ietf:wg:oauth:2.0:oob\"",
    ));
    assert_eq!(shown.redirect_ways().first(), Some(&RedirectWay::OutOfBand));
    let elsewhere = own(&without_redirect(
        "redirect_uri = \"https://example.com/back\"",
    ));
    assert_eq!(
        elsewhere.redirect_ways().first(),
        Some(&RedirectWay::Pasted)
    );
    assert_eq!(
        elsewhere.proposed_redirect_uri(RedirectWay::Pasted),
        "https://example.com/back"
    );
}

#[test]
fn each_way_proposes_an_address_to_register() {
    for (way, parrot, api) in [
        (
            RedirectWay::LoopbackHttp,
            "http://127.0.0.1:53681/callback",
            "http://127.0.0.1/callback",
        ),
        (
            RedirectWay::LoopbackHttps,
            "https://127.0.0.1:53683/callback",
            "https://127.0.0.1:53683/callback",
        ),
        (RedirectWay::Pasted, "", ""),
        (
            RedirectWay::OutOfBand,
            "urn:ietf:wg:oauth:2.0:oob",
            "urn:ietf:wg:oauth:2.0:oob",
        ),
    ] {
        assert_eq!(
            built_in("trading-parrot").proposed_redirect_uri(way),
            parrot
        );
        assert_eq!(built_in("rest-api-v1").proposed_redirect_uri(way), api);
    }
    for way in built_in("rest-api-v1").redirect_ways() {
        let provider = built_in("rest-api-v1");
        let uri = provider.proposed_redirect_uri(way);
        if !uri.is_empty() {
            assert_eq!(provider.redirect(&redirect_to(uri)).kind.way(), way);
        }
    }
}
