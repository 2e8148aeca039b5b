//! Just2Trade: the code flow without refresh tokens; in the document a token lives on with every use.
//!
//! Sign-in host and API host are one server here. Doesn't know how sign-in pages work.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    faults::RequestKind::{Authorize, Exchange, Profile},
    ledger::TradingAccount,
    options::Mode::{self, Documented, Field},
    provider::{Provider, Route, same_but_for_loopback_port},
    random,
    reply::{Answer, Refusal, Reply},
    sign_in::{self, Request, Stop},
    users::{self, User},
    visit::{Grant, Visit},
};

const REDIRECT_URI: &str = "http://127.0.0.1:53682/callback";
const SCOPE: &str = "email profile";

pub(super) const PROVIDER: Provider = Provider {
    id: "just2trade",
    name: "Just2Trade",
    redirect_uri: Some(REDIRECT_URI),
    accepts_redirect: |_, uri| same_but_for_loopback_port(REDIRECT_URI, uri),
    documents_state: false,
    code: || random::alphanumeric(32),
    code_lifetime: 300,
    routes: &[
        Route::get("/connect/authorize", authorize_with_secret)
            .kind(Authorize)
            .only(Documented),
        Route::get("/connect/authorize", sign_in::authorize)
            .kind(Authorize)
            .only(Field),
        Route::post("/connect/token", token).kind(Exchange),
        Route::get("/auth", |visit| Ok(profile(visit)))
            .kind(Profile)
            .only(Documented),
        Route::get("/userinfo", |visit| Ok(profile(visit)))
            .kind(Profile)
            .only(Field),
    ],
    refuse,
};

fn refuse(mode: Mode, refusal: Refusal) -> Reply {
    match (mode, refusal.code) {
        (_, "server_error") => refusal.json(500),
        (Field, "invalid_client") => refusal.json(401).with("www-authenticate", "Basic"),
        _ => refusal.json(400),
    }
}

/// The document requires the client secret in the browser's address.
fn authorize_with_secret(visit: &mut Visit<'_>) -> Answer {
    match Request::read(visit)
        .and_then(|request| secret_in_address(visit, &request).map(|()| request))
    {
        Ok(request) => request.ask(visit),
        Err(stop) => Ok(stop.into_page(visit)),
    }
}

fn secret_in_address(visit: &Visit<'_>, request: &Request<'_>) -> Result<(), Stop> {
    let secret = request
        .params
        .required("client_secret")
        .map_err(Stop::Stranger)?;
    visit
        .check_client(&visit.shop.client.client_id, Some(secret))
        .map_err(Stop::Stranger)
}

fn token(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    if form.required("grant_type")? != "authorization_code" {
        return Err(Refusal::new(
            "unsupported_grant_type",
            "grant_type must be authorization_code",
        ));
    }
    let code = match visit.mode() {
        Documented => {
            visit.known_client(form)?;
            visit.redeem(form, None)?
        }
        Field => {
            visit.client_with_secret(form)?;
            visit.redeem(form, Some(form.required("redirect_uri")?))?
        }
    };
    let access_token = telltale_token(visit, users::named(&code.username))?;
    let issued = visit.issue(Grant::new(
        &code.username,
        Some(SCOPE.to_owned()),
        access_token,
        lifetime(visit.mode()),
    ));
    Ok(Reply::tokens(json!({
        "scope": SCOPE,
        "token_type": "Bearer",
        "access_token": issued.access_token,
        "expires_in": issued.expires_in,
    })))
}

/// The document's 24 hours start again with every use; the 8 hours seen in the field don't.
fn lifetime(mode: Mode) -> i64 {
    match mode {
        Documented => 86_400,
        Field => 28_800,
    }
}

/// A token in the sample's shape, in which login and names can be read by anybody who sees a part of it.
fn telltale_token(visit: &Visit<'_>, user: &User) -> Result<String, Refusal> {
    let time = Timestamp::from_second(visit.written_now())
        .unwrap_or_default()
        .strftime("%Y%m%d%H%M%S");
    let parts = [
        random::uuid()?,
        time.to_string(),
        user.login.to_owned(),
        user.first_name.to_owned(),
        user.last_name.to_owned(),
    ];
    Ok(STANDARD.encode(parts.join("|")))
}

/// The user with the trading accounts; in the document, asking is the use that renews the token.
fn profile(visit: &mut Visit<'_>) -> Reply {
    let renewed_until = visit.now.saturating_add(
        visit
            .lifetime
            .unwrap_or_else(|| lifetime(Documented) * 1000),
    );
    let mode = visit.mode();
    let Ok((user, access)) = visit.holder(visit.asked.authorization("bearer")) else {
        return unauthorized(mode);
    };
    if mode == Documented {
        access.expires_at = renewed_until;
        visit.ledger.counters.renewals += 1;
    }
    let accounts = &visit.ledger.trading_accounts;
    Reply::json(
        200,
        if mode == Documented {
            documented(user, accounts)
        } else {
            field(user, accounts)
        },
    )
}

fn unauthorized(mode: Mode) -> Reply {
    match mode {
        Documented => Reply::empty(401).with("www-authenticate", "Bearer"),
        Field => Reply::json(
            401,
            json!({"code": "api_error", "message": "The token is incorrect or revoked"}),
        ),
    }
}

fn documented(user: &User, accounts: &[TradingAccount]) -> Value {
    let account = |account: &TradingAccount| json!({"account_number": account.account_number, "trade_platform": account.trade_platform});
    json!({
        "id": user.uuid,
        "login": user.login,
        "email": user.username,
        "domestic": true,
        "accounts": accounts.iter().map(account).collect::<Vec<_>>(),
        "application": {"status": "process"},
    })
}

fn field(user: &User, accounts: &[TradingAccount]) -> Value {
    let account = |account: &TradingAccount| {
        json!({
            "account_number": account.account_number,
            "account_name": account.account_name.clone().unwrap_or_default(),
            "trade_platform": account.trade_platform,
        })
    };
    let application = |account: &TradingAccount| json!({"account_number": account.account_number, "status": "process"});
    json!({
        "id": user.uuid,
        "login": user.login,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.username,
        "domestic": true,
        "accounts": accounts.iter().map(account).collect::<Vec<_>>(),
        "applications": accounts.iter().map(application).collect::<Vec<_>>(),
    })
}
