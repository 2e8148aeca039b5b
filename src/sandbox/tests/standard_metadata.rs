//! What Practice Identity says about itself: metadata, keys, and the line a script reads.
//!
//! Doesn't know how a sign-in goes.

use serde_json::{Value, json};

use super::{
    Mode, Practice,
    standard_client::{EVERYTHING, ID, linked, open, read},
};

const METADATA: [&str; 2] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

#[test]
fn both_addresses_say_the_same_in_both_modes() {
    for mode in [Mode::Documented, Mode::Field] {
        let practice = Practice::open(mode);
        let client = practice.standard();
        let base = client.provider.base_url.clone();
        let expected = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "userinfo_endpoint": format!("{base}/userinfo"),
            "revocation_endpoint": format!("{base}/revoke"),
            "device_authorization_endpoint": format!("{base}/device_authorization"),
            "jwks_uri": format!("{base}/jwks"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported":
                ["client_secret_basic", "client_secret_post", "none"],
            "revocation_endpoint_auth_methods_supported":
                ["client_secret_basic", "client_secret_post", "none"],
            "scopes_supported": ["openid", "offline_access", "profile", "email"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "at_hash",
                "preferred_username", "email", "name",
            ],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "authorization_response_iss_parameter_supported": true,
        });
        for address in METADATA {
            let told = client.get(address);
            assert_eq!(
                (told.status, told.header("content-type")),
                (200, Some("application/json"))
            );
            assert_eq!(told.json(), expected);
        }
        assert_eq!(practice.counters(ID).discoveries, 2);
    }
}

#[test]
fn every_address_in_the_metadata_is_there() {
    let (_practice, client) = open();
    let metadata = client.get(METADATA[0]).json();
    for (name, value) in metadata.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = value.as_str().unwrap();
            let path = path.strip_prefix(&client.provider.base_url).unwrap();
            assert_ne!(client.get(path).status, 404, "{name}");
        }
    }
}

#[test]
fn the_key_is_public_and_lasts_as_long_as_the_folder() {
    let (practice, client) = open();
    let keys = client.get("/jwks").json();
    let key = keys["keys"][0].as_object().unwrap();
    let names: Vec<_> = key.keys().collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    assert_eq!(
        [&key["alg"], &key["crv"], &key["kty"], &key["use"]],
        ["ES256", "P-256", "EC", "sig"]
    );
    assert_eq!(practice.counters(ID).key_reads, 1);
    let id_token = linked(&client, EVERYTHING).text("id_token");
    let practice = practice.reopen(Mode::Field);
    let client = practice.standard();
    assert_eq!(client.get("/jwks").json(), keys);
    assert!(read(&client, &id_token).2);
}

#[test]
fn no_two_folders_have_the_same_key_or_clients() {
    let ((one, first), (other, second)) = (open(), open());
    let kid = |client: &super::Client| client.get("/jwks").json()["keys"][0]["kid"].clone();
    assert_ne!(kid(&first), kid(&second));
    let [one, other] = [one, other].map(|practice| practice.running.ready().standard.clone());
    assert_ne!(one.client_id, other.client_id);
    assert_ne!(one.client_secret, other.client_secret);
    assert_ne!(one.public_client_id, other.public_client_id);
}

#[test]
fn a_script_reads_it_beside_the_five_and_not_among_them() {
    let (practice, client) = open();
    let ready = practice.running.ready();
    assert_eq!(ready.providers.len(), 5);
    assert_eq!(ready.provider(ID), None);
    assert_eq!(ready.base_url(ID), Some(client.provider.base_url.as_str()));
    assert_eq!(
        ready.base_url("biggerplate"),
        Some(ready.providers[4].base_url.as_str())
    );
    assert_eq!(ready.standard.issuer, ready.standard.base_url);
    let file = practice.folder.path().join("practice/ready.json");
    let file: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(
        file["standard"],
        serde_json::to_value(&ready.standard).unwrap()
    );
    for id in ["", "identity", "Standard"] {
        assert_eq!(ready.base_url(id), None);
    }
}

#[test]
fn the_public_client_is_unknown_everywhere_else() {
    let (practice, _) = open();
    let public = &practice.running.ready().standard.public_client_id;
    let client = practice.at("biggerplate");
    let query = [
        ("client_id", public.as_str()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    let told = client.get(&format!("/oauth/auth?{}", super::encoded(&query)));
    assert_eq!(told.status, 400);
}

#[test]
fn a_broken_identity_file_is_an_error_that_names_it() {
    let (practice, _) = open();
    let Practice {
        running, folder, ..
    } = practice;
    drop(running);
    let file = folder.path().join("practice/identity.json");
    std::fs::write(&file, r#"{"public_client_id": "x", "key": "bm90IGEga2V5"}"#).unwrap();
    let broken = super::start(super::Options::new(folder.path().join("practice")));
    assert!(matches!(broken, Err(crate::sandbox::Error::State { path, .. }) if path == file));
}
