//! What well-known addresses answer, and where they are.
//!
//! Knows nothing of how they are asked.

use proptest::prelude::*;
use url::Url;

use crate::oauth::{IssuerError, Metadata, MetadataError, metadata_urls};

const ISSUER: &str = "https://a.example";

fn urls(issuer: &str) -> Result<Vec<String>, IssuerError> {
    let urls = metadata_urls(&Url::parse(issuer).unwrap())?;
    Ok(urls.into_iter().map(String::from).collect())
}

#[test]
fn every_issuer_has_its_well_known_addresses_once() {
    let root = [
        "https://a.example/.well-known/openid-configuration",
        "https://a.example/.well-known/oauth-authorization-server",
    ];
    for issuer in [
        "https://a.example",
        "https://a.example/",
        "https://A.example:443/",
    ] {
        assert_eq!(urls(issuer).unwrap(), root, "{issuer}");
    }
    let tenant = [
        "http://127.0.0.1:8080/t/1/.well-known/openid-configuration",
        "http://127.0.0.1:8080/.well-known/oauth-authorization-server/t/1",
        "http://127.0.0.1:8080/.well-known/openid-configuration/t/1",
    ];
    for issuer in ["http://127.0.0.1:8080/t/1", "http://127.0.0.1:8080/t/1/"] {
        assert_eq!(urls(issuer).unwrap(), tenant, "{issuer}");
    }
}

#[test]
fn an_issuer_is_https_and_nothing_but_host_and_path() {
    use IssuerError::{Insecure, Part};
    let rows = [
        ("http://a.example", Insecure),
        ("ftp://a.example", Insecure),
        ("urn:a.example", Insecure),
        ("https://a.example?x=1", Part("query")),
        ("https://a.example/?", Part("query")),
        ("https://a.example#x", Part("fragment")),
        ("https://a.example#", Part("fragment")),
        ("https://user@a.example", Part("user name")),
        ("https://:word@a.example", Part("user name")),
        ("http://user@127.0.0.1", Part("user name")),
    ];
    for (issuer, refused) in rows {
        assert_eq!(urls(issuer), Err(refused), "{issuer}");
    }
}

/// Reads metadata with these fields beside those that have to be there.
fn with(fields: &str) -> Result<Metadata, MetadataError> {
    let body = format!(
        r#"{{"issuer":"https://a.example","token_endpoint":"https://a.example/token"{fields}}}"#
    );
    Metadata::read(body.as_bytes(), ISSUER)
}

#[test]
fn the_example_of_rfc_8414_holds() {
    let body = br#"{
        "issuer": "https://server.example.com",
        "authorization_endpoint": "https://server.example.com/authorize",
        "token_endpoint": "https://server.example.com/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
        "userinfo_endpoint": "https://server.example.com/userinfo",
        "jwks_uri": "https://server.example.com/jwks.json",
        "registration_endpoint": "https://server.example.com/register",
        "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access"],
        "response_types_supported": ["code", "code token"],
        "service_documentation": "http://server.example.com/service_documentation.html",
        "ui_locales_supported": ["en-US", "en-GB", "en-CA", "fr-FR", "fr-CA"]
    }"#;
    let read = Metadata::read(body, "https://server.example.com").unwrap();
    let own = |path: &str| {
        Url::parse("https://server.example.com")
            .unwrap()
            .join(path)
            .ok()
    };
    assert_eq!(read.issuer, "https://server.example.com");
    assert_eq!(read.authorization_endpoint, own("/authorize"));
    assert_eq!(Some(read.token_endpoint), own("/token"));
    assert_eq!(read.userinfo_endpoint, own("/userinfo"));
    assert_eq!(read.jwks_uri, own("/jwks.json"));
    assert_eq!(read.revocation_endpoint, None);
    assert_eq!(read.device_authorization_endpoint, None);
    assert_eq!(
        read.token_endpoint_auth_methods_supported,
        ["client_secret_basic", "private_key_jwt"]
    );
    assert_eq!(read.scopes_supported.len(), 6);
}

#[test]
fn what_is_not_said_is_what_the_rfc_says() {
    let read = with("").unwrap();
    assert_eq!(
        read.token_endpoint_auth_methods_supported,
        ["client_secret_basic"]
    );
    assert_eq!(
        read.grant_types_supported,
        ["authorization_code", "implicit"]
    );
    assert!(read.code_challenge_methods_supported.is_empty());
    assert!(!read.authorization_response_iss_parameter_supported);
    let said = with(
        r#","token_endpoint_auth_methods_supported":["none"],"grant_types_supported":[],
           "code_challenge_methods_supported":["S256"],"prompt_values_supported":["consent"],
           "id_token_signing_alg_values_supported":["ES256"],
           "revocation_endpoint":"https://a.example/revoke",
           "device_authorization_endpoint":"https://a.example/device",
           "authorization_response_iss_parameter_supported":true"#,
    )
    .unwrap();
    assert_eq!(said.token_endpoint_auth_methods_supported, ["none"]);
    assert!(said.grant_types_supported.is_empty());
    assert_eq!(said.code_challenge_methods_supported, ["S256"]);
    assert_eq!(said.prompt_values_supported, ["consent"]);
    assert_eq!(said.id_token_signing_alg_values_supported, ["ES256"]);
    assert_eq!(said.revocation_endpoint.unwrap().path(), "/revoke");
    assert_eq!(
        said.device_authorization_endpoint.unwrap().path(),
        "/device"
    );
    assert!(said.authorization_response_iss_parameter_supported);
}

#[test]
fn an_odd_field_is_refused_by_its_name() {
    use MetadataError::{Insecure, Malformed};
    let rows = [
        (
            r#""jwks_uri":"http://a.example/keys""#,
            Insecure("jwks_uri"),
        ),
        (r#""jwks_uri":"file:///keys""#, Insecure("jwks_uri")),
        (r#""jwks_uri":"/keys""#, Malformed("jwks_uri")),
        (r#""jwks_uri":"""#, Malformed("jwks_uri")),
        (r#""jwks_uri":["https://a.example"]"#, Malformed("jwks_uri")),
        (r#""jwks_uri":"https://u@a.example""#, Malformed("jwks_uri")),
        (r#""userinfo_endpoint":7"#, Malformed("userinfo_endpoint")),
        (
            r#""authorization_endpoint":"javascript:0""#,
            Insecure("authorization_endpoint"),
        ),
        (
            r#""authorization_endpoint":"https://a.example/#x""#,
            Malformed("authorization_endpoint"),
        ),
        (
            r#""token_endpoint":"https://b.example""#,
            Malformed("token_endpoint"),
        ),
        (r#""issuer":"https://a.example""#, Malformed("issuer")),
        (
            r#""scopes_supported":"openid""#,
            Malformed("scopes_supported"),
        ),
        (
            r#""scopes_supported":["openid",1]"#,
            Malformed("scopes_supported"),
        ),
        (r#""scopes_supported":{}"#, Malformed("scopes_supported")),
        (
            r#""authorization_response_iss_parameter_supported":"true""#,
            Malformed("authorization_response_iss_parameter_supported"),
        ),
    ];
    for (field, refused) in rows {
        assert_eq!(with(&format!(",{field}")), Err(refused), "{field}");
    }
    for fields in [
        r#","jwks_uri":null,"scopes_supported":null"#,
        r#","x":1,"x":2,"registration_endpoint":7"#,
        r#","jwks_uri":"http://[::1]:8080/keys""#,
    ] {
        assert!(with(fields).is_ok(), "{fields}");
    }
}

#[test]
fn only_the_issuer_that_was_asked_is_believed() {
    let other = |named: &str| {
        Err(MetadataError::Issuer {
            named: named.to_owned(),
        })
    };
    let rows = [
        (r#""https://a.example/""#, other("https://a.example/")),
        (r#""HTTPS://a.example""#, other("HTTPS://a.example")),
        (r#""https://b.example\u202e""#, other("https://b.example")),
        (r#""""#, other("")),
        ("null", Err(MetadataError::Missing("issuer"))),
        ("7", Err(MetadataError::Malformed("issuer"))),
    ];
    for (issuer, refused) in rows {
        let body = format!(r#"{{"issuer":{issuer},"token_endpoint":"https://a.example/token"}}"#);
        assert_eq!(Metadata::read(body.as_bytes(), ISSUER), refused, "{issuer}");
    }
    let bare = Metadata::read(br#"{"issuer":"https://a.example"}"#, ISSUER);
    assert_eq!(bare, Err(MetadataError::Missing("token_endpoint")));
}

#[test]
fn what_is_no_object_or_too_much_is_refused() {
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("{{{}}}", " ".repeat(1024 * 1024));
    for body in ["", "[]", "null", "<!doctype html>", "{}x", &deep, &long] {
        let shown: String = body.chars().take(20).collect();
        assert_eq!(
            Metadata::read(body.as_bytes(), ISSUER),
            Err(MetadataError::NotJson),
            "{shown}"
        );
    }
    let items = vec![r#""a""#; 513].join(",");
    let many = with(&format!(r#","scopes_supported":[{items}]"#));
    assert_eq!(many, Err(MetadataError::Malformed("scopes_supported")));
    let item = "a".repeat(513);
    let wide = with(&format!(r#","scopes_supported":["{item}"]"#));
    assert_eq!(wide, Err(MetadataError::Malformed("scopes_supported")));
}

proptest! {
    #[test]
    fn no_body_panics_and_no_error_quotes_it(name in "[a-z_]{1,12}", value in "canary.{0,40}") {
        let fields = serde_json::json!({
            "issuer": ISSUER, "token_endpoint": value, "jwks_uri": [value], name.as_str(): value,
        });
        let read = Metadata::read(fields.to_string().as_bytes(), ISSUER);
        let told = format!("{:?}", read.unwrap_err());
        prop_assert!(!told.contains("canary"), "{}", told);
        prop_assert!(Metadata::read(value.as_bytes(), &value).is_err());
    }
}
