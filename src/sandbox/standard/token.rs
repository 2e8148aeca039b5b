//! The token endpoint: a code, a refresh token or a device code for tokens.
//!
//! Doesn't know how a person was asked.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{DEVICE_CODE, client, device, id_token::id_token, scope};
use crate::sandbox::{
    ledger::{Ending, Family, short_hash},
    params::Params,
    random,
    reply::{Answer, Refusal, Reply},
    visit::{Grant, Visit},
};

const LIFETIME: i64 = 3_600;

/// What the person allowed, about to become tokens.
#[derive(Debug)]
pub(super) struct Sitting {
    pub(super) family: String,
    /// That of the code, or less at a refresh.
    pub(super) scope: String,
    pub(super) nonce: Option<String>,
}

pub(super) fn token(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    match form.required("grant_type")? {
        "authorization_code" => exchange(visit, form),
        "refresh_token" => refresh(visit, form),
        DEVICE_CODE => device::poll(visit, form),
        _ => Err(Refusal::new(
            "unsupported_grant_type",
            "this grant is not offered here",
        )),
    }
}

fn exchange(visit: &mut Visit<'_>, form: &Params) -> Answer {
    let client_id = client::authenticated(visit, form)?;
    let redirect_uri = form.required("redirect_uri")?;
    let verifier = form.required("code_verifier")?;
    end_what_a_used_code_gave(visit, form.required("code")?, client_id);
    let family = random::hex(32)?;
    let code = visit.good_code(form, client_id, Some(redirect_uri))?;
    if !is_answered_by(&code.binding.code_challenge, verifier) {
        return Err(Refusal::new(
            "invalid_grant",
            "code_verifier does not answer the code_challenge",
        ));
    }
    code.used = true;
    code.family = Some(family.clone());
    let sitting = Sitting {
        scope: code.scope.clone().unwrap_or_default(),
        nonce: code.binding.nonce.clone(),
        family,
    };
    let begun = Family {
        client_id: client_id.to_owned(),
        username: code.username.clone(),
        scope: sitting.scope.clone(),
        signed_in_at: code.signed_in_at,
        ..Family::default()
    };
    visit.ledger.families.insert(sitting.family.clone(), begun);
    tokens(visit, &sitting)
}

/// A code that comes twice has been seen by somebody else ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).
fn end_what_a_used_code_gave(visit: &mut Visit<'_>, code: &str, client_id: &str) {
    let code = visit.ledger.codes.get(code);
    let used = code.filter(|code| code.used && code.client_id == client_id);
    if let Some(family) = used.and_then(|code| code.family.clone()) {
        visit.ledger.end_family(&family);
    }
}

/// [RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6), for a verifier of the length and letters of §4.1.
fn is_answered_by(challenge: &str, verifier: &str) -> bool {
    let unreserved = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    (43..=128).contains(&verifier.len())
        && verifier.chars().all(unreserved)
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

fn refresh(visit: &mut Visit<'_>, form: &Params) -> Answer {
    let client_id = client::authenticated(visit, form)?;
    let token = form.required("refresh_token")?;
    let live = match visit.refresh_token(token) {
        Ok(live) => live,
        Err(refusal) => {
            end_what_a_spent_token_gave(visit, token, client_id);
            let why = visit.ledger.ending_of(token).map_or(refusal.why, told);
            return Err(Refusal { why, ..refusal });
        }
    };
    let id = live.family.unwrap_or_default();
    let family = visit.ledger.families.get_mut(&id);
    let family = family
        .filter(|family| family.client_id == client_id)
        .ok_or(Refusal::new(
            "invalid_grant",
            "the refresh token was issued to another client",
        ))?;
    let scope = scope::narrowed(form.get("scope"), &family.scope)?;
    family.spent.insert(short_hash(token));
    visit.ledger.refresh_tokens.remove(token);
    // A nonce belongs to the request that sent it (OpenID Connect Core §12.2).
    let sitting = Sitting {
        family: id,
        scope,
        nonce: None,
    };
    tokens(visit, &sitting)
}

/// This server says why, where it knows.
const fn told(ending: Ending) -> &'static str {
    match ending {
        Ending::Expired => "The refresh token has expired",
        Ending::UsedBefore => "The refresh token has been used before",
        Ending::Withdrawn => "The access has been withdrawn",
        Ending::PasswordChanged => "The password has been changed",
        Ending::Replaced => "Another sign-in has taken its place",
        Ending::Reset => "All sign-ins have been ended",
    }
}

/// One of the two who had it is not the client ([RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)).
fn end_what_a_spent_token_gave(visit: &mut Visit<'_>, token: &str, client_id: &str) {
    let spent = visit.ledger.family_that_spent(token);
    let own = spent.filter(|(_, family)| family.client_id == client_id);
    if let Some(id) = own.map(|(id, _)| id.clone()) {
        visit.ledger.end_family(&id);
    }
}

/// Issues what the scope promises and puts it into an answer ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
pub(super) fn tokens(visit: &mut Visit<'_>, sitting: &Sitting) -> Answer {
    let family = visit.ledger.families.get(&sitting.family).cloned();
    let family = family.ok_or(Refusal::new("server_error", "the sign-in has ended"))?;
    let scope = Some(sitting.scope.clone());
    let mut grant = Grant::new(&family.username, scope, random::alphanumeric(48)?, LIFETIME)
        .in_family(&sitting.family);
    if scope::has(&family.scope, "offline_access") {
        grant = grant.with_refresh(random::alphanumeric(64)?, None);
    }
    let issued = visit.issue(grant);
    let mut answer = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": sitting.scope,
    });
    if let Value::Object(members) = &mut answer {
        if let Some(token) = &issued.refresh_token {
            members.insert("refresh_token".to_owned(), json!(token));
        }
        if scope::has(&sitting.scope, "openid") {
            let id_token = id_token(visit, &family, sitting.nonce.as_deref(), &issued)?;
            members.insert("id_token".to_owned(), json!(id_token));
        }
    }
    Ok(Reply::tokens(answer))
}
