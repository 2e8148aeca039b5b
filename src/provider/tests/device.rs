//! Sign-in on another device: what is sent, and what the answers to polling mean.
//!
//! Knows no clock; how often is asked is the worker's.

use super::{EXAMPLE, answer, built_in, client, example_with, own, problems, wires};
use crate::provider::{CallKind, ClientSettings, Meaning, Need, Provider, RefreshWay, SignIn};
use crate::secret::Secret;

const ENDPOINT: &str = "device_authorization_endpoint = \"https://auth.example.com/device\"";
const FORM: &str = "accept: application/json\ncontent-type: application/x-www-form-urlencoded";
const BASIC: &str = "authorization: Basic dGhlK2lkOnMlMjZjcmV0";
const GRANT: &str =
    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d%2F1";

/// A file without a page to sign in at.
fn only_device() -> String {
    example_with(&format!("{ENDPOINT}\nsign_in = \"device\""))
        .replace("\nauthorization_endpoint", "\n# authorization_endpoint")
        .replace("\nredirect_uri", "\n# redirect_uri")
}

fn meaning(provider: &Provider, status: u16, code: &str) -> Meaning {
    let response = answer(status, &[], &format!(r#"{{"error":"{code}"}}"#));
    let error = provider
        .read_tokens(&response, CallKind::DeviceToken)
        .unwrap_err();
    assert_eq!(error.code(), code);
    provider.meaning(&error, CallKind::DeviceToken)
}

#[test]
fn device_requests_are_written_as_rfc_8628_describes_them() {
    let text = example_with(ENDPOINT);
    for (method, headers, first, poll) in [
        (
            "client_secret_basic",
            format!("{FORM}\n{BASIC}"),
            "client_id=the+id",
            "",
        ),
        (
            "none",
            FORM.to_owned(),
            "client_id=the+id",
            "&client_id=the+id",
        ),
        (
            "client_secret_post",
            FORM.to_owned(),
            "client_id=the+id&client_secret=s%26cret",
            "&client_id=the+id&client_secret=s%26cret",
        ),
    ] {
        let provider = own(&text.replace("\"client_secret_basic\"", &format!("\"{method}\"")));
        let client = client(|_| {});
        assert_eq!(
            wires(&provider.device_authorization_calls(&client).unwrap()),
            [format!(
                "POST https://auth.example.com/device\n{headers}\n{first}&scope=openid+offline_access"
            )]
        );
        let code = Secret::new("d/1");
        assert_eq!(
            wires(&provider.device_token_calls(&client, &code).unwrap()),
            [format!(
                "POST https://auth.example.com/token\n{headers}\n{GRANT}{poll}"
            )]
        );
    }
}

#[test]
fn device_sign_in_stands_beside_the_page_or_alone() {
    let nothing = ClientSettings::default();
    let beside = own(&example_with(ENDPOINT));
    assert!(beside.offers_device());
    assert_eq!(beside.sign_in(&nothing), SignIn::AuthorizationCode);
    let alone = own(&only_device());
    assert!(alone.offers_device());
    assert_eq!(alone.sign_in(&nothing), SignIn::Device);
    assert_eq!(alone.refresh_way(), RefreshWay::Grant);
    assert!(alone.wants_client_id() && alone.wants_client_secret() && !alone.wants_redirect_uri());
    assert_eq!(
        alone.missing(&nothing, false),
        [Need::ClientId, Need::ClientSecret]
    );
    assert_eq!(alone.missing(&client(|_| {}).settings, true), []);
    assert_eq!(alone.sign_in_host(&nothing), "auth.example.com");
    assert_eq!(alone.token_origin(&nothing), "https://auth.example.com");
    assert_eq!(alone.redirect_ways(), []);
    assert_eq!(
        alone.grant_name(CallKind::DeviceToken, &nothing),
        "device_code"
    );
    let plain = own(EXAMPLE);
    assert!(!plain.offers_device());
    assert_eq!(
        wires(&plain.device_authorization_calls(&client(|_| {})).unwrap()),
        [""; 0]
    );
}

#[test]
fn device_sign_in_needs_both_of_its_endpoints() {
    let lacks = |text: &str, key: &str| assert_eq!(problems(text), [(None, key.to_owned())]);
    lacks(
        &only_device().replace(ENDPOINT, ""),
        "device_authorization_endpoint",
    );
    lacks(
        &only_device().replace("\ntoken_endpoint =", "\n# token_endpoint ="),
        "token_endpoint",
    );
    let grants =
        "grant_types = [\"authorization_code\", \"urn:ietf:params:oauth:grant-type:device_code\"]";
    let never = own(&example_with(&format!("{ENDPOINT}\n{grants}")));
    assert_eq!(never.refresh_way(), RefreshWay::None);
}

#[test]
fn whoever_polls_can_tell_waiting_from_an_end() {
    let provider = own(&example_with(ENDPOINT));
    for status in [400, 401, 403, 428, 429, 200] {
        assert_eq!(
            meaning(&provider, status, "authorization_pending"),
            Meaning::Pending
        );
        assert_eq!(
            meaning(&provider, status, "slow_down"),
            Meaning::SlowDown,
            "{status}"
        );
    }
    assert_eq!(
        meaning(&provider, 400, "expired_token"),
        Meaning::GrantRejected
    );
    assert_eq!(
        meaning(&provider, 400, "invalid_grant"),
        Meaning::GrantRejected
    );
    let denied = Meaning::Denied {
        code: "access_denied".to_owned(),
    };
    assert_eq!(meaning(&provider, 400, "access_denied"), denied);
    let rejected = Meaning::ClientRejected {
        code: "invalid_client".to_owned(),
    };
    assert_eq!(meaning(&provider, 401, "invalid_client"), rejected);
    let passing = Meaning::Transitory { retry_after: None };
    assert_eq!(meaning(&provider, 503, "invalid_grant"), passing);
}

#[test]
fn waiting_is_a_word_of_polling_alone() {
    let response = answer(400, &[], r#"{"error":"authorization_pending"}"#);
    let provider = built_in("biggerplate");
    let error = provider
        .read_tokens(&response, CallKind::Refresh)
        .unwrap_err();
    let other = Meaning::Other {
        code: "authorization_pending".to_owned(),
    };
    assert_eq!(provider.meaning(&error, CallKind::Refresh), other);
}

#[test]
fn tokens_of_a_device_sign_in_are_read_like_others() {
    let provider = own(&example_with(ENDPOINT));
    let response = answer(
        200,
        &[],
        r#"{"access_token":"a","token_type":"Bearer","refresh_token":"r"}"#,
    );
    let tokens = provider
        .read_tokens(&response, CallKind::DeviceToken)
        .unwrap();
    assert_eq!(tokens.access_token, Secret::new("a"));
    assert!(!provider.is_not_understood(&response, CallKind::DeviceToken, 0));
}
