//! What ends a link and what doesn't: a provider's own words, web pages, answers that can't be read.
//!
//! Knows nothing of what is told to a person.

use super::{EXAMPLE, answer, built_in, own, problems};
use crate::provider::{AnswerError, CallKind, EndWord, Meaning, Provider};

use CallKind::{Exchange, Password, Profile, Refresh};

const ENDS: &str = r#"
[[errors.ends]]
error = "invalid_grant"
description = "Password was changed"
reason = "password_changed"

[[errors.ends]]
error = "invalid_grant"
description = "Token was used before"
reason = "refreshed_elsewhere"

[[errors.ends]]
error = "session_replaced"
reason = "signed_in_elsewhere"

[[errors.ends]]
error = "session_replaced"
description = "All sessions"
reason = "provider_reset"
"#;

fn refused(provider: &Provider, status: u16, body: &str) -> AnswerError {
    let response = answer(status, &[], body);
    provider.read_tokens(&response, Refresh).unwrap_err()
}

#[test]
fn a_provider_gives_the_reason_in_words_of_its_file_and_in_no_others() {
    let provider = own(&format!("{EXAMPLE}{ENDS}"));
    let grant = |description: &str| {
        format!(r#"{{"error":"invalid_grant","error_description":"{description}"}}"#)
    };
    for (body, expected) in [
        (
            grant("Password was changed"),
            Some(EndWord::PasswordChanged),
        ),
        (
            grant("Password was changed at 10:02"),
            Some(EndWord::PasswordChanged),
        ),
        (
            grant("Token was used before."),
            Some(EndWord::RefreshedElsewhere),
        ),
        (grant("password was changed"), None),
        (grant("The Password was changed"), None),
        (grant("Token is revoked"), None),
        (r#"{"error":"invalid_grant"}"#.to_owned(), None),
        (
            r#"{"error":"invalid_request","error_description":"Password was changed"}"#.to_owned(),
            None,
        ),
        (
            r#"{"error":"session_replaced"}"#.to_owned(),
            Some(EndWord::SignedInElsewhere),
        ),
        (
            r#"{"error":"session_replaced","error_description":"All sessions ended"}"#.to_owned(),
            Some(EndWord::ProviderReset),
        ),
    ] {
        let error = refused(&provider, 400, &body);
        let named = provider.named_end(&error).map(|end| end.reason);
        assert_eq!(named, expected, "{body}");
    }
}

#[test]
fn words_of_the_file_end_a_link_unless_the_server_is_in_trouble() {
    let provider = own(&format!("{EXAMPLE}{ENDS}"));
    let body = r#"{"error":"session_replaced"}"#;
    for status in [200, 400, 401, 403] {
        let error = refused(&provider, status, body);
        assert_eq!(
            provider.meaning(&error, Refresh),
            Meaning::GrantRejected,
            "{status}"
        );
    }
    for status in [429, 500, 503] {
        let error = refused(&provider, status, body);
        let meaning = provider.meaning(&error, Refresh);
        assert!(matches!(meaning, Meaning::Transitory { .. }), "{status}");
    }
}

#[test]
fn the_built_in_files_name_what_is_known_of_their_servers() {
    let parrot = built_in("trading-parrot");
    let body = r#"{"error":"invalid_grant","error_description":"Refresh token has expired"}"#;
    let named = parrot.named_end(&refused(&parrot, 400, body)).unwrap();
    assert_eq!(named.reason, EndWord::Expired);
    for (id, ends_first) in [
        ("biggerplate", true),
        ("trading-parrot", false),
        ("just2trade", false),
        ("tradecloud", false),
        ("rest-api-v1", false),
    ] {
        assert_eq!(built_in(id).second_link_ends_first(), ends_first, "{id}");
    }
}

#[test]
fn a_web_page_knows_nothing_of_anybodys_tokens() {
    const PAGE: &str = "<!doctype html><title>Welcome</title>";
    for (id, kind, status) in [
        ("tradecloud", Refresh, 401),
        ("tradecloud", Profile, 401),
        ("tradecloud", Password, 401),
        ("just2trade", Profile, 401),
        ("just2trade", Profile, 200),
        ("trading-parrot", Profile, 400),
        ("trading-parrot", Refresh, 401),
        ("rest-api-v1", Refresh, 400),
        ("rest-api-v1", Refresh, 401),
        ("rest-api-v1", Refresh, 403),
        ("biggerplate", Refresh, 200),
        ("biggerplate", Refresh, 401),
        ("biggerplate", Refresh, 407),
        ("biggerplate", Refresh, 511),
        ("biggerplate", Exchange, 511),
    ] {
        let provider = built_in(id);
        for headers in [&[][..], &[("content-type", "text/html; charset=utf-8")][..]] {
            let response = answer(status, headers, PAGE);
            let error = match kind {
                Profile => provider.read_profile(&response).unwrap_err(),
                _ => provider.read_tokens(&response, kind).unwrap_err(),
            };
            assert_eq!(
                provider.meaning(&error, kind),
                Meaning::Page,
                "{id} {kind:?} {status}"
            );
            assert!(!error.may_have_spent(), "{id} {kind:?} {status}");
        }
    }
    // The provider itself speaks plain text.
    let cloud = built_in("tradecloud");
    let error = refused(&cloud, 401, "The supplied authentication is invalid");
    assert_eq!(cloud.meaning(&error, Refresh), Meaning::GrantRejected);
}

#[test]
fn whoever_says_yes_may_have_spent_the_token_whatever_the_words() {
    let biggerplate = built_in("biggerplate");
    for (status, body, spent) in [
        (200, "", true),
        (200, "{}", true),
        (200, "{\"access_token\":", true),
        (200, "[]", true),
        (200, "access_token=a", true),
        (204, "", true),
        (200, "<html>", false),
        (200, "  <p>", false),
        (200, r#"{"error":"invalid_grant"}"#, false),
        (302, "", false),
        (400, "", false),
        (400, "{\"access_token\":", false),
        (500, "{\"access_token\":", false),
        (503, "", false),
    ] {
        let error = refused(&biggerplate, status, body);
        assert_eq!(error.may_have_spent(), spent, "{status} {body}");
    }
    let cloud = built_in("tradecloud");
    for (headers, spent) in [
        (&[][..], false),
        (&[("set-authorization", "a")][..], true),
        (&[("set-refresh-token", "r")][..], true),
        (
            &[("set-authorization", "a"), ("set-refresh-token", "")][..],
            true,
        ),
    ] {
        let response = answer(200, headers, "OK");
        let error = cloud.read_tokens(&response, Refresh).unwrap_err();
        assert_eq!(error.may_have_spent(), spent, "{headers:?}");
    }
}

#[test]
fn a_reason_nobody_could_give_is_a_mistake_in_the_file() {
    for (old, new, key) in [
        (
            "\"Password was changed\"",
            "\"\"",
            "errors.ends.description",
        ),
        (
            "\"Password was changed\"",
            "\" Password\"",
            "errors.ends.description",
        ),
        (
            "\"Password was changed\"",
            "\"Passwort geändert\"",
            "errors.ends.description",
        ),
        ("\"invalid_grant\"", "\"\"", "errors.ends.error"),
        ("\"password_changed\"", "\"unknown\"", "errors.ends.reason"),
        ("reason = \"password_changed\"", "", "reason"),
        (
            "reason = \"password_changed\"",
            "reason = \"revoked\"\nstatus = 400",
            "errors.ends.status",
        ),
    ] {
        let found = problems(&format!("{EXAMPLE}{}", ENDS.replacen(old, new, 1)));
        let keys: Vec<&str> = found.iter().map(|(_, key)| key.as_str()).collect();
        assert!(keys.iter().any(|it| key.ends_with(it)), "{new}: {keys:?}");
    }
}
