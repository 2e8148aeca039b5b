//! From metadata to a provider file, and from there to a provider.
//!
//! Fetches nothing.

use super::client;
use crate::ids::ProviderId;
use crate::oauth::{Metadata, State};
use crate::provider::discovery::{Discovered, file, propose_id, propose_name};
use crate::provider::{
    AuthorizationInputs, ClientSettings, Origin, Provider, Registry, SignIn, UserFile,
};

fn list(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

/// An issuer that offers everything.
fn everything() -> Metadata {
    let at = |path: &str| format!("https://auth.example.com/{path}").parse().unwrap();
    Metadata {
        issuer: "https://auth.example.com".to_owned(),
        authorization_endpoint: Some(at("authorize?tenant=a")),
        token_endpoint: at("token"),
        revocation_endpoint: Some(at("revoke")),
        userinfo_endpoint: Some(at("me")),
        device_authorization_endpoint: Some(at("device")),
        jwks_uri: Some(at("jwks")),
        scopes_supported: list(&["email", "admin", "openid", "offline_access"]),
        code_challenge_methods_supported: list(&["plain", "S256"]),
        token_endpoint_auth_methods_supported: list(&[
            "none",
            "client_secret_post",
            "client_secret_basic",
        ]),
        grant_types_supported: Vec::new(),
        id_token_signing_alg_values_supported: list(&["none", "RS256", "ES256"]),
        authorization_response_iss_parameter_supported: true,
        prompt_values_supported: list(&["none", "login", "select_account"]),
    }
}

/// An issuer that says no more than it must.
fn little() -> Metadata {
    Metadata {
        revocation_endpoint: None,
        userinfo_endpoint: None,
        device_authorization_endpoint: None,
        jwks_uri: None,
        scopes_supported: Vec::new(),
        code_challenge_methods_supported: Vec::new(),
        token_endpoint_auth_methods_supported: Vec::new(),
        id_token_signing_alg_values_supported: Vec::new(),
        authorization_response_iss_parameter_supported: false,
        prompt_values_supported: Vec::new(),
        ..everything()
    }
}

fn id(text: &str) -> ProviderId {
    ProviderId::new(text).unwrap()
}

fn written_as(found: &Metadata, id: &ProviderId, name: &str) -> String {
    let read_at = "https://auth.example.com/.well-known/openid-configuration";
    let found = Discovered {
        read_at: read_at.parse().unwrap(),
        metadata: found.clone(),
    };
    file(&found, id, name)
}

fn written(found: &Metadata) -> String {
    written_as(found, &id("example"), "Example")
}

/// The provider that comes of a file put beside the others.
fn read(text: String) -> Provider {
    let (registry, _) = Registry::new(Vec::new());
    let file = UserFile {
        path: "example.toml".to_owned(),
        text: Ok(text),
    };
    let registry = registry.with(file).unwrap();
    assert_eq!(registry.iter().count(), 6);
    let provider = registry.get(&id("example")).unwrap();
    Provider::clone(provider)
}

#[test]
fn the_file_is_written_in_the_order_people_read_it() {
    assert_eq!(
        written(&everything()),
        r#"# Read from the metadata of the issuer, at https://auth.example.com/.well-known/openid-configuration

id = "example"
name = "Example"
issuer = "https://auth.example.com"
authorization_endpoint = "https://auth.example.com/authorize?tenant=a"
token_endpoint = "https://auth.example.com/token"
revocation_endpoint = "https://auth.example.com/revoke"
userinfo_endpoint = "https://auth.example.com/me"
device_authorization_endpoint = "https://auth.example.com/device"
jwks_uri = "https://auth.example.com/jwks"
id_token_signing_alg_values_supported = ["RS256", "ES256"]
scopes = ["openid", "offline_access", "email"]
token_endpoint_auth_method = "client_secret_basic"
code_challenge_methods_supported = ["S256"]
redirect_uri = "http://127.0.0.1/callback"
authorization_response_iss_parameter_supported = true

[authorization]
account_chooser = ["prompt=select_account"]
"#
    );
}

#[test]
fn what_was_written_is_a_provider_with_all_that_was_found() {
    let provider = read(written(&everything()));
    assert!(provider.uses_pkce() && provider.expects_id_token() && provider.offers_device());
    assert!(provider.can_revoke() && provider.has_profile() && provider.issuer_required());
    assert!(provider.offers_account_chooser());
    assert_eq!(provider.id_token_algorithms(), ["RS256", "ES256"]);
    assert_eq!(provider.issuer(), Some("https://auth.example.com"));
    let nothing = ClientSettings::default();
    assert_eq!(provider.redirect(&nothing).uri, "http://127.0.0.1/callback");
    let user = Origin::User {
        file: "example.toml".to_owned(),
    };
    assert_eq!(provider.origin, user);
    let state = State::from_random([0; 32]);
    let address = provider.authorization_request(
        &client(|_| {}),
        &AuthorizationInputs::plain("http://127.0.0.1:9/callback", &state),
    );
    let address = address.unwrap().to_string();
    assert!(
        address.contains("/authorize?tenant=a&response_type=code&"),
        "{address}"
    );
}

#[test]
fn what_was_not_found_is_left_out() {
    let text = written(&little());
    let keys: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .collect();
    assert_eq!(
        keys,
        [
            "id",
            "name",
            "issuer",
            "authorization_endpoint",
            "token_endpoint",
            "token_endpoint_auth_method",
            "redirect_uri"
        ]
    );
    let provider = read(text);
    assert!(!provider.uses_pkce() && !provider.expects_id_token() && !provider.offers_device());
}

#[test]
fn the_best_method_of_authentication_that_is_offered_is_taken() {
    for (offered, taken) in [
        (
            &["client_secret_post", "client_secret_basic"][..],
            "client_secret_basic",
        ),
        (
            &["none", "client_secret_post", "private_key_jwt"],
            "client_secret_post",
        ),
        (&["private_key_jwt", "none"], "none"),
        (&["private_key_jwt"], "client_secret_basic"),
        (&[], "client_secret_basic"),
    ] {
        let found = Metadata {
            token_endpoint_auth_methods_supported: list(offered),
            ..little()
        };
        let line = format!("token_endpoint_auth_method = \"{taken}\"\n");
        assert!(written(&found).contains(&line), "{offered:?}");
    }
}

#[test]
fn whoever_issues_id_tokens_is_asked_for_one_even_without_a_list_of_scopes() {
    let found = Metadata {
        scopes_supported: Vec::new(),
        ..everything()
    };
    assert!(read(written(&found)).expects_id_token());
    let never = Metadata {
        id_token_signing_alg_values_supported: Vec::new(),
        ..found
    };
    let text = written(&never);
    assert!(
        !text.contains("jwks_uri") && !text.contains("scopes"),
        "{text}"
    );
}

#[test]
fn an_issuer_without_a_page_is_signed_in_at_on_another_device() {
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    for found in [
        Metadata {
            authorization_endpoint: None,
            ..everything()
        },
        Metadata {
            grant_types_supported: list(&[device, "refresh_token"]),
            ..everything()
        },
    ] {
        let text = written(&found);
        assert!(
            !text.contains("redirect_uri")
                && !text.contains("authorization_endpoint = \"https://auth.example.com/authorize"),
            "{text}"
        );
        assert_eq!(
            read(text).sign_in(&ClientSettings::default()),
            SignIn::Device
        );
    }
    let both = Metadata {
        grant_types_supported: list(&["authorization_code", device]),
        ..everything()
    };
    let both = read(written(&both));
    assert_eq!(
        both.sign_in(&ClientSettings::default()),
        SignIn::AuthorizationCode
    );
}

#[test]
fn hostile_metadata_is_data_and_is_checked_like_any_file() {
    let (registry, _) = Registry::new(Vec::new());
    let keys = |found: &Metadata, name: &str| {
        let file = UserFile {
            path: "a.toml".to_owned(),
            text: Ok(written_as(found, &id("example"), name)),
        };
        let problems = registry.with(file).err().unwrap_or_default();
        problems
            .into_iter()
            .map(|problem| problem.key)
            .collect::<Vec<_>>()
    };
    let in_the_clear = Metadata {
        token_endpoint: "http://auth.example.com/token".parse().unwrap(),
        ..everything()
    };
    assert_eq!(keys(&in_the_clear, "Example"), ["token_endpoint"]);
    let quoted = Metadata {
        issuer: "https://auth.example.com/\"\nredirect_uri = \"https://evil.test/".to_owned(),
        scopes_supported: list(&["openid", "a\"]\nname = \"b"]),
        id_token_signing_alg_values_supported: list(&["RS256", "\"]\nid = \"b"]),
        ..everything()
    };
    assert_eq!(
        keys(&quoted, "Example"),
        ["id_token_signing_alg_values_supported"]
    );
    assert_eq!(keys(&everything(), "Two\nlines"), ["name"]);
    let nowhere = Metadata {
        authorization_endpoint: None,
        ..little()
    };
    assert_eq!(keys(&nowhere, "Example"), ["authorization_endpoint"]);
    assert_eq!(registry.iter().count(), 5, "the list itself is unchanged");
}

#[test]
fn ids_and_names_are_made_of_the_host() {
    for (host, proposed, name) in [
        ("accounts.example.com", "example", "Example"),
        ("login.my-shop.co.uk", "my-shop", "My-shop"),
        (
            "tenant.eu.example.com",
            "tenant-eu-example",
            "Tenant Eu Example",
        ),
        (
            "example.com.evil.test",
            "example-com-evil",
            "Example Com Evil",
        ),
        ("xn--80a.com", "xn--80a", "xn--80a.com"),
        ("localhost", "localhost", "Localhost"),
        ("127.0.0.1", "127-0-0-1", "127.0.0.1"),
        ("[::1]", "1", "[::1]"),
        ("", "provider", ""),
    ] {
        assert_eq!(propose_id(host, &[]), Some(id(proposed)), "{host}");
        assert_eq!(propose_name(host), name, "{host}");
    }
    let taken = [id("example"), id("example-2")];
    assert_eq!(propose_id("example.com", &taken), Some(id("example-3")));
    let long = format!("{}.com", "a".repeat(63));
    let proposed = propose_id(&long, &[id(&"a".repeat(60))]).unwrap();
    assert_eq!(proposed.as_str(), format!("{}-2", "a".repeat(60)));
}

#[test]
fn one_more_file_takes_its_place_by_name_and_a_taken_id_is_refused() {
    let (registry, _) = Registry::new(Vec::new());
    let named = |id_text: &str, name: &str| UserFile {
        path: format!("{id_text}.toml"),
        text: Ok(written_as(&everything(), &id(id_text), name)),
    };
    let registry = registry.with(named("a", "Zebra")).unwrap();
    let registry = registry.with(named("b", "apple")).unwrap();
    let ids: Vec<&str> = registry.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids[5..], ["b", "a"]);
    let twice = registry.with(named("a", "Other")).unwrap_err();
    assert_eq!(
        (twice[0].file.as_str(), twice[0].key.as_str()),
        ("a.toml", "id")
    );
}
