//! Tradecloud: Basic sign-in ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)), tokens in headers, errors as plain text.
//!
//! No OAuth and no browser. Doesn't know the code flow.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    faults::RequestKind::{Login, Profile, Refresh, Revoke},
    options::Mode::{self, Documented, Field},
    provider::{Provider, Route},
    random,
    reply::{Answer, Refusal, Reply},
    users::{self, User},
    visit::{BadToken, Grant, Visit},
};

const REFRESH_LIFETIME: i64 = 86_400;

pub(super) const PROVIDER: Provider = Provider {
    id: "tradecloud",
    name: "Tradecloud",
    redirect_uri: None,
    accepts_redirect: |_, _| false,
    documents_state: false,
    code: || Ok(String::new()),
    code_lifetime: 0,
    routes: &[
        Route::get("/v2/authentication/login", login).kind(Login),
        Route::get("/v2/authentication/refresh", refresh).kind(Refresh),
        Route::post("/v2/authentication/logout", |visit| Ok(logout(visit)))
            .kind(Revoke)
            .only(Field),
        Route::get("/v2/user", user_by_email)
            .kind(Profile)
            .only(Documented),
        Route::get("/v2/user/{id}", user_by_id)
            .kind(Profile)
            .only(Field),
    ],
    refuse,
};

/// One sentence for all of it: nobody is told why.
fn refuse(mode: Mode, refusal: Refusal) -> Reply {
    match (mode, refusal.code) {
        (_, "server_error") => Reply::text(500, "Internal server error"),
        (Documented, _) => Reply::text(401, "Not authenticated"),
        (Field, _) => Reply::text(401, "The supplied authentication is invalid"),
    }
}

const NOT_AUTHENTICATED: Refusal = Refusal::new("invalid_grant", "not authenticated");

fn login(visit: &mut Visit<'_>) -> Answer {
    let (name, password) = visit.asked.basic().ok_or(NOT_AUTHENTICATED)?;
    let user = visit.signs_in(&name, &password).ok_or(NOT_AUTHENTICATED)?;
    pair(visit, user)
}

/// A valid access token beside the refresh token wins, a corrupt one loses, and neither way is there a new pair.
fn refresh(visit: &mut Visit<'_>) -> Answer {
    if visit.asked.header("authorization").is_some() {
        match visit.holder(visit.asked.authorization("bearer")).map(drop) {
            Ok(()) => return Ok(Reply::text(200, "OK")),
            // One that was good once is as if it were not there.
            Err(BadToken::Expired) => {}
            Err(BadToken::Missing | BadToken::Unknown | BadToken::Revoked) => {
                return Err(NOT_AUTHENTICATED);
            }
        }
    }
    let token = visit
        .asked
        .header("refresh-token")
        .ok_or(NOT_AUTHENTICATED)?;
    let old = visit.refresh_token(token)?;
    visit.ledger.refresh_tokens.remove(token);
    pair(visit, users::named(&old.username))
}

/// Ends the refresh token at once; the access token lives on until it expires.
fn logout(visit: &mut Visit<'_>) -> Reply {
    let token = visit.asked.header("refresh-token").unwrap_or_default();
    visit.ledger.refresh_tokens.remove(token);
    Reply::text(200, "OK")
}

fn pair(visit: &mut Visit<'_>, user: &'static User) -> Answer {
    let mode = visit.mode();
    let lifetime = match mode {
        Documented => 600,
        Field => 3_600,
    };
    let access_token = jwt(visit, user, lifetime)?;
    let refresh_token = format!(
        "{}:{}",
        random::alphanumeric(16)?,
        random::alphanumeric(64)?
    );
    let grant = Grant::new(user.username, None, access_token, lifetime);
    let issued = visit.issue(grant.with_refresh(refresh_token, Some(REFRESH_LIFETIME)));
    let reply = match mode {
        Documented => Reply::text(200, "OK"),
        Field => Reply::json(
            200,
            json!({"username": user.username, "status": "authenticated"}),
        ),
    };
    Ok(reply
        .uncached()
        .with("set-authorization", issued.access_token)
        .with(
            "set-refresh-token",
            issued.refresh_token.unwrap_or_default(),
        ))
}

/// In the shape of an HS256 token; nobody but this server could check the signature, so it is only random.
fn jwt(visit: &Visit<'_>, user: &User, lifetime: i64) -> Result<String, Refusal> {
    let now = visit.written_now();
    let claims = match visit.mode() {
        Documented => json!({"jti": random::uuid()?, "iat": now}),
        Field => json!({
            "jti": random::uuid()?,
            "iat": now,
            "exp": now.saturating_add(visit.lifetime.map_or(lifetime, |millis| millis / 1000)),
            "data": {"username": user.username, "userId": user.uuid},
        }),
    };
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "HS256", "typ": "JWT"});
    Ok(format!(
        "{}.{}.{}",
        encode(&header),
        encode(&claims),
        URL_SAFE_NO_PAD.encode(random::bytes(32)?)
    ))
}

/// A person may look at nobody but themselves.
fn user_by_email(visit: &mut Visit<'_>) -> Answer {
    let (user, _) = visit
        .holder(visit.asked.authorization("bearer"))
        .map_err(|_bad| NOT_AUTHENTICATED)?;
    if visit.asked.query.get("email") != Some(user.username) {
        return Ok(Reply::text(404, "Not found"));
    }
    Ok(Reply::json(
        200,
        json!({
            "id": user.uuid,
            "email": user.username,
            "firstName": user.first_name,
            "lastName": user.last_name,
        }),
    ))
}

fn user_by_id(visit: &mut Visit<'_>) -> Answer {
    let (user, _) = visit
        .holder(visit.asked.authorization("bearer"))
        .map_err(|_bad| NOT_AUTHENTICATED)?;
    if !visit.asked.path.ends_with(&format!("/{}", user.uuid)) {
        return Ok(Reply::text(404, "Not found"));
    }
    Ok(Reply::json(
        200,
        json!({
            "id": user.uuid,
            "email": user.username,
            "roles": ["integration"],
            "status": "active",
            "profile": {"firstName": user.first_name, "lastName": user.last_name},
        }),
    ))
}
