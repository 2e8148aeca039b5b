//! The revocation endpoint ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).
//!
//! Doesn't know how a token was issued.

use super::client;
use crate::sandbox::{
    reply::{Answer, Refusal, Reply},
    visit::Visit,
};

/// A refresh token takes all along that descends from the same sign-in; an access token goes alone.
pub(super) fn revoke(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    let client_id = client::authenticated(visit, form)?;
    let token = form.required("token")?;
    let family = visit.ledger.family_of(token);
    if family.is_some_and(|(_, family)| family.client_id != client_id) {
        return Err(Refusal::new(
            "unauthorized_client",
            "the token was issued to another client",
        ));
    }
    let family = family.map(|(id, _)| id.clone());
    if let Some(access) = visit.ledger.access_tokens.get_mut(token) {
        access.revoked = true;
    } else if let Some(id) = family {
        visit.ledger.end_family(&id);
    }
    Ok(Reply::empty(200).uncached())
}
