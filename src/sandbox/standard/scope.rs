//! The scopes Practice Identity knows ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
//!
//! Doesn't know what each of them opens.

use crate::sandbox::reply::Refusal;

pub(super) const SUPPORTED: [&str; 4] = ["openid", "offline_access", "profile", "email"];

/// What is granted to those who ask for nothing in particular.
const USUAL: &str = "profile email";

pub(super) fn has(scope: &str, one: &str) -> bool {
    scope.split(' ').any(|token| token == one)
}

/// The scope asked for, if there is nothing unknown in it.
pub(super) fn requested(scope: Option<&str>) -> Result<String, Refusal> {
    let scope = scope.unwrap_or(USUAL);
    if scope.split(' ').all(|token| SUPPORTED.contains(&token)) {
        Ok(scope.to_owned())
    } else {
        Err(Refusal::new(
            "invalid_scope",
            "the scopes are openid, offline_access, profile and email",
        ))
    }
}

/// A refresh's scope: all that was allowed, or less ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
pub(super) fn narrowed(scope: Option<&str>, allowed: &str) -> Result<String, Refusal> {
    let scope = scope.unwrap_or(allowed);
    if scope.split(' ').all(|token| has(allowed, token)) {
        Ok(scope.to_owned())
    } else {
        Err(Refusal::new(
            "invalid_scope",
            "the scope goes beyond what the person allowed",
        ))
    }
}
