//! Provider files: which are taken, and which mistakes are found where.
//!
//! Knows nothing of requests and answers.

use super::{EXAMPLE, load, own};
use crate::provider::{FileProblem, Origin, Registry, UserFile};

fn file(path: &str, text: &str) -> UserFile {
    UserFile {
        path: path.to_owned(),
        text: Ok(text.to_owned()),
    }
}

/// Line and key of every problem with the example after a change.
fn problems_of(old: &str, new: &str) -> Vec<(Option<usize>, String)> {
    assert!(EXAMPLE.contains(old), "{old}");
    let (registry, problems) = load(&EXAMPLE.replace(old, new));
    assert_eq!(registry.iter().count(), 5, "{new}");
    for problem in &problems {
        assert_eq!(problem.file, "own.toml");
        assert_ne!(problem.expected, "");
    }
    problems
        .into_iter()
        .map(|problem| (problem.line, problem.key))
        .collect()
}

fn one(line: usize, key: &str) -> Vec<(Option<usize>, String)> {
    vec![(Some(line), key.to_owned())]
}

#[test]
fn built_in_providers_come_first_and_then_the_users_own_by_name() {
    let named = |id: &str, name: &str| {
        let text = EXAMPLE.replace("\"example\"", &format!("\"{id}\""));
        file(
            &format!("{id}.toml"),
            &text.replace("\"Example\"", &format!("\"{name}\"")),
        )
    };
    let (registry, problems) = Registry::new(vec![named("a", "Zebra"), named("b", "apple")]);
    assert_eq!(problems, []);
    let ids: Vec<&str> = registry
        .iter()
        .map(|provider| provider.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "just2trade",
            "trading-parrot",
            "tradecloud",
            "rest-api-v1",
            "biggerplate",
            "b",
            "a"
        ]
    );
    let looks: Vec<(&str, u32, &str)> = registry
        .iter()
        .take(5)
        .map(|provider| {
            (
                provider.name.as_str(),
                provider.color,
                provider.mark.as_str(),
            )
        })
        .collect();
    assert_eq!(
        looks,
        [
            ("Just2Trade", 0x00c2_410c, "J"),
            ("The Trading Parrot", 0x000f_766e, "T"),
            ("Tradecloud", 0x0043_38ca, "C"),
            ("REST API v1", 0x0047_5569, "R"),
            ("Biggerplate", 0x00a2_1caf, "B"),
        ]
    );
    let origins: Vec<&Origin> = registry.iter().map(|provider| &provider.origin).collect();
    assert_eq!(origins[0], &Origin::BuiltIn);
    assert_eq!(
        origins[6],
        &Origin::User {
            file: "a.toml".to_owned()
        }
    );
}

#[test]
fn a_mark_is_the_files_own_or_the_initial_of_the_name() {
    for (name, line, mark) in [
        ("Example", "", "E"),
        ("the éclair", "", "É"),
        ("The", "", "T"),
        ("Example", "mark = \"7\"\n", "7"),
        ("Example", "mark = \"x\"\n", "x"),
    ] {
        let text = EXAMPLE.replace("\"Example\"", &format!("\"{name}\""));
        let provider = own(&text.replace("scopes =", &format!("{line}scopes =")));
        assert_eq!(provider.mark, mark, "{name} {line}");
    }
}

#[test]
fn every_file_in_the_folder_is_in_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/providers");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut ids: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    ids.sort();
    let (registry, _) = Registry::new(Vec::new());
    let mut known: Vec<&str> = registry
        .iter()
        .map(|provider| provider.id.as_str())
        .collect();
    known.sort_unstable();
    assert_eq!(ids, known);
}

#[test]
fn one_bad_file_hides_no_other() {
    let unread = UserFile {
        path: "b.toml".to_owned(),
        text: Err("could not be read: denied".to_owned()),
    };
    let long = format!("{EXAMPLE}#{}", "x".repeat(1024 * 1024));
    let files = vec![
        file("a.toml", "id ="),
        unread,
        file("c.toml", &long),
        file("d.toml", &EXAMPLE.replace("\"example\"", "\"just2trade\"")),
        file("e.toml", EXAMPLE),
        file("f.toml", EXAMPLE),
    ];
    let (registry, problems) = Registry::new(files);
    assert_eq!(registry.iter().count(), 6);
    let found: Vec<_> = problems
        .iter()
        .map(|problem| (problem.file.as_str(), problem.line, problem.key.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("a.toml", Some(1), "id"),
            ("b.toml", None, ""),
            ("c.toml", None, ""),
            ("d.toml", Some(2), "id"),
            ("f.toml", Some(2), "id"),
        ]
    );
    assert!(problems[1].expected.contains("could not be read: denied"));
}

#[test]
fn mistakes_are_named_by_line_and_key() {
    for (old, new, line, key) in [
        ("\"example\"", "\"Example\"", 2, "id"),
        ("\"Example\"", "\"\"", 3, "name"),
        ("\"Example\"", "5", 3, "name"),
        ("scopes =", "scope =", 9, "scope"),
        ("[\"openid\"", "[\"open id\"", 9, "scopes"),
        (
            "\"client_secret_basic\"",
            "\"basic\"",
            10,
            "token_endpoint_auth_method",
        ),
        (
            "[\"S256\"]",
            "[\"s256\"]",
            11,
            "code_challenge_methods_supported",
        ),
        ("scopes =", "color = \"red\"\nscopes =", 9, "color"),
        ("scopes =", "mark = \"\"\nscopes =", 9, "mark"),
        ("scopes =", "mark = \"AB\"\nscopes =", 9, "mark"),
        ("scopes =", "mark = \"\\u202e\"\nscopes =", 9, "mark"),
        ("scopes =", "scopes = []\nscopes =", 10, "scopes"),
    ] {
        assert_eq!(problems_of(old, new), one(line, key), "{new}");
    }
}

#[test]
fn addresses_that_secrets_must_not_go_to_are_named_by_line_and_key() {
    for (old, new, line, key) in [
        (
            "\"http://127.0.0.1/callback\"",
            "\"http://example.com/\"",
            12,
            "redirect_uri",
        ),
        (
            "\"http://127.0.0.1/callback\"",
            "\"http://127.0.0.2/\"",
            12,
            "redirect_uri",
        ),
        (
            "\"https://auth.example.com/token\"",
            "\"http://auth.example.com/token\"",
            6,
            "token_endpoint",
        ),
        (
            "\"https://auth.example.com/token\"",
            "\"https://u:p@auth.example.com/\"",
            6,
            "token_endpoint",
        ),
        (
            "\"https://auth.example.com/token\"",
            "\"https://auth.example.com/#a\"",
            6,
            "token_endpoint",
        ),
        (
            "\"https://auth.example.com/token\"",
            "\"/token\"",
            6,
            "token_endpoint",
        ),
        (
            "\"https://auth.example.com/me\"",
            "\"javascript:alert(1)\"",
            8,
            "userinfo_endpoint",
        ),
        (
            "\"https://auth.example.com/authorize\"",
            "\"https://a.example.com/?State=1\"",
            5,
            "authorization_endpoint",
        ),
    ] {
        assert_eq!(problems_of(old, new), one(line, key), "{new}");
    }
}

/// The problems with the example and a table behind it.
fn problems_with(table: &str) -> Vec<(Option<usize>, String)> {
    let (registry, problems) = load(&format!("{EXAMPLE}{table}\n"));
    assert_eq!(registry.iter().count(), 5, "{table}");
    let place = |problem: FileProblem| (problem.line, problem.key);
    problems.into_iter().map(place).collect()
}

#[test]
fn mistakes_in_tables_are_named_too() {
    for (table, line, key) in [
        (
            "[authorization]\nextra_params = [\"STATE=1\"]",
            14,
            "authorization.extra_params",
        ),
        (
            "[authorization]\nextra_params = [\n\"a=1\",\n\"a=2\"]",
            16,
            "authorization.extra_params",
        ),
        ("[token_response]\nrenews_on_use = 0", 14, "token_response"),
        (
            "[token_response]\naccess_token_header = \"A\"",
            14,
            "token_response",
        ),
        ("[identity]\nsubject = [\"id\"]", 14, "identity.subject"),
        (
            "[errors]\naccess_token_rejected = [200]",
            14,
            "errors.access_token_rejected",
        ),
        (
            "[[hosts]]\nid = \"a b\"\nname = \"A\"\naddress = \"https://a.example.com\"",
            14,
            "hosts.id",
        ),
        (
            "[[hosts]]\nid = \"a\"\nname = \"A\"\naddress = \"http://a.example.com\"",
            16,
            "hosts.address",
        ),
    ] {
        assert_eq!(problems_with(table), one(line, key), "{table}");
    }
}

#[test]
fn mistakes_in_requests_are_named_too() {
    for (table, line, key) in [
        (
            "[[profile]]\nquery = [\"t={access_token}\"]",
            14,
            "profile.query",
        ),
        ("[[exchange]]\nform = [\"a={token}\"]", 6, "exchange"),
        ("[[exchange]]\nform = [\"a\"]", 14, "exchange.form"),
        (
            "[[exchange]]\nform = [\"a=1\"]\njson = [\"a=1\"]",
            15,
            "exchange.json",
        ),
        (
            "[[exchange]]\nheaders = [\"Host: x\"]",
            14,
            "exchange.headers",
        ),
        ("[[exchange]]\nmethod = \"PUT\"", 14, "method"),
    ] {
        assert_eq!(problems_with(table), one(line, key), "{table}");
    }
}

#[test]
fn a_missing_key_is_named_without_a_line() {
    for (gone, key) in [
        ("id =", "id"),
        ("authorization_endpoint", "authorization_endpoint"),
        ("token_endpoint =", "token_endpoint"),
    ] {
        let problems = problems_of(&format!("\n{gone}"), &format!("\n# {gone}"));
        assert_eq!(problems, [(None, key.to_owned())]);
    }
}

#[test]
fn all_mistakes_of_a_file_are_named_at_once() {
    let bad = EXAMPLE
        .replace("\"example\"", "\"X\"")
        .replace("https://auth.example.com/", "http://auth.example.com/");
    let (_, problems) = load(&bad);
    let mut keys: Vec<&str> = problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "authorization_endpoint",
            "id",
            "revocation_endpoint",
            "token_endpoint",
            "userinfo_endpoint"
        ]
    );
}

#[test]
fn no_value_of_a_file_is_repeated() {
    for (old, new) in [
        ("scopes =", "client_secret = \"canary\"\nscopes ="),
        ("\"client_secret_basic\"", "\"canary\""),
        ("\"https://auth.example.com/token\"", "\"canary\""),
        ("\"Example\"", "{ canary = 1 }"),
        ("[\"S256\"]", "\"canary\""),
    ] {
        let (_, problems) = load(&EXAMPLE.replace(old, new));
        assert_eq!(problems.len(), 1, "{new}: {problems:?}");
        assert!(!format!("{problems:?}").contains("canary"), "{problems:?}");
    }
}

#[test]
fn plain_http_is_for_this_machine() {
    for host in ["127.0.0.1:8080", "127.9.9.9", "[::1]:1", "localhost"] {
        let (_, problems) =
            load(&EXAMPLE.replace("https://auth.example.com", &format!("http://{host}")));
        assert_eq!(problems, [], "{host}");
    }
}
