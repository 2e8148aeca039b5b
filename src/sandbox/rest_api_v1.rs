//! REST API v1: the code flow in JSON, with an https redirect URI, and the password grant.
//!
//! In the field a Rails application with Doorkeeper answers. Doesn't know how sign-in pages work.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use url::Url;

use super::{
    asked::Sent,
    faults::RequestKind::{Authorize, Exchange, Profile, Revoke},
    options::Mode::{self, Documented, Field},
    params::Params,
    provider::{Provider, Route},
    random,
    reply::{Answer, Refusal, Reply},
    sign_in::{self, OUT_OF_BAND, Request, Stop},
    users::{self, User},
    visit::{BadToken, Grant, Issued, Visit},
};

pub(super) const PROVIDER: Provider = Provider {
    id: "rest-api-v1",
    name: "REST API v1",
    redirect_uri: Some("https://127.0.0.1:53683/callback"),
    accepts_redirect,
    documents_state: false,
    code: || random::hex(64),
    code_lifetime: 600,
    routes: &[
        Route::get("/oauth/authorize", sign_in::authorize)
            .kind(Authorize)
            .only(Documented),
        Route::get("/oauth/authorize", authorize_in_the_field)
            .kind(Authorize)
            .only(Field),
        Route::post("/oauth/token", token).kind(Exchange),
        Route::post("/oauth/revoke", revoke)
            .kind(Revoke)
            .only(Field),
        Route::get("/api/v1/users/{id}", |visit| Ok(current_user(visit)))
            .kind(Profile)
            .only(Field),
    ],
    refuse,
};

/// Practicing needs an address of one's own, so any https address counts as registered, an https listener on any port of this machine among them; plain http never does.
fn accepts_redirect(mode: Mode, uri: &str) -> bool {
    (mode == Field && uri == OUT_OF_BAND)
        || Url::parse(uri)
            .is_ok_and(|url| url.scheme() == "https" && url.has_host() && url.fragment().is_none())
}

/// Doorkeeper 4 answered 401 to every error; from 5.1 on only to a client it doesn't know.
fn refuse(mode: Mode, refusal: Refusal) -> Reply {
    let status = match (mode, refusal.code) {
        (_, "server_error") => 500,
        // What JSON:API demands of a server that gets media type parameters; the document speaks its language.
        (Documented, UNSUPPORTED_MEDIA_TYPE) => 415,
        (Documented, _) | (Field, "invalid_client" | "invalid_token") => 401,
        (Field, _) => 400,
    };
    let refusal = Refusal {
        code: if status == 415 {
            "invalid_request"
        } else {
            refusal.code
        },
        ..refusal
    };
    let challenge = format!(
        r#"Bearer realm="Doorkeeper", error="{}", error_description="{}""#,
        refusal.code, refusal.why
    );
    refusal.json(status).with("www-authenticate", challenge)
}

const UNSUPPORTED_MEDIA_TYPE: &str = "unsupported_media_type";
const NO_PKCE: Refusal = Refusal::new("invalid_request", "this server has no PKCE");

/// Doorkeeper without columns for PKCE refuses it, and any scope where none is configured.
fn authorize_in_the_field(visit: &mut Visit<'_>) -> Answer {
    let request = match Request::read(visit) {
        Ok(request) => request,
        Err(stop) => return Ok(stop.into_page(visit)),
    };
    if request.params.sent("code_challenge").is_some() {
        return Ok(Stop::Back(request.back(NO_PKCE)).into_page(visit));
    }
    if request.params.get("scope").is_some() {
        return Ok(request.back(Refusal::new(
            "invalid_scope",
            "the requested scope is unknown",
        )));
    }
    request.ask(visit)
}

fn token(visit: &mut Visit<'_>) -> Answer {
    let params = body(visit)?;
    if visit.mode() == Field && params.sent("code_verifier").is_some() {
        return Err(NO_PKCE);
    }
    let grant_type = match params.required("grant_type") {
        // Rails merges query and body.
        Err(_) if visit.mode() == Field => visit.asked.query.required("grant_type")?,
        sent => sent?,
    };
    match grant_type {
        "authorization_code" => exchange(visit, params),
        "refresh_token" => refresh(visit, params),
        "password" => password(visit, params),
        _ => Err(Refusal::new(
            "unsupported_grant_type",
            "this grant is not offered here",
        )),
    }
}

/// Documented: JSON under exactly `application/json`; the field takes JSON and forms as they come.
fn body<'a>(visit: &Visit<'a>) -> Result<&'a Params, Refusal> {
    match (&visit.asked.sent, visit.mode()) {
        (
            Sent::Json {
                params,
                exact: true,
            },
            Documented,
        )
        | (Sent::Json { params, .. } | Sent::Form(params), Field) => params.without_repeats(),
        (Sent::Nothing, _) => Err(Refusal::missing("grant_type")),
        _ => Err(Refusal::new(
            UNSUPPORTED_MEDIA_TYPE,
            "the body must be sent as application/json without parameters",
        )),
    }
}

fn exchange(visit: &mut Visit<'_>, params: &Params) -> Answer {
    visit.client_with_secret(params)?;
    let redirect_uri = params.required("redirect_uri")?;
    let code = visit.redeem(params, Some(redirect_uri))?;
    let issued = issue(visit, users::named(&code.username))?;
    Ok(answer(visit, &issued, users::named(&code.username)))
}

fn password(visit: &mut Visit<'_>, params: &Params) -> Answer {
    visit.client_with_secret(params)?;
    let (name, password) = (params.required("username")?, params.required("password")?);
    let wrong = Refusal::new("invalid_grant", "wrong user name or password");
    let user = visit.signs_in(name, password).ok_or(wrong)?;
    let issued = issue(visit, user)?;
    Ok(answer(visit, &issued, user))
}

/// Every refresh rotates: documented at once, in the field when the new access token is first used.
fn refresh(visit: &mut Visit<'_>, params: &Params) -> Answer {
    visit.client_with_secret(params)?;
    let token = params.required("refresh_token")?;
    let old = visit.refresh_token(token)?;
    let user = users::named(&old.username);
    let issued = issue(visit, user)?;
    match visit.mode() {
        Documented => end(visit, token),
        Field => {
            if let Some(access) = visit.ledger.access_tokens.get_mut(&issued.access_token) {
                access.supersedes = Some(token.to_owned());
            }
        }
    }
    Ok(answer(visit, &issued, user))
}

/// Ends a refresh token and the access token that came with it.
fn end(visit: &mut Visit<'_>, refresh_token: &str) {
    visit.ledger.refresh_tokens.remove(refresh_token);
    for access in visit.ledger.access_tokens.values_mut() {
        access.revoked |= access.companion.as_deref() == Some(refresh_token);
    }
}

fn issue(visit: &mut Visit<'_>, user: &'static User) -> Result<Issued, Refusal> {
    let (access_token, lifetime) = match visit.mode() {
        Documented => (random::hex(64)?, 7_200),
        Field => (jwt(visit, user)?, 60),
    };
    let grant = Grant::new(user.username, None, access_token, lifetime);
    Ok(visit.issue(grant.with_refresh(random::hex(64)?, None)))
}

/// Without an `exp`, and with the e-mail address in it, as the product makes them.
fn jwt(visit: &Visit<'_>, user: &User) -> Result<String, Refusal> {
    let header = json!({"alg": "HS512", "typ": "JWT", "kid": visit.shop.client.client_id});
    let claims = json!({
        "iss": "practice",
        "iat": visit.written_now(),
        "jti": random::uuid()?,
        "user": {"id": user.number, "email": user.username},
    });
    let parts = [
        header.to_string().into_bytes(),
        claims.to_string().into_bytes(),
        random::bytes(64)?,
    ];
    Ok(parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join("."))
}

fn answer(visit: &Visit<'_>, issued: &Issued, user: &User) -> Reply {
    Reply::tokens(match visit.mode() {
        Documented => json!({
            "access_token": issued.access_token,
            "token_type": "bearer",
            "expires_in": issued.expires_in,
            "refresh_token": issued.refresh_token,
        }),
        Field => json!({
            "access_token": issued.access_token,
            "token_type": "Bearer",
            "expires_in": issued.expires_in,
            "refresh_token": issued.refresh_token,
            "created_at": visit.written_now(),
            "user_id": user.number,
        }),
    })
}

/// The token's owner, whatever id is asked for; a bad token gets an empty 401 with the reason in a header.
fn current_user(visit: &mut Visit<'_>) -> Reply {
    let (user, superseded) = match visit.holder(visit.asked.authorization("bearer")) {
        Ok((user, access)) => (user, access.supersedes.take()),
        Err(bad) => return unauthorized(bad),
    };
    if let Some(old) = superseded {
        end(visit, &old);
    }
    Reply::json(
        200,
        json!({
            "id": user.number,
            "email": user.username,
            "role": "default",
            "created_at": "2018-09-21T09:00:00.000Z",
            "updated_at": "2018-09-21T09:00:00.000Z",
        }),
    )
}

fn unauthorized(bad: BadToken) -> Reply {
    let why = match bad {
        BadToken::Missing | BadToken::Unknown => "The access token is invalid",
        BadToken::Revoked => "The access token was revoked",
        BadToken::Expired => "The access token expired",
    };
    let challenge =
        format!(r#"Bearer realm="Doorkeeper", error="invalid_token", error_description="{why}""#);
    Reply::empty(401)
        .uncached()
        .with("www-authenticate", challenge)
}

/// [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009), for the client that the tokens were issued to.
fn revoke(visit: &mut Visit<'_>) -> Answer {
    let params = body(visit)?;
    visit.client_with_secret(params)?;
    let token = params.required("token")?;
    end(visit, token);
    let companion = visit
        .ledger
        .access_tokens
        .get_mut(token)
        .and_then(|access| {
            access.revoked = true;
            access.companion.clone()
        });
    if let Some(companion) = companion {
        end(visit, &companion);
    }
    Ok(Reply::json(200, json!({})))
}
