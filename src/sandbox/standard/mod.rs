//! Practice Identity: what a well-made OAuth 2.0 and OpenID Connect server looks like, for provider files of one's own.
//!
//! It stands for no product and is the same in both modes. Doesn't know how the pages of a sign-in look.
//!
//! | at | it answers |
//! | --- | --- |
//! | `GET /.well-known/openid-configuration`, `GET /.well-known/oauth-authorization-server` | metadata by RFC 8414 and OpenID Connect Discovery 1.0; the issuer is the base URL to the byte |
//! | `GET /jwks` | the public key of the ID tokens, the same as long as the practice folder lives |
//! | `GET /authorize` | RFC 6749 §4.1.1 with PKCE `S256` required; `state` echoed and `iss` added to every response; the redirect URI is one of the registered ones but for the port; an unknown scope is `invalid_scope`, and none at all means `profile email` |
//! | … `prompt` | `select_account` shows a choice of accounts; `none` is `login_required`, because nobody stays signed in; `login_hint` fills in the form |
//! | `POST /token`, `authorization_code` | a code is good once, for 60 s, for its client, its redirect URI to the byte and its verifier; a second time ends all tokens of the first |
//! | … `refresh_token` | rotates always; an old one that comes again ends the family; `scope` can narrow, never widen; `error_description` says why a dead one is dead, where that is known |
//! | … `urn:ietf:params:oauth:grant-type:device_code` | `authorization_pending`, `slow_down` and five seconds more, `expired_token`, `access_denied` by RFC 8628 §3.5 |
//! | … client | `client_secret_basic` (form-encoded, RFC 6749 §2.3.1) or `client_secret_post` where there is a secret, `none` where there is none; never two ways at once |
//! | … answer | a Bearer token for an hour, a refresh token with `offline_access` only, an ID token with `openid` only |
//! | `GET` and `POST /userinfo` | `sub`, `preferred_username`, `email`, `name` to a Bearer header only; RFC 6750 §3 to anybody else |
//! | `POST /revoke` | RFC 7009 with client authentication; a refresh token takes its family along; an unknown token is 200 |
//! | `POST /device_authorization` | RFC 8628 §3.2: a code for ten minutes, eight letters to type |
//! | `GET` and `POST /device` | the page to type them at, then sign-in and consent as everywhere |

mod authorize;
mod client;
mod device;
mod id_token;
mod identity;
mod metadata;
mod revoke;
mod scope;
mod token;
mod userinfo;

pub(super) use identity::Identity;

use super::{
    faults::RequestKind::{Authorize, Device, Exchange, Keys, Metadata, Profile, Revoke},
    options::Mode,
    provider::{Provider, Route, same_but_for_loopback_port},
    random,
    reply::{Refusal, Reply},
};

/// The grant type of a device ([RFC 8628 §3.4](https://www.rfc-editor.org/rfc/rfc8628#section-3.4)).
pub(super) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

const REDIRECT_URI: &str = "http://127.0.0.1/callback";
/// What an app on this computer can listen at; a listener of its own certificate is as good as one without.
const REDIRECT_URIS: [&str; 6] = [
    REDIRECT_URI,
    "http://[::1]/callback",
    "http://localhost/callback",
    "https://127.0.0.1/callback",
    "https://[::1]/callback",
    "https://localhost/callback",
];

pub(super) const PROVIDER: Provider = Provider {
    id: "standard",
    name: "Practice Identity",
    redirect_uri: Some(REDIRECT_URI),
    accepts_redirect: |_, uri| {
        let is_it = |registered: &&str| same_but_for_loopback_port(registered, uri);
        REDIRECT_URIS.iter().any(is_it)
    },
    documents_state: true,
    code: || random::alphanumeric(48),
    code_lifetime: 60,
    routes: &[
        Route::get("/.well-known/openid-configuration", |visit| {
            Ok(metadata::metadata(visit))
        })
        .kind(Metadata),
        Route::get("/.well-known/oauth-authorization-server", |visit| {
            Ok(metadata::metadata(visit))
        })
        .kind(Metadata),
        Route::get("/jwks", metadata::keys).kind(Keys),
        Route::get("/authorize", authorize::authorize).kind(Authorize),
        Route::post("/select", authorize::select),
        Route::post("/consent", authorize::consent),
        Route::post("/token", token::token).kind(Exchange),
        Route::get("/userinfo", |visit| Ok(userinfo::userinfo(visit))).kind(Profile),
        Route::post("/userinfo", |visit| Ok(userinfo::userinfo(visit))).kind(Profile),
        Route::post("/revoke", revoke::revoke).kind(Revoke),
        Route::post("/device_authorization", device::authorize).kind(Device),
        Route::get("/device", |visit| Ok(device::page(visit))),
        Route::post("/device", device::user_code),
    ],
    refuse,
};

/// [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2): 400 but for a client that didn't prove who it is.
fn refuse(_: Mode, refusal: Refusal) -> Reply {
    match refusal.code {
        "server_error" => refusal.json(500),
        "invalid_client" => refusal
            .json(401)
            .with("www-authenticate", r#"Basic realm="Practice Identity""#),
        _ => refusal.json(400),
    }
}
