//! Biggerplate: the code flow with `state`, a `response_type` at the exchange, and an absolute `expires`.
//!
//! In the field a PHP league server answers. Doesn't know how sign-in pages work.

use serde_json::{Value, json};

use super::{
    faults::RequestKind::{Authorize, Exchange, Profile},
    ledger::AccessToken,
    options::Mode::{self, Documented, Field},
    params::Params,
    provider::{Provider, Route, same_but_for_loopback_port},
    random,
    reply::{Answer, Refusal, Reply},
    sign_in::{self, Request},
    visit::{BadToken, Grant, Issued, Visit},
};

const REDIRECT_URI: &str = "http://localhost:13524/";
/// The document names no address; this is the one the other practice providers know as well.
const OTHER_REDIRECT_URI: &str = "http://127.0.0.1/callback";
const LIFETIME: i64 = 3_600;
const REFRESH_LIFETIME: i64 = 604_800;
const SCOPES: &str = "account maps";

pub(super) const PROVIDER: Provider = Provider {
    id: "biggerplate",
    name: "Biggerplate",
    redirect_uri: Some(REDIRECT_URI),
    accepts_redirect: |_, uri| {
        same_but_for_loopback_port(REDIRECT_URI, uri)
            || same_but_for_loopback_port(OTHER_REDIRECT_URI, uri)
    },
    documents_state: true,
    code: || random::alphanumeric(40),
    code_lifetime: 600,
    routes: &[
        Route::get("/oauth/auth", sign_in::authorize)
            .kind(Authorize)
            .only(Documented),
        Route::get("/oauth/auth", authorize_with_scope)
            .kind(Authorize)
            .only(Field),
        Route::post("/oauth/token", token).kind(Exchange),
        Route::get("/users/me", me).kind(Profile).only(Field),
    ],
    refuse,
};

fn refuse(mode: Mode, refusal: Refusal) -> Reply {
    let status = match (mode, refusal.code) {
        (_, "server_error") => 500,
        (_, "invalid_client") => 401,
        (Field, "unsupported_grant_type") => 501,
        _ => 400,
    };
    match mode {
        Documented => refusal.json(status),
        Field => Reply::json(
            status,
            json!({"error": refusal.code, "message": refusal.why}),
        )
        .uncached(),
    }
}

/// The field knows two scopes; the document none, and so ignores them.
fn authorize_with_scope(visit: &mut Visit<'_>) -> Answer {
    let request = match Request::read(visit) {
        Ok(request) => request,
        Err(stop) => return Ok(stop.into_page(visit)),
    };
    let known = |scope: &str| SCOPES.split(' ').any(|known| known == scope);
    if !request
        .params
        .get("scope")
        .unwrap_or(SCOPES)
        .split(' ')
        .all(known)
    {
        return Ok(request.back(Refusal::new(
            "invalid_scope",
            "the scopes are account and maps",
        )));
    }
    request.ask(visit)
}

fn token(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    match form.required("grant_type")? {
        "authorization_code" => exchange(visit, form),
        "refresh_token" => refresh(visit, form),
        _ => Err(Refusal::new(
            "unsupported_grant_type",
            "this grant is not offered here",
        )),
    }
}

fn exchange(visit: &mut Visit<'_>, form: &Params) -> Answer {
    visit.client_with_secret(form)?;
    let redirect_uri = form.required("redirect_uri")?;
    // The document lists it as required; the product is known not to ask for it.
    if visit.mode() == Documented && form.required("response_type")? != "token" {
        return Err(Refusal::new(
            "invalid_request",
            "response_type must be token",
        ));
    }
    let code = visit.redeem(form, Some(redirect_uri))?;
    if visit.mode() == Field {
        end_earlier_link(visit, &code.username);
    }
    let refresh_token = random::alphanumeric(40)?;
    let grant = Grant::new(
        &code.username,
        code.scope,
        random::alphanumeric(40)?,
        LIFETIME,
    );
    let issued = visit.issue(grant.with_refresh(refresh_token, refresh_lifetime(visit.mode())));
    Ok(answer(visit, &issued))
}

/// A user has one session per client: a second link ends the first.
fn end_earlier_link(visit: &mut Visit<'_>, username: &str) {
    visit
        .ledger
        .access_tokens
        .retain(|_, token| token.username != username);
    visit
        .ledger
        .refresh_tokens
        .retain(|_, token| token.username != username);
}

/// The document promises no end; the product's is a week.
fn refresh_lifetime(mode: Mode) -> Option<i64> {
    (mode == Field).then_some(REFRESH_LIFETIME)
}

/// Documented: a new pair, and the old refresh token dies. Field: an access token only, and the refresh token stays.
fn refresh(visit: &mut Visit<'_>, form: &Params) -> Answer {
    visit.client_with_secret(form)?;
    let token = form.required("refresh_token")?;
    let mode = visit.mode();
    let old = visit.refresh_token(token).map_err(|refusal| match mode {
        Documented => refusal,
        Field => Refusal::new("invalid_request", refusal.why),
    })?;
    let grant = Grant::new(
        &old.username,
        old.scope,
        random::alphanumeric(40)?,
        LIFETIME,
    );
    let issued = match mode {
        Documented => {
            visit.ledger.refresh_tokens.remove(token);
            visit.issue(grant.with_refresh(random::alphanumeric(40)?, refresh_lifetime(mode)))
        }
        Field => visit.issue(grant),
    };
    Ok(answer(visit, &issued))
}

fn answer(visit: &Visit<'_>, issued: &Issued) -> Reply {
    let mut members = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires": visit.written_now().saturating_add(issued.expires_in),
        "expires_in": issued.expires_in,
    });
    if let (Value::Object(members), Some(token)) = (&mut members, &issued.refresh_token) {
        members.insert("refresh_token".to_owned(), json!(token));
    }
    Reply::tokens(members)
}

/// The user's name, to a token with or without the word "Bearer" before it.
fn me(visit: &mut Visit<'_>) -> Answer {
    let bare = visit
        .asked
        .header("authorization")
        .filter(|sent| !sent.contains(' '));
    let refused =
        |status, code, why| Ok(Reply::json(status, json!({"error": code, "message": why})));
    match visit.holder(visit.asked.authorization("bearer").or(bare)) {
        Ok((_, access)) if !may_read_the_account(access) => refused(
            403,
            "insufficient_scope",
            "the scope account was not granted",
        ),
        Ok((user, _)) => Ok(Reply::json(200, json!({"UserName": user.login}))),
        Err(BadToken::Missing) => refused(400, "invalid_request", "the access token is missing"),
        Err(_) => refused(401, "access_denied", "the access token is not valid"),
    }
}

/// Nothing asked for means everything granted.
fn may_read_the_account(access: &AccessToken) -> bool {
    access
        .scope
        .as_deref()
        .unwrap_or(SCOPES)
        .split(' ')
        .any(|scope| scope == "account")
}
