//! Tables of what providers hand out, and what each text comes to.
//!
//! Uses only what the room shows to others.

use proptest::prelude::*;

use super::{Credentials, CredentialsError};

/// What a text comes to, in short.
fn outcome(text: &[u8]) -> String {
    match Credentials::read(text) {
        Ok(read) => {
            let secret = read.client_secret.as_ref();
            let secret = secret.map_or("no secret", |secret| secret.expose());
            let id = &read.client_id;
            [&[id.as_str(), secret], &*texts(&read.redirect_uris)]
                .concat()
                .join(", ")
        }
        Err(error) => error.to_string(),
    }
}

fn texts(uris: &[String]) -> Vec<&str> {
    uris.iter().map(String::as_str).collect()
}

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(outcome(text.as_bytes()), *expected, "{text}");
    }
}

#[test]
#[rustfmt::skip]
fn what_providers_hand_out_is_read() {
    check(&[
        (r#"{"client_id":"a","client_secret":"b"}"#, "a, b"),
        (r#"{"client_id":"a"}"#, "a, no secret"),
        (r#"{"installed":{"client_id":"a","project_id":"p","auth_uri":"https://x","client_secret":"b","redirect_uris":["http://localhost"]}}"#, "a, b, http://localhost"),
        (r#"{"web":{"client_id":"a","client_secret":"b","redirect_uris":["https://x/1","https://x/2"],"javascript_origins":["https://x"]}}"#, "a, b, https://x/1, https://x/2"),
        (r#"{"client_id":"a","client_secret":"b","client_id_issued_at":2893256800,"client_secret_expires_at":0,"redirect_uris":["https://x/cb"],"grant_types":["authorization_code"],"jwks":{"keys":[]}}"#, "a, b, https://x/cb"),
        (r#"{"clientId":"a","clientSecret":"b","redirectUri":"https://x/cb"}"#, "a, b, https://x/cb"),
        (r#"{"ClientID":"a","ClientSecret":"b","RedirectURIs":["https://x/cb"]}"#, "a, b, https://x/cb"),
        (r#"{"Client ID":"a","Client Secret":"b","Redirect URI":"https://x/cb"}"#, "a, b, https://x/cb"),
        (r#"{"CLIENT_ID":"a","CLIENT_SECRET":"b"}"#, "a, b"),
        (r#"{"client-id":"a","client-secret":"b"}"#, "a, b"),
        (r#"{"name":"My app","id":7,"client_id":12345,"client_secret":"b"}"#, "12345, b"),
        (r#"{"client_id":" a\n","client_secret":" b "}"#, "a,  b "),
        (r#"{"client_id":"a","client_secret":"","redirect_uri":null}"#, "a, no secret"),
        (r#"{"client_id":"a","client_secret":null,"redirect_uris":[]}"#, "a, no secret"),
        (r#"{"client_id":"a","client_secret":"пароль"}"#, "a, пароль"),
        (r#"{"client_id":"a","redirect_uris":["u","u"],"redirect_uri":"u"}"#, "a, no secret, u"),
        (r#"{"client_id":"a","installed":false,"web":null}"#, "a, no secret"),
        ("\u{feff} {\"client_id\":\"a\"}\r\n", "a, no secret"),
    ]);
}

#[test]
#[rustfmt::skip]
fn what_names_no_one_client_is_told_by_its_fields() {
    check(&[
        ("", "the text is not a JSON object"),
        ("client_id=a", "the text is not a JSON object"),
        ("s6BhdRkqt3", "the text is not a JSON object"),
        (r#""client_id""#, "the text is not a JSON object"),
        (r#"[{"client_id":"a"}]"#, "the text is not a JSON object"),
        (r#"{"client_id":"a"} {"client_id":"b"}"#, "the text is not a JSON object"),
        (r#"{"client_id":"a""#, "the text is not a JSON object"),
        ("{}", "no client identifier was found; there is nothing"),
        (r#"{"api_key":"canary","na\u202eme":"canary"}"#, "no client identifier was found; there is `api_key`, `name`"),
        (r#"{"installed":{"project_id":"canary"}}"#, "no client identifier was found; there is `project_id`"),
        (r#"{"client_id":""}"#, "no client identifier was found; there is `client_id`"),
        (r#"{"client_id":" ","client_secret":"canary"}"#, "no client identifier was found; there is `client_id`, `client_secret`"),
        (r#"{"client_id":null}"#, "no client identifier was found; there is `client_id`"),
        (r#"{"data":{"client_id":"a"}}"#, "no client identifier was found; there is `data`"),
        (r#"{"client_id":"canary","clientId":"canary"}"#, "both `client_id` and `clientId` were found, and only one can be meant"),
        (r#"{"client_id":"a","client_id":"a"}"#, "both `client_id` and `client_id` were found, and only one can be meant"),
        (r#"{"client_id":"a","client_secret":"b","Client Secret":"c"}"#, "both `client_secret` and `Client Secret` were found, and only one can be meant"),
        (r#"{"installed":{"client_id":"a"},"web":{"client_id":"b"}}"#, "both `installed` and `web` were found, and only one can be meant"),
        (r#"{"client_id":"a","web":{"client_id":"b"}}"#, "both `client_id` and `web` were found, and only one can be meant"),
        (r#"{"web":{"client_id":"a","clientid":"b"}}"#, "both `client_id` and `clientid` were found, and only one can be meant"),
        (r#"{"client_id":["canary"]}"#, "the `client_id` is malformed"),
        (r#"{"client_id":{"id":"canary"}}"#, "the `client_id` is malformed"),
        (r#"{"client_id":true}"#, "the `client_id` is malformed"),
        (r#"{"client_id":"a\u0000b"}"#, "the `client_id` is malformed"),
        (r#"{"client_id":"ä"}"#, "the `client_id` is malformed"),
        (r#"{"client_id":"a","client_secret":5}"#, "the `client_secret` is malformed"),
        (r#"{"client_id":"a","client_secret":"canary\n"}"#, "the `client_secret` is malformed"),
        (r#"{"client_id":"a","redirect_uris":{"canary":1}}"#, "the `redirect_uris` is malformed"),
        (r#"{"client_id":"a","redirect_uris":["https://x",7]}"#, "the `redirect_uris` is malformed"),
        (r#"{"client_id":"a","redirect_uri":"https://x\ny"}"#, "the `redirect_uri` is malformed"),
        (r#"{"client_id":"a","redirect_uri":""}"#, "the `redirect_uri` is malformed"),
    ]);
}

#[test]
fn sizes_have_limits() {
    let client = |id: &str, rest: &str| format!(r#"{{"client_id":"{id}","x":{rest}}}"#);
    let long = "a".repeat(4 * 1024);
    assert_eq!(
        outcome(client(&long, "1").as_bytes()),
        format!("{long}, no secret")
    );
    let malformed = "the `client_id` is malformed";
    assert_eq!(
        outcome(client(&format!("{long}a"), "1").as_bytes()),
        malformed
    );
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let too_deep = Credentials::read(client("a", &deep).as_bytes());
    assert_eq!(too_deep, Err(CredentialsError::NotJson));
    let huge = format!("{}{}", client("a", "1"), " ".repeat(1024 * 1024));
    let too_long = Credentials::read(huge.as_bytes());
    assert_eq!(too_long, Err(CredentialsError::TooLong));
}

#[test]
fn names_are_cut_before_they_are_shown() {
    let fields = (0..100).map(|count| format!(r#""{count}{}":1"#, "x".repeat(100)));
    let text = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    let Err(CredentialsError::NoClientId { fields }) = Credentials::read(text.as_bytes()) else {
        panic!("there is no client identifier in {text}");
    };
    assert_eq!(fields.len(), 12);
    assert!(fields.iter().all(|name| name.len() == 40));
}

#[test]
fn debug_shows_no_secret() {
    let read = Credentials::read(br#"{"client_id":"a","client_secret":"canary"}"#);
    assert!(read.is_ok());
    assert!(!format!("{read:?}").contains("canary"));
}

proptest! {
    #[test]
    fn no_text_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), value in any::<String>()) {
        prop_assert!(Credentials::read(&bytes).is_err());
        let text = serde_json::json!({ "client_id": value, "redirect_uri": value }).to_string();
        if let Ok(read) = Credentials::read(text.as_bytes()) {
            prop_assert_eq!(read.client_id, value.trim());
            prop_assert_eq!(read.redirect_uris, [value]);
        }
    }

    #[test]
    fn no_error_quotes_a_value(name in "[a-z_]{0,12}", value in "canary[0-9a-z\"\\\\\u{0}]{0,8}") {
        for odd in [serde_json::json!(value), serde_json::json!([value]), serde_json::json!({"x": value})] {
            let text = serde_json::json!({ "client_id": odd, "client_secret": odd, "redirect_uri": odd, name.as_str(): odd });
            if let Err(error) = Credentials::read(text.to_string().as_bytes()) {
                let told = format!("{error} {error:?}");
                prop_assert!(!told.contains("canary"));
            }
        }
    }
}
