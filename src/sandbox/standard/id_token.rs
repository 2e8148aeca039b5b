//! The ID token ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)), written by hand and signed with ES256.
//!
//! Here the faults of an ID token are had as well. Doesn't know which grant it is for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{super::bend::ELSEWHERE, identity::Key};
use crate::sandbox::{
    faults::Fault,
    ledger::Family,
    reply::Refusal,
    users,
    visit::{Issued, Visit},
};

const LIFETIME: i64 = 3_600;
const UNSIGNABLE: Refusal = Refusal::new("server_error", "the ID token could not be signed");

/// Says who signed in, to the client that asked.
pub(super) fn id_token(
    visit: &Visit<'_>,
    family: &Family,
    nonce: Option<&str>,
    issued: &Issued,
) -> Result<String, Refusal> {
    let mut claims = claims(visit, family, issued);
    if let (Value::Object(members), Some(nonce)) = (&mut claims, nonce) {
        members.insert("nonce".to_owned(), nonce.into());
    }
    if let Some(fault) = visit.fault {
        bend(fault, &mut claims);
    }
    let key = &visit.shop.identity.as_ref().ok_or(UNSIGNABLE)?.key;
    match visit.fault {
        Some(Fault::IdTokenUnsigned) => Ok(format!("{}.", half(&json!({"alg": "none"}), &claims))),
        Some(Fault::IdTokenKey) => signed(&Key::stray().ok_or(UNSIGNABLE)?, &key.kid, &claims),
        _ => signed(key, &key.kid, &claims),
    }
}

fn claims(visit: &Visit<'_>, family: &Family, issued: &Issued) -> Value {
    let user = users::named(&family.username);
    let now = visit.written_now();
    json!({
        "iss": visit.shop.base_url,
        "sub": user.uuid,
        "aud": family.client_id,
        "exp": now.saturating_add(LIFETIME),
        "iat": now,
        "auth_time": family.signed_in_at.div_euclid(1000),
        "at_hash": at_hash(&issued.access_token),
        "email": user.username,
        "name": user.name(),
    })
}

fn bend(fault: &Fault, claims: &mut Value) {
    let Value::Object(members) = claims else {
        return;
    };
    let iat = members
        .get("iat")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let (name, value) = match fault {
        Fault::IdTokenNonce => ("nonce", json!("a-nonce-that-nobody-sent")),
        Fault::IdTokenAudience => ("aud", json!("another-client")),
        Fault::IdTokenIssuer => ("iss", json!(ELSEWHERE)),
        Fault::IdTokenExpired => {
            members.insert("iat".to_owned(), json!(iat.saturating_sub(2 * LIFETIME)));
            ("exp", json!(iat.saturating_sub(LIFETIME)))
        }
        _ => return,
    };
    members.insert(name.to_owned(), value);
}

/// The left half of the access token's hash ([OpenID Connect Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)).
fn at_hash(access_token: &str) -> String {
    let digest = Sha256::digest(access_token);
    URL_SAFE_NO_PAD.encode(digest.first_chunk::<16>().copied().unwrap_or_default())
}

fn signed(key: &Key, kid: &str, claims: &Value) -> Result<String, Refusal> {
    let half = half(&json!({"alg": "ES256", "typ": "JWT", "kid": kid}), claims);
    let signature = key.sign(&half).ok_or(UNSIGNABLE)?;
    Ok(format!("{half}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// What is signed: header and claims.
fn half(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}")
}
