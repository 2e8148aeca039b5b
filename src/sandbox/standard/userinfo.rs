//! Who an access token stands for ([OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).
//!
//! Doesn't know where the token came from.

use serde_json::json;

use crate::sandbox::{
    reply::Reply,
    visit::{BadToken, Visit},
};

/// The person, to a Bearer header and nothing else.
pub(super) fn userinfo(visit: &mut Visit<'_>) -> Reply {
    let elsewhere = |params: &crate::sandbox::params::Params| params.sent("access_token").is_some();
    if elsewhere(&visit.asked.query) || visit.asked.params().is_some_and(elsewhere) {
        return refused(400, "invalid_request", "the token belongs in the header");
    }
    match visit.holder(visit.asked.authorization("bearer")) {
        Ok((user, _)) => Reply::json(
            200,
            json!({
                "sub": user.uuid,
                "preferred_username": user.login,
                "email": user.username,
                "name": user.name(),
            }),
        )
        .uncached(),
        // Who sends none is not told of an error (RFC 6750 §3.1).
        Err(BadToken::Missing) => challenge(401, ""),
        Err(BadToken::Expired) => refused(401, "invalid_token", "the access token has expired"),
        Err(BadToken::Unknown | BadToken::Revoked) => refused(
            401,
            "invalid_token",
            "the access token is unknown or revoked",
        ),
    }
}

fn refused(status: u16, code: &str, why: &str) -> Reply {
    challenge(
        status,
        &format!(r#", error="{code}", error_description="{why}""#),
    )
}

/// [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3).
fn challenge(status: u16, error: &str) -> Reply {
    let challenge = format!(r#"Bearer realm="Practice Identity"{error}"#);
    Reply::empty(status)
        .uncached()
        .with("www-authenticate", challenge)
}
