//! The parameters of the authorization request that a file adds, and the ones it must not touch.
//!
//! Knows nothing of redirects and answers.

use super::{EXAMPLE, client, load, own};
use crate::oauth::State;
use crate::provider::{AuthorizationInputs, FileProblem};

/// The line after the example.
const AFTER: usize = 13;

fn problems_with(line: &str) -> Vec<(Option<usize>, String)> {
    let (_, problems) = load(&format!("{EXAMPLE}[authorization]\n{line}\n"));
    let place = |problem: FileProblem| (problem.line, problem.key);
    problems.into_iter().map(place).collect()
}

/// A name as it is, in capitals, in a mixture, and as a server in PHP would read it.
fn spellings(name: &str) -> [String; 4] {
    let mixed: String = name
        .char_indices()
        .map(|(place, letter)| match place % 2 {
            0 => letter.to_ascii_uppercase(),
            _ => letter,
        })
        .collect();
    let for_php = if name.contains('_') {
        name.replace('_', ".")
    } else {
        format!("{name}[]")
    };
    [name.to_owned(), name.to_uppercase(), mixed, for_php]
}

#[test]
fn no_spelling_of_a_reserved_name_is_taken_from_a_file() {
    for name in [
        "response_type",
        "response_mode",
        "client_id",
        "client_secret",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
        "code",
        "iss",
        "error",
    ] {
        for spelling in spellings(name) {
            for key in ["extra_params", "account_chooser"] {
                let found = problems_with(&format!("{key} = [\"{spelling}=x\"]"));
                let expected = vec![(Some(AFTER + 1), format!("authorization.{key}"))];
                assert_eq!(found, expected, "{spelling}");
            }
            let address = format!("/authorize?{spelling}=x");
            let (_, problems) = load(&EXAMPLE.replace("/authorize", &address));
            let keys: Vec<&str> = problems.iter().map(|it| it.key.as_str()).collect();
            assert_eq!(keys, ["authorization_endpoint"], "{spelling}");
        }
    }
}

#[test]
fn no_name_comes_twice_however_it_is_spelled() {
    for (first, second) in [
        ("prompt", "prompt"),
        ("prompt", "PROMPT"),
        ("a_b", "a.B"),
        ("ui", "Ui"),
    ] {
        for line in [
            format!("extra_params = [\"{first}=1\", \"{second}=2\"]"),
            format!("account_chooser = [\"{first}=1\", \"{second}=2\"]"),
            format!("extra_params = [\"{first}=1\"]\naccount_chooser = [\"{second}=2\"]"),
        ] {
            assert_eq!(problems_with(&line).len(), 1, "{line}");
        }
        let with_query = EXAMPLE.replace("/authorize", &format!("/authorize?{first}=1"));
        let (_, problems) = load(&format!(
            "{with_query}[authorization]\nextra_params = [\"{second}=2\"]"
        ));
        assert_eq!(problems.len(), 1, "{first} {second}");
    }
    for nameless in ["=1", "a b=1", "prompt", "a&b=1", "ä=1", "a%62=1"] {
        let found = problems_with(&format!("extra_params = [\"{nameless}\"]"));
        assert_eq!(found.len(), 1, "{nameless}");
    }
}

#[test]
fn another_account_is_chosen_only_where_one_is_linked_already() {
    let text = "[authorization]\nextra_params = [\"ui=de\"]\naccount_chooser = [\"prompt=select_account\"]\n";
    let provider = own(&format!("{EXAMPLE}{text}"));
    assert!(provider.offers_account_chooser() && !own(EXAMPLE).offers_account_chooser());
    let state = State::from_random([0; 32]);
    let plain = AuthorizationInputs::plain("http://127.0.0.1:9/", &state);
    let address = |inputs: &AuthorizationInputs<'_>| {
        let address = provider.authorization_request(&client(|_| {}), inputs);
        address.unwrap().query().unwrap().to_owned()
    };
    let state = format!("&state={}", state.as_str());
    assert!(address(&plain).ends_with(&format!("{state}&ui=de")));
    let choosing = AuthorizationInputs {
        chooses_account: true,
        ..plain
    };
    let ending = format!("{state}&ui=de&prompt=select_account");
    assert!(address(&choosing).ends_with(&ending));
    let with_nonce = AuthorizationInputs {
        nonce: Some("n 1"),
        ..plain
    };
    assert!(address(&with_nonce).ends_with(&format!("{state}&nonce=n+1&ui=de")));
}
