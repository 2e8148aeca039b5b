//! What Practice Identity says about itself, and the key to check it by.
//!
//! Doesn't know whether anybody listens to it.

use serde_json::json;

use super::{DEVICE_CODE, scope};
use crate::sandbox::{
    reply::{Answer, Refusal, Reply},
    visit::Visit,
};

/// The metadata of [RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2), which is that of OpenID Connect Discovery as well.
pub(super) fn metadata(visit: &Visit<'_>) -> Reply {
    let issuer = &visit.shop.base_url;
    let client_authentication = ["client_secret_basic", "client_secret_post", "none"];
    Reply::json(
        200,
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "revocation_endpoint": format!("{issuer}/revoke"),
            "device_authorization_endpoint": format!("{issuer}/device_authorization"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_CODE],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": client_authentication,
            "revocation_endpoint_auth_methods_supported": client_authentication,
            "scopes_supported": scope::SUPPORTED,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "at_hash",
                "preferred_username", "email", "name",
            ],
            "prompt_values_supported": super::authorize::PROMPTS,
            "authorization_response_iss_parameter_supported": true,
        }),
    )
}

/// The one key, as a set ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
pub(super) fn keys(visit: &mut Visit<'_>) -> Answer {
    let identity = visit.shop.identity.as_ref();
    let identity = identity.ok_or(Refusal::new("server_error", "there is no key"))?;
    Ok(Reply::json(200, json!({"keys": [identity.key.jwk()]})))
}
