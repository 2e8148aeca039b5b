//! Which client asks, and whether it proved it ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).
//!
//! Doesn't know what it asks for.

use url::form_urlencoded;

use crate::sandbox::{params::Params, reply::Refusal, shop::Shop, visit::Visit};

const WRONG: Refusal = Refusal::new(
    "invalid_client",
    "client_id and client_secret are not those of a registered client",
);

/// The id of the client, which has authenticated itself in exactly one way.
pub(super) fn authenticated<'a>(visit: &Visit<'a>, form: &Params) -> Result<&'a str, Refusal> {
    let (id, secret) = (form.get("client_id"), form.sent("client_secret"));
    if visit.asked.header("authorization").is_none() {
        return match (id, secret) {
            (Some(id), Some(secret)) => confidential(visit.shop, id, secret),
            (Some(id), None) => public(visit.shop, id),
            (None, _) => Err(Refusal::new(
                "invalid_client",
                "the request has no client authentication",
            )),
        };
    }
    let (basic_id, basic_secret) = basic(visit).ok_or(WRONG)?;
    if secret.is_some() || id.is_some_and(|id| id != basic_id) {
        return Err(Refusal::new(
            "invalid_request",
            "the client authenticates itself in two ways at once",
        ));
    }
    confidential(visit.shop, &basic_id, &basic_secret)
}

fn confidential<'a>(shop: &'a Shop, id: &str, secret: &str) -> Result<&'a str, Refusal> {
    let client = &shop.client;
    (id == client.client_id && secret == client.client_secret)
        .then_some(client.client_id.as_str())
        .ok_or(WRONG)
}

/// A client that has a secret doesn't get away without it.
fn public<'a>(shop: &'a Shop, id: &str) -> Result<&'a str, Refusal> {
    let registered = shop.identity.as_ref();
    registered
        .map(|identity| identity.public_client_id.as_str())
        .filter(|registered| *registered == id)
        .ok_or(WRONG)
}

/// Both halves are form-encoded before they are put together ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
fn basic(visit: &Visit<'_>) -> Option<(String, String)> {
    let (id, secret) = visit.asked.basic()?;
    Some((form_decoded(&id)?, form_decoded(&secret)?))
}

/// One form-encoded word; an `&` or `=` in it means that it was not encoded.
fn form_decoded(word: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(word.as_bytes());
    let decoded = pairs.next().map(|(name, _)| name.into_owned());
    (!word.contains(['&', '='])).then(|| decoded.unwrap_or_default())
}
