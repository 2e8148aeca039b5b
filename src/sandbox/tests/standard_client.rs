//! A client of Practice Identity in a few lines, and an ID token taken apart; the other `standard_*` files use both.
//!
//! Reads an ID token with `ring` alone, so that no parser of the linker has to agree.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

use super::{Client, Mode, Practice, Told, and};

pub(super) const ID: &str = "standard";
/// Verifier and challenge of RFC 7636, appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(super) const EVERYTHING: &str = "openid offline_access profile email";

pub(super) fn open() -> (Practice, Client) {
    let practice = Practice::open(Mode::Documented);
    let client = practice.standard();
    (practice, client)
}

/// The client without a secret.
pub(super) fn public(practice: &Practice) -> Client {
    let mut client = practice.standard();
    client.provider.client_id = practice.running.ready().standard.public_client_id.clone();
    client.provider.client_secret.clear();
    client
}

pub(super) fn query<'a>(client: &'a Client, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("scope", scope),
        ("state", "s t&te"),
        ("nonce", "sent-nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

pub(super) fn code(client: &Client, scope: &str) -> String {
    client.allow("/authorize", &query(client, scope))["code"].clone()
}

/// The form with what the client proves itself with.
pub(super) fn proved<'a>(
    client: &'a Client,
    form: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let form = and(form, "client_id", client.client_id());
    if client.client_secret().is_empty() {
        form
    } else {
        and(&form, "client_secret", client.client_secret())
    }
}

pub(super) fn exchange<'a>(client: &'a Client, code: &'a str) -> Vec<(&'a str, &'a str)> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uri()),
        ("code_verifier", VERIFIER),
    ];
    proved(client, &form)
}

pub(super) fn linked(client: &Client, scope: &str) -> Told {
    let code = code(client, scope);
    client.post("/token", &exchange(client, &code)).granted()
}

pub(super) fn refreshed(client: &Client, token: &str) -> Told {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    client.post("/token", &proved(client, &form))
}

pub(super) fn revoked(client: &Client, token: &str) -> Told {
    client.post("/revoke", &proved(client, &[("token", token)]))
}

/// The status of the userinfo for this access token.
pub(super) fn userinfo(client: &Client, token: &str) -> u16 {
    client.get_as("/userinfo", token).status
}

/// An ID token: header, claims, and whether the published key says it is genuine.
pub(super) fn read(client: &Client, id_token: &str) -> (Value, Value, bool) {
    let parts: Vec<_> = id_token.split('.').collect();
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let json = |part: &str| serde_json::from_slice::<Value>(&decoded(part)).unwrap();
    let key = client.get("/jwks").json()["keys"][0].clone();
    let coordinate = |name: &str| decoded(key[name].as_str().unwrap());
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let genuine = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(
        format!("{}.{}", parts[0], parts[1]).as_bytes(),
        &decoded(parts[2]),
    );
    (json(parts[0]), json(parts[1]), genuine.is_ok())
}
