//! The Trading Parrot: the code flow, with a refresh that the document prints as `GET /oauth?=token`.
//!
//! In the field a `WordPress` with an OAuth server plugin answers, which has no such address.
//! Doesn't know how sign-in pages work.

use serde_json::{Value, json};

use super::{
    faults::RequestKind::{Authorize, Exchange, Profile, Refresh, Revoke},
    ledger::Ending,
    options::Mode::{self, Documented, Field},
    params::Params,
    provider::{Provider, Route, same_but_for_loopback_port},
    random,
    reply::{Answer, Refusal, Reply},
    sign_in::{Request, Stop},
    visit::{Grant, Issued, Visit},
};

const REDIRECT_URI: &str = "http://127.0.0.1:53681/callback";
const LIFETIME: i64 = 86_400;
const REFRESH_LIFETIME: i64 = 864_000;

pub(super) const PROVIDER: Provider = Provider {
    id: "trading-parrot",
    name: "The Trading Parrot",
    redirect_uri: Some(REDIRECT_URI),
    accepts_redirect: |_, uri| same_but_for_loopback_port(REDIRECT_URI, uri),
    documents_state: false,
    code: || random::lower_alphanumeric(40),
    code_lifetime: 30,
    routes: &[
        Route::get("/oauth/authorize", authorize).kind(Authorize),
        Route::post("/oauth/token", token).kind(Exchange),
        Route::get("/oauth", refresh_by_address)
            .with("", "token")
            .kind(Refresh)
            .only(Documented),
        Route::get("/oauth/token", |_| Ok(wrong_method())).only(Field),
        Route::post("/", token)
            .with("oauth", "token")
            .kind(Exchange)
            .only(Field),
        Route::get("/", me)
            .with("oauth", "me")
            .kind(Profile)
            .only(Field),
        Route::get("/oauth/me", me).kind(Profile).only(Field),
        Route::post("/oauth/revoke", revoke)
            .kind(Revoke)
            .only(Field),
    ],
    refuse,
};

/// The plugin answers 400 to everything; the document says nothing, so there the RFC holds.
fn refuse(mode: Mode, refusal: Refusal) -> Reply {
    let status = match (mode, refusal.code) {
        (_, "server_error") => 500,
        (Documented, "invalid_client") => 401,
        _ => 400,
    };
    refusal.json(status)
}

/// The plugin shows strangers JSON where others show a page.
fn authorize(visit: &mut Visit<'_>) -> Answer {
    match Request::read(visit) {
        Ok(request) => request.ask(visit),
        Err(Stop::Stranger(refusal)) if visit.mode() == Field => Ok(refusal.json(400)),
        Err(stop) => Ok(stop.into_page(visit)),
    }
}

fn wrong_method() -> Reply {
    Refusal::new("invalid_request", "the token endpoint takes POST only")
        .json(405)
        .with("allow", "POST, OPTIONS")
}

fn token(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    match (form.required("grant_type")?, visit.mode()) {
        ("authorization_code", _) => exchange(visit, form),
        ("refresh_token", Field) => refresh(visit, form),
        _ => Err(Refusal::new(
            "unsupported_grant_type",
            "this grant is not offered here",
        )),
    }
}

fn exchange(visit: &mut Visit<'_>, form: &Params) -> Answer {
    authenticate(visit, form)?;
    let redirect_uri = form.required("redirect_uri")?;
    let code = visit.redeem(form, Some(redirect_uri))?;
    let issued = issue(visit, &code.username)?;
    Ok(Reply::tokens(answer(&issued, "refresh_token")))
}

/// The plugin looks for a Basic header before it looks into the body; the document knows the body only.
fn authenticate(visit: &Visit<'_>, form: &Params) -> Result<(), Refusal> {
    match visit.asked.basic() {
        Some((id, secret)) if visit.mode() == Field => visit.check_client(&id, Some(&secret)),
        _ => visit.client_with_secret(form),
    }
}

/// Field: a new refresh token comes, and the old one stays good.
fn refresh(visit: &mut Visit<'_>, form: &Params) -> Answer {
    authenticate(visit, form)?;
    let token = form.required("refresh_token")?;
    let old = visit.refresh_token(token).map_err(|refusal| {
        // The plugin's engine tells one case apart from all others.
        let is_expired = visit.ledger.ending_of(token) == Some(Ending::Expired);
        let why = if is_expired {
            "Refresh token has expired"
        } else {
            "Invalid refresh token"
        };
        Refusal { why, ..refusal }
    })?;
    let issued = issue(visit, &old.username)?;
    Ok(Reply::tokens(answer(&issued, "refresh_token")))
}

/// Documented: no client credentials, and the new token is called `request_token`.
fn refresh_by_address(visit: &mut Visit<'_>) -> Answer {
    let query = visit.asked.query.without_repeats()?;
    if query.required("grant_type")? != "refresh_token" {
        return Err(Refusal::new(
            "unsupported_grant_type",
            "grant_type must be refresh_token",
        ));
    }
    let old = visit.refresh_token(query.required("refresh_token")?)?;
    let issued = issue(visit, &old.username)?;
    Ok(Reply::tokens(answer(&issued, "request_token")))
}

fn issue(visit: &mut Visit<'_>, username: &str) -> Result<Issued, Refusal> {
    // The document promises no end of refresh tokens; the plugin's is ten days.
    let refresh_lifetime = (visit.mode() == Field).then_some(REFRESH_LIFETIME);
    let grant = Grant::new(
        username,
        Some("basic".to_owned()),
        random::lower_alphanumeric(50)?,
        LIFETIME,
    );
    Ok(visit.issue(grant.with_refresh(random::lower_alphanumeric(50)?, refresh_lifetime)))
}

fn answer(issued: &Issued, name_of_refresh_token: &str) -> Value {
    json!({
        "access_token": issued.access_token,
        "expires_in": issued.expires_in,
        "token_type": "Bearer",
        "scope": "basic",
        name_of_refresh_token: issued.refresh_token,
    })
}

/// The `WordPress` user, to a bearer header and nothing else; a bad token is a bad request here.
fn me(visit: &mut Visit<'_>) -> Answer {
    let unauthorized = Refusal::new("invalid_request", "missing or invalid access token");
    if visit.asked.query.sent("access_token").is_some() {
        return Err(unauthorized);
    }
    let bearer = visit.asked.authorization("bearer");
    let (user, _) = visit.holder(bearer).map_err(|_bad| unauthorized)?;
    Ok(Reply::json(
        200,
        json!({
            "ID": user.number.to_string(),
            "user_login": user.login,
            "user_nicename": user.login,
            "user_email": user.username,
            "user_registered": "2021-05-14 09:00:00",
            "user_status": "0",
            "display_name": user.name(),
        }),
    )
    .uncached())
}

/// [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009): done, whether or not there was such a token.
fn revoke(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    authenticate(visit, form)?;
    let token = form.required("token")?;
    visit.ledger.refresh_tokens.remove(token);
    visit.ledger.access_tokens.remove(token);
    Ok(Reply::json(200, json!({})))
}
